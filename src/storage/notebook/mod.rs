//! `notebook.db`: entries and everything made of them.

pub(crate) mod chunks;
pub(crate) mod counts;
pub(crate) mod entries;
pub(crate) mod jobs;
pub(crate) mod keyword;
pub(crate) mod sources;
pub(crate) mod state;
pub(crate) mod stats;
pub(crate) mod vectors;
pub(crate) mod versions;

use std::sync::Arc;
use std::sync::Mutex;

use crate::storage::database::Db;
use crate::storage::database::Purpose;
use crate::storage::vector_index::VectorIndex;

mod embedded {
    refinery::embed_migrations!("migrations/notebook");
}

/// A notebook's database.
pub(crate) struct Notebook;

/// The picture of the vectors last loaded; good while its generation is the notebook's.
#[derive(Default)]
pub(crate) struct Picture(pub(crate) Mutex<Option<Arc<VectorIndex>>>);

impl Purpose for Notebook {
    type Memory = Picture;

    fn migrations() -> refinery::Runner {
        embedded::migrations::runner()
    }
}

/// A handle to its rows.
pub(crate) type NotebookDb<'c> = Db<'c, Notebook>;
