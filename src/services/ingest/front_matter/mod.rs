//! YAML front matter between two `---` lines at the top of Markdown notes.

use std::sync::LazyLock;

use jiff::civil::Date;
use regex::Regex;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_saphyr::options::{DuplicateKeyPolicy, MergeKeyPolicy, NonFiniteFloatPolicy};

use crate::domain::{entry_date, tag};
use crate::error::{Error, Result};

/// Maximum size of the block in bytes, closing line included; a longer one is body text between two rules.
const MAX_BLOCK: usize = 16 * 1024;

/// Maximum nesting of the YAML.
const MAX_YAML_DEPTH: usize = 64;

/// Maximum number of YAML events that aliases may repeat.
const MAX_ALIAS_EVENTS: usize = 1000;

/// Longest title kept, in code points.
const MAX_TITLE: usize = 200;

/// Parsed front matter of an entry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FrontMatter {
    /// Value of `date:`, else of `created:`, not yet checked against the date bounds.
    pub date: Option<Date>,
    /// Value of `title:` as one trimmed line of at most 200 code points without control characters.
    pub title: Option<String>,
    /// Normalized value of `tags:`, a list or a comma-separated line.
    pub tags: Vec<String>,
}

/// Splits a text into its front matter and the body after it.
///
/// Front matter is a YAML mapping of at most 16 KiB that starts with a `---` line at the very top and ends with a
/// `---` or `...` line. Only `date`, `created`, `title` and `tags` are read. Anything else at the top, such as a rule,
/// an unclosed block, a paragraph between two rules or a mapping past the YAML limits, belongs to the body, which is
/// then the whole text. A key without a value counts as absent; the first of duplicate keys wins.
///
/// # Errors
/// `Invalid` when `date` is neither `YYYY-MM-DD` nor an ISO date-time, and for malformed tags.
pub fn split(text: &str) -> Result<(FrontMatter, &str)> {
    // An empty document would also be read as a mapping, but not as one that is present.
    let is_mapping = |block| matches!(read_yaml::<Option<YamlMapping>>(block), Some(Some(_)));
    let Some((block, body)) = find_block(text).filter(|(block, _)| is_mapping(block)) else {
        return Ok((FrontMatter::default(), text));
    };
    let date = match read_yaml::<DateField>(block).ok_or_else(not_a_date)?.date {
        Some(written) => Some(parse_day(&written).ok_or_else(not_a_date)?),
        // Other programs put arbitrary text into `created`, so a malformed value counts as absent.
        None => read_yaml::<CreatedField>(block).and_then(|field| parse_day(&field.created?)),
    };
    let title = read_yaml::<TitleField>(block).and_then(|field| clean_title(&field.title?));
    let tags = tag::normalize(&read_tags(block))?;
    Ok((FrontMatter { date, title, tags }, body))
}

/// Returns the text between the two marker lines, and the text after them.
fn find_block(text: &str) -> Option<(&str, &str)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = text.split_inclusive('\n');
    let start = lines.next().filter(|line| line.trim_end() == "---")?.len();
    let mut end = start;
    for line in lines {
        let next = end + line.len();
        if next - start > MAX_BLOCK {
            return None;
        }
        if matches!(line.trim_end(), "---" | "...") {
            return Some((&text[start..end], &text[next..]));
        }
        end = next;
    }
    None
}

/// Any mapping.
#[derive(Deserialize)]
struct YamlMapping {}

#[derive(Deserialize)]
struct DateField {
    #[serde(alias = "Date", alias = "DATE")]
    date: Option<String>,
}

#[derive(Deserialize)]
struct CreatedField {
    #[serde(alias = "Created", alias = "CREATED")]
    created: Option<String>,
}

#[derive(Deserialize)]
struct TitleField {
    #[serde(alias = "Title", alias = "TITLE")]
    title: Option<String>,
}

#[derive(Deserialize)]
struct TagsField<T> {
    #[serde(alias = "Tags", alias = "TAGS")]
    tags: Option<T>,
}

/// Reads a block as one YAML mapping; `None` for anything else, for a value of another type, and past a limit.
///
/// Each field has a type of its own and a block is read once per field: only then is a plain scalar, such as the title
/// `1.50` or `no`, read as it is written instead of as a number or a boolean.
fn read_yaml<T: DeserializeOwned>(block: &str) -> Option<T> {
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! { max_depth: MAX_YAML_DEPTH, max_documents: 1, max_nodes: MAX_BLOCK },
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: MAX_ALIAS_EVENTS },
        duplicate_keys: DuplicateKeyPolicy::FirstWins,
        merge_keys: MergeKeyPolicy::AsOrdinary,
        non_finite_float_policy: NonFiniteFloatPolicy::PassThrough,
        with_snippet: false,
    };
    serde_saphyr::from_str_with_options(block, options).ok()
}

/// Returns the tags of a block: a list, or a comma-separated line.
fn read_tags(block: &str) -> Vec<String> {
    if let Some(TagsField { tags }) = read_yaml::<TagsField<String>>(block) {
        let line = tags.unwrap_or_default();
        return line.split(',').map(str::trim).filter(|tag| !tag.is_empty()).map(str::to_owned).collect();
    }
    let list = read_yaml::<TagsField<Vec<Option<String>>>>(block).and_then(|field| field.tags);
    list.unwrap_or_default().into_iter().flatten().collect()
}

static TIME_OF_DAY: LazyLock<Regex> = LazyLock::new(|| {
    let time = r"(?:[Tt]|[ \t]+)(?:[01]?[0-9]|2[0-4]):[0-5][0-9](?::[0-6][0-9](?:[.,][0-9]+)?)?";
    let zone = r"[ \t]*(?:[Zz]|[+-][0-9]{1,2}(?::?[0-9]{2})?)?(?:\[[^\]]*\])?";
    Regex::new(&format!("^(?:{time}{zone})?$")).expect("the form of a time is a constant and valid")
});

/// Returns the civil date of a date or an ISO date-time, ignoring its time zone.
fn parse_day(written: &str) -> Option<Date> {
    let (date, time) = written.trim().split_at_checked(10)?;
    TIME_OF_DAY.is_match(time).then(|| entry_date::parse(date).ok()).flatten()
}

fn not_a_date() -> Error {
    Error::invalid("the `date:` in the front matter is not a date").hint("write it like `date: 2026-05-12`")
}

/// Returns a title as one printable line, or `None` if nothing remains.
fn clean_title(written: &str) -> Option<String> {
    let line = written.replace(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'), " ");
    let kept: String = line.trim().chars().take(MAX_TITLE).collect();
    let kept = kept.trim_end();
    (!kept.is_empty()).then(|| kept.to_owned())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;
    use crate::error::ErrorKind;

    fn read(text: &str) -> (Option<Date>, Option<String>, &str) {
        let (found, body) = split(text).unwrap();
        (found.date, found.title, body)
    }

    #[test]
    fn date_and_title_are_read_and_removed_from_the_body() {
        let text = "---\ntitle: Rain\ndate: 2026-05-12\ntags: [a, b]\n---\n\nIt rained.\n";

        let found = read(text);

        assert_eq!(found, (Some(date(2026, 5, 12)), Some("Rain".into()), "\nIt rained.\n"));
    }

    #[test]
    fn tags_are_a_list_or_a_comma_separated_line() {
        let tags = |block: &str| split(&format!("---\n{block}\n---\nx")).unwrap().0.tags;

        assert_eq!(tags("tags: [Work, private, work]"), ["private", "work"]);
        assert_eq!(tags("tags:\n  - Private\n  - sea side"), ["private", "sea side"]);
        assert_eq!(tags("Tags: Private, work"), ["private", "work"]);
        assert_eq!(tags("tags: [2024, ~]"), ["2024"]);
        for none in ["tags:", "tags: []", "tags: {private: yes}", "tags: ''", "note:\n  - tags: [a]", "title: x"] {
            assert!(tags(none).is_empty(), "{none}");
        }
    }

    #[test]
    fn a_malformed_tag_is_rejected_instead_of_dropped() {
        let long = format!("tags: [{}]", "x".repeat(51));
        for block in [long.as_str(), "tags: ['a,b']", "tags: ['']"] {
            let refused = split(&format!("---\n{block}\n---\nbody")).unwrap_err();

            assert_eq!(refused.kind(), ErrorKind::Invalid, "{block}");
        }
    }

    #[test]
    fn created_is_used_when_date_is_absent() {
        let day = |block: &str| split(&format!("---\n{block}\n---\nx")).unwrap().0.date;

        assert_eq!(day("created: 2026-05-12T10:00"), Some(date(2026, 5, 12)));
        assert_eq!(day("created: 2026-05-11\ndate: 2026-05-12"), Some(date(2026, 5, 12)));
        for none in ["created: once", "created: [2026-05-12]", "created:"] {
            assert_eq!(day(none), None, "{none}");
        }
    }

    #[test]
    fn closing_dots_carriage_returns_and_bom_are_accepted() {
        let text = "\u{feff}---\r\nDate: '2026-05-12'\r\n...\r\nIt rained.";

        assert_eq!(read(text), (Some(date(2026, 5, 12)), None, "It rained."));
    }

    #[test]
    fn a_date_time_gives_its_civil_date() {
        for written in [
            "2026-05-12T23:59:59Z",
            "2026-05-12t07:00+02:00",
            "2026-05-12 07:00:00 +0200",
            "2026-05-12 7:00",
            "\"2026-05-12T00:30:00.5-11:00[Pacific/Niue]\"",
        ] {
            assert_eq!(read(&format!("---\ndate: {written}\n---\n")).0, Some(date(2026, 5, 12)), "{written}");
        }
    }

    #[test]
    fn a_malformed_date_is_rejected_without_quoting_it() {
        for written in
            ["yesterday", "2026-02-30", "2026-5-1", "2026-05-12 at noon", "[2026-05-12]", "12.05.2026", "20260512"]
        {
            let refused = split(&format!("---\ndate: {written}\n---\nbody")).unwrap_err();

            assert_eq!(refused.kind(), ErrorKind::Invalid, "{written}");
            assert!(!refused.to_string().contains(written));
        }
    }

    #[test]
    fn a_text_that_starts_with_a_rule_is_all_body() {
        for text in [
            "",
            "---",
            "---\n",
            "---\n---\nnothing between",
            "---\nJust a paragraph.\n---\nAnother.",
            "---\n- a list\n- of things\n---\n",
            "---\ntitle: never closed\n\nIt rained.",
            "----\ntitle: four dashes\n---\n",
            " ---\ntitle: indented\n---\n",
            "Text\n---\ntitle: below\n---\n",
            "---\ntitle: [unbalanced\n---\nbody",
            "---\n: : :\n\t- x\n---\nbody",
            "---\na: *nowhere\n---\nbody",
            "---\na: 1\n--- b\n---\nbody",
        ] {
            assert_eq!(read(text), (None, None, text));
        }
    }

    #[test]
    fn keys_without_a_value_count_as_absent() {
        assert_eq!(read("---\ndate:\ntitle: ~\n---\nx"), (None, None, "x"));
        assert_eq!(read("---\ntitle: '  '\n---\nx"), (None, None, "x"));
        assert_eq!(read("---\ntitle: 'null'\n---\nx").1.as_deref(), Some("null"));
    }

    #[test]
    fn nested_dates_and_titles_are_ignored() {
        let text = "---\nsource: {date: never, title: Other}\nlist:\n  - title: Third\n<<: {title: Merged}\n\
            template: {{title}}\ntitle: Mine\n---\nx";

        assert_eq!(read(text), (None, Some("Mine".into()), "x"));
    }

    #[test]
    fn a_title_is_one_line_of_200_code_points() {
        let long = "𝒂".repeat(300);

        assert_eq!(read("---\ntitle: \"a\\nb\\tc\\u0007d\"\n---\n").1.as_deref(), Some("a b c d"));
        for plain in ["2026", "1.50", "007", "No", "True", "0x1F", "1_000", "1e999", ".inf"] {
            assert_eq!(read(&format!("---\ntitle: {plain}\nother: {plain}\n---\n")).1.as_deref(), Some(plain));
        }
        assert_eq!(read(&format!("---\ntitle: {long}\n---\n")).1.unwrap().chars().count(), 200);
    }

    #[test]
    fn a_huge_block_is_body() {
        let text = format!("---\nnote: {}\n---\nbody", "x".repeat(MAX_BLOCK));

        assert_eq!(read(&text).2, text);
    }

    #[test]
    fn an_alias_bomb_and_deep_nesting_are_body() {
        let mut bomb = String::from("---\na: &a [x, x, x, x, x, x, x, x]\n");
        for (name, of) in ('b'..='z').zip('a'..) {
            let line = format!("{name}: &{name} [{}]\n", [format!("*{of}").as_str(); 8].join(", "));
            bomb.push_str(&line);
        }
        bomb += "title: Boom\n---\nbody";
        let deep = format!("---\na: {}{}\n---\nbody", "[".repeat(8000), "]".repeat(8000));

        assert_eq!(read(&bomb), (None, None, &*bomb));
        assert_eq!(read("---\na: &a Rain\nb: [*a, *a]\ntitle: *a\n---\nx"), (None, Some("Rain".into()), "x"));
        assert_eq!(read(&deep), (None, None, &*deep));
    }

    proptest! {
        #[test]
        fn any_text_is_split_at_its_end(text in "(---\n)?(\\PC|[\n:\\-\\[{&*'\"|>#%]){0,60}(\n---\n)?\\PC{0,20}") {
            if let Ok((found, body)) = split(&text) {
                prop_assert!(text.ends_with(body));
                prop_assert!(found.title.is_none_or(|title| !title.is_empty() && !title.contains('\n')));
            }
        }
    }
}
