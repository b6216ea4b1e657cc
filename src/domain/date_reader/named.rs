//! Dates with the name of a month: `5 March 2024`, `March 5, 2024`, `5. März 2024`, `1er mars 2024`, `5 de marzo de 2024`.

use crate::domain::calendar::JournalCalendar;
use crate::domain::date_reader::months::{self, CalendarName, LanguageSet};
use crate::domain::date_reader::reading::{DateContext, DateForm, WrittenDay};
use crate::domain::date_reader::tokens::{TokenCursor, TokenKind};

/// Endings of ordinal numbers, adjacent to the digits.
const ORDINALS: &[&str] = &[
    "st", "nd", "rd", "th", "er", "re", "e", "o", "a", "ro", "do", "to", "mo", "no", "de", "ste", "te", "eme", "го",
    "ого", "е", "ое",
];

/// Words between a day and its month, or a month and its year.
const BETWEEN: &[&str] = &["of", "de", "del", "di", "do", "da", "van", "d"];

/// Most code points of white space between the parts.
const GAP: usize = 3;

/// Name of a month in a text.
struct MonthWord {
    name: CalendarName,
    /// Abbreviation or word that is not a month without a year.
    needs_year: bool,
}

/// Takes a month's name or, in capitals, its Roman numeral.
fn month(ahead: &mut TokenCursor<'_>) -> Option<MonthWord> {
    let written = ahead.written();
    let word = ahead.word()?;
    if let Some(name) = months::month(word) {
        return Some(MonthWord { name, needs_year: months::needs_year(word) });
    }
    let number = months::roman_month(written)?;
    Some(MonthWord { name: CalendarName { number, languages: LanguageSet::ALL }, needs_year: true })
}

/// Reads a day before its month.
pub(super) fn day_first(
    cursor: &mut TokenCursor<'_>,
    context: DateContext,
    calendar: &JournalCalendar,
) -> Option<WrittenDay> {
    cursor.attempt(|ahead| {
        let (day, _) = ahead.number(1..=2)?;
        ordinal(ahead);
        let is_range = last_day(ahead);
        let joint = joint(ahead, context)?;
        let month = month(ahead)?;
        let year = ahead.attempt(|ahead| year(ahead, context, calendar, joint));
        let is_closed = year.is_some() || !(month.needs_year || is_number_next(ahead));
        // Hyphens and slashes join a whole date; a day and a month alone are seldom written so.
        let is_loose = matches!(joint, PartJoint::Gap | PartJoint::Dot) || context == DateContext::FileName;
        if !is_closed || !(year.is_some() || is_loose) {
            return None;
        }
        Some(WrittenDay {
            form: DateForm::DayAndName,
            year,
            month: month.name.number,
            day: i8::try_from(day).ok()?,
            languages: month.name.languages,
            is_ambiguous: false,
            is_range,
        })
    })
}

/// Reads a month before its day.
pub(super) fn month_first(
    cursor: &mut TokenCursor<'_>,
    context: DateContext,
    calendar: &JournalCalendar,
) -> Option<WrittenDay> {
    cursor.attempt(|ahead| {
        let month = month(ahead)?;
        let joint = joint(ahead, context)?;
        ahead.attempt(|ahead| {
            ahead.word_of(&["the"]).then_some(())?;
            ahead.blank(GAP).then_some(())
        });
        let (day, _) = ahead.number(1..=2)?;
        ordinal(ahead);
        let year = ahead.attempt(|ahead| year(ahead, context, calendar, joint));
        if year.is_none() {
            let is_english = month.name.languages.meets(LanguageSet::ENGLISH);
            if month.needs_year || !is_english || is_number_next(ahead) {
                return None;
            }
            if joint != PartJoint::Gap && context != DateContext::FileName {
                return None;
            }
        }
        Some(WrittenDay {
            form: DateForm::NameAndDay,
            year,
            month: month.name.number,
            day: i8::try_from(day).ok()?,
            languages: month.name.languages,
            is_ambiguous: false,
            is_range: false,
        })
    })
}

/// Reads a year before month and day: `2024-Mar-05`, `2024 March 5`.
pub(super) fn year_first(cursor: &mut TokenCursor<'_>, context: DateContext) -> Option<WrittenDay> {
    cursor.attempt(|ahead| {
        let (year, _) = ahead.number(4..=4).filter(|(year, _)| (1000..=2999).contains(year))?;
        ahead.symbol(&[',']);
        let first = joint(ahead, context)?;
        let month = month(ahead)?;
        if joint(ahead, context)? != first {
            return None;
        }
        let (day, _) = ahead.number(1..=2)?;
        ordinal(ahead);
        Some(WrittenDay {
            form: DateForm::YearFirst,
            year: i16::try_from(year).ok(),
            month: month.name.number,
            day: i8::try_from(day).ok()?,
            languages: month.name.languages,
            is_ambiguous: false,
            is_range: false,
        })
    })
}

/// Separation of two parts of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PartJoint {
    /// White space, with a dot or a word such as `de`.
    Gap,
    /// A dot without white space.
    Dot,
    /// `-`, `/` or `_`.
    Symbol(char),
    /// None, as in `05Mar2024`; only in names and values.
    Adjacent,
}

/// Takes the separation of two parts.
fn joint(ahead: &mut TokenCursor<'_>, context: DateContext) -> Option<PartJoint> {
    let symbols: &[char] = if context == DateContext::FileName { &['-', '/', '_'] } else { &['-', '/'] };
    if let Some(symbol) = ahead.symbol(symbols) {
        // Names have `_` in place of blanks.
        return Some(if symbol == '_' { PartJoint::Gap } else { PartJoint::Symbol(symbol) });
    }
    let dot = ahead.symbol(&['.']).is_some();
    if !ahead.blank(GAP) {
        return match (dot, ahead.peek(), context) {
            (true, _, _) => Some(PartJoint::Dot),
            (false, Some(TokenKind::Word(_) | TokenKind::Number { .. }), DateContext::FileName) => {
                Some(PartJoint::Adjacent)
            }
            _ => None,
        };
    }
    between(ahead);
    Some(PartJoint::Gap)
}

/// Takes a word such as `of` or `de` with the blank or apostrophe after it.
fn between(ahead: &mut TokenCursor<'_>) {
    ahead.attempt(|ahead| {
        ahead.word_of(BETWEEN).then_some(())?;
        (ahead.symbol(&['\'']).is_some() || ahead.blank(GAP)).then_some(())
    });
}

/// Takes the ending of an ordinal number.
fn ordinal(ahead: &mut TokenCursor<'_>) {
    let found = ahead.attempt(|ahead| {
        // 5:e, 5-го
        ahead.symbol(&[':', '-']);
        ahead.word_of(ORDINALS).then_some(())
    });
    if found.is_none() {
        ahead.symbol(&['°']);
    }
}

/// Takes the last day of a range such as `5-7 March`; returns whether there is one.
fn last_day(ahead: &mut TokenCursor<'_>) -> bool {
    let found = ahead.attempt(|ahead| {
        ahead.symbol(&['.']);
        ahead.blank(1);
        ahead.symbol(&['-'])?;
        ahead.blank(1);
        let (day, _) = ahead.number(1..=2)?;
        ordinal(ahead);
        (1..=31).contains(&day).then_some(())
    });
    found.is_some()
}

/// Reads the year after day and month.
fn year(
    ahead: &mut TokenCursor<'_>,
    context: DateContext,
    calendar: &JournalCalendar,
    joint: PartJoint,
) -> Option<i16> {
    match joint {
        PartJoint::Symbol(symbol) => drop(ahead.symbol(&[symbol])?),
        PartJoint::Adjacent => {}
        PartJoint::Gap | PartJoint::Dot => year_gap(ahead, context)?,
    }
    let apostrophe = ahead.symbol(&['\'']).is_some();
    // 5 mars -24
    let hyphen = !apostrophe && joint == PartJoint::Gap && ahead.symbol(&['-']).is_some();
    let (year, digits) = ahead.number(2..=4)?;
    let year = i16::try_from(year).ok()?;
    match digits {
        4 if !apostrophe && !hyphen => (1000..=2999).contains(&year).then_some(year),
        2 if apostrophe || is_year_of_two_digits(ahead, context) => Some(calendar.full_year(year)),
        _ => None,
    }
}

/// Takes `.`, `,`, white space and a word such as `de` before a year.
fn year_gap(ahead: &mut TokenCursor<'_>, context: DateContext) -> Option<()> {
    let dot = ahead.symbol(&['.']).is_some();
    let comma = ahead.symbol(&[',']).is_some();
    let blank = ahead.blank(GAP) || (context == DateContext::FileName && ahead.symbol(&['_', '-']).is_some());
    if blank {
        between(ahead);
        ahead.blank(GAP);
    }
    (blank || comma || dot || matches!(ahead.peek(), Some(TokenKind::Symbol('\'')))).then_some(())
}

/// Returns whether two digits before this position are a year and not a count or the hour of a time.
fn is_year_of_two_digits(ahead: &TokenCursor<'_>, context: DateContext) -> bool {
    match (ahead.peek(), ahead.peek_at(1)) {
        (None | Some(TokenKind::LineBreak), _) => true,
        (Some(TokenKind::Symbol(':' | '.' | ',')), Some(TokenKind::Number { .. })) => false,
        (Some(TokenKind::Symbol(symbol)), _) => matches!(symbol, ',' | '.' | ')' | ':' | ';' | '*' | '_' | '-' | '|'),
        (Some(TokenKind::Blank(_)), _) => context != DateContext::RunningText,
        _ => false,
    }
}

/// Returns whether a number of two digits or more follows that is no time: a date before it is of a year not read.
fn is_number_next(ahead: &TokenCursor<'_>) -> bool {
    let mut ahead = *ahead;
    ahead.symbol(&[',']);
    ahead.blank(GAP);
    let apostrophe = ahead.symbol(&['\'']).is_some();
    match ahead.peek() {
        Some(TokenKind::Number { .. }) if apostrophe => true,
        Some(TokenKind::Number { digits: 2, .. }) => {
            let is_time = match (ahead.peek_at(1), ahead.peek_at(2)) {
                (Some(TokenKind::Symbol(':' | '.')), Some(TokenKind::Number { .. }))
                | (Some(TokenKind::Ideograph(_)), _) => true,
                (Some(TokenKind::Word(word)), _) | (Some(TokenKind::Blank(_)), Some(TokenKind::Word(word))) => {
                    matches!(word.as_str(), "h" | "u" | "am" | "pm" | "uhr" | "uur")
                }
                _ => false,
            };
            !is_time
        }
        Some(TokenKind::Number { digits: 3.., .. }) => true,
        _ => false,
    }
}
