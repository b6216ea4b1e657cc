//! The mood of one entry.

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::jobs::attempt::Commit;
use crate::jobs::attempt::Handler;
use crate::jobs::attempt::Held;
use crate::jobs::attempt::Made;
use crate::model::id::EntryId;
use crate::model::id::JobId;
use crate::model::notice::Counts;
use crate::mood;
use crate::mood::Scorer;
use crate::mood::Scoring;
use crate::net::wire::Boxed;
use crate::storage::notebook::claims::Taken;
use crate::storage::notebook::entries;

/// How often a text is read that changes while it is.
pub(super) const READINGS: u32 = 5;

/// What an entry came to.
pub(super) struct Came {
    pub(super) scores: u64,
    pub(super) warnings: Vec<String>,
}

pub(super) struct Score;

impl Handler for Score {
    fn work<'a>(&'a self, ctx: &'a Ctx, job: &'a Taken, held: &'a Held) -> Boxed<'a, Result<Commit>> {
        Box::pin(async move {
            let entry = job.entry.ok_or_else(|| Error::not_found("entry"))?;
            // An attempt before this one may have stored the scores and died before it could say so.
            if let Some((_, before)) = held.done_before().await?.into_iter().next() {
                return Ok(commit(entry, Came::of(&before)));
            }
            let scorer = match Scorer::chosen(ctx).await {
                Ok(scorer) => scorer,
                // Switched off, or nobody there to do it: the entry is none the worse for it.
                Err(error) if [mood::OFF, mood::NOBODY].contains(&error.wire_code()) => {
                    return Ok(commit(entry, Came::none()));
                }
                Err(error) => return Err(error),
            };
            let came = scored(ctx, held, &scorer, (entry, job.id)).await?;
            Ok(commit(entry, came))
        })
    }
}

/// Scores an entry and stores what it comes to as the one step of its job. A text that changes meanwhile is read again.
async fn scored(ctx: &Ctx, held: &Held, scorer: &Scorer, (entry, job): (EntryId, JobId)) -> Result<Came> {
    let mut readings = 1;
    loop {
        let looked = scorer.look(ctx, entry, job).await?;
        match store(ctx, held, (entry, 1), looked).await {
            Err(error) if mood::is_moved(&error) && readings < READINGS => readings += 1,
            came => return came,
        }
    }
}

/// Stores what an entry comes to as a step of a job.
///
/// # Errors
/// As [`Held::step`], and one that [`mood::is_moved`] tells for a text that has changed since.
pub(super) async fn store(
    ctx: &Ctx,
    held: &Held,
    (entry, done): (EntryId, u64),
    looked: Option<Scoring>,
) -> Result<Came> {
    let Some(scoring) = looked else {
        held.pass(entry, done, Came::none().noted()).await?;
        return Ok(Came::none());
    };
    let came = Came { scores: scoring.scored.len() as u64, warnings: scoring.warnings.clone() };
    let (at, noted) = (ctx.app.stamp(), came.noted());
    match held.step(entry, done, move |db| mood::store(db, entry, &scoring, &at).map(|()| noted)).await {
        // One that was deleted or set aside meanwhile comes to nothing, and there is nothing to note it beside.
        Err(error) if error.kind() == Kind::NotFound => Ok(Came::none()),
        stored => stored.map(|()| came),
    }
}

impl Came {
    pub(super) const fn none() -> Self {
        Self { scores: 0, warnings: Vec::new() }
    }

    /// Reads what was noted beside a step.
    pub(super) fn of(noted: &Value) -> Self {
        let words = |value: &Value| value.as_str().map(str::to_owned);
        Self {
            scores: noted["scores"].as_u64().unwrap_or(0),
            warnings: noted["warnings"].as_array().into_iter().flatten().filter_map(words).collect(),
        }
    }

    fn noted(&self) -> Value {
        json!({ "scores": self.scores, "warnings": self.warnings })
    }
}

fn commit(entry: EntryId, came: Came) -> Commit {
    Box::new(move |db| {
        let mut result = Map::from_iter([
            ("entry_id".to_owned(), Value::from(entry.0)),
            ("scores_written".to_owned(), came.scores.into()),
        ]);
        if !came.warnings.is_empty() {
            result.insert("warnings".to_owned(), came.warnings.into());
        }
        let counts = Counts { moods: Some(came.scores), ..Counts::default() };
        // The entry may be gone by now.
        let entry = entries::exists(db, entry)?.then_some(entry);
        Ok(Made { result, entry, counts, left_work: false })
    })
}
