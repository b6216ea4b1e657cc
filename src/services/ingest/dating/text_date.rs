//! Date of an entry from its text: a dated heading at the top, else another date near the beginning.

use crate::domain::calendar::JournalCalendar;
use crate::domain::date_reader::{DateContext, DateForm, DateReading, fold, read_dates};
use crate::domain::entry_date::DateOrigin;
use crate::services::ingest::dating::finding::{DateFinding, YearRule};
use crate::services::ingest::dating::masked_text::{MASK, mask};
use crate::services::ingest::dating::other_day::is_about_another_day;

/// Code points of a text that are searched for a date; a diary entry is dated at its beginning.
const HEAD: usize = 500;

/// Code points read past [`HEAD`] so that a date cut at the boundary is not mistaken for a shorter one.
const LOOKAHEAD: usize = 64;

/// Code points that are masked, so that a comment or code block that begins in the head is seen to end.
const MASKED: usize = 1500;

/// Most words before the date of a heading such as `Berlin, 5 March 2024`.
const MAX_HEADING_WORDS: usize = 5;

/// Words that lead a date at the start of a line.
const LEADS: &[&str] = &[
    "date",
    "datum",
    "fecha",
    "data",
    "дата",
    "日期",
    "日付",
    "created",
    "the",
    "on",
    "am",
    "den",
    "le",
    "el",
    "il",
    "op",
    "em",
    "dia",
    "dnia",
    "w",
    "today",
    "heute",
    "oggi",
    "hoy",
    "vandaag",
    "hoje",
    "idag",
    "dzis",
    "сегодня",
    "今天",
    "今日",
    "entry",
    "diary",
    "journal",
    "tagebuch",
    "day",
];

/// Fewest code points of a line that is wrapped and continues in the next.
const WRAPPED_LINE: usize = 40;

/// Beginning of a text with the parts masked that never date it.
pub(super) struct DatedText<'a> {
    text: &'a str,
    masked: String,
    readings: Vec<DateReading>,
}

impl<'a> DatedText<'a> {
    pub(super) fn new(text: &'a str, calendar: &JournalCalendar) -> Self {
        let head = byte_of(text, HEAD);
        let end = head + byte_of(&text[head..], LOOKAHEAD);
        // Most notes have no date; only those that have one need masking.
        let has_date = !read_dates(&text[..end], calendar, DateContext::RunningText).is_empty();
        let mut masked = if has_date { mask(&text[..byte_of(text, MASKED)]) } else { String::new() };
        masked.truncate(end);
        let mut readings = read_dates(&masked, calendar, DateContext::RunningText);
        readings.retain(|reading| reading.span.end <= head);
        Self { text, masked, readings }
    }

    /// Looks for a date that is the first line or its head, or the end of a short first line.
    pub(super) fn heading(&self, years: &YearRule) -> DateFinding {
        match self.heading_reading() {
            Some(reading) => self.resolve(reading, years, DateOrigin::Heading),
            None => DateFinding::Absent,
        }
    }

    /// Looks for any other date: those with a year first, then those without.
    pub(super) fn other(&self, years: &YearRule) -> DateFinding {
        let heading = self.heading_reading().map(|reading| reading.span.clone());
        let candidates = self
            .readings
            .iter()
            .filter(|reading| Some(&reading.span) != heading.as_ref() && self.is_of_this_day(reading));
        let (dated, undated): (Vec<_>, Vec<_>) = candidates.partition(|reading| reading.year.is_some());
        let found = dated.into_iter().chain(undated);
        found.fold(DateFinding::Absent, |found, reading| {
            found.or_else(|| self.resolve(reading, years, DateOrigin::Text))
        })
    }

    fn resolve(&self, reading: &DateReading, years: &YearRule, origin: DateOrigin) -> DateFinding {
        match reading.year {
            Some(_) => DateFinding::of_reading(reading, self.text, origin, years.bounds),
            None => years.resolve(reading, self.text, origin),
        }
    }

    fn heading_reading(&self) -> Option<&DateReading> {
        let start = self.masked.find(|c: char| c.is_alphanumeric())?;
        let line_start = self.masked[..start].rfind(['\n', '\r']).map_or(0, |at| at + 1);
        let line_end = self.masked[start..].find(['\n', '\r']).map_or(self.masked.len(), |length| start + length);
        let reading = self.readings.iter().find(|reading| (line_start..line_end).contains(&reading.span.start))?;
        let before = &self.masked[line_start..reading.span.start];
        let words: Vec<String> =
            before.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(fold).collect();
        let is_led = words.iter().all(|word| LEADS.contains(&word.as_str()));
        if is_led && !before.contains(MASK) && (words.is_empty() || self.is_of_this_day(reading)) {
            return Some(reading);
        }
        let after = self.masked[reading.span.end..].split(['\n', '\r']).next().unwrap_or_default();
        let is_sentence =
            after.trim_start().starts_with('.') || before.contains([';', '!', '?']) || before.contains(". ");
        let is_rest_empty = !after.contains(|c: char| c.is_alphanumeric() || c == MASK);
        let is_tail = words.len() <= MAX_HEADING_WORDS && is_rest_empty && !is_sentence;
        (is_tail && reading.form != DateForm::CompactDigits && self.is_of_this_day(reading)).then_some(reading)
    }

    /// Returns whether a date in the text can be that of the entry.
    fn is_of_this_day(&self, reading: &DateReading) -> bool {
        let sentence = self.sentence(reading);
        let before = &self.masked[sentence.start..reading.span.start];
        let is_stamp = reading.form == DateForm::CompactDigits;
        if is_stamp && before.contains(|c: char| c.is_alphanumeric() || c == MASK) {
            return false;
        }
        !is_about_another_day(&self.masked[sentence.clone()], reading.span.start - sentence.start)
    }

    /// Returns the bytes of the sentence around a date.
    fn sentence(&self, reading: &DateReading) -> std::ops::Range<usize> {
        let text = &self.masked;
        let mut start = 0;
        let ends = text.char_indices().filter(|(at, c)| {
            let within = self.readings.iter().any(|other| other.span.contains(at));
            !within && (matches!(c, '。' | '！' | '？' | '；') || self.ends_sentence(*at, *c))
        });
        for (at, c) in ends {
            if at >= reading.span.end {
                return start..at;
            }
            start = at + c.len_utf8();
        }
        start..text.len()
    }

    fn ends_sentence(&self, at: usize, c: char) -> bool {
        let rest = &self.masked[at + c.len_utf8()..];
        match c {
            '.' | '!' | '?' | ';' => rest.is_empty() || rest.starts_with(char::is_whitespace),
            '\n' | '\r' => {
                let line = self.masked[..at].rsplit(['\n', '\r']).next().unwrap_or_default().trim();
                let continues = rest.starts_with(|c: char| c.is_alphanumeric());
                !(continues && line.chars().count() >= WRAPPED_LINE)
            }
            _ => false,
        }
    }
}

/// Returns the byte at which a code point begins, counted from 0, or the text's length.
fn byte_of(text: &str, code_point: usize) -> usize {
    text.char_indices().nth(code_point).map_or(text.len(), |(at, _)| at)
}
