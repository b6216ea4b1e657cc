//! Handler of `mood_score_entry`: scores the mood of one entry.

use serde::de::IgnoredAny;
use serde_json::{Map, Value, json};

use crate::app::context::Ctx;
use crate::domain::id::EntryId;
use crate::domain::job_notification::JobResultCounts;
use crate::error::{Error, ErrorKind, Result};
use crate::jobs::handler::{self, JobCommit, JobHandler, JobOutput};
use crate::jobs::lease::JobLease;
use crate::services::mood::{self, EntryScorer, EntryScoringResult};
use crate::storage::notebook::{entries, jobs};

/// Attempts at an entry whose text changes while it is scored.
pub(crate) const MAX_SCORE_ATTEMPTS: u32 = 5;

/// Result of scoring one entry.
#[derive(Default)]
pub(crate) struct ScoreOutcome {
    pub(crate) scores: u64,
    pub(crate) warnings: Vec<String>,
}

/// Handler that scores one entry.
pub(crate) struct MoodScoreHandler;

impl JobHandler for MoodScoreHandler {
    const KIND: &'static str = jobs::SCORE;
    type Params = IgnoredAny;

    async fn run(&self, ctx: &Ctx, lease: &JobLease, _: IgnoredAny) -> Result<JobCommit> {
        let entry = lease.job.entry.ok_or_else(|| Error::not_found("entry"))?;
        // An earlier run may have stored the scores and died before it ended the job.
        if let Some((_, before)) = lease.completed_steps().await?.into_iter().next() {
            return Ok(build_commit(entry, ScoreOutcome::from_json(&before)));
        }
        let outcome = match EntryScorer::from_settings(ctx).await {
            Ok(scorer) => score_entry(ctx, lease, &scorer, entry).await?,
            // Switched off or no provider: the job succeeds without scores.
            Err(error) if [mood::SCORING_OFF, mood::NO_SCORER].contains(&error.wire_code()) => ScoreOutcome::default(),
            Err(error) => return Err(error),
        };
        Ok(build_commit(entry, outcome))
    }
}

/// Scores an entry and stores the result as the job's only step; scores again if the text changed meanwhile.
async fn score_entry(ctx: &Ctx, lease: &JobLease, scorer: &EntryScorer, entry: EntryId) -> Result<ScoreOutcome> {
    let mut readings = 1;
    loop {
        let scoring = scorer.score_entry(ctx, entry, lease.job.id).await?;
        match store_scores(ctx, lease, (entry, 1), scoring).await {
            Err(error) if mood::is_text_changed_error(&error) && readings < MAX_SCORE_ATTEMPTS => readings += 1,
            outcome => return outcome,
        }
    }
}

/// Stores the result of one entry as a step of its job.
///
/// # Errors
/// As [`JobLease::commit_step`]; for a text that changed meanwhile, an error for which
/// [`mood::is_text_changed_error`] is true.
pub(super) async fn store_scores(
    ctx: &Ctx,
    lease: &JobLease,
    (entry, done): (EntryId, u64),
    scoring: Option<EntryScoringResult>,
) -> Result<ScoreOutcome> {
    let Some(scoring) = scoring else {
        lease.skip_step(entry, done, ScoreOutcome::default().to_json()).await?;
        return Ok(ScoreOutcome::default());
    };
    let outcome = ScoreOutcome { scores: scoring.scored.len() as u64, warnings: scoring.warnings.clone() };
    let (at, noted) = (ctx.app.now_timestamp(), outcome.to_json());
    match lease.commit_step(entry, done, move |db| mood::store(db, entry, &scoring, &at).map(|()| noted)).await {
        // An entry deleted or quarantined meanwhile has no result and no step row.
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(ScoreOutcome::default()),
        stored => stored.map(|()| outcome),
    }
}

impl ScoreOutcome {
    /// Reads the result stored with a step.
    pub(crate) fn from_json(noted: &Value) -> Self {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        Self {
            scores: noted["scores"].as_u64().unwrap_or(0),
            warnings: noted["warnings"].as_array().into_iter().flatten().filter_map(text).collect(),
        }
    }

    fn to_json(&self) -> Value {
        json!({ "scores": self.scores, "warnings": self.warnings })
    }
}

fn build_commit(entry: EntryId, outcome: ScoreOutcome) -> JobCommit {
    handler::commit(move |db| {
        let mut result = Map::from_iter([
            ("entry_id".to_owned(), Value::from(entry.0)),
            ("scores_written".to_owned(), outcome.scores.into()),
        ]);
        if !outcome.warnings.is_empty() {
            result.insert("warnings".to_owned(), outcome.warnings.into());
        }
        let counts = JobResultCounts { moods: Some(outcome.scores), ..JobResultCounts::default() };
        // The entry may have been deleted meanwhile.
        let entry = entries::exists(db, entry)?.then_some(entry);
        Ok(JobOutput { result, entry, counts, enqueued_jobs: false })
    })
}
