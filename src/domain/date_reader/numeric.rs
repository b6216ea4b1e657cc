//! Dates of digits: `2024-03-05`, `5.3.2024`, `03/05/24`, `20240305`, `2024-W10-2`.

use jiff::civil::{Date, ISOWeekDate, Weekday};

use crate::domain::calendar::{DateOrder, DateOrderEvidence, JournalCalendar};
use crate::domain::date_reader::reading::{DateContext, DateForm, WrittenDay};
use crate::domain::date_reader::tokens::TokenCursor;

/// Years of four digits that are read.
const YEARS: std::ops::RangeInclusive<i64> = 1000..=2999;

/// Years of dates without separators; other digits are numbers of another kind.
const COMPACT_YEARS: std::ops::RangeInclusive<i64> = 1900..=2099;

/// Takes a separator between parts: a symbol, in names also `_` and a blank; after `.` a blank may follow.
fn separator(cursor: &mut TokenCursor<'_>, context: DateContext) -> Option<char> {
    if let Some(symbol) = cursor.symbol(&['-', '.', '/']) {
        if symbol == '.' {
            cursor.blank(1);
        }
        return Some(symbol);
    }
    if context != DateContext::FileName {
        return None;
    }
    cursor.symbol(&['_']).or_else(|| {
        cursor.attempt(|ahead| {
            ahead.blank(1).then_some(())?;
            let symbol = ahead.symbol(&['-']);
            if symbol.is_some() && !ahead.blank(1) {
                return None;
            }
            Some(symbol.unwrap_or(' '))
        })
    })
}

/// Takes the same separator again.
fn same_separator(cursor: &mut TokenCursor<'_>, context: DateContext, first: char) -> Option<()> {
    cursor.attempt(|ahead| separator(ahead, context).filter(|symbol| *symbol == first).map(drop))
}

/// Reads year, month and day: `2024-03-05`, `2024/3/5`, `2024. 3. 5`, `2024_03_05`.
pub(super) fn year_first(cursor: &mut TokenCursor<'_>, context: DateContext) -> Option<WrittenDay> {
    cursor.attempt(|ahead| {
        let (year, _) = ahead.number(4..=4).filter(|(year, _)| YEARS.contains(year))?;
        let first = separator(ahead, context)?;
        let (month, _) = ahead.number(1..=2)?;
        same_separator(ahead, context, first)?;
        let (day, _) = ahead.number(1..=2)?;
        WrittenDay::of_digits(DateForm::YearFirst, year, month, day)
    })
}

/// Reads an ISO week date with its day: `2024-W10-2`.
pub(super) fn week_date(cursor: &mut TokenCursor<'_>) -> Option<WrittenDay> {
    cursor.attempt(|ahead| {
        let (year, _) = ahead.number(4..=4).filter(|(year, _)| YEARS.contains(year))?;
        ahead.symbol(&['-'])?;
        ahead.word_of(&["w"]).then_some(())?;
        let (week, _) = ahead.number(2..=2)?;
        ahead.symbol(&['-'])?;
        let (day, _) = ahead.number(1..=1)?;
        let weekday = Weekday::from_monday_one_offset(i8::try_from(day).ok()?).ok()?;
        let date = ISOWeekDate::new(i16::try_from(year).ok()?, i8::try_from(week).ok()?, weekday).ok()?.date();
        WrittenDay::of_digits(DateForm::WeekDate, date.year().into(), date.month().into(), date.day().into())
    })
}

/// Reads a date without separators, `20240305` or `05032024`; also the date of `202403051930` and `20240305193000`,
/// whose time is returned with it, and in names that of `240305_1930`.
pub(super) fn compact(
    cursor: &mut TokenCursor<'_>,
    context: DateContext,
    calendar: &JournalCalendar,
) -> Option<(WrittenDay, Option<i64>)> {
    if context == DateContext::FileName
        && let Some(found) = cursor.attempt(|ahead| recorder_stamp(ahead, calendar))
    {
        return Some(found);
    }
    cursor.attempt(|ahead| {
        let (value, digits) = ahead.number(8..=14)?;
        let (date, time) = match digits {
            8 => (value, None),
            12 => (value / 10_000, Some(value % 10_000)),
            14 => (value / 1_000_000, Some(value % 1_000_000 / 100)),
            _ => return None,
        };
        let (year, month, day) = (date / 10_000, date / 100 % 100, date % 100);
        if COMPACT_YEARS.contains(&year) {
            let found = WrittenDay::of_digits(DateForm::CompactDigits, year, month, day)?;
            return found.exists().then_some((found, time));
        }
        let (first, second, year) = (date / 1_000_000, date / 10_000 % 100, date % 10_000);
        if digits != 8 || !COMPACT_YEARS.contains(&year) {
            return None;
        }
        let (day, month, is_ambiguous) = day_and_month(first, second, '/', calendar);
        let found = WrittenDay::of_digits(DateForm::CompactDigits, year, month, day)?;
        found.exists().then_some((WrittenDay { is_ambiguous, ..found }, None))
    })
}

/// Reads the name of a recorder, `240305_1930` or `240305_193000`.
fn recorder_stamp(ahead: &mut TokenCursor<'_>, calendar: &JournalCalendar) -> Option<(WrittenDay, Option<i64>)> {
    let (date, _) = ahead.number(6..=6)?;
    ahead.symbol(&['_', '-'])?;
    let (time, digits) = ahead.number(4..=6)?;
    let time = match digits {
        4 => time,
        6 => time / 100,
        _ => return None,
    };
    let year = i64::from(calendar.full_year(i16::try_from(date / 10_000).ok()?));
    let found = WrittenDay::of_digits(DateForm::CompactDigits, year, date / 100 % 100, date % 100)?;
    (found.exists() && time / 100 < 24 && time % 100 < 60).then_some((found, Some(time)))
}

/// Reads day, month and year in the order of the calendar: `05/03/2024`, `5.3.24`, `5-3-'24`.
pub(super) fn parts(
    cursor: &mut TokenCursor<'_>,
    context: DateContext,
    calendar: &JournalCalendar,
) -> Option<WrittenDay> {
    cursor.attempt(|ahead| {
        let (first, _) = ahead.number(1..=2)?;
        let symbol = separator(ahead, context)?;
        let (second, _) = ahead.number(1..=2)?;
        if symbol == '/'
            && let Some(year) = ahead.attempt(nordic_year)
        {
            return WrittenDay::of_digits(DateForm::DigitParts, year, second, first);
        }
        same_separator(ahead, context, symbol)?;
        if ahead.symbol(&['\'']).is_some() {
            let (year, _) = ahead.number(2..=2)?;
            return two_digit_year([first, second, year], symbol, context, calendar, true);
        }
        let (year, digits) = ahead.number(1..=4)?;
        match digits {
            // 24/3/5
            1 if calendar.date_order == DateOrder::YearFirst && first > 12 => {
                two_digit_year([first, second, year], symbol, context, calendar, false)
            }
            4 if YEARS.contains(&year) => {
                let (day, month, is_ambiguous) = day_and_month(first, second, symbol, calendar);
                let found = WrittenDay::of_digits(DateForm::DigitParts, year, month, day)?;
                Some(WrittenDay { is_ambiguous, ..found })
            }
            2 if symbol != ' ' => two_digit_year([first, second, year], symbol, context, calendar, false),
            _ => None,
        }
    })
}

/// Reads the year of `5/3-2024` and `5/3 2024`, which have the day first everywhere.
fn nordic_year(ahead: &mut TokenCursor<'_>) -> Option<i64> {
    if ahead.symbol(&['-']).is_none() && !ahead.blank(1) {
        return None;
    }
    ahead.number(4..=4).map(|(year, _)| year).filter(|year| YEARS.contains(year))
}

/// Reads day and month without a year, which only counts after a weekday: `Di 5.3.`, `Tue 3/5`.
pub(super) fn without_year(cursor: &mut TokenCursor<'_>, calendar: &JournalCalendar) -> Option<WrittenDay> {
    cursor.attempt(|ahead| {
        let (first, _) = ahead.number(1..=2)?;
        let symbol = ahead.symbol(&['.', '/'])?;
        let (second, _) = ahead.number(1..=2)?;
        if symbol == '.' {
            ahead.symbol(&['.'])?;
        }
        let (day, month, is_ambiguous) = day_and_month(first, second, symbol, calendar);
        let found = WrittenDay::of_digits(DateForm::DigitParts, 2000, month, day)?;
        Some(WrittenDay { year: None, is_ambiguous, ..found })
    })
}

/// Returns day and month of two numbers, and whether they can be exchanged.
///
/// A number past 12 is the day. Dots separate a day from the month after it, unless the setting says otherwise.
fn day_and_month(first: i64, second: i64, symbol: char, calendar: &JournalCalendar) -> (i64, i64, bool) {
    if first > 12 || (first == second) {
        return (first, second, false);
    }
    if second > 12 {
        return (second, first, false);
    }
    let evidence = calendar.order_evidence;
    let says_otherwise = evidence == DateOrderEvidence::Setting && calendar.date_order == DateOrder::MonthFirst;
    if symbol == '.' && !says_otherwise {
        return (first, second, false);
    }
    match calendar.date_order {
        DateOrder::DayFirst => (first, second, evidence == DateOrderEvidence::Assumed),
        DateOrder::MonthFirst => (second, first, evidence == DateOrderEvidence::Assumed),
        // The year is last, so the order says nothing about the other two.
        DateOrder::YearFirst => (first, second, true),
    }
}

/// Returns the day of three numbers of which one is a year of two digits; `year_is_last` if an apostrophe says so.
fn two_digit_year(
    [first, second, third]: [i64; 3],
    symbol: char,
    context: DateContext,
    calendar: &JournalCalendar,
    year_is_last: bool,
) -> Option<WrittenDay> {
    let full = |year: i64| i16::try_from(year).ok().map(|year| i64::from(calendar.full_year(year)));
    let build = |order: DateOrder| {
        let (year, month, day) = match order {
            DateOrder::DayFirst => (third, second, first),
            DateOrder::MonthFirst => (third, first, second),
            DateOrder::YearFirst => (first, second, third),
        };
        WrittenDay::of_digits(DateForm::DigitParts, full(year)?, month, day).filter(WrittenDay::exists)
    };
    let is_chosen = calendar.order_evidence != DateOrderEvidence::Assumed;
    let dotted = symbol == '.' && calendar.order_evidence != DateOrderEvidence::Setting;
    // Names are written with the year first so that they sort.
    let sorts = context == DateContext::FileName && matches!(symbol, '-' | '_') && !is_chosen;
    let orders: &[DateOrder] = match calendar.date_order {
        _ if sorts => &[DateOrder::YearFirst, DateOrder::DayFirst, DateOrder::MonthFirst],
        DateOrder::YearFirst => &[DateOrder::YearFirst, DateOrder::DayFirst, DateOrder::MonthFirst],
        _ if dotted => &[DateOrder::DayFirst, DateOrder::YearFirst],
        DateOrder::DayFirst => &[DateOrder::DayFirst, DateOrder::MonthFirst, DateOrder::YearFirst],
        DateOrder::MonthFirst => &[DateOrder::MonthFirst, DateOrder::DayFirst, DateOrder::YearFirst],
    };
    let mut found = orders
        .iter()
        .filter(|order| !(year_is_last && **order == DateOrder::YearFirst))
        .filter_map(|order| Some((*order, build(*order)?)));
    let (order, day) = found.next()?;
    let day_of = |day: &WrittenDay| Date::new(day.year.unwrap_or(0), day.month, day.day).ok();
    let differs = found
        .filter(|(other, _)| sorts || *other != DateOrder::YearFirst)
        .any(|(_, other)| day_of(&other) != day_of(&day));
    let is_ambiguous = !is_chosen && !dotted && differs && (sorts || order != DateOrder::YearFirst);
    Some(WrittenDay { is_ambiguous, ..day })
}
