//! The chunks and vectors of one text that somebody waits for, made before its entry is stored, and stored with it.

use std::sync::Arc;

use crate::ctx::Ctx;
use crate::embedding;
use crate::error::Kind;
use crate::error::Result;
use crate::model::id::EntryId;
use crate::model::id::JobId;
use crate::providers::embedder::Embedder;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::chunks;
use crate::storage::notebook::chunks::NewChunk;
use crate::storage::notebook::jobs;

/// What was made of a text.
pub(super) struct Vectors {
    embedder: Arc<dyn Embedder>,
    /// `None` is left to a job.
    chunks: Option<Vec<NewChunk>>,
}

impl Vectors {
    /// Leaves everything to a job.
    pub(super) fn by(embedder: Arc<dyn Embedder>) -> Self {
        Self { embedder, chunks: None }
    }

    /// Tells whether the text leaves the machine for it.
    pub(super) fn is_remote(&self) -> bool {
        self.embedder.is_remote()
    }

    /// Makes the chunks and vectors of a text; what stops them does not stop the entry, it leaves them to a job.
    pub(super) async fn of(self, ctx: &Ctx, text: &str) -> Result<Self> {
        // A provider takes none.
        let _turn = if self.is_remote() { None } else { Some(ctx.app.core().await?) };
        let settings = embedding::settings(&ctx.app.config.chunking)?;
        let (using, text) = (self.embedder.clone(), text.to_owned());
        let made = tokio::task::spawn_blocking(move || embedding::make(using.as_ref(), &settings, &text)).await;
        Ok(Self { chunks: made.ok().and_then(Result::ok), ..self })
    }

    /// Stores them for an entry that was just added; false when they were left to `job`.
    pub(super) fn store(&self, db: &NotebookDb<'_>, entry: EntryId, job: JobId, at: &str) -> Result<bool> {
        let fits = match embedding::expect_same_model(db, self.embedder.as_ref()) {
            Ok(()) => true,
            // The entry is stored all the same; `journal reindex` makes its vectors with the others.
            Err(error) if error.kind() == Kind::Conflict => false,
            Err(error) => return Err(error),
        };
        match &self.chunks {
            Some(chunks) if fits => chunks::replace(db, entry, self.embedder.id(), chunks).map(|()| true),
            _ => jobs::enqueue_first(db, job, jobs::EMBED, entry, at).map(|()| false),
        }
    }
}
