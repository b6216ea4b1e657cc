//! Times of day: `08:31`, `7:30 PM`, `19.30`, `19h30`, `193000`, `21 Uhr`, `下午3点30分`.

use std::str::FromStr;

use crate::domain::calendar::EntryMinute;
use crate::domain::date_reader::tokens::{TokenCursor, TokenKind, tokenize};
use crate::error::{Error, Result};

/// Words for "o'clock" after an hour.
const CLOCK_WORDS: &[&str] = &["uhr", "h", "hs", "hrs", "uur", "heures", "heure", "horas", "ore", "godz"];

/// Forms of a time that a place admits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TimeForms {
    /// `:` or `h` between hour and minute, or an hour with AM, PM or a word for it.
    Plain,
    /// Also `.` and `-` between the parts, with two digits for the minute.
    Dotted,
    /// Also digits without separators: `HHMM`, `HHMMSS` and `HHMMSSmmm`.
    Compact,
}

/// Time of day, and the half of the day in words.
pub(super) fn read_time(cursor: &mut TokenCursor<'_>, forms: TimeForms) -> Option<EntryMinute> {
    cursor.attempt(|ahead| {
        let afternoon = ideographic_half(ahead);
        let (hour, minute) = if forms == TimeForms::Compact
            && let Some(found) = ahead.attempt(compact)
        {
            found
        } else {
            parted(ahead, forms)?
        };
        let half = afternoon.or_else(|| ahead.attempt(latin_half));
        if minute.is_none() && half.is_none() && !ahead_is_clock(ahead) {
            return None;
        }
        let hour = match half {
            Some(_) if !(0..=12).contains(&hour) => return None,
            Some(afternoon) => hour % 12 + if afternoon { 12 } else { 0 },
            None => hour,
        };
        ends_here(ahead).then(|| EntryMinute::from_clock(hour, minute.unwrap_or(0)))?
    })
}

/// Returns whether the token before is a word for "o'clock" or an ideograph for "hour", which makes an hour a time.
fn ahead_is_clock(ahead: &TokenCursor<'_>) -> bool {
    match ahead.peek_back(1) {
        Some(TokenKind::Word(word)) => CLOCK_WORDS.contains(&word.as_str()),
        Some(TokenKind::Ideograph(_)) => true,
        _ => false,
    }
}

/// Reads hour, minute and second with separators. The minute is `None` if only an hour is written.
fn parted(ahead: &mut TokenCursor<'_>, forms: TimeForms) -> Option<(i8, Option<i8>)> {
    let (hour, _) = ahead.number(1..=2)?;
    let hour = i8::try_from(hour).ok()?;
    if ahead.ideograph(&['时', '時', '点', '點']).is_some() {
        let minute = ahead.attempt(|ahead| {
            if ahead.ideograph(&['半']).is_some() {
                return Some(30);
            }
            let (minute, _) = ahead.number(1..=2)?;
            ahead.ideograph(&['分'])?;
            Some(minute)
        });
        return Some((hour, minute.and_then(|minute| i8::try_from(minute).ok())));
    }
    let separators: &[char] = if forms == TimeForms::Plain { &[':'] } else { &[':', '.', '-', '_', ' '] };
    let minute = ahead.attempt(|ahead| {
        let symbol = match time_separator(ahead, separators) {
            Some(symbol) => symbol,
            None => ahead.word_of(&["h", "u"]).then_some(':')?,
        };
        let (minute, _) = ahead.number(2..=2)?;
        Some((minute, symbol))
    });
    let Some((minute, symbol)) = minute else {
        ahead.attempt(|ahead| {
            ahead.blank(1);
            ahead.word_of(CLOCK_WORDS).then_some(())
        });
        return Some((hour, None));
    };
    // Seconds and their fraction.
    ahead.attempt(|ahead| {
        time_separator(ahead, &[symbol])?;
        let (second, _) = ahead.number(2..=2)?;
        ahead.attempt(|ahead| {
            ahead.symbol(&['.', ','])?;
            ahead.number(1..=9)
        });
        (second <= 60).then_some(())
    });
    ahead.attempt(|ahead| {
        ahead.blank(1);
        ahead.word_of(&CLOCK_WORDS[..1]).then_some(())
    });
    Some((hour, Some(i8::try_from(minute).ok()?)))
}

/// Takes a separator of a list, of which one can be a blank.
fn time_separator(ahead: &mut TokenCursor<'_>, separators: &[char]) -> Option<char> {
    ahead.symbol(separators).or_else(|| (separators.contains(&' ') && ahead.blank(1)).then_some(' '))
}

/// Reads `HHMM`, `HHMMSS` or `HHMMSSmmm`.
fn compact(ahead: &mut TokenCursor<'_>) -> Option<(i8, Option<i8>)> {
    let (value, digits) = ahead.number(4..=9)?;
    let clock = match digits {
        4 => value,
        6 => value / 100,
        9 => value / 100_000,
        _ => return None,
    };
    Some((i8::try_from(clock / 100).ok()?, Some(i8::try_from(clock % 100).ok()?)))
}

/// Reads 上午, 下午, 午前, 午後 and the like; true is the afternoon.
fn ideographic_half(ahead: &mut TokenCursor<'_>) -> Option<bool> {
    const HALVES: &[([char; 2], bool)] = &[
        (['上', '午'], false),
        (['下', '午'], true),
        (['午', '前'], false),
        (['午', '后'], true),
        (['午', '後'], true),
        (['早', '上'], false),
        (['晚', '上'], true),
    ];
    HALVES.iter().find_map(|(pair, afternoon)| {
        ahead.attempt(|ahead| {
            ahead.ideograph(&pair[..1])?;
            ahead.ideograph(&pair[1..])?;
            ahead.blank(1);
            Some(*afternoon)
        })
    })
}

/// Reads AM, PM, a.m. and p.m.; true is the afternoon.
fn latin_half(ahead: &mut TokenCursor<'_>) -> Option<bool> {
    ahead.blank(1);
    let word = ahead.word()?;
    match word {
        "am" => Some(false),
        "pm" => Some(true),
        "a" | "p" => {
            ahead.symbol(&['.'])?;
            ahead.blank(1);
            ahead.word_of(&["m"]).then_some(())?;
            ahead.symbol(&['.']);
            Some(word == "p")
        }
        _ => None,
    }
}

/// Returns whether no digit or letter follows, except the `Z` of an instant and an ideograph.
fn ends_here(ahead: &TokenCursor<'_>) -> bool {
    match ahead.peek() {
        Some(TokenKind::Word(word)) => word == "z" || matches!(ahead.peek_back(1), Some(TokenKind::Symbol('.'))),
        Some(TokenKind::Number { .. }) => false,
        _ => true,
    }
}

impl FromStr for EntryMinute {
    type Err = Error;

    /// Parses a clock reading such as `08:31`, `7:30 PM`, `19.30`, `19h30` or `193000`.
    fn from_str(text: &str) -> Result<Self> {
        let tokens = tokenize(text.trim());
        let mut cursor = TokenCursor::new(text.trim(), &tokens, 0);
        read_time(&mut cursor, TimeForms::Compact)
            .filter(|_| cursor.peek().is_none())
            .ok_or_else(|| Error::invalid("the time is not a time of day").hint("write it like 08:31 or 7:30 PM"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_many_forms() {
        let cases = [
            ("08:31", "08:31"),
            ("8:31", "08:31"),
            ("7:30 PM", "19:30"),
            ("7:30pm", "19:30"),
            ("12:05 am", "00:05"),
            ("12:05 p.m.", "12:05"),
            ("7 PM", "19:00"),
            ("19.30", "19:30"),
            ("19h30", "19:30"),
            ("19h", "19:00"),
            ("19:30:12", "19:30"),
            ("19:30:12.345", "19:30"),
            ("193000", "19:30"),
            ("1930", "19:30"),
            ("19:30 Uhr", "19:30"),
            ("21 Uhr", "21:00"),
            ("20u15", "20:15"),
            ("下午3点30分", "15:30"),
            ("午後3時", "15:00"),
            ("15時05分", "15:05"),
            ("上午9点半", "09:30"),
            ("１９：３０", "19:30"),
            (" 00:00 ", "00:00"),
        ];
        for (written, wanted) in cases {
            assert_eq!(
                written.parse::<EntryMinute>().map(|at| at.to_string()).ok().as_deref(),
                Some(wanted),
                "{written}"
            );
        }
    }

    #[test]
    fn other_texts_are_no_times() {
        for wrong in [
            "",
            "8",
            "24:00",
            "19:60",
            "7:3",
            "13 PM",
            "13:00 pm",
            "19:30x",
            "noon",
            "19:30 20:30",
            "2500",
            "12345",
            "-1:00",
        ] {
            let refused = wrong.parse::<EntryMinute>();
            assert!(refused.is_err_and(|error| error.hint_text().is_some()), "{wrong}");
        }
    }
}
