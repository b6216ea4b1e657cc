//! The moods of many entries, as their owner orders them.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::audit::Trail;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::jobs::attempt::Commit;
use crate::jobs::attempt::Handler;
use crate::jobs::attempt::Held;
use crate::jobs::attempt::Made;
use crate::jobs::score;
use crate::jobs::score::Came;
use crate::jobs::several::Several;
use crate::model::between::Between;
use crate::model::id::EntryId;
use crate::model::id::JobId;
use crate::model::mood::Mode;
use crate::model::notice::Counts;
use crate::model::scope::Scope;
use crate::mood;
use crate::mood::Scorer;
use crate::net::wire::Boxed;
use crate::storage::notebook::claims::Taken;
use crate::storage::notebook::entries;
use crate::storage::notebook::jobs;
use crate::storage::notebook::moods;

/// Entries in a row whose scoring fails before a run gives up: it is not the entries then.
const MAX_IN_A_ROW: u64 = 5;
/// Sentences that a result has of either kind.
const MAX_TOLD: usize = 20;

/// Entries to score.
#[derive(Debug, Clone, Default)]
pub struct Backfill {
    /// Which.
    pub mode: Mode,
    /// Dates to stay within.
    pub between: Between,
}

/// Orders entries to be scored.
///
/// # Errors
/// `Conflict` while moods are not scored, `Invalid` for dates that are none.
pub async fn backfill(ctx: &Ctx, order: Backfill) -> Result<JobId> {
    let (from, to) = order.between.checked()?;
    ctx.caller.authorize(Scope::EntriesWrite)?;
    Scorer::chosen(ctx).await?;
    let mut params = Map::from_iter([("mode".to_owned(), Value::from(order.mode.name()))]);
    for (name, date) in [("start_date", from), ("end_date", to)] {
        if let Some(date) = date {
            params.insert(name.to_owned(), date.into());
        }
    }
    let (id, trail) = (JobId::draw(ctx.app.entropy.as_ref())?, Trail::of(ctx));
    ctx.write(Scope::EntriesWrite, move |db| {
        jobs::order(db, id, jobs::BACKFILL, &params, trail.at())?;
        trail.ordered(db, id)
    })
    .await?;
    ctx.left_work();
    Ok(id)
}

/// Orders one entry to be scored anew.
///
/// # Errors
/// `NotFound`; `Conflict` while moods are not scored, and for an entry that is not scored: its date is in doubt, or its
/// words are an assistant's that nobody accepted.
pub async fn rescore(ctx: &Ctx, entry: EntryId) -> Result<JobId> {
    ctx.caller.authorize(Scope::EntriesWrite)?;
    Scorer::chosen(ctx).await?;
    let (id, trail) = (JobId::draw(ctx.app.entropy.as_ref())?, Trail::of(ctx));
    let id = ctx
        .write(Scope::EntriesWrite, move |db| {
            if !entries::exists(db, entry)? {
                return Err(
                    Error::not_found(format!("entry: {entry}")).hint("`journal list` shows the entries there are")
                );
            }
            if moods::revision(db, entry)?.is_none() {
                return Err(Error::conflict(format!("entry {entry} is not scored"))
                    .code("entry_not_scored")
                    .hint("confirm its date, or accept its words as yours, first"));
            }
            let id = jobs::enqueue(db, id, jobs::SCORE, entry, trail.at())?;
            trail.ordered(db, id)?;
            Ok(id)
        })
        .await?;
    ctx.left_work();
    Ok(id)
}

pub(super) struct Run;

impl Handler for Run {
    fn work<'a>(&'a self, ctx: &'a Ctx, job: &'a Taken, held: &'a Held) -> Boxed<'a, Result<Commit>> {
        Box::pin(async move {
            let scorer = Arc::new(Scorer::chosen(ctx).await?);
            let mut tally = Tally::default();
            let mut done = HashSet::new();
            for (entry, noted) in held.done_before().await? {
                // What went wrong is tried again.
                if noted.get("error").is_none() {
                    tally.count(entry, &Came::of(&noted));
                    done.insert(entry);
                }
            }
            let (mut wanted, scorable) = wanted(ctx, job, &scorer).await?;
            wanted.retain(|entry| !done.contains(entry));
            let total = done.len() + wanted.len();
            held.expect(total as u64).await?;
            let (context, id) = (ctx.clone(), job.id);
            let mut looking = Several::new(wanted, move |entry| {
                let (ctx, scorer) = (context.clone(), scorer.clone());
                Box::pin(async move { scorer.look(&ctx, entry, id).await })
            });
            let (mut at, mut failed) = (done.len() as u64, 0);
            while let Some((entry, time, looked)) = looking.next().await? {
                let came = match looked {
                    Ok(scoring) => score::store(ctx, held, (entry, at + 1), scoring).await,
                    Err(error) => Err(error),
                };
                match came {
                    Ok(came) => {
                        tally.count(entry, &came);
                        failed = 0;
                    }
                    Err(error) if mood::is_moved(&error) && time < score::READINGS => {
                        looking.again(entry, time);
                        continue;
                    }
                    // Of a single entry, and the same again would not help: the others are scored all the same.
                    Err(error) if is_its_own(&error) && failed + 1 < MAX_IN_A_ROW => {
                        held.pass(entry, at + 1, json!({ "error": error.to_string() })).await?;
                        tally.errors.push(format!("entry {entry}: {error}"));
                        failed += 1;
                    }
                    Err(error) => return Err(error),
                }
                at += 1;
            }
            tally.skipped += scorable.saturating_sub(total as u64);
            Ok(commit(tally))
        })
    }
}

/// Returns the entries that a run scores, by date, and how many there are in its range.
async fn wanted(ctx: &Ctx, job: &Taken, scorer: &Scorer) -> Result<(Vec<EntryId>, u64)> {
    let param = |name: &str| job.params.get(name).and_then(Value::as_str).map(str::to_owned);
    let (from, to) = (param("start_date"), param("end_date"));
    let mode = param("mode").as_deref().and_then(Mode::named).unwrap_or_default();
    let lacking = scorer.lacking(mode);
    ctx.read(Scope::Ingest, move |db| {
        let wanted = moods::Wanted { from: from.as_deref(), to: to.as_deref(), lacking: lacking.as_deref() };
        let entries = moods::wanted(db, &wanted)?.into_iter().map(|(entry, _)| entry).collect();
        let scorable = moods::scorable(db, from.as_deref(), to.as_deref())?;
        Ok((entries, u64::try_from(scorable).unwrap_or(0)))
    })
    .await
}

/// Tells whether an error is about one entry and no other.
fn is_its_own(error: &Error) -> bool {
    matches!(error.kind(), Kind::Upstream | Kind::Invalid | Kind::Internal) && !error.is_passing()
}

/// What a run came to.
#[derive(Default)]
struct Tally {
    scored: u64,
    skipped: u64,
    scores: u64,
    errors: Vec<String>,
    warnings: Vec<String>,
}

impl Tally {
    fn count(&mut self, entry: EntryId, came: &Came) {
        if came.scores > 0 {
            self.scored += 1;
        } else {
            self.skipped += 1;
        }
        self.scores += came.scores;
        self.warnings.extend(came.warnings.iter().map(|warning| format!("entry {entry}: {warning}")));
    }
}

fn commit(tally: Tally) -> Commit {
    let Tally { scored, skipped, scores, errors, warnings } = tally;
    let mut result = Map::from_iter([
        ("scored".to_owned(), Value::from(scored)),
        ("skipped".to_owned(), skipped.into()),
        ("scores_written".to_owned(), scores.into()),
        ("errors".to_owned(), told(errors).into()),
    ]);
    if !warnings.is_empty() {
        result.insert("warnings".to_owned(), told(warnings).into());
    }
    let counts = Counts { moods: Some(scores), ..Counts::default() };
    Box::new(move |_| Ok(Made { result, entry: None, counts, left_work: false }))
}

/// Returns the first sentences, and how many more there are.
fn told(mut sentences: Vec<String>) -> Vec<String> {
    let more = sentences.len().saturating_sub(MAX_TOLD);
    sentences.truncate(MAX_TOLD);
    if more > 0 {
        sentences.push(format!("{more} more"));
    }
    sentences
}
