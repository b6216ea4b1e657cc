//! The state row of a notebook: version counters, embedder and media identity.

use rusqlite::named_params;

use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::cache::CacheVersion;

/// Adds the state row of a new notebook.
pub(crate) fn insert(db: &NotebookDb<'_>, media_identity: &Secret<String>) -> Result<()> {
    db.execute(
        "INSERT INTO notebook_state (id, media_identity) VALUES (1, :identity)",
        named_params! { ":identity": media_identity.expose() },
    )
    .map(drop)
}

/// Returns the counters that validate caches.
pub(crate) fn cache_version(db: &NotebookDb<'_>) -> Result<CacheVersion> {
    db.query_one("SELECT generation, revision FROM notebook_state", [], |row| {
        Ok(CacheVersion { vector_generation: row.get(0)?, revision: row.get(1)? })
    })
}

/// Returns the generation of the search data.
pub(crate) fn generation(db: &NotebookDb<'_>) -> Result<i64> {
    db.query_one("SELECT generation FROM notebook_state", [], |row| row.get(0))
}

/// Returns the embedder of the notebook's vectors with its dimension.
pub(crate) fn embedder(db: &NotebookDb<'_>) -> Result<Option<(String, usize)>> {
    db.query_one("SELECT embedder, dimension FROM notebook_state", [], |row| {
        let id: Option<String> = row.get(0)?;
        let dimension: Option<u32> = row.get(1)?;
        Ok(id.zip(dimension.map(|dimension| dimension as usize)))
    })
}

/// Checks that vectors of the notebook's embedder and another are not mixed.
///
/// # Errors
/// `Conflict` with the command that re-embeds all entries.
pub(crate) fn check_embedder(known: &(String, usize), id: &str, dimension: usize) -> Result<()> {
    if (known.0.as_str(), known.1) == (id, dimension) {
        return Ok(());
    }
    Err(Error::conflict(format!("the vectors of this journal come from {}, not {id}", known.0))
        .hint("`journal reindex --embed` recomputes all vectors"))
}

/// Sets the embedder of the notebook's vectors.
pub(crate) fn set_embedder(db: &NotebookDb<'_>, id: &str, dimension: usize) -> Result<()> {
    db.execute(
        "UPDATE notebook_state SET embedder = :id, dimension = :dimension, generation = generation + 1",
        named_params! { ":id": id, ":dimension": dimension },
    )
    .map(drop)
}

/// Returns the age identity of the notebook's originals, as stored.
pub(crate) fn media_identity(db: &NotebookDb<'_>) -> Result<Secret<String>> {
    db.query_one("SELECT media_identity FROM notebook_state", [], |row| row.get(0).map(Secret::new))
}
