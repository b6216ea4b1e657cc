//! Strict JSON bodies: an object without duplicate keys or unknown fields.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{DeserializeOwned, DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::error::{Error, Result};
use crate::http::body::invalid_field;

/// Parses a body. `serde_json` limits nesting to 128.
///
/// # Errors
/// `Invalid` with code `invalid_body` if it is not a JSON object or has a duplicate key, and `invalid_field`
/// for a wrong, missing or unknown field.
pub(super) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    let text = std::str::from_utf8(bytes).map_err(|_| invalid_body("the body is not UTF-8"))?;
    let mut stream = serde_json::Deserializer::from_str(text);
    let object = DuplicateKeyCheck.deserialize(&mut stream).and_then(|object| stream.end().map(|()| object));
    match object {
        Ok(true) => {}
        Ok(false) => return Err(invalid_body("Request body must be a JSON object")),
        Err(error) => return Err(invalid_body(format!("Invalid JSON body: {}", sanitized_message(&error)))),
    }
    serde_json::from_str(text).map_err(|error| invalid_field(format!("invalid field: {}", sanitized_message(&error))))
}

fn invalid_body(message: impl Into<String>) -> Error {
    Error::invalid(message).code("invalid_body").hint("send a JSON object in UTF-8")
}

/// Returns a parser's message without the values it quotes.
pub(super) fn sanitized_message(error: &dyn fmt::Display) -> String {
    let text = error.to_string();
    let quoted = [
        ("invalid type: string \"", "\", expected ", "a string"),
        ("invalid value: string \"", "\", expected ", "a string"),
        ("unknown variant `", "`, expected ", "an unknown value"),
    ];
    for (start, end, instead) in quoted {
        if let Some(rest) = text.strip_prefix(start)
            && let Some(at) = rest.rfind(end)
        {
            return format!("{instead} instead of {}", &rest[at + end.len()..]);
        }
    }
    text.chars().take(200).collect()
}

/// Walks a value without storing it; yields whether it is an object, and fails on a duplicate key.
#[derive(Clone, Copy)]
struct DuplicateKeyCheck;

impl<'de> DeserializeSeed<'de> for DuplicateKeyCheck {
    type Value = bool;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

macro_rules! scalars {
    ($($visit:ident: $type:ty),*) => {
        $(fn $visit<E>(self, _: $type) -> Result<bool, E> {
            Ok(false)
        })*
    };
}

impl<'de> Visitor<'de> for DuplicateKeyCheck {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    scalars!(visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f64: f64, visit_str: &str);

    fn visit_unit<E>(self) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<bool, A::Error> {
        while items.next_element_seed(self)?.is_some() {}
        Ok(false)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<bool, A::Error> {
        let mut keys = BTreeSet::new();
        while let Some(key) = entries.next_key::<String>()? {
            if !keys.insert(key) {
                entries.next_value::<IgnoredAny>()?;
                return Err(A::Error::custom("duplicate key in an object"));
            }
            entries.next_value_seed(self)?;
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct JsonFixture {
        email: String,
    }

    fn code(text: &str) -> &'static str {
        parse::<JsonFixture>(text.as_bytes()).unwrap_err().wire_code()
    }

    #[test]
    fn an_object_with_valid_fields_is_parsed() {
        assert_eq!(parse::<JsonFixture>(br#" {"email":"a\u0000"} "#).unwrap().email, "a\0");
    }

    #[test]
    fn a_body_that_is_not_an_object_is_invalid() {
        let deep = "[".repeat(200);
        for text in
            ["", "null", "[]", "1", "\"a\"", "{", "{}{}", r#"{"email":"a","email":"b"}"#, &deep, "{\"a\":1e999}"]
        {
            assert_eq!(code(text), "invalid_body", "{text}");
        }
        assert_eq!(parse::<JsonFixture>(b"{\"email\":\"\xff\"}").unwrap_err().wire_code(), "invalid_body");
        assert_eq!(parse::<serde_json::Value>(br#"{"a":{"b":1,"b":2}}"#).unwrap_err().wire_code(), "invalid_body");
    }

    #[test]
    fn an_invalid_field_is_named_without_its_value() {
        for text in [r"{}", r#"{"email":1}"#, r#"{"email":"a","more":1}"#, r#"{"email":null}"#] {
            assert_eq!(code(text), "invalid_field", "{text}");
        }
        let error = parse::<Vec<u8>>(br#"{"a":"plum"}"#).unwrap_err();
        assert!(!error.to_string().contains("plum"));
    }
}
