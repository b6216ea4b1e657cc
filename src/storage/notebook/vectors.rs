//! Loads the vectors of a notebook into memory.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::PoisonError;

use rusqlite::Row;
use rusqlite::named_params;

use crate::error::Result;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::state;
use crate::storage::vector_index::Day;
use crate::storage::vector_index::VectorIndex;

/// Entries whose vectors are read one by one; with more that changed, reading all of them takes no longer.
const FEW: usize = 256;

/// Returns the vectors as this snapshot sees them.
///
/// The picture in memory serves while its generation is the snapshot's; any process that
/// changes a vector or a date moves the generation in the same transaction.
pub(crate) fn index(db: &NotebookDb<'_>) -> Result<Arc<VectorIndex>> {
    let generation = state::generation(db)?;
    let mut picture = db.memory().vectors.lock().unwrap_or_else(PoisonError::into_inner);
    let renewed = match picture.as_ref() {
        Some(index) if index.generation == generation => return Ok(index.clone()),
        Some(before) => renew(db, before, generation)?,
        None => None,
    };
    let index = Arc::new(match renewed {
        Some(index) => index,
        None => load(db, generation)?,
    });
    *picture = Some(index.clone());
    Ok(index)
}

/// Brings a picture up to date by reading what changed; `None` when that is most of it.
///
/// An entry's chunks are only ever replaced together, and ids are never given twice, so its first chunk tells.
fn renew(db: &NotebookDb<'_>, before: &VectorIndex, generation: i64) -> Result<Option<VectorIndex>> {
    let Some((embedder, dimension)) = state::embedder(db)? else { return Ok(None) };
    if dimension != before.dimension() {
        return Ok(None);
    }
    let days = days(db)?;
    let mut first: HashMap<i64, i64> = HashMap::new();
    db.each("SELECT entry_id, MIN(id) FROM entry_chunks GROUP BY entry_id", [], |row| {
        let entry = row.get(0)?;
        if days.contains_key(&entry) {
            first.insert(entry, row.get(1)?);
        }
        Ok(())
    })?;
    let mut index = before.carried_over(generation, |entry, chunk| {
        let same = first.get(&entry) == Some(&chunk);
        if same {
            first.remove(&entry);
        }
        days.get(&entry).copied().filter(|_| same)
    });
    if first.len() > FEW {
        return Ok(None);
    }
    let mut changed: Vec<(i64, i64)> = first.into_iter().map(|(entry, chunk)| (chunk, entry)).collect();
    changed.sort_unstable();
    for (_, entry) in changed {
        db.each(
            "SELECT v.chunk_id, v.entry_id, v.scale, v.components
             FROM entry_chunks c JOIN chunk_vectors v ON v.chunk_id = c.id
             WHERE c.entry_id = :entry AND v.embedder = :embedder ORDER BY v.chunk_id",
            named_params! { ":entry": entry, ":embedder": embedder },
            |row| push(&mut index, &days, row),
        )?;
    }
    Ok(Some(index))
}

fn load(db: &NotebookDb<'_>, generation: i64) -> Result<VectorIndex> {
    let Some((embedder, dimension)) = state::embedder(db)? else {
        return Ok(VectorIndex::new(generation, 0));
    };
    let days = days(db)?;
    let mut index = VectorIndex::new(generation, dimension);
    db.each(
        "SELECT chunk_id, entry_id, scale, components FROM chunk_vectors WHERE embedder = :embedder ORDER BY chunk_id",
        named_params! { ":embedder": embedder },
        |row| push(&mut index, &days, row),
    )?;
    Ok(index)
}

fn days(db: &NotebookDb<'_>) -> Result<HashMap<i64, Day>> {
    let mut days = HashMap::new();
    db.each("SELECT id, entry_date FROM entries INDEXED BY entries_by_date WHERE date_confirmed = 1", [], |row| {
        days.insert(row.get(0)?, day(row.get_ref(1)?.as_str()?));
        Ok(())
    })?;
    Ok(days)
}

fn push(index: &mut VectorIndex, days: &HashMap<i64, Day>, row: &Row<'_>) -> rusqlite::Result<()> {
    let (chunk_id, entry_id) = (row.get(0)?, row.get(1)?);
    if let Some(&day) = days.get(&entry_id) {
        #[expect(clippy::cast_possible_truncation, reason = "it was an f32 when it was stored")]
        let scale = row.get::<_, f64>(2)? as f32;
        index.push(entry_id, day, chunk_id, scale, row.get_ref(3)?.as_blob()?);
    }
    Ok(())
}

/// Writes a canonical date `YYYY-MM-DD` as `yyyymmdd`.
pub(crate) fn day(date: &str) -> Day {
    date.bytes().filter(u8::is_ascii_digit).fold(0, |day: Day, digit| day.wrapping_mul(10) + Day::from(digit - b'0'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::entry::SourceType;
    use crate::model::id::EntryId;
    use crate::storage::notebook;
    use crate::storage::notebook::chunks;
    use crate::storage::notebook::chunks::NewChunk;
    use crate::storage::notebook::entries;
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

    /// Does one thing to one of the first entries.
    fn act(db: &NotebookDb<'_>, what: u8, entry: EntryId, count: u8) {
        match what {
            0 => {
                let new = entries::NewEntry {
                    entry_date: "2024-05-01",
                    date_confirmed: true,
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
                db.run(doubt, rusqlite::named_params! { ":id": entry.0 }).unwrap();
            }
            _ => {
                let dated = entries::Change { entry_date: Some("2025-06-07"), ..entries::Change::default() };
                entries::change(db, entry, &dated, None, "2024-05-01T00:00:00Z").unwrap();
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(12))]

        #[test]
        fn a_renewed_picture_is_the_one_that_loading_gives(
            acts in prop::collection::vec((0u8..6, 1i64..8, 0u8..4), 1..25),
        ) {
            let (_folder, database) = notebook::scratch();
            database.write(|db| state::set_embedder(db, "model", 3)).unwrap();
            for (what, entry, count) in acts {
                database.write(|db| { act(db, what, EntryId(entry), count); Ok(()) }).unwrap();

                let (renewed, loaded) =
                    database.read(|db| Ok((index(db)?, load(db, state::generation(db)?)?))).unwrap();

                let (mut renewed, mut loaded) = (renewed.all(), loaded.all());
                renewed.sort_by_key(|row| row.2);
                loaded.sort_by_key(|row| row.2);
                prop_assert_eq!(renewed, loaded);
            }
        }
    }
}
