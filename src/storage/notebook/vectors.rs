//! Loads a notebook's vectors into memory.

use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::{Row, named_params};

use crate::error::Result;
use crate::storage::notebook::{NotebookDb, state};
use crate::storage::vector_index::{DayNumber, VectorIndex};

/// Maximum changed entries whose vectors are read one by one; beyond it a full load is as fast.
const MAX_SINGLE_RELOADS: usize = 256;

/// Returns the vector index of this snapshot.
///
/// The cached index is reused while its generation equals the snapshot's; any process that changes a vector or a date
/// increments the generation in the same transaction.
pub(crate) fn load_index(db: &NotebookDb<'_>) -> Result<Arc<VectorIndex>> {
    let generation = state::generation(db)?;
    let mut cached = db.memory().vectors.lock();
    let renewed = match cached.as_ref() {
        Some(index) if index.generation == generation => return Ok(index.clone()),
        Some(before) => update(db, before, generation)?,
        None => None,
    };
    let index = Arc::new(match renewed {
        Some(index) => index,
        None => load_all(db, generation)?,
    });
    *cached = Some(index.clone());
    Ok(index)
}

/// Updates an index by reading the changed entries; `None` if too many changed.
///
/// An entry's chunks are always replaced together and ids are never reused, so a new first chunk means a changed
/// entry.
fn update(db: &NotebookDb<'_>, before: &VectorIndex, generation: i64) -> Result<Option<VectorIndex>> {
    let Some((embedder, dimension)) = state::embedder(db)? else { return Ok(None) };
    if dimension != before.dimension() {
        return Ok(None);
    }
    let days = load_days(db)?;
    let mut first: HashMap<i64, i64> = HashMap::new();
    db.for_each_row("SELECT entry_id, MIN(id) FROM entry_chunks GROUP BY entry_id", [], |row| {
        let entry = row.get(0)?;
        if days.contains_key(&entry) {
            first.insert(entry, row.get(1)?);
        }
        Ok(())
    })?;
    let mut index = before.with_retained_entries(generation, |entry, chunk| {
        let same = first.get(&entry) == Some(&chunk);
        if same {
            first.remove(&entry);
        }
        days.get(&entry).copied().filter(|_| same)
    });
    if first.len() > MAX_SINGLE_RELOADS {
        return Ok(None);
    }
    let mut changed: Vec<(i64, i64)> = first.into_iter().map(|(entry, chunk)| (chunk, entry)).collect();
    changed.sort_unstable();
    for (_, entry) in changed {
        db.for_each_row(
            "SELECT v.chunk_id, v.entry_id, v.scale, v.components
             FROM entry_chunks c JOIN chunk_vectors v ON v.chunk_id = c.id
             WHERE c.entry_id = :entry AND v.embedder = :embedder ORDER BY v.chunk_id",
            named_params! { ":entry": entry, ":embedder": embedder },
            |row| push_row(&mut index, &days, row),
        )?;
    }
    Ok(Some(index))
}

fn load_all(db: &NotebookDb<'_>, generation: i64) -> Result<VectorIndex> {
    let Some((embedder, dimension)) = state::embedder(db)? else {
        return Ok(VectorIndex::new(generation, 0));
    };
    let days = load_days(db)?;
    let mut index = VectorIndex::new(generation, dimension);
    db.for_each_row(
        "SELECT chunk_id, entry_id, scale, components FROM chunk_vectors WHERE embedder = :embedder ORDER BY chunk_id",
        named_params! { ":embedder": embedder },
        |row| push_row(&mut index, &days, row),
    )?;
    Ok(index)
}

fn load_days(db: &NotebookDb<'_>) -> Result<HashMap<i64, DayNumber>> {
    let mut days = HashMap::new();
    db.for_each_row(
        "SELECT id, entry_date FROM entries INDEXED BY entries_by_date WHERE date_confirmed = 1",
        [],
        |row| {
            days.insert(row.get(0)?, day_number(row.get_ref(1)?.as_str()?));
            Ok(())
        },
    )?;
    Ok(days)
}

fn push_row(index: &mut VectorIndex, days: &HashMap<i64, DayNumber>, row: &Row<'_>) -> rusqlite::Result<()> {
    let (chunk_id, entry_id) = (row.get(0)?, row.get(1)?);
    if let Some(&day_number) = days.get(&entry_id) {
        #[expect(clippy::cast_possible_truncation, reason = "it was an f32 when it was stored")]
        let scale = row.get::<_, f64>(2)? as f32;
        index.push_row(entry_id, day_number, chunk_id, scale, row.get_ref(3)?.as_blob()?);
    }
    Ok(())
}

/// Converts a date `YYYY-MM-DD` to `yyyymmdd`.
pub(crate) fn day_number(date: &str) -> DayNumber {
    date.bytes()
        .filter(u8::is_ascii_digit)
        .fold(0, |day: DayNumber, digit| day.wrapping_mul(10) + DayNumber::from(digit - b'0'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::entry::SourceType;
    use crate::domain::id::EntryId;
    use crate::storage::notebook::chunks::{self, NewChunk};
    use crate::storage::notebook::{self, entries};
    use crate::storage::vector_index::quantise;

    fn chunked(db: &NotebookDb<'_>, entry: EntryId, count: u8) {
        let chunk = |position: u8| NewChunk {
            text: "rain".to_owned(),
            char_start: 0,
            char_end: 4,
            token_count: 1,
            vector: quantise(&[f32::from(position) + 1.0, 1.0, 0.5]),
        };
        chunks::replace(db, entry, "model", &(0..count).map(chunk).collect::<Vec<_>>()).unwrap();
    }

    /// Applies one random change to an entry.
    fn act(db: &NotebookDb<'_>, what: u8, entry: EntryId, count: u8) {
        match what {
            0 => {
                let new = entries::NewEntry {
                    entry_date: "2024-05-01",
                    date_confirmed: true,
                    dating: entries::EntryDating::default(),
                    title: None,
                    source_type: SourceType::TextEntry,
                    raw_text: "rain",
                    final_text: "rain",
                    window: None,
                    added_by: None,
                    at: "2024-05-01T00:00:00Z",
                };
                let id = entries::add(db, &new).unwrap();
                chunked(db, id, count);
            }
            1 => drop(entries::remove(db, entry).unwrap()),
            2 if entries::exists(db, entry).unwrap() => chunked(db, entry, count),
            3 => {
                let doubt = "UPDATE entries SET date_confirmed = 0 WHERE id = :id";
                db.execute(doubt, rusqlite::named_params! { ":id": entry.0 }).unwrap();
            }
            _ => {
                let dated = entries::EntryChange { entry_date: Some("2025-06-07"), ..entries::EntryChange::default() };
                entries::change(db, entry, &dated, None, "2024-05-01T00:00:00Z").unwrap();
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(12))]

        #[test]
        fn updated_index_equals_a_full_load(
            acts in prop::collection::vec((0u8..6, 1i64..8, 0u8..4), 1..25),
        ) {
            let (_folder, database) = notebook::test_support::temp_notebook();
            database.write(|db| state::set_embedder(db, "model", 3)).unwrap();
            for (what, entry, count) in acts {
                database.write(|db| { act(db, what, EntryId(entry), count); Ok(()) }).unwrap();

                let (renewed, loaded) =
                    database.read(|db| Ok((load_index(db)?, load_all(db, state::generation(db)?)?))).unwrap();

                let (mut renewed, mut loaded) = (renewed.all_rows(), loaded.all_rows());
                renewed.sort_by_key(|row| row.2);
                loaded.sort_by_key(|row| row.2);
                prop_assert_eq!(renewed, loaded);
            }
        }
    }
}
