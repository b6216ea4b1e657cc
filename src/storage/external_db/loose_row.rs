//! Row of an external database with values of unexpected types: SQLite does not enforce column types.

use std::borrow::Cow;
use std::cell::Cell;

use rusqlite::Row;
use rusqlite::types::ValueRef;

/// A row; each value is converted to the requested type where possible.
pub(crate) struct LooseRow<'r> {
    row: &'r Row<'r>,
    had_invalid_utf8: Cell<bool>,
}

impl<'r> LooseRow<'r> {
    pub(super) fn new(row: &'r Row<'r>) -> Self {
        Self { row, had_invalid_utf8: Cell::new(false) }
    }

    /// Returns a text; invalid UTF-8 becomes U+FFFD and sets [`Self::had_invalid_utf8`].
    pub(crate) fn text(&self, column: &str) -> Option<String> {
        match self.value(column) {
            ValueRef::Null => None,
            ValueRef::Integer(number) => Some(number.to_string()),
            ValueRef::Real(number) => Some(number.to_string()),
            ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
                let text = String::from_utf8_lossy(bytes);
                if matches!(text, Cow::Owned(_)) {
                    self.had_invalid_utf8.set(true);
                }
                Some(text.into_owned())
            }
        }
    }

    /// Returns a non-empty text.
    pub(crate) fn nonempty_text(&self, column: &str) -> Option<String> {
        self.text(column).filter(|text| !text.is_empty())
    }

    /// Returns an integer, also from a text.
    pub(crate) fn integer(&self, column: &str) -> Option<i64> {
        match self.value(column) {
            ValueRef::Integer(number) => Some(number),
            ValueRef::Real(number) => exact_integer(number),
            ValueRef::Text(bytes) => std::str::from_utf8(bytes).ok()?.trim().parse().ok(),
            ValueRef::Null | ValueRef::Blob(_) => None,
        }
    }

    /// Returns a finite number, also from a text.
    pub(crate) fn real(&self, column: &str) -> Option<f64> {
        let number = match self.value(column) {
            ValueRef::Integer(number) => number as f64,
            ValueRef::Real(number) => number,
            ValueRef::Text(bytes) => std::str::from_utf8(bytes).ok()?.trim().parse().ok()?,
            ValueRef::Null | ValueRef::Blob(_) => return None,
        };
        number.is_finite().then_some(number)
    }

    /// Returns a flag; any other value is false.
    pub(crate) fn flag(&self, column: &str) -> bool {
        self.integer(column).is_some_and(|number| number != 0)
    }

    /// Returns true if a value is not NULL.
    pub(crate) fn is_not_null(&self, column: &str) -> bool {
        self.value(column) != ValueRef::Null
    }

    /// Returns the row's id for a report, at most 64 characters; `?` for NULL.
    pub(crate) fn label(&self, column: &str) -> String {
        let name = self.text(column).unwrap_or_else(|| "?".to_owned());
        name.chars().take(64).collect()
    }

    /// Returns true if a text read so far had invalid UTF-8.
    pub(crate) fn had_invalid_utf8(&self) -> bool {
        self.had_invalid_utf8.get()
    }

    fn value(&self, column: &str) -> ValueRef<'_> {
        // Every statement selects the requested columns, so this is never an error.
        self.row.get_ref(column).unwrap_or(ValueRef::Null)
    }
}

fn exact_integer(number: f64) -> Option<i64> {
    // 2^53: integers up to here are exact in a float.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    #[expect(clippy::cast_possible_truncation, reason = "it is whole and within bounds")]
    (number.fract() == 0.0 && number.abs() <= EXACT).then_some(number as i64)
}
