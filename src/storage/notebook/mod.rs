//! `notebook.db`: entries and everything made of them.

pub(crate) mod activity;
pub(crate) mod chunks;
pub(crate) mod claims;
pub(crate) mod counts;
pub(crate) mod dashboard;
pub(crate) mod derived;
pub(crate) mod digest;
pub(crate) mod egress;
pub(crate) mod entities;
pub(crate) mod entries;
pub(crate) mod imported;
pub(crate) mod jobs;
pub(crate) mod keyword;
pub(crate) mod moods;
pub(crate) mod notices;
pub(crate) mod portable;
pub(crate) mod reads;
pub(crate) mod recent;
pub(crate) mod relink;
pub(crate) mod samples;
pub(crate) mod sources;
pub(crate) mod state;
pub(crate) mod stats;
pub(crate) mod steps;
pub(crate) mod tags;
pub(crate) mod uploads;
pub(crate) mod vectors;
pub(crate) mod versions;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use crate::model::timing::Timing;
use crate::model::timing::Timings;
use crate::storage::database::Db;
use crate::storage::database::Purpose;
use crate::storage::notebook::recent::Recent;
use crate::storage::vector_index::VectorIndex;

mod embedded {
    refinery::embed_migrations!("migrations/notebook");
}

/// A notebook's database.
pub(crate) struct Notebook;

/// What is kept in memory beside an open notebook, and goes with it: nothing of one notebook can reach another's caller.
#[derive(Default)]
pub(crate) struct Memory {
    /// The picture of the vectors last loaded; good while its generation is the notebook's.
    pub(crate) vectors: Mutex<Option<Arc<VectorIndex>>>,
    /// What was searched and listed lately.
    pub(crate) recent: Recent,
    /// How long the answers took.
    pub(crate) timings: Mutex<Timings>,
}

impl Memory {
    /// Notes how long an answer took.
    pub(crate) fn note(&self, kind: &'static str, took: Duration) {
        self.timings.lock().unwrap_or_else(PoisonError::into_inner).note(kind, took);
    }

    /// Returns how long the answers took.
    pub(crate) fn told(&self) -> BTreeMap<String, Timing> {
        self.timings.lock().unwrap_or_else(PoisonError::into_inner).told()
    }
}

impl Purpose for Notebook {
    type Memory = Memory;

    fn migrations() -> refinery::Runner {
        embedded::migrations::runner()
    }
}

/// A handle to its rows.
pub(crate) type NotebookDb<'c> = Db<'c, Notebook>;

/// A new notebook's database in a folder that goes with it.
#[cfg(test)]
pub(crate) fn scratch() -> (tempfile::TempDir, crate::storage::database::Database<Notebook>) {
    use crate::crypto::key::Key;
    use crate::entropy::OsEntropy;
    use crate::secret::Secret;
    use crate::storage::database::Database;

    let folder = tempfile::tempdir().unwrap();
    let key = Key::draw(&OsEntropy).unwrap();
    let database = Database::create(&folder.path().join("notebook.db"), &key, &folder.path().join("lock")).unwrap();
    database.write(|db| state::begin(db, &Secret::new("none".to_owned()))).unwrap();
    (folder, database)
}

#[cfg(test)]
mod tests;
