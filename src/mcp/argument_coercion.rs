//! Tool arguments: schema generation, type coercion of what models send, and errors that name the fix.

use rmcp::model::JsonObject;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::de::DeserializeOwned;
use serde_json::{Number, Value, json};

use crate::domain::text;
use crate::error::{Error, Result};

/// Maximum length of a value quoted in an error, in code points.
const MAX_QUOTED_CHARS: usize = 60;

/// Returns the JSON schema of a tool's arguments.
pub(crate) fn schema<T: JsonSchema>(tool: &str) -> JsonObject {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.meta_schema = None;
        settings.inline_subschemas = true;
    });
    let schema = settings.into_generator().into_root_schema_for::<T>();
    let Value::Object(mut schema) = schema.to_value() else { unreachable!("structs have objects as schemas") };
    schema.remove("description");
    schema.insert("additionalProperties".to_owned(), false.into());
    schema.insert("title".to_owned(), format!("{tool}Arguments").into());
    let properties = schema.entry("properties").or_insert_with(|| json!({}));
    for (name, property) in properties.as_object_mut().into_iter().flatten() {
        if let Some(property) = property.as_object_mut() {
            // The integer width is an implementation detail, and out-of-range values are clamped.
            property.remove("format");
            property.remove("minimum");
            property.insert("title".to_owned(), title(name).into());
        }
    }
    schema
}

/// Parses arguments. Quoted numbers, booleans and lists are unquoted first; an empty or null optional argument counts
/// as absent.
///
/// # Errors
/// `Invalid` naming the problem and the accepted arguments.
pub(crate) fn parse<T: DeserializeOwned>(schema: &JsonObject, given: JsonObject) -> Result<T> {
    let empty = JsonObject::new();
    let properties = schema.get("properties").and_then(Value::as_object).unwrap_or(&empty);
    let required: Vec<&str> =
        schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    let invalid = |message: String| Error::invalid(message).hint(usage_hint(properties, &required));
    let mut known = JsonObject::new();
    for (name, value) in given {
        let Some(property) = properties.get(&name) else {
            return Err(invalid(format!("unknown argument \"{}\"", text::preview(&name, MAX_QUOTED_CHARS))));
        };
        let types = AcceptedTypes::from_schema(property);
        let value = types.coerce(value);
        let is_blank = value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty());
        if is_blank && !required.contains(&name.as_str()) {
            continue;
        }
        if value.is_null() {
            return Err(invalid(format!("the argument \"{name}\" is missing")));
        }
        types.check(&value).map_err(|problem| invalid(format!("the argument \"{name}\" {problem}")))?;
        known.insert(name, value);
    }
    if let Some(name) = required.iter().find(|name| !known.contains_key(**name)) {
        return Err(invalid(format!("the argument \"{name}\" is missing")));
    }
    // Serde's message may quote a value, and a value may be a photograph.
    serde_json::from_value(Value::Object(known))
        .map_err(|_| invalid("the arguments do not match the schema".to_owned()))
}

/// Returns the hint that lists a tool's arguments.
fn usage_hint(properties: &JsonObject, required: &[&str]) -> String {
    let one = |(name, property): (&String, &Value)| {
        let optional = if required.contains(&name.as_str()) { "" } else { ", optional" };
        format!("{name} ({}{optional})", AcceptedTypes::from_schema(property).display_name())
    };
    let all: Vec<_> = properties.iter().map(one).collect();
    format!("give {}", all.join(", "))
}

/// JSON types accepted by an argument's schema.
struct AcceptedTypes<'s> {
    names: Vec<&'s str>,
    /// True for a list of whole numbers instead of strings.
    has_integer_items: bool,
}

impl<'s> AcceptedTypes<'s> {
    fn from_schema(property: &'s Value) -> Self {
        let names = match property.get("type") {
            Some(Value::String(only)) => vec![only.as_str()],
            Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        let item_type = property.get("items").and_then(|items| items.get("type"));
        Self { names, has_integer_items: item_type.and_then(Value::as_str) == Some("integer") }
    }

    fn contains(&self, name: &str) -> bool {
        self.names.contains(&name)
    }

    fn display_name(&self) -> &'static str {
        match self.names.first() {
            Some(&"integer") => "whole number",
            Some(&"boolean") => "boolean",
            Some(&"array") if self.has_integer_items => "list of whole numbers",
            Some(&"array") => "list of strings",
            _ => "string",
        }
    }

    /// Unquotes a quoted value of an accepted type, and converts a float without a fraction to an integer.
    fn coerce(&self, value: Value) -> Value {
        let unquoted = match &value {
            Value::String(text) if !self.contains("string") => serde_json::from_str::<Value>(text.trim()).ok(),
            _ => None,
        };
        let unquoted = unquoted.filter(|value| match value {
            Value::Number(_) => self.contains("integer"),
            Value::Bool(_) => self.contains("boolean"),
            Value::Array(_) => self.contains("array"),
            Value::Null => self.contains("null"),
            Value::String(_) | Value::Object(_) => false,
        });
        match unquoted.unwrap_or(value) {
            Value::Number(number) if self.contains("integer") => Value::Number(to_whole_number(number)),
            Value::Array(items) if self.has_integer_items => {
                let item = AcceptedTypes { names: vec!["integer"], has_integer_items: false };
                Value::Array(items.into_iter().map(|value| item.coerce(value)).collect())
            }
            value => value,
        }
    }

    fn fits_item(&self, item: &Value) -> bool {
        if self.has_integer_items { item.is_i64() } else { item.is_string() }
    }

    fn check(&self, value: &Value) -> Result<(), String> {
        let fits = match value {
            Value::String(_) => self.contains("string"),
            Value::Number(number) => self.contains("integer") && number.is_i64(),
            Value::Bool(_) => self.contains("boolean"),
            Value::Array(items) => {
                if let Some(at) = items.iter().position(|item| !self.fits_item(item)).filter(|_| self.contains("array"))
                {
                    return Err(format!(
                        "must be a {}, but item {} is {}",
                        self.display_name(),
                        at + 1,
                        describe_value(&items[at])
                    ));
                }
                self.contains("array")
            }
            Value::Null | Value::Object(_) => false,
        };
        if fits { Ok(()) } else { Err(format!("must be a {}, not {}", self.display_name(), describe_value(value))) }
    }
}

/// Converts a float without a fraction to an integer, clamped to the range of `i64`.
#[expect(clippy::cast_possible_truncation, reason = "out-of-range values are clamped")]
fn to_whole_number(number: Number) -> Number {
    match number.as_f64() {
        Some(float) if !number.is_i64() && float.fract() == 0.0 => Number::from(float as i64),
        _ => number,
    }
}

/// Describes a value in an error, shortened.
fn describe_value(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) if text.chars().nth(MAX_QUOTED_CHARS).is_some() => "a long string".to_owned(),
        Value::String(text) => format!("\"{}\"", text::preview(text, MAX_QUOTED_CHARS)),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

/// Returns a name as a title: `start_date` becomes "Start Date".
fn title(name: &str) -> String {
    let capitalised = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>()).unwrap_or_default()
    };
    name.split('_').map(capitalised).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    /// Arguments of the test tool.
    #[derive(Debug, Deserialize, JsonSchema)]
    struct ArgumentsFixture {
        query: String,
        #[serde(default)]
        start_date: Option<String>,
        #[serde(default = "ten")]
        limit: i64,
        #[serde(default)]
        all: bool,
        #[serde(default)]
        urls: Vec<String>,
        #[serde(default)]
        ids: Vec<i64>,
    }

    fn ten() -> i64 {
        10
    }

    fn read(given: Value) -> Result<ArgumentsFixture> {
        let Value::Object(given) = given else { panic!("{given}") };
        parse(&schema::<ArgumentsFixture>("things"), given)
    }

    #[test]
    fn quoted_and_blank_arguments_are_coerced() {
        let given = json!({ "query": "5", "start_date": "", "limit": " 5 ", "all": "true", "urls": "[\"a\", \"b\"]",
                            "ids": ["7", 8.0, 9] });
        let things = read(given).unwrap();
        assert_eq!(things.ids, [7, 8, 9]);
        assert_eq!((things.query.as_str(), things.start_date, things.limit), ("5", None, 5));
        assert_eq!((things.all, things.urls), (true, vec!["a".to_owned(), "b".to_owned()]));

        let things = read(json!({ "query": "", "start_date": null, "limit": null, "urls": null })).unwrap();
        assert_eq!((things.query.as_str(), things.start_date, things.limit), ("", None, 10));
        for (limit, read_as) in [(json!(7.0), 7), (json!(-3), -3), (json!(1e30), i64::MAX), (json!(""), 10)] {
            assert_eq!(read(json!({ "query": "x", "limit": limit })).unwrap().limit, read_as, "{limit}");
        }
    }

    #[test]
    fn errors_list_the_arguments_and_shorten_the_value() {
        let long = "A".repeat(10_000);
        let cases = [
            (json!({}), "\"query\" is missing"),
            (json!({ "query": null }), "\"query\" is missing"),
            (json!({ "query": 5 }), "\"query\" must be a string, not 5"),
            (json!({ "query": ["x"] }), "\"query\" must be a string, not a list"),
            (json!({ "query": "x", "limit": "many" }), "\"limit\" must be a whole number, not \"many\""),
            (json!({ "query": "x", "limit": 1.5 }), "\"limit\" must be a whole number, not 1.5"),
            (json!({ "query": "x", "limit": long }), "\"limit\" must be a whole number, not a long string"),
            (json!({ "query": "x", "urls": ["a", 5] }), "must be a list of strings, but item 2 is 5"),
            (json!({ "query": "x", "ids": [1, "a"] }), "must be a list of whole numbers, but item 2 is \"a\""),
            (json!({ "query": "x", "urls": long }), "\"urls\" must be a list of strings, not a long string"),
            (json!({ "query": "x", "all": "perhaps" }), "\"all\" must be a boolean, not \"perhaps\""),
            (json!({ "query": "x", "speed": 1 }), "unknown argument \"speed\""),
            (json!({ "query": "x", long.as_str(): 1 }), "unknown argument \"AAAA"),
        ];
        for (given, expected) in cases {
            let refused = read(given).unwrap_err();
            let hint = refused.hint_text().unwrap();
            assert!(refused.to_string().contains(expected), "{refused}");
            assert!(hint.contains("query (string), start_date (string, optional)"), "{hint}");
            assert!(refused.to_string().len() + hint.len() < 300, "{refused}");
        }
    }
}
