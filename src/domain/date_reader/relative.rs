//! Dates as users type them: relative days, weeks, months, quarters, years and every written date.

use jiff::civil::{Date, ISOWeekDate, Weekday};
use jiff::{Span, Timestamp, ToSpan as _};

use crate::domain::calendar::JournalCalendar;
use crate::domain::date_reader::reading::{DateDoubt, DateReading};
use crate::domain::date_reader::scanner::read_whole_date;
use crate::domain::date_reader::tokens::{TokenCursor, fold, tokenize};
use crate::domain::date_reader::{ideographic, months};
use crate::domain::entry_date::DateBounds;
use crate::error::{Error, Result};

/// Longest text that is read as a date, in bytes.
const MAX_LENGTH: usize = 100;

/// Names of days relative to today.
const RELATIVE_DAYS: &[(i32, &[&str])] = &[
    (
        0,
        &[
            "today",
            "heute",
            "aujourd'hui",
            "hoy",
            "oggi",
            "vandaag",
            "hoje",
            "dzisiaj",
            "dziś",
            "idag",
            "i dag",
            "сегодня",
            "今天",
            "今日",
        ],
    ),
    (
        -1,
        &[
            "yesterday",
            "gestern",
            "hier",
            "ayer",
            "ieri",
            "gisteren",
            "ontem",
            "wczoraj",
            "igår",
            "i går",
            "вчера",
            "昨天",
            "昨日",
        ],
    ),
    (
        1,
        &[
            "tomorrow",
            "morgen",
            "demain",
            "mañana",
            "domani",
            "amanhã",
            "jutro",
            "imorgon",
            "i morgon",
            "завтра",
            "明天",
            "明日",
        ],
    ),
    (
        -2,
        &[
            "day before yesterday",
            "the day before yesterday",
            "vorgestern",
            "avant-hier",
            "anteayer",
            "l'altro ieri",
            "eergisteren",
            "anteontem",
            "przedwczoraj",
            "i förrgår",
            "позавчера",
            "前天",
            "一昨日",
        ],
    ),
    (2, &["day after tomorrow", "the day after tomorrow", "übermorgen", "后天", "明後日"]),
];

/// Inclusive span of days that a text names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateSpan {
    /// First day.
    pub first: Date,
    /// Last day.
    pub last: Date,
}

impl DateSpan {
    fn day(date: Date) -> Self {
        Self { first: date, last: date }
    }

    fn month(of: Date) -> Self {
        Self { first: of.first_of_month(), last: of.last_of_month() }
    }

    fn year(of: Date) -> Self {
        Self { first: of.first_of_year(), last: of.last_of_year() }
    }

    /// Returns the week from Monday that has the day.
    fn week(of: Date) -> Self {
        let first = of.saturating_sub(i64::from(of.weekday().to_monday_zero_offset()).days());
        Self { first, last: first.saturating_add(6.days()) }
    }

    /// Returns the only day; `None` for several days.
    #[must_use]
    pub fn single_day(&self) -> Option<Date> {
        (self.first == self.last).then_some(self.first)
    }
}

/// Parses a date of a flag: `today`, `last week`, `3 days ago`, `monday`, `2026`, `2026-03`, `2026-W07`, `2026-Q1`,
/// `5 March 2024` and every other form that is read in notes.
///
/// # Errors
/// `Invalid` for any other text, for a day that does not exist, and for a date such as `03/04/2024` as long as nothing
/// says whether the day or the month is first.
pub fn parse_user_date(text: &str, now: Timestamp, calendar: &JournalCalendar) -> Result<DateSpan> {
    let text = text.trim();
    let reading = read_whole_date(without_lead(text), calendar);
    match reading.as_ref().and_then(|reading| reading.doubt) {
        Some(DateDoubt::ContradictingWeekday) => {
            return Err(Error::invalid("the weekday is not that of the date").hint("leave the weekday out"));
        }
        Some(DateDoubt::AmbiguousOrder) => {
            let shown = reading.and_then(|reading| reading.date());
            let shown = shown.map_or_else(|| "2026-05-12".to_owned(), |date| date.to_string());
            return Err(Error::invalid("the date can be read in two ways")
                .hint(format!("write it like {shown}, or set ENTRY_DATE_ORDER to dmy or mdy")));
        }
        Some(DateDoubt::SeveralDays) => {
            return Err(
                Error::invalid("the date names several days").hint("give the first and the last day on their own")
            );
        }
        None => {}
    }
    read_user_date(text, now, calendar).ok_or_else(|| {
        Error::invalid("the date is not one that is understood")
            .hint("write it like 2026-05-12, 5 March 2026, yesterday, \"3 days ago\", \"last week\" or 2026-03")
    })
}

/// Reads a date of a query, see [`parse_user_date`]; an ambiguous one is read in the calendar's order.
#[must_use]
pub fn read_user_date(text: &str, now: Timestamp, calendar: &JournalCalendar) -> Option<DateSpan> {
    let text = text.trim();
    if text.is_empty() || text.len() > MAX_LENGTH {
        return None;
    }
    let today = calendar.today(now);
    let words = words(text);
    let relative = relative_day(&words, today)
        .or_else(|| counted_days(&words, today))
        .or_else(|| named_period(&words, today))
        .or_else(|| weekday(&words, today))
        .or_else(|| calendar_period(text, today));
    relative.or_else(|| {
        let reading = read_whole_date(without_lead(text), calendar)?;
        reading.date().or_else(|| recent(&reading, today)).map(DateSpan::day)
    })
}

/// Returns the text without `on` and `the` at its start.
fn without_lead(text: &str) -> &str {
    let text = text.strip_prefix("on ").unwrap_or(text);
    text.strip_prefix("the ").unwrap_or(text)
}

fn recent(reading: &DateReading, today: Date) -> Option<Date> {
    reading.most_recent(today, DateBounds { earliest: Date::MIN, latest: Date::MAX })
}

/// Returns the text in lower case without accents, with single blanks.
fn words(text: &str) -> String {
    fold(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn shifted(date: Date, span: Span) -> Option<Date> {
    date.checked_add(span).ok()
}

fn relative_day(words: &str, today: Date) -> Option<DateSpan> {
    let plain = words.replace('\u{2019}', "'");
    let named = |names: &[&str]| names.iter().any(|name| fold(name) == plain);
    let (days, _) = RELATIVE_DAYS.iter().find(|(_, names)| named(names))?;
    shifted(today, i64::from(*days).days()).map(DateSpan::day)
}

/// Unit of a count.
#[derive(Clone, Copy, PartialEq, Eq)]
enum CalendarUnit {
    Day,
    Week,
    Month,
    Year,
}

impl CalendarUnit {
    fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "day" | "days" => Self::Day,
            "week" | "weeks" => Self::Week,
            "month" | "months" => Self::Month,
            "year" | "years" => Self::Year,
            _ => return None,
        })
    }

    /// Returns a span of that many units; `None` past 10,000.
    fn times(self, count: i64) -> Option<Span> {
        if !(-10_000..=10_000).contains(&count) {
            return None;
        }
        Some(match self {
            Self::Day => count.days(),
            Self::Week => count.weeks(),
            Self::Month => count.months(),
            Self::Year => count.years(),
        })
    }
}

fn count(word: &str) -> Option<i64> {
    let named = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    match word {
        "a" | "an" => Some(1),
        _ if !word.is_empty() && word.len() <= 5 && word.bytes().all(|b| b.is_ascii_digit()) => word.parse().ok(),
        _ => (1..).zip(named).find_map(|(number, name)| (name == word).then_some(number)),
    }
}

/// Reads `3 days ago`, `in 2 weeks`, and `last 7 days`, which ends today.
fn counted_days(words: &str, today: Date) -> Option<DateSpan> {
    let parts: Vec<_> = words.split(' ').collect();
    match parts[..] {
        [number, unit, "ago"] => {
            shifted(today, CalendarUnit::from_word(unit)?.times(-count(number)?)?).map(DateSpan::day)
        }
        ["in", number, unit] => {
            shifted(today, CalendarUnit::from_word(unit)?.times(count(number)?)?).map(DateSpan::day)
        }
        ["last" | "past", number, unit] => {
            let span = CalendarUnit::from_word(unit)?.times(-count(number).filter(|count| *count > 0)?)?;
            Some(DateSpan { first: shifted(shifted(today, span)?, 1.day())?, last: today })
        }
        ["past", unit] => counted_days(&format!("past 1 {unit}"), today),
        _ => None,
    }
}

/// Reads `last week`, `this month`, `next year`.
fn named_period(words: &str, today: Date) -> Option<DateSpan> {
    let (which, unit) = words.split_once(' ')?;
    let shift = match which {
        "last" | "previous" => -1,
        "this" => 0,
        "next" => 1,
        _ => return None,
    };
    let unit = CalendarUnit::from_word(unit)?;
    let within = shifted(today, unit.times(shift)?)?;
    Some(match unit {
        CalendarUnit::Day => DateSpan::day(within),
        CalendarUnit::Week => DateSpan::week(within),
        CalendarUnit::Month => DateSpan::month(within),
        CalendarUnit::Year => DateSpan::year(within),
    })
}

/// Reads a weekday, which is the most recent one and today at the latest; `last` excludes today, `next` is ahead.
fn weekday(words: &str, today: Date) -> Option<DateSpan> {
    let (which, name) = words.split_once(' ').unwrap_or(("", words));
    let name = if matches!(which, "" | "last" | "next" | "this" | "on") { name } else { words };
    let weekday = weekday_of(name)?;
    let back = i64::from(weekday.until(today.weekday()));
    let days = match which {
        "last" if back == 0 => -7,
        "next" => 7 - back,
        _ => -back,
    };
    shifted(today, days.days()).map(DateSpan::day)
}

fn weekday_of(name: &str) -> Option<Weekday> {
    let word = name.trim_end_matches('.').trim_end_matches("-feira");
    let known = months::weekday(word).filter(|_| word.len() > 2).and_then(months::CalendarName::weekday);
    known.or_else(|| {
        let tokens = tokenize(name);
        let mut cursor = TokenCursor::new(name, &tokens, 0);
        ideographic::weekday(&mut cursor).filter(|_| cursor.peek().is_none())
    })
}

/// Reads a year, a quarter, a month or a week: `2026`, `2026-Q1`, `2026-03`, `March 2026`, `march`, `2026-W07`, `2026年3月`.
fn calendar_period(text: &str, today: Date) -> Option<DateSpan> {
    let tokens = tokenize(text);
    let start = TokenCursor::new(text, &tokens, 0);
    let forms: [fn(&mut TokenCursor<'_>, Date) -> Option<DateSpan>; 5] =
        [year, quarter, iso_week, month, ideographic_month];
    forms.into_iter().find_map(|form| {
        let mut cursor = start;
        form(&mut cursor, today).filter(|_| cursor.peek().is_none())
    })
}

fn first_of(year: i64, month: i64) -> Option<Date> {
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, 1).ok()
}

fn four_digits(cursor: &mut TokenCursor<'_>) -> Option<i64> {
    cursor.number(4..=4).map(|(year, _)| year).filter(|year| (1000..=2999).contains(year))
}

fn year(cursor: &mut TokenCursor<'_>, _: Date) -> Option<DateSpan> {
    let year = four_digits(cursor)?;
    cursor.ideograph(&['年']);
    first_of(year, 1).map(DateSpan::year)
}

fn quarter(cursor: &mut TokenCursor<'_>, today: Date) -> Option<DateSpan> {
    let year = four_digits(cursor);
    if year.is_some() && cursor.symbol(&['-', '/']).is_none() {
        cursor.blank(1);
    }
    cursor.word_of(&["q"]).then_some(())?;
    let (quarter, _) = cursor.number(1..=1).filter(|(quarter, _)| (1..=4).contains(quarter))?;
    let year = year.or_else(|| {
        if cursor.symbol(&['-', '/']).is_none() {
            cursor.blank(1);
        }
        four_digits(cursor)
    });
    let back = i64::from(quarter * 3 - 2 > i64::from(today.month()));
    let year = year.unwrap_or(i64::from(today.year()) - back);
    Some(DateSpan { first: first_of(year, quarter * 3 - 2)?, last: first_of(year, quarter * 3)?.last_of_month() })
}

fn iso_week(cursor: &mut TokenCursor<'_>, _: Date) -> Option<DateSpan> {
    let year = i16::try_from(four_digits(cursor)?).ok()?;
    if cursor.symbol(&['-']).is_none() {
        cursor.blank(1);
    }
    cursor.word_of(&["w"]).then_some(())?;
    let (week, _) = cursor.number(1..=2)?;
    let monday = ISOWeekDate::new(year, i8::try_from(week).ok()?, Weekday::Monday).ok()?;
    Some(DateSpan::week(monday.date()))
}

/// Reads `2026-03`, `03/2026`, `March 2026`, `2026 March` and, as the most recent one, `March`.
fn month(cursor: &mut TokenCursor<'_>, today: Date) -> Option<DateSpan> {
    let separator = |cursor: &mut TokenCursor<'_>| {
        let symbol = cursor.symbol(&['-', '/', '.']).is_some();
        cursor.blank(2) || symbol
    };
    if let Some(year) = cursor.attempt(four_digits) {
        separator(cursor).then_some(())?;
        let month = match cursor.number(1..=2) {
            Some((month, _)) => month,
            None => i64::from(months::month(cursor.word()?)?.number),
        };
        return first_of(year, month).map(DateSpan::month);
    }
    let month = if let Some((month, _)) = cursor.number(1..=2) {
        month
    } else {
        let month = i64::from(months::month(cursor.word()?)?.number);
        if cursor.peek().is_none() {
            let back = i64::from(month > i64::from(today.month()));
            return first_of(i64::from(today.year()) - back, month).map(DateSpan::month);
        }
        month
    };
    separator(cursor).then_some(())?;
    cursor.attempt(|ahead| {
        ahead.word_of(&["of", "de", "del", "di"]).then_some(())?;
        ahead.blank(1).then_some(())
    });
    first_of(four_digits(cursor)?, month).map(DateSpan::month)
}

fn ideographic_month(cursor: &mut TokenCursor<'_>, today: Date) -> Option<DateSpan> {
    let year = cursor.attempt(ideographic::year);
    let month = ideographic::counted(cursor)?;
    cursor.ideograph(&['月'])?;
    let back = i64::from(month > i64::from(today.month()));
    first_of(year.unwrap_or(i64::from(today.year()) - back), month).map(DateSpan::month)
}
