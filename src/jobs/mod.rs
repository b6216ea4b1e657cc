//! Background jobs of a notebook: persistent, resumed after a restart.
//!
//! There are two kinds of work, each with a lock file in the notebook's folder:
//!
//! - *Embeddings* (`reprocess_embeddings`) are computed in batches, by one process at a time. The holder of
//!   `queue.lock` may claim them, for one batch or until none is left; claims that it finds belong to a dead process.
//! - *Runs* of all other jobs call a provider and may take minutes. Any process may execute several at once and holds
//!   `claims.lock` shared meanwhile. A process that gets it exclusively knows that every claim it finds belongs to a
//!   dead process, and releases them. A run never holds `queue.lock`, so it does not block embeddings.
//!
//! A claim is a random token and a lease in the job's row; a heartbeat renews the lease while the run lasts. Where no
//! lock shows that the holder died, the lease expires and the job is claimed again. The output of a run is stored in
//! the transaction that ends the job, and only if the token still matches: no job is completed twice.
//!
//! Order: jobs of a notebook start in the order in which they were enqueued, retries when they are due. Several run at
//! once, so they may end in another order. An entry's vectors are stored with the entry or after it. Notebooks take
//! turns, one batch or one run each. A job that waits for a retry is only a row and occupies no worker.

mod background;
mod control;
mod drain;
mod embedding_batch;
pub mod handlers;
mod inline_embedding;
mod notebook_queue;
mod notify;
mod ordered_tasks;
mod progress;
mod query;
mod retry_policy;
mod run;
mod sync_ingest;
mod wait;
mod worker;
mod worker_lock;

#[cfg(test)]
mod tests;

pub use crate::jobs::handlers::mood_backfill::{MoodBackfillRequest, enqueue_mood_backfill, enqueue_mood_rescore};
pub use background::run_in_background;
pub use control::{cancel, retry};
pub use drain::{drain, drain_for_job};
pub use embedding_batch::embed_pending;
pub use query::{DEFAULT_LIMIT, JobListQuery, get, list};
pub use sync_ingest::{IngestResponse, ingest_file, ingest_text};
pub use wait::wait_for_change;
pub use worker::run_worker;

use std::sync::Arc;

use crate::app::context::Ctx;
use crate::domain::access_filter::AccessFilter;
use crate::domain::id::{EntryId, JobId};
use crate::domain::scope::Scope;
use crate::egress::{self, EgressSubject};
use crate::error::Result;
use crate::jobs::handlers::entity_extraction::EntityExtractionHandler;
use crate::jobs::handlers::entity_reembed::EntityReembedHandler;
use crate::jobs::run::HandlerRegistry;
use crate::services::embedding;
use crate::storage::notebook::{NotebookDb, chunks, entries, full_text, jobs, state};

/// Progress callback: entries or files done, and their total.
pub type ProgressCallback<'a> = &'a (dyn Fn(u64, u64) + Sync);

/// Summary of a run over the queue.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct QueueSummary {
    /// Jobs that succeeded.
    pub succeeded: u64,
    /// Jobs that failed; `journal job list` shows their errors.
    pub failed: u64,
    /// Failed embedding jobs: their entries cannot be found by meaning.
    pub unfindable: u64,
    /// Jobs scheduled for a retry.
    pub waiting: u64,
    /// When the next retry is due.
    pub next_at: Option<String>,
}

/// Parts of the index to rebuild; none selected means all.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub struct ReindexTargets {
    /// Split every entry into chunks again, with the current chunking settings
    #[arg(long)]
    pub chunks: bool,
    /// Compute every vector again, with the current embedder
    #[arg(long)]
    pub embed: bool,
    /// Rebuild the full-text index
    #[arg(long)]
    pub fts: bool,
}

/// Returns the handlers of all job kinds except embeddings.
fn job_handlers() -> HandlerRegistry {
    let mut table = handlers::upload::upload_handlers();
    table.push((jobs::SCORE, Arc::new(handlers::mood_score::MoodScoreHandler)));
    table.push((jobs::BACKFILL, Arc::new(handlers::mood_backfill::MoodBackfillHandler)));
    table.push((jobs::EXTRACT, Arc::new(EntityExtractionHandler)));
    table.push((jobs::REEMBED, Arc::new(EntityReembedHandler)));
    table
}

/// Counts the entries whose vectors are pending.
pub async fn count_pending_embeddings(ctx: &Ctx) -> Result<u64> {
    ctx.read(Scope::EntriesRead, |db| jobs::count_open(db, jobs::EMBED)).await
}

/// Prepares a rebuild in one transaction; [`drain`] then executes it and may be interrupted at any point.
///
/// Semantic chunks depend on the vectors, so `chunks` and `embed` both enqueue a job per entry; `embed` also permits a
/// change of model. Until its job has run, an entry is found by word only.
pub async fn reindex(ctx: &Ctx, what: ReindexTargets) -> Result<()> {
    let all = !(what.chunks || what.embed || what.fts);
    let embedder = egress::embedder(ctx, EgressSubject::default())?;
    let at = ctx.app.now_timestamp();
    let entropy = ctx.app.entropy.clone();
    ctx.write(Scope::EntriesWrite, move |db| {
        if what.fts || all {
            full_text::rebuild(db)?;
            full_text::optimize(db)?;
        }
        if !(what.chunks || what.embed || all) {
            return Ok(());
        }
        if what.embed || all {
            switch_model(db, embedder.id(), embedder.dimension())?;
        } else {
            embedding::ensure_same_model(db, embedder.as_ref())?;
        }
        for entry in entries::ids_by_date(db, &AccessFilter::default())? {
            jobs::enqueue(db, JobId::draw(entropy.as_ref())?, jobs::EMBED, entry, &at)?;
        }
        Ok(())
    })
    .await?;
    ctx.wake_worker();
    Ok(())
}

fn switch_model(db: &NotebookDb<'_>, id: &str, dimension: usize) -> Result<()> {
    if state::embedder(db)?.is_some_and(|known| known == (id.to_owned(), dimension)) {
        return Ok(());
    }
    let all: Vec<EntryId> = entries::ids_by_date(db, &AccessFilter::default())?;
    for entry in all {
        chunks::clear(db, entry)?;
    }
    state::set_embedder(db, id, dimension)
}
