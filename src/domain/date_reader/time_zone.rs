//! Zones after a time: `Z`, `+01:00`, `GMT+1`, `EST`, `[Europe/Berlin]`.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};

use crate::domain::calendar::EntryMinute;
use crate::domain::date_reader::reading::DateContext;
use crate::domain::date_reader::tokens::{TokenCursor, TokenKind};

/// Names of zones in mail headers with their hours (RFC 2822, 4.3). Other abbreviations have several meanings; a time
/// with one of them is taken for a local one.
const MAIL_ZONES: &[(&str, i8)] =
    &[("est", -5), ("edt", -4), ("cst", -6), ("cdt", -5), ("mst", -7), ("mdt", -6), ("pst", -8), ("pdt", -7)];

/// Longest name of a zone, in bytes.
const MAX_ZONE_NAME: usize = 40;

/// Zone written after a time.
pub(super) struct WrittenZone(TimeZone);

impl WrittenZone {
    /// Returns the instant of a local time in the zone.
    pub(super) fn instant(&self, date: Date, minute: EntryMinute) -> Option<Timestamp> {
        let (hour, minute) = (minute.minutes() / 60, minute.minutes() % 60);
        let local = date.at(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, 0, 0);
        self.0.to_ambiguous_timestamp(local).compatible().ok()
    }
}

/// Reads a zone after a time.
pub(super) fn read_zone(cursor: &mut TokenCursor<'_>, context: DateContext) -> Option<WrittenZone> {
    let zone = cursor
        .attempt(universal)
        .or_else(|| cursor.attempt(|ahead| offset(ahead, context)))
        .or_else(|| cursor.attempt(|ahead| mail_zone(ahead, context)))
        .or_else(|| cursor.attempt(|ahead| named_zone(ahead, context)))?;
    // The name of the zone, or a comment of a mail header, may follow its offset.
    cursor.attempt(|ahead| {
        ahead.blank(1);
        let close = if ahead.symbol(&['[', '('])? == '[' { ']' } else { ')' };
        zone_name(ahead)?;
        ahead.symbol(&[close])
    });
    Some(WrittenZone(zone))
}

/// Reads `Z`, or `UTC` and `GMT` with hours after them.
fn universal(ahead: &mut TokenCursor<'_>) -> Option<TimeZone> {
    if ahead.word_of(&["z"]) {
        return Some(TimeZone::UTC);
    }
    ahead.blank(1);
    ahead.word_of(&["utc", "gmt", "ut"]).then_some(())?;
    let shift = ahead.attempt(|ahead| {
        let sign = ahead.symbol(&['+', '-'])?;
        match ahead.number(1..=4)? {
            (value, 4) => fixed(sign, value / 100, value % 100),
            (hours, 1 | 2) => {
                let minutes = ahead.attempt(minutes_after_colon).unwrap_or(0);
                fixed(sign, hours, minutes)
            }
            _ => None,
        }
    });
    Some(shift.unwrap_or(TimeZone::UTC))
}

/// Reads `+01:00`, `+0100` or `+01`.
fn offset(ahead: &mut TokenCursor<'_>, context: DateContext) -> Option<TimeZone> {
    // In running text, 9:00-10:30 is the time from one to the other unless the date is an ISO one.
    let is_iso = context == DateContext::FieldValue || is_iso_time(ahead);
    let blank = ahead.blank(1);
    let sign = ahead.symbol(&['+', '-'])?;
    let (value, digits) = ahead.number(2..=4)?;
    let (hours, minutes, is_whole) = match digits {
        4 => (value / 100, value % 100, true),
        2 => match ahead.attempt(minutes_after_colon) {
            Some(minutes) => (value, minutes, true),
            None => (value, 0, false),
        },
        _ => return None,
    };
    let is_zone = is_iso || (blank && is_whole && digits == 4) || (sign == '+' && is_whole);
    is_zone.then(|| fixed(sign, hours, minutes))?
}

/// Returns whether date and time before this position are joined by a `T`.
fn is_iso_time(ahead: &TokenCursor<'_>) -> bool {
    let from = (1..=8).find(|back| !is_part_of_time(ahead.peek_back(*back)));
    from.is_some_and(|back| matches!(ahead.peek_back(back), Some(TokenKind::Word(word)) if word == "t"))
}

fn is_part_of_time(token: Option<&TokenKind>) -> bool {
    matches!(token, Some(TokenKind::Number { .. } | TokenKind::Symbol(':' | '.' | ',')))
}

fn minutes_after_colon(ahead: &mut TokenCursor<'_>) -> Option<i64> {
    ahead.symbol(&[':'])?;
    ahead.number(2..=2).map(|(minutes, _)| minutes)
}

fn fixed(sign: char, hours: i64, minutes: i64) -> Option<TimeZone> {
    if hours > 14 || minutes > 59 {
        return None;
    }
    let seconds = i32::try_from((hours * 60 + minutes) * 60).ok()?;
    let seconds = if sign == '-' { -seconds } else { seconds };
    Offset::from_seconds(seconds).ok().map(TimeZone::fixed)
}

fn mail_zone(ahead: &mut TokenCursor<'_>, context: DateContext) -> Option<TimeZone> {
    if context == DateContext::FileName || !ahead.blank(1) {
        return None;
    }
    let word = ahead.word()?;
    let (_, hours) = MAIL_ZONES.iter().find(|(name, _)| *name == word)?;
    Offset::from_hours(*hours).ok().map(TimeZone::fixed)
}

/// Reads a zone of the time zone database, in running text only in brackets.
fn named_zone(ahead: &mut TokenCursor<'_>, context: DateContext) -> Option<TimeZone> {
    ahead.blank(1);
    let opened = ahead.symbol(&['[']).is_some();
    if !opened && context != DateContext::FieldValue {
        return None;
    }
    let name = zone_name(ahead)?;
    if opened {
        ahead.symbol(&[']'])?;
    }
    let zone = if name.contains('/') { TimeZone::get(name).ok() } else { None };
    zone.or_else(|| (name == "UTC").then_some(TimeZone::UTC))
}

/// Takes letters, digits and the symbols of a zone's name.
fn zone_name<'a>(ahead: &mut TokenCursor<'a>) -> Option<&'a str> {
    let start = ahead.start();
    while let Some(TokenKind::Word(_) | TokenKind::Number { .. } | TokenKind::Symbol('/' | '_' | '+' | '-')) =
        ahead.peek()
    {
        ahead.at += 1;
    }
    let name = &ahead.text[start..ahead.end().max(start)];
    (1..=MAX_ZONE_NAME).contains(&name.len()).then_some(name)
}
