//! Date extraction from texts and file names, and the precedence of the dates of an entry.

use std::ops::Range;
use std::sync::LazyLock;

use jiff::civil::{Date, Weekday};
use regex::{Captures, Regex};

use crate::domain::entry_date::DateBounds;
use crate::error::Result;

/// Code points of a text that are searched for a date; a diary entry is dated at its beginning.
const HEAD: usize = 500;

/// Code points read past `HEAD` so that a date cut at the boundary is not mistaken for a shorter one.
const LOOKAHEAD: usize = 64;

/// Years that a date without a year may be in the past. Weekdays repeat after 28 years.
const MAX_YEARS_BACK: i16 = 28;

/// Result of a date search in a text or a file name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateMatch {
    /// A date within the bounds.
    Date(Date),
    /// Only dates with a year outside the bounds; this is the first.
    OutOfRange(Date),
    /// No date.
    None,
}

/// Determines the date of a new entry.
///
/// Precedence: the explicit date (`flag`), front matter, text, file name, `otherwise`, today. A later source is used
/// only if the earlier ones have no date, except that a text with only out-of-range dates falls back to its file name.
///
/// # Errors
/// `Invalid` when an explicit or front-matter date is out of bounds, when text or file name have only dates out of
/// bounds, and when today is before the first allowed date.
pub fn choose_date(
    flag: Option<Date>,
    front_matter: Option<Date>,
    text: &str,
    file_stem: Option<&str>,
    otherwise: Option<Date>,
    today: Date,
    bounds: &DateBounds,
) -> Result<Date> {
    match stated_date(flag, front_matter, text, file_stem, today, bounds)? {
        Some(date) => Ok(date),
        None => bounds.check(otherwise.unwrap_or(today)),
    }
}

/// Returns the explicit date, else that of front matter, text or file name; `None` without any.
///
/// # Errors
/// As [`choose_date`].
pub fn stated_date(
    flag: Option<Date>,
    front_matter: Option<Date>,
    text: &str,
    file_stem: Option<&str>,
    today: Date,
    bounds: &DateBounds,
) -> Result<Option<Date>> {
    if let Some(stated) = flag.or(front_matter) {
        return bounds.check(stated).map(Some);
    }
    let by_text = date_in_text(text, today, bounds);
    if let DateMatch::Date(date) = by_text {
        return Ok(Some(date));
    }
    let by_name = file_stem.map_or(DateMatch::None, |stem| date_in_file_name(stem, bounds));
    match (by_text, by_name) {
        (_, DateMatch::Date(date)) => Ok(Some(date)),
        (DateMatch::OutOfRange(date), _) | (_, DateMatch::OutOfRange(date)) => bounds
            .check(date)
            .map(Some)
            .map_err(|error| error.hint("pass `--date YYYY-MM-DD` with the day the entry belongs to")),
        _ => Ok(None),
    }
}

/// Looks for the date of an entry in its first 500 code points.
///
/// Supported forms are `Thursday 18 June 2026`, `Feb 17, 2026`, `2026-05-12`, `12/05/2026` and `12.05.2026` (day
/// first), and days without a year such as `9 June` or `Thursday 18th June`. A date with a year takes precedence over
/// every date without one; among equals the first wins. Impossible dates and dates out of bounds are skipped. A date
/// without a year means its most recent occurrence up to `today` within 28 years, preferring the year in which it falls
/// on the named weekday.
#[must_use]
pub fn date_in_text(text: &str, today: Date, bounds: &DateBounds) -> DateMatch {
    let head = byte_of(text, HEAD);
    let seen = &text[..head + byte_of(&text[head..], LOOKAHEAD)];
    let mut mentions: Vec<_> = TEXT_FORMS
        .iter()
        .flat_map(|form| form.captures_iter(seen))
        .filter_map(|found| DateCandidate::from_captures(&found))
        .filter(|mention| mention.span.end <= head && mention.is_delimited(seen))
        .collect();
    mentions.sort_by_key(|mention| mention.span.start);

    let found = first_within(mentions.iter().filter_map(DateCandidate::date), *bounds);
    if let DateMatch::Date(_) = found {
        return found;
    }
    let undated = mentions.iter().filter(|mention| mention.year.is_none() && !mention.is_everyday_word(seen));
    undated.filter_map(|mention| mention.most_recent(today, *bounds)).map(DateMatch::Date).next().unwrap_or(found)
}

/// Looks for a date in a file name without its extension.
///
/// Supported forms are `2026-05-12`, then `12-May-2026`, then `May-12-2026`, with `-`, `_` or `.` between the parts and
/// also a space next to a month's name. Digits adjacent to further digits are not a date.
#[must_use]
pub fn date_in_file_name(stem: &str, bounds: &DateBounds) -> DateMatch {
    let mentions = NAME_FORMS
        .iter()
        .flat_map(|form| form.captures_iter(stem))
        .filter_map(|found| DateCandidate::from_captures(&found))
        .filter(|mention| !mention.touches_digit(stem));
    first_within(mentions.filter_map(|mention| mention.date()), *bounds)
}

/// Returns the byte ranges of the dates in a file name, in ascending order.
pub(super) fn date_ranges_in_file_name(stem: &str) -> Vec<Range<usize>> {
    let found = NAME_FORMS.iter().flat_map(|form| form.find_iter(stem)).map(|found| found.range());
    let mut ranges: Vec<Range<usize>> = found.collect();
    ranges.sort_by_key(|range| range.start);
    ranges
}

/// Returns the first date within the bounds, else the first of all.
fn first_within(mut dates: impl Iterator<Item = Date>, bounds: DateBounds) -> DateMatch {
    let Some(first) = dates.next() else { return DateMatch::None };
    let within = std::iter::once(first).chain(dates).find(|&date| bounds.contains(date));
    within.map_or(DateMatch::OutOfRange(first), DateMatch::Date)
}

/// A text range in the form of a date; the calendar may not have that day.
struct DateCandidate {
    span: Range<usize>,
    weekday: Option<Weekday>,
    day: i8,
    month: i8,
    year: Option<i16>,
    /// The month is written in digits.
    numeric: bool,
}

impl DateCandidate {
    fn from_captures(found: &Captures<'_>) -> Option<Self> {
        let parts = || found.iter().skip(1).flatten();
        let span = parts().map(|part| part.start()).min()?..parts().map(|part| part.end()).max()?;
        let named = |name| found.name(name).map(|part| part.as_str());
        let month = named("month")?;
        let numeric = month.starts_with(|first: char| first.is_ascii_digit());
        Some(Self {
            span,
            weekday: named("weekday").and_then(parse_weekday),
            day: named("day")?.parse().ok()?,
            month: if numeric { month.parse().ok()? } else { parse_month(month)? },
            year: named("year").map(str::parse).transpose().ok()?,
            numeric,
        })
    }

    /// Returns the date if it has a year and exists.
    fn date(&self) -> Option<Date> {
        Date::new(self.year?, self.month, self.day).ok()
    }

    fn most_recent(&self, today: Date, bounds: DateBounds) -> Option<Date> {
        let past: Vec<_> = (0..=MAX_YEARS_BACK)
            .filter_map(|back| Date::new(today.year() - back, self.month, self.day).ok())
            .filter(|&date| date <= today && bounds.contains(date))
            .collect();
        let fitting = past.iter().find(|date| self.weekday == Some(date.weekday()));
        fitting.or(past.first()).copied()
    }

    /// Returns whether the match is not part of a longer number or amount, as in `10:30 May`, `$5 May` and
    /// `1.2.2026.4`.
    fn is_delimited(&self, text: &str) -> bool {
        let glue = |byte: u8| matches!(byte, b'.' | b',' | b':' | b'/') || (self.numeric && byte == b'-');
        let ahead = &text[..self.span.start];
        let runs_in = matches!(ahead.as_bytes(), [.., digit, byte] if digit.is_ascii_digit() && glue(*byte));
        let rest = &text.as_bytes()[self.span.end..];
        let goes_on = self.numeric && matches!(rest, [byte, digit, ..] if digit.is_ascii_digit() && glue(*byte));
        !(runs_in || goes_on || ahead.ends_with(['$', '£', '€']))
    }

    /// Returns whether a digit directly precedes or follows the match.
    fn touches_digit(&self, text: &str) -> bool {
        let is_digit = |c: char| c.is_ascii_digit();
        text[..self.span.start].ends_with(is_digit) || text[self.span.end..].starts_with(is_digit)
    }

    /// Returns whether `may` or `march` is the everyday word, as in "the other 2 may come".
    ///
    /// In lower case and without a year they count as months only after a weekday or at the start of a line.
    fn is_everyday_word(&self, text: &str) -> bool {
        let line = text[..self.span.start].rsplit(['\n', '\r']).next().unwrap_or_default();
        let at_start_of_line = !line.contains(char::is_alphanumeric);
        let written = &text[self.span.clone()];
        (written.ends_with("may") || written.ends_with("march")) && self.weekday.is_none() && !at_start_of_line
    }
}

/// Month names and their usual abbreviations.
const MONTHS: &str = "(?i-u:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?\
                      |sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)";

const WEEKDAYS: &str = "(?i-u:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:s|nesday)?|thu(?:r(?:s(?:day)?)?)?\
                        |fri(?:day)?|sat(?:urday)?|sun(?:day)?)";

const DAY: &str = "(?<day>[0-9]{1,2})(?i-u:st|nd|rd|th)?";

/// Word boundary; the underscore counts as one, since it is emphasis in Markdown and a space in file names.
const EDGE: &str = r"(?:\b|_)";

/// White space within a line. A day and its month on two lines are seldom a date.
const GAP: &str = r"[\s&&[^\r\n]]{1,3}";

static TEXT_FORMS: LazyLock<[Regex; 5]> = LazyLock::new(|| {
    [
        format!(
            r"{EDGE}(?:(?<weekday>{WEEKDAYS})[.,]{{0,2}}\s{{1,3}}(?:(?i-u:the){GAP})?)?{DAY}{GAP}(?:(?i-u:of){GAP})?(?<month>{MONTHS}){EDGE}(?:\.?,?{GAP}(?<year>[0-9]{{4}}){EDGE})?"
        ),
        format!(r"{EDGE}(?<month>{MONTHS})\.?{GAP}{DAY}(?:,?{GAP}|,)(?<year>[0-9]{{4}}){EDGE}"),
        format!(r"{EDGE}(?<year>[0-9]{{4}})-(?<month>[0-9]{{2}})-(?<day>[0-9]{{2}})(?:\b|[_T])"),
        format!(r"{EDGE}(?<day>[0-9]{{1,2}})/(?<month>[0-9]{{1,2}})/(?<year>[0-9]{{4}}){EDGE}"),
        format!(r"{EDGE}(?<day>[0-9]{{1,2}})\.(?<month>[0-9]{{1,2}})\.(?<year>[0-9]{{4}}){EDGE}"),
    ]
    .map(|form| compiled(&form))
});

static NAME_FORMS: LazyLock<[Regex; 3]> = LazyLock::new(|| {
    [
        r"(?<year>[0-9]{4})[-_.](?<month>[0-9]{2})[-_.](?<day>[0-9]{2})".to_owned(),
        format!(r"{DAY}[-_. ]+(?<month>{MONTHS})[-_. ]+(?<year>[0-9]{{4}})"),
        format!(r"{EDGE}(?<month>{MONTHS})[-_. ]+{DAY}[-_., ]+(?<year>[0-9]{{4}})"),
    ]
    .map(|form| compiled(&form))
});

fn compiled(form: &str) -> Regex {
    Regex::new(form).expect("the date patterns are valid constants")
}

/// Returns the byte at which a code point begins, counted from 0, or the text's length.
fn byte_of(text: &str, code_point: usize) -> usize {
    text.char_indices().nth(code_point).map_or(text.len(), |(at, _)| at)
}

fn parse_month(name: &str) -> Option<i8> {
    let letters = name.get(..3)?.to_ascii_lowercase();
    let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    (1..).zip(months).find_map(|(number, month)| (month == letters).then_some(number))
}

/// Returns the weekday by the first two letters of a name.
pub(super) fn parse_weekday(name: &str) -> Option<Weekday> {
    Some(match name.get(..2)?.to_ascii_lowercase().as_str() {
        "mo" => Weekday::Monday,
        "tu" => Weekday::Tuesday,
        "we" => Weekday::Wednesday,
        "th" => Weekday::Thursday,
        "fr" => Weekday::Friday,
        "sa" => Weekday::Saturday,
        "su" => Weekday::Sunday,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    const TODAY: Date = date(2026, 11, 21);
    const BOUNDS: DateBounds = DateBounds { earliest: date(1900, 1, 1), latest: date(2026, 11, 22) };

    fn text(text: &str) -> DateMatch {
        date_in_text(text, TODAY, &BOUNDS)
    }

    fn name(stem: &str) -> DateMatch {
        date_in_file_name(stem, &BOUNDS)
    }

    fn on(year: i16, month: i8, day: i8) -> DateMatch {
        DateMatch::Date(date(year, month, day))
    }

    #[test]
    fn out_of_bounds_error_names_the_date_and_the_range() {
        let refused = BOUNDS.check(date(1400, 5, 12)).unwrap_err();

        assert_eq!(refused.to_string(), "entry date 1400-05-12 is outside the allowed range 1900-01-01 – 2026-11-22");
        assert!(refused.hint_text().unwrap().contains("MIN_ENTRY_DATE"));
        assert_eq!(DateBounds::until_tomorrow(date(1900, 1, 1), TODAY), BOUNDS);
    }

    #[test]
    fn every_supported_form_is_found() {
        let cases = "Tuesday 12 May 2026. Rain. | tues, 12 may 2026 rain | the 12th of May 2026 | \
             Tuesday the 12th May 2026 | _12 May 2026_ | **12 May 2026** | 12 MAY 2026 23:35 | \
             12\u{a0}May 2026 | May 12, 2026 | May 12th 2026: | # 2026-05-12 | 2026-05-12T10:30:00Z | \
             12/05/2026 | 12.5.2026. | (12.05.2026) | Rain.\n12 May, 2026";
        for written in cases.split(" | ") {
            assert_eq!(text(written), on(2026, 5, 12), "{written}");
        }
        assert_eq!(text("Sept. 3, 2025"), on(2025, 9, 3));
        assert_eq!(text("3 Sep. 2025"), on(2025, 9, 3));
        assert_eq!(text("28th April"), on(2026, 4, 28));
    }

    #[test]
    fn words_that_start_like_a_month_are_not_dates() {
        let cases = "9 marvellous days | 5 decided to go | 3 marathons | 7 Octopuses | 2 Sepember | 8 junes | 9 mayß | \
             the other 2 may come | those 12 march in step | 12 may2026 | at 10:30 May said no | \
             we paid $5 May be too much | 1.5 Dec | 112 May | version 1.2.2026.4 | 12026-05-12 | \
             0049-2026-05-12 | 2026-05-123 | 5\nMay came";
        for written in cases.split(" | ") {
            assert_eq!(text(written), DateMatch::None, "{written}");
        }
    }

    #[test]
    fn an_explicit_year_beats_every_date_without_one() {
        assert_eq!(text("Like on 9 June. Written 2026-05-12"), on(2026, 5, 12));
    }

    #[test]
    fn among_explicit_dates_the_first_in_the_text_wins() {
        assert_eq!(text("2026-05-12\nWe married on 3 April 2020, not on May 1, 2020."), on(2026, 5, 12));
    }

    #[test]
    fn an_out_of_bounds_date_does_not_hide_later_ones() {
        assert_eq!(text("31 June 2026, 30.02.2026, 12 May 1400, 4 May 2031, 12 May 2025"), on(2025, 5, 12));
        assert_eq!(text("passport until 3 April 2031; today is 9 June"), on(2026, 6, 9));
        assert_eq!(text("12 May 1400 and 2031-04-03"), DateMatch::OutOfRange(date(1400, 5, 12)));
        assert_eq!(text("31 June 2026"), DateMatch::None);
    }

    #[test]
    fn a_date_without_a_year_is_its_most_recent_occurrence() {
        assert_eq!(text("21 November"), on(2026, 11, 21));
        assert_eq!(text("22 November"), on(2025, 11, 22));
        assert_eq!(text("9 June 23:35"), on(2026, 6, 9));
        assert_eq!(text("5 may\nrain"), on(2026, 5, 5));
        assert_eq!(text("it is sunday, 5 may"), on(2024, 5, 5));
        assert_eq!(text("29 February"), on(2024, 2, 29));
        assert_eq!(text("30 February, no, 1 March"), on(2026, 3, 1));
    }

    #[test]
    fn a_weekday_picks_the_year_it_fits() {
        assert_eq!(text("Thursday 18 June"), on(2026, 6, 18));
        assert_eq!(text("Wednesday\n18 June"), on(2025, 6, 18));
        assert_eq!(text("Mon. 29 Feb"), on(2016, 2, 29));
        let bounds = DateBounds { earliest: date(2026, 1, 1), ..BOUNDS };
        assert_eq!(date_in_text("Wednesday 18 June", TODAY, &bounds), on(2026, 6, 18));
        assert_eq!(date_in_text("24 December", TODAY, &bounds), DateMatch::None);
    }

    #[test]
    fn only_the_first_500_code_points_count() {
        let rain = "é".repeat(489);

        assert_eq!(text(&format!("{rain} 2026-05-12 x")), on(2026, 5, 12));
        assert_eq!(text(&format!("{rain}  2026-05-12 x")), DateMatch::None);
        assert_eq!(text(&format!("{rain}   9 May 2025 x")), DateMatch::None);
    }

    #[test]
    fn file_names_are_read_in_three_forms() {
        let cases = "2026-05-12 | IMG_2026_05_12_103000 | 2026.05.12-2 | 12-May-2026 | scan 12 may 2026 | \
             Note_May_12_2026 | may-12th-2026";
        for stem in cases.split(" | ") {
            assert_eq!(name(stem), on(2026, 5, 12), "{stem}");
        }
        let cases = "12026-05-12 | 2026-05-123 | 112-May-2026 | 12-May-20261 | dismay-12-2026 | 9-marvellous-2026 | \
             2026-02-30 | 12-May | ";
        for stem in cases.split(" | ") {
            assert_eq!(name(stem), DateMatch::None, "{stem}");
        }
        assert_eq!(name("1400-05-12"), DateMatch::OutOfRange(date(1400, 5, 12)));
        assert_eq!(name("1400-05-12 2026-05-12"), on(2026, 5, 12));
    }

    #[test]
    fn explicit_date_beats_front_matter_text_and_file_name() {
        let (typed, front) = (Some(date(2026, 1, 1)), Some(date(2026, 2, 2)));
        let (text, stem) = ("3 March 2026", Some("2026-04-04"));
        let decide = |typed, front, text, stem| choose_date(typed, front, text, stem, None, TODAY, &BOUNDS).unwrap();

        assert_eq!(decide(typed, front, text, stem), date(2026, 1, 1));
        assert_eq!(decide(None, front, text, stem), date(2026, 2, 2));
        assert_eq!(decide(None, None, text, stem), date(2026, 3, 3));
        assert_eq!(decide(None, None, "3 March 1400", stem), date(2026, 4, 4));
        assert_eq!(decide(None, None, "rain", stem), date(2026, 4, 4));
        assert_eq!(decide(None, None, "rain", Some("notes")), TODAY);
        let otherwise =
            |text, stem| choose_date(None, None, text, stem, Some(date(2026, 5, 5)), TODAY, &BOUNDS).unwrap();
        assert_eq!(otherwise("rain", Some("notes")), date(2026, 5, 5));
        assert_eq!(otherwise("rain", stem), date(2026, 4, 4));
    }

    #[test]
    fn out_of_bounds_dates_are_rejected_not_replaced_by_today() {
        let stated = Some(date(1400, 1, 1));
        let refuse =
            |typed, front, text, stem| choose_date(typed, front, text, stem, None, TODAY, &BOUNDS).unwrap_err();

        assert!(refuse(stated, None, "3 March 2026", None).to_string().contains("1400-01-01"));
        assert!(refuse(None, stated, "3 March 2026", None).to_string().contains("1400-01-01"));
        let refused = refuse(None, None, "3 March 2031", Some("notes"));
        assert!(refused.to_string().contains("2031-03-03"));
        assert!(refused.hint_text().unwrap().contains("--date"));
        assert!(refuse(None, None, "rain", Some("2031-03-03")).to_string().contains("2031-03-03"));
    }

    proptest! {
        #[test]
        fn a_found_date_is_always_within_the_bounds(
            text in "(\\PC|[0-9]{1,4}|[ .,/\n_-]|Sunday |May|3rd|(31|12|30) (Feb|Sept|june) ?([0-9]{4})?){0,40}",
        ) {
            for found in [date_in_text(&text, TODAY, &BOUNDS), date_in_file_name(&text, &BOUNDS)] {
                match found {
                    DateMatch::Date(date) => prop_assert!(BOUNDS.contains(date)),
                    DateMatch::OutOfRange(date) => prop_assert!(!BOUNDS.contains(date)),
                    DateMatch::None => {}
                }
            }
        }
    }
}
