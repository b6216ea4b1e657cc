//! Mood dimensions: the axes on which the mood of an entry is scored.

use std::collections::BTreeSet;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::app::reloadable::content::ReloadableContent;
use crate::app::reloadable::source_file::{self, TomlSource};
use crate::error::Result;

const MAX_BYTES: u64 = 256 * 1024;
/// Default dimensions, used when no file is configured.
const BUILT_IN: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/mood/dimensions.toml"));

/// Mood dimensions in the order of their file, which is the display order.
#[derive(Debug)]
pub struct MoodDimensions {
    /// Version given in the file; may be empty.
    pub version: String,
    /// Description given in the file; may be empty.
    pub description: String,
    /// At least one.
    pub dimensions: Vec<MoodDimensionDefinition>,
    hash: String,
}

/// One mood dimension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoodDimensionDefinition {
    /// Lower case letters, digits and underscores, starting with a letter; unique.
    pub name: String,
    /// Label of the high end.
    pub positive_pole: String,
    /// Label of the low end.
    pub negative_pole: String,
    /// Range of scores.
    pub scale: MoodScale,
    /// Scoring instructions.
    pub notes: String,
}

/// Range of scores of a dimension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoodScale {
    /// -1 to 1; 0 is neutral.
    Bipolar,
    /// 0 to 1; 0 is none.
    Unipolar,
}

impl ReloadableContent for MoodDimensions {
    fn load(path: &Path) -> Result<Self> {
        Self::parse(path, &source_file::read_text_file(path, MAX_BYTES)?)
    }

    fn hash(&self) -> &str {
        &self.hash
    }

    fn built_in() -> Option<Self> {
        Some(Self::parse(Path::new("dimensions.toml"), BUILT_IN).expect("the tests read it"))
    }
}

impl MoodDimensions {
    /// Parses a file's text; `path` is used in errors only.
    fn parse(path: &Path, text: &str) -> Result<Self> {
        let (toml, table) = TomlSource::parse(path, text)?;
        let root = table.get_ref();
        let [version, description] = meta(&toml, root)?;
        let mut dimensions: Vec<MoodDimensionDefinition> = Vec::new();
        let mut names = BTreeSet::new();
        match root.get("dimension").map(Spanned::get_ref) {
            Some(DeValue::Array(items)) => {
                for item in items {
                    let dimension = dimension(&toml, item)?;
                    if !names.insert(dimension.name.clone()) {
                        let what = format!("there are two dimensions named {}", dimension.name);
                        return Err(toml.error_at(item.span().start, &what));
                    }
                    dimensions.push(dimension);
                }
            }
            Some(_) => return Err(toml.error_at(0, "dimensions must be written as `[[dimension]]`")),
            None => {}
        }
        if dimensions.is_empty() {
            return Err(toml.error_at(0, "there is no `[[dimension]]`"));
        }
        Ok(Self { version, description, dimensions, hash: source_file::sha256_hex(text) })
    }
}

/// Returns version and description from `[meta]`; other keys are ignored.
fn meta(toml: &TomlSource<'_>, root: &DeTable<'_>) -> Result<[String; 2]> {
    let Some(meta) = root.get("meta") else { return Ok([String::new(), String::new()]) };
    let DeValue::Table(table) = meta.get_ref() else {
        return Err(toml.error_at(meta.span().start, "`meta` must be a table"));
    };
    let words = |key| -> Result<String> {
        Ok(toml.optional_string(table, key)?.map_or_else(String::new, |(words, _)| words.to_owned()))
    };
    Ok([words("version")?, words("description")?])
}

fn dimension(toml: &TomlSource<'_>, item: &Spanned<DeValue<'_>>) -> Result<MoodDimensionDefinition> {
    let at = item.span().start;
    let DeValue::Table(table) = item.get_ref() else {
        return Err(toml.error_at(at, "a dimension must be a table"));
    };
    let words = |key: &str| -> Result<(&str, usize)> {
        toml.optional_string(table, key)?.ok_or_else(|| toml.error_at(at, &format!("this dimension has no `{key}`")))
    };
    let (name, named_at) = words("name")?;
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if !name.starts_with(|first: char| first.is_ascii_lowercase()) || !name.bytes().all(is_plain) {
        return Err(
            toml.error_at(named_at, "a name has lower case letters, digits and underscores only, a letter first")
        );
    }
    let scale = match words("scale_type")? {
        ("bipolar", _) => MoodScale::Bipolar,
        ("unipolar", _) => MoodScale::Unipolar,
        (_, at) => return Err(toml.error_at(at, "`scale_type` must be bipolar or unipolar")),
    };
    Ok(MoodDimensionDefinition {
        name: name.to_owned(),
        positive_pole: words("positive_pole")?.0.to_owned(),
        negative_pole: words("negative_pole")?.0.to_owned(),
        scale,
        notes: words("notes")?.0.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "[meta]\nversion = '2026-01-15'\nowner = 7\n\n[[dimension]]\nname = 'calm_restless'\n\
        positive_pole = 'calm'\nnegative_pole = 'restless'\nscale_type = 'bipolar'\nnotes = 'Settled or on edge.'\n\n\
        [[dimension]]\nname = 'agency'\npositive_pole = 'agency'\nnegative_pole = 'apathy'\nscale_type = 'unipolar'\n\
        notes = 'Who decides.'\n";

    fn load(text: &str) -> Result<MoodDimensions> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("moods.toml");
        std::fs::write(&file, text).unwrap();
        MoodDimensions::load(&file)
    }

    #[test]
    fn dimensions_keep_the_order_of_their_file() {
        let moods = load(GOOD).unwrap();

        let names: Vec<_> = moods.dimensions.iter().map(|one| (one.name.as_str(), one.scale)).collect();
        assert_eq!(names, [("calm_restless", MoodScale::Bipolar), ("agency", MoodScale::Unipolar)]);
        assert_eq!((moods.version.as_str(), moods.description.as_str()), ("2026-01-15", ""));
        assert_eq!(load(GOOD.split_once("\n\n").unwrap().1).unwrap().version, "");
    }

    #[test]
    fn every_violation_is_refused_with_its_line() {
        let cases = [
            ("", "line 1", "no `[[dimension]]`"),
            ("dimension = 1", "line 1", "[[dimension]]"),
            ("dimension = [1]", "line 1", "must be a table"),
            ("[[dimension]\n", "line 1", "not valid TOML"),
            (&GOOD.replace("name = 'agency'", "name = 'calm_restless'"), "line 12", "two dimensions"),
            (&GOOD.replace("name = 'agency'", "name = 'Agency'"), "line 13", "lower case"),
            (&GOOD.replace("name = 'agency'", "name = '1agency'"), "line 13", "letter first"),
            (&GOOD.replace("name = 'agency'", "name = 'a-b'"), "line 13", "underscores"),
            (&GOOD.replace("name = 'agency'\n", ""), "line 12", "no `name`"),
            (&GOOD.replace("negative_pole = 'apathy'\n", ""), "line 12", "no `negative_pole`"),
            (&GOOD.replace("positive_pole = 'agency'\n", ""), "line 12", "no `positive_pole`"),
            (&GOOD.replace("notes = 'Who decides.'\n", ""), "line 12", "no `notes`"),
            (&GOOD.replace("scale_type = 'unipolar'\n", ""), "line 12", "no `scale_type`"),
            (&GOOD.replace("'unipolar'", "'tripolar'"), "line 16", "bipolar or unipolar"),
            (&GOOD.replace("'Who decides.'", "''"), "line 17", "`notes` must be"),
            (&GOOD.replace("'Who decides.'", "7"), "line 17", "`notes` must be"),
            (&GOOD.replace("version = '2026-01-15'", "version = 1"), "line 2", "`version` must be"),
        ];
        for (text, line, why) in cases {
            let refused = load(text).unwrap_err().to_string();

            assert!(refused.starts_with(&format!("{line} of ")) && refused.contains(why), "{text}\n{refused}");
        }
    }
}
