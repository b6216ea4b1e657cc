//! Rebuild of the index: enqueues the jobs that compute chunks and vectors again.

use crate::app::context::Ctx;
use crate::domain::access_filter::AccessFilter;
use crate::domain::id::JobId;
use crate::domain::scope::Scope;
use crate::egress::{self, EgressSubject};
use crate::error::Result;
use crate::services::embedding;
use crate::storage::notebook::{NotebookDb, chunks, entries, full_text, jobs, search_terms, state, tags};

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

/// Counts the entries whose vectors are pending.
pub async fn count_pending_embeddings(ctx: &Ctx) -> Result<u64> {
    ctx.read(Scope::EntriesRead, |db| jobs::count_open(db, jobs::EMBED)).await
}

/// Prepares a rebuild in one transaction; [`drain`](crate::jobs::drain()) then executes it and may be interrupted at any
/// point.
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
            for entry in entries::ids_by_date(db, &AccessFilter::default())? {
                search_terms::refresh(db, entry, &tags::list(db, entry)?)?;
            }
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
    for entry in entries::ids_by_date(db, &AccessFilter::default())? {
        chunks::clear(db, entry)?;
    }
    state::set_embedder(db, id, dimension)
}
