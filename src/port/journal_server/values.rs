//! Values as the Python server wrote them, as they are written here.

use std::cell::RefCell;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::civil::DateTime;
use jiff::civil::ISOWeekDate;
use jiff::tz::TimeZone;

use crate::clock;
use crate::model::day;
use crate::storage::foreign::cells::Cells;

/// A row on its way, and what about it had to be put right.
pub(super) struct Row<'r> {
    pub(super) cells: &'r Cells<'r>,
    /// The instant of the import, for rows that do not say when they were made.
    pub(super) at: &'r str,
    mended: RefCell<Vec<&'static str>>,
}

impl<'r> Row<'r> {
    pub(super) fn new(cells: &'r Cells<'r>, at: &'r str) -> Self {
        Self { cells, at, mended: RefCell::default() }
    }

    /// Notes that something was put right.
    pub(super) fn mend(&self, what: &'static str) {
        self.mended.borrow_mut().push(what);
    }

    /// Returns what was put right.
    pub(super) fn mended(&self) -> Vec<&'static str> {
        let mut mended = self.mended.borrow().clone();
        mended.extend(self.cells.was_mended().then_some("bytes that are no text"));
        mended
    }

    /// Returns the row's number.
    pub(super) fn id(&self) -> i64 {
        self.integer("id")
    }

    /// Returns a whole number; 0, which is nobody's number, where there is none.
    pub(super) fn integer(&self, column: &str) -> i64 {
        self.cells.integer(column).unwrap_or(0)
    }

    /// Returns a text, empty where there is none.
    pub(super) fn text(&self, column: &str) -> String {
        self.cells.text(column).unwrap_or_default()
    }

    /// Returns an instant; that of the import where there is none.
    pub(super) fn stamp(&self, column: &str) -> String {
        self.any_stamp(column).unwrap_or_else(|| {
            self.mend("a time");
            self.at.to_owned()
        })
    }

    /// Returns an instant, if there is one.
    pub(super) fn any_stamp(&self, column: &str) -> Option<String> {
        let found = self.cells.filled(column)?;
        let stamp = stamp(&found);
        if stamp.is_none() {
            self.mend("a time");
        }
        stamp
    }
}

/// Writes an instant as an account timestamp. One without an offset is in UTC.
pub(super) fn stamp(text: &str) -> Option<String> {
    let text = text.trim();
    let at = Timestamp::from_str(text).or_else(|_| {
        DateTime::from_str(text).and_then(|local| local.to_zoned(TimeZone::UTC)).map(|zoned| zoned.timestamp())
    });
    at.ok().map(clock::stamp)
}

/// Writes a day as `YYYY-MM-DD`. The Python server stored every form of ISO 8601 as it was typed.
pub(super) fn date(text: &str) -> Option<String> {
    let text = text.trim();
    let other = || Date::from_str(text).ok().or_else(|| ISOWeekDate::from_str(text).ok().map(ISOWeekDate::date));
    day::parse(text).ok().or_else(other).map(|date| date.to_string())
}

/// Reads lower- or upper-case hexadecimal digits of 32 bytes.
pub(super) fn sha256(text: &str) -> Option<[u8; 32]> {
    let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(text.trim().as_bytes()).ok()?;
    bytes.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_an_instant_becomes_one() {
        for form in [
            "2026-03-01T09:08:07Z",
            "2026-03-01T09:08:07.654321+00:00",
            "2026-03-01T10:08:07+01:00",
            "2026-03-01 09:08:07",
            "2026-03-01T09:08:07.654Z",
        ] {
            assert_eq!(stamp(form).as_deref(), Some("2026-03-01T09:08:07Z"), "{form}");
        }
        for wrong in ["", "yesterday", "2026-13-01T00:00:00Z"] {
            assert_eq!(stamp(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn every_form_of_a_day_becomes_one() {
        for form in ["2026-04-01", "20260401", "2026-W14-3", "2026-W143", "2026W143"] {
            assert_eq!(date(form).as_deref(), Some("2026-04-01"), "{form}");
        }
        for wrong in ["", "1 April 2026", "2026-02-30", "01/04/2026"] {
            assert_eq!(date(wrong), None, "{wrong}");
        }
    }
}
