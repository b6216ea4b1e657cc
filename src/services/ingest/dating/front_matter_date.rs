//! Date and time of an entry from its front matter.

use jiff::Timestamp;

use crate::domain::calendar::{EntryMinute, JournalCalendar};
use crate::domain::date_reader::{DateContext, fold, read_dates};
use crate::domain::entry_date::DateOrigin;
use crate::services::ingest::dating::evidence::DatingNote;
use crate::services::ingest::dating::finding::{DateFinding, YearRule};

/// Names of fields with the date of a note, in order of precedence, without `-`, `_` and blanks. When the value cannot be
/// read, the report says so.
const DATE_FIELDS: &[&str] = &[
    "date",
    "datum",
    "fecha",
    "data",
    "дата",
    "日期",
    "日付",
    "entrydate",
    "journaldate",
    "journalday",
    "datetime",
    "dateandtime",
    "created",
    "createdat",
    "createddate",
    "createdon",
    "createdtime",
    "creationdate",
    "creationtime",
    "datecreated",
    "erstellt",
    "erstelltam",
    "erstellungsdatum",
    "creele",
    "datedecreation",
    "creado",
    "creadoel",
    "fechadecreacion",
    "creato",
    "creatoil",
    "datacreazione",
    "datadicreazione",
    "aangemaakt",
    "aangemaaktop",
    "criado",
    "criadoem",
    "datadecriacao",
    "utworzono",
    "datautworzenia",
    "skapad",
    "создано",
    "датасоздания",
    "创建时间",
    "创建日期",
    "建立日期",
    "作成日",
    "作成日時",
];

/// Names of fields that may have a date, after [`DATE_FIELDS`].
const OTHER_FIELDS: &[&str] = &[
    "published",
    "publisheddate",
    "publishdate",
    "pubdate",
    "ctime",
    "timestamp",
    "day",
    "dia",
    "jour",
    "giorno",
    "dag",
    "time",
];

/// Names of fields with the time of a note.
const TIME_FIELDS: &[&str] = &[
    "time",
    "hour",
    "uhrzeit",
    "zeit",
    "heure",
    "hora",
    "ora",
    "orario",
    "tijd",
    "godzina",
    "czas",
    "tid",
    "klockslag",
    "время",
    "时间",
    "時間",
    "時刻",
];

/// Most bytes of a value that are read.
const MAX_VALUE: usize = 200;

/// Values of an empty field.
const EMPTY_VALUES: &[&str] = &["", "null", "~", "\"\"", "''", "[]", "{}"];

/// Result of reading the fields.
pub(super) struct FrontMatterDate {
    pub(super) finding: DateFinding,
    /// Time of a field of its own.
    pub(super) minute: Option<EntryMinute>,
    /// First date that could not be read.
    pub(super) note: Option<DatingNote>,
}

/// Reads the date of the first of the known fields that has one.
pub(super) fn read_front_matter(
    fields: &[(String, String)],
    calendar: &JournalCalendar,
    years: &YearRule,
    now: Timestamp,
) -> FrontMatterDate {
    let names: Vec<String> = fields.iter().map(|(name, _)| field_key(name)).collect();
    let with_name = |wanted: &'static str| {
        let matching = names.iter().zip(fields).filter(move |(name, _)| *name == wanted);
        matching.map(|(_, field)| field).filter(|(_, value)| !EMPTY_VALUES.contains(&value.trim()))
    };
    let mut found = FrontMatterDate { finding: DateFinding::Absent, minute: None, note: None };
    for (position, wanted) in DATE_FIELDS.iter().chain(OTHER_FIELDS).enumerate() {
        for (name, value) in with_name(wanted) {
            let read = read_value(value, calendar, years, now);
            // A text under `created` is an author's or a program's; under `date` it is meant as a date.
            let is_meant = position == 0 || value.contains(|c: char| c.is_ascii_digit());
            if read == DateFinding::Absent && is_meant && position < DATE_FIELDS.len() && found.note.is_none() {
                let (field, value) = (name.clone(), value.trim().to_owned());
                found.note = Some(DatingNote::UnreadFrontMatter { field, value });
            }
            if found.finding == DateFinding::Absent {
                found.finding = read;
            }
        }
        if found.finding != DateFinding::Absent {
            break;
        }
    }
    let mut times = TIME_FIELDS.iter().flat_map(|wanted| with_name(wanted));
    found.minute = times.find_map(|(_, value)| value.trim().trim_matches(['"', '\'']).parse().ok());
    found
}

/// Returns the name of a field without case, accents and separators.
fn field_key(name: &str) -> String {
    fold(name).chars().filter(|c| c.is_alphanumeric()).collect()
}

fn read_value(value: &str, calendar: &JournalCalendar, years: &YearRule, now: Timestamp) -> DateFinding {
    let origin = DateOrigin::FrontMatter;
    let value = &value[..value.floor_char_boundary(MAX_VALUE)];
    if let Some(at) = unix_time(value.trim().trim_matches(['"', '\'']), now) {
        let (date, minute) = calendar.day_of(at);
        return DateFinding::of_date(date, Some(minute), origin, years.bounds);
    }
    let readings = read_dates(value, calendar, DateContext::FieldValue);
    let Some(reading) = readings.iter().find(|reading| reading.year.is_some()).or(readings.first()) else {
        return DateFinding::Absent;
    };
    match reading.year {
        Some(_) => DateFinding::of_reading(reading, value, origin, years.bounds),
        None => years.resolve(reading, value, origin),
    }
}

/// Reads seconds or milliseconds since 1970, from 1990 to today.
fn unix_time(value: &str, now: Timestamp) -> Option<Timestamp> {
    const FIRST: i64 = 631_152_000;
    let number: i64 = value.parse().ok().filter(|_| value.bytes().all(|byte| byte.is_ascii_digit()))?;
    let seconds = match value.len() {
        9 | 10 => number,
        12 | 13 => number / 1000,
        _ => return None,
    };
    (FIRST..=now.as_second() + 86_400).contains(&seconds).then(|| Timestamp::from_second(seconds).ok())?
}
