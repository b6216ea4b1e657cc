//! Row counts of a notebook for operators: numbers and times, never text.

use rusqlite::named_params;

use crate::domain::journal_span::JournalSpan;
use crate::error::Result;
use crate::storage::notebook::NotebookDb;

/// Row counts and job costs of a notebook.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct NotebookCounts {
    pub(crate) entries: i64,
    pub(crate) words: i64,
    pub(crate) jobs: i64,
    pub(crate) jobs_queued: i64,
    pub(crate) jobs_running: i64,
    pub(crate) jobs_failed: i64,
    /// Time at which the newest entry was added.
    pub(crate) last_entry_at: Option<String>,
    /// Cost of all jobs in US dollars.
    pub(crate) cost: f64,
    /// Cost of recent jobs in US dollars.
    pub(crate) recent_cost: f64,
}

/// Counts the rows; jobs created after `since` are recent.
pub(crate) fn notebook_counts(db: &NotebookDb<'_>, since: &str) -> Result<NotebookCounts> {
    let counts =
        db.query_one("SELECT COUNT(*), COALESCE(SUM(word_count), 0), MAX(created_at) FROM entries", [], |row| {
            Ok(NotebookCounts {
                entries: row.get(0)?,
                words: row.get(1)?,
                last_entry_at: row.get(2)?,
                ..NotebookCounts::default()
            })
        })?;
    db.query_one(
        "SELECT COUNT(*), COALESCE(SUM(cost_usd), 0.0), COALESCE(SUM(cost_usd) FILTER (WHERE created_at > :since), 0.0),
                COUNT(*) FILTER (WHERE status = 'queued'), COUNT(*) FILTER (WHERE status = 'running'),
                COUNT(*) FILTER (WHERE status = 'failed')
         FROM jobs",
        named_params! { ":since": since },
        |row| {
            Ok(NotebookCounts {
                jobs: row.get(0)?,
                cost: row.get(1)?,
                recent_cost: row.get(2)?,
                jobs_queued: row.get(3)?,
                jobs_running: row.get(4)?,
                jobs_failed: row.get(5)?,
                ..counts
            })
        },
    )
}

/// Totals of a notebook for a deletion receipt.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct NotebookTotals {
    pub(crate) entries: u64,
    /// Entries in the trash.
    pub(crate) trashed: u64,
    /// Originals, including those of uploads without an entry yet and of the trash.
    pub(crate) originals: u64,
    pub(crate) original_bytes: u64,
    pub(crate) jobs: u64,
}

/// Counts the rows that deleting the notebook removes.
pub(crate) fn notebook_totals(db: &NotebookDb<'_>) -> Result<NotebookTotals> {
    db.query_one(
        "SELECT (SELECT COUNT(*) FROM entries), (SELECT COUNT(*) FROM media),
                (SELECT COALESCE(SUM(plain_bytes), 0) FROM media), (SELECT COUNT(*) FROM jobs),
                (SELECT COUNT(*) FROM trashed_entries)",
        [],
        |row| {
            Ok(NotebookTotals {
                entries: row.get(0)?,
                originals: row.get(1)?,
                original_bytes: row.get(2)?,
                jobs: row.get(3)?,
                trashed: row.get(4)?,
            })
        },
    )
}

/// Counts the entries and returns their first and last day.
pub(crate) fn journal_span(db: &NotebookDb<'_>) -> Result<JournalSpan> {
    db.query_one("SELECT COUNT(*), MIN(entry_date), MAX(entry_date) FROM entries", [], |row| {
        Ok(JournalSpan { entries: row.get(0)?, first_day: row.get(1)?, last_day: row.get(2)? })
    })
}
