//! Postprocessing of a model's answer into the text of a page.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use crate::providers::ocr::page::{ENTRY_BEGINS_MARKER, PagePosition, PageText, is_entry_marker};
use crate::providers::ocr::uncertainty_markers::{self, CLOSE_DELIMITER, OPEN_DELIMITER};

fn compile_pattern(text: &str) -> Regex {
    Regex::new(text).expect("the patterns are fixed")
}

static CROSSED_OUT: LazyLock<Regex> = LazyLock::new(|| compile_pattern(r"~~[^\n]*?~~"));
static BLANKS: LazyLock<Regex> = LazyLock::new(|| compile_pattern(r"[ \t]+"));
static BEFORE_PUNCTUATION: LazyLock<Regex> = LazyLock::new(|| compile_pattern(r"[ \t]+([,.;:!?])"));
static ESCAPE: LazyLock<Regex> = LazyLock::new(|| compile_pattern(r"\\([!-/:-@\[-`{-~])"));
static MARKER: LazyLock<Regex> = LazyLock::new(|| compile_pattern("<<<ENTRY (?:BEGINS|ENDS)>>>"));

/// Postprocesses an answer.
///
/// Markers that the page position does not allow are removed, as are repeated ones; the others are put on separate
/// lines, so that neither they nor the space around them become part of the text.
pub(super) fn postprocess(answer: &str, position: PagePosition) -> PageText {
    let text = answer.replace("\r\n", "\n");
    let text = remove_crossed_out(&text);
    let text = remove_escapes(&text);
    let text = separate_markers(&text, position);
    let reading = uncertainty_markers::parse(&text);
    PageText { text: join_wrapped_lines(&reading.text), ..reading }
}

/// Removes crossed-out text and the white space it leaves.
fn remove_crossed_out(text: &str) -> String {
    let text = CROSSED_OUT.replace_all(text, "");
    let text = BLANKS.replace_all(&text, " ");
    let text = BEFORE_PUNCTUATION.replace_all(&text, "$1");
    let lines: Vec<&str> = text.split('\n').map(str::trim).collect();
    lines.join("\n").trim().to_owned()
}

/// Removes the backslashes of Markdown escapes.
fn remove_escapes(text: &str) -> Cow<'_, str> {
    ESCAPE.replace_all(text, "$1")
}

fn separate_markers(text: &str, position: PagePosition) -> String {
    if !MARKER.is_match(text) {
        return text.to_owned();
    }
    let (mut begins, mut ends) = (position.allows_begin_marker(), position.allows_end_marker());
    let mut lines: Vec<&str> = Vec::new();
    for line in text.split('\n') {
        if !MARKER.is_match(line) {
            lines.push(line);
            continue;
        }
        let mut at = 0;
        for marker in MARKER.find_iter(line) {
            lines.extend(text_around_marker(&line[at..marker.start()]));
            at = marker.end();
            let allowed = if marker.as_str() == ENTRY_BEGINS_MARKER { &mut begins } else { &mut ends };
            if std::mem::take(allowed) {
                lines.push(marker.as_str());
            }
        }
        lines.extend(text_around_marker(&line[at..]));
    }
    lines.join("\n").trim().to_owned()
}

/// Returns the text next to a marker, unless it consists of white space and delimiters around the marker only.
fn text_around_marker(text: &str) -> Option<&str> {
    let bare = text.trim_matches(|char: char| char.is_whitespace() || matches!(char, OPEN_DELIMITER | CLOSE_DELIMITER));
    (!bare.is_empty()).then(|| text.trim())
}

/// Replaces single newlines with spaces, except next to a marker. The length does not change, so ranges stay valid.
fn join_wrapped_lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let lines: Vec<&str> = text.split('\n').collect();
    for (number, line) in lines.iter().enumerate() {
        if number > 0 {
            let before = lines[number - 1];
            let apart = [before, line].into_iter().any(|line| line.is_empty() || is_entry_marker(line));
            out.push(if apart { '\n' } else { ' ' });
        }
        out.push_str(line);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(answer: &str) -> String {
        postprocess(answer, PagePosition::Single).text
    }

    #[test]
    fn an_answer_becomes_continuous_text() {
        for (answer, wanted) in [
            ("", ""),
            ("  \n \t\n", ""),
            ("Rain all day.", "Rain all day."),
            ("  Rain\nall day.  \n", "Rain all day."),
            ("Rain\r\nall day.\r\n\r\nThen sun.", "Rain all day.\n\nThen sun."),
            ("one\n\ntwo\n\n\nthree", "one\n\ntwo\n\n\nthree"),
            ("one\n \t \ntwo", "one\n\ntwo"),
            // Crossed out within a line.
            ("I ~~went~~ walked", "I walked"),
            ("~~gone~~", ""),
            ("a ~~b~~ c ~~d~~ e", "a c e"),
            ("a ~~b~~, c", "a, c"),
            ("a ~~b\nc~~ d", "a ~~b c~~ d"),
            ("about ~5 km", "about ~5 km"),
            // Blanks.
            ("a  b\t\tc", "a b c"),
            ("Well , yes ; no : so ! what ? this .", "Well, yes; no: so! what? this."),
            // Escapes.
            (r"1\. first \- a \*star\* \#tag \_x\_", "1. first - a *star* #tag _x_"),
            (r"a \\ b", r"a \ b"),
            (r"C:\dir \é", r"C:\dir \é"),
            (r"\~5", "~5"),
        ] {
            assert_eq!(text(answer), wanted, "{answer:?}");
        }
    }

    #[test]
    fn ranges_stay_valid_after_every_step() {
        for (answer, wanted, uncertain) in [
            ("We met ⟪Ilse⟫ at\nthe ⟪quay⟫ .", "We met Ilse at the quay.", vec!["Ilse", "quay"]),
            ("~~no~~ ⟪yes⟫", "yes", vec!["yes"]),
            (r"\⟪a\_b⟫", r"\a_b", vec!["a_b"]),
            ("x ⟪a\nb⟫ y", "x a b y", vec!["a b"]),
            ("Zoë,\n⟪ging⟫\n\n⟪naar⟫ huis", "Zoë, ging\n\nnaar huis", vec!["ging", "naar"]),
        ] {
            let reading = postprocess(answer, PagePosition::Single);

            let chars: Vec<char> = reading.text.chars().collect();
            let at = |offset: i64| usize::try_from(offset).unwrap();
            let found = reading.spans.iter().map(|span| &chars[at(span.char_start)..at(span.char_end)]);
            let found: Vec<String> = found.map(|chars| chars.iter().collect()).collect();
            assert_eq!((reading.text.as_str(), found), (wanted, uncertain.iter().map(ToString::to_string).collect()));
        }
    }

    #[test]
    fn markers_are_on_separate_lines_without_stray_space() {
        for (answer, wanted) in [
            ("old\n<<<ENTRY BEGINS>>>\nnew\nwords", "old\n<<<ENTRY BEGINS>>>\nnew words"),
            ("old <<<ENTRY BEGINS>>> new", "old\n<<<ENTRY BEGINS>>>\nnew"),
            ("<<<ENTRY BEGINS>>>new", "<<<ENTRY BEGINS>>>\nnew"),
            ("new\nwords\n<<<ENTRY ENDS>>>\nnext\none", "new words\n<<<ENTRY ENDS>>>\nnext one"),
            ("<<<ENTRY BEGINS>>> a <<<ENTRY ENDS>>> b", "<<<ENTRY BEGINS>>>\na\n<<<ENTRY ENDS>>>\nb"),
            ("old\n\n<<<ENTRY BEGINS>>>\n\nnew", "old\n\n<<<ENTRY BEGINS>>>\n\nnew"),
            ("a\n⟪<<<ENTRY BEGINS>>>⟫\nb", "a\n<<<ENTRY BEGINS>>>\nb"),
            (r"a \<\<\<ENTRY ENDS\>\>\> b", "a\n<<<ENTRY ENDS>>>\nb"),
            // Each marker once.
            ("a\n<<<ENTRY BEGINS>>>\nb\n<<<ENTRY BEGINS>>>\nc", "a\n<<<ENTRY BEGINS>>>\nb c"),
            // Not a marker.
            ("<<<ENTRY>>>\nx <<ENTRY ENDS>>", "<<<ENTRY>>> x <<ENTRY ENDS>>"),
        ] {
            assert_eq!(text(answer), wanted, "{answer:?}");
        }
    }

    #[test]
    fn a_page_has_the_markers_that_its_position_allows() {
        let answer = "a\n<<<ENTRY BEGINS>>>\nb\n<<<ENTRY ENDS>>>\nc";
        for (role, wanted) in [
            (PagePosition::Single, answer),
            (PagePosition::First, "a\n<<<ENTRY BEGINS>>>\nb c"),
            (PagePosition::Middle, "a b c"),
            (PagePosition::Last, "a b\n<<<ENTRY ENDS>>>\nc"),
        ] {
            assert_eq!(postprocess(answer, role).text, wanted, "{role:?}");
        }
    }
}
