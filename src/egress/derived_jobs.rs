//! Jobs that derive data from a new text in addition to embeddings: entity extraction and mood scoring.

use std::sync::Arc;

use crate::app::context::Ctx;
use crate::config::providers::MoodScorer;
use crate::config::runtime::MOOD_SCORING_ENABLED;
use crate::domain::egress::EgressPurpose;
use crate::domain::id::{EntryId, JobId};
use crate::domain::scope::Scope;
use crate::egress::availability::are_available;
use crate::entropy::Entropy;
use crate::error::Result;
use crate::storage::notebook::{NotebookDb, entries, jobs};

/// Kinds of derived jobs that are enabled and possible.
#[derive(Clone)]
pub(crate) struct DerivedJobs {
    /// Entity extraction.
    entities: bool,
    /// Mood scoring.
    moods: bool,
    entropy: Arc<dyn Entropy>,
}

/// Ids of the jobs enqueued for one text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct EnqueuedJobs {
    pub(crate) moods: Option<JobId>,
    pub(crate) entities: Option<JobId>,
}

impl DerivedJobs {
    /// Reads from the current settings and policy which jobs apply.
    ///
    /// # Errors
    /// Only database errors.
    pub(crate) async fn from_config(ctx: &Ctx) -> Result<Self> {
        let app = ctx.app.clone();
        let runtime = ctx.as_system().read_accounts(Scope::Account, move |db| app.runtime(db)).await?;
        let [entities, remote_scorer] = are_available(ctx, [EgressPurpose::Entities, EgressPurpose::Mood]).await?;
        let has_scorer = remote_scorer || ctx.app.config.providers.mood.scorer != MoodScorer::Provider;
        Ok(Self::new(entities, runtime.is_on(MOOD_SCORING_ENABLED) && has_scorer, ctx.app.entropy.clone()))
    }

    /// Creates a selection of jobs.
    pub(crate) fn new(entities: bool, moods: bool, entropy: Arc<dyn Entropy>) -> Self {
        Self { entities, moods, entropy }
    }

    /// Enqueues the jobs of an entry in the transaction that stores it; none if its date is unconfirmed or its text
    /// was written by an assistant and not accepted by the owner.
    pub(crate) fn enqueue(&self, db: &NotebookDb<'_>, entry: EntryId, at: &str) -> Result<EnqueuedJobs> {
        if !(self.moods || self.entities) || !entries::is_derivable(db, entry)? {
            return Ok(EnqueuedJobs::default());
        }
        let enqueue = |wanted: bool, kind| {
            let id = wanted.then(|| JobId::draw(self.entropy.as_ref())).transpose()?;
            id.map(|id| jobs::enqueue(db, id, kind, entry, at)).transpose()
        };
        Ok(EnqueuedJobs { moods: enqueue(self.moods, jobs::SCORE)?, entities: enqueue(self.entities, jobs::EXTRACT)? })
    }
}

impl EnqueuedJobs {
    /// Returns the job ids by the names used in responses.
    pub(crate) fn by_response_name(self) -> Vec<(&'static str, JobId)> {
        let all = [("mood_scoring", self.moods), ("entity_extraction", self.entities)];
        all.into_iter().filter_map(|(name, id)| Some((name, id?))).collect()
    }

    /// Returns whether no job was enqueued.
    pub(crate) fn is_empty(self) -> bool {
        self == Self::default()
    }
}
