//! Lease of a claimed job: progress, and steps that are committed under it.

use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::Value;

use crate::app::context::Ctx;
use crate::domain::id::{ClaimId, EntryId};
use crate::domain::scope::Scope;
use crate::error::{Error, ErrorKind, Result};
use crate::jobs::progress::ProgressTracker;
use crate::net::transport::BoxFuture;
use crate::services::ingest::uploads::ProgressReporter;
use crate::storage::notebook::job_leases::{self, ClaimedJob};
use crate::storage::notebook::{NotebookDb, entries, job_steps};

/// Lease of a claimed job, in seconds.
pub(super) const LEASE_SECONDS: i64 = 120;

/// Lease on a claimed job, shared with its handler.
#[derive(Clone)]
pub(super) struct JobLease {
    pub(super) ctx: Ctx,
    pub(super) job: ClaimedJob,
    pub(super) token: ClaimId,
    pub(super) progress: Arc<ProgressTracker>,
}

/// For jobs over many entries: each entry's result is committed at once and exactly once.
impl JobLease {
    /// Sets the total number of entries.
    ///
    /// # Errors
    /// `Conflict` if the job was cancelled or the lease is lost.
    pub(super) async fn set_total(&self, entries: u64) -> Result<()> {
        let (id, claim) = (self.job.id, self.token);
        self.progress.add_total(entries);
        let is_held = self.ctx.write(Scope::Ingest, move |db| job_leases::set_total(db, id, claim, entries)).await?;
        if is_held { Ok(()) } else { Err(lease_lost_error()) }
    }

    /// Returns the entries that earlier runs of this job committed, with their results.
    pub(super) async fn completed_steps(&self) -> Result<Vec<(EntryId, Value)>> {
        let id = self.job.id;
        self.ctx.read(Scope::Ingest, move |db| job_steps::list(db, id)).await
    }

    /// Stores one entry's result and its step row in one transaction, and sets the progress to `done`.
    ///
    /// # Errors
    /// `Conflict` if the job was cancelled or the lease is lost, and any error of `store`: the transaction is rolled
    /// back then.
    pub(super) async fn commit_step(
        &self,
        entry: EntryId,
        done: u64,
        store: impl FnOnce(&NotebookDb<'_>) -> Result<Value> + Send + 'static,
    ) -> Result<()> {
        let id = self.job.id;
        self.advance(done, move |db| job_steps::record(db, id, entry, &store(db)?)).await
    }

    /// Records why an entry has no result, as its step. Does nothing for a deleted entry, which can have no step row.
    ///
    /// # Errors
    /// As [`Self::commit_step`].
    pub(super) async fn skip_step(&self, entry: EntryId, done: u64, noted: Value) -> Result<()> {
        let stored = self.commit_step(entry, done, move |db| {
            if entries::exists(db, entry)? { Ok(noted) } else { Err(Error::not_found("entry")) }
        });
        match stored.await {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Sets the progress, extends the lease and runs `store`, in one transaction.
    async fn advance(
        &self,
        done: u64,
        store: impl FnOnce(&NotebookDb<'_>) -> Result<()> + Send + 'static,
    ) -> Result<()> {
        let (id, claim, until) = (self.job.id, self.token, lease_expiry(&self.ctx));
        self.ctx
            .write(Scope::Ingest, move |db| {
                if !job_leases::advance(db, id, claim, &until, done)? {
                    return Err(lease_lost_error());
                }
                store(db)
            })
            .await?;
        self.progress.set(id, done);
        Ok(())
    }
}

impl ProgressReporter for JobLease {
    fn files_done(&self, files: u64) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.advance(files, |_| Ok(())))
    }
}

/// Returns the time at which a lease taken or renewed now expires.
pub(super) fn lease_expiry(ctx: &Ctx) -> String {
    ctx.app.timestamp_in(SignedDuration::from_secs(LEASE_SECONDS))
}

fn lease_lost_error() -> Error {
    Error::conflict("the job was cancelled, or another worker has claimed it")
}
