//! Totals.

use jiff::civil::Date;
use rusqlite::named_params;

use crate::error::Result;
use crate::model::digest::Streaks;
use crate::model::entry::Month;
use crate::model::entry::Stats;
use crate::model::within::Within;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::jobs;

/// Returns the totals of a part of the notebook.
pub(crate) fn totals(db: &NotebookDb<'_>, within: &Within) -> Result<Stats> {
    let months = months(db, within)?;
    let (first, last, chunks) = db.one(
        "SELECT MIN(entry_date), MAX(entry_date), COALESCE(SUM(chunk_count), 0)
         FROM entries e INDEXED BY entries_summary
         WHERE entry_date >= COALESCE(:from, '') AND entry_date <= COALESCE(:to, '~') AND date_confirmed >= :confirmed
           AND (:without IS NULL OR NOT EXISTS (SELECT 1 FROM entry_tags t WHERE t.entry_id = e.id
                AND t.tag IN (SELECT value FROM json_each(:without))))",
        named_params! {
            ":from": within.from(), ":to": within.to(), ":confirmed": within.confirmed(),
            ":without": within.without(),
        },
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )?;
    let total_entries: i64 = months.iter().map(|month| month.entries).sum();
    let total_words: i64 = months.iter().map(|month| month.words).sum();
    let per = |sum: i64, count: usize| if count == 0 { 0.0 } else { sum as f64 / count as f64 };
    Ok(Stats {
        total_entries,
        date_range_start: first,
        date_range_end: last,
        total_words,
        avg_words_per_entry: per(total_words, usize::try_from(total_entries).unwrap_or(0)),
        entries_per_month: per(total_entries, months.len()),
        total_chunks: chunks,
        pending_entries: pending(db, within)?,
        months,
        streaks: Streaks::default(),
    })
}

/// Returns the days of a part of the notebook that have an entry, earliest first. A date in doubt is no day.
pub(crate) fn days(db: &NotebookDb<'_>, within: &Within) -> Result<Vec<Date>> {
    let days: Vec<String> = db.all(
        "SELECT DISTINCT entry_date FROM entries e INDEXED BY entries_summary
         WHERE entry_date >= COALESCE(:from, '') AND entry_date <= COALESCE(:to, '~') AND date_confirmed >= 1
           AND (:without IS NULL OR NOT EXISTS (SELECT 1 FROM entry_tags t WHERE t.entry_id = e.id
                AND t.tag IN (SELECT value FROM json_each(:without))))
         ORDER BY entry_date",
        named_params! { ":from": within.from(), ":to": within.to(), ":without": within.without() },
        |row| row.get(0),
    )?;
    Ok(days.iter().filter_map(|day| day.parse().ok()).collect())
}

/// Returns the earlier days of a part of the notebook that have an entry and are one of these, `MM-DD`; latest first.
pub(crate) fn earlier_days(db: &NotebookDb<'_>, within: &Within, before: Date, days: &[String]) -> Result<Vec<Date>> {
    let days: Vec<String> = db.all(
        "SELECT DISTINCT entry_date FROM entries e INDEXED BY entries_summary
         WHERE entry_date >= COALESCE(:from, '') AND entry_date <= COALESCE(:to, '~') AND entry_date < :before
           AND date_confirmed >= 1 AND SUBSTR(entry_date, 6) IN (SELECT value FROM json_each(:days))
           AND (:without IS NULL OR NOT EXISTS (SELECT 1 FROM entry_tags t WHERE t.entry_id = e.id
                AND t.tag IN (SELECT value FROM json_each(:without))))
         ORDER BY entry_date DESC",
        named_params! {
            ":from": within.from(), ":to": within.to(), ":before": before.to_string(),
            ":days": serde_json::json!(days).to_string(), ":without": within.without(),
        },
        |row| row.get(0),
    )?;
    Ok(days.iter().filter_map(|day| day.parse().ok()).collect())
}

/// Counts the entries whose vectors are still to be made.
fn pending(db: &NotebookDb<'_>, within: &Within) -> Result<i64> {
    if !within.is_bounded() {
        return Ok(jobs::open(db, jobs::EMBED)?.cast_signed());
    }
    db.one(
        "SELECT COUNT(*) FROM jobs j JOIN entries e ON e.id = j.entry_id
         WHERE j.kind = :kind AND j.status IN ('queued', 'running')
           AND entry_date >= COALESCE(:from, '') AND entry_date <= COALESCE(:to, '~') AND date_confirmed >= :confirmed
           AND (:without IS NULL OR NOT EXISTS (SELECT 1 FROM entry_tags t WHERE t.entry_id = e.id
                AND t.tag IN (SELECT value FROM json_each(:without))))",
        named_params! {
            ":kind": jobs::EMBED, ":from": within.from(), ":to": within.to(), ":confirmed": within.confirmed(),
            ":without": within.without(),
        },
        |row| row.get(0),
    )
}

fn months(db: &NotebookDb<'_>, within: &Within) -> Result<Vec<Month>> {
    db.all(
        "SELECT SUBSTR(entry_date, 1, 7), COUNT(*), SUM(word_count) FROM entries e INDEXED BY entries_summary
         WHERE entry_date >= COALESCE(:from, '') AND entry_date <= COALESCE(:to, '~') AND date_confirmed >= :confirmed
           AND (:without IS NULL OR NOT EXISTS (SELECT 1 FROM entry_tags t WHERE t.entry_id = e.id
                AND t.tag IN (SELECT value FROM json_each(:without))))
         GROUP BY 1 ORDER BY 1",
        named_params! {
            ":from": within.from(), ":to": within.to(), ":confirmed": within.confirmed(),
            ":without": within.without(),
        },
        |row| Ok(Month { month: row.get(0)?, entries: row.get(1)?, words: row.get(2)? }),
    )
}
