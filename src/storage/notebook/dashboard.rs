//! What dashboards ask of entries, all read from indexes that hold no text.

use rusqlite::named_params;

use crate::error::Result;
use crate::model::dashboard::DayTotal;
use crate::model::health::RowCounts;
use crate::model::id::EntryId;
use crate::storage::notebook::NotebookDb;

/// Returns entries and words of each day that has any, earliest first.
pub(crate) fn days(db: &NotebookDb<'_>, from: Option<&str>, to: Option<&str>) -> Result<Vec<DayTotal>> {
    db.all(
        "SELECT entry_date, COUNT(*), SUM(word_count) FROM entries INDEXED BY entries_summary
         WHERE entry_date >= COALESCE(:from, '') AND entry_date <= COALESCE(:to, '~')
         GROUP BY entry_date ORDER BY entry_date",
        named_params! { ":from": from, ":to": to },
        |row| Ok(DayTotal { date: row.get(0)?, entry_count: row.get(1)?, total_words: row.get(2)? }),
    )
}

/// Hands on the number and the date of every entry of some dates, by date and number.
pub(crate) fn each_entry(
    db: &NotebookDb<'_>,
    from: Option<&str>,
    to: Option<&str>,
    mut take: impl FnMut(EntryId, &str),
) -> Result<()> {
    db.each(
        "SELECT id, entry_date FROM entries INDEXED BY entries_by_date
         WHERE entry_date >= COALESCE(:from, '') AND entry_date <= COALESCE(:to, '~') ORDER BY entry_date, id",
        named_params! { ":from": from, ":to": to },
        |row| {
            take(EntryId(row.get(0)?), row.get_ref(1)?.as_str()?);
            Ok(())
        },
    )
}

/// Returns the words of each entry, fewest first.
pub(crate) fn lengths(db: &NotebookDb<'_>, from: Option<&str>, to: Option<&str>) -> Result<Vec<i64>> {
    db.all(
        "SELECT word_count FROM entries INDEXED BY entries_summary
         WHERE entry_date >= COALESCE(:from, '') AND entry_date <= COALESCE(:to, '~') ORDER BY word_count",
        named_params! { ":from": from, ":to": to },
        |row| row.get(0),
    )
}

/// Returns the entries of each source.
pub(crate) fn sources(db: &NotebookDb<'_>) -> Result<Vec<(String, i64)>> {
    db.all(
        "SELECT source_type, COUNT(*) FROM entries INDEXED BY entries_summary GROUP BY source_type ORDER BY source_type",
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// Returns when the last entry came in.
pub(crate) fn last_came_in(db: &NotebookDb<'_>) -> Result<Option<String>> {
    db.one("SELECT MAX(created_at) FROM entries INDEXED BY entries_summary", [], |row| row.get(0))
}

/// Counts the rows of each table.
pub(crate) fn row_counts(db: &NotebookDb<'_>) -> Result<RowCounts> {
    db.one(
        "SELECT (SELECT COUNT(*) FROM entries), (SELECT COUNT(*) FROM entry_pages),
                (SELECT COUNT(*) FROM entry_chunks), (SELECT COUNT(*) FROM source_files),
                (SELECT COUNT(*) FROM mood_scores), (SELECT COUNT(*) FROM entities),
                (SELECT COUNT(*) FROM entity_aliases), (SELECT COUNT(*) FROM entity_mentions),
                (SELECT COUNT(*) FROM entity_relationships)",
        [],
        |row| {
            Ok(RowCounts {
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
