//! Who scores a text, and how what they say is stored.

use std::sync::Arc;

use serde_json::Map;
use serde_json::Value;

use crate::app::contexts::Dimension;
use crate::app::contexts::Moods;
use crate::config::Config;
use crate::config::providers::MoodScorer;
use crate::ctx::Ctx;
use crate::egress;
use crate::egress::About;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::model::egress::Purpose;
use crate::model::id::EntryId;
use crate::model::id::JobId;
use crate::model::mood::BUILT_IN;
use crate::model::mood::Mode;
use crate::model::scope::Scope;
use crate::model::suspicion;
use crate::mood::Scored;
use crate::mood::built_in;
use crate::mood::measures;
use crate::mood::prompt;
use crate::mood::reply;
use crate::mood::reply::Accepted;
use crate::providers::chat;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::moods;

/// The code of the refusal to store what was scored of a text that has changed since.
const MOVED: &str = "text_moved";

/// The code of the refusal to score where nobody does.
pub(crate) const NOBODY: &str = "nobody_scores";

/// Who scores, and by what: settled once for a run.
pub(crate) struct Scorer {
    who: Who,
    moods: Arc<Moods>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    Provider,
    BuiltIn,
}

/// What an entry came to.
#[derive(Debug)]
pub(crate) struct Scoring {
    pub(crate) scored: Vec<Scored>,
    /// What was passed over, without a word of anybody's.
    pub(crate) warnings: Vec<String>,
    model: String,
    prompt_version: i64,
    revision: i64,
}

impl Scorer {
    /// Chooses who scores, as the settings stand now.
    ///
    /// # Errors
    /// `Conflict` while moods are not scored, and with the code [`NOBODY`] where nobody does.
    pub(crate) async fn chosen(ctx: &Ctx) -> Result<Self> {
        let moods = measures::ready(ctx).await?;
        let (wanted, can_ask) = (ctx.app.config.providers.mood.scorer, || egress::can_ask(ctx, Purpose::Mood));
        let nobody = |what: &str, hint: &str| Error::conflict(format!("nobody scores: {what}")).code(NOBODY).hint(hint);
        let who = match wanted {
            MoodScorer::Provider | MoodScorer::Auto if can_ask().await? => Who::Provider,
            MoodScorer::BuiltIn | MoodScorer::Auto => Who::BuiltIn,
            MoodScorer::Provider => {
                let hint = "configure a provider and let moods out, or set mood.scorer to auto";
                return Err(nobody("there is no provider that may be asked", hint));
            }
        };
        let scorer = Self { who, moods };
        if scorer.names().is_empty() {
            let hint = "configure a provider, or leave mood.dimensions_file unset";
            return Err(nobody("what is built in knows none of the dimensions of the file", hint));
        }
        Ok(scorer)
    }

    /// Returns the model's name, as it stands beside its scores.
    pub(crate) fn model(&self, config: &Config) -> String {
        match self.who {
            Who::Provider => chat::model(config, &config.providers.mood.model),
            Who::BuiltIn => BUILT_IN.to_owned(),
        }
    }

    /// Tells whether what it reads leaves the machine.
    pub(crate) fn is_remote(&self) -> bool {
        self.who == Who::Provider
    }

    pub(crate) fn moods(&self) -> &Moods {
        &self.moods
    }

    /// Returns the names of the dimensions that it scores.
    pub(crate) fn names(&self) -> Vec<&str> {
        let scores = |one: &&Dimension| self.who == Who::Provider || built_in::knows(one);
        self.moods.dimensions.iter().filter(scores).map(|one| one.name.as_str()).collect()
    }

    /// Returns the dimensions of which an entry has to lack one to be scored, as a JSON array; `None` where it need not.
    pub(crate) fn lacking(&self, mode: Mode) -> Option<String> {
        (mode == Mode::StaleOnly).then(|| serde_json::json!(self.names()).to_string())
    }

    /// Reads an entry and says what it comes to; `None` for one that is not scored: it is gone, its date is in doubt, its
    /// words are an assistant's that nobody accepted, or there are none. Nothing is stored.
    ///
    /// # Errors
    /// As asking a provider; `Upstream`, not passing, for an answer without a score.
    pub(crate) async fn look(&self, ctx: &Ctx, entry: EntryId, job: JobId) -> Result<Option<Scoring>> {
        let current = ctx.read(Scope::Ingest, move |db| moods::text(db, entry)).await?;
        let Some(current) = current.filter(|current| !current.final_text.trim().is_empty()) else { return Ok(None) };
        let revision = current.revision;
        let (Accepted { scored, warnings }, prompt_version) = match self.who {
            Who::Provider => {
                (self.ask(ctx, About { entries: vec![entry], job: Some(job) }, &current).await?, prompt::VERSION)
            }
            Who::BuiltIn => (self.measure(ctx, current.final_text).await?, 0),
        };
        Ok(Some(Scoring { scored, warnings, model: self.model(&ctx.app.config), prompt_version, revision }))
    }

    async fn ask(&self, ctx: &Ctx, about: About, current: &moods::Current) -> Result<Accepted> {
        let settings = &ctx.app.config.providers.mood;
        let question = prompt::prompt(
            ctx.app.entropy.as_ref(),
            &self.moods.dimensions,
            (&current.entry_date, &current.final_text),
            (settings.model.clone(), settings.max_tokens),
        )?;
        let answer: Map<String, Value> = egress::ask_for(ctx, Purpose::Mood, about, &question).await?;
        let mut accepted = reply::accepted(&answer, &self.moods.dimensions)?;
        accepted.warnings.extend(suspicion::warning(&current.final_text));
        Ok(accepted)
    }

    /// Has the built-in scorer read a text, on a core of its own; nothing leaves.
    async fn measure(&self, ctx: &Ctx, text: String) -> Result<Accepted> {
        let _turn = ctx.app.core().await?;
        let (app, moods) = (ctx.app.clone(), self.moods.clone());
        let scored = tokio::task::spawn_blocking(move || {
            // The built-in embedder, whatever the settings say of providers.
            built_in::score(app.embedder().as_ref(), &moods.dimensions, &text)
        });
        // What a panic said is not passed on: it may quote text.
        let scored = scored.await.map_err(|_| Error::new(Kind::Internal, "scoring a text ended early"))??;
        Ok(Accepted { scored, warnings: Vec::new() })
    }
}

/// Stores what an entry came to. What the owner says stays, and so do the scores of dimensions that nothing was said about.
///
/// # Errors
/// `Conflict` when the text changed since it was read ([`is_moved`]), `NotFound` when the entry is not scored any
/// more; then nothing is stored.
pub(crate) fn store(db: &NotebookDb<'_>, entry: EntryId, scoring: &Scoring, at: &str) -> Result<()> {
    let revision = moods::revision(db, entry)?.ok_or_else(|| Error::not_found("entry"))?;
    if revision != scoring.revision {
        return Err(Error::conflict("the text was changed while it was scored").code(MOVED).passing());
    }
    let origin = moods::Origin {
        model: &scoring.model,
        prompt_version: scoring.prompt_version,
        text_revision: scoring.revision,
        at,
    };
    for Scored { dimension, value, confidence, rationale } in &scoring.scored {
        let new = moods::New { dimension, value: *value, confidence: *confidence, rationale: rationale.as_deref() };
        moods::put(db, entry, &new, &origin)?;
    }
    Ok(())
}

/// Tells whether a text changed while it was read.
pub(crate) fn is_moved(error: &Error) -> bool {
    error.wire_code() == MOVED
}
