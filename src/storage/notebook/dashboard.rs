//! Dashboard queries on entries, answered from indexes without reading text.

use rusqlite::named_params;

use crate::domain::dashboard::DayTotal;
use crate::domain::health::TableRowCounts;
use crate::domain::id::EntryId;
use crate::error::Result;
use crate::storage::notebook::NotebookDb;

/// Returns entries and words per day, earliest first; days without entries are omitted.
pub(crate) fn daily_totals(db: &NotebookDb<'_>, from: Option<&str>, to: Option<&str>) -> Result<Vec<DayTotal>> {
    db.query_all(
        "SELECT entry_date, COUNT(*), SUM(word_count) FROM entries INDEXED BY entries_summary
         WHERE entry_date >= COALESCE(:from, '') AND entry_date <= COALESCE(:to, '~')
         GROUP BY entry_date ORDER BY entry_date",
        named_params! { ":from": from, ":to": to },
        |row| Ok(DayTotal { date: row.get(0)?, entry_count: row.get(1)?, total_words: row.get(2)? }),
    )
}

/// Calls a closure with id and date of every entry in a date range, by date and id.
pub(crate) fn for_each_entry(
    db: &NotebookDb<'_>,
    from: Option<&str>,
    to: Option<&str>,
    mut take: impl FnMut(EntryId, &str),
) -> Result<()> {
    db.for_each_row(
        "SELECT id, entry_date FROM entries INDEXED BY entries_by_date
         WHERE entry_date >= COALESCE(:from, '') AND entry_date <= COALESCE(:to, '~') ORDER BY entry_date, id",
        named_params! { ":from": from, ":to": to },
        |row| {
            take(EntryId(row.get(0)?), row.get_ref(1)?.as_str()?);
            Ok(())
        },
    )
}

/// Returns the word count of each entry, ascending.
pub(crate) fn word_counts(db: &NotebookDb<'_>, from: Option<&str>, to: Option<&str>) -> Result<Vec<i64>> {
    db.query_all(
        "SELECT word_count FROM entries INDEXED BY entries_summary
         WHERE entry_date >= COALESCE(:from, '') AND entry_date <= COALESCE(:to, '~') ORDER BY word_count",
        named_params! { ":from": from, ":to": to },
        |row| row.get(0),
    )
}

/// Returns the number of entries per source type.
pub(crate) fn count_by_source(db: &NotebookDb<'_>) -> Result<Vec<(String, i64)>> {
    db.query_all(
        "SELECT source_type, COUNT(*) FROM entries INDEXED BY entries_summary GROUP BY source_type ORDER BY source_type",
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// Returns the creation time of the newest entry.
pub(crate) fn last_created_at(db: &NotebookDb<'_>) -> Result<Option<String>> {
    db.query_one("SELECT MAX(created_at) FROM entries INDEXED BY entries_summary", [], |row| row.get(0))
}

/// Counts the rows per table.
pub(crate) fn row_counts(db: &NotebookDb<'_>) -> Result<TableRowCounts> {
    db.query_one(
        "SELECT (SELECT COUNT(*) FROM entries), (SELECT COUNT(*) FROM entry_pages),
                (SELECT COUNT(*) FROM entry_chunks), (SELECT COUNT(*) FROM source_files),
                (SELECT COUNT(*) FROM mood_scores), (SELECT COUNT(*) FROM entities),
                (SELECT COUNT(*) FROM entity_aliases), (SELECT COUNT(*) FROM entity_mentions),
                (SELECT COUNT(*) FROM entity_relationships)",
        [],
        |row| {
            Ok(TableRowCounts {
                entries: row.get(0)?,
                entry_pages: row.get(1)?,
                entry_chunks: row.get(2)?,
                source_files: row.get(3)?,
                mood_scores: row.get(4)?,
                entities: row.get(5)?,
                entity_aliases: row.get(6)?,
                entity_mentions: row.get(7)?,
                entity_relationships: row.get(8)?,
            })
        },
    )
}
