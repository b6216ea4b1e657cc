//! Lock files that show other processes that this one runs jobs of a notebook; see [`crate::jobs`].

use std::collections::HashMap;
use std::fs::File;
use std::sync::{Arc, Weak};

use crate::app::context::Ctx;
use crate::domain::id::NotebookId;
use crate::error::Result;
use crate::jobs::handler::HandlerRegistry;
use crate::storage::notebook::job_leases;

/// The notebooks in which this process holds claims; an entry lives as long as one run keeps the file that
/// [`Self::acquire`] returned.
#[derive(Default)]
pub(super) struct WorkerLock(HashMap<NotebookId, Weak<File>>);

/// Result of [`WorkerLock::acquire`].
pub(super) enum LockState {
    /// The lock is held: jobs may be claimed.
    Acquired(Arc<File>),
    /// No open job of these kinds.
    Idle,
    /// Another process holds the lock exclusively.
    Busy,
}

impl WorkerLock {
    /// Takes the lock of a notebook: exclusive for batched jobs, otherwise shared. A process that finds no other holder
    /// releases the claims of dead processes.
    pub(super) async fn acquire(&mut self, ctx: &Ctx, handlers: &HandlerRegistry) -> Result<LockState> {
        let id = ctx.notebook()?;
        if let Some(held) = self.0.get(&id).and_then(Weak::upgrade) {
            return Ok(LockState::Acquired(held));
        }
        self.0.retain(|_, held| held.strong_count() > 0);
        let (app, kinds, is_exclusive) = (ctx.app.clone(), handlers.kinds(), handlers.is_batched());
        let held = ctx.with_notebook(handlers.scope, move |notebook| {
            if notebook.read(|db| job_leases::count_open(db, &kinds))? == 0 {
                return Ok(None);
            }
            let release_abandoned = || notebook.write(|db| job_leases::release_abandoned(db, &kinds));
            if !is_exclusive {
                return app.store.try_share_leases(id, release_abandoned).map(Some);
            }
            let lock = app.store.try_lock_queue(id)?;
            if lock.is_some() {
                release_abandoned()?;
            }
            Ok(Some(lock))
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
