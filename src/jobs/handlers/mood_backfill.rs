//! Mood backfill: enqueues and runs the scoring of many entries.

use std::collections::HashSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::app::context::Ctx;
use crate::domain::access_filter::AccessFilter;
use crate::domain::date_range::DateRange;
use crate::domain::id::{EntryId, JobId};
use crate::domain::job_notification::JobResultCounts;
use crate::domain::mood::MoodScoringMode;
use crate::domain::scope::Scope;
use crate::error::{Error, ErrorKind, Result};
use crate::jobs::handler::{self, JobCommit, JobHandler, JobOutput};
use crate::jobs::handlers::mood_score::{self, ScoreOutcome};
use crate::jobs::lease::JobLease;
use crate::jobs::ordered_tasks::OrderedTasks;
use crate::services::audit::AuditRecorder;
use crate::services::mood::{self, EntryScorer};
use crate::storage::notebook::{entries, jobs, moods};

/// Consecutive failures after which a run ends: the cause is then not the entries.
const MAX_CONSECUTIVE_FAILURES: u64 = 5;
/// Maximum number of errors, and of warnings, in a job result.
const MAX_REPORTED_MESSAGES: usize = 20;

/// Entries to score.
#[derive(Debug, Clone, Default)]
pub struct MoodBackfillRequest {
    /// Which entries of the range are scored.
    pub mode: MoodScoringMode,
    /// Date range.
    pub between: DateRange,
}

/// Parameters of a backfill job.
#[derive(Serialize, Deserialize)]
pub(crate) struct MoodBackfillParams {
    #[serde(default)]
    mode: MoodScoringMode,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_date: Option<String>,
}

/// Enqueues a backfill job.
///
/// # Errors
/// `Conflict` if mood scoring is not available, `Invalid` for malformed dates.
pub async fn enqueue_mood_backfill(ctx: &Ctx, order: MoodBackfillRequest) -> Result<JobId> {
    let (from, to) = order.between.validate()?;
    ctx.caller.authorize(Scope::EntriesWrite)?;
    EntryScorer::from_settings(ctx).await?;
    let params = MoodBackfillParams { mode: order.mode, start_date: from, end_date: to };
    let params = serde_json::to_value(params).map_err(|error| Error::internal("the job parameters", error))?;
    let params = params.as_object().cloned().unwrap_or_default();
    let (id, trail) = (JobId::draw(ctx.app.entropy.as_ref())?, AuditRecorder::from_ctx(ctx));
    ctx.write(Scope::EntriesWrite, move |db| {
        jobs::enqueue_with_params(db, id, jobs::BACKFILL, &params, trail.at())?;
        trail.bulk_job_started(db, id)
    })
    .await?;
    ctx.wake_worker();
    Ok(id)
}

/// Enqueues a job that scores one entry again.
///
/// # Errors
/// `NotFound`; `Conflict` if mood scoring is not available, and for an entry that is not scored because its date is
/// unconfirmed or its text is an assistant's and not accepted.
pub async fn enqueue_mood_rescore(ctx: &Ctx, entry: EntryId) -> Result<JobId> {
    ctx.caller.authorize(Scope::EntriesWrite)?;
    EntryScorer::from_settings(ctx).await?;
    let (id, trail) = (JobId::draw(ctx.app.entropy.as_ref())?, AuditRecorder::from_ctx(ctx));
    let id = ctx
        .write(Scope::EntriesWrite, move |db| {
            entries::require_exists(db, entry, &AccessFilter::default())?;
            if moods::find_text_revision(db, entry)?.is_none() {
                return Err(Error::conflict(format!("entry {entry} cannot be scored"))
                    .code("entry_not_scored")
                    .hint("confirm its date or accept its text first"));
            }
            let id = jobs::enqueue(db, id, jobs::SCORE, entry, trail.at())?;
            trail.bulk_job_started(db, id)?;
            Ok(id)
        })
        .await?;
    ctx.wake_worker();
    Ok(id)
}

/// Handler that scores many entries.
pub(crate) struct MoodBackfillHandler;

impl JobHandler for MoodBackfillHandler {
    const KIND: &'static str = jobs::BACKFILL;
    type Params = MoodBackfillParams;

    async fn run(&self, ctx: &Ctx, lease: &JobLease, params: MoodBackfillParams) -> Result<JobCommit> {
        let scorer = Arc::new(EntryScorer::from_settings(ctx).await?);
        let mut tally = BackfillCounts::default();
        let mut done = HashSet::new();
        for (entry, noted) in lease.completed_steps().await? {
            // Failed entries are retried.
            if noted.get("error").is_none() {
                tally.add(entry, &ScoreOutcome::from_json(&noted));
                done.insert(entry);
            }
        }
        let (mut wanted, scorable) = entries_to_score(ctx, params, &scorer).await?;
        wanted.retain(|entry| !done.contains(entry));
        let total = (done.len() + wanted.len()) as u64;
        lease.set_total(total).await?;
        score_entries(ctx, lease, scorer, (wanted, done.len() as u64), &mut tally).await?;
        tally.skipped += scorable.saturating_sub(total);
        Ok(build_commit(tally))
    }
}

/// Scores the entries after the first `position`, and stores each result as a step.
async fn score_entries(
    ctx: &Ctx,
    lease: &JobLease,
    scorer: Arc<EntryScorer>,
    (entries, mut position): (Vec<EntryId>, u64),
    tally: &mut BackfillCounts,
) -> Result<()> {
    let (context, job) = (ctx.clone(), lease.job.id);
    let mut tasks = OrderedTasks::new(entries, move |entry| {
        let (ctx, scorer) = (context.clone(), scorer.clone());
        Box::pin(async move { scorer.score_entry(&ctx, entry, job).await })
    });
    let mut failures = 0;
    while let Some((entry, time, scoring)) = tasks.next().await? {
        let outcome = match scoring {
            Ok(scoring) => mood_score::store_scores(ctx, lease, (entry, position + 1), scoring).await,
            Err(error) => Err(error),
        };
        match outcome {
            Ok(outcome) => {
                tally.add(entry, &outcome);
                failures = 0;
            }
            Err(error) if mood::is_text_changed_error(&error) && time < mood_score::MAX_SCORE_ATTEMPTS => {
                tasks.retry(entry, time);
                continue;
            }
            // Specific to this entry and permanent: the other entries are scored anyway.
            Err(error) if is_entry_specific(&error) && failures + 1 < MAX_CONSECUTIVE_FAILURES => {
                lease.skip_step(entry, position + 1, json!({ "error": error.to_string() })).await?;
                tally.errors.push(format!("entry {entry}: {error}"));
                failures += 1;
            }
            Err(error) => return Err(error),
        }
        position += 1;
    }
    Ok(())
}

/// Returns the entries to score, by date, and the number of scorable entries in the range.
async fn entries_to_score(ctx: &Ctx, params: MoodBackfillParams, scorer: &EntryScorer) -> Result<(Vec<EntryId>, u64)> {
    let MoodBackfillParams { mode, start_date: from, end_date: to } = params;
    let lacking = scorer.missing_dimensions(mode);
    ctx.read(Scope::Ingest, move |db| {
        let wanted = moods::ScoringFilter { from: from.as_deref(), to: to.as_deref(), lacking: lacking.as_deref() };
        let entries = moods::list_scorable(db, &wanted)?.into_iter().map(|(entry, _)| entry).collect();
        let scorable = moods::count_scorable(db, from.as_deref(), to.as_deref())?;
        Ok((entries, u64::try_from(scorable).unwrap_or(0)))
    })
    .await
}

/// Returns true for an error that concerns this entry alone and does not pass.
fn is_entry_specific(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Upstream | ErrorKind::Invalid | ErrorKind::Internal) && !error.is_transient()
}

/// Counts of a backfill run.
#[derive(Default)]
struct BackfillCounts {
    scored: u64,
    skipped: u64,
    scores: u64,
    errors: Vec<String>,
    warnings: Vec<String>,
}

impl BackfillCounts {
    fn add(&mut self, entry: EntryId, outcome: &ScoreOutcome) {
        if outcome.scores > 0 {
            self.scored += 1;
        } else {
            self.skipped += 1;
        }
        self.scores += outcome.scores;
        self.warnings.extend(outcome.warnings.iter().map(|warning| format!("entry {entry}: {warning}")));
    }
}

fn build_commit(tally: BackfillCounts) -> JobCommit {
    let BackfillCounts { scored, skipped, scores, errors, warnings } = tally;
    let mut result = Map::from_iter([
        ("scored".to_owned(), Value::from(scored)),
        ("skipped".to_owned(), skipped.into()),
        ("scores_written".to_owned(), scores.into()),
        ("errors".to_owned(), truncate_messages(errors).into()),
    ]);
    if !warnings.is_empty() {
        result.insert("warnings".to_owned(), truncate_messages(warnings).into());
    }
    let counts = JobResultCounts { moods: Some(scores), ..JobResultCounts::default() };
    handler::commit(move |_| Ok(JobOutput { result, counts, ..JobOutput::default() }))
}

/// Returns the first messages and, if there are more, their number.
fn truncate_messages(mut messages: Vec<String>) -> Vec<String> {
    let more = messages.len().saturating_sub(MAX_REPORTED_MESSAGES);
    messages.truncate(MAX_REPORTED_MESSAGES);
    if more > 0 {
        messages.push(format!("{more} more"));
    }
    messages
}
