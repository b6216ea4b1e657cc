//! The ways to rows that are open to every caller: each hands the service the part of the notebook that the caller reaches,
//! and counts what the service hands out.

use std::sync::Arc;

use jiff::ToSpan as _;
use jiff::tz::TimeZone;

use crate::ctx::Caller;
use crate::ctx::Ctx;
use crate::ctx::Via;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::model::activity::Read;
use crate::model::entry::Entry;
use crate::model::entry::Page;
use crate::model::entry::Stats;
use crate::model::hit::Found;
use crate::model::id::KeyId;
use crate::model::job::Job;
use crate::model::key::Permit;
use crate::model::scope::Scope;
use crate::model::within::Within;
use crate::storage::database;
use crate::storage::database::Database;
use crate::storage::media::MediaStore;
use crate::storage::notebook::Notebook;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::reads;

/// What a service returns, as a key that is limited in entries sees it.
pub(crate) trait HandsOut {
    /// Returns how many entries, whole or in part, it shows that its caller did not bring.
    fn entries(&self) -> usize;
}

impl HandsOut for Entry {
    fn entries(&self) -> usize {
        1
    }
}

impl HandsOut for (Vec<Entry>, usize) {
    fn entries(&self) -> usize {
        self.0.len()
    }
}

impl HandsOut for Page {
    fn entries(&self) -> usize {
        self.items.len()
    }
}

impl HandsOut for Found {
    fn entries(&self) -> usize {
        self.items.len()
    }
}

impl HandsOut for Stats {
    fn entries(&self) -> usize {
        0
    }
}

impl HandsOut for Job {
    fn entries(&self) -> usize {
        0
    }
}

/// What a key may still be handed today.
struct Allowance {
    key: KeyId,
    day: String,
    most: u32,
    /// Seconds until the next day begins.
    renewed_in: u32,
}

impl Allowance {
    fn of(ctx: &Ctx) -> Option<Self> {
        let Via::Key(key, permit) = &ctx.caller.via else { return None };
        let most = permit.boundary.as_ref()?.entries_per_day?;
        let now = ctx.app.clock.now().to_zoned(TimeZone::UTC);
        let tomorrow = now.saturating_add(1.day()).start_of_day();
        let seconds = tomorrow.map_or(86_400, |tomorrow| now.duration_until(&tomorrow).as_secs() + 1);
        let renewed_in = u32::try_from(seconds).unwrap_or(86_400);
        Some(Self { key: *key, day: now.date().to_string(), most, renewed_in })
    }

    /// Takes from the allowance what is about to be handed out, all of it or nothing.
    ///
    /// # Errors
    /// `Limited` when less is left.
    fn take(&self, db: &NotebookDb<'_>, entries: usize) -> Result<()> {
        let entries = i64::try_from(entries).unwrap_or(i64::MAX);
        if entries == 0 || reads::reserve(db, self.key, &self.day, entries, self.most)? {
            return Ok(());
        }
        let left = i64::from(self.most) - reads::reserved(db, self.key, &self.day)?;
        Err(Error::new(
            Kind::Limited,
            format!("this key may be handed {} entries a day; {left} are left and this would be {entries}", self.most),
        )
        .code("entries_per_day")
        .retry_after(self.renewed_in)
        .hint(if left > 0 {
            "ask for fewer at once, or wait for midnight UTC"
        } else {
            "wait for midnight UTC"
        }))
    }
}

impl Ctx {
    /// Returns the same caller as reaching the whole notebook, for work on it that hands nothing out: vectors, claims.
    pub(crate) fn on_the_whole(&self) -> Self {
        let via = match &self.caller.via {
            Via::Key(id, permit) => Via::Key(*id, Arc::new(Permit { boundary: None, ..Permit::clone(permit) })),
            other => other.clone(),
        };
        Self { caller: Caller { via, ..self.caller.clone() }, ..self.clone() }
    }

    /// Returns the part of the notebook that the caller reaches.
    pub(crate) fn within(&self) -> Within {
        self.caller.boundary().map(Within::of).unwrap_or_default()
    }

    /// Reads what the caller reaches of their notebook in one snapshot. What is handed out is counted, for the owner to
    /// see and against what the key may be handed a day.
    ///
    /// # Errors
    /// `Forbidden` without the scope, `Invalid` without a user, `Limited` for a key that was handed enough today, and
    /// what the closure returns.
    pub(crate) async fn read_within<T: HandsOut + Send + 'static>(
        &self,
        scope: Scope,
        what: Read,
        work: impl FnOnce(&NotebookDb<'_>, &Within) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.with_notebook_within(scope, what, move |notebook, within| notebook.read(|db| work(db, within))).await
    }

    /// Works with what the caller reaches of their notebook on a thread that may block, in as many snapshots as it takes.
    ///
    /// # Errors
    /// As [`Self::read_within`].
    pub(crate) async fn with_notebook_within<T: HandsOut + Send + 'static>(
        &self,
        scope: Scope,
        what: Read,
        work: impl FnOnce(&Database<Notebook>, &Within) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (notebook, within, allowance) = (self.open_within(scope)?, self.within(), Allowance::of(self));
        let found = database::blocking(notebook, move |notebook| {
            let found = work(notebook, &within)?;
            // Written down before it is handed out: a crash in between costs the key something, never the owner.
            if let Some(allowance) = allowance.filter(|_| found.entries() > 0) {
                notebook.write(|db| allowance.take(db, found.entries()))?;
            }
            Ok(found)
        })
        .await?;
        self.count(what, found.entries());
        Ok(found)
    }

    /// Writes to what the caller reaches of their notebook in one transaction, durable once this returns `Ok`.
    ///
    /// # Errors
    /// As [`Self::read_within`]; then nothing is written.
    pub(crate) async fn write_within<T: HandsOut + Send + 'static>(
        &self,
        scope: Scope,
        work: impl FnOnce(&NotebookDb<'_>, &Within) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (notebook, within, allowance) = (self.open_within(scope)?, self.within(), Allowance::of(self));
        database::blocking(notebook, move |notebook| {
            notebook.write(|db| {
                let written = work(db, &within)?;
                if let Some(allowance) = allowance {
                    allowance.take(db, written.entries())?;
                }
                Ok(written)
            })
        })
        .await
    }

    /// Works within what the caller reaches of their notebook, where nothing that was there before is handed out: that an
    /// entry is there, or that one came in.
    ///
    /// # Errors
    /// As [`Self::read_within`].
    pub(crate) async fn act_within<T: Send + 'static>(
        &self,
        scope: Scope,
        work: impl FnOnce(&Database<Notebook>, &Within) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (notebook, within) = (self.open_within(scope)?, self.within());
        database::blocking(notebook, move |notebook| work(notebook, &within)).await
    }

    /// Returns the originals of the caller's notebook, for one that comes in; nothing is read of those that are there.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub(crate) async fn media_to_add(&self, scope: Scope) -> Result<MediaStore> {
        self.on_the_whole().media(scope).await
    }
}
