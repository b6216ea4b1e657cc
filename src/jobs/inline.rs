//! Entries that come in one at a time: their chunks and vectors are made before they are stored, in the same transaction.

use schemars::JsonSchema;
use serde::Serialize;

use crate::audit::Trail;
use crate::ctx::Ctx;
use crate::ctx::HandsOut;
use crate::egress;
use crate::egress::About;
use crate::egress::FollowUps;
use crate::egress::Left;
use crate::error::Error;
use crate::error::Result;
use crate::ingest;
use crate::ingest::Dates;
use crate::ingest::Draft;
use crate::ingest::Incoming;
use crate::ingest::Typed;
use crate::jobs::vectors::Vectors;
use crate::model::entry::Entry;
use crate::model::id::JobId;
use crate::model::scope::Scope;
use crate::storage::notebook::entries;

/// Bytes of a text that somebody is made to wait for, about a second of work; longer ones are left to a job.
const MAX_INLINE: usize = 16 * 1024;

/// An entry that came in.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Ingested {
    /// As stored.
    pub entry: Entry,
    /// The job that scores its moods, if one was left.
    pub mood_job_id: Option<JobId>,
    /// The job that looks for people and places, if one was left.
    pub entity_extraction_job_id: Option<JobId>,
    /// Set when a file with the same bytes was there already: this is its entry, and nothing was stored.
    pub already_there: bool,
}

/// Stores a typed text, found by word and by meaning once this returns.
///
/// # Errors
/// As [`ingest::write`].
pub async fn write(ctx: &Ctx, typed: Typed) -> Result<Ingested> {
    ctx.caller.authorize(Scope::Ingest)?;
    let draft = ingest::draft(ctx, &typed)?;
    take_in(ctx, draft).await
}

/// Stores an uploaded file; `date` counts only when neither its text nor its name have one.
///
/// A file whose bytes the notebook already has gives the entry that came of it.
///
/// # Errors
/// `Invalid` for a name that does not end in `.md` or `.txt`, and as [`ingest::files`].
pub async fn upload(ctx: &Ctx, file: Incoming, date: Option<&str>) -> Result<Ingested> {
    ctx.caller.authorize(Scope::Ingest)?;
    ingest::folder::check_ending(file.name.as_ref())?;
    let dates = Dates { stated: None, otherwise: ingest::parsed(date)? };
    let draft = ingest::prepare(ctx, &file, dates)?;
    take_in(ctx, draft).await
}

/// What came in, and whether it left work.
struct TakenIn(Ingested, bool);

impl HandsOut for TakenIn {
    fn entries(&self) -> usize {
        usize::from(self.0.already_there)
    }
}

async fn take_in(ctx: &Ctx, draft: Draft) -> Result<Ingested> {
    let vectors = Vectors::by(egress::embedder(ctx, About::default())?);
    // Nobody is made to wait for a novel, or for what has to leave the machine.
    let later = draft.body.len() > MAX_INLINE || vectors.is_remote();
    let vectors = if later { vectors } else { vectors.of(ctx, &draft.body).await? };
    let (trail, job) = (Trail::of(ctx), JobId::draw(ctx.app.entropy.as_ref())?);
    let follow_ups = FollowUps::now(ctx).await?;
    let TakenIn(ingested, later) = ctx
        .write_within(Scope::Ingest, move |db, within| {
            let ingested = |entry, left: Left, already_there| Ingested {
                entry,
                mood_job_id: left.moods,
                entity_extraction_job_id: left.entities,
                already_there,
            };
            let stored = |id| entries::find_within(db, id, within)?.ok_or_else(|| Error::not_found("entry"));
            if let Some(id) = draft.already_there(db)? {
                return Ok(TakenIn(ingested(stored(id)?, Left::default(), true), false));
            }
            let id = draft.add(db, &trail)?;
            let later = !vectors.store(db, id, job, trail.at())?;
            let left = follow_ups.leave(db, id, trail.at())?;
            Ok(TakenIn(ingested(stored(id)?, left, false), later || !left.is_empty()))
        })
        .await?;
    if later {
        ctx.left_work();
    }
    Ok(ingested)
}
