//! Loads the vectors of a notebook into memory.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::PoisonError;

use rusqlite::named_params;

use crate::error::Result;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::state;
use crate::storage::vector_index::Day;
use crate::storage::vector_index::VectorIndex;

/// Returns the vectors as this snapshot sees them.
///
/// The picture in memory serves while its generation is the snapshot's; any process that
/// changes a vector or a date moves the generation in the same transaction.
pub(crate) fn index(db: &NotebookDb<'_>) -> Result<Arc<VectorIndex>> {
    let generation = state::generation(db)?;
    let mut picture = db.memory().0.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(index) = picture.as_ref().filter(|index| index.generation == generation) {
        return Ok(index.clone());
    }
    let index = Arc::new(load(db, generation)?);
    *picture = Some(index.clone());
    Ok(index)
}

fn load(db: &NotebookDb<'_>, generation: i64) -> Result<VectorIndex> {
    let Some((embedder, dimension)) = state::embedder(db)? else {
        return Ok(VectorIndex::new(generation, 0));
    };
    let mut days: HashMap<i64, Day> = HashMap::new();
    db.each("SELECT id, entry_date FROM entries INDEXED BY entries_by_date WHERE date_confirmed = 1", [], |row| {
        days.insert(row.get(0)?, day(row.get_ref(1)?.as_str()?));
        Ok(())
    })?;
    let mut index = VectorIndex::new(generation, dimension);
    db.each(
        "SELECT chunk_id, entry_id, scale, components FROM chunk_vectors WHERE embedder = :embedder ORDER BY chunk_id",
        named_params! { ":embedder": embedder },
        |row| {
            let (chunk_id, entry_id) = (row.get(0)?, row.get(1)?);
            if let Some(&day) = days.get(&entry_id) {
                #[expect(clippy::cast_possible_truncation, reason = "it was an f32 when it was stored")]
                let scale = row.get::<_, f64>(2)? as f32;
                index.push(entry_id, day, chunk_id, scale, row.get_ref(3)?.as_blob()?);
            }
            Ok(())
        },
    )?;
    Ok(index)
}

/// Writes a canonical date `YYYY-MM-DD` as `yyyymmdd`.
pub(crate) fn day(date: &str) -> Day {
    date.bytes().filter(u8::is_ascii_digit).fold(0, |day: Day, digit| day.wrapping_mul(10) + Day::from(digit - b'0'))
}
