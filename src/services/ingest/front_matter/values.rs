//! Values of front matter, independent of the syntax they were written in.

use serde_json::Value;

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
