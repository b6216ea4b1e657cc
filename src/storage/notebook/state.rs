//! The notebook's one row about itself.

use rusqlite::named_params;

use crate::error::Error;
use crate::error::Result;
use crate::secret::Secret;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::recent::Stand;

/// Writes the row of a new notebook.
pub(crate) fn begin(db: &NotebookDb<'_>, media_identity: &Secret<String>) -> Result<()> {
    db.run(
        "INSERT INTO notebook_state (id, media_identity) VALUES (1, :identity)",
        named_params! { ":identity": media_identity.expose() },
    )
    .map(drop)
}

/// Returns where the notebook stands.
pub(crate) fn stand(db: &NotebookDb<'_>) -> Result<Stand> {
    db.one("SELECT generation, revision FROM notebook_state", [], |row| {
        Ok(Stand { generation: row.get(0)?, revision: row.get(1)? })
    })
}

/// Returns the generation of what a search sees.
pub(crate) fn generation(db: &NotebookDb<'_>) -> Result<i64> {
    db.one("SELECT generation FROM notebook_state", [], |row| row.get(0))
}

/// Returns the model that the notebook's vectors come from, with its dimension.
pub(crate) fn embedder(db: &NotebookDb<'_>) -> Result<Option<(String, usize)>> {
    db.one("SELECT embedder, dimension FROM notebook_state", [], |row| {
        let id: Option<String> = row.get(0)?;
        let dimension: Option<u32> = row.get(1)?;
        Ok(id.zip(dimension.map(|dimension| dimension as usize)))
    })
}

/// Refuses to compare or mix vectors of one model with another's.
///
/// # Errors
/// `Conflict` with the command that makes them all anew.
pub(crate) fn expect_embedder(known: &(String, usize), id: &str, dimension: usize) -> Result<()> {
    if (known.0.as_str(), known.1) == (id, dimension) {
        return Ok(());
    }
    Err(Error::conflict(format!("the vectors of this journal come from {}, not {id}", known.0))
        .hint("`journal reindex --embed` makes them all anew"))
}

/// Sets the model that the notebook's vectors come from from now on.
pub(crate) fn set_embedder(db: &NotebookDb<'_>, id: &str, dimension: usize) -> Result<()> {
    db.run(
        "UPDATE notebook_state SET embedder = :id, dimension = :dimension, generation = generation + 1",
        named_params! { ":id": id, ":dimension": dimension },
    )
    .map(drop)
}

/// Returns the stored form of the identity that opens the notebook's originals.
pub(crate) fn media_identity(db: &NotebookDb<'_>) -> Result<Secret<String>> {
    db.one("SELECT media_identity FROM notebook_state", [], |row| row.get(0).map(Secret::new))
}
