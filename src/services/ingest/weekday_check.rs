//! Checks a date from OCR, transcription or the model against the weekday written next to it.

use jiff::civil::{Date, Weekday};

use crate::domain::date_reader;
use crate::domain::entry::CharRange;
use crate::domain::entry_date::DateBounds;
use crate::services::ingest::uncertain_spans::code_points;

/// Code points of the first line that are searched for a weekday.
const MAX_LINE_CHARS: usize = 200;

/// A date after the weekday check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct CheckedDate {
    pub(super) date: Date,
    /// False if it is out of bounds and no weekday identifies the intended year.
    pub(super) confirmed: bool,
    /// Span of the written date if it was corrected or contradicts its weekday.
    pub(super) uncertain_span: Option<CharRange>,
}

/// Checks a date against the weekday in the text, and corrects its year if exactly one year in bounds fits the weekday.
///
/// A weekday counts only in the first line and only if that line has a digit: elsewhere it is seldom part of a date.
pub(super) fn check_weekday(date: Date, text: &str, bounds: DateBounds) -> CheckedDate {
    let fine = CheckedDate { date, confirmed: true, uncertain_span: None };
    let within = bounds.contains(date);
    match find_weekday(text) {
        Some((find_weekday, _)) if within && date.weekday() == find_weekday => fine,
        Some((_, doubt)) if within => CheckedDate { uncertain_span: Some(doubt), ..fine },
        Some((find_weekday, doubt)) => match matching_year(date, find_weekday, bounds) {
            Some(corrected) => CheckedDate { date: corrected, confirmed: true, uncertain_span: Some(doubt) },
            None => CheckedDate { confirmed: false, ..fine },
        },
        None => CheckedDate { confirmed: within, ..fine },
    }
}

/// Returns the same month and day in the only year in bounds in which it falls on that weekday.
fn matching_year(date: Date, weekday: Weekday, bounds: DateBounds) -> Option<Date> {
    let years = bounds.earliest.year()..=bounds.latest.year();
    let mut fitting = years
        .filter_map(|year| Date::new(year, date.month(), date.day()).ok())
        .filter(|date| bounds.contains(*date) && date.weekday() == weekday);
    fitting.next().filter(|_| fitting.next().is_none())
}

/// Finds a weekday in the first line, with the range from there to the end of the line.
fn find_weekday(text: &str) -> Option<(Weekday, CharRange)> {
    let line = text.split(['\n', '\r']).next()?;
    let seen = line.char_indices().nth(MAX_LINE_CHARS).map_or(line, |(byte, _)| &line[..byte]);
    if !seen.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let (weekday, start) = date_reader::find_weekday(seen)?;
    let char_start = code_points(&line[..start]);
    Some((weekday, CharRange { char_start, char_end: code_points(line.trim_end()) }))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::services::ingest::uncertain_spans::slice_chars;

    const BOUNDS: DateBounds = DateBounds { earliest: date(2024, 1, 1), latest: date(2026, 11, 22) };

    #[test]
    fn a_date_is_kept_corrected_or_marked_uncertain() {
        // 2026-06-18 was a Thursday, 2025-06-18 a Wednesday, 2024-06-18 a Tuesday.
        let (year, off) = (date(2026, 6, 18), date(2062, 6, 18));
        let cases: [(Date, &str, Date, bool, &str); 20] = [
            (year, "rain", year, true, ""),
            (year, "Thursday 18 June 2026. Rain.", year, true, ""),
            (year, "THURSDAY 18 June 2026", year, true, ""),
            (year, "Monday 18 June 2026 rain\nsnow", year, true, "Monday 18 June 2026 rain"),
            (year, "On Monday 18 June", year, true, "Monday 18 June"),
            (year, "ä👋 Monday 18 June ", year, true, "Monday 18 June"),
            // No digit next to it, or not in the first line: not part of a date.
            (year, "Monday was fine", year, true, ""),
            (year, "18 June\nMonday", year, true, ""),
            (year, "Mon 18 June 2026", year, true, ""),
            (year, "Mondays are 1 of 7", year, true, ""),
            (off, "Thursday 18 June 2062", year, true, "Thursday 18 June 2062"),
            (off, "Wednesday 18 June 2062\nrain", date(2025, 6, 18), true, "Wednesday 18 June 2062"),
            (off, "tuesday, 18 June 2062", date(2024, 6, 18), true, "tuesday, 18 June 2062"),
            (off, "Sunday 18 June 2062", off, false, ""),
            (off, "18 June 2062", off, false, ""),
            (off, "", off, false, ""),
            (off, "rain\nThursday 18 June 2062", off, false, ""),
            (date(1026, 6, 18), "Thursday 18 June 1026", year, true, "Thursday 18 June 1026"),
            (date(1024, 2, 29), "Thursday 29 February 1024", date(2024, 2, 29), true, "Thursday 29 February 1024"),
            (date(1024, 2, 29), "Friday 29 February 1024", date(1024, 2, 29), false, ""),
        ];
        for (date, text, wanted, confirmed, doubt) in cases {
            let got = check_weekday(date, text, BOUNDS);

            let doubtful = got.uncertain_span.map_or("", |span| slice_chars(text, span));
            assert_eq!((got.date, got.confirmed, doubtful), (wanted, confirmed, doubt), "{text:?}");
        }
    }

    #[test]
    fn an_ambiguous_year_is_not_corrected() {
        // The 18th of June was a Thursday in 2015, 2020 and 2026.
        let bounds = DateBounds { earliest: date(2020, 1, 1), ..BOUNDS };

        let got = check_weekday(date(2062, 6, 18), "Thursday 18 June 2062", bounds);

        assert_eq!((got.date, got.confirmed), (date(2062, 6, 18), false));
    }

    #[test]
    fn weekday_search_stops_after_200_code_points() {
        let text = |blanks: usize| format!("{}1 Monday x", "é".repeat(blanks));

        assert!(find_weekday(&text(192)).is_some());
        assert!(find_weekday(&text(193)).is_none());
    }
}
