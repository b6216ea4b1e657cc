//! Front matter that is not YAML, line by line.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use crate::services::ingest::front_matter::keys::{FrontMatterField, KeyRole};
use crate::services::ingest::front_matter::{tags, yaml};

/// Most words of a key that is not known.
const MAX_KEY_WORDS: usize = 4;
/// Length of the `key:: value` lines that are read, in bytes.
const MAX_PROPERTIES_LENGTH: usize = 16 * 1024;
/// Most words of the key of a `key:: value` line that is not known.
const MAX_PROPERTY_WORDS: usize = 2;

static KEY_LINE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r#"^(-\s+)?["'`*_]{0,3}([\w$@][^:：=\n"'`*]{0,59}?)["'`*_]{0,3}\s*(::|[:：=])\*{0,2}(.*)$"#)
});
/// A key inside a flow mapping, such as that of JSON.
static FLOW_KEY: LazyLock<Regex> = LazyLock::new(|| pattern(r#"[{,]\s*("[\w -]+"|'[\w -]+'|[\w-]+)\s*:\s"#));
/// A flow mapping with a key, after which its value is.
static FLOW_VALUE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"[{,]\s*["']?([\w-]+)["']?\s*:\s*(\[[^\]\n\r]*\]?|[^,}\n\r]*)"#));
/// A property of Logseq or an inline field of Dataview: `key:: value`, also in a list or in brackets.
static PROPERTY_LINE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^\s*(?:[-*]\s+)?([\[(])?[*_]{0,2}([\w][\w ./-]{0,39}?)[*_]{0,2}::(.*)$"));

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the pattern is a constant and valid")
}

/// Key with the rest of its line and the lines below it.
#[derive(Debug, Default)]
pub(super) struct FieldLines {
    pub(super) key: String,
    /// True if the key is not indented further than the first one.
    pub(super) is_top: bool,
    /// The rest of the line of the key, then the lines below it that belong to the value.
    pub(super) lines: Vec<String>,
    /// Further lines that are neither a key nor a comment nor visibly a part of the value.
    pub(super) stray: Vec<String>,
}

/// Block read line by line.
#[derive(Debug, Default)]
pub(super) struct LineReading {
    pub(super) fields: Vec<FieldLines>,
    /// False if the first line is no key.
    pub(super) starts_with_key: bool,
}

impl LineReading {
    /// Returns true if this is front matter, although not YAML: it starts with a key, a key is known, and at most
    /// every second line is neither a key nor a part of a value.
    pub(super) fn is_front_matter(&self) -> bool {
        let is_known = |field: &FieldLines| KeyRole::of(&field.key) != KeyRole::Property;
        let stray: usize = self.fields.iter().map(|field| field.stray.len()).sum();
        self.starts_with_key
            && self.fields.iter().any(is_known)
            && stray <= self.fields.len()
            && self.tag_fields().all(|field| field.stray.is_empty())
    }

    /// Returns the keys of tags with their lines.
    pub(super) fn tag_fields(&self) -> impl Iterator<Item = &FieldLines> {
        self.fields.iter().filter(|field| is_tag_key(&field.key))
    }
}

/// Reads a block.
pub(super) fn read(block: &str) -> LineReading {
    let mut reading = LineReading { starts_with_key: true, ..LineReading::default() };
    let mut base = None;
    let is_flow = block.split(['\n', '\r']).any(|line| line.trim_start().starts_with('{'));
    let block = if is_flow { FLOW_KEY.replace_all(block, "\n$1: ") } else { Cow::Borrowed(block) };
    for line in block.split(['\n', '\r']) {
        let content = line.trim();
        let is_below_tags = reading.fields.last().is_some_and(|field| is_tag_key(&field.key));
        if content.is_empty() || content.starts_with('#') && !is_below_tags {
            continue;
        }
        let indent = tags::indentation(line);
        let base = *base.get_or_insert(indent);
        if let Some((key, rest)) = split_key(content).filter(|(key, _)| indent <= base || is_tag_key(key)) {
            let field = FieldLines { key, is_top: indent <= base, lines: vec![rest], stray: Vec::new() };
            reading.fields.push(field);
        } else if let Some(field) = reading.fields.last_mut() {
            let lines = if indent > base || field.takes(content) { &mut field.lines } else { &mut field.stray };
            lines.push(line.to_owned());
        } else {
            reading.starts_with_key = false;
        }
    }
    let inner = FLOW_VALUE.captures_iter(&block).filter(|found| is_tag_key(&found[1]));
    reading.fields.extend(inner.map(|found| FieldLines {
        key: found[1].to_owned(),
        lines: vec![found[2].to_owned()],
        ..FieldLines::default()
    }));
    reading
}

/// Returns true for a block whose first line is a key and that has a key of tags.
pub(super) fn has_tag_key(block: &str) -> bool {
    let mut lines = block.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let Some((first, _)) = lines.next().and_then(split_key) else { return false };
    is_tag_key(&first) || lines.any(|line| split_key(line).is_some_and(|(key, _)| is_tag_key(&key)))
}

/// Returns true for a paragraph with tags, and for one that starts with a key and has a known one.
pub(super) fn is_paragraph_of_keys(paragraph: &str) -> bool {
    let reading = read(paragraph);
    let is_known = |field: &FieldLines| KeyRole::of(&field.key) != KeyRole::Property;
    reading.tag_fields().next().is_some() || reading.starts_with_key && reading.fields.iter().any(is_known)
}

/// Returns true for a key of tags.
pub(super) fn is_tag_key(key: &str) -> bool {
    KeyRole::of(key) == KeyRole::Tags
}

/// Splits a line into its key and the rest.
fn split_key(content: &str) -> Option<(String, String)> {
    let found = KEY_LINE.captures(content)?;
    let (key, separator, rest) = (found[2].trim(), &found[3], &found[4]);
    let is_known = KeyRole::of(key) != KeyRole::Property;
    let is_apart = rest.is_empty() || rest.starts_with(char::is_whitespace) || separator == "：";
    let fits = match KeyRole::of(key) {
        KeyRole::Tags => true,
        // A list of maps.
        _ if found.get(1).is_some() => false,
        _ if separator == "=" => !key.contains(' ') && is_apart,
        _ => is_apart && (is_known || key.split_whitespace().count() <= MAX_KEY_WORDS),
    };
    fits.then(|| (key.to_owned(), rest.trim().to_owned()))
}

impl FieldLines {
    /// Returns true for a line without indentation that belongs to the value all the same.
    fn takes(&self, content: &str) -> bool {
        let last = self.lines.last().map_or("", |line| line.trim());
        let is_open = |open, close| {
            let count = |c: char| self.lines.iter().map(|line| line.matches(c).count()).sum::<usize>();
            count(open) > count(close)
        };
        if is_open('[', ']') || is_open('{', '}') || last.ends_with(',') {
            return true;
        }
        let is_below_key = self.lines[0].is_empty() || self.lines[0].starts_with('#');
        let is_item = content.starts_with(['-', '*', '•', '[', '{']);
        if is_tag_key(&self.key) {
            content.starts_with('#') || is_below_key && (is_item || content.split_whitespace().count() <= 3)
        } else {
            is_below_key && is_item
        }
    }

    /// Returns the field with its value, as YAML if its lines alone are YAML, else as text.
    pub(super) fn into_field(self) -> FrontMatterField {
        let Self { key, mut lines, stray, .. } = self;
        lines.extend(stray);
        let alone = format!("value: {}", lines.join("\n").replace('\t', "  "));
        let read = yaml::read_mapping(&alone).filter(|fields| fields.len() == 1);
        let value = read.and_then(|mut fields| fields.pop()).map(|field| field.value).filter(|value| !value.is_null());
        let value = value.unwrap_or_else(|| plain_value(&lines));
        FrontMatterField { key, value }
    }
}

/// Returns lines as a text, or as a list of texts if each is an item of a list; null without any text.
fn plain_value(lines: &[String]) -> Value {
    let lines: Vec<&str> = lines.iter().map(|line| line.trim()).filter(|line| !line.is_empty()).collect();
    let items: Option<Vec<&str>> = lines.iter().map(|line| line.strip_prefix("- ")).collect();
    match items {
        _ if lines.is_empty() => Value::Null,
        Some(items) => items.into_iter().map(|item| Value::from(without_quotes(item))).collect(),
        None => Value::from(without_quotes(&lines.join("\n"))),
    }
}

/// Removes quotes around a text, also where only one of them is there.
fn without_quotes(text: &str) -> &str {
    let text = text.trim();
    for quote in ['"', '\''] {
        let inside = text.trim_start_matches(quote).trim_end_matches(quote);
        if inside.len() < text.len() && !inside.contains(quote) {
            return inside.trim();
        }
    }
    text
}

/// Reads the `key:: value` lines at the top of a text; returns them and the text below.
pub(super) fn read_properties(text: &str) -> (Vec<FieldLines>, &str) {
    let (mut fields, mut rest) = (Vec::new(), text.trim_start_matches(['\n', '\r']));
    for line in rest.split_inclusive('\n') {
        if text.len() - rest.len() > MAX_PROPERTIES_LENGTH {
            break;
        }
        let Some(found) = PROPERTY_LINE.captures(line.trim_end()) else { break };
        let (key, value) = (found[2].trim(), &found[3]);
        let is_apart = value.is_empty() || value.starts_with(char::is_whitespace);
        let is_known = KeyRole::of(key) != KeyRole::Property;
        if !is_known && (!is_apart || key.split_whitespace().count() > MAX_PROPERTY_WORDS) {
            break;
        }
        let value = value.trim();
        let value = if found.get(1).is_some() { value.strip_suffix([']', ')']).unwrap_or(value) } else { value };
        fields.push(FieldLines { key: key.to_owned(), lines: vec![value.to_owned()], ..FieldLines::default() });
        rest = &rest[line.len()..];
    }
    let is_all =
        rest.trim().is_empty() && fields.iter().all(|field: &FieldLines| KeyRole::of(&field.key) == KeyRole::Property);
    if fields.is_empty() || is_all { (Vec::new(), text) } else { (fields, rest) }
}
