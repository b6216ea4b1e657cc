//! Mood backfill: enqueues and runs the scoring of many entries.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::app::context::Ctx;
use crate::domain::access_filter::AccessFilter;
use crate::domain::date_range::DateRange;
use crate::domain::id::{EntryId, JobId};
use crate::domain::job_notification::JobResultCounts;
use crate::domain::mood::MoodScoringMode;
use crate::domain::scope::Scope;
use crate::error::{Error, ErrorKind, Result};
use crate::jobs::handlers::mood_score::{self, ScoreOutcome};
use crate::jobs::ordered_tasks::OrderedTasks;
use crate::jobs::run::{JobCommit, JobHandler, JobLease, JobOutput};
use crate::net::transport::BoxFuture;
use crate::services::audit::AuditRecorder;
use crate::services::mood::{self, EntryScorer};
use crate::storage::notebook::job_leases::ClaimedJob;
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

/// Enqueues a backfill job.
///
/// # Errors
/// `Conflict` if mood scoring is not available, `Invalid` for malformed dates.
pub async fn enqueue_mood_backfill(ctx: &Ctx, order: MoodBackfillRequest) -> Result<JobId> {
    let (from, to) = order.between.validate()?;
    ctx.caller.authorize(Scope::EntriesWrite)?;
    EntryScorer::from_settings(ctx).await?;
    let mut params = Map::from_iter([("mode".to_owned(), Value::from(order.mode.name()))]);
    for (name, date) in [("start_date", from), ("end_date", to)] {
        if let Some(date) = date {
            params.insert(name.to_owned(), date.into());
        }
    }
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

pub(crate) struct MoodBackfillHandler;

impl JobHandler for MoodBackfillHandler {
    fn run<'a>(&'a self, ctx: &'a Ctx, job: &'a ClaimedJob, held: &'a JobLease) -> BoxFuture<'a, Result<JobCommit>> {
        Box::pin(async move {
            let scorer = Arc::new(EntryScorer::from_settings(ctx).await?);
            let mut tally = BackfillCounts::default();
            let mut done = HashSet::new();
            for (entry, noted) in held.completed_steps().await? {
                // Failed entries are retried.
                if noted.get("error").is_none() {
                    tally.add(entry, &ScoreOutcome::from_json(&noted));
                    done.insert(entry);
                }
            }
            let (mut wanted, scorable) = entries_to_score(ctx, job, &scorer).await?;
            wanted.retain(|entry| !done.contains(entry));
            let total = done.len() + wanted.len();
            held.set_total(total as u64).await?;
            let (context, id) = (ctx.clone(), job.id);
            let mut tasks = OrderedTasks::new(wanted, move |entry| {
                let (ctx, scorer) = (context.clone(), scorer.clone());
                Box::pin(async move { scorer.score_entry(&ctx, entry, id).await })
            });
            let (mut position, mut failed) = (done.len() as u64, 0);
            while let Some((entry, time, scoring)) = tasks.next().await? {
                let outcome = match scoring {
                    Ok(scoring) => mood_score::store_scores(ctx, held, (entry, position + 1), scoring).await,
                    Err(error) => Err(error),
                };
                match outcome {
                    Ok(outcome) => {
                        tally.add(entry, &outcome);
                        failed = 0;
                    }
                    Err(error) if mood::is_text_changed_error(&error) && time < mood_score::MAX_SCORE_ATTEMPTS => {
                        tasks.retry(entry, time);
                        continue;
                    }
                    // Specific to this entry and permanent: the other entries are scored anyway.
                    Err(error) if is_entry_specific(&error) && failed + 1 < MAX_CONSECUTIVE_FAILURES => {
                        held.skip_step(entry, position + 1, json!({ "error": error.to_string() })).await?;
                        tally.errors.push(format!("entry {entry}: {error}"));
                        failed += 1;
                    }
                    Err(error) => return Err(error),
                }
                position += 1;
            }
            tally.skipped += scorable.saturating_sub(total as u64);
            Ok(build_commit(tally))
        })
    }
}

/// Returns the entries to score, by date, and the number of scorable entries in the range.
async fn entries_to_score(ctx: &Ctx, job: &ClaimedJob, scorer: &EntryScorer) -> Result<(Vec<EntryId>, u64)> {
    let param = |name: &str| job.params.get(name).and_then(Value::as_str).map(str::to_owned);
    let (from, to) = (param("start_date"), param("end_date"));
    let mode = param("mode").as_deref().and_then(MoodScoringMode::from_name).unwrap_or_default();
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
    Box::new(move |_| Ok(JobOutput { result, entry: None, counts, enqueued_jobs: false }))
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
