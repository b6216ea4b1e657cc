//! Jobs: what a write left for later is done here. Progress is reported entry by entry.

mod inline;
mod queue;
mod serve;
mod worker;

pub use inline::Ingested;
pub use inline::upload;
pub use inline::write;
pub use queue::List;
pub use queue::get;
pub use queue::list;
pub use serve::serve;
pub use worker::drain;

use crate::ctx::Ctx;
use crate::egress;
use crate::egress::About;
use crate::embedding;
use crate::error::Result;
use crate::model::id::EntryId;
use crate::model::id::JobId;
use crate::model::scope::Scope;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::chunks;
use crate::storage::notebook::entries;
use crate::storage::notebook::jobs;
use crate::storage::notebook::keyword;
use crate::storage::notebook::state;

/// How far a run is: entries done, entries in all.
pub type Progress<'a> = &'a (dyn Fn(u64, u64) + Sync);

/// What a run of the queue did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Done {
    /// Jobs that succeeded.
    pub succeeded: u64,
    /// Jobs that failed; `journal job list` says why.
    pub failed: u64,
}

/// What to make anew; nothing chosen means everything.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub struct Reindex {
    /// Cut every entry into chunks anew, with the present chunking settings
    #[arg(long)]
    pub chunks: bool,
    /// Make every vector anew, with the present embedder
    #[arg(long)]
    pub embed: bool,
    /// Make the full-text index anew
    #[arg(long)]
    pub fts: bool,
}

/// Counts the entries whose vectors are still to be made.
pub async fn pending(ctx: &Ctx) -> Result<u64> {
    ctx.read(Scope::EntriesRead, |db| jobs::open(db, jobs::EMBED)).await
}

/// Prepares a rebuild in one transaction; [`drain`] then works it off and may be interrupted at any point.
///
/// Semantic chunks follow the vectors, so `chunks` and `embed` both leave a job per entry;
/// `embed` also lets another model take over. Until its job ran, an entry is found by word.
pub async fn reindex(ctx: &Ctx, what: Reindex) -> Result<()> {
    let all = !(what.chunks || what.embed || what.fts);
    let embedder = egress::embedder(ctx, About::default())?;
    let at = ctx.app.stamp();
    let entropy = ctx.app.entropy.clone();
    ctx.write(Scope::EntriesWrite, move |db| {
        if what.fts || all {
            keyword::rebuild(db)?;
            keyword::optimize(db)?;
        }
        if !(what.chunks || what.embed || all) {
            return Ok(());
        }
        if what.embed || all {
            switch_model(db, embedder.id(), embedder.dimension())?;
        } else {
            embedding::expect_same_model(db, embedder.as_ref())?;
        }
        for entry in entries::ids_by_date(db)? {
            jobs::enqueue(db, JobId::draw(entropy.as_ref())?, jobs::EMBED, entry, &at)?;
        }
        Ok(())
    })
    .await?;
    ctx.left_work();
    Ok(())
}

fn switch_model(db: &NotebookDb<'_>, id: &str, dimension: usize) -> Result<()> {
    if state::embedder(db)?.is_some_and(|known| known == (id.to_owned(), dimension)) {
        return Ok(());
    }
    let all: Vec<EntryId> = entries::ids_by_date(db)?;
    for entry in all {
        chunks::clear(db, entry)?;
    }
    state::set_embedder(db, id, dimension)
}
