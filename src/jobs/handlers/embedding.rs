//! Handler of `reprocess_embeddings`: chunks and embeds an entry. Batched, because one entry takes milliseconds and
//! each transaction an fsync.

use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use crate::app::context::Ctx;
use crate::blocking::run_blocking;
use crate::domain::id::EntryId;
use crate::domain::job_notification::JobResultCounts;
use crate::domain::scope::Scope;
use crate::egress::{self, EgressSubject};
use crate::error::{Error, Result};
use crate::jobs::handler::{CommitOutcome, JobCommit, JobHandler, JobOutput};
use crate::jobs::lease::JobLease;
use crate::services::embedding;
use crate::storage::notebook::{NotebookDb, chunks, entries, jobs};

/// Handler that computes the chunks and vectors of one entry.
pub(crate) struct EmbeddingHandler {
    /// Scope of the operation that enqueued the jobs.
    pub(crate) scope: Scope,
}

impl JobHandler for EmbeddingHandler {
    const KIND: &'static str = jobs::EMBED;
    /// Little work is lost in a crash.
    const BATCH: usize = 32;
    type Params = IgnoredAny;

    /// # Errors
    /// `Conflict` if the notebook's vectors are of another model.
    fn check_claimable(&self, ctx: &Ctx, db: &NotebookDb<'_>) -> Result<()> {
        embedding::chunking_settings(&ctx.app.config.chunking)?;
        embedding::ensure_same_model(db, egress::embedder(ctx, EgressSubject::default())?.as_ref())
    }

    async fn run(&self, ctx: &Ctx, lease: &JobLease, _: IgnoredAny) -> Result<JobCommit> {
        let (id, entry) = (lease.job.id, lease.job.entry.ok_or_else(|| Error::not_found("entry"))?);
        let text = ctx.read(self.scope, move |db| entries::find_job_text(db, entry)).await?;
        // An entry with an unconfirmed date is not searched, so it gets no vectors yet.
        let Some(text) = text.filter(|text| text.date_confirmed) else {
            return Ok(Box::new(move |_| Ok(CommitOutcome::Skipped(job_result(entry, 0)))));
        };
        let ctx = ctx.clone();
        let embed = move || {
            // Bound to the job and its entry for the egress ledger.
            let embedder = egress::embedder(&ctx, EgressSubject { entries: vec![entry], job: Some(id) })?;
            let settings = embedding::chunking_settings(&ctx.app.config.chunking)?;
            let chunks = embedding::chunk_and_embed(embedder.as_ref(), &settings, &text.final_text)?;
            Ok((embedder, chunks))
        };
        let (embedder, new) = run_blocking(embed).await?;
        lease.progress.set(id, 1);
        Ok(Box::new(move |db| {
            match entries::find_job_text(db, entry)? {
                Some(current) if current.revision == text.revision => {}
                _ => return Ok(CommitOutcome::InputChanged),
            }
            chunks::replace(db, entry, embedder.id(), &new)?;
            let counts = JobResultCounts { chunks: Some(new.len() as u64), ..JobResultCounts::default() };
            let result = job_result(entry, new.len());
            Ok(CommitOutcome::Succeeded(JobOutput { result, entry: Some(entry), counts, enqueued_jobs: false }))
        }))
    }
}

fn job_result(entry: EntryId, chunk_count: usize) -> Map<String, Value> {
    Map::from_iter([("entry_id".to_owned(), entry.0.into()), ("chunk_count".to_owned(), chunk_count.into())])
}
