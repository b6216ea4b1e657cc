//! Chinese and Japanese dates: `2024年3月5日`, `3月5号`, `二〇二四年三月五日`, `令和6年3月5日`, and their weekdays.

use jiff::civil::Weekday;

use crate::domain::date_reader::months::ideographic_weekday;
use crate::domain::date_reader::reading::{DateForm, WrittenDay};
use crate::domain::date_reader::tokens::{TokenCursor, TokenKind};

/// Japanese eras: their two characters and the year before their first.
const ERAS: &[([char; 2], i64)] =
    &[(['令', '和'], 2018), (['平', '成'], 1988), (['昭', '和'], 1925), (['大', '正'], 1911)];

/// Most characters of a number in Chinese numerals.
const MAX_NUMERALS: usize = 4;

/// Reads a date with 月 and 日 or 号, and a year if 年 is written.
pub(super) fn ideographic_date(cursor: &mut TokenCursor<'_>) -> Option<WrittenDay> {
    cursor.attempt(|ahead| {
        let year = ahead.attempt(year);
        let month = counted(ahead)?;
        ahead.ideograph(&['月'])?;
        ahead.blank(1);
        let day = counted(ahead)?;
        ahead.ideograph(&['日', '号', '號'])?;
        let found = WrittenDay::of_digits(DateForm::Ideographic, year.unwrap_or(2000), month, day)?;
        Some(WrittenDay { year: year.and(found.year), ..found })
    })
}

/// Reads a year with 年: of four digits, of an era, or of four numerals.
pub(super) fn year(ahead: &mut TokenCursor<'_>) -> Option<i64> {
    let era = ERAS.iter().find_map(|(name, before)| {
        ahead.attempt(|ahead| {
            ahead.ideograph(&name[..1])?;
            ahead.ideograph(&name[1..]).map(|_| *before)
        })
    });
    let year = match era {
        // The first year of an era is called 元.
        Some(before) if ahead.ideograph(&['元']).is_some() => before + 1,
        Some(before) => before + counted(ahead)?,
        None => ahead.attempt(numbered_year).or_else(|| ahead.attempt(spelled_year))?,
    };
    ahead.ideograph(&['年'])?;
    ahead.blank(1);
    (1000..=2999).contains(&year).then_some(year)
}

fn numbered_year(ahead: &mut TokenCursor<'_>) -> Option<i64> {
    let (year, _) = ahead.number(4..=4)?;
    ahead.blank(1);
    Some(year)
}

/// Reads a year of four numerals, `二〇二四`.
fn spelled_year(ahead: &mut TokenCursor<'_>) -> Option<i64> {
    (0..4).try_fold(0, |year, _| match ahead.peek()? {
        TokenKind::Ideograph(c) => {
            let digit = numeral(*c).filter(|digit| *digit < 10)?;
            ahead.at += 1;
            Some(year * 10 + digit)
        }
        _ => None,
    })
}

/// Reads a number of digits or of numerals up to 39, `二十五`.
pub(super) fn counted(ahead: &mut TokenCursor<'_>) -> Option<i64> {
    if let Some((value, _)) = ahead.number(1..=2) {
        ahead.blank(1);
        return Some(value);
    }
    let (mut tens, mut ones, mut length) = (None, None, 0);
    while let Some(TokenKind::Ideograph(c)) = ahead.peek() {
        match numeral(*c) {
            Some(10) if tens.is_none() => tens = Some(ones.take().unwrap_or(1)),
            Some(count @ (20 | 30)) if tens.is_none() && ones.is_none() => tens = Some(count / 10),
            Some(digit) if digit < 10 && ones.is_none() => ones = Some(digit),
            _ => break,
        }
        ahead.at += 1;
        length += 1;
    }
    (1..=MAX_NUMERALS).contains(&length).then(|| tens.unwrap_or(0) * 10 + ones.unwrap_or(0))
}

fn numeral(c: char) -> Option<i64> {
    Some(match c {
        '〇' | '零' => 0,
        '一' => 1,
        '二' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        '十' => 10,
        '廿' => 20,
        '卅' => 30,
        _ => return None,
    })
}

/// Reads a weekday: 星期二, 周二, 礼拜二, 火曜日, or in parentheses (火).
pub(super) fn weekday(cursor: &mut TokenCursor<'_>) -> Option<Weekday> {
    cursor.attempt(|ahead| {
        ahead.blank(2);
        let opened = ahead.symbol(&['(', '[']).is_some();
        let prefixed = prefix(ahead);
        let TokenKind::Ideograph(c) = ahead.peek()? else { return None };
        let found = ideographic_weekday(*c)?;
        ahead.at += 1;
        let suffixed = !prefixed && ahead.ideograph(&['曜']).is_some();
        if suffixed {
            ahead.ideograph(&['日']);
        }
        let closed = opened && ahead.symbol(&[')', ']']).is_some();
        (prefixed || suffixed || closed).then_some(found)
    })
}

fn prefix(ahead: &mut TokenCursor<'_>) -> bool {
    if ahead.ideograph(&['周', '週']).is_some() {
        return true;
    }
    let pair = |first: char, second: &'static [char]| {
        move |ahead: &mut TokenCursor<'_>| {
            ahead.ideograph(&[first])?;
            ahead.ideograph(second)
        }
    };
    ahead.attempt(pair('星', &['期'])).or_else(|| ahead.attempt(pair('礼', &['拜']))).is_some()
        || ahead.attempt(pair('禮', &['拜'])).is_some()
}
