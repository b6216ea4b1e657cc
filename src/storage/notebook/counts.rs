//! How much there is in a notebook, for those who run the machine: numbers and instants, never a word of it.

use rusqlite::named_params;

use crate::error::Result;
use crate::storage::notebook::NotebookDb;

/// How much there is.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Counts {
    pub(crate) entries: i64,
    pub(crate) words: i64,
    pub(crate) jobs: i64,
    pub(crate) jobs_queued: i64,
    pub(crate) jobs_running: i64,
    pub(crate) jobs_failed: i64,
    /// When an entry was last added.
    pub(crate) last_entry_at: Option<String>,
    /// What jobs cost, US dollars.
    pub(crate) cost: f64,
    /// What those since an instant cost.
    pub(crate) recent_cost: f64,
}

/// Counts what there is; `since` is where recent begins.
pub(crate) fn all(db: &NotebookDb<'_>, since: &str) -> Result<Counts> {
    let counts = db.one("SELECT COUNT(*), COALESCE(SUM(word_count), 0), MAX(created_at) FROM entries", [], |row| {
        Ok(Counts { entries: row.get(0)?, words: row.get(1)?, last_entry_at: row.get(2)?, ..Counts::default() })
    })?;
    db.one(
        "SELECT COUNT(*), COALESCE(SUM(cost_usd), 0.0), COALESCE(SUM(cost_usd) FILTER (WHERE created_at > :since), 0.0),
                COUNT(*) FILTER (WHERE status = 'queued'), COUNT(*) FILTER (WHERE status = 'running'),
                COUNT(*) FILTER (WHERE status = 'failed')
         FROM jobs",
        named_params! { ":since": since },
        |row| {
            Ok(Counts {
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

/// What is in a notebook, as a receipt tells it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Holdings {
    pub(crate) entries: u64,
    /// Originals, also of uploads that no entry was made of yet.
    pub(crate) originals: u64,
    pub(crate) original_bytes: u64,
    pub(crate) jobs: u64,
}

/// Counts what would go with a notebook.
pub(crate) fn holdings(db: &NotebookDb<'_>) -> Result<Holdings> {
    db.one(
        "SELECT (SELECT COUNT(*) FROM entries), (SELECT COUNT(*) FROM media),
                (SELECT COALESCE(SUM(plain_bytes), 0) FROM media), (SELECT COUNT(*) FROM jobs)",
        [],
        |row| {
            Ok(Holdings {
                entries: row.get(0)?,
                originals: row.get(1)?,
                original_bytes: row.get(2)?,
                jobs: row.get(3)?,
            })
        },
    )
}
