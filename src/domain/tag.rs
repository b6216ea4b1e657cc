//! Tags of entries.

use schemars::JsonSchema;
use serde::Serialize;
use unicode_normalization::UnicodeNormalization as _;

use crate::error::{Error, Result};

/// Maximum number of tags per entry.
pub const MAX_TAGS: usize = 50;
/// Maximum length of a tag, in code points.
pub const MAX_CHARS: usize = 50;

/// Tags that entries must and must not have. A tag includes the tags below it: `travel` includes `travel/japan`.
#[derive(Debug, Clone, Default, PartialEq, Eq, clap::Args)]
pub struct TagFilter {
    /// Only entries with this tag or one below it; repeat it to require several
    #[arg(long = "tag", value_name = "TAG")]
    pub tags: Vec<String>,
    /// Only entries without this tag and those below it; may be repeated
    #[arg(long = "without-tag", value_name = "TAG")]
    pub without_tags: Vec<String>,
}

impl TagFilter {
    /// Normalises both lists.
    ///
    /// # Errors
    /// As [`normalize`].
    pub(crate) fn validate(&self) -> Result<Self> {
        Ok(Self { tags: normalize(&self.tags)?, without_tags: normalize(&self.without_tags)? })
    }

    /// Returns whether neither list names a tag.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tags.is_empty() && self.without_tags.is_empty()
    }
}

/// Number of entries with a tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TagCount {
    /// The tag, lower case.
    pub tag: String,
    /// Number of entries with it.
    pub entries: i64,
}

/// All tags of a notebook.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TagList {
    /// Tags with their numbers of entries, by name.
    pub items: Vec<TagCount>,
}

/// Returns whether a tag is another one or below it.
#[must_use]
pub fn is_within(tag: &str, parent: &str) -> bool {
    tag.strip_prefix(parent).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Returns a stored tag without the sign that older versions kept, `#private`.
#[must_use]
pub fn bare(tag: &str) -> &str {
    tag.trim_start_matches('#')
}

/// Returns a tag in the form in which tags are stored: trimmed, without a leading `#`, NFC, lower case. Does not check
/// it.
#[must_use]
pub fn normal_form(tag: &str) -> String {
    bare(tag.trim()).trim_start().nfc().collect::<String>().to_lowercase().nfc().collect()
}

/// Normalises tags: trimmed, without a leading `#`, NFC, lower case, sorted, without duplicates.
///
/// # Errors
/// `Invalid` for an empty tag, one that is too long or contains a control character or a comma, and for too many.
pub fn normalize(tags: &[String]) -> Result<Vec<String>> {
    let mut tags = tags.iter().map(|tag| normalize_tag(tag)).collect::<Result<Vec<_>>>()?;
    tags.sort_unstable();
    tags.dedup();
    if tags.len() > MAX_TAGS {
        return Err(invalid_tag_error(format!("an entry has at most {MAX_TAGS} tags")).hint("leave some out"));
    }
    Ok(tags)
}

/// Normalises one tag.
///
/// # Errors
/// As [`normalize`].
pub fn normalize_tag(tag: &str) -> Result<String> {
    let tag = normal_form(tag);
    let fits = (1..=MAX_CHARS).contains(&tag.chars().count());
    if !fits || tag.contains(|c: char| c.is_control() || c == ',') {
        return Err(invalid_tag_error(format!("a tag has 1 to {MAX_CHARS} characters, and no comma"))
            .hint("write it like `work`"));
    }
    Ok(tag)
}

fn invalid_tag_error(message: String) -> Error {
    Error::invalid(message).code("invalid_field")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(tags: &[&str]) -> Result<Vec<String>> {
        normalize(&tags.iter().map(|tag| (*tag).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn tags_that_look_the_same_are_the_same() {
        assert_eq!(written(&[" Work ", "#work", "Cafe\u{301}", "CAFÉ"]).unwrap(), ["café", "work"]);
    }

    #[test]
    fn a_tag_includes_the_tags_below_it() {
        for (tag, parent, wanted) in [
            ("travel", "travel", true),
            ("travel/japan", "travel", true),
            ("travel/japan/kyoto", "travel/japan", true),
            ("travels", "travel", false),
            ("travel", "travel/japan", false),
            ("work/travel", "travel", false),
        ] {
            assert_eq!(is_within(tag, parent), wanted, "{tag} {parent}");
        }
    }

    #[test]
    fn an_invalid_tag_is_refused() {
        for tag in ["", "  ", "#", "a,b", "a\nb", &"x".repeat(51)] {
            assert!(written(&[tag]).is_err(), "{tag:?}");
        }
        let many: Vec<String> = (0..51).map(|n| n.to_string()).collect();
        assert!(normalize(&many).is_err());
        assert_eq!(written(&[&"é".repeat(50)]).unwrap().len(), 1);
    }
}
