//! Arguments as models write them: numbers in quotation marks are numbers, and what is wrong is told in a sentence.

use rmcp::model::JsonObject;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::de::DeserializeOwned;
use serde_json::Number;
use serde_json::Value;
use serde_json::json;

use crate::error::Error;
use crate::error::Result;
use crate::model::text;

/// Code points of a value that an error quotes.
const QUOTED: usize = 60;

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
    let properties = schema.entry("properties").or_insert_with(|| json!({}));
    for (name, property) in properties.as_object_mut().into_iter().flatten() {
        if let Some(property) = property.as_object_mut() {
            // How a number is held here is nobody's business, and what is out of range is moved into it.
            property.remove("format");
            property.remove("minimum");
            property.insert("title".to_owned(), title(name).into());
        }
    }
    schema
}

/// Reads arguments. What is quoted and should not be is taken out of its quotation marks first, and what is empty or null
/// counts as not given where nothing has to be given.
///
/// # Errors
/// `Invalid` naming what is wrong, and what the tool takes.
pub(crate) fn parse<T: DeserializeOwned>(schema: &JsonObject, given: JsonObject) -> Result<T> {
    let empty = JsonObject::new();
    let properties = schema.get("properties").and_then(Value::as_object).unwrap_or(&empty);
    let required: Vec<&str> =
        schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    let wrong = |what: String| Error::invalid(what).hint(takes(properties, &required));
    let mut known = JsonObject::new();
    for (name, value) in given {
        let Some(property) = properties.get(&name) else {
            return Err(wrong(format!("there is no argument \"{}\"", text::preview(&name, QUOTED))));
        };
        let types = Types::of(property);
        let value = types.meant(value);
        let is_blank = value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty());
        if is_blank && !required.contains(&name.as_str()) {
            continue;
        }
        if value.is_null() {
            return Err(wrong(format!("the argument \"{name}\" is missing")));
        }
        types.check(&value).map_err(|problem| wrong(format!("the argument \"{name}\" {problem}")))?;
        known.insert(name, value);
    }
    if let Some(name) = required.iter().find(|name| !known.contains_key(**name)) {
        return Err(wrong(format!("the argument \"{name}\" is missing")));
    }
    // What serde says may quote a value, and a value may be a photograph.
    serde_json::from_value(Value::Object(known))
        .map_err(|_| wrong("the arguments are not as they should be".to_owned()))
}

/// Says what a tool takes.
fn takes(properties: &JsonObject, required: &[&str]) -> String {
    let one = |(name, property): (&String, &Value)| {
        let optional = if required.contains(&name.as_str()) { "" } else { ", optional" };
        format!("{name} ({}{optional})", Types::of(property).shown())
    };
    let all: Vec<_> = properties.iter().map(one).collect();
    format!("give {}", all.join(", "))
}

/// What an argument may be, by its schema.
struct Types<'s>(Vec<&'s str>);

impl<'s> Types<'s> {
    fn of(property: &'s Value) -> Self {
        Self(match property.get("type") {
            Some(Value::String(only)) => vec![only.as_str()],
            Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        })
    }

    fn has(&self, name: &str) -> bool {
        self.0.contains(&name)
    }

    fn shown(&self) -> &'static str {
        match self.0.first() {
            Some(&"integer") => "whole number",
            Some(&"boolean") => "true or false",
            Some(&"array") => "list of strings",
            _ => "string",
        }
    }

    /// Takes out of quotation marks what should not be in them, and makes whole numbers of those that are written with a
    /// fraction of nothing.
    fn meant(&self, value: Value) -> Value {
        let meant = match &value {
            Value::String(text) if !self.has("string") => serde_json::from_str::<Value>(text.trim()).ok(),
            _ => None,
        };
        let meant = meant.filter(|meant| match meant {
            Value::Number(_) => self.has("integer"),
            Value::Bool(_) => self.has("boolean"),
            Value::Array(_) => self.has("array"),
            Value::Null => self.has("null"),
            Value::String(_) | Value::Object(_) => false,
        });
        match meant.unwrap_or(value) {
            Value::Number(number) if self.has("integer") => Value::Number(whole(number)),
            value => value,
        }
    }

    fn check(&self, value: &Value) -> Result<(), String> {
        let fits = match value {
            Value::String(_) => self.has("string"),
            Value::Number(number) => self.has("integer") && number.is_i64(),
            Value::Bool(_) => self.has("boolean"),
            Value::Array(items) => {
                if let Some(at) = items.iter().position(|item| !item.is_string()).filter(|_| self.has("array")) {
                    return Err(format!("is a {}, and its item {} is {}", self.shown(), at + 1, described(&items[at])));
                }
                self.has("array")
            }
            Value::Null | Value::Object(_) => false,
        };
        if fits { Ok(()) } else { Err(format!("is a {}, not {}", self.shown(), described(value))) }
    }
}

/// A whole number that fits; one that is larger than any is the largest.
#[expect(clippy::cast_possible_truncation, reason = "what does not fit is moved to the nearest that does")]
fn whole(number: Number) -> Number {
    match number.as_f64() {
        Some(float) if !number.is_i64() && float.fract() == 0.0 => Number::from(float as i64),
        _ => number,
    }
}

/// Says what a value is, without all of it.
fn described(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) if text.chars().nth(QUOTED).is_some() => "a long string".to_owned(),
        Value::String(text) => format!("\"{}\"", text::preview(text, QUOTED)),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

/// Writes a name as a title: `start_date` is "Start Date".
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

    /// Things.
    #[derive(Debug, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    struct Things {
        query: String,
        #[serde(default)]
        start_date: Option<String>,
        #[serde(default = "ten")]
        limit: i64,
        #[serde(default)]
        all: bool,
        #[serde(default)]
        urls: Vec<String>,
    }

    fn ten() -> i64 {
        10
    }

    fn read(given: Value) -> Result<Things> {
        let Value::Object(given) = given else { panic!("{given}") };
        parse(&schema::<Things>("things"), given)
    }

    #[test]
    fn arguments_are_read_as_models_write_them() {
        let given = json!({ "query": "5", "start_date": "", "limit": " 5 ", "all": "true", "urls": "[\"a\", \"b\"]" });
        let things = read(given).unwrap();
        assert_eq!((things.query.as_str(), things.start_date, things.limit), ("5", None, 5));
        assert_eq!((things.all, things.urls), (true, vec!["a".to_owned(), "b".to_owned()]));

        let things = read(json!({ "query": "", "start_date": null, "limit": null, "urls": null })).unwrap();
        assert_eq!((things.query.as_str(), things.start_date, things.limit), ("", None, 10));
        for (limit, read_as) in [(json!(7.0), 7), (json!(-3), -3), (json!(1e30), i64::MAX), (json!(""), 10)] {
            assert_eq!(read(json!({ "query": "x", "limit": limit })).unwrap().limit, read_as, "{limit}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_what_the_tool_takes_and_without_what_was_given() {
        let long = "A".repeat(10_000);
        let cases = [
            (json!({}), "\"query\" is missing"),
            (json!({ "query": null }), "\"query\" is missing"),
            (json!({ "query": 5 }), "\"query\" is a string, not 5"),
            (json!({ "query": ["x"] }), "\"query\" is a string, not a list"),
            (json!({ "query": "x", "limit": "many" }), "\"limit\" is a whole number, not \"many\""),
            (json!({ "query": "x", "limit": 1.5 }), "\"limit\" is a whole number, not 1.5"),
            (json!({ "query": "x", "limit": long }), "\"limit\" is a whole number, not a long string"),
            (json!({ "query": "x", "urls": ["a", 5] }), "its item 2 is 5"),
            (json!({ "query": "x", "urls": long }), "\"urls\" is a list of strings, not a long string"),
            (json!({ "query": "x", "all": "perhaps" }), "\"all\" is a true or false, not \"perhaps\""),
            (json!({ "query": "x", "speed": 1 }), "no argument \"speed\""),
            (json!({ "query": "x", long.as_str(): 1 }), "no argument \"AAAA"),
        ];
        for (given, words) in cases {
            let refused = read(given).unwrap_err();
            let hint = refused.next_step().unwrap();
            assert!(refused.to_string().contains(words), "{refused}");
            assert!(hint.contains("query (string), start_date (string, optional)"), "{hint}");
            assert!(refused.to_string().len() + hint.len() < 300, "{refused}");
        }
    }
}
