//! The chunks and vectors of one text that somebody waits for, made before its entry is stored, and stored with it.

use std::sync::Arc;

use crate::ctx::Ctx;
use crate::embedding;
use crate::error::Error;
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
    pub(super) fn none(ctx: &Ctx) -> Self {
        Self { embedder: ctx.app.embedder(), chunks: None }
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

/// Makes the chunks and vectors of a text.
pub(super) async fn of(ctx: &Ctx, text: &str) -> Result<Vectors> {
    // Work that fills a core: more at once than there are cores would only take memory.
    let _turn = ctx.app.thinking.acquire().await.map_err(|error| Error::internal("waiting for a core", error))?;
    let settings = embedding::settings(&ctx.app.config.chunking)?;
    let (embedder, text) = (ctx.app.embedder(), text.to_owned());
    let using = embedder.clone();
    let chunks = match tokio::task::spawn_blocking(move || embedding::make(using.as_ref(), &settings, &text)).await {
        Ok(Ok(chunks)) => Some(chunks),
        // What stops the vectors does not stop the entry: the job tries again, and says why if it cannot.
        Ok(Err(_)) | Err(_) => None,
    };
    Ok(Vectors { embedder, chunks })
}
