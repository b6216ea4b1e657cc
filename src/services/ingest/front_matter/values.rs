//! The fields of a block as one [`FrontMatter`].

use serde_json::Value;

use crate::domain::entry::SourceType;
use crate::error::{Error, Result};
use crate::services::ingest::front_matter::keys::{FrontMatterField, KeyRole};
use crate::services::ingest::front_matter::tags;
use crate::services::ingest::title;

/// Maximum number of properties of an entry.
const MAX_PROPERTIES: usize = 100;
/// Maximum size of the properties of an entry as JSON, in bytes.
const MAX_PROPERTY_BYTES: usize = 64 * 1024;

/// Levels of maps inside the front matter that are searched for tag keys, such as `taxonomies: {tags: [a]}`.
const MAX_TAG_DEPTH: usize = 4;

/// Parsed front matter of an entry.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FrontMatter {
    /// Keys that may hold the date, with their values as written; in order of precedence.
    pub dates: Vec<(String, String)>,
    /// Value of `time:` as written.
    pub time: Option<String>,
    /// Value of `title:` as one trimmed line of at most 200 code points without control characters.
    pub title: Option<String>,
    /// Normalized tags of every tag key.
    pub tags: Vec<String>,
    /// Every other key with its value, in the order written; at most 100 keys and 64 KiB of JSON.
    pub properties: Vec<(String, Value)>,
}

impl FrontMatter {
    /// Returns the fields that may state the date or the time of day; properties come last, since a date may have a name in
    /// another language.
    #[must_use]
    pub fn dating_fields(&self) -> Vec<(String, String)> {
        let time = self.time.iter().map(|time| ("time".to_owned(), time.clone()));
        let properties = self.properties.iter().filter_map(|(name, value)| Some((name.clone(), first_text(value)?)));
        self.dates.iter().cloned().chain(time).chain(properties).collect()
    }
}

/// Assembles the front matter from the fields of a block; `found` are tags that were read apart from the fields.
///
/// # Errors
/// `Invalid` with the code `unreadable_tags` for tags outside the limits, and for too many or too large properties.
pub(super) fn assemble(fields: Vec<FrontMatterField>, found: Vec<String>) -> Result<FrontMatter> {
    let mut head = FrontMatter::default();
    let (mut dates, mut names) = (Vec::new(), found);
    let is_export = is_exported_entry(&fields);
    for FrontMatterField { key, value } in fields {
        names.extend(nested_tags(&value, 0));
        match KeyRole::of(&key) {
            KeyRole::Tags => names.extend(tags::from_value(&key, &value)),
            KeyRole::Title if head.title.is_none() => head.title = first_text(&value).and_then(|it| title::clean(&it)),
            KeyRole::Time if head.time.is_none() => head.time = first_text(&value),
            KeyRole::Date(rank) => dates.push((rank, key, value)),
            _ if is_export && EXPORT_KEYS.contains(&key.as_str()) => {}
            _ => add_property(&mut head.properties, &key, value),
        }
    }
    dates.sort_by_key(|(rank, ..)| *rank);
    for (_, key, value) in dates {
        let text = first_text(&value);
        // Only one of several dates becomes the date of the entry; the others are kept as properties.
        if text.is_none() || !head.dates.is_empty() {
            add_property(&mut head.properties, &key, value);
        }
        head.dates.extend(text.map(|text| (key, text)));
    }
    head.tags = tags::normalize(&names)?;
    check_properties(&head.properties)?;
    Ok(head)
}

/// Keys that `journal export` writes and that describe the exported entry.
const EXPORT_KEYS: [&str; 3] = ["source", "id", "originals"];

/// Returns true for the fields that `journal export` wrote: a source type of this program and a number.
fn is_exported_entry(fields: &[FrontMatterField]) -> bool {
    let value = |name: &str| fields.iter().find(|field| field.key == name).map(|field| &field.value);
    value("source").and_then(Value::as_str).is_some_and(|source| source.parse::<SourceType>().is_ok())
        && value("id").is_some_and(Value::is_u64)
}

/// Adds a property; values of the same key become one list. A property without a value is left out.
fn add_property(properties: &mut Vec<(String, Value)>, key: &str, value: Value) {
    let key = key.trim();
    if value.is_null() || key.is_empty() {
        return;
    }
    match properties.iter_mut().find(|(name, _)| name == key) {
        Some((_, earlier)) => *earlier = Value::Array(vec![earlier.take(), value]),
        None => properties.push((key.to_owned(), value)),
    }
}

fn check_properties(properties: &[(String, Value)]) -> Result<()> {
    let bytes: usize = properties.iter().map(|(key, value)| key.len() + value.to_string().len()).sum();
    if properties.len() > MAX_PROPERTIES || bytes > MAX_PROPERTY_BYTES {
        let limit = MAX_PROPERTY_BYTES >> 10;
        return Err(Error::invalid(format!(
            "the front matter has more than {MAX_PROPERTIES} fields or {limit} KiB of them"
        ))
        .hint("move some of it into the text")
        .code("too_many_properties"));
    }
    Ok(())
}

/// Returns the tags of maps inside a value, such as those of `taxonomies: {tags: [a]}`.
fn nested_tags(value: &Value, depth: usize) -> Vec<String> {
    let Value::Object(map) = value else { return Vec::new() };
    if depth == MAX_TAG_DEPTH {
        return Vec::new();
    }
    let tags_of = |(key, value): (&String, &Value)| match KeyRole::of(key) {
        KeyRole::Tags => tags::from_value(key, value),
        _ => nested_tags(value, depth + 1),
    };
    map.iter().flat_map(tags_of).collect()
}

/// Returns the text of a scalar or of the first scalar of a list, without the brackets of a wiki link.
///
/// An unfilled placeholder of a template, such as `{{date}}`, is no text.
fn first_text(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(_) | Value::Bool(_) => value.to_string(),
        Value::Array(items) => return items.iter().find_map(first_text),
        Value::Null | Value::Object(_) => return None,
    };
    let link = text.strip_prefix("[[").and_then(|rest| rest.strip_suffix("]]"));
    let text = link.map_or(text.as_str(), |link| link.split('|').next().unwrap_or(link)).trim();
    let is_placeholder =
        text.starts_with("{{") && text.ends_with("}}") || text.starts_with("<%") && text.ends_with("%>");
    (!text.is_empty() && !is_placeholder).then(|| text.to_owned())
}
