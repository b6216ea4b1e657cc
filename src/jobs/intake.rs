//! Uploads become entries.

use std::sync::Arc;

use serde_json::Map;
use serde_json::Value;

use crate::audit::Trail;
use crate::ctx::Ctx;
use crate::egress;
use crate::egress::About;
use crate::egress::FollowUps;
use crate::error::Error;
use crate::error::Result;
use crate::ingest;
use crate::ingest::Bringer;
use crate::ingest::Draft;
use crate::ingest::uploads::Claimed;
use crate::jobs::attempt::Commit;
use crate::jobs::attempt::Handler;
use crate::jobs::attempt::Held;
use crate::jobs::attempt::Made;
use crate::jobs::attempt::Table;
use crate::jobs::vectors::Vectors;
use crate::model::entry::SourceType;
use crate::model::id::EntryId;
use crate::model::id::JobId;
use crate::model::notice::Counts;
use crate::model::scope::Scope;
use crate::model::within::Within;
use crate::net::wire::Boxed;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::claims::Taken;
use crate::storage::notebook::entries;
use crate::storage::notebook::jobs;
use crate::storage::notebook::uploads;

/// Returns the kinds of jobs that make entries of uploads.
pub(super) fn table() -> Table {
    vec![(uploads::IMAGES, Arc::new(Photos)), (uploads::RECORDINGS, Arc::new(Recordings))]
}

struct Photos;

impl Handler for Photos {
    fn work<'a>(&'a self, ctx: &'a Ctx, job: &'a Taken, held: &'a Held) -> Boxed<'a, Result<Commit>> {
        Box::pin(async move {
            let upload = claimed(ctx, job, SourceType::Photo).await?;
            let pages = upload.files.len() as u64;
            let draft = ingest::photos::draft(ctx, &upload, held).await?;
            entry(ctx, job.id, draft, Files { name: "page_count", count: pages }).await
        })
    }
}

struct Recordings;

impl Handler for Recordings {
    fn work<'a>(&'a self, ctx: &'a Ctx, job: &'a Taken, held: &'a Held) -> Boxed<'a, Result<Commit>> {
        Box::pin(async move {
            let source = match job.params.get("source_type").and_then(Value::as_str) {
                Some(name) => name.parse()?,
                None => SourceType::Voice,
            };
            let upload = claimed(ctx, job, source).await?;
            let recordings = upload.files.len() as u64;
            let draft = ingest::recordings::draft(ctx, &upload, held).await?;
            entry(ctx, job.id, draft, Files { name: "recording_count", count: recordings }).await
        })
    }
}

/// How many files an upload had, and what a result calls them.
#[derive(Clone, Copy)]
struct Files {
    name: &'static str,
    count: u64,
}

async fn claimed(ctx: &Ctx, job: &Taken, source: SourceType) -> Result<Claimed> {
    let id = job.id;
    let (files, by) = ctx.read(Scope::Ingest, move |db| Ok((uploads::of(db, id)?, uploads::by(db, id)?))).await?;
    if files.is_empty() {
        return Err(Error::conflict("the upload is no longer there").hint("send the files again"));
    }
    let date = job.params.get("entry_date").and_then(Value::as_str).map(str::to_owned);
    let language = job.params.get("language").and_then(Value::as_str).map(str::to_owned);
    let within = by.boundary.as_ref().map(Within::of).unwrap_or_default();
    Ok(Claimed { job: id, files, date, source, bringer: Bringer { author: by.author, within }, language })
}

/// Makes the vectors of a draft, so that its entry can be found once the job has succeeded; they are stored together.
async fn entry(ctx: &Ctx, job: JobId, draft: Draft, files: Files) -> Result<Commit> {
    let vectors = Vectors::by(egress::embedder(ctx, About { job: Some(job), ..About::default() })?);
    let vectors = if draft.date_confirmed { vectors.of(ctx, &draft.body).await? } else { vectors };
    let (trail, embed) = (Trail::of(ctx), JobId::draw(ctx.app.entropy.as_ref())?);
    let follow_ups = FollowUps::now(ctx).await?;
    Ok(Box::new(move |db| {
        let (id, later) = store(db, &draft, &vectors, &trail, embed)?;
        let mut left = follow_ups.leave(db, id, trail.at())?.named();
        left.iter().try_for_each(|&(_, child)| jobs::tie(db, job, child))?;
        left.extend(later.then_some((jobs::EMBED, embed)));
        made(db, id, &draft, &left, files)
    }))
}

/// Stores the entry; tells whether its vectors are left to a job.
fn store(
    db: &NotebookDb<'_>,
    draft: &Draft,
    vectors: &Vectors,
    trail: &Trail,
    embed: JobId,
) -> Result<(EntryId, bool)> {
    let id = draft.add(db, trail)?;
    Ok((id, draft.date_confirmed && !vectors.store(db, id, embed, trail.at())?))
}

fn made(db: &NotebookDb<'_>, id: EntryId, draft: &Draft, left: &[(&str, JobId)], files: Files) -> Result<Made> {
    let entry = entries::find(db, id)?.ok_or_else(|| Error::not_found("entry"))?;
    let mut result = Map::from_iter([
        ("entry_id".to_owned(), Value::from(id.0)),
        ("entry_date".to_owned(), entry.entry_date.into()),
        ("source_type".to_owned(), draft.source.name().into()),
        ("word_count".to_owned(), entry.word_count.into()),
        ("chunk_count".to_owned(), entry.chunk_count.into()),
        (files.name.to_owned(), files.count.into()),
        ("follow_up_jobs".to_owned(), jobs::by_name(left)),
    ]);
    if !draft.date_confirmed {
        result.insert("quarantined".to_owned(), true.into());
    }
    let count = Some(files.count);
    let photographed = draft.source == SourceType::Photo;
    let counts = Counts {
        pages: count.filter(|_| photographed),
        recordings: count.filter(|_| !photographed),
        words: u64::try_from(entry.word_count).ok(),
        chunks: u64::try_from(entry.chunk_count).ok(),
        ..Counts::default()
    };
    Ok(Made { result, entry: Some(id), counts, left_work: !left.is_empty() })
}
