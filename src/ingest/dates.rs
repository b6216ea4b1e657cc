//! Which day an entry belongs to: what counts as a date, and which of several dates wins.

use std::ops::Range;
use std::sync::LazyLock;

use jiff::ToSpan as _;
use jiff::civil::Date;
use jiff::civil::Weekday;
use regex::Captures;
use regex::Regex;

use crate::error::Error;
use crate::error::Result;

/// Code points of a text in which a date is looked for; a diary entry is dated at its head.
const HEAD: usize = 500;

/// Code points behind the head that are read so that a date cut in two by its end is not taken for a shorter one.
const LOOKAHEAD: usize = 64;

/// Years a date without a year may lie back. After 28 years the weekdays of the calendar repeat.
const MAX_YEARS_BACK: i16 = 28;

/// The days an entry may have, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// First day allowed.
    pub earliest: Date,
    /// Last day allowed; tomorrow, so that a traveller east of the server can write today's entry.
    pub latest: Date,
}

impl Bounds {
    /// Returns the bounds from a first day to the day after `today`.
    #[must_use]
    pub fn until_tomorrow(earliest: Date, today: Date) -> Self {
        Self { earliest, latest: today.saturating_add(1.day()) }
    }

    /// Tells whether a day is allowed.
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

/// What a text or a file name says about its day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// A date within the bounds.
    Date(Date),
    /// Dates with a year, all of them outside the bounds; this is the first.
    OutOfRange(Date),
    /// No date.
    None,
}

/// Reads a date written as `YYYY-MM-DD`, the only form accepted from a person or a program.
///
/// # Errors
/// `Invalid` for any other form and for days the calendar lacks.
pub fn parse(text: &str) -> Result<Date> {
    let canonical = text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() });
    if !canonical {
        return Err(Error::invalid("the date is not written as YYYY-MM-DD").hint("write it like 2026-05-12"));
    }
    text.parse().map_err(|_| {
        Error::invalid(format!("{text} is not a day of the calendar")).hint("check the month and the day")
    })
}

/// Settles the day of a new entry.
///
/// What the person typed wins over everything; then the front matter, the text, the file name, and last today.
/// Only a source that says nothing lets the next one speak, except that a text whose dates are all out of range
/// may still be rescued by its file name.
///
/// # Errors
/// `Invalid` when a typed or front-matter date is out of bounds, when text or file name give only dates out of
/// bounds, and when today itself is before the first day allowed.
pub fn decide(
    flag: Option<Date>,
    front_matter: Option<Date>,
    text: &str,
    file_stem: Option<&str>,
    today: Date,
    bounds: &Bounds,
) -> Result<Date> {
    if let Some(stated) = flag.or(front_matter) {
        return bounds.check(stated);
    }
    let by_text = in_text(text, today, bounds);
    if let Found::Date(date) = by_text {
        return Ok(date);
    }
    let by_name = file_stem.map_or(Found::None, |stem| in_file_name(stem, bounds));
    match (by_text, by_name) {
        (_, Found::Date(date)) => Ok(date),
        (Found::OutOfRange(date), _) | (_, Found::OutOfRange(date)) => {
            bounds.check(date).map_err(|error| error.hint("pass `--date YYYY-MM-DD` with the day the entry belongs to"))
        }
        _ => bounds.check(today),
    }
}

/// Looks for the date of an entry in its first 500 code points.
///
/// Understood are `Thursday 18 June 2026`, `Feb 17, 2026`, `2026-05-12`, `12/05/2026` and `12.05.2026` (day first),
/// and days without a year such as `9 June` or `Thursday 18th June`. A date with a year beats every date without
/// one; among equals the one that stands first wins, since an entry is dated at its head. Impossible days and days
/// out of bounds are passed over. A date without a year means its most recent occurrence up to `today` within 28
/// years, the one that falls on the named weekday if there is such a year.
#[must_use]
pub fn in_text(text: &str, today: Date, bounds: &Bounds) -> Found {
    let head = byte_of(text, HEAD);
    let seen = &text[..head + byte_of(&text[head..], LOOKAHEAD)];
    let mut mentions: Vec<_> = TEXT_FORMS
        .iter()
        .flat_map(|form| form.captures_iter(seen))
        .filter_map(|found| Mention::read(seen, &found))
        .filter(|mention| mention.span.end <= head && mention.stands_alone(seen))
        .collect();
    mentions.sort_by_key(|mention| mention.span.start);

    let found = first_within(mentions.iter().filter_map(Mention::date), bounds);
    if let Found::Date(_) = found {
        return found;
    }
    let undated = mentions.iter().filter(|mention| mention.year.is_none() && !mention.is_plain_word(seen));
    undated.filter_map(|mention| mention.most_recent(today, bounds)).map(Found::Date).next().unwrap_or(found)
}

/// Looks for a date in a file name without its extension.
///
/// Understood are `2026-05-12`, then `12-May-2026`, then `May-12-2026`, with `-`, `_` or `.` between the parts and
/// also a space next to a month's name. Digits that run on into further digits are no date.
#[must_use]
pub fn in_file_name(stem: &str, bounds: &Bounds) -> Found {
    let mentions = NAME_FORMS
        .iter()
        .flat_map(|form| form.captures_iter(stem))
        .filter_map(|found| Mention::read(stem, &found))
        .filter(|mention| !mention.touches(stem, |byte| byte.is_ascii_digit()));
    first_within(mentions.filter_map(|mention| mention.date()), bounds)
}

/// Returns the first date within the bounds, or else the first of all.
fn first_within(mut dates: impl Iterator<Item = Date>, bounds: &Bounds) -> Found {
    let Some(first) = dates.next() else { return Found::None };
    let within = std::iter::once(first).chain(dates).find(|&date| bounds.contains(date));
    within.map_or(Found::OutOfRange(first), Found::Date)
}

/// A place in a text that reads like a date; whether the calendar has that day is not yet known.
struct Mention {
    span: Range<usize>,
    weekday: Option<Weekday>,
    day: i8,
    month: i8,
    year: Option<i16>,
    /// The month stands in digits.
    numeric: bool,
}

impl Mention {
    fn read(text: &str, found: &Captures<'_>) -> Option<Self> {
        let day = found.name("day")?;
        let month = found.name("month")?;
        let year = found.name("year");
        let weekday = found.name("weekday");
        let start = weekday.map_or(day.start().min(month.start()), |word| word.start()).min(year.map_or(usize::MAX, |year| year.start()));
        let end = day.end().max(month.end()).max(year.map_or(0, |year| year.end()));
        let numeric = month.as_str().starts_with(|first: char| first.is_ascii_digit());
        Some(Self {
            span: start..end,
            weekday: weekday.and_then(|word| weekday_named(word.as_str())),
            day: day.as_str().parse().ok()?,
            month: if numeric { month.as_str().parse().ok()? } else { month_named(&text[month.range()])? },
            year: year.map(|year| year.as_str().parse()).transpose().ok()?,
            numeric,
        })
    }

    /// Returns the day if it is written with its year and exists.
    fn date(&self) -> Option<Date> {
        Date::new(self.year?, self.month, self.day).ok()
    }

    fn most_recent(&self, today: Date, bounds: &Bounds) -> Option<Date> {
        let past: Vec<_> = (0..=MAX_YEARS_BACK)
            .filter_map(|back| Date::new(today.year() - back, self.month, self.day).ok())
            .filter(|&date| date <= today && bounds.contains(date))
            .collect();
        let fitting = past.iter().find(|date| self.weekday == Some(date.weekday()));
        fitting.or(past.first()).copied()
    }

    /// Tells whether the mention is more than the tail or the head of another number, as in `10:30 May` and `1.2.2026.4`.
    fn stands_alone(&self, text: &str) -> bool {
        let (before, after) = (&text.as_bytes()[..self.span.start], &text.as_bytes()[self.span.end..]);
        let joins = |byte: u8| matches!(byte, b'.' | b',' | b':' | b'/') || (self.numeric && byte == b'-');
        let goes_on_before = matches!(before, [.., digit, joint] if digit.is_ascii_digit() && joins(*joint));
        let goes_on_after = matches!(after, [joint, digit, ..] if digit.is_ascii_digit() && joins(*joint));
        let is_money = text[..self.span.start].ends_with(['$', '£', '€']);
        !goes_on_before && !(self.numeric && goes_on_after) && !is_money
    }

    /// Tells whether a neighbouring byte is of a kind.
    fn touches(&self, text: &str, kind: impl Fn(u8) -> bool) -> bool {
        let bytes = text.as_bytes();
        let before = self.span.start.checked_sub(1).map(|at| bytes[at]);
        before.into_iter().chain(bytes.get(self.span.end).copied()).any(kind)
    }

    /// Tells whether `may` or `march` is rather the everyday word, as in "the other 2 may come".
    ///
    /// In lower case and without a year they count as months only after a weekday or at the start of a line.
    fn is_plain_word(&self, text: &str) -> bool {
        let line = text[..self.span.start].rsplit(['\n', '\r']).next().unwrap_or_default();
        let at_start_of_line = !line.contains(char::is_alphanumeric);
        let written = &text[self.span.clone()];
        (written.ends_with("may") || written.ends_with("march")) && self.weekday.is_none() && !at_start_of_line
    }
}

/// Month names as people write them; anything longer or shorter is another word.
const MONTHS: &str = "(?i-u:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?\
                      |sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)";

const WEEKDAYS: &str = "(?i-u:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:s|nesday)?|thu(?:r(?:s(?:day)?)?)?\
                        |fri(?:day)?|sat(?:urday)?|sun(?:day)?)";

const DAY: &str = "(?<day>[0-9]{1,2})(?i-u:st|nd|rd|th)?";

/// An edge of a word; the underscore counts as one, since it is emphasis in Markdown and a blank in file names.
const EDGE: &str = r"(?:\b|_)";

/// Space within a line. A day and its month on two lines are seldom a date.
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
    Regex::new(form).expect("the forms of a date are constants and valid")
}

/// Returns the byte at which a code point begins, counted from 0, or the text's length.
fn byte_of(text: &str, code_point: usize) -> usize {
    text.char_indices().nth(code_point).map_or(text.len(), |(at, _)| at)
}

fn month_named(name: &str) -> Option<i8> {
    let letters = name.get(..3)?.to_ascii_lowercase();
    let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    (1..).zip(months).find_map(|(number, month)| (month == letters).then_some(number))
}

fn weekday_named(name: &str) -> Option<Weekday> {
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
