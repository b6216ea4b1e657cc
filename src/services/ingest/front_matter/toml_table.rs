//! Front matter as TOML, between two `+++` lines.

use serde_json::Value;

use crate::services::ingest::front_matter::keys::FrontMatterField;

/// Maximum nesting that is kept.
const MAX_TOML_DEPTH: usize = 64;

/// Reads a block as a TOML document; `None` for anything else and for an empty one.
pub(super) fn read_table(block: &str) -> Option<Vec<FrontMatterField>> {
    let table: toml::Table = block.parse().ok()?;
    let fields = table.into_iter().map(|(key, value)| Some(FrontMatterField { key, value: to_json(value, 0)? }));
    fields.collect::<Option<Vec<_>>>().filter(|fields| !fields.is_empty())
}

/// Converts a value; dates become texts as TOML writes them.
fn to_json(value: toml::Value, depth: usize) -> Option<Value> {
    if depth > MAX_TOML_DEPTH {
        return None;
    }
    Some(match value {
        toml::Value::String(text) => Value::String(text),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(claim) => claim.into(),
        toml::Value::Datetime(at) => Value::String(at.to_string()),
        toml::Value::Array(items) => {
            Value::Array(items.into_iter().map(|item| to_json(item, depth + 1)).collect::<Option<_>>()?)
        }
        toml::Value::Table(table) => {
            let entries = table.into_iter().map(|(key, value)| Some((key, to_json(value, depth + 1)?)));
            Value::Object(entries.collect::<Option<_>>()?)
        }
    })
}
