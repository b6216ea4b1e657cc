//! What a week came to. Entries whose date is in doubt belong to no week.

use rusqlite::named_params;

use crate::error::Result;
use crate::model::digest::MoodOfWeek;
use crate::model::digest::PersonOfWeek;
use crate::model::digest::Written;
use crate::storage::notebook::NotebookDb;

/// Returns what was written between two days.
pub(crate) fn written(db: &NotebookDb<'_>, from: &str, to: &str) -> Result<Written> {
    db.one(
        "SELECT COUNT(*), COALESCE(SUM(word_count), 0), COUNT(DISTINCT entry_date)
         FROM entries INDEXED BY entries_summary
         WHERE entry_date >= :from AND entry_date <= :to AND date_confirmed = 1",
        named_params! { ":from": from, ":to": to },
        |row| Ok(Written { entries: row.get(0)?, words: row.get(1)?, days: row.get(2)? }),
    )
}

/// Returns the mean of each dimension that has a score between two days, by name; nothing is known of a change.
pub(crate) fn moods(db: &NotebookDb<'_>, from: &str, to: &str) -> Result<Vec<MoodOfWeek>> {
    db.all(
        "SELECT s.dimension, AVG(s.counted), COUNT(*) FROM mood_scores s JOIN entries e ON e.id = s.entry_id
         WHERE e.entry_date >= :from AND e.entry_date <= :to AND e.date_confirmed = 1
         GROUP BY s.dimension ORDER BY s.dimension",
        named_params! { ":from": from, ":to": to },
        |row| Ok(MoodOfWeek { dimension: row.get(0)?, average: row.get(1)?, entries: row.get(2)?, change: None }),
    )
}

/// Returns the people that entries between two days speak of, those of most entries first; not those in quarantine.
pub(crate) fn people(db: &NotebookDb<'_>, from: &str, to: &str) -> Result<Vec<PersonOfWeek>> {
    db.all(
        "SELECT n.canonical_name, COUNT(DISTINCT m.entry_id) AS entries
         FROM entity_mentions m JOIN entities n ON n.id = m.entity_id JOIN entries e ON e.id = m.entry_id
         WHERE n.entity_type = 'person' AND n.is_quarantined = 0
           AND e.entry_date >= :from AND e.entry_date <= :to AND e.date_confirmed = 1
         GROUP BY n.id ORDER BY entries DESC, n.canonical_name",
        named_params! { ":from": from, ":to": to },
        |row| Ok(PersonOfWeek { name: row.get(0)?, entries: row.get(1)? }),
    )
}
