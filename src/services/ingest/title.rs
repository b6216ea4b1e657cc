//! Titles of text files: from the front matter, the first heading, or the file name without its date.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

/// Longest title kept, in code points.
const MAX_TITLE: usize = 200;
/// Bytes of the text that are searched for a heading.
const MAX_HEADING_SEARCH: usize = 256 * 1024;

/// Names that a program gave, by their letters: cameras, recorders and editors.
const GENERATED_NAMES: [&str; 44] = [
    "img",
    "image",
    "dsc",
    "dscn",
    "dscf",
    "pxl",
    "mvimg",
    "vid",
    "video",
    "mov",
    "wp",
    "pano",
    "burst",
    "photo",
    "pic",
    "picture",
    "scan",
    "screenshot",
    "bildschirmfoto",
    "whatsapp",
    "ptt",
    "aud",
    "audio",
    "voice",
    "recording",
    "memo",
    "voicememo",
    "signal",
    "note",
    "newnote",
    "entry",
    "page",
    "file",
    "text",
    "document",
    "newdocument",
    "untitled",
    "unbenannt",
    "ohnetitel",
    "sanstitre",
    "sintítulo",
    "senzatitolo",
    "naamloos",
    "index",
];

static HASH: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)^(?:[0-9a-f]{8,64}|[0-9a-f-]{32,36}|[0-9a-hjkmnp-tv-z]{26})$"));
/// Page id that Notion adds to names.
static PAGE_ID: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\s[0-9a-f]{32}$"));
static COPY_NUMBER: LazyLock<Regex> = LazyLock::new(|| pattern(r"\s*\(\d{1,3}\)$"));
static LINK: LazyLock<Regex> = LazyLock::new(|| pattern(r"!?\[\[(?:[^\]|]*\|)?([^\]|]*)\]\]|!?\[([^\]]*)\]\([^)]*\)"));
static HEADING_ID: LazyLock<Regex> = LazyLock::new(|| pattern(r"\s*\{#[^}]*\}\s*$"));

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the pattern is a constant and valid")
}

/// Sources of a title.
pub(crate) struct TitleSources<'a> {
    /// Title of the front matter.
    pub(crate) front_matter: Option<String>,
    /// Text of the entry.
    pub(crate) body: &'a str,
    /// File name without its extension.
    pub(crate) stem: &'a str,
    /// Returns the byte ranges of a line that are a date with its time and weekday, in ascending order.
    pub(crate) find_dates: &'a dyn Fn(&str) -> Vec<Range<usize>>,
}

impl TitleSources<'_> {
    /// Returns the title of the front matter, else the first heading, else the file name without its date.
    ///
    /// A heading or name that is only a date is no title, nor is a name that a program gave.
    pub(crate) fn choose(self) -> Option<String> {
        let Self { body, stem, find_dates, .. } = &self;
        let heading = || first_heading(body).filter(|line| has_letters(&without_ranges(line, &find_dates(line))));
        self.front_matter.clone().or_else(heading).or_else(|| title_from_name(stem, &find_dates(stem)))
    }
}

/// Returns a title as one printable line of at most 200 code points, or `None` if nothing remains.
pub(crate) fn clean(written: &str) -> Option<String> {
    let line = written.replace(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'), " ");
    let kept: String = line.trim().chars().take(MAX_TITLE).collect();
    let kept = kept.trim_end();
    (!kept.is_empty()).then(|| kept.to_owned())
}

/// Returns the heading that names the whole text: at its top, of any level; else the only one of the first level.
fn first_heading(body: &str) -> Option<String> {
    let end = body.floor_char_boundary(MAX_HEADING_SEARCH.min(body.len()));
    let mut lines = body[..end].lines().skip_while(|line| line.trim().is_empty());
    let first = lines.next()?;
    let underline = lines.clone().next().unwrap_or_default().trim();
    if let Some((_, text)) = parse_heading(first) {
        return clean(&text);
    }
    if underline.len() >= 3 && underline.chars().all(|c| c == '=') && has_letters(first) {
        return clean(&plain_text(first));
    }
    let mut is_code = first.trim_start().starts_with("```");
    let mut found = None;
    for line in lines {
        if line.trim_start().starts_with("```") {
            is_code = !is_code;
        } else if let Some((1, text)) = parse_heading(line).filter(|_| !is_code) {
            if found.is_some() {
                return None;
            }
            found = Some(text);
        }
    }
    clean(&found?)
}

/// Parses a heading into its level and text.
fn parse_heading(line: &str) -> Option<(usize, String)> {
    let rest = line.trim_start_matches(' ').trim_start_matches('#');
    let level = line.trim_start_matches(' ').len() - rest.len();
    let is_heading = (1..=6).contains(&level)
        && line.len() - line.trim_start_matches(' ').len() <= 3
        && rest.starts_with([' ', '\t']);
    let text = plain_text(rest.trim().trim_end_matches('#'));
    (is_heading && !text.is_empty()).then_some((level, text))
}

/// Removes links, emphasis and ids from a heading.
fn plain_text(text: &str) -> String {
    let text = HEADING_ID.replace(text, "");
    let text = LINK.replace_all(&text, "$1$2");
    text.replace("**", "").replace("__", "").replace('`', "").trim().trim_matches(['*', '_']).trim().to_owned()
}

/// Returns the file name without its dates and separators, unless nothing with a meaning remains.
fn title_from_name(stem: &str, dates: &[Range<usize>]) -> Option<String> {
    let stem = if PAGE_ID.is_match(stem) { PAGE_ID.replace(stem, "").into_owned() } else { stem.to_owned() };
    let dates: Vec<Range<usize>> = dates.iter().filter(|range| range.end <= stem.len()).cloned().collect();
    let name = without_ranges(&stem, &dates);
    let name = COPY_NUMBER.replace(name.trim(), "");
    let is_separator = |c: char| c.is_whitespace() || "-_.,;:–—#+~()[]@&".contains(c);
    let name = name.trim_matches(is_separator);
    let hyphens = name.matches('-').count();
    let has_blanks = name.contains(char::is_whitespace);
    let spaced: String = name
        .chars()
        .map(|c| match c {
            '_' => ' ',
            // A name like `trip-to-bergen`, but not `Jean-Luc`.
            '-' if !has_blanks && (hyphens > 1 || !dates.is_empty()) => ' ',
            other => other,
        })
        .collect();
    let title = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
    let is_meaningful = has_letters(&title) && !HASH.is_match(name) && !is_generated(&title);
    is_meaningful.then(|| clean(&title)).flatten()
}

/// Removes byte ranges from a text.
fn without_ranges(text: &str, ranges: &[Range<usize>]) -> String {
    let (mut kept, mut at) = (String::new(), 0);
    for range in ranges {
        if let (Some(part), Some(_)) = (text.get(at..range.start), text.get(range.clone())) {
            kept.push_str(part);
            kept.push(' ');
            at = range.end;
        }
    }
    kept + text.get(at..).unwrap_or_default()
}

fn has_letters(text: &str) -> bool {
    text.contains(char::is_alphabetic)
}

/// Returns true for a name that a program gave, with a number or without.
fn is_generated(title: &str) -> bool {
    let letters: String = title.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect();
    let is_counted = title.chars().all(|c| !c.is_alphabetic()) || title.chars().any(|c| c.is_ascii_digit());
    GENERATED_NAMES.contains(&letters.as_str())
        || is_counted
            && GENERATED_NAMES.iter().any(|name| {
                letters
                    .strip_prefix(name)
                    .is_some_and(|rest| matches!(rest, "wa" | "at" | "image" | "e" | "mp" | "copy"))
            })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Finds dates like `2024-03-05`, with a time and an underscore or blank between them.
    fn find_dates(text: &str) -> Vec<Range<usize>> {
        let form = Regex::new(r"\d{4}[-_.]?\d{2}[-_.]?\d{2}(?:[ T_-]\d{4,6})?").unwrap();
        form.find_iter(text).map(|found| found.range()).collect()
    }

    fn title(stem: &str, body: &str) -> Option<String> {
        TitleSources { front_matter: None, body, stem, find_dates: &find_dates }.choose()
    }

    #[test]
    fn a_name_without_its_date_is_the_title() {
        for (stem, expected) in [
            ("2024-03-05 Trip to Bergen", "Trip to Bergen"),
            ("2024-03-05-trip-to-bergen", "trip to bergen"),
            ("2024-03-05_Trip_to_Bergen", "Trip to Bergen"),
            ("Trip to Bergen (2024-03-05)", "Trip to Bergen"),
            ("2024-03-05 - Trip to Bergen (2)", "Trip to Bergen"),
            ("20240305-0730 Trip, day 2", "Trip, day 2"),
            ("Trip to Bergen 0123456789abcdef0123456789abcdef", "Trip to Bergen"),
            ("Jean-Luc", "Jean-Luc"),
            ("weir", "weir"),
            ("日記", "日記"),
            ("2024-03-05 Über uns", "Über uns"),
            ("Images of Bergen", "Images of Bergen"),
            ("Note to self", "Note to self"),
        ] {
            assert_eq!(title(stem, "The funicular was closed.").as_deref(), Some(expected), "{stem}");
        }
    }

    #[test]
    fn a_name_without_a_meaning_is_no_title() {
        for stem in [
            "2024-03-05",
            "20240305_0730",
            "2024-03-05 (2)",
            "note0",
            "note",
            "Untitled",
            "Untitled 3",
            "IMG_1234",
            "IMG_20190704_211500",
            "PXL_20240305_073012345",
            "DSC00042",
            "VID-20190704-WA0001",
            "PTT-20240305-WA0001",
            "Screenshot 2024-03-05 at 7.30.12",
            "9f86d081884c7d65",
            "d41d8cd98f00b204e9800998ecf8427e",
            "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
            "01ARZ3NDEKTSV4RRFFQ69G5FAV",
            "202403050730",
            "42",
            "-",
            "",
        ] {
            assert_eq!(title(stem, "A quiet day."), None, "{stem}");
        }
    }

    #[test]
    fn a_heading_comes_before_the_name() {
        for (body, expected) in [
            ("# The weir\n\nText", Some("The weir")),
            ("\n## The **weir** #\nText", Some("The weir")),
            ("The weir\n========\nText", Some("The weir")),
            ("# [[weir|The weir]] {#weir}", Some("The weir")),
            ("# 2024-03-05 The weir", Some("2024-03-05 The weir")),
            ("Text first\n\n# The weir\n\nText", Some("The weir")),
            ("Text\n# Morning\nText\n# Evening\nText", Some("note of Kari")),
            ("```\n# a comment\n```\n", Some("note of Kari")),
            ("# 2024-03-05\nText", Some("note of Kari")),
            ("#tag and text", Some("note of Kari")),
            ("#\n", Some("note of Kari")),
        ] {
            assert_eq!(title("2024-03-05 note of Kari", body).as_deref(), expected, "{body}");
        }
    }

    #[test]
    fn the_title_of_the_front_matter_comes_first() {
        let sources = TitleSources {
            front_matter: Some("Mine".to_owned()),
            body: "# Heading",
            stem: "Name",
            find_dates: &find_dates,
        };

        assert_eq!(sources.choose().as_deref(), Some("Mine"));
    }

    #[test]
    fn ranges_outside_the_name_are_ignored() {
        let sources =
            TitleSources { front_matter: None, body: "x", stem: "é Kari", find_dates: &|_| vec![1..2, 40..50] };

        assert_eq!(sources.choose().as_deref(), Some("é Kari"));
    }

    proptest::proptest! {
        #[test]
        fn any_name_and_text_are_read(
            stem in "\\PC{0,40}",
            body in "(# )?\\PC{0,40}\n(=|\\PC){0,5}",
            at in 0_usize..40,
        ) {
            let find_dates = |_: &str| std::iter::once(at..at + 3).collect();
            let found = TitleSources { front_matter: None, body: &body, stem: &stem, find_dates: &find_dates }.choose();
            proptest::prop_assert!(found.is_none_or(|title| !title.is_empty() && title.chars().count() <= MAX_TITLE));
        }
    }
}
