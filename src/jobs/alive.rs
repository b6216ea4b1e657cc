//! Tells other processes that this one works on a notebook's jobs, and finds out whether any other does.

use std::collections::HashMap;
use std::fs::File;
use std::sync::Arc;
use std::sync::Weak;

use crate::ctx::Ctx;
use crate::error::Result;
use crate::model::id::NotebookId;
use crate::model::scope::Scope;
use crate::storage::notebook::claims;

/// The notebooks in which this process holds claims, as long as one attempt keeps what [`Self::on`] gave it.
#[derive(Default)]
pub(super) struct Alive(HashMap<NotebookId, Weak<File>>);

/// What asking for a notebook came to.
pub(super) enum Hold {
    /// Claims may be made and held.
    Got(Arc<File>),
    /// There is nothing of these kinds to do.
    Idle,
    /// Another process is just looking whether it is alone.
    Busy,
}

impl Alive {
    /// Begins to hold claims on a notebook's jobs. The first process to do so takes over what dead ones had claimed.
    pub(super) async fn on(&mut self, ctx: &Ctx, kinds: &[&'static str]) -> Result<Hold> {
        let id = ctx.notebook()?;
        if let Some(held) = self.0.get(&id).and_then(Weak::upgrade) {
            return Ok(Hold::Got(held));
        }
        self.0.retain(|_, held| held.strong_count() > 0);
        let (app, kinds) = (ctx.app.clone(), kinds.to_vec());
        let held = ctx.with_notebook(Scope::Ingest, move |notebook| {
            if notebook.read(|db| claims::open(db, &kinds))? == 0 {
                return Ok(None);
            }
            app.store.hold_claims(id, || notebook.write(|db| claims::release(db, &kinds))).map(Some)
        });
        Ok(match held.await? {
            None => Hold::Idle,
            Some(None) => Hold::Busy,
            Some(Some(file)) => {
                let file = Arc::new(file);
                self.0.insert(id, Arc::downgrade(&file));
                Hold::Got(file)
            }
        })
    }
}
