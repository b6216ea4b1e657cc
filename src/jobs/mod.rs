//! Jobs: what a write left for later is done here, now or after a restart.
//!
//! Two kinds of work, each with a lock in the notebook's folder that tells processes of each other:
//!
//! - *Embeddings* (`reprocess_embeddings`) are made in batches, one process at a time: whoever holds `queue.lock` alone
//!   may claim them, for one batch or until none is left, and knows that claims it finds belong to a process that died.
//! - *Attempts* at everything else call somebody and may take minutes. Any process makes them, several at once. Whoever
//!   has one running takes part in `claims.lock`; who can take it alone knows that every claim it finds belongs to a
//!   process that died, and ends them. An attempt never holds `queue.lock`, so it keeps no vectors waiting.
//!
//! A claim is a row's: a random token and an end, prolonged while the attempt runs. Where no lock tells that a holder
//! died, the claim runs out and the job is claimed again. Whatever an attempt made is stored in the transaction
//! that ends its job, and only if its claim still stands there: two workers never finish one job.
//!
//! Order: the jobs of a notebook are begun in the order they were left, those that wait for another attempt when they are
//! due; several may run at once, so they may end in another order. An entry's vectors are made with it, or after it.
//! Notebooks take turns, a batch or an attempt each. A job that waits is a row and takes no worker.

mod alive;
mod attempt;
mod backfill;
mod batch;
mod beside;
mod drain;
mod extract;
mod follow;
mod inline;
mod intake;
mod line;
mod orders;
mod queue;
mod reembed;
mod schedule;
mod score;
mod serve;
mod several;
mod steps;
mod told;
mod vectors;

#[cfg(test)]
mod tests;

pub use backfill::Backfill;
pub use backfill::backfill;
pub use backfill::rescore;
pub use batch::embed;
pub use beside::beside;
pub use drain::drain;
pub use drain::finish;
pub use follow::moved;
pub use inline::Ingested;
pub use inline::upload;
pub use inline::write;
pub use orders::cancel;
pub use orders::retry;
pub use queue::List;
pub use queue::get;
pub use queue::list;
pub use serve::serve;

use std::sync::Arc;

use crate::ctx::Ctx;
use crate::egress;
use crate::egress::About;
use crate::embedding;
use crate::error::Result;
use crate::jobs::attempt::Table;
use crate::jobs::extract::Extract;
use crate::jobs::reembed::Reembed;
use crate::model::id::EntryId;
use crate::model::id::JobId;
use crate::model::scope::Scope;
use crate::model::within::Within;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::chunks;
use crate::storage::notebook::entries;
use crate::storage::notebook::jobs;
use crate::storage::notebook::keyword;
use crate::storage::notebook::state;

/// How far a run is: entries or files done, and all of them.
pub type Progress<'a> = &'a (dyn Fn(u64, u64) + Sync);

/// What a run of the queue did.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Done {
    /// Jobs that succeeded.
    pub succeeded: u64,
    /// Jobs that failed; `journal job list` says why.
    pub failed: u64,
    /// Those of them that were to make an entry findable by meaning.
    pub unfindable: u64,
    /// Jobs that wait for another attempt.
    pub waiting: u64,
    /// When the next of them is due.
    pub next_at: Option<String>,
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

/// Returns the kinds of jobs that this version works on, beside the embeddings.
fn table() -> Table {
    let mut table = intake::table();
    table.push((jobs::SCORE, Arc::new(score::Score)));
    table.push((jobs::BACKFILL, Arc::new(backfill::Run)));
    table.push((jobs::EXTRACT, Arc::new(Extract)));
    table.push((jobs::REEMBED, Arc::new(Reembed)));
    table
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
        for entry in entries::ids_by_date(db, &Within::default())? {
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
    let all: Vec<EntryId> = entries::ids_by_date(db, &Within::default())?;
    for entry in all {
        chunks::clear(db, entry)?;
    }
    state::set_embedder(db, id, dimension)
}
