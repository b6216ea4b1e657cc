//! Shared lock on `claims.lock`: shows other processes that this one runs jobs of a notebook.

use std::collections::HashMap;
use std::fs::File;
use std::sync::{Arc, Weak};

use crate::app::context::Ctx;
use crate::domain::id::NotebookId;
use crate::domain::scope::Scope;
use crate::error::Result;
use crate::storage::notebook::job_leases;

/// The notebooks in which this process holds claims; an entry lives as long as one run keeps the file that
/// [`Self::on`] returned.
#[derive(Default)]
pub(super) struct WorkerLock(HashMap<NotebookId, Weak<File>>);

/// Result of [`WorkerLock::acquire`].
pub(super) enum LockState {
    /// The lock is held: jobs may be claimed.
    Acquired(Arc<File>),
    /// No open job of these kinds.
    Idle,
    /// Another process holds the lock exclusively while it releases stale claims.
    Busy,
}

impl WorkerLock {
    /// Takes the shared lock of a notebook. The first process to take it releases the claims of dead processes.
    pub(super) async fn acquire(&mut self, ctx: &Ctx, kinds: &[&'static str]) -> Result<LockState> {
        let id = ctx.notebook()?;
        if let Some(held) = self.0.get(&id).and_then(Weak::upgrade) {
            return Ok(LockState::Acquired(held));
        }
        self.0.retain(|_, held| held.strong_count() > 0);
        let (app, kinds) = (ctx.app.clone(), kinds.to_vec());
        let held = ctx.with_notebook(Scope::Ingest, move |notebook| {
            if notebook.read(|db| job_leases::count_open(db, &kinds))? == 0 {
                return Ok(None);
            }
            app.store.try_share_leases(id, || notebook.write(|db| job_leases::release_abandoned(db, &kinds))).map(Some)
        });
        Ok(match held.await? {
            None => LockState::Idle,
            Some(None) => LockState::Busy,
            Some(Some(file)) => {
                let file = Arc::new(file);
                self.0.insert(id, Arc::downgrade(&file));
                LockState::Acquired(file)
            }
        })
    }
}
