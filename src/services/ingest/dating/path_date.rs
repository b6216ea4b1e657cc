//! Date of an entry from the name of its file and folders: `2024-03-05.md`, `IMG_20190704_211500.jpg`,
//! `2024/03-March/09-Sat.md`.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;

use crate::domain::calendar::{DateOrder, EntryMinute, JournalCalendar};
use crate::domain::date_reader::{
    DateContext, DateDoubt, DateForm, DateReading, fold, month_number, read_dates, weekday_of_word,
};
use crate::domain::entry_date::{DateBounds, DateOrigin};
use crate::services::ingest::dating::evidence::{DatingNote, DatingOutcome};
use crate::services::ingest::dating::finding::DateFinding;

/// Start of the names of a program that names files by universal time.
const UNIVERSAL_TIME_PREFIX: &str = "PXL_";

/// Years that a folder's name can be.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2099;

/// Words in the names of folders with copies of notes.
const COPY_WORDS: &[&str] = &[
    "backup",
    "back-up",
    "export",
    "import",
    "archive",
    "takeout",
    "snapshot",
    "dump",
    "download",
    "sync",
    "sicherung",
    "sauvegarde",
    "copia",
    "kopia",
    "kopie",
    "vault",
    "备份",
    "バックアップ",
];

/// Folders above a day that are searched for its month and year.
const MAX_LEVELS: usize = 2;

/// Name of a file without its extension, and its folders from the outermost.
#[derive(Debug)]
pub(super) struct NamedPath<'a> {
    folders: Vec<&'a str>,
    stem: &'a str,
}

impl<'a> NamedPath<'a> {
    pub(super) fn new(path: &'a str) -> Self {
        let mut parts: Vec<&str> = path.split(['/', '\\']).filter(|part| !matches!(*part, "" | "." | "..")).collect();
        let file = parts.pop().unwrap_or_default();
        Self { folders: parts, stem: without_extension(file) }
    }

    /// Returns the year of the name or of the nearest folder that has one.
    pub(super) fn year(&self) -> Option<i16> {
        std::iter::once(self.stem).chain(self.folders.iter().rev().copied()).find_map(year_of)
    }

    /// Looks for a date in the name of the file, then in name and folders together, then in a folder.
    pub(super) fn date(&self, calendar: &JournalCalendar, bounds: DateBounds) -> DateFinding {
        self.date_of_stem(calendar, bounds)
            .or_else(|| self.composed_date(calendar, bounds))
            .or_else(|| self.date_of_folders(calendar, bounds))
    }

    fn date_of_stem(&self, calendar: &JournalCalendar, bounds: DateBounds) -> DateFinding {
        let readings = read_dates(self.stem, calendar, DateContext::FileName);
        let mut found = first_within(&readings, self.stem, bounds);
        if let DateFinding::Within(outcome) = &mut found
            && self.stem.starts_with(UNIVERSAL_TIME_PREFIX)
            && let Some((date, minute)) = local_time(outcome, calendar)
            && bounds.contains(date)
        {
            (outcome.date, outcome.minute) = (date, Some(minute));
        }
        found.or_else(|| short_stamp(self.stem, calendar, bounds))
    }

    fn date_of_folders(&self, calendar: &JournalCalendar, bounds: DateBounds) -> DateFinding {
        let folders = self.folders.iter().rev().filter(|folder| !is_copy(folder));
        let found = folders.map(|folder| {
            let readings = read_dates(folder, calendar, DateContext::FileName);
            first_within(&readings, folder, bounds)
        });
        self.with_time_of_name(found.fold(DateFinding::Absent, |found, next| found.or_else(|| next)))
    }

    /// Takes a name that is a time for the time of the folder's day.
    fn with_time_of_name(&self, mut found: DateFinding) -> DateFinding {
        if let DateFinding::Within(outcome) = &mut found
            && outcome.minute.is_none()
            && self.stem.len() >= 4
        {
            outcome.minute = self.stem.parse().ok();
        }
        found
    }

    /// Looks for a day whose month and year are names of the folders above it.
    fn composed_date(&self, calendar: &JournalCalendar, bounds: DateBounds) -> DateFinding {
        let names: Vec<&str> = self.folders.iter().copied().chain([self.stem]).collect();
        for (level, name) in names.iter().enumerate().skip(1).rev() {
            let above: Vec<&str> = names[..level].iter().rev().take(MAX_LEVELS).copied().collect();
            let Some(day) = day_in_year(name, &above, calendar).or_else(|| day_in_month(name, &above)) else {
                continue;
            };
            if let Some(date) = Date::new(day.year, day.month, day.day).ok().filter(|date| bounds.contains(*date)) {
                let found = DateFinding::Within(day.outcome(date, name));
                return if level + 1 < names.len() { self.with_time_of_name(found) } else { found };
            }
        }
        DateFinding::Absent
    }
}

/// Returns whether a folder is named as a copy of notes; its date is that of the copy.
fn is_copy(folder: &str) -> bool {
    let name = fold(folder);
    COPY_WORDS.iter().any(|word| name.contains(word))
}

/// Returns the name without an extension of at most five letters and digits that is not a number.
fn without_extension(file: &str) -> &str {
    match file.rsplit_once('.') {
        Some((stem, extension))
            if !stem.is_empty()
                && (1..=8).contains(&extension.len())
                && extension.bytes().all(|byte| byte.is_ascii_alphanumeric())
                && !extension.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            stem
        }
        _ => file,
    }
}

/// Returns the first date within the bounds, else the first of all. Compact digits out of bounds are another number.
fn first_within(readings: &[DateReading], name: &str, bounds: DateBounds) -> DateFinding {
    let dated = readings.iter().filter(|reading| reading.year.is_some());
    let found = dated.map(|reading| (reading, DateFinding::of_reading(reading, name, DateOrigin::FileName, bounds)));
    let plausible =
        found.filter(|(reading, found)| reading.form != DateForm::CompactDigits || found.within().is_some());
    plausible.fold(DateFinding::Absent, |first, (_, next)| match (&first, &next) {
        (DateFinding::Absent, _) | (DateFinding::OutOfBounds(_), DateFinding::Within(_)) => next,
        _ => first,
    })
}

/// Returns date and time of a name in universal time, in the calendar's zone.
fn local_time(outcome: &DatingOutcome, calendar: &JournalCalendar) -> Option<(Date, EntryMinute)> {
    let minute = outcome.minute?.minutes();
    let (hour, minute) = (i8::try_from(minute / 60).ok()?, i8::try_from(minute % 60).ok()?);
    let at = outcome.date.at(hour, minute, 0, 0).to_zoned(TimeZone::UTC).ok()?;
    Some(calendar.day_of(at.timestamp()))
}

/// Reads a name of six digits, `240305`, which is a guess.
fn short_stamp(stem: &str, calendar: &JournalCalendar, bounds: DateBounds) -> DateFinding {
    let is_stamp = stem.len() == 6 && stem.bytes().all(|byte| byte.is_ascii_digit());
    let number = if is_stamp { stem.parse::<i32>().ok() } else { None };
    let date = number.and_then(|number| {
        let [year, month, day] = [number / 10_000, number / 100 % 100, number % 100];
        let year = calendar.full_year(i16::try_from(year).ok()?);
        Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
    });
    match date.filter(|date| bounds.contains(*date)) {
        Some(date) => DateFinding::Within(DatingOutcome {
            date,
            minute: None,
            origin: DateOrigin::FileName,
            guessed: true,
            note: Some(DatingNote::AssumedDay { written: stem.to_owned() }),
        }),
        None => DateFinding::Absent,
    }
}

/// Returns the only number of four digits in a name if it is a year, as in `2024`, `Diary 2024` and `2024年`.
fn year_of(name: &str) -> Option<i16> {
    let mut numbers = name.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty());
    let year = numbers.next().filter(|digits| digits.len() == 4)?.parse().ok()?;
    (numbers.next().is_none() && YEARS.contains(&year)).then_some(year)
}

/// Day found in the names of a path.
struct ComposedDay {
    year: i16,
    month: i8,
    day: i8,
    weekday: Option<Weekday>,
    /// Nothing but the day and its weekday is in the name.
    is_whole: bool,
    is_ambiguous: bool,
    minute: Option<EntryMinute>,
}

impl ComposedDay {
    fn outcome(&self, date: Date, name: &str) -> DatingOutcome {
        let written = name.to_owned();
        let note = if self.weekday.is_some_and(|weekday| weekday != date.weekday()) {
            Some(DatingNote::ContradictingWeekday { written })
        } else if self.is_ambiguous {
            Some(DatingNote::AmbiguousOrder { written })
        } else if self.is_whole {
            None
        } else {
            Some(DatingNote::AssumedDay { written })
        };
        let (minute, origin) = (self.minute, DateOrigin::FileName);
        DatingOutcome { date, minute, origin, guessed: note.is_some(), note }
    }
}

/// Reads a day below a month: `2024/03/08`, `2024/03-March/09-Sat`, `2024-03/05`.
fn day_in_month(name: &str, above: &[&str]) -> Option<ComposedDay> {
    let (year, month) = month_of(above.first()?)?;
    let year = year.or_else(|| year_of(above.get(1)?))?;
    let words: Vec<&str> = parts(name).collect();
    let (first, rest) = words.split_first()?;
    // The weekday may be before the day.
    let (weekday, first, rest) = match (weekday_of_word(first), rest.split_first()) {
        (Some(weekday), Some((day, rest))) => (Some(weekday), *day, rest),
        _ => (None, *first, rest),
    };
    let day = first.parse::<i8>().ok().filter(|day| first.len() <= 2 && (1..=31).contains(day))?;
    let rest: Vec<&str> =
        rest.iter().copied().filter(|word| !matches!(*word, "st" | "nd" | "rd" | "th" | "日")).collect();
    let weekday = weekday.or_else(|| weekday_of_word(rest.first()?));
    let is_whole = rest.len() <= usize::from(weekday.is_some());
    // "3 things" is no day.
    if !is_whole && first.len() < 2 {
        return None;
    }
    Some(ComposedDay { year, month, day, weekday, is_whole, is_ambiguous: false, minute: None })
}

/// Reads a month and a day below a year: `2024/03-05`, `2024/0305`, `2024/March/5 March`.
fn day_in_year(name: &str, above: &[&str], calendar: &JournalCalendar) -> Option<ComposedDay> {
    let parent = above.first()?;
    let folder_month = month_of(parent);
    let year = match folder_month {
        Some((year, _)) => year.or_else(|| year_of(above.get(1)?)),
        None => year_of(parent),
    }?;
    let readings = read_dates(name, calendar, DateContext::FileName);
    let expected = folder_month.map(|(_, month)| month);
    let fits = |month: i8| expected.is_none_or(|expected| expected == month);
    if let Some(reading) = readings.iter().find(|reading| reading.year.is_none() && fits(reading.month)) {
        return Some(ComposedDay {
            year,
            month: reading.month,
            day: reading.day,
            weekday: reading.weekday,
            is_whole: true,
            is_ambiguous: reading.doubt == Some(DateDoubt::AmbiguousOrder),
            minute: reading.minute,
        });
    }
    let words: Vec<&str> = parts(name).collect();
    let (first, second, rest) = match words[..] {
        [both, ref rest @ ..] if both.len() == 4 && both.is_ascii() => (&both[..2], &both[2..], rest),
        [first, second, ref rest @ ..] if first.len() == 2 && second.len() == 2 => (first, second, rest),
        _ => return None,
    };
    let (first, second): (i8, i8) = (first.parse().ok()?, second.parse().ok()?);
    let (month, day) = if first > 12 || expected == Some(second) { (second, first) } else { (first, second) };
    if !fits(month) {
        return None;
    }
    let is_decided = first == second || first > 12 || second > 12 || expected == Some(month);
    let weekday = rest.first().and_then(|word| weekday_of_word(word));
    Some(ComposedDay {
        year,
        month,
        day,
        weekday,
        is_whole: rest.len() <= usize::from(weekday.is_some()),
        is_ambiguous: !is_decided && calendar.date_order == DateOrder::DayFirst,
        minute: None,
    })
}

/// Reads the month of a folder, with its year if it has one: `03`, `03-March`, `March`, `2024-03`, `202403`, `3月`.
fn month_of(name: &str) -> Option<(Option<i16>, i8)> {
    let is_month = |month: &i8| (1..=12).contains(month);
    let words: Vec<&str> = parts(name).collect();
    if let [stamp, ..] = words[..]
        && stamp.len() == 6
        && stamp.is_ascii()
    {
        let year = stamp[..4].parse().ok().filter(|year| YEARS.contains(year))?;
        return Some((Some(year), stamp[4..].parse().ok().filter(is_month)?));
    }
    let year = words
        .iter()
        .find(|word| word.len() == 4)
        .and_then(|word| word.parse().ok())
        .filter(|year| YEARS.contains(year));
    let is_part = |word: &&str| {
        let is_number = matches!(word.len(), 1 | 2 | 4) && word.bytes().all(|byte| byte.is_ascii_digit());
        is_number || matches!(*word, "月" | "年") || month_number(word).is_some()
    };
    if !words.iter().all(is_part) {
        return None;
    }
    let numbers: Vec<i8> = words.iter().filter(|word| word.len() <= 2).filter_map(|word| word.parse().ok()).collect();
    let named = words.iter().find_map(|word| month_number(word));
    match (&numbers[..], named) {
        ([number], None) => Some(*number),
        ([number], Some(month)) if *number == month => Some(month),
        ([], Some(month)) => Some(month),
        _ => None,
    }
    .filter(is_month)
    .map(|month| (year, month))
}

/// Splits a name into its words and numbers; a digit next to a letter begins another part.
fn parts(name: &str) -> impl Iterator<Item = &str> {
    let class = |c: char| (c.is_ascii_digit(), c.is_alphabetic());
    let mut rest = name;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
        let first = rest.chars().next()?;
        let end = rest.find(|c: char| class(c) != class(first)).unwrap_or(rest.len());
        let (part, after) = rest.split_at(end);
        rest = after;
        Some(part)
    })
}
