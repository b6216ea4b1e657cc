//! Model's reply for one entry, with the settings of its run.

use std::collections::HashMap;

use crate::config::providers::EntityExtractionConfig;
use crate::domain::id::EntryId;
use crate::services::entities::extraction::prompt::KnownEntity;
use crate::services::entities::extraction::reply::ValidatedReply;
use crate::storage::notebook::entities::links::{EntrySource, ExtractionProvenance};

/// Settings that are the same for every entry of a run.
#[derive(Clone)]
pub(super) struct RunSettings {
    pub(super) settings: EntityExtractionConfig,
    /// Id of the embedder whose vectors are compared.
    pub(super) embedder: String,
    pub(super) author: String,
    pub(super) author_vector: Option<Vec<f32>>,
    pub(super) origin: ExtractionProvenance,
}

/// An entry with the model's validated reply.
pub(crate) struct ModelExtraction {
    pub(crate) entry: EntryId,
    pub(super) source: EntrySource,
    pub(super) offered: Vec<KnownEntity>,
    pub(super) reply: ValidatedReply,
    pub(super) vectors: HashMap<String, Vec<f32>>,
}
