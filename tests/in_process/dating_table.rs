//! Table of file names, front matter, texts and metadata with the date that each must get.
//!
//! The rows are in `tests/fixtures/dating/*.tsv`: path, front matter (`name=value`, separated by ` ;; `), text, metadata
//! (`local …` or `instant …`), settings, date (or `refused`), time, `certain` or `guessed`, and the reason. `-` is empty,
//! `\n` a line break. Without settings the zone is UTC, days start at midnight and nothing says whether the day or the
//! month is first. Every row is dated at [`NOW`] with a file time of [`FILE_TIME`].

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use journal::domain::calendar::JournalCalendar;
use journal::domain::entry_date::DateBounds;
use journal::services::ingest::dating::{CaptureTime, DateEvidence, DateFallback, determine_date};

/// Current time of every row.
const NOW: &str = "2026-11-25T12:00:00Z";
/// Modification time of every file.
const FILE_TIME: &str = "2026-11-20T08:15:00Z";
/// Fewest rows of the table.
const MIN_ROWS: usize = 400;
/// Fewest rows of each language.
const MIN_ROWS_OF_LANGUAGE: usize = 25;

const LANGUAGES: &[&str] = &[
    "chinese",
    "dutch",
    "english",
    "french",
    "german",
    "italian",
    "japanese",
    "polish",
    "portuguese",
    "russian",
    "spanish",
    "swedish",
];

/// Row of the table.
struct DatingRow {
    place: String,
    columns: Vec<String>,
}

impl DatingRow {
    /// Returns the text of a column of evidence.
    fn evidence(&self, at: usize) -> String {
        let column = &self.columns[at];
        if column == "-" {
            String::new()
        } else {
            column.replace("\\n", "\n").replace("\\t", "\t").replace("\\\\", "\\")
        }
    }

    /// Returns date, time and certainty that the row gets.
    fn dated(&self) -> String {
        let (path, fields, text) = (self.evidence(0), self.evidence(1), self.evidence(2));
        let front_matter: Vec<(String, String)> = fields
            .split(" ;; ")
            .filter_map(|field| field.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let metadata = self.columns[3].split_once(' ').map(|(kind, at)| match kind {
            "local" => CaptureTime::Local(at.parse().unwrap()),
            "instant" => CaptureTime::Instant(at.parse().unwrap()),
            _ => panic!("{}: {kind}", self.place),
        });
        let (calendar, explicit) = self.settings();
        let now: Timestamp = NOW.parse().unwrap();
        let outcome = determine_date(&DateEvidence {
            explicit,
            front_matter: &front_matter,
            path: &path,
            metadata,
            text: &text,
            fallback: DateFallback::FileTime(FILE_TIME.parse().unwrap()),
            now,
            bounds: DateBounds::until_tomorrow("1900-01-01".parse().unwrap(), calendar.today(now)),
            calendar: &calendar,
        });
        match outcome {
            Ok(found) => {
                let minute = found.minute.map_or_else(|| "-".to_owned(), |minute| minute.to_string());
                format!("{} {minute} {}", found.date, if found.guessed { "guessed" } else { "certain" })
            }
            Err(error) => {
                assert!(error.hint_text().is_some(), "{}", self.place);
                "refused - -".to_owned()
            }
        }
    }

    fn settings(&self) -> (JournalCalendar, Option<jiff::civil::Date>) {
        let settings: BTreeMap<&str, &str> =
            self.columns[4].split(' ').filter_map(|setting| setting.split_once('=')).collect();
        let zone = settings.get("zone").map_or(TimeZone::UTC, |name| TimeZone::get(name).unwrap());
        let order = settings.get("order").copied().unwrap_or("auto");
        let mut calendar = JournalCalendar::for_zone(zone).with_order(order, settings.get("locale").copied()).unwrap();
        calendar.day_start = settings.get("day_start").map_or(0, |hour| hour.parse().unwrap());
        if let Some(first) = settings.get("years") {
            calendar.two_digit_years = first.parse().unwrap();
        }
        (calendar, settings.get("explicit").map(|date| date.parse().unwrap()))
    }

    fn wanted(&self) -> String {
        self.columns[5..8].join(" ")
    }
}

/// Reads the tables by subject.
fn tables() -> BTreeMap<String, Vec<DatingRow>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/dating");
    let mut tables = BTreeMap::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let subject = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        let rows = text.lines().enumerate().filter(|(_, line)| !line.starts_with('#') && !line.is_empty());
        let rows = rows.map(|(number, line)| {
            let place = format!("{subject}.tsv:{}", number + 1);
            let columns: Vec<_> = line.split('\t').map(str::to_owned).collect();
            assert_eq!(columns.len(), 9, "{place}");
            assert!(columns[8].len() >= 8, "{place}: the reason is missing");
            DatingRow { place, columns }
        });
        tables.insert(subject.clone(), rows.collect());
    }
    tables
}

#[test]
fn every_row_gets_its_date() {
    let tables = tables();
    let rows = tables.values().flatten();
    let wrong: Vec<_> = rows
        .filter_map(|row| {
            let (wanted, found) = (row.wanted(), row.dated());
            (wanted != found).then(|| format!("{}: {found}, not {wanted} ({})", row.place, row.columns[8]))
        })
        .collect();

    assert!(wrong.is_empty(), "\n{}\n{} in all\n", wrong.join("\n"), wrong.len());
}

#[test]
fn the_table_has_enough_rows_of_every_language() {
    let tables = tables();

    assert!(tables.values().map(Vec::len).sum::<usize>() >= MIN_ROWS);
    for language in LANGUAGES {
        assert!(tables[*language].len() >= MIN_ROWS_OF_LANGUAGE, "{language}");
    }
    let mut seen = BTreeSet::new();
    for row in tables.values().flatten() {
        assert!(seen.insert(row.columns[..5].to_vec()), "{}: the evidence is that of another row", row.place);
    }
}
