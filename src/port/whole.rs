//! Brings an export back: into an empty notebook, everything under the numbers and instants that it had.

mod checked;
mod document;
mod place;

use std::collections::BTreeMap;
use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;

use serde::Serialize;
use tokio::sync::mpsc;
use tokio::sync::mpsc::UnboundedSender;
use uuid::Uuid;

use crate::app::App;
use crate::audit::Trail;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Result;
use crate::model::audit::Action;
use crate::model::id::JobId;
use crate::model::portable::Correction;
use crate::model::portable::Entry;
use crate::model::portable::Original;
use crate::model::portable::Policy;
use crate::model::scope::Scope;
use crate::port;
use crate::port::whole::document::Item;
use crate::port::whole::place::Place;
use crate::port::whole::place::Reading;
use crate::secret::Secret;
use crate::storage::hashed;
use crate::storage::media::Intake;
use crate::storage::media::Placed;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::egress;
use crate::storage::notebook::jobs;
use crate::storage::notebook::portable;
use crate::storage::notebook::portable::adding;
use crate::storage::notebook::portable::adding_meaning;

/// Bytes that are read at once.
const PIECE: usize = 64 * 1024;

/// Where an export is, and what opens it.
#[derive(Debug, Default)]
pub struct From {
    /// The folder or file that `journal export` wrote.
    pub path: PathBuf,
    /// Files of identities that open it.
    pub identities: Vec<PathBuf>,
    /// What opens it, or the identities.
    pub passphrase: Option<Secret<String>>,
}

/// What came in, or would.
#[derive(Debug, Default, Serialize)]
pub struct Imported {
    /// Whether nothing was written.
    pub dry_run: bool,
    /// The version of the export.
    pub version: u32,
    /// Entries.
    pub entries: usize,
    /// Originals.
    pub originals: usize,
    /// Bytes of the originals.
    pub original_bytes: u64,
    /// People, places and the like.
    pub entities: usize,
}

/// Reads an export into the caller's notebook, which has to be empty: all of it, or nothing.
///
/// Vectors are left to jobs. What may leave the notebook is the stricter of what both say.
///
/// # Errors
/// `Conflict` for a notebook that is not empty, a missing or altered original, a version from the future, a damaged archive;
/// `Invalid` for what is no export; `Unauthenticated` when no identity opens it.
pub async fn import(ctx: &Ctx, from: From, dry_run: bool, progress: &(dyn Fn(u64, u64) + Sync)) -> Result<Imported> {
    ctx.caller.authorize(Scope::Ingest)?;
    // What may leave the notebook is set too.
    ctx.caller.authorize(Scope::Account)?;
    let store = ctx.media(Scope::Ingest).await?;
    let upload = JobId::draw(ctx.app.entropy.as_ref())?.0;
    let (told, mut heard) = mpsc::unbounded_channel();
    let (app, trail) = (ctx.app.clone(), Trail::of(ctx));
    let work = ctx.with_notebook(Scope::Ingest, move |notebook| {
        notebook.read(refuse_full)?;
        let place = Place::find(&from)?;
        if dry_run {
            return notebook.rehearse(|db| Taking::new(db, &app, None).all(&place, &told));
        }
        let intake = store.begin(upload)?;
        let mut placed = None;
        let imported = notebook.write(|db| {
            refuse_full(db)?;
            let imported = Taking::new(db, &app, Some(&intake)).all(&place, &told)?;
            trail.imported(db)?;
            placed = Some(intake.place()?);
            Ok(imported)
        })?;
        placed.into_iter().for_each(Placed::keep);
        Ok(imported)
    });
    let imported = Imported { dry_run, ..port::hear(work, &mut heard, progress).await? };
    if !dry_run {
        let (trail, resource) = (Trail::of(ctx), format!("notebook:{}", ctx.notebook()?));
        ctx.write_accounts(Scope::Ingest, move |db| trail.record(db, Action::DataImported, &resource)).await?;
        ctx.left_work();
    }
    Ok(imported)
}

fn refuse_full(db: &NotebookDb<'_>) -> Result<()> {
    if portable::is_empty(db)? {
        return Ok(());
    }
    Err(Error::conflict("the journal is not empty, and an export is brought back into an empty one only").hint(
        "add a person with `journal user add` and pass --user; to add texts to a journal, `journal import markdown`",
    ))
}

/// An original that the document speaks of.
struct Wanted {
    source: i64,
    sha256: String,
    original: Original,
}

/// An export on its way in.
struct Taking<'a> {
    db: &'a NotebookDb<'a>,
    app: &'a Arc<App>,
    /// `None` where nothing is to be written.
    intake: Option<&'a Intake>,
    wanted: BTreeMap<Uuid, Wanted>,
    /// They speak of entries and entities, which may stand behind them.
    corrections: Vec<Correction>,
    report: Imported,
}

impl<'a> Taking<'a> {
    fn new(db: &'a NotebookDb<'a>, app: &'a Arc<App>, intake: Option<&'a Intake>) -> Self {
        let corrections = Vec::new();
        Self { db, app, intake, wanted: BTreeMap::new(), corrections, report: Imported::default() }
    }

    fn all(mut self, place: &Place, told: &UnboundedSender<(u64, u64)>) -> Result<Imported> {
        let total = place.bytes();
        place.read(&mut self, &mut |done| {
            // Nobody hears it any more once the command was given up.
            let _ = told.send((done, total));
        })?;
        self.corrections.iter().try_for_each(|said| adding_meaning::add_correction(self.db, said))?;
        if let Some(wanted) = self.wanted.values().next() {
            let (name, count) = (wanted.original.file_name(), self.wanted.len());
            return Err(Error::conflict(format!("{count} originals are missing, the first is {name}"))
                .hint("take a whole copy of the export; nothing was changed"));
        }
        Ok(self.report)
    }

    fn take(&mut self, item: Item) -> Result<()> {
        match item {
            Item::Policy(policy) => self.policy(&policy),
            Item::Entry(entry) => self.entry(*entry),
            Item::Entity(entity) => {
                self.report.entities += 1;
                adding_meaning::add_entity(self.db, &entity)
            }
            Item::Mention(mention) => adding_meaning::add_mention(self.db, &mention),
            Item::Relationship(relationship) => adding_meaning::add_relationship(self.db, &relationship),
            Item::MergeCandidate(pair) => adding_meaning::add_merge_candidate(self.db, &pair),
            Item::Merge(merge) => adding_meaning::add_merge(self.db, &merge),
            Item::PairDecision(pair) => adding_meaning::add_pair_decision(self.db, &pair),
            Item::Correction(said) => {
                self.corrections.push(said);
                Ok(())
            }
        }
    }

    fn entry(&mut self, entry: Entry) -> Result<()> {
        checked::entry(&entry)?;
        adding::add_entry(self.db, &entry)?;
        if entry.date_confirmed {
            let job = JobId::draw(self.app.entropy.as_ref())?;
            jobs::enqueue_first(self.db, job, jobs::EMBED, entry.id, &self.app.stamp())?;
        }
        self.report.entries += 1;
        for source in entry.sources {
            let Some(original) = source.original else { continue };
            let wanted = Wanted { source: source.id, sha256: source.sha256, original };
            let name = wanted.original.file_name();
            if self.wanted.insert(wanted.original.id, wanted).is_some() {
                return Err(Error::invalid(format!("the original {name} is there twice"))
                    .hint("export the journal again; nothing was changed"));
            }
        }
        Ok(())
    }

    /// Lets out only what both this notebook and the export let out.
    fn policy(&self, policy: &Policy) -> Result<()> {
        let mut allowed = egress::allowed(self.db)?;
        allowed.local_only |= policy.local_only;
        allowed.purposes = match (allowed.purposes, policy.purposes.clone()) {
            (Some(here), Some(there)) => Some(here.into_iter().filter(|purpose| there.contains(purpose)).collect()),
            (here, there) => here.or(there),
        };
        let more = policy.redact.iter().filter(|kind| !allowed.redact.contains(kind));
        let more: Vec<_> = more.copied().collect();
        allowed.redact.extend(more);
        egress::allow(self.db, &allowed)?;
        policy.words.iter().try_for_each(|word| egress::add_word(self.db, word))
    }
}

impl Reading for Taking<'_> {
    fn document(&mut self, from: &mut dyn Read) -> Result<()> {
        if self.report.version > 0 {
            return Err(
                Error::invalid("the archive holds two exports").hint("name an archive that `journal export` wrote")
            );
        }
        let from = std::io::BufReader::with_capacity(PIECE, from);
        self.report.version = document::read(from, &mut |item| self.take(item))?;
        Ok(())
    }

    fn wanted(&self) -> Vec<Original> {
        self.wanted.values().map(|wanted| wanted.original.clone()).collect()
    }

    fn original(&mut self, id: Uuid, from: &mut dyn Read) -> Result<()> {
        let Some(wanted) = self.wanted.remove(&id) else { return Ok(()) };
        let mut sealing = self.intake.map(|intake| intake.file(id)).transpose()?;
        let altered = || {
            Error::conflict(format!("the original {} is not the one that was exported", wanted.original.file_name()))
                .hint("take another copy of the export; nothing was changed")
        };
        let mut bytes = 0;
        let unread = |error: std::io::Error| altered().caused_by(error);
        let sum = hashed::each(from, unread, |piece| {
            bytes += piece.len() as u64;
            if bytes > wanted.original.bytes {
                return Err(altered());
            }
            sealing.as_mut().map_or(Ok(()), |sealing| sealing.write(piece))
        })?;
        if sum.bytes != wanted.original.bytes || sum.sha256 != wanted.sha256 {
            return Err(altered());
        }
        if let Some(sealing) = sealing {
            let sealed = sealing.finish()?;
            adding::add_original(self.db, wanted.source, &wanted.original, &sealed)?;
        }
        self.report.originals += 1;
        self.report.original_bytes += bytes;
        Ok(())
    }
}
