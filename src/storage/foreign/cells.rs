//! One row of a foreign database, whose cells may hold anything: SQLite lets a column's type be broken.

use std::borrow::Cow;
use std::cell::Cell;

use rusqlite::Row;
use rusqlite::types::ValueRef;

/// A row. Every cell is read as what it is asked for, if it can be understood as that.
pub(crate) struct Cells<'r> {
    row: &'r Row<'r>,
    mended: Cell<bool>,
}

impl<'r> Cells<'r> {
    pub(super) fn new(row: &'r Row<'r>) -> Self {
        Self { row, mended: Cell::new(false) }
    }

    /// Returns a text; bytes that are no UTF-8 come as U+FFFD, which [`Self::was_mended`] then tells.
    pub(crate) fn text(&self, column: &str) -> Option<String> {
        match self.value(column) {
            ValueRef::Null => None,
            ValueRef::Integer(number) => Some(number.to_string()),
            ValueRef::Real(number) => Some(number.to_string()),
            ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
                let text = String::from_utf8_lossy(bytes);
                if matches!(text, Cow::Owned(_)) {
                    self.mended.set(true);
                }
                Some(text.into_owned())
            }
        }
    }

    /// Returns a text that is not empty.
    pub(crate) fn filled(&self, column: &str) -> Option<String> {
        self.text(column).filter(|text| !text.is_empty())
    }

    /// Returns a whole number, also one that was stored as a text.
    pub(crate) fn integer(&self, column: &str) -> Option<i64> {
        match self.value(column) {
            ValueRef::Integer(number) => Some(number),
            ValueRef::Real(number) => whole(number),
            ValueRef::Text(bytes) => std::str::from_utf8(bytes).ok()?.trim().parse().ok(),
            ValueRef::Null | ValueRef::Blob(_) => None,
        }
    }

    /// Returns a finite number, also one that was stored as a text.
    pub(crate) fn real(&self, column: &str) -> Option<f64> {
        let number = match self.value(column) {
            ValueRef::Integer(number) => number as f64,
            ValueRef::Real(number) => number,
            ValueRef::Text(bytes) => std::str::from_utf8(bytes).ok()?.trim().parse().ok()?,
            ValueRef::Null | ValueRef::Blob(_) => return None,
        };
        number.is_finite().then_some(number)
    }

    /// Returns whether a switch is on; one that is neither counts as off.
    pub(crate) fn is_on(&self, column: &str) -> bool {
        self.integer(column).is_some_and(|number| number != 0)
    }

    /// Tells whether a cell holds something.
    pub(crate) fn holds(&self, column: &str) -> bool {
        self.value(column) != ValueRef::Null
    }

    /// Returns what names the row in a report: its id, or what stands there instead of one.
    pub(crate) fn name(&self, column: &str) -> String {
        let name = self.text(column).unwrap_or_else(|| "?".to_owned());
        name.chars().take(64).collect()
    }

    /// Tells whether a text that was read had bytes which are no text.
    pub(crate) fn was_mended(&self) -> bool {
        self.mended.get()
    }

    fn value(&self, column: &str) -> ValueRef<'_> {
        // Every statement of ours names the columns that are asked for.
        self.row.get_ref(column).unwrap_or(ValueRef::Null)
    }
}

fn whole(number: f64) -> Option<i64> {
    // Up to here every whole number is exact in a float.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    #[expect(clippy::cast_possible_truncation, reason = "it is whole and within bounds")]
    (number.fract() == 0.0 && number.abs() <= EXACT).then_some(number as i64)
}
