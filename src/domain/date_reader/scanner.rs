//! Scanner of a text for dates: finds where one begins and ends, and its weekday, time and zone.

use jiff::civil::{Date, Weekday};

use crate::domain::calendar::{EntryMinute, JournalCalendar};
use crate::domain::date_reader::clock_time::{TimeForms, read_time};
use crate::domain::date_reader::reading::{DateContext, DateDoubt, DateForm, DateReading, WrittenDay};
use crate::domain::date_reader::tokens::{DateToken, TokenCursor, TokenKind, fold, tokenize};
use crate::domain::date_reader::{ideographic, months, named, numeric, time_zone};

/// Words between a date and its time.
const TIME_WORDS: &[&str] = &[
    "at", "um", "gegen", "a", "as", "las", "la", "alle", "ore", "om", "kl", "klockan", "o", "godz", "godzina", "в",
    "um",
];

/// Words before the number of a version or of a part of a text.
const NUMBERED_PARTS: &[&str] = &[
    "version",
    "ver",
    "v",
    "release",
    "build",
    "rev",
    "revision",
    "update",
    "firmware",
    "chapter",
    "section",
    "kapitel",
    "kap",
    "abschnitt",
    "chapitre",
    "capitulo",
    "capitolo",
    "hoofdstuk",
    "rozdzial",
    "wersja",
    "глава",
    "версия",
];

/// Words between a weekday and the day.
const ARTICLES: &[&str] = &["the", "den", "der", "dem", "le", "el", "il", "o", "dia", "dnia", "d"];

/// Returns every date of a text in order. Days that the calendar does not have are left out.
#[must_use]
pub fn read_dates(text: &str, calendar: &JournalCalendar, context: DateContext) -> Vec<DateReading> {
    let tokens = tokenize(text);
    let scanner = DateScanner { text, tokens: &tokens, calendar, context };
    let (mut found, mut at) = (Vec::new(), 0);
    while at < tokens.len() {
        match scanner.read_at(at) {
            Some((reading, next)) => {
                found.extend(reading);
                at = next.max(at + 1);
            }
            None => at += 1,
        }
    }
    found
}

/// Reads a text that is one date as a whole, with nothing but punctuation around it.
#[must_use]
pub fn read_whole_date(text: &str, calendar: &JournalCalendar) -> Option<DateReading> {
    let text = text.trim();
    let mut found = read_dates(text, calendar, DateContext::FieldValue);
    let is_edge = |edge: &str| !edge.contains(char::is_alphanumeric);
    let reading = found.pop().filter(|_| found.is_empty())?;
    (is_edge(&text[..reading.span.start]) && is_edge(&text[reading.span.end..])).then_some(reading)
}

/// Returns the weekday named in a text, with the first byte of its name; abbreviations do not count.
#[must_use]
pub fn find_weekday(text: &str) -> Option<(Weekday, usize)> {
    tokenize(text).iter().find_map(|token| match &token.kind {
        TokenKind::Word(word) if word.chars().count() > 3 => {
            Some((months::weekday(word)?.weekday()?, token.span.start))
        }
        _ => None,
    })
}

/// Returns the weekday that a word names, abbreviated or not.
#[must_use]
pub fn weekday_of_word(word: &str) -> Option<Weekday> {
    months::weekday(&fold(word))?.weekday()
}

/// Returns the month that a word names, 1 to 12.
#[must_use]
pub fn month_number(word: &str) -> Option<i8> {
    months::month(&fold(word)).map(|name| name.number)
}

/// Weekday before a date.
#[derive(Clone, Copy)]
struct WeekdayPrefix {
    weekday: Weekday,
    languages: months::LanguageSet,
    /// The word is common, and no punctuation says that it is a weekday.
    is_doubtful: bool,
}

/// Reader of the dates of one text.
struct DateScanner<'a> {
    text: &'a str,
    tokens: &'a [DateToken],
    calendar: &'a JournalCalendar,
    context: DateContext,
}

impl DateScanner<'_> {
    /// Reads a date that begins at a token; returns it with the token after it. The reading is `None` for a day that
    /// does not exist, whose parts must not be read as another date.
    fn read_at(&self, at: usize) -> Option<(Option<DateReading>, usize)> {
        let start = TokenCursor::new(self.text, self.tokens, at);
        if !self.opens(&start) {
            return None;
        }
        let mut cursor = start;
        let dated = cursor.attempt(|ahead| {
            let prefix = self.weekday_prefix(ahead)?;
            let month_start = *ahead;
            let (day, time) = self.day(ahead, true)?;
            // A date of digits says nothing about the language of a doubtful word.
            let is_digits = day.languages == months::LanguageSet::ALL;
            let is_weekday = prefix.languages.meets(day.languages) && !(prefix.is_doubtful && is_digits);
            is_weekday.then_some((day, time, Some(prefix.weekday), month_start))
        });
        let (day, compact_time, weekday, month_start) = if let Some(found) = dated {
            found
        } else {
            let (day, time) = self.day(&mut cursor, false)?;
            (day, time, None, start)
        };
        if day.form == DateForm::DigitParts && self.is_numbered_part(&start) {
            return None;
        }
        if !self.closes(&cursor, &day) {
            return Some((None, cursor.at)).filter(|_| day.form == DateForm::YearFirst);
        }
        if !day.exists() {
            return Some((None, cursor.at));
        }
        if day.year.is_none() && !self.is_date_without_year(&day, month_start, &cursor, weekday.is_some()) {
            return None;
        }
        let weekday = weekday.or_else(|| self.weekday_suffix(&mut cursor, day.languages));
        let time_start = cursor.start();
        let minute = compact_time.and_then(clock_of).or_else(|| self.time_suffix(&mut cursor));
        let mut reading = self.reading(day, weekday, minute, &start, &mut cursor);
        // Programs write midnight, to the second and in UTC, for a day without a time.
        let time = &self.text[time_start.min(reading.span.end)..reading.span.end];
        if self.context == DateContext::FieldValue && is_bare_midnight(time) {
            reading = self.reading(day, weekday, None, &start, &mut cursor);
        }
        Some((Some(reading), cursor.at))
    }

    /// Reads the day in any form; a compact form returns its time as `HHMM`.
    fn day(&self, cursor: &mut TokenCursor<'_>, after_weekday: bool) -> Option<(WrittenDay, Option<i64>)> {
        let (context, calendar) = (self.context, self.calendar);
        numeric::compact(cursor, context, calendar)
            .or_else(|| {
                let day = numeric::year_first(cursor, context)
                    .or_else(|| numeric::week_date(cursor))
                    .or_else(|| named::year_first(cursor, context))
                    .or_else(|| ideographic::ideographic_date(cursor))
                    .or_else(|| numeric::parts(cursor, context, calendar))
                    .or_else(|| named::day_first(cursor, context, calendar))
                    .or_else(|| named::month_first(cursor, context, calendar));
                day.map(|day| (day, None))
            })
            .or_else(|| {
                let day = after_weekday.then(|| numeric::without_year(cursor, calendar))?;
                day.map(|day| (day, None))
            })
    }

    /// Returns whether a date may begin here: not inside a word, a longer number or an amount.
    fn opens(&self, start: &TokenCursor<'_>) -> bool {
        let is_name = self.context == DateContext::FileName;
        match (start.peek_back(1), start.peek_back(2)) {
            (Some(TokenKind::Number { .. }), _) => false,
            (Some(TokenKind::Word(word)), _) => {
                is_name && word != "v" && matches!(start.peek(), Some(TokenKind::Number { .. }))
            }
            (Some(TokenKind::Symbol('$' | '£' | '€' | '¥' | '+' | '@')), _)
            | (Some(TokenKind::Symbol('.' | ',' | ':' | '/')), Some(TokenKind::Number { .. })) => is_name,
            (Some(TokenKind::Symbol('-')), Some(TokenKind::Number { .. })) => {
                is_name || matches!(start.peek(), Some(TokenKind::Word(_)))
            }
            _ => true,
        }
    }

    /// Returns whether a date may end here: not inside a word or a longer number.
    fn closes(&self, end: &TokenCursor<'_>, day: &WrittenDay) -> bool {
        let is_name = self.context == DateContext::FileName;
        // Four numbers are an address or a version, in names only in this form.
        let is_strict = !is_name || day.form == DateForm::DigitParts;
        let numeric = day.languages == months::LanguageSet::ALL;
        match (end.peek(), end.peek_at(1)) {
            (Some(TokenKind::Number { .. } | TokenKind::Symbol('%' | '€' | '$' | '°')), _) => false,
            (Some(TokenKind::Word(word)), Some(TokenKind::Number { .. })) => word == "t" || is_name,
            // 05.03.2024г.
            (Some(TokenKind::Word(word)), _) => is_name || matches!(word.as_str(), "г" | "года" | "z"),
            (Some(TokenKind::Symbol('.' | ',' | ':' | '/' | '-')), Some(TokenKind::Number { .. })) if numeric => {
                !is_strict || self.time_follows(end)
            }
            // "5 May-flowers"
            (Some(TokenKind::Symbol('-')), Some(TokenKind::Word(_))) => is_name || day.year.is_some(),
            (Some(TokenKind::Symbol(':' | '.' | ',')), Some(TokenKind::Number { .. })) => day.year.is_some(),
            _ => true,
        }
    }

    /// Returns whether a word such as "version" or "chapter" makes the numbers after it something else than a date.
    fn is_numbered_part(&self, start: &TokenCursor<'_>) -> bool {
        let (Some(TokenKind::Blank(_) | TokenKind::Symbol('-' | '_')), Some(TokenKind::Word(word))) =
            (start.peek_back(1), start.peek_back(2))
        else {
            return false;
        };
        self.context != DateContext::FieldValue && NUMBERED_PARTS.contains(&word.as_str())
    }

    fn time_follows(&self, end: &TokenCursor<'_>) -> bool {
        let mut ahead = *end;
        self.context != DateContext::RunningText && self.time_suffix(&mut ahead).is_some()
    }

    /// Reads a weekday, its punctuation and an article before a date.
    fn weekday_prefix(&self, ahead: &mut TokenCursor<'_>) -> Option<WeekdayPrefix> {
        if let Some(weekday) = ideographic::weekday(ahead) {
            ahead.symbol(&[',']);
            ahead.blank(3);
            return Some(WeekdayPrefix { weekday, languages: months::LanguageSet::ALL, is_doubtful: false });
        }
        let at_line_start = matches!(ahead.peek_back(1), None | Some(TokenKind::LineBreak));
        let word = ahead.word()?;
        let name = months::weekday(word)?;
        ahead.attempt(|ahead| {
            // segunda-feira
            if ahead.symbol(&['-']).is_none() {
                ahead.blank(1);
            }
            ahead.word_of(&["feira"]).then_some(())
        });
        let punctuated = ahead.symbol(&['.']).is_some() | ahead.symbol(&[',']).is_some();
        let is_name = self.context == DateContext::FileName;
        let mut gaps = 0;
        while ahead.blank(3) || ahead.line_break() || (is_name && ahead.symbol(&['_', '-']).is_some()) {
            gaps += 1;
        }
        if gaps > 3 {
            return None;
        }
        if gaps == 0 && !punctuated {
            return None;
        }
        ahead.attempt(|ahead| {
            ahead.word_of(ARTICLES).then_some(())?;
            ahead.symbol(&['.']);
            ahead.blank(3).then_some(())
        });
        let is_doubtful = months::is_common_weekday(word) && !punctuated && !at_line_start && !is_name;
        Some(WeekdayPrefix { weekday: name.weekday()?, languages: name.languages, is_doubtful })
    }

    /// Reads a weekday after a date: in parentheses, or as the last word of its line or clause.
    fn weekday_suffix(&self, cursor: &mut TokenCursor<'_>, languages: months::LanguageSet) -> Option<Weekday> {
        if let Some(weekday) = ideographic::weekday(cursor) {
            return Some(weekday);
        }
        cursor.attempt(|ahead| {
            ahead.symbol(&[',']);
            let is_name = self.context == DateContext::FileName;
            (ahead.blank(2) || (is_name && ahead.symbol(&['-', '_']).is_some())).then_some(())?;
            let opened = ahead.symbol(&['(', '[']).is_some();
            let word = ahead.word()?;
            let name = months::weekday(word).filter(|name| name.languages.meets(languages))?;
            ahead.symbol(&['.']);
            let closed = opened && ahead.symbol(&[')', ']']).is_some();
            let ends = match ahead.peek() {
                None | Some(TokenKind::LineBreak) => true,
                Some(TokenKind::Symbol(symbol)) => *symbol != '\'',
                Some(TokenKind::Blank(_)) => matches!(ahead.peek_at(1), Some(TokenKind::Number { .. })),
                _ => false,
            };
            let at_end = matches!(ahead.peek(), None | Some(TokenKind::LineBreak | TokenKind::Symbol('>')));
            let is_sure = closed || (ends && (at_end || !months::is_common_weekday(word)));
            is_sure.then(|| name.weekday())?
        })
    }

    /// Returns whether a day without a year is a date and no everyday word, as in "the other 2 may come".
    fn is_date_without_year(
        &self,
        day: &WrittenDay,
        start: TokenCursor<'_>,
        end: &TokenCursor<'_>,
        has_weekday: bool,
    ) -> bool {
        if has_weekday || self.context != DateContext::RunningText {
            return true;
        }
        let line = self.text[..start.start()].rsplit(['\n', '\r']).next().unwrap_or_default();
        if !line.contains(char::is_alphanumeric) {
            return true;
        }
        let written = &self.text[start.start()..end.end()];
        let is_everyday =
            |word: &str| word.starts_with(|c: char| c.is_ascii_lowercase()) && months::is_everyday_month(word);
        if written.split(|c: char| !c.is_alphabetic()).any(is_everyday) {
            return false;
        }
        // "March 5 boys" is no date, "on March 5 we" is one.
        day.form != DateForm::NameAndDay
            || !matches!((end.peek(), end.peek_at(1)), (Some(TokenKind::Blank(_)), Some(TokenKind::Word(_))))
            || !written.ends_with(|c: char| c.is_ascii_digit())
            || matches!(start.peek_back(2), Some(TokenKind::Word(word)) if word == "on")
    }

    /// Reads a time after a date.
    fn time_suffix(&self, cursor: &mut TokenCursor<'_>) -> Option<EntryMinute> {
        cursor.attempt(|ahead| {
            if ahead.word_of(&["t"]) {
                return read_time(ahead, TimeForms::Compact);
            }
            if self.context == DateContext::FileName {
                let from = ahead.at;
                while ahead.blank(3) || ahead.symbol(&['-', '_', '.', ',', '(', '@']).is_some() {}
                while ahead.word_of(TIME_WORDS) || ahead.word_of(&["t"]) {
                    ahead.symbol(&['.']);
                    ahead.blank(1);
                }
                // The year of a second date is no time.
                let is_date = numeric::year_first(&mut ahead.clone(), self.context).is_some();
                return (ahead.at > from && !is_date).then(|| read_time(ahead, TimeForms::Compact))?;
            }
            let comma = ahead.symbol(&[',']).is_some() && self.context == DateContext::FieldValue;
            let blank = ahead.blank(3) || comma;
            let closed = matches!(ahead.peek_back(1), Some(TokenKind::Ideograph(_) | TokenKind::Symbol(')')));
            let separated = ahead.symbol(&['-', '|', '@', '(']).is_some();
            if !blank && !separated && !closed {
                return None;
            }
            ahead.blank(2);
            let has_word = ahead.attempt(|ahead| {
                ahead.word_of(TIME_WORDS).then_some(())?;
                ahead.symbol(&['.']);
                ahead.blank(2);
                ahead.attempt(|ahead| {
                    ahead.word_of(TIME_WORDS).then_some(())?;
                    ahead.blank(1).then_some(())
                });
                Some(())
            });
            let is_dotted = has_word.is_some() || self.context == DateContext::FieldValue;
            let forms = if is_dotted { TimeForms::Dotted } else { TimeForms::Plain };
            read_time(ahead, forms)
        })
    }

    /// Builds the reading of a day; an instant is moved into the calendar's zone.
    fn reading(
        &self,
        day: WrittenDay,
        weekday: Option<Weekday>,
        minute: Option<EntryMinute>,
        start: &TokenCursor<'_>,
        cursor: &mut TokenCursor<'_>,
    ) -> DateReading {
        let zone = minute.and_then(|_| time_zone::read_zone(cursor, self.context));
        let year = day.year.or_else(|| minute.and_then(|_| late_year(cursor)));
        let day = weekday.zip(year).map_or(day, |(weekday, year)| ordered_by_weekday(day, year, weekday));
        let civil = year.and_then(|year| Date::new(year, day.month, day.day).ok());
        let contradicts_weekday = civil.zip(weekday).is_some_and(|(date, weekday)| date.weekday() != weekday);
        let doubts = [
            (contradicts_weekday, DateDoubt::ContradictingWeekday),
            (day.is_ambiguous, DateDoubt::AmbiguousOrder),
            (day.is_range, DateDoubt::SeveralDays),
        ];
        let doubt = doubts.into_iter().find_map(|(applies, doubt)| applies.then_some(doubt));
        let instant = civil.zip(minute).zip(zone).and_then(|((date, minute), zone)| zone.instant(date, minute));
        let placed = instant.map(|at| self.calendar.day_of(at));
        let (date, minute) = match placed {
            Some((date, minute)) => (Some(date), Some(minute)),
            None => (civil, minute),
        };
        DateReading {
            span: start.start()..cursor.end(),
            form: day.form,
            year: date.map(Date::year),
            month: date.map_or(day.month, Date::month),
            day: date.map_or(day.day, Date::day),
            weekday,
            minute,
            doubt,
            is_instant: placed.is_some(),
        }
    }
}

/// Returns an ambiguous day in the order in which it falls on its weekday, if only one does.
fn ordered_by_weekday(day: WrittenDay, year: i16, weekday: Weekday) -> WrittenDay {
    let falls = |month, day| Date::new(year, month, day).is_ok_and(|date| date.weekday() == weekday);
    match (day.is_ambiguous, falls(day.month, day.day), falls(day.day, day.month)) {
        (true, true, false) => WrittenDay { is_ambiguous: false, ..day },
        (true, false, true) => WrittenDay { is_ambiguous: false, month: day.day, day: day.month, ..day },
        _ => day,
    }
}

/// Returns whether a time is 00:00:00, local or in UTC.
fn is_bare_midnight(time: &str) -> bool {
    let digits = time.chars().filter(char::is_ascii_digit);
    let zeros = digits.clone().count();
    let is_utc =
        !time.contains(|c: char| c.is_alphabetic() && !matches!(c, 'T' | 't' | 'Z' | 'z')) && !time.contains('-');
    zeros >= 6 && time.matches(':').count() >= 2 && digits.clone().all(|digit| digit == '0') && is_utc
}

/// Returns the time of digits `HHMM`.
fn clock_of(digits: i64) -> Option<EntryMinute> {
    EntryMinute::from_clock(i8::try_from(digits / 100).ok()?, i8::try_from(digits % 100).ok()?)
}

/// Reads the year after the time, as `date` and `ctime` print it: `Tue Mar  5 21:30:00 CET 2024`.
fn late_year(cursor: &mut TokenCursor<'_>) -> Option<i16> {
    cursor.attempt(|ahead| {
        ahead.blank(1).then_some(())?;
        ahead.attempt(|ahead| {
            ahead.word().filter(|word| (3..=4).contains(&word.len()))?;
            ahead.blank(1).then_some(())
        });
        let (year, _) = ahead.number(4..=4).filter(|(year, _)| (1000..=2999).contains(year))?;
        i16::try_from(year).ok()
    })
}
