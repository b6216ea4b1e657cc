//! Notebooks in line for their turn, and those that come back later.

use std::collections::HashMap;
use std::collections::HashSet;
use std::collections::VecDeque;
use std::time::Duration;

use jiff::SignedDuration;
use jiff::Timestamp;

use crate::ctx::Ctx;
use crate::model::id::NotebookId;
use crate::model::scope::Scope;
use crate::storage::notebook::claims;

/// A line. No notebook stands in it twice.
#[derive(Default)]
pub(super) struct Line {
    waiting: VecDeque<Ctx>,
    /// Another process has what they need.
    busy: Vec<Ctx>,
    /// When the next job of those that have nothing to do now comes due.
    due: HashMap<NotebookId, Timestamp>,
}

impl Line {
    /// Adds a notebook at the end, unless it waits already.
    pub(super) fn join(&mut self, id: NotebookId, ctx: &Ctx) {
        let there = |other: &Ctx| other.notebook().is_ok_and(|other| other == id);
        if !self.waiting.iter().any(there) && !self.busy.iter().any(there) {
            self.waiting.push_back(ctx.clone());
        }
    }

    /// Puts a notebook that had its turn at the end.
    pub(super) fn back(&mut self, ctx: &Ctx) {
        if let Ok(id) = ctx.notebook() {
            self.join(id, ctx);
        }
    }

    /// Puts a notebook aside until [`Self::again`].
    pub(super) fn busy(&mut self, ctx: Ctx) {
        self.busy.push(ctx);
    }

    pub(super) fn is_busy(&self) -> bool {
        !self.busy.is_empty()
    }

    /// Lines up what was put aside.
    pub(super) fn again(&mut self) {
        for ctx in std::mem::take(&mut self.busy) {
            self.back(&ctx);
        }
    }

    pub(super) fn has_next(&self) -> bool {
        !self.waiting.is_empty()
    }

    pub(super) fn next(&mut self) -> Option<Ctx> {
        self.waiting.pop_front()
    }

    /// Notes when a notebook is to come back that has nothing to do now.
    pub(super) async fn rest(&mut self, ctx: &Ctx, kinds: &[&'static str]) {
        let kinds = kinds.to_vec();
        match ctx.read(Scope::Ingest, move |db| claims::next_due(db, &kinds)).await {
            Ok(next) => {
                if let Some(at) = next.and_then(|next| next.parse().ok()) {
                    self.due_at(ctx, at);
                }
            }
            Err(error) => {
                tracing::error!("looking for what comes due: {error:?}");
                self.come_back(ctx, Duration::from_mins(1));
            }
        }
    }

    /// Notes that a notebook comes back after a while, whatever there is to do.
    pub(super) fn come_back(&mut self, ctx: &Ctx, after: Duration) {
        let after = SignedDuration::try_from(after).unwrap_or(SignedDuration::ZERO);
        self.due_at(ctx, ctx.app.clock.now() + after);
    }

    /// Notes when something comes due in a notebook.
    pub(super) fn due_at(&mut self, ctx: &Ctx, at: Timestamp) {
        let Ok(id) = ctx.notebook() else { return };
        let due = self.due.entry(id).or_insert(at);
        *due = at.min(*due);
    }

    pub(super) fn next_due(&self) -> Option<Timestamp> {
        self.due.values().min().copied()
    }

    /// Takes out the notebooks in which something is due.
    pub(super) fn take_due(&mut self, now: Timestamp) -> HashSet<NotebookId> {
        self.due.extract_if(|_, at| *at <= now).map(|(id, _)| id).collect()
    }
}
