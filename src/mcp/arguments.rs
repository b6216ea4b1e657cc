//! Arguments as models write them: numbers in quotation marks are numbers, what a tool does not know is named.

use rmcp::model::JsonObject;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::Error;
use crate::error::Result;

/// Returns the schema of a tool's arguments.
pub(crate) fn schema<T: JsonSchema>(tool: &str) -> JsonObject {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.meta_schema = None;
        settings.inline_subschemas = true;
    });
    let schema = settings.into_generator().into_root_schema_for::<T>();
    let Value::Object(mut schema) = schema.to_value() else { unreachable!("structs have objects as schemas") };
    schema.remove("description");
    schema.insert("title".to_owned(), format!("{tool}Arguments").into());
    schema.entry("properties").or_insert_with(|| Value::Object(JsonObject::new()));
    schema
}

/// Reads arguments; what is quoted and should not be is taken out of its quotation marks first.
///
/// # Errors
/// `Invalid` naming what is wrong, and what the tool takes.
pub(crate) fn parse<T: DeserializeOwned>(schema: &JsonObject, mut given: JsonObject) -> Result<T> {
    let properties = schema.get("properties").and_then(Value::as_object);
    for (name, value) in &mut given {
        if let Some(property) = properties.and_then(|properties| properties.get(name)) {
            unquote(property, value);
        }
    }
    serde_json::from_value(Value::Object(given)).map_err(|error| {
        let known: Vec<&str> = properties.into_iter().flat_map(|known| known.keys().map(String::as_str)).collect();
        Error::invalid(format!("the arguments are not as they should be: {error}"))
            .hint(format!("the arguments are {}", known.join(", ")))
    })
}

fn unquote(property: &Value, value: &mut Value) {
    let Value::String(text) = &*value else { return };
    let types = property.get("type");
    let is = |name: &str| match types {
        Some(Value::String(only)) => only == name,
        Some(Value::Array(several)) => several.iter().any(|one| one == name),
        _ => false,
    };
    if is("string") {
        return;
    }
    let meant = serde_json::from_str::<Value>(text.trim()).ok().filter(|meant| match meant {
        Value::Number(_) => is("integer") || is("number"),
        Value::Bool(_) => is("boolean"),
        Value::Array(_) => is("array"),
        Value::Null => is("null"),
        Value::String(_) | Value::Object(_) => false,
    });
    if let Some(meant) = meant {
        *value = meant;
    }
}
