//! Streaming JSON reader: one list item in memory at a time.

use std::fmt;
use std::io::Read;
use std::marker::PhantomData;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;
use serde_json::value::RawValue;

use crate::error::{Error, Result};

/// Deserializes a list and passes each item to a closure.
pub(super) struct StreamItems<'a, T, F: FnMut(T) -> Result<()>> {
    take: F,
    failed: &'a mut Option<Error>,
    item: PhantomData<T>,
}

impl<'a, T, F: FnMut(T) -> Result<()>> StreamItems<'a, T, F> {
    /// Stops at the first error of `take` and stores it in `failed`.
    pub(super) fn new(failed: &'a mut Option<Error>, take: F) -> Self {
        Self { take, failed, item: PhantomData }
    }
}

impl<'de, T: Deserialize<'de>, F: FnMut(T) -> Result<()>> DeserializeSeed<'de> for StreamItems<'_, T, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> std::result::Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, T: Deserialize<'de>, F: FnMut(T) -> Result<()>> Visitor<'de> for StreamItems<'_, T, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> std::result::Result<(), A::Error> {
        while let Some(item) = items.next_element()? {
            if let Err(error) = (self.take)(item) {
                *self.failed = Some(error);
                return Err(A::Error::custom("stopped"));
            }
        }
        Ok(())
    }
}

/// Passes each item of an object's list `entries` to `take` as raw JSON; returns false if there is no such list.
///
/// # Errors
/// `Invalid` if the text is not a JSON object; errors of `take`.
pub(super) fn for_each_entry(from: impl Read, take: &mut dyn FnMut(Box<RawValue>) -> Result<()>) -> Result<bool> {
    let mut failed = None;
    let mut json = serde_json::Deserializer::from_reader(from);
    let read = (&mut json).deserialize_map(EntriesVisitor { take, failed: &mut failed });
    let read = read.and_then(|found| json.end().map(|()| found));
    read.map_err(|error| failed.unwrap_or_else(|| json_error(&error)))
}

struct EntriesVisitor<'a> {
    take: &'a mut dyn FnMut(Box<RawValue>) -> Result<()>,
    failed: &'a mut Option<Error>,
}

impl<'de> Visitor<'de> for EntriesVisitor<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> std::result::Result<bool, A::Error> {
        let mut found = false;
        while let Some(name) = fields.next_key::<String>()? {
            if name == "entries" && !found {
                fields.next_value_seed(StreamItems::new(self.failed, &mut *self.take))?;
                found = true;
            } else {
                fields.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }
}

/// Converts a JSON error into one with its position, without quoting content.
pub(super) fn json_error(error: &serde_json::Error) -> Error {
    let (line, column) = (error.line(), error.column());
    match error.classify() {
        Category::Io => Error::conflict("the file is damaged or truncated").hint("use another copy of the file"),
        Category::Eof => Error::invalid("the JSON ends too early").hint("the file is truncated; use another copy"),
        Category::Syntax => {
            Error::invalid(format!("invalid JSON at line {line}, column {column}")).hint("use another copy of the file")
        }
        Category::Data => Error::invalid(format!("unexpected value at line {line}, column {column}"))
            .hint("check that it is the right file and that it was not edited"),
    }
}
