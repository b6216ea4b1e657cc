//! A model's answer as the text of a page, in small steps.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use crate::providers::ocr::BEGINS;
use crate::providers::ocr::ENDS;
use crate::providers::ocr::Reading;
use crate::providers::ocr::Role;
use crate::providers::ocr::sentinels;

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the patterns are fixed")
}

static CROSSED_OUT: LazyLock<Regex> = LazyLock::new(|| pattern(r"~~[^\n]*?~~"));
static BLANKS: LazyLock<Regex> = LazyLock::new(|| pattern(r"[ \t]+"));
static BEFORE_PUNCTUATION: LazyLock<Regex> = LazyLock::new(|| pattern(r"[ \t]+([,.;:!?])"));
static ESCAPE: LazyLock<Regex> = LazyLock::new(|| pattern(r"\\([!-/:-@\[-`{-~])"));
static MARKER: LazyLock<Regex> = LazyLock::new(|| pattern("<<<ENTRY (?:BEGINS|ENDS)>>>"));

/// Cleans an answer up. Markers that a page in its place cannot have are cut, and so are further ones of a kind; the others
/// end up on lines of their own, so that neither they nor the space around them gets into the prose.
pub(super) fn cleaned(answer: &str, role: Role) -> Reading {
    let text = answer.replace("\r\n", "\n");
    let text = without_crossed_out(&text);
    let text = without_escapes(&text);
    let text = with_markers_apart(&text, role);
    let reading = sentinels::read(&text);
    Reading { text: reflowed(&reading.text), ..reading }
}

/// Takes out what is crossed out, and tidies the white space that this leaves behind.
fn without_crossed_out(text: &str) -> String {
    let text = CROSSED_OUT.replace_all(text, "");
    let text = BLANKS.replace_all(&text, " ");
    let text = BEFORE_PUNCTUATION.replace_all(&text, "$1");
    let lines: Vec<&str> = text.split('\n').map(str::trim).collect();
    lines.join("\n").trim().to_owned()
}

/// Takes out the backslashes with which Markdown keeps punctuation from having a meaning.
fn without_escapes(text: &str) -> Cow<'_, str> {
    ESCAPE.replace_all(text, "$1")
}

fn with_markers_apart(text: &str, role: Role) -> String {
    if !MARKER.is_match(text) {
        return text.to_owned();
    }
    let (mut begins, mut ends) = (role.may_begin(), role.may_end());
    let mut lines: Vec<&str> = Vec::new();
    for line in text.split('\n') {
        let mut at = 0;
        let mut found = false;
        for marker in MARKER.find_iter(line) {
            found = true;
            lines.extend(words_of(&line[at..marker.start()]));
            at = marker.end();
            let allowed = if marker.as_str() == BEGINS { &mut begins } else { &mut ends };
            if std::mem::take(allowed) {
                lines.push(marker.as_str());
            }
        }
        if found {
            lines.extend(words_of(&line[at..]));
        } else {
            lines.push(line);
        }
    }
    lines.join("\n").trim().to_owned()
}

/// Returns what stands beside a marker, if it is more than blanks and the marks of a doubt about the marker itself.
fn words_of(beside: &str) -> Option<&str> {
    let bare =
        beside.trim_matches(|char: char| char.is_whitespace() || matches!(char, sentinels::OPEN | sentinels::CLOSE));
    (!bare.is_empty()).then(|| beside.trim())
}

/// Makes a space of every newline that stands alone, but for those beside a marker. The length stays, and with it every
/// range.
fn reflowed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let lines: Vec<&str> = text.split('\n').collect();
    for (number, line) in lines.iter().enumerate() {
        if number > 0 {
            let before = lines[number - 1];
            let apart = [before, line].into_iter().any(|line| line.is_empty() || line == BEGINS || line == ENDS);
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
        cleaned(answer, Role::Only).text
    }

    #[test]
    fn an_answer_becomes_prose() {
        for (answer, wanted) in [
            ("", ""),
            ("  \n \t\n", ""),
            ("Rain all day.", "Rain all day."),
            ("  Rain\nall day.  \n", "Rain all day."),
            ("Rain\r\nall day.\r\n\r\nThen sun.", "Rain all day.\n\nThen sun."),
            ("one\n\ntwo\n\n\nthree", "one\n\ntwo\n\n\nthree"),
            ("one\n \t \ntwo", "one\n\ntwo"),
            // Crossed out, within a line.
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
    fn ranges_hold_after_every_step() {
        for (answer, wanted, doubtful) in [
            ("We met ⟪Ilse⟫ at\nthe ⟪quay⟫ .", "We met Ilse at the quay.", vec!["Ilse", "quay"]),
            ("~~no~~ ⟪yes⟫", "yes", vec!["yes"]),
            (r"\⟪a\_b⟫", r"\a_b", vec!["a_b"]),
            ("x ⟪a\nb⟫ y", "x a b y", vec!["a b"]),
            ("Zoë,\n⟪ging⟫\n\n⟪naar⟫ huis", "Zoë, ging\n\nnaar huis", vec!["ging", "naar"]),
        ] {
            let reading = cleaned(answer, Role::Only);

            let chars: Vec<char> = reading.text.chars().collect();
            let at = |offset: i64| usize::try_from(offset).unwrap();
            let found = reading.spans.iter().map(|span| &chars[at(span.char_start)..at(span.char_end)]);
            let found: Vec<String> = found.map(|chars| chars.iter().collect()).collect();
            assert_eq!((reading.text.as_str(), found), (wanted, doubtful.iter().map(ToString::to_string).collect()));
        }
    }

    #[test]
    fn markers_stand_on_lines_of_their_own_and_leave_no_space_in_the_prose() {
        for (answer, wanted) in [
            ("old\n<<<ENTRY BEGINS>>>\nnew\nwords", "old\n<<<ENTRY BEGINS>>>\nnew words"),
            ("old <<<ENTRY BEGINS>>> new", "old\n<<<ENTRY BEGINS>>>\nnew"),
            ("<<<ENTRY BEGINS>>>new", "<<<ENTRY BEGINS>>>\nnew"),
            ("new\nwords\n<<<ENTRY ENDS>>>\nnext\none", "new words\n<<<ENTRY ENDS>>>\nnext one"),
            ("<<<ENTRY BEGINS>>> a <<<ENTRY ENDS>>> b", "<<<ENTRY BEGINS>>>\na\n<<<ENTRY ENDS>>>\nb"),
            ("old\n\n<<<ENTRY BEGINS>>>\n\nnew", "old\n\n<<<ENTRY BEGINS>>>\n\nnew"),
            ("a\n⟪<<<ENTRY BEGINS>>>⟫\nb", "a\n<<<ENTRY BEGINS>>>\nb"),
            (r"a \<\<\<ENTRY ENDS\>\>\> b", "a\n<<<ENTRY ENDS>>>\nb"),
            // Each once.
            ("a\n<<<ENTRY BEGINS>>>\nb\n<<<ENTRY BEGINS>>>\nc", "a\n<<<ENTRY BEGINS>>>\nb c"),
            // Not a marker.
            ("<<<ENTRY>>>\nx <<ENTRY ENDS>>", "<<<ENTRY>>> x <<ENTRY ENDS>>"),
        ] {
            assert_eq!(text(answer), wanted, "{answer:?}");
        }
    }

    #[test]
    fn a_page_has_the_markers_that_its_place_allows() {
        let answer = "a\n<<<ENTRY BEGINS>>>\nb\n<<<ENTRY ENDS>>>\nc";
        for (role, wanted) in [
            (Role::Only, answer),
            (Role::First, "a\n<<<ENTRY BEGINS>>>\nb c"),
            (Role::Middle, "a b c"),
            (Role::Last, "a b\n<<<ENTRY ENDS>>>\nc"),
        ] {
            assert_eq!(cleaned(answer, role).text, wanted, "{role:?}");
        }
    }
}
