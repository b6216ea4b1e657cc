//! Round-robin queue of notebooks, with deferred and scheduled ones.

use std::collections::{HashMap, HashSet, VecDeque};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::app::context::Ctx;
use crate::domain::id::NotebookId;
use crate::domain::scope::Scope;
use crate::storage::notebook::job_leases;

/// Round-robin queue of notebooks; holds each notebook at most once.
#[derive(Default)]
pub(super) struct NotebookQueue {
    ready: VecDeque<Ctx>,
    /// Another process has the lock they need.
    deferred: Vec<Ctx>,
    /// Next due time of notebooks that have no due job now.
    scheduled: HashMap<NotebookId, Timestamp>,
}

impl NotebookQueue {
    /// Appends a notebook, unless it is queued already.
    pub(super) fn push(&mut self, id: NotebookId, ctx: &Ctx) {
        let is_same = |other: &Ctx| other.notebook().is_ok_and(|other| other == id);
        if !self.ready.iter().any(is_same) && !self.deferred.iter().any(is_same) {
            self.ready.push_back(ctx.clone());
        }
    }

    /// Appends a notebook that had its turn.
    pub(super) fn requeue(&mut self, ctx: &Ctx) {
        if let Ok(id) = ctx.notebook() {
            self.push(id, ctx);
        }
    }

    /// Defers a notebook until [`Self::requeue_deferred`].
    pub(super) fn defer(&mut self, ctx: Ctx) {
        self.deferred.push(ctx);
    }

    pub(super) fn has_deferred(&self) -> bool {
        !self.deferred.is_empty()
    }

    /// Appends the deferred notebooks.
    pub(super) fn requeue_deferred(&mut self) {
        for ctx in std::mem::take(&mut self.deferred) {
            self.requeue(&ctx);
        }
    }

    pub(super) fn has_next(&self) -> bool {
        !self.ready.is_empty()
    }

    pub(super) fn pop(&mut self) -> Option<Ctx> {
        self.ready.pop_front()
    }

    /// Schedules a notebook for the time its next job is due.
    pub(super) async fn schedule_next_due(&mut self, ctx: &Ctx, kinds: &[&'static str]) {
        let kinds = kinds.to_vec();
        match ctx.read(Scope::Ingest, move |db| job_leases::next_due(db, &kinds)).await {
            Ok(next) => {
                if let Some(at) = next.and_then(|next| next.parse().ok()) {
                    self.schedule_at(ctx, at);
                }
            }
            Err(error) => {
                tracing::error!("reading the next due time failed: {error:?}");
                self.schedule_after(ctx, Duration::from_mins(1));
            }
        }
    }

    /// Schedules a notebook after a delay, whether or not a job is due then.
    pub(super) fn schedule_after(&mut self, ctx: &Ctx, after: Duration) {
        let after = SignedDuration::try_from(after).unwrap_or(SignedDuration::ZERO);
        self.schedule_at(ctx, ctx.app.clock.now() + after);
    }

    /// Schedules a notebook; an earlier time is kept.
    pub(super) fn schedule_at(&mut self, ctx: &Ctx, at: Timestamp) {
        let Ok(id) = ctx.notebook() else { return };
        let due = self.scheduled.entry(id).or_insert(at);
        *due = at.min(*due);
    }

    pub(super) fn next_due(&self) -> Option<Timestamp> {
        self.scheduled.values().min().copied()
    }

    /// Removes and returns the notebooks that are due.
    pub(super) fn take_due(&mut self, now: Timestamp) -> HashSet<NotebookId> {
        self.scheduled.extract_if(|_, at| *at <= now).map(|(id, _)| id).collect()
    }
}
