//! Looks for people, places and the like, in one entry or in many.
//!
//! Several entries are asked about at once; what each comes to is stored by itself, in one transaction with the note that it
//! is done.

use std::sync::Arc;
use std::sync::Mutex;

use serde_json::Map;
use serde_json::Value;

use crate::ctx::Ctx;
use crate::entities::extraction;
use crate::entities::extraction::Asked;
use crate::entities::extraction::Counts;
use crate::entities::extraction::Run;
use crate::entities::extraction::Wanted;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::jobs::attempt::Commit;
use crate::jobs::attempt::Handler;
use crate::jobs::attempt::Held;
use crate::jobs::attempt::Made;
use crate::jobs::several::Several;
use crate::model::id::EntryId;
use crate::model::notice;
use crate::model::scope::Scope;
use crate::net::wire::Boxed;
use crate::storage::notebook::claims::Taken;
use crate::storage::notebook::entities::linked;

/// Times that an entry is asked about which is changed meanwhile.
const MOST_ASKED: u32 = 3;
/// Entries in a row after which it is not the entries that something is wrong with.
const MOST_FAILURES: u32 = 10;

/// The handler.
pub(super) struct Extract;

impl Handler for Extract {
    fn work<'a>(&'a self, ctx: &'a Ctx, job: &'a Taken, held: &'a Held) -> Boxed<'a, Result<Commit>> {
        Box::pin(async move {
            let run = Run::begin(ctx, job.id).await?;
            let entries = wanted(ctx, job).await?;
            held.expect(entries.len() as u64).await?;
            let work =
                Work { run: run.clone(), held, is_single: job.entry.is_some(), done: 0, failures: 0, failed: None };
            work.through(entries).await?;
            let mut all = Counts::default();
            for (_, counts) in held.done_before().await? {
                all.add(
                    serde_json::from_value(counts).map_err(|error| Error::internal("what an entry came to", error))?,
                );
            }
            let (pairs, entry) = (run.pairs().await?, job.entry);
            let commit: Commit = Box::new(move |db| {
                run.note(db, &pairs)?;
                Ok(made(entry, &all))
            });
            Ok(commit)
        })
    }
}

/// Returns the entries that are to be looked through.
async fn wanted(ctx: &Ctx, job: &Taken) -> Result<Vec<EntryId>> {
    if let Some(entry) = job.entry {
        return Ok(vec![entry]);
    }
    let params = Value::Object(job.params.clone());
    let wanted: Wanted = serde_json::from_value(params)
        .map_err(|error| Error::invalid("what is wanted cannot be read").caused_by(error))?;
    if let Some(entry) = wanted.entry_id {
        return Ok(vec![entry]);
    }
    ctx.read(Scope::EntriesRead, move |db| {
        linked::derivable(db, wanted.start_date.as_deref(), wanted.end_date.as_deref(), wanted.stale_only)
    })
    .await
}

struct Work<'h> {
    run: Arc<Run>,
    held: &'h Held,
    is_single: bool,
    done: u64,
    /// Entries in a row that could not be looked through.
    failures: u32,
    /// The first error that kept an entry from being looked through, while none was.
    failed: Option<Error>,
}

impl Work<'_> {
    /// Works through the entries that an earlier attempt left.
    async fn through(mut self, entries: Vec<EntryId>) -> Result<()> {
        let before = self.held.done_before().await?;
        let is_left = |entry: &EntryId| !before.iter().any(|(done, _)| done == entry);
        self.done = before.len() as u64;
        let mut any = before.iter().any(|(_, counts)| counts["entries_processed"] != 0);
        let run = self.run.clone();
        let mut asking = Several::new(entries.into_iter().filter(is_left), move |entry| {
            let run = run.clone();
            Box::pin(async move { run.ask(entry).await })
        });
        while let Some((entry, time, asked)) = asking.next().await? {
            match self.stored(entry, asked).await {
                Ok(()) => any = true,
                Err(error) if extraction::is_moved(&error) && time < MOST_ASKED => asking.again(entry, time),
                Err(error) => self.gave_up(entry, error).await?,
            }
        }
        match self.failed {
            Some(error) if !any => Err(error),
            _ => Ok(()),
        }
    }

    async fn stored(&mut self, entry: EntryId, asked: Result<Asked>) -> Result<()> {
        let (asked, run, new) = (asked?, self.run.clone(), Arc::new(Mutex::new(Vec::new())));
        let made = new.clone();
        self.held.step(entry, self.done + 1, move |db| written(&run.store(db, &asked, &made)?)).await?;
        self.done += 1;
        self.failures = 0;
        self.run.learn(&new);
        Ok(())
    }

    /// Goes on without an entry that cannot be looked through; where the whole job has to wait or end, that is the error.
    async fn gave_up(&mut self, entry: EntryId, error: Error) -> Result<()> {
        if extraction::is_gone(&error) && !self.is_single {
            self.done += 1;
            return Ok(());
        }
        let is_of_this_entry = extraction::is_moved(&error)
            || error.wire_code() == "entry_not_derivable"
            || (error.kind() == Kind::Upstream && !error.is_passing());
        if self.is_single || !is_of_this_entry {
            return Err(error);
        }
        self.failures += 1;
        if self.failures >= MOST_FAILURES {
            return Err(error);
        }
        let counts = Counts::nothing(format!("entry {entry}: {error}"));
        self.held.pass(entry, self.done + 1, written(&counts)?).await?;
        self.done += 1;
        self.failed.get_or_insert(error);
        Ok(())
    }
}

fn written(counts: &Counts) -> Result<Value> {
    serde_json::to_value(counts).map_err(|error| Error::internal("what an entry came to", error))
}

fn made(entry: Option<EntryId>, all: &Counts) -> Made {
    let result = match serde_json::to_value(all) {
        Ok(Value::Object(result)) => result,
        _ => Map::new(),
    };
    let counts = notice::Counts {
        entities: Some(all.entities_created + all.entities_matched),
        mentions: Some(all.mentions_created),
        ..notice::Counts::default()
    };
    Made { result, entry, counts, left_work: false }
}
