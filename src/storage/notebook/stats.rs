//! Totals.

use rusqlite::named_params;

use crate::error::Result;
use crate::model::entry::Month;
use crate::model::entry::Stats;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::jobs;

/// Returns the totals of the entries between two dates.
pub(crate) fn totals(db: &NotebookDb<'_>, from: Option<&str>, to: Option<&str>) -> Result<Stats> {
    let months = months(db, from, to)?;
    let (first, last, chunks) = db.one(
        "SELECT MIN(entry_date), MAX(entry_date), COALESCE(SUM(chunk_count), 0)
         FROM entries INDEXED BY entries_summary
         WHERE entry_date >= COALESCE(:from, '') AND entry_date <= COALESCE(:to, '~')",
        named_params! { ":from": from, ":to": to },
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
        pending_entries: jobs::open(db, jobs::EMBED)?.cast_signed(),
        months,
    })
}

fn months(db: &NotebookDb<'_>, from: Option<&str>, to: Option<&str>) -> Result<Vec<Month>> {
    db.all(
        "SELECT SUBSTR(entry_date, 1, 7), COUNT(*), SUM(word_count) FROM entries INDEXED BY entries_summary
         WHERE entry_date >= COALESCE(:from, '') AND entry_date <= COALESCE(:to, '~')
         GROUP BY 1 ORDER BY 1",
        named_params! { ":from": from, ":to": to },
        |row| Ok(Month { month: row.get(0)?, entries: row.get(1)?, words: row.get(2)? }),
    )
}
