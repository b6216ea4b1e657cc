//! Totals of entries, by month and overall.

use jiff::civil::Date;

use crate::domain::access_filter::AccessFilter;
use crate::domain::entry::{MonthStats, NotebookStats};
use crate::domain::writing_streaks::WritingStreaks;
use crate::error::Result;
use crate::storage::notebook::entry_access::{self, restricted_statement};
use crate::storage::notebook::{NotebookDb, jobs};

/// Returns the totals within a boundary.
pub(crate) fn entry_totals(db: &NotebookDb<'_>, within: &AccessFilter) -> Result<NotebookStats> {
    let months = monthly_totals(db, within)?;
    let (first, last, chunks) = entry_access::query_one(
        db,
        within,
        restricted_statement!(
            "SELECT MIN(entry_date), MAX(entry_date), COALESCE(SUM(chunk_count), 0)
             FROM entries e INDEXED BY entries_summary
             WHERE"
        ),
        &[],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )?;
    let total_entries: i64 = months.iter().map(|month| month.entries).sum();
    let total_words: i64 = months.iter().map(|month| month.words).sum();
    let per = |sum: i64, count: usize| if count == 0 { 0.0 } else { sum as f64 / count as f64 };
    Ok(NotebookStats {
        total_entries,
        date_range_start: first,
        date_range_end: last,
        total_words,
        avg_words_per_entry: per(total_words, usize::try_from(total_entries).unwrap_or(0)),
        entries_per_month: per(total_entries, months.len()),
        total_chunks: chunks,
        pending_entries: count_pending(db, within)?,
        months,
        streaks: WritingStreaks::default(),
    })
}

/// Returns the days with an entry within a boundary, earliest first; unconfirmed dates are excluded.
pub(crate) fn list_days(db: &NotebookDb<'_>, within: &AccessFilter) -> Result<Vec<Date>> {
    let days: Vec<String> = entry_access::query_all(
        db,
        within,
        restricted_statement!(
            "SELECT DISTINCT entry_date FROM entries e INDEXED BY entries_summary
             WHERE date_confirmed >= 1 AND",
            "ORDER BY entry_date"
        ),
        &[],
        |row| row.get(0),
    )?;
    Ok(days.iter().filter_map(|day| day.parse().ok()).collect())
}

/// Returns the days with an entry before a date that match one of `days` (`MM-DD`), latest first.
pub(crate) fn list_earlier_days(
    db: &NotebookDb<'_>,
    within: &AccessFilter,
    before: Date,
    days: &[String],
) -> Result<Vec<Date>> {
    let days: Vec<String> = entry_access::query_all(
        db,
        within,
        restricted_statement!(
            "SELECT DISTINCT entry_date FROM entries e INDEXED BY entries_summary
             WHERE entry_date < :before
               AND date_confirmed >= 1 AND SUBSTR(entry_date, 6) IN (SELECT value FROM json_each(:days)) AND",
            "ORDER BY entry_date DESC"
        ),
        &[(":before", &before.to_string()), (":days", &serde_json::json!(days).to_string())],
        |row| row.get(0),
    )?;
    Ok(days.iter().filter_map(|day| day.parse().ok()).collect())
}

/// Counts the entries whose vectors are pending.
fn count_pending(db: &NotebookDb<'_>, within: &AccessFilter) -> Result<i64> {
    if !within.has_key_restrictions() {
        return Ok(jobs::count_open(db, jobs::EMBED)?.cast_signed());
    }
    entry_access::query_one(
        db,
        within,
        restricted_statement!(
            "SELECT COUNT(*) FROM jobs j JOIN entries e ON e.id = j.entry_id
             WHERE j.kind = :kind AND j.status IN ('queued', 'running') AND"
        ),
        &[(":kind", &jobs::EMBED)],
        |row| row.get(0),
    )
}

fn monthly_totals(db: &NotebookDb<'_>, within: &AccessFilter) -> Result<Vec<MonthStats>> {
    entry_access::query_all(
        db,
        within,
        restricted_statement!(
            "SELECT SUBSTR(entry_date, 1, 7), COUNT(*), SUM(word_count) FROM entries e INDEXED BY entries_summary
             WHERE",
            "GROUP BY 1 ORDER BY 1"
        ),
        &[],
        |row| Ok(MonthStats { month: row.get(0)?, entries: row.get(1)?, words: row.get(2)? }),
    )
}
