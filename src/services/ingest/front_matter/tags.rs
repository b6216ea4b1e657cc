//! Tags of the front matter in all their spellings.
//!
//! A tag that is overlooked opens an entry to keys that must not see it. What can be read in two ways therefore gives
//! the tags of both.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use crate::domain::tag;
use crate::error::{Error, Result};
use crate::services::ingest::front_matter::keys::normalize_key;

/// Keys of a map that holds one tag, such as `{name: private, color: red}`.
const NAME_KEYS: [&str; 5] = ["name", "tag", "title", "label", "value"];
/// Separators of tags in a line.
const SEPARATORS: [char; 9] = [',', ';', '，', '、', '；', '|', '\n', '\r', '\u{2028}'];
/// Characters without a width that editors leave in a text.
const INVISIBLE: [char; 6] = ['\u{200b}', '\u{200c}', '\u{200d}', '\u{2060}', '\u{feff}', '\u{ad}'];
const QUOTES: [char; 11] = ['"', '\'', '`', '“', '”', '„', '‘', '’', '«', '»', '\\'];

/// Links in both syntaxes; the name of the page is the tag.
static LINK: LazyLock<Regex> = LazyLock::new(|| pattern(r"\[\[([^\]\[|#]*)[^\]\[]*\]\]|\[([^\]\[]+)\]\([^()\s]*\)"));
/// Placeholders that a template left unfilled.
static PLACEHOLDER: LazyLock<Regex> = LazyLock::new(|| pattern(r"\{\{[^{}]*\}\}|<%[^%]*%>"));
/// A comment of YAML: `#` and a blank.
static COMMENT: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?:^|\s)#(?:[\s!#-].*)?$"));
/// A tag that YAML reads as a comment.
static HASH_TAG: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?:^|[\s,\[])#\w"));
static ALIAS: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?:^|[\s\[,])\*([\w-]+)"));
static BULLET: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(?:[-*+•–]\s+|-(?:[^-\s]))"));

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the pattern is a constant and valid")
}

/// Treatment of blanks inside a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum BlankRule {
    /// A tag may have several words.
    Keep,
    /// Every word is a tag.
    Split,
    /// The whole text is a tag, and so is every word.
    Both,
}

impl BlankRule {
    /// Returns the rule for a line without separators. `tags: a b` are two tags in most programs; a category may
    /// have several words.
    fn of_line(key: &str) -> Self {
        if normalize_key(key).starts_with("tag") { Self::Split } else { Self::Both }
    }
}

/// Returns the tags of a value: a list, a line, or maps whose keys are the parents of nested tags.
pub(super) fn from_value(key: &str, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    match value {
        Value::String(line) => split_line(line, BlankRule::of_line(key), &mut found),
        Value::Bool(claim) => found.push(claim.to_string()),
        other => collect(other, &[], &mut found),
    }
    found
}

fn collect(value: &Value, parents: &[&str], found: &mut Vec<String>) {
    let mut own = Vec::new();
    match value {
        Value::Bool(claim) if parents.is_empty() => own.push(claim.to_string()),
        Value::Bool(false) => return,
        Value::Number(number) => own.push(number.to_string()),
        Value::String(text) => match as_claim(text).filter(|_| !parents.is_empty()) {
            Some(false) => return,
            Some(true) => {}
            None => split_line(text, BlankRule::Keep, &mut own),
        },
        Value::Array(items) if !items.is_empty() => return items.iter().for_each(|it| collect(it, parents, found)),
        Value::Object(map) if !map.is_empty() => {
            if let Some((_, name)) = map.iter().find(|(key, value)| is_name_key(key) && value.is_string()) {
                return collect(name, parents, found);
            }
            return map.iter().for_each(|(key, value)| collect(value, &[parents, &[key.as_str()]].concat(), found));
        }
        Value::Null | Value::Bool(true) | Value::Array(_) | Value::Object(_) => {}
    }
    add_nested(parents, own, found);
}

fn is_name_key(key: &str) -> bool {
    NAME_KEYS.contains(&normalize_key(key).as_str())
}

/// Returns the meaning of a value such as that of `{private: yes}`.
fn as_claim(text: &str) -> Option<bool> {
    match text.trim().to_lowercase().as_str() {
        "true" | "yes" | "on" | "x" | "1" => Some(true),
        "false" | "no" | "off" | "0" => Some(false),
        _ => None,
    }
}

/// Adds names below their parents; without names, the parents themselves are the tag.
fn add_nested(parents: &[&str], names: Vec<String>, found: &mut Vec<String>) {
    let prefix: Vec<String> = parents.iter().map(|name| clean(name, true)).filter(|name| !name.is_empty()).collect();
    if prefix.is_empty() {
        found.extend(names);
    } else if names.is_empty() {
        found.push(prefix.join("/"));
    } else {
        found.extend(names.into_iter().map(|name| format!("{}/{name}", prefix.join("/"))));
    }
}

/// Splits a line into tags.
fn split_line(line: &str, blanks: BlankRule, found: &mut Vec<String>) {
    split(line, blanks, false, found);
}

/// Splits a text into tags; `loose` also removes the punctuation of broken YAML.
fn split(text: &str, blanks: BlankRule, loose: bool, found: &mut Vec<String>) {
    let text = PLACEHOLDER.replace_all(text, "");
    let text = LINK.replace_all(&text, ",$1$2,");
    let parts: Vec<&str> = text.split(SEPARATORS).filter(|part| part.contains(char::is_alphanumeric)).collect();
    let blanks = if parts.len() > 1 && blanks == BlankRule::Split { BlankRule::Keep } else { blanks };
    for part in text.split(SEPARATORS).filter(|part| !part.trim().is_empty()) {
        let words: Vec<&str> = part.split_whitespace().filter(|word| !word.starts_with("!!")).collect();
        // A tag of several words that is closed: `#sea side#`.
        let is_closed =
            part.trim().strip_prefix('#').and_then(|it| it.strip_suffix('#')).is_some_and(|it| !it.contains('#'));
        let is_marked = |word: &&str| !is_closed && word.len() > 1 && word.starts_with(['#', '@']);
        let marked = words.iter().filter(|word| is_marked(word)).count();
        let phrase = clean(&words.join(" "), loose);
        let keeps_phrase = marked == 0 && blanks != BlankRule::Split || words.len() == 1;
        if keeps_phrase && phrase.chars().count() <= tag::MAX_CHARS {
            add_name(&phrase, found);
        }
        if marked > 0 && marked < words.len() {
            found.extend(part.split('#').map(|it| clean(it, loose)).filter(|it| it.contains(' ')));
        }
        if words.len() > 1 && (marked > 0 || blanks != BlankRule::Keep || phrase.chars().count() > tag::MAX_CHARS) {
            for word in &words {
                add_name(&clean(word, loose), found);
            }
        }
        if words.len() == 1 && phrase.chars().count() > tag::MAX_CHARS {
            // Refused by the normalization.
            found.push(phrase);
        }
    }
}

/// Adds a name; several that are written without blanks, as in `#a#b`, one by one.
fn add_name(name: &str, found: &mut Vec<String>) {
    let is_glued = name.contains('#') && !name.ends_with('#');
    let names = if is_glued { name.split('#').collect() } else { vec![name] };
    found.extend(names.into_iter().filter(|it| !it.is_empty()).map(str::to_owned));
}

/// Removes the marks around a tag: `#`, `@`, quotes, characters without a width; with `loose` brackets and more.
fn clean(name: &str, loose: bool) -> String {
    let is_mark = |c: char| c.is_whitespace() || INVISIBLE.contains(&c) || QUOTES.contains(&c);
    let is_opening = |c: char| is_mark(c) || matches!(c, '#' | '@') || loose && "[](){}<>&!*%?+-•=:_,;".contains(c);
    let is_closing = |c: char| is_mark(c) || loose && "[](){}<>*.:=,;_".contains(c);
    let bare = name.trim_matches(is_mark);
    let bare = if bare.starts_with('#') { bare.trim_end_matches('#') } else { bare };
    bare.trim_start_matches(is_opening).trim_end_matches(is_closing).to_owned()
}

/// Returns the tags of a key in text that is not YAML: the rest of its line, then the lines below it.
pub(super) fn from_lines(key: &str, lines: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    let mut parents: Vec<NestedParent> = Vec::new();
    let is_block = lines.first().is_some_and(|line| is_block_indicator(line.trim()));
    for (number, line) in lines.iter().enumerate() {
        let indent = indentation(line);
        let content = without_comment(line);
        let content = without_bullet(content);
        if content.is_empty() || number == 0 && is_block {
            continue;
        }
        while let Some(parent) = parents.pop_if(|parent| number > 0 && parent.indent >= indent) {
            parent.add_if_childless(&parents, &mut found);
        }
        if number > 0
            && let Some(name) = content.strip_suffix(':')
        {
            mark_as_parents(&mut parents);
            parents.push(NestedParent { indent, name: name.to_owned(), has_children: false });
            continue;
        }
        mark_as_parents(&mut parents);
        let names: Vec<&str> = parents.iter().map(|parent| parent.name.as_str()).collect();
        read_line(key, content, number == 0 || is_block, &names, &mut found);
    }
    while let Some(parent) = parents.pop() {
        parent.add_if_childless(&parents, &mut found);
    }
    found
}

fn mark_as_parents(parents: &mut [NestedParent]) {
    for parent in parents {
        parent.has_children = true;
    }
}

/// Tag of a line that ends with a colon; the tags below it are nested in it.
struct NestedParent {
    indent: usize,
    name: String,
    has_children: bool,
}

impl NestedParent {
    fn add_if_childless(self, parents: &[Self], found: &mut Vec<String>) {
        if !self.has_children {
            let names: Vec<&str> = parents.iter().map(|parent| parent.name.as_str()).chain([&*self.name]).collect();
            add_nested(&names, Vec::new(), found);
        }
    }
}

fn read_line(key: &str, content: &str, is_first: bool, parents: &[&str], found: &mut Vec<String>) {
    let is_list = content.starts_with('[') && !content.starts_with("[[");
    let is_map = content.starts_with('{') && !content.starts_with("{{") || !is_first;
    let blanks = match () {
        () if is_list && content.contains(SEPARATORS) => BlankRule::Keep,
        () if is_list => BlankRule::Both,
        () if is_first => BlankRule::of_line(key),
        () => BlankRule::Keep,
    };
    if !content.contains(": ") {
        let mut names = Vec::new();
        split(content, blanks, true, &mut names);
        if !names.is_empty() {
            add_nested(parents, names, found);
        }
    } else if is_map {
        for pair in content.split(',') {
            let (name, value) = pair.split_once(": ").unwrap_or((pair, ""));
            let (name, value) = (clean(name, true), clean(value, true));
            if is_name_key(&name) {
                collect(&Value::String(value), parents, found);
            } else if !name.is_empty() {
                collect(&Value::String(value), &[parents, &[name.as_str()]].concat(), found);
            }
        }
    } else {
        content.split(": ").for_each(|part| split(part, blanks, true, found));
    }
}

/// Returns true for lines of a tag key that YAML reads, but not as they are meant: `tags: #private` is a comment,
/// `tags: !private` a type, `tags: [a b]` one tag and `tags: a]` a tag with a bracket.
pub(super) fn is_misread_by_yaml(lines: &[String]) -> bool {
    let first = lines.first().map_or("", |line| line.trim());
    let is_list_of_words = first.starts_with('[') && !first.contains([',', '"', '\'']) && first.contains(' ');
    let is_odd =
        !first.starts_with(['[', '{', '"', '\'', '>', '|']) && first.ends_with([']', ')', '}', '>', '.', ':', '_']);
    let is_typed = first.starts_with(['&', '!', '(', '<', '_']);
    lines.iter().any(|line| HASH_TAG.is_match(line)) || is_typed || is_list_of_words || is_odd
}

/// Returns true if a tag is an alias, such as `*a`, of a value elsewhere in the block.
pub(super) fn refers_to_anchor(lines: &[String], block: &str) -> bool {
    let mut names = lines.iter().flat_map(|line| ALIAS.captures_iter(line));
    names.any(|alias| block.contains(&format!("&{}", &alias[1])))
}

/// Returns true if the lines have no text besides comments, placeholders and the words for an empty value.
pub(super) fn is_empty(lines: &[String]) -> bool {
    lines.iter().all(|line| {
        let content = PLACEHOLDER.replace_all(without_comment(line), "").to_lowercase();
        matches!(content.trim(), "null" | "none" | "- null")
            || !content.contains(|c: char| c.is_alphanumeric() || !c.is_ascii())
    })
}

/// Removes the mark of a list item.
fn without_bullet(content: &str) -> &str {
    match content.chars().next() {
        Some(mark) if BULLET.is_match(content) => content[mark.len_utf8()..].trim_start(),
        _ => content,
    }
}

fn is_block_indicator(content: &str) -> bool {
    content.starts_with(['|', '>']) && content.len() <= 3
}

fn without_comment(line: &str) -> &str {
    let end = COMMENT.find(line).map_or(line.len(), |comment| comment.start());
    line[..end].trim()
}

/// Returns the width of the blanks before a line; a tab counts as two.
pub(super) fn indentation(line: &str) -> usize {
    let blanks = line.chars().take_while(|c| c.is_whitespace());
    blanks.map(|c| if c == '\t' { 2 } else { 1 }).sum()
}

/// Normalizes tags.
///
/// # Errors
/// `Invalid` with the code `unreadable_tags` for one that is too long, and for too many.
pub(super) fn normalize(names: &[String]) -> Result<Vec<String>> {
    tag::normalize(names).map_err(|error| unreadable(&error.to_string()))
}

/// Returns the error for tags that cannot be read.
pub(super) fn unreadable(reason: &str) -> Error {
    Error::invalid(format!("the tags of the front matter cannot be read: {reason}"))
        .hint("write them like `tags: [work, sea]` between two `---` lines")
        .code("unreadable_tags")
}
