//! The handlers of all job kinds.

use crate::app::state::AppState;
use crate::domain::scope::Scope;
use crate::jobs::handler::HandlerRegistry;
use crate::jobs::handlers::embedding::EmbeddingHandler;
use crate::jobs::handlers::entity_extraction::EntityExtractionHandler;
use crate::jobs::handlers::entity_reembed::EntityReembedHandler;
use crate::jobs::handlers::mood_backfill::MoodBackfillHandler;
use crate::jobs::handlers::mood_score::MoodScoreHandler;
use crate::jobs::handlers::upload::{PhotoUploadHandler, RecordingUploadHandler};

/// Maximum batch of the server: small, so that requests wait little for its transaction.
const BACKGROUND_BATCH: usize = 8;

/// Returns the handlers of all job kinds except embeddings.
pub(super) fn job_handlers(app: &AppState) -> HandlerRegistry {
    HandlerRegistry::new(usize::try_from(app.config.external_services.job_workers).unwrap_or(1))
        .with(PhotoUploadHandler)
        .with(RecordingUploadHandler)
        .with(MoodScoreHandler)
        .with(MoodBackfillHandler)
        .with(EntityExtractionHandler)
        .with(EntityReembedHandler)
}

/// Returns the handler of embeddings for a caller that waits: large batches on every core.
pub(super) fn foreground_embedding(scope: Scope) -> HandlerRegistry {
    HandlerRegistry::batched(scope, usize::MAX, cores()).with(EmbeddingHandler { scope })
}

/// Returns the handler of embeddings for the server: small batches on half the cores, so that requests keep the other
/// half.
pub(super) fn background_embedding() -> HandlerRegistry {
    let scope = Scope::Ingest;
    HandlerRegistry::batched(scope, BACKGROUND_BATCH, (cores() / 2).max(1)).with(EmbeddingHandler { scope })
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}
