//! What is derived from a new text beside its vectors, decided in one place: what is switched on and possible now.

use std::sync::Arc;

use crate::config::providers::MoodScorer;
use crate::config::runtime::MOOD_SCORING;
use crate::ctx::Ctx;
use crate::egress::can_ask;
use crate::entropy::Entropy;
use crate::error::Result;
use crate::model::egress::Purpose;
use crate::model::id::EntryId;
use crate::model::id::JobId;
use crate::model::scope::Scope;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entries;
use crate::storage::notebook::jobs;

/// What is derived from a new text.
#[derive(Clone)]
pub(crate) struct FollowUps {
    /// Whom and what it speaks of.
    entities: bool,
    /// Its moods.
    moods: bool,
    entropy: Arc<dyn Entropy>,
}

/// The jobs that were left for a text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Left {
    pub(crate) moods: Option<JobId>,
    pub(crate) entities: Option<JobId>,
}

impl FollowUps {
    /// Decides what is derived from texts that come in now.
    ///
    /// # Errors
    /// Only what goes wrong with a database.
    pub(crate) async fn now(ctx: &Ctx) -> Result<Self> {
        let own = ctx.for_the_record();
        let app = ctx.app.clone();
        let runtime = own.read_accounts(Scope::Account, move |db| app.runtime(db)).await?;
        let has_scorer = match ctx.app.config.providers.mood.scorer {
            MoodScorer::Auto | MoodScorer::BuiltIn => true,
            MoodScorer::Provider => can_ask(&own, Purpose::Mood).await?,
        };
        let entities = can_ask(&own, Purpose::Entities).await?;
        Ok(Self::of(entities, runtime.is_on(MOOD_SCORING) && has_scorer, ctx.app.entropy.clone()))
    }

    /// Says what is derived.
    pub(crate) fn of(entities: bool, moods: bool, entropy: Arc<dyn Entropy>) -> Self {
        Self { entities, moods, entropy }
    }

    /// Leaves the jobs for a text that is stored in the same transaction; none for an entry from which nothing may be
    /// derived, because its date is in doubt or its words are an assistant's that the owner did not accept.
    pub(crate) fn leave(&self, db: &NotebookDb<'_>, entry: EntryId, at: &str) -> Result<Left> {
        if !(self.moods || self.entities) || !entries::is_derivable(db, entry)? {
            return Ok(Left::default());
        }
        let leave = |wanted: bool, kind| {
            let id = wanted.then(|| JobId::draw(self.entropy.as_ref())).transpose()?;
            id.map(|id| jobs::enqueue(db, id, kind, entry, at)).transpose()
        };
        Ok(Left { moods: leave(self.moods, jobs::SCORE)?, entities: leave(self.entities, jobs::EXTRACT)? })
    }
}

impl Left {
    /// Returns the jobs under the names that clients know.
    pub(crate) fn named(self) -> Vec<(&'static str, JobId)> {
        let all = [("mood_scoring", self.moods), ("entity_extraction", self.entities)];
        all.into_iter().filter_map(|(name, id)| Some((name, id?))).collect()
    }

    /// Tells whether there are none.
    pub(crate) fn is_empty(self) -> bool {
        self == Self::default()
    }
}
