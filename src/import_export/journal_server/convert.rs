//! Converts values of the Python server's database.

use std::cell::RefCell;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, ISOWeekDate};
use jiff::tz::TimeZone;

use crate::clock;
use crate::domain::entry_date;
use crate::storage::external_db::loose_row::LooseRow;

/// Source row, and the list of its corrected values.
pub(super) struct SourceRow<'r> {
    pub(super) cells: &'r LooseRow<'r>,
    /// Timestamp of the import, the default for missing timestamps.
    pub(super) at: &'r str,
    corrected: RefCell<Vec<&'static str>>,
}

impl<'r> SourceRow<'r> {
    pub(super) fn new(cells: &'r LooseRow<'r>, at: &'r str) -> Self {
        Self { cells, at, corrected: RefCell::default() }
    }

    /// Records a corrected value.
    pub(super) fn record_correction(&self, what: &'static str) {
        self.corrected.borrow_mut().push(what);
    }

    /// Returns the corrected values.
    pub(super) fn corrections(&self) -> Vec<&'static str> {
        let mut mended = self.corrected.borrow().clone();
        mended.extend(self.cells.had_invalid_utf8().then_some("bytes that are not UTF-8"));
        mended
    }

    /// Returns the row's id.
    pub(super) fn id(&self) -> i64 {
        self.integer("id")
    }

    /// Returns an integer; 0, which is no row's id, if there is none.
    pub(super) fn integer(&self, column: &str) -> i64 {
        self.cells.integer(column).unwrap_or(0)
    }

    /// Returns a text, empty if there is none.
    pub(super) fn text(&self, column: &str) -> String {
        self.cells.text(column).unwrap_or_default()
    }

    /// Returns a timestamp; the import's if there is none or it is invalid.
    pub(super) fn timestamp(&self, column: &str) -> String {
        self.optional_timestamp(column).unwrap_or_else(|| {
            self.record_correction("an invalid time");
            self.at.to_owned()
        })
    }

    /// Returns a timestamp, if there is a valid one.
    pub(super) fn optional_timestamp(&self, column: &str) -> Option<String> {
        let found = self.cells.nonempty_text(column)?;
        let stamp = to_account_timestamp(&found);
        if stamp.is_none() {
            self.record_correction("an invalid time");
        }
        stamp
    }
}

/// Converts a timestamp to the account format. One without an offset is in UTC.
pub(super) fn to_account_timestamp(text: &str) -> Option<String> {
    let text = text.trim();
    let at = Timestamp::from_str(text).or_else(|_| {
        DateTime::from_str(text).and_then(|local| local.to_zoned(TimeZone::UTC)).map(|zoned| zoned.timestamp())
    });
    at.ok().map(clock::format_timestamp)
}

/// Converts a date to `YYYY-MM-DD`. The Python server stored every ISO 8601 form as typed.
pub(super) fn to_iso_date(text: &str) -> Option<String> {
    let text = text.trim();
    let other = || Date::from_str(text).ok().or_else(|| ISOWeekDate::from_str(text).ok().map(ISOWeekDate::date));
    entry_date::parse(text).ok().or_else(other).map(|date| date.to_string())
}

/// Decodes a SHA-256 hash in lower- or upper-case hex.
pub(super) fn parse_sha256(text: &str) -> Option<[u8; 32]> {
    let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(text.trim().as_bytes()).ok()?;
    bytes.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_timestamp_form_is_converted() {
        for form in [
            "2026-03-01T09:08:07Z",
            "2026-03-01T09:08:07.654321+00:00",
            "2026-03-01T10:08:07+01:00",
            "2026-03-01 09:08:07",
            "2026-03-01T09:08:07.654Z",
        ] {
            assert_eq!(to_account_timestamp(form).as_deref(), Some("2026-03-01T09:08:07Z"), "{form}");
        }
        for wrong in ["", "yesterday", "2026-13-01T00:00:00Z"] {
            assert_eq!(to_account_timestamp(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn every_iso_8601_date_form_is_converted() {
        for form in ["2026-04-01", "20260401", "2026-W14-3", "2026W143"] {
            assert_eq!(to_iso_date(form).as_deref(), Some("2026-04-01"), "{form}");
        }
        for wrong in ["", "1 April 2026", "2026-02-30", "01/04/2026"] {
            assert_eq!(to_iso_date(wrong), None, "{wrong}");
        }
    }
}
