//! Weekly digest queries. Entries with an unconfirmed date are excluded.

use rusqlite::named_params;

use crate::domain::digest::{WeeklyMood, WeeklyPerson, WritingSummary};
use crate::error::Result;
use crate::storage::notebook::NotebookDb;

/// Counts entries, words and days between two days.
pub(crate) fn writing_totals(db: &NotebookDb<'_>, from: &str, to: &str) -> Result<WritingSummary> {
    db.query_one(
        "SELECT COUNT(*), COALESCE(SUM(word_count), 0), COUNT(DISTINCT entry_date)
         FROM entries INDEXED BY entries_summary
         WHERE entry_date >= :from AND entry_date <= :to AND date_confirmed = 1",
        named_params! { ":from": from, ":to": to },
        |row| Ok(WritingSummary { entries: row.get(0)?, words: row.get(1)?, days: row.get(2)? }),
    )
}

/// Returns the mean score per dimension between two days, by name; `change` is left empty.
pub(crate) fn average_moods(db: &NotebookDb<'_>, from: &str, to: &str) -> Result<Vec<WeeklyMood>> {
    db.query_all(
        "SELECT s.dimension, AVG(s.counted), COUNT(*) FROM mood_scores s JOIN entries e ON e.id = s.entry_id
         WHERE e.entry_date >= :from AND e.entry_date <= :to AND e.date_confirmed = 1
         GROUP BY s.dimension ORDER BY s.dimension",
        named_params! { ":from": from, ":to": to },
        |row| Ok(WeeklyMood { dimension: row.get(0)?, average: row.get(1)?, entries: row.get(2)?, change: None }),
    )
}

/// Returns the people mentioned between two days, by number of entries; quarantined ones are excluded.
pub(crate) fn mentioned_people(db: &NotebookDb<'_>, from: &str, to: &str) -> Result<Vec<WeeklyPerson>> {
    db.query_all(
        "SELECT n.canonical_name, COUNT(DISTINCT m.entry_id) AS entries
         FROM entity_mentions m JOIN entities n ON n.id = m.entity_id JOIN entries e ON e.id = m.entry_id
         WHERE n.entity_type = 'person' AND n.is_quarantined = 0
           AND e.entry_date >= :from AND e.entry_date <= :to AND e.date_confirmed = 1
         GROUP BY n.id ORDER BY entries DESC, n.canonical_name",
        named_params! { ":from": from, ":to": to },
        |row| Ok(WeeklyPerson { name: row.get(0)?, entries: row.get(1)? }),
    )
}
