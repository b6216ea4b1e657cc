//! Mood scoring of one entry by the configured scorer, and storage of its scores.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::app::context::Ctx;
use crate::app::reloadable::{MoodDimensionDefinition, MoodDimensions};
use crate::blocking::run_blocking;
use crate::config::Config;
use crate::config::providers::MoodScorer;
use crate::domain::egress::EgressPurpose;
use crate::domain::id::{EntryId, JobId};
use crate::domain::mood::{BUILT_IN_MODEL, MoodScoringMode};
use crate::domain::prompt_injection;
use crate::domain::scope::Scope;
use crate::egress::{self, EgressSubject};
use crate::error::{Error, Result};
use crate::providers::chat;
use crate::services::mood::dimension_score::DimensionScore;
use crate::services::mood::reply::{self, ValidatedScores};
use crate::services::mood::{dimensions, local_scorer, prompt};
use crate::storage::notebook::{NotebookDb, moods};

/// Error code if the text changed after it was scored.
const TEXT_CHANGED: &str = "text_moved";

/// Error code if no scorer is available.
pub(crate) const NO_SCORER: &str = "nobody_scores";

/// The scorer and its dimensions, chosen once per run.
pub(crate) struct EntryScorer {
    kind: ScorerKind,
    moods: Arc<MoodDimensions>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ScorerKind {
    Provider,
    BuiltIn,
}

/// Scores of an entry, ready to be stored.
#[derive(Debug)]
pub(crate) struct EntryScoringResult {
    pub(crate) scored: Vec<DimensionScore>,
    /// Warnings about ignored parts, without quoting the model or the entry.
    pub(crate) warnings: Vec<String>,
    model: String,
    prompt_version: i64,
    revision: i64,
}

impl EntryScorer {
    /// Chooses the scorer by the current settings.
    ///
    /// # Errors
    /// `Conflict` while mood scoring is off, and with the code [`NO_SCORER`] if no scorer is available.
    pub(crate) async fn from_settings(ctx: &Ctx) -> Result<Self> {
        let moods = dimensions::require_scoring(ctx).await?;
        let unavailable = |reason: &str, hint: &str| {
            Error::conflict(format!("no scorer is available: {reason}")).code(NO_SCORER).hint(hint)
        };
        let kind = match ctx.app.config.providers.mood.scorer {
            MoodScorer::Provider | MoodScorer::Auto if egress::is_available(ctx, EgressPurpose::Mood).await? => {
                ScorerKind::Provider
            }
            MoodScorer::BuiltIn | MoodScorer::Auto => ScorerKind::BuiltIn,
            MoodScorer::Provider => {
                let hint = "configure a provider and allow egress for moods, or set mood.scorer to auto";
                return Err(unavailable("no provider is configured and allowed", hint));
            }
        };
        let scorer = Self { kind, moods };
        if scorer.dimension_names().is_empty() {
            let hint = "configure a provider, or leave mood.dimensions_file unset";
            return Err(unavailable("the built-in scorer supports none of the configured dimensions", hint));
        }
        Ok(scorer)
    }

    /// Returns the model's name, as stored with its scores.
    pub(crate) fn model(&self, config: &Config) -> String {
        match self.kind {
            ScorerKind::Provider => chat::effective_model(config, &config.providers.mood.model),
            ScorerKind::BuiltIn => BUILT_IN_MODEL.to_owned(),
        }
    }

    /// Returns whether the scorer sends texts to a provider.
    pub(crate) fn is_remote(&self) -> bool {
        self.kind == ScorerKind::Provider
    }

    pub(crate) fn moods(&self) -> &MoodDimensions {
        &self.moods
    }

    /// Returns the names of the dimensions that it supports.
    pub(crate) fn dimension_names(&self) -> Vec<&str> {
        let scores =
            |one: &&MoodDimensionDefinition| self.kind == ScorerKind::Provider || local_scorer::is_supported(one);
        self.moods.dimensions.iter().filter(scores).map(|one| one.name.as_str()).collect()
    }

    /// Returns the dimensions of which an entry must lack one to be scored, as a JSON array; `None` to score all
    /// entries.
    pub(crate) fn missing_dimensions(&self, mode: MoodScoringMode) -> Option<String> {
        (mode == MoodScoringMode::StaleOnly).then(|| serde_json::json!(self.dimension_names()).to_string())
    }

    /// Scores an entry without storing anything; `None` if it is not scorable: deleted, of uncertain date, written by
    /// an assistant and not accepted, or empty.
    ///
    /// # Errors
    /// Errors of the provider call; `Upstream`, not retryable, for an answer without a score.
    pub(crate) async fn score_entry(
        &self,
        ctx: &Ctx,
        entry: EntryId,
        job: JobId,
    ) -> Result<Option<EntryScoringResult>> {
        let current = ctx.read(Scope::Ingest, move |db| moods::find_scoring_text(db, entry)).await?;
        let Some(current) = current.filter(|current| !current.final_text.trim().is_empty()) else { return Ok(None) };
        let revision = current.revision;
        let (ValidatedScores { scored, warnings }, prompt_version) = match self.kind {
            ScorerKind::Provider => (
                self.score_remotely(ctx, EgressSubject { entries: vec![entry], job: Some(job) }, &current).await?,
                prompt::PROMPT_VERSION,
            ),
            ScorerKind::BuiltIn => (self.score_locally(ctx, current.final_text).await?, 0),
        };
        Ok(Some(EntryScoringResult { scored, warnings, model: self.model(&ctx.app.config), prompt_version, revision }))
    }

    async fn score_remotely(
        &self,
        ctx: &Ctx,
        about: EgressSubject,
        current: &moods::ScoringState,
    ) -> Result<ValidatedScores> {
        let settings = &ctx.app.config.providers.mood;
        let question = prompt::build_prompt(
            ctx.app.entropy.as_ref(),
            &self.moods.dimensions,
            (&current.entry_date, &current.final_text),
            (settings.model.clone(), settings.max_tokens),
        )?;
        let answer: Map<String, Value> = egress::complete_json(ctx, EgressPurpose::Mood, about, &question).await?;
        let mut accepted = reply::validate_answer(&answer, &self.moods.dimensions)?;
        accepted.warnings.extend(prompt_injection::injection_summary(&current.final_text));
        Ok(accepted)
    }

    /// Runs the built-in scorer on a blocking thread; nothing is sent out.
    async fn score_locally(&self, ctx: &Ctx, text: String) -> Result<ValidatedScores> {
        let _turn = ctx.app.acquire_cpu().await?;
        let (app, moods) = (ctx.app.clone(), self.moods.clone());
        let scored = run_blocking(move || {
            // Always the built-in embedder, independent of the configured provider.
            local_scorer::score(app.embedder().as_ref(), &moods.dimensions, &text)
        })
        .await?;
        Ok(ValidatedScores { scored, warnings: Vec::new() })
    }
}

/// Stores the scores of an entry. The owner's scores and those on other dimensions are kept.
///
/// # Errors
/// `Conflict` when the text changed since it was scored ([`is_text_changed_error`]), `NotFound` when the entry is no longer
/// scorable; then nothing is stored.
pub(crate) fn store(db: &NotebookDb<'_>, entry: EntryId, scoring: &EntryScoringResult, at: &str) -> Result<()> {
    let revision = moods::find_text_revision(db, entry)?.ok_or_else(|| Error::not_found("entry"))?;
    if revision != scoring.revision {
        return Err(Error::conflict("the text changed while it was scored").code(TEXT_CHANGED).transient());
    }
    let origin = moods::ScoreProvenance {
        model: &scoring.model,
        prompt_version: scoring.prompt_version,
        text_revision: scoring.revision,
        at,
    };
    for DimensionScore { dimension, value, confidence, rationale } in &scoring.scored {
        let new =
            moods::NewMoodScore { dimension, value: *value, confidence: *confidence, rationale: rationale.as_deref() };
        moods::upsert(db, entry, &new, &origin)?;
    }
    Ok(())
}

/// Returns whether an error means that the text changed while it was scored.
pub(crate) fn is_text_changed_error(error: &Error) -> bool {
    error.wire_code() == TEXT_CHANGED
}
