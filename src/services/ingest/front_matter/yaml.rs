//! Front matter as YAML: one mapping, with limits.

use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;
use serde_saphyr::Options;
use serde_saphyr::options::{DuplicateKeyPolicy, NonFiniteFloatPolicy};

use crate::services::ingest::front_matter::keys::FrontMatterField;

/// Maximum nesting of the YAML.
const MAX_YAML_DEPTH: usize = 64;
/// Maximum number of YAML nodes.
const MAX_YAML_NODES: usize = 16 * 1024;
/// Maximum number of YAML events that aliases may repeat.
const MAX_ALIAS_EVENTS: usize = 1000;
/// Maximum number of values that are read a second time for their spelling.
const MAX_RESPELLED: usize = 100;

/// Reads a block as one YAML mapping, duplicate keys included; `None` for anything else and past a limit.
///
/// A scalar is kept as it is written: `1.50`, `007` and `True` are texts, because they are written differently as a
/// number or a boolean.
pub(super) fn read_mapping(block: &str) -> Option<Vec<FrontMatterField>> {
    let YamlFields(mut fields) = serde_saphyr::from_str_with_options(block, options()).ok()?;
    let typed = fields.iter_mut().enumerate().filter(|(_, field)| is_typed(&field.value));
    for (position, field) in typed.take(MAX_RESPELLED) {
        let visitor = ScalarTextVisitor { position, is_list: field.value.is_array() };
        let texts = serde_saphyr::with_deserializer_from_str_with_options(block, options(), |reader| {
            reader.deserialize_map(visitor)
        });
        if let Ok(texts) = texts {
            respell(&mut field.value, texts);
        }
    }
    Some(fields)
}

fn options() -> Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! { max_depth: MAX_YAML_DEPTH, max_documents: 1, max_nodes: MAX_YAML_NODES },
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: MAX_ALIAS_EVENTS },
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        non_finite_float_policy: NonFiniteFloatPolicy::AsString,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        strict_booleans: true,
        with_snippet: false,
    }
}

/// Returns true for a scalar that YAML gave a type other than text, and for a list with one.
fn is_typed(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(is_typed_scalar),
        scalar => is_typed_scalar(scalar),
    }
}

fn is_typed_scalar(value: &Value) -> bool {
    match value {
        Value::Bool(_) | Value::Number(_) => true,
        // Numbers that are not finite, by the policy for floats.
        Value::String(text) => matches!(text.as_str(), ".inf" | "-.inf" | ".nan"),
        Value::Null | Value::Array(_) | Value::Object(_) => false,
    }
}

/// Replaces typed scalars by their texts where the two are written differently.
fn respell(value: &mut Value, texts: ScalarTexts) {
    match (value, texts) {
        (Value::Array(items), ScalarTexts::List(texts)) if items.len() == texts.len() => {
            for (item, text) in items.iter_mut().zip(texts) {
                respell_scalar(item, text);
            }
        }
        (value, ScalarTexts::Single(text)) => respell_scalar(value, text),
        (_, ScalarTexts::List(_)) => {}
    }
}

fn respell_scalar(value: &mut Value, text: Option<String>) {
    let written_alike = value.to_string();
    if let Some(text) = text.filter(|text| is_typed_scalar(value) && written_alike != **text) {
        *value = Value::String(text);
    }
}

/// Fields of a mapping in the order written.
struct YamlFields(Vec<FrontMatterField>);

impl<'de> Deserialize<'de> for YamlFields {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        reader.deserialize_map(FieldVisitor)
    }
}

struct FieldVisitor;

impl<'de> Visitor<'de> for FieldVisitor {
    type Value = YamlFields;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mapping")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<YamlFields, A::Error> {
        let mut fields = Vec::new();
        while let Some((key, value)) = map.next_entry()? {
            fields.push(FrontMatterField { key, value });
        }
        if fields.is_empty() {
            return Err(de::Error::custom("an empty mapping"));
        }
        Ok(YamlFields(fields))
    }
}

/// Text of a scalar, or texts of the scalars of a list; `None` for null.
enum ScalarTexts {
    Single(Option<String>),
    List(Vec<Option<String>>),
}

/// Reads the value of the field at a position as text.
struct ScalarTextVisitor {
    position: usize,
    is_list: bool,
}

impl<'de> Visitor<'de> for ScalarTextVisitor {
    type Value = ScalarTexts;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mapping")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ScalarTexts, A::Error> {
        let (mut found, mut at) = (None, 0);
        while map.next_key::<IgnoredAny>()?.is_some() {
            if at != self.position {
                map.next_value::<IgnoredAny>()?;
            } else if self.is_list {
                found = Some(ScalarTexts::List(map.next_value()?));
            } else {
                found = Some(ScalarTexts::Single(map.next_value()?));
            }
            at += 1;
        }
        found.ok_or_else(|| de::Error::custom("no such field"))
    }
}
