//! Restricted access: reads and writes that pass the service the part of the notebook that the caller may access, and
//! count the entries returned.

use std::sync::Arc;

use jiff::ToSpan as _;
use jiff::tz::TimeZone;

use crate::app::context::{AuthMethod, Caller, Ctx};
use crate::domain::access_filter::AccessFilter;
use crate::domain::activity::ReadKind;
use crate::domain::api_key::KeyGrant;
use crate::domain::entry::{Entry, EntryPage, NotebookStats};
use crate::domain::id::KeyId;
use crate::domain::job::JobView;
use crate::domain::scope::Scope;
use crate::domain::search_result::SearchPage;
use crate::error::{Error, ErrorKind, Result};
use crate::storage::database::EncryptedDatabase;
use crate::storage::media::MediaStore;
use crate::storage::notebook::{NotebookDb, NotebookKind, read_counts};

/// Result of a service with the number of entries that it shows, for a key's daily quota.
pub(crate) trait CountsEntries {
    /// Returns how many entries it shows, whole or in part, that the caller did not send.
    fn entries(&self) -> usize;
}

impl CountsEntries for Entry {
    fn entries(&self) -> usize {
        1
    }
}

impl CountsEntries for (Vec<Entry>, usize) {
    fn entries(&self) -> usize {
        self.0.len()
    }
}

impl CountsEntries for EntryPage {
    fn entries(&self) -> usize {
        self.items.len()
    }
}

impl CountsEntries for SearchPage {
    fn entries(&self) -> usize {
        self.items.len()
    }
}

impl CountsEntries for NotebookStats {
    fn entries(&self) -> usize {
        0
    }
}

impl CountsEntries for JobView {
    fn entries(&self) -> usize {
        0
    }
}

/// Daily quota of entries that a key may read.
struct DailyQuota {
    key: KeyId,
    day: String,
    most: u32,
    /// Seconds until the quota resets.
    renewed_in: u32,
}

impl DailyQuota {
    fn from_ctx(ctx: &Ctx) -> Option<Self> {
        let AuthMethod::Key(key, permit) = &ctx.caller.via else { return None };
        let most = permit.boundary.as_ref()?.entries_per_day?;
        let now = ctx.app.clock.now().to_zoned(TimeZone::UTC);
        let tomorrow = now.saturating_add(1.day()).start_of_day();
        let seconds = tomorrow.map_or(86_400, |tomorrow| now.duration_until(&tomorrow).as_secs() + 1);
        let renewed_in = u32::try_from(seconds).unwrap_or(86_400);
        Some(Self { key: *key, day: now.date().to_string(), most, renewed_in })
    }

    /// Takes `entries` from the quota, all or none.
    ///
    /// # Errors
    /// `Limited` when fewer are left.
    fn reserve(&self, db: &NotebookDb<'_>, entries: usize) -> Result<()> {
        let entries = i64::try_from(entries).unwrap_or(i64::MAX);
        if entries == 0 || read_counts::reserve_quota(db, self.key, &self.day, entries, self.most)? {
            return Ok(());
        }
        let left = i64::from(self.most) - read_counts::used_quota(db, self.key, &self.day)?;
        Err(Error::new(
            ErrorKind::Limited,
            format!("this key may read {} entries a day; {left} are left and this needs {entries}", self.most),
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
    /// Returns the same caller without restriction, for work that returns no content: embeddings, job claims.
    pub(crate) fn unrestricted(&self) -> Self {
        let via = match &self.caller.via {
            AuthMethod::Key(id, permit) => {
                AuthMethod::Key(*id, Arc::new(KeyGrant { boundary: None, ..KeyGrant::clone(permit) }))
            }
            other => other.clone(),
        };
        Self { caller: Caller { via, ..self.caller.clone() }, ..self.clone() }
    }

    /// Returns the part of the notebook that the caller may access.
    pub(crate) fn restriction(&self) -> AccessFilter {
        self.caller.boundary().map(AccessFilter::from_restrictions).unwrap_or_default()
    }

    /// Reads the caller's part of the notebook in one snapshot. Returned entries are counted for the owner's activity
    /// log and taken from the key's daily quota.
    ///
    /// # Errors
    /// `Forbidden` without the scope, `Invalid` without a user, `Limited` when the quota is exceeded, and the closure's
    /// error.
    pub(crate) async fn read_restricted<T: CountsEntries + Send + 'static>(
        &self,
        scope: Scope,
        what: ReadKind,
        work: impl FnOnce(&NotebookDb<'_>, &AccessFilter) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.with_notebook_restricted_counted(scope, what, move |notebook, within| notebook.read(|db| work(db, within)))
            .await
    }

    /// Runs `work` with the caller's part of the notebook on a blocking thread, in as many snapshots as it needs.
    ///
    /// # Errors
    /// As [`Self::read_restricted`].
    pub(crate) async fn with_notebook_restricted_counted<T: CountsEntries + Send + 'static>(
        &self,
        scope: Scope,
        what: ReadKind,
        work: impl FnOnce(&EncryptedDatabase<NotebookKind>, &AccessFilter) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (within, allowance) = (self.restriction(), DailyQuota::from_ctx(self));
        let counted = move |notebook: &EncryptedDatabase<NotebookKind>| {
            let found = work(notebook, &within)?;
            // Taken before the entries are returned: a crash in between costs quota, but never exceeds it.
            if let Some(allowance) = allowance.filter(|_| found.entries() > 0) {
                notebook.write(|db| allowance.reserve(db, found.entries()))?;
            }
            Ok(found)
        };
        let found = self.open_restricted(scope, counted).await?;
        self.record_read(what, found.entries());
        Ok(found)
    }

    /// Writes to the caller's part of the notebook in one transaction, durable once this returns `Ok`.
    ///
    /// # Errors
    /// As [`Self::read_restricted`]; nothing is written then.
    pub(crate) async fn write_restricted<T: CountsEntries + Send + 'static>(
        &self,
        scope: Scope,
        work: impl FnOnce(&NotebookDb<'_>, &AccessFilter) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (within, allowance) = (self.restriction(), DailyQuota::from_ctx(self));
        self.open_restricted(scope, move |notebook| {
            notebook.write(|db| {
                let written = work(db, &within)?;
                if let Some(allowance) = allowance {
                    allowance.reserve(db, written.entries())?;
                }
                Ok(written)
            })
        })
        .await
    }

    /// Runs `work` with the caller's part of the notebook where no existing content is returned: checking that an entry
    /// exists, or adding one.
    ///
    /// # Errors
    /// As [`Self::read_restricted`].
    pub(crate) async fn with_notebook_restricted<T: Send + 'static>(
        &self,
        scope: Scope,
        work: impl FnOnce(&EncryptedDatabase<NotebookKind>, &AccessFilter) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let within = self.restriction();
        self.open_restricted(scope, move |notebook| work(notebook, &within)).await
    }

    /// Returns the media store of the caller's notebook, for adding an original; existing ones are not read.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub(crate) async fn media_to_add(&self, scope: Scope) -> Result<MediaStore> {
        self.unrestricted().media(scope).await
    }
}
