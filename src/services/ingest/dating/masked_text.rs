//! Masking of the parts of a note that never date it: links, addresses, code, tasks, quotes, properties, comments.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

/// Character that replaces each byte of a masked part.
pub(super) const MASK: char = '\u{1a}';

/// Parts that are masked, in this order, each with the texts of which one occurs in it.
const MASKED_PARTS: &[(&[&str], &str)] = &[
    // Comments of HTML and of Obsidian.
    (&["<!--"], r"(?s)<!--.*?(?:-->|$)"),
    (&["%%"], r"(?s)%%.*?%%"),
    // Code within a line.
    (&["`"], r"``[^\n]*?``|`[^`\n]+`"),
    // Tasks: list items with a box, and the keywords of Logseq and Org.
    (&["] ", "]\t"], r"(?m)^[ \t>]*(?:(?:[-*+]|[0-9]+[.)])[ \t]+)?\[.\][ \t].*$"),
    (
        &["TODO", "DO", "LATER", "NOW", "WAIT", "CANCEL", "IN-PROGRESS"],
        r"(?m)^[ \t]*(?:[-*+]+[ \t]+|#+[ \t]+)?(?:TODO|DONE|DOING|LATER|NOW|WAIT|WAITING|CANCELED|CANCELLED|IN-PROGRESS)[ \t:].*$",
    ),
    (&["☐", "☑", "☒", "✅", "✔"], r"(?m)^[ \t]*(?:[-*+][ \t]+)?[☐☑☒✅✔].*$"),
    (&["SCHEDULED:", "DEADLINE:", "CLO"], r"\b(?:SCHEDULED|DEADLINE|CLOSED|CLOCK):[^\n]*"),
    // Quotes, and the line above one in a mail.
    (
        &[":\n", ": \n", ":\r", "：\n"],
        r"(?m)^.{5,200}(?:\bwrote|\bschrieb\b.{0,60}|a écrit|escribió|ha scritto|\bschreef\b.{0,60}|escreveu|napisał(?:a|\(a\))?|\bskrev\b.{0,60}|написал(?:а|\(а\))?|写道)[ \t]*[:：][ \t\r]*$",
    ),
    (&[">"], r"(?m)^[ \t]*>.*$"),
    // Properties of Logseq and Dataview.
    (&["::"], r"(?m)^[ \t]*(?:[-*+][ \t]+)?[\w. -]{1,60}::.*$"),
    (&["::"], r"[\[(][\w. -]{1,60}::[^\])\n]*[\])]"),
    // Links by name, block references, and definitions of link targets.
    (&["[["], r"!?\[\[[^\n]*?\]\]"),
    (&["(("], r"\(\([0-9a-fA-F-]{8,}\)\)"),
    (&["]:"], r"(?m)^[ \t]*\[[^\]\n]+\]:.*$"),
    // Links of HTML, of wikis and of AsciiDoc.
    (&["<a", "<A"], r"(?is)<a\s[^>]*>.*?(?:</a>|$)"),
    (&["://"], r"\[[a-z]+://[^\]\n]*\]"),
    (&["://"], r"\b[a-z]+://[^\s\[]*\[[^\]\n]*\]"),
    // Tags of HTML. An Org date such as <2024-03-05 Tue> begins with a digit.
    (&["<"], r"</?[a-zA-Z][^<>\n]*>"),
    // Addresses, paths and names of files.
    (&["://"], r"\b[a-zA-Z][a-zA-Z0-9+.-]{1,15}://\S*"),
    (&["mailto:", "tel:", "doi:", "urn:"], r"\b(?:mailto|tel|doi|urn):\S+"),
    (&["www."], r"\bwww\.\S+"),
    (&["/"], r"\b[\w-]+(?:\.[\w-]+)*\.[a-zA-Z]{2,}/\S*"),
    (&["/"], r"(?:\.{0,2}/|~/|\b[a-zA-Z_][\w.-]*/)+[^\s,;]*\.[a-zA-Z0-9]{2,5}\b"),
    (&["/"], r"(?:^|[\s(])[~.]{0,2}/\S+"),
    (
        &["."],
        r"\S+\.(?i:md|markdown|txt|org|jpe?g|png|gif|heic|webp|pdf|mp[34]|m4a|mov|wav|ogg|docx?|xlsx?|csv|zip|html?|json)\b",
    ),
    (&["@"], r"\S+@\S+\.\w+"),
];

/// The patterns of [`MASKED_PARTS`].
static PATTERNS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let patterns = MASKED_PARTS.iter().map(|(_, pattern)| Regex::new(pattern));
    patterns.map(|pattern| pattern.expect("the masked parts are valid constants")).collect()
});

/// Definition of the target of a link by its label, `[label]: target`; a label alone in brackets is a link then.
static LINK_LABEL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?m)^[ \t]*(\[[^\]\n]+\]):[ \t]*\S").expect("the form of a definition is a valid constant")
});

/// Returns the text with every part that never dates a note replaced; bytes and line breaks keep their place.
pub(super) fn mask(text: &str) -> String {
    let mut masked = text.to_owned();
    replace(&mut masked, &code_blocks(text));
    for ((signs, _), pattern) in MASKED_PARTS.iter().zip(PATTERNS.iter()) {
        if signs.iter().any(|sign| masked.contains(sign)) {
            let found: Vec<_> = pattern.find_iter(&masked).map(|found| found.range()).collect();
            replace(&mut masked, &found);
        }
    }
    let links = links(&masked);
    replace(&mut masked, &links);
    let labels = if text.contains("]:") { text } else { "" };
    for label in LINK_LABEL.captures_iter(labels).filter_map(|found| found.get(1)) {
        let named: Vec<_> = masked.match_indices(label.as_str()).map(|(at, name)| at..at + name.len()).collect();
        replace(&mut masked, &named);
    }
    masked
}

/// Replaces the ranges, except line breaks in them.
fn replace(text: &mut String, ranges: &[Range<usize>]) {
    if ranges.is_empty() {
        return;
    }
    let mut result = String::with_capacity(text.len());
    let mut kept = 0;
    for range in ranges {
        if range.start < kept {
            continue;
        }
        result.push_str(&text[kept..range.start]);
        for c in text[range.clone()].chars() {
            match c {
                '\n' | '\r' => result.push(c),
                other => result.extend(std::iter::repeat_n(MASK, other.len_utf8())),
            }
        }
        kept = range.end;
    }
    result.push_str(&text[kept..]);
    *text = result;
}

/// Returns the blocks of code between two marks; one that is not closed reaches to the end.
fn code_blocks(text: &str) -> Vec<Range<usize>> {
    let (mut blocks, mut open, mut at) = (Vec::new(), None, 0);
    for line in text.split_inclusive('\n') {
        let mark = ["```", "~~~"].into_iter().find(|mark| line.trim_start().starts_with(mark));
        match (open, mark) {
            (None, Some(mark)) => open = Some((at, mark)),
            (Some((start, opened)), Some(mark)) if opened == mark => {
                blocks.push(start..at + line.len());
                open = None;
            }
            _ => {}
        }
        at += line.len();
    }
    blocks.extend(open.map(|(start, _)| start..text.len()));
    blocks
}

/// Returns the links with a target, `[text](target)` and `[text][name]`, with text and target.
fn links(text: &str) -> Vec<Range<usize>> {
    let (mut found, mut open): (Vec<Range<usize>>, Vec<usize>) = (Vec::new(), Vec::new());
    let bytes = text.as_bytes();
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'\n' => open.clear(),
            b'[' => open.push(at),
            b']' => {
                let Some(start) = open.pop() else { continue };
                let end = match bytes.get(at + 1) {
                    Some(b'(') => Some(closing(text, at + 1, b'(', b')')),
                    Some(b'[') => Some(closing(text, at + 1, b'[', b']')),
                    _ => None,
                };
                if let Some(end) = end {
                    // A link in the text of another is part of it.
                    found.retain(|inner| inner.start < start);
                    found.push(start..end);
                }
            }
            _ => {}
        }
    }
    found.sort_by_key(|link| link.start);
    found
}

/// Returns the byte after the bracket that closes the one at `open`, at the latest the end of the paragraph.
fn closing(text: &str, open: usize, opening: u8, close: u8) -> usize {
    let paragraph = text[open..].find("\n\n").map_or(text.len(), |length| open + length);
    let mut depth = 0_usize;
    for (at, byte) in text[open..paragraph].bytes().enumerate() {
        if byte == opening {
            depth += 1;
        } else if byte == close {
            depth -= 1;
            if depth == 0 {
                return open + at + 1;
            }
        }
    }
    paragraph
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_addresses_code_tasks_and_quotes_are_masked() {
        let cases = [
            "<< [[2024-03-04]] | [[2024-03-06|tomorrow]] >>",
            "![[2024-03-04.png]]",
            "[2024-03-04](2024-03-04.md)",
            "[the 5th [March] 2024](a(2024-03-04)b)",
            "[2024-03-04][1]",
            "[1]: 2024-03-04",
            "[4 March 2024] rain\n\n[4 March 2024]: a.md",
            "<a href=\"a.html\">4 March 2024</a>",
            "[https://example.org 4 March 2024]",
            "https://example.org/a[4 March 2024]",
            "On Mon, 4 Mar 2024 at 09:30, Bob <bob@example.org> wrote:\n> Rain",
            "Am 4. März 2024 schrieb Bob:\n> Regen",
            "https://example.com/2024/03/04/walk?d=2024-03-05",
            "example.com/2024/03/04",
            "photos/2024-03-04/a.jpg and ./2024-03-04",
            "`2024-03-04` and ``2024-03-05 ` ``",
            "```\n2024-03-04\n```",
            "~~~ text\n2024-03-04",
            "- [ ] dentist 2024-03-04",
            "* [x] 4 March 2024",
            "TODO 4 March 2024",
            "- LATER 4 March 2024\n  SCHEDULED: <2024-03-04 Mon>",
            "> 4 March 2024",
            "due:: 2024-03-04",
            "- created at:: 2024-03-04",
            "paid [on:: 2024-03-04]",
            "<!-- 2024-03-04\n 2024-03-05 -->",
            "<time datetime=\"2024-03-04\">",
            "%% 2024-03-04 %%",
            "see 2024-03-04.pdf",
            "((65e6f2a4-2024-0304-1234-123456789012))",
        ];
        for written in cases {
            let masked = mask(written);

            assert_eq!(masked.len(), written.len(), "{written}");
            assert!(!masked.contains(|c: char| c.is_ascii_digit()), "{written}: {masked}");
        }
    }

    #[test]
    fn everything_else_is_kept() {
        for written in [
            "2024-03-04 [a] (b)",
            "# 4 March 2024\n\nRain [1].",
            "<2024-03-05 Tue>",
            "4/3/2024 and 5/Mar/2024",
            "It's 4 March '24, isn't it",
            "é 2024年3月5日",
            "10:30: 4 March 2024",
        ] {
            assert_eq!(mask(written), written);
        }
    }
}
