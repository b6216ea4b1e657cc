//! Keys of the front matter and their roles.

use serde_json::Value;

/// Keys of dates in order of precedence, as [`normalize_key`] spells them.
const DATE_KEYS: [&str; 25] = [
    "date",
    "created",
    "createdat",
    "creationdate",
    "createddate",
    "datecreated",
    "createdon",
    "createdtime",
    "creationtime",
    "published",
    "publisheddate",
    "publishdate",
    "publishedat",
    "datepublished",
    "pubdate",
    "day",
    "journalday",
    "journaldate",
    "entrydate",
    "datetime",
    "timestamp",
    "datum",
    "fecha",
    "дата",
    "日期",
];

/// Keys of tags, as [`normalize_key`] spells them.
const TAG_KEYS: [&str; 9] =
    ["tag", "tags", "keyword", "keywords", "category", "categories", "label", "labels", "hashtags"];

/// Key of the front matter with its value.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct FrontMatterField {
    pub(super) key: String,
    pub(super) value: Value,
}

/// Use of a front matter key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyRole {
    /// A date, with its rank in the list of date keys.
    Date(usize),
    Time,
    Title,
    Tags,
    Property,
}

impl KeyRole {
    /// Returns the role of a key, whatever its case, blanks, hyphens and underscores.
    pub(super) fn of(key: &str) -> Self {
        let key = normalize_key(key);
        match key.as_str() {
            "title" => Self::Title,
            "time" => Self::Time,
            key if TAG_KEYS.contains(&key) => Self::Tags,
            key => DATE_KEYS.iter().position(|known| *known == key).map_or(Self::Property, Self::Date),
        }
    }
}

/// Returns a key in lower case with letters and digits only.
pub(super) fn normalize_key(key: &str) -> String {
    key.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
