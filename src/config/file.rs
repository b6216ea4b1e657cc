//! TOML config file, flattened to dotted names.

use std::collections::BTreeMap;
use std::path::Path;

use toml::{Table, Value};

use crate::error::{Error, Result};

/// Reads the config file; a missing file is empty unless `required`.
///
/// # Errors
/// `Invalid` for invalid TOML, a value that is not a string, number or boolean, or an unreadable file; `NotFound` for
/// a missing required file.
pub fn read(path: &Path, required: bool) -> Result<BTreeMap<String, String>> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && !required => return Ok(BTreeMap::new()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(Error::not_found(format!("config file {}", path.display())).hint("check --config"));
        }
        Err(error) => {
            return Err(Error::invalid(format!("the config file {} cannot be read", path.display()))
                .hint("check its permissions")
                .caused_by(error));
        }
    };
    let table: Table = text.parse().map_err(|error: toml::de::Error| {
        // The parser's message quotes the line, which may contain a pasted secret.
        let line = error.span().map_or(0, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
        Error::invalid(format!("the config file {} is not valid TOML at line {line}", path.display()))
            .hint("write settings as `name = \"value\"`; `journal config` lists the names")
    })?;
    let mut flat = BTreeMap::new();
    flatten("", table, &mut flat)?;
    Ok(flat)
}

fn flatten(prefix: &str, table: Table, flat: &mut BTreeMap<String, String>) -> Result<()> {
    for (name, value) in table {
        let key = if prefix.is_empty() { name } else { format!("{prefix}.{name}") };
        let text = match value {
            Value::Table(inner) => {
                flatten(&key, inner, flat)?;
                continue;
            }
            Value::String(text) => text,
            Value::Integer(number) => number.to_string(),
            Value::Float(number) => number.to_string(),
            Value::Boolean(truth) => truth.to_string(),
            Value::Datetime(datetime) => datetime.to_string(),
            Value::Array(_) => {
                return Err(Error::invalid(format!("the setting {key} cannot be a list"))
                    .hint("write one value, as `name = \"value\"`"));
            }
        };
        flat.insert(key, text);
    }
    Ok(())
}
