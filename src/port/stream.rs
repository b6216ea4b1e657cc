//! JSON that may be large, item by item.

use std::fmt;
use std::io::Read;
use std::marker::PhantomData;

use serde::de::Deserialize;
use serde::de::DeserializeSeed;
use serde::de::Deserializer;
use serde::de::Error as _;
use serde::de::IgnoredAny;
use serde::de::MapAccess;
use serde::de::SeqAccess;
use serde::de::Visitor;
use serde_json::error::Category;
use serde_json::value::RawValue;

use crate::error::Error;
use crate::error::Result;

/// Hands each item of a list on.
pub(super) struct Each<'a, T, F: FnMut(T) -> Result<()>> {
    take: F,
    failed: &'a mut Option<Error>,
    item: PhantomData<T>,
}

impl<'a, T, F: FnMut(T) -> Result<()>> Each<'a, T, F> {
    /// What goes wrong in `take` is left in `failed`, and reading ends.
    pub(super) fn new(failed: &'a mut Option<Error>, take: F) -> Self {
        Self { take, failed, item: PhantomData }
    }
}

impl<'de, T: Deserialize<'de>, F: FnMut(T) -> Result<()>> DeserializeSeed<'de> for Each<'_, T, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> std::result::Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, T: Deserialize<'de>, F: FnMut(T) -> Result<()>> Visitor<'de> for Each<'_, T, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> std::result::Result<(), A::Error> {
        while let Some(item) = items.next_element()? {
            if let Err(error) = (self.take)(item) {
                *self.failed = Some(error);
                return Err(A::Error::custom("given up"));
            }
        }
        Ok(())
    }
}

/// Hands each item of the list `entries` of an object on, as it is written; tells whether there was such a list.
///
/// # Errors
/// `Invalid` for what is no JSON object; what `take` returns.
pub(super) fn entries(from: impl Read, take: &mut dyn FnMut(Box<RawValue>) -> Result<()>) -> Result<bool> {
    let mut failed = None;
    let mut json = serde_json::Deserializer::from_reader(from);
    let read = (&mut json).deserialize_map(Entries { take, failed: &mut failed });
    let read = read.and_then(|found| json.end().map(|()| found));
    read.map_err(|error| failed.unwrap_or_else(|| broken(&error)))
}

struct Entries<'a> {
    take: &'a mut dyn FnMut(Box<RawValue>) -> Result<()>,
    failed: &'a mut Option<Error>,
}

impl<'de> Visitor<'de> for Entries<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> std::result::Result<bool, A::Error> {
        let mut found = false;
        while let Some(name) = fields.next_key::<String>()? {
            if name == "entries" && !found {
                fields.next_value_seed(Each::new(self.failed, &mut *self.take))?;
                found = true;
            } else {
                fields.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }
}

/// Says where JSON cannot be read, and nothing of what stands there.
pub(super) fn broken(error: &serde_json::Error) -> Error {
    let (line, column) = (error.line(), error.column());
    match error.classify() {
        Category::Io => Error::conflict("the file is damaged or was cut short").hint("take another copy of it"),
        Category::Eof => Error::invalid("the JSON ends too early").hint("the file was cut short; take another copy"),
        Category::Syntax => Error::invalid(format!("the JSON is broken at line {line}, column {column}"))
            .hint("take another copy of the file"),
        Category::Data => Error::invalid(format!("line {line}, column {column} is not what it should be"))
            .hint("check that it is the right file, and that nobody changed it"),
    }
}
