//! Chunks and vectors of one text, computed before its entry is stored and stored with it.

use std::sync::Arc;

use crate::app::context::Ctx;
use crate::blocking::run_blocking;
use crate::domain::id::{EntryId, JobId};
use crate::error::{ErrorKind, Result};
use crate::providers::embedder::TextEmbedder;
use crate::services::embedding;
use crate::storage::notebook::chunks::{self, NewChunk};
use crate::storage::notebook::{NotebookDb, jobs};

/// Chunks of a text, or none if a job computes them.
pub(super) struct EntryVectors {
    embedder: Arc<dyn TextEmbedder>,
    /// `None` leaves them to a job.
    chunks: Option<Vec<NewChunk>>,
}

impl EntryVectors {
    /// Leaves the computation to a job.
    pub(super) fn deferred(embedder: Arc<dyn TextEmbedder>) -> Self {
        Self { embedder, chunks: None }
    }

    /// Returns true if the text would be sent to a provider.
    pub(super) fn is_remote(&self) -> bool {
        self.embedder.is_remote()
    }

    /// Computes the chunks and vectors of a text; an error leaves them to a job instead of failing the entry.
    pub(super) async fn compute(self, ctx: &Ctx, text: &str) -> Result<Self> {
        // Remote providers need no CPU slot.
        let _cpu_slot = if self.is_remote() { None } else { Some(ctx.app.acquire_cpu().await?) };
        let settings = embedding::chunking_settings(&ctx.app.config.chunking)?;
        let (embedder, text) = (self.embedder.clone(), text.to_owned());
        let result = run_blocking(move || embedding::chunk_and_embed(embedder.as_ref(), &settings, &text)).await;
        Ok(Self { chunks: result.ok(), ..self })
    }

    /// Stores the chunks of a new entry; false if they were left to `job`.
    pub(super) fn store(&self, db: &NotebookDb<'_>, entry: EntryId, job: JobId, at: &str) -> Result<bool> {
        let fits = match embedding::ensure_same_model(db, self.embedder.as_ref()) {
            Ok(()) => true,
            // The entry is stored anyway; `journal reindex` embeds it with the others.
            Err(error) if error.kind() == ErrorKind::Conflict => false,
            Err(error) => return Err(error),
        };
        match &self.chunks {
            Some(chunks) if fits => chunks::replace(db, entry, self.embedder.id(), chunks).map(|()| true),
            _ => jobs::enqueue_for_new_entry(db, job, jobs::EMBED, entry, at).map(|()| false),
        }
    }
}
