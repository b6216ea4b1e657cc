//! Entry dates: canonical form and allowed range.

use jiff::ToSpan as _;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::named_enum::named_enum;
use crate::error::{Error, Result};

named_enum! {
    /// Evidence that an entry's date comes from.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
    pub enum DateOrigin {
        /// Given with a flag or sent with an upload.
        Flag = "flag",
        /// Front matter of a note.
        FrontMatter = "front_matter",
        /// Name of a file or its folders.
        FileName = "file_name",
        /// Capture time of a photograph or recording.
        Metadata = "metadata",
        /// Dated heading at the top of the text.
        Heading = "heading",
        /// Date in the text.
        Text = "text",
        /// Modification time of a file.
        FileTime = "file_time",
        /// Day on which the entry was stored.
        Today = "today",
    }
}

/// Inclusive range of allowed entry dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateBounds {
    /// First day allowed.
    pub earliest: Date,
    /// Last day allowed: tomorrow, so that a traveller east of the server can write today's entry.
    pub latest: Date,
}

impl DateBounds {
    /// Returns the range from `earliest` to the day after `today`.
    #[must_use]
    pub fn until_tomorrow(earliest: Date, today: Date) -> Self {
        Self { earliest, latest: today.saturating_add(1.day()) }
    }

    /// Returns whether a day is allowed.
    #[must_use]
    pub fn contains(&self, date: Date) -> bool {
        (self.earliest..=self.latest).contains(&date)
    }

    /// Returns the date if it is allowed.
    ///
    /// # Errors
    /// `Invalid`, naming the date and the range.
    pub fn check(&self, date: Date) -> Result<Date> {
        if self.contains(date) {
            return Ok(date);
        }
        let Self { earliest, latest } = self;
        let hint = if date < *earliest {
            "correct the date, or set MIN_ENTRY_DATE to an earlier day"
        } else {
            "correct the date; an entry can be dated tomorrow at the latest"
        };
        Err(Error::invalid(format!("entry date {date} is outside the allowed range {earliest} – {latest}")).hint(hint))
    }
}

/// Parses a date written as `YYYY-MM-DD`, the only accepted form.
///
/// # Errors
/// `Invalid` for any other form and for days that are not in the calendar.
pub fn parse(text: &str) -> Result<Date> {
    let is_digit_or_dash =
        |(at, byte): (usize, u8)| if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() };
    let canonical = text.len() == 10 && text.bytes().enumerate().all(is_digit_or_dash);
    if !canonical {
        return Err(Error::invalid("the date is not written as YYYY-MM-DD").hint("write it like 2026-05-12"));
    }
    text.parse()
        .map_err(|_| Error::invalid(format!("{text} is not a day of the calendar")).hint("check the month and the day"))
}

/// Parses a date, if there is one.
///
/// # Errors
/// As [`parse`].
pub(crate) fn parse_optional(text: Option<&str>) -> Result<Option<Date>> {
    text.map(parse).transpose()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn only_the_canonical_form_is_parsed() {
        assert_eq!(parse("2026-05-12").unwrap(), date(2026, 5, 12));
        let cases = "2026-5-12 | 20260512 |  2026-05-12 | 2026-05-12T10:00 | +2026-05-1 | 2026-02-30 | 2026-00-01 | \
             ２026-05-1 | ";
        for wrong in cases.split(" | ") {
            let refused = parse(wrong).unwrap_err();

            assert_eq!(refused.kind(), ErrorKind::Invalid, "{wrong}");
            assert!(refused.hint_text().is_some());
        }
    }
}
