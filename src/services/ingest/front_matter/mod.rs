//! Front matter at the top of notes: YAML, TOML, and what was meant to be one of them.

mod keys;
mod lenient;
mod tags;
mod toml_table;
mod values;
mod yaml;

use jiff::civil::Date;
use serde_json::Value;

use crate::domain::entry_date;
use crate::error::{Error, Result};
use crate::services::ingest::front_matter::keys::FrontMatterField;
use crate::services::ingest::front_matter::lenient::{FieldLines, LineReading};

pub use crate::services::ingest::front_matter::values::FrontMatter;

/// Maximum size of the block in bytes, closing line included.
const MAX_BLOCK: usize = 16 * 1024;

/// Splits a text into its front matter and the body after it.
///
/// Front matter is a block of at most 16 KiB between a `---` line at the top and a `---` or `...` line, or TOML between
/// two `+++` lines, or lines `key:: value` at the top. It is read as YAML; what is not YAML is read line by line if it
/// looks like front matter. Anything else at the top, such as a rule, an unclosed block or a paragraph between two
/// rules, belongs to the body, which is then the whole text. Where only the tags of such a paragraph can be read, the
/// text is the body and the tags apply.
///
/// # Errors
/// `Invalid` with the code `unreadable_tags` for a block with a key of tags whose value cannot be read or that is too
/// long, and with `too_many_properties` for more than 100 fields or 64 KiB of them.
pub fn split(text: &str) -> Result<(FrontMatter, &str)> {
    let mut content = FrontMatterContent { body: text, ..FrontMatterContent::default() };
    if let Some(block) = FrontMatterBlock::find(text) {
        block.read(&mut content)?;
    }
    let (properties, body) = lenient::read_properties(content.body);
    for property in properties {
        content.add(property)?;
    }
    Ok((values::assemble(content.fields, content.tags)?, body))
}

/// Returns the date as `YYYY-MM-DD` or an ISO date-time in `date:`, else in `created:`.
///
/// # Errors
/// `Invalid` when `date` is written in another form.
pub fn legacy_date(head: &FrontMatter) -> Result<Option<Date>> {
    let value = |name: &str| head.dates.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, text)| text);
    match value("date") {
        Some(text) => parse_day(text).map(Some).ok_or_else(|| {
            Error::invalid("the `date:` in the front matter is not a date").hint("write it like `date: 2026-05-12`")
        }),
        // Other programs put arbitrary text into `created`, so a malformed value counts as absent.
        None => Ok(value("created").and_then(|text| parse_day(text))),
    }
}

/// Returns the civil date of a date or an ISO date-time, ignoring its time zone.
fn parse_day(written: &str) -> Option<Date> {
    let (date, time) = written.trim().split_at_checked(10)?;
    let is_time = time.is_empty()
        || time.starts_with(['T', 't', ' ']) && time[1..].trim_start().starts_with(|c: char| c.is_ascii_digit());
    is_time.then(|| entry_date::parse(date).ok()).flatten()
}

/// Fields, tags and body found so far.
#[derive(Debug, Default)]
struct FrontMatterContent<'a> {
    fields: Vec<FrontMatterField>,
    /// Tags that are in no field.
    tags: Vec<String>,
    body: &'a str,
}

impl FrontMatterContent<'_> {
    /// Adds lines of a field; those of tags are read at once.
    fn add(&mut self, field: FieldLines) -> Result<()> {
        if lenient::is_tag_key(&field.key) {
            return self.add_tags(&field);
        }
        self.fields.push(field.into_field());
        Ok(())
    }

    /// Adds the tags of lines.
    ///
    /// # Errors
    /// `Invalid` if there is a value, but no tag in it.
    fn add_tags(&mut self, field: &FieldLines) -> Result<()> {
        let found = tags::from_lines(&field.key, &field.lines);
        if found.is_empty() && !tags::is_empty(&field.lines) {
            return Err(tags::unreadable("their form is not known"));
        }
        self.tags.extend(found);
        Ok(())
    }
}

/// Syntax of a block by its first line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum BlockSyntax {
    Yaml,
    Toml,
}

/// Block at the top of a text.
#[derive(Debug)]
struct FrontMatterBlock<'a> {
    syntax: BlockSyntax,
    /// Text between the two marker lines; of an unclosed block the first paragraph.
    text: &'a str,
    /// Text after the block.
    rest: &'a str,
    is_closed: bool,
}

impl<'a> FrontMatterBlock<'a> {
    fn find(text: &'a str) -> Option<Self> {
        let text = text.trim_start_matches(['\u{feff}', '\u{200b}', '\n', '\r']);
        let (first, below) = next_line(text);
        let indent = tags::indentation(first);
        let syntax = match first.trim() {
            _ if indent > 3 => return None,
            "---" | "---yaml" | "---yml" | "--- yaml" | "--- yml" => BlockSyntax::Yaml,
            "+++" | "---toml" | "--- toml" => BlockSyntax::Toml,
            _ => return None,
        };
        let is_marker = |line: &str| match line.trim() {
            "---" | "..." => !first.trim().starts_with('+'),
            "+++" => first.trim().starts_with('+'),
            _ => false,
        };
        let end_of = |is_end: &dyn Fn(&str) -> bool| {
            let (mut at, mut rest) = (0, below);
            while !rest.is_empty() {
                let (line, after) = next_line(rest);
                if is_end(line) {
                    return Some((&below[..at], after));
                }
                (at, rest) = (below.len() - after.len(), after);
            }
            None
        };
        let closed = end_of(&|line| is_marker(line) && tags::indentation(line) <= indent);
        let is_closed = closed.is_some();
        let below = if is_closed { below } else { below.trim_start_matches(['\n', '\r']) };
        let (text, rest) = closed.unwrap_or_else(|| split_paragraph(below));
        Some(Self { syntax, text, rest, is_closed })
    }

    fn read(&self, content: &mut FrontMatterContent<'a>) -> Result<()> {
        if self.text.len() > MAX_BLOCK {
            return if lenient::has_tag_key(self.text) {
                Err(tags::unreadable(&format!("the block is longer than {} KiB", MAX_BLOCK >> 10)))
            } else {
                Ok(())
            };
        }
        if self.is_closed && self.read_whole(content) {
            return Ok(());
        }
        let lines = lenient::read(self.text);
        if lines.tag_fields().any(|field| tags::refers_to_anchor(&field.lines, self.text)) {
            return Err(tags::unreadable("they are an alias in a block that is not YAML"));
        }
        let is_front_matter = lines.is_front_matter();
        // Without a closing line it is a rule, unless there are tags, which must not be overlooked.
        let has_tags = lines.tag_fields().next().is_some();
        if !is_front_matter || !self.is_closed && !has_tags {
            return lines.tag_fields().try_for_each(|field| content.add_tags(field));
        }
        content.body = self.rest;
        lines.fields.into_iter().try_for_each(|field| content.add(field))
    }

    /// Reads the block as one document; false if it is none.
    fn read_whole(&self, content: &mut FrontMatterContent<'a>) -> bool {
        let fields = match self.syntax {
            BlockSyntax::Yaml => yaml::read_mapping(self.text),
            BlockSyntax::Toml => toml_table::read_table(self.text),
        };
        let Some(mut fields) = fields else { return false };
        let lines = if self.syntax == BlockSyntax::Yaml { lenient::read(self.text) } else { LineReading::default() };
        for field in lines.tag_fields() {
            // A quote that is never closed on its line takes the lines below it into a text.
            let is_swallowed = field.is_top && !fields.iter().any(|it| it.key == field.key);
            if lines.tag_fields().any(|it| it.key == field.key && tags::is_misread_by_yaml(&it.lines)) {
                fields.retain(|it| it.key != field.key || !matches!(it.value, Value::String(_)));
            } else if !is_swallowed {
                continue;
            }
            content.tags.extend(tags::from_lines(&field.key, &field.lines));
        }
        (content.fields, content.body) = (fields, self.rest);
        true
    }
}

/// Splits after the first paragraph and the next ones that are keys as well; returns everything past the limit.
fn split_paragraph(text: &str) -> (&str, &str) {
    let (mut at, mut rest) = (0, text);
    while !rest.is_empty() && at <= MAX_BLOCK {
        let (line, after) = next_line(rest);
        if line.trim().is_empty() {
            let next = after.trim_start_matches(['\n', '\r']);
            let seen = &next[..next.floor_char_boundary(MAX_BLOCK)];
            if !lenient::is_paragraph_of_keys(seen.split("\n\n").next().unwrap_or(seen)) {
                return (&text[..at], after);
            }
            rest = next;
        } else {
            rest = after;
        }
        at = text.len() - rest.len();
    }
    (text, "")
}

/// Splits off the first line, without its end.
fn next_line(text: &str) -> (&str, &str) {
    match text.find(['\n', '\r']) {
        Some(at) if text[at..].starts_with("\r\n") => (&text[..at], &text[at + 2..]),
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text, ""),
    }
}

#[cfg(test)]
mod tests;
