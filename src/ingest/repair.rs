//! What a reader or a transcriber made of an entry's date, checked against the weekday that stands beside it.

use std::sync::LazyLock;

use jiff::civil::Date;
use jiff::civil::Weekday;
use regex::Regex;

use crate::ingest::dates::weekday_named;
use crate::ingest::spans::code_points;
use crate::model::day::Bounds;
use crate::model::entry::CharRange;

/// Code points of the first line in which a weekday is looked for.
const LINE: usize = 200;

/// A date after the check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Checked {
    pub(super) date: Date,
    /// False when it is out of bounds and nothing says what was meant.
    pub(super) confirmed: bool,
    /// The written date, where it was mended or contradicts its weekday.
    pub(super) doubt: Option<CharRange>,
}

/// Checks a date that was read or heard in a text, and mends its year where the weekday leaves only one.
///
/// A weekday counts if it stands in the first line and that line has a digit: elsewhere it is seldom part of a date.
pub(super) fn check(date: Date, text: &str, bounds: &Bounds) -> Checked {
    let fine = Checked { date, confirmed: true, doubt: None };
    let within = bounds.contains(date);
    match weekday(text) {
        Some((weekday, _)) if within && date.weekday() == weekday => fine,
        Some((_, doubt)) if within => Checked { doubt: Some(doubt), ..fine },
        Some((weekday, doubt)) => match only_year(date, weekday, bounds) {
            Some(mended) => Checked { date: mended, confirmed: true, doubt: Some(doubt) },
            None => Checked { confirmed: false, ..fine },
        },
        None => Checked { confirmed: within, ..fine },
    }
}

/// Returns the same day in the one year in which it falls on that weekday.
fn only_year(date: Date, weekday: Weekday, bounds: &Bounds) -> Option<Date> {
    let years = bounds.earliest.year()..=bounds.latest.year();
    let mut fitting = years
        .filter_map(|year| Date::new(year, date.month(), date.day()).ok())
        .filter(|date| bounds.contains(*date) && date.weekday() == weekday);
    fitting.next().filter(|_| fitting.next().is_none())
}

static WEEKDAY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b")
        .expect("the names of weekdays are constants and valid")
});

/// Finds a weekday in the first line, with the range from there to the line's end.
fn weekday(text: &str) -> Option<(Weekday, CharRange)> {
    let line = text.split(['\n', '\r']).next()?;
    let seen = line.char_indices().nth(LINE).map_or(line, |(byte, _)| &line[..byte]);
    if !seen.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let found = WEEKDAY.find(seen)?;
    let weekday = weekday_named(found.as_str())?;
    let char_start = code_points(&line[..found.start()]);
    Some((weekday, CharRange { char_start, char_end: code_points(line.trim_end()) }))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::ingest::spans::part;

    const BOUNDS: Bounds = Bounds { earliest: date(2024, 1, 1), latest: date(2026, 11, 22) };

    #[test]
    fn a_date_is_kept_mended_or_put_in_doubt() {
        // 2026-06-18 was a Thursday, 2025-06-18 a Wednesday, 2024-06-18 a Tuesday.
        let (year, off) = (date(2026, 6, 18), date(2062, 6, 18));
        let cases: [(Date, &str, Date, bool, &str); 20] = [
            (year, "rain", year, true, ""),
            (year, "Thursday 18 June 2026. Rain.", year, true, ""),
            (year, "THURSDAY 18 June 2026", year, true, ""),
            (year, "Monday 18 June 2026 rain\nsnow", year, true, "Monday 18 June 2026 rain"),
            (year, "On Monday 18 June", year, true, "Monday 18 June"),
            (year, "ä👋 Monday 18 June ", year, true, "Monday 18 June"),
            // No digit beside it, or not in the first line: no part of a date.
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
            let got = check(date, text, &BOUNDS);

            let doubtful = got.doubt.map_or("", |span| part(text, span));
            assert_eq!((got.date, got.confirmed, doubtful), (wanted, confirmed, doubt), "{text:?}");
        }
    }

    #[test]
    fn two_years_that_fit_mend_nothing() {
        // The 18th of June was a Thursday in 2015, 2020 and 2026.
        let bounds = Bounds { earliest: date(2020, 1, 1), ..BOUNDS };

        let got = check(date(2062, 6, 18), "Thursday 18 June 2062", &bounds);

        assert_eq!((got.date, got.confirmed), (date(2062, 6, 18), false));
    }

    #[test]
    fn only_the_first_200_code_points_of_a_line_are_looked_at() {
        let text = |blanks: usize| format!("{}1 Monday x", "é".repeat(blanks));

        assert!(weekday(&text(192)).is_some());
        assert!(weekday(&text(193)).is_none());
    }
}
