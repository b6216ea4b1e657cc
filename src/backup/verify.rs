//! Reads a backup through: every byte of it decrypted and compared, every database and chain checked as the program would.

use std::path::Path;
use std::sync::Arc;

use crate::app::App;
use crate::audit;
use crate::auth;
use crate::backup::archive;
use crate::backup::archive::Contents;
use crate::backup::assembly;
use crate::backup::assembly::Sources;
use crate::backup::media;
use crate::backup::report;
use crate::backup::report::Report;
use crate::backup::source::Source;
use crate::crypto::key::Key;
use crate::crypto::media::MediaIdentity;
use crate::crypto::secret_key;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::model::audit::Action;
use crate::model::backup::ACCOUNTS;
use crate::model::backup::Part;
use crate::model::backup::notebook_part;
use crate::model::id::NotebookId;
use crate::secret::Secret;
use crate::storage::accounts;
use crate::storage::accounts::upkeep;
use crate::storage::database::snapshot;
use crate::storage::notebook::activity;
use crate::storage::notebook::keyword;
use crate::storage::notebook::samples;
use crate::storage::notebook::state;
use crate::storage::notebook::uploads;
use crate::storage::scratch::Scratch;

/// Begins the names of work folders.
pub(super) const SCRATCH: &str = ".journal-scratch-";

/// How far the work is: done and all of it, in one unit.
pub type Progress<'a> = &'a dyn Fn(u64, u64);

/// Verifies a backup. `here` is the journal of this machine, if there is one; `scratch` a folder for work files, that of
/// the archive if none.
///
/// # Errors
/// `Forbidden` for keys; `Unauthenticated` for identities that do not open it; `Conflict` without room for work files. What
/// is wrong with the backup itself is in the report.
pub async fn verify(
    source: &Source,
    here: Option<&Ctx>,
    scratch: Option<&Path>,
    sources: &Sources,
    progress: Progress<'_>,
) -> Result<Report> {
    if let Some(ctx) = here {
        ctx.caller.operate()?;
    }
    let mut report = Report::of(source);
    let Some((work, contents)) = unpack(source, scratch, sources, &mut report, progress)? else { return Ok(report) };
    let folder = work.path();
    let named = |id: &NotebookId| notebook_part(*id);
    let parts = contents.manifest.notebooks.iter().map(|notebook| (named(&notebook.id), &notebook.part));
    let mut sound = true;
    for (name, part) in std::iter::once((ACCOUNTS.to_owned(), &contents.manifest.accounts)).chain(parts) {
        let key = assembly::key_of(&contents.keys, &name);
        sound &= report.note(&name, key.and_then(|key| database(&folder.join(&name), &key, part)));
    }
    if !(sound && report.note("root key", assembly::root(&contents).map(|root| root.fingerprint()))) {
        return Ok(report);
    }
    let app = match assembly::open(folder, &contents, &throwaway(sources)?, sources) {
        Ok(app) => app,
        Err(error) => {
            report.note("opening", Err(error));
            return Ok(report);
        }
    };
    report.note("opening", notebooks_agree(&app, &contents));
    report.note("audit trail", trail(&app, &contents).await);
    for notebook in &contents.manifest.notebooks {
        report.note(format!("notebook {}", notebook.id), inside(&app, &contents, notebook.id));
    }
    report.note("originals", every_original(source, &contents, progress));
    if report.good {
        let (action, kind) = (Action::BackupVerified, upkeep::Kind::BackupVerified);
        report.recorded = report::record(here, &contents.manifest, source, action, kind).await?;
    }
    Ok(report)
}

/// Reads the archive into a work folder; `None` when the report says that it could not be.
pub(super) fn unpack(
    source: &Source,
    scratch: Option<&Path>,
    sources: &Sources,
    report: &mut Report,
    progress: Progress<'_>,
) -> Result<Option<(Scratch, Contents)>> {
    let described = source.check_description(progress);
    let detail = |had| if had { "size and hash are the described ones" } else { "there is none beside it" };
    if !report.note("description", described.map(|had| detail(had).to_owned())) {
        return Ok(None);
    }
    let parent = scratch.unwrap_or_else(|| source.folder());
    report::check_room(parent, source.bytes)?;
    let work = Scratch::new(parent, SCRATCH, sources.entropy.as_ref())
        .map_err(|error| Error::new(error.kind(), error.to_string()).hint("name a folder with --scratch DIR"))?;
    match archive::unpack(source, work.path(), &mut |_, _| Ok(true), progress) {
        Ok(contents) => {
            report.is_about(&contents.manifest);
            let bytes = source.bytes;
            report.note("archive", Ok(format!("{bytes} bytes, every one authentic, every part as it was written")));
            Ok(Some((work, contents)))
        }
        Err(error) if error.kind() == Kind::Conflict => {
            report.note("archive", Err(error));
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// Draws a secret that nobody keeps.
pub(super) fn throwaway(sources: &Sources) -> Result<Secret<String>> {
    secret_key::draw(sources.entropy.as_ref())
}

/// Checks a database file as it is: every page, the structure, and as many rows as there were.
pub(super) fn database(path: &Path, key: &Key, part: &Part) -> Result<String> {
    if let [first, rest @ ..] = snapshot::flaws(path, key)?.as_slice() {
        return Err(Error::conflict(format!("{}: {first} (and {} more)", part.name, rest.len()))
            .hint("take another backup; the journal it was made of may have been damaged already"));
    }
    let census = snapshot::census(path, key)?;
    if census.schema != part.schema || census.rows != part.rows {
        return Err(Error::conflict(format!("{} holds other rows than its manifest says", part.name))
            .hint("take another backup"));
    }
    let rows: i64 = census.rows.values().sum();
    Ok(format!("every page authentic, structure sound, {rows} rows in {} tables", census.rows.len()))
}

fn notebooks_agree(app: &App, contents: &Contents) -> Result<String> {
    let there = app.store.accounts.read(accounts::notebooks::all)?;
    let named: Vec<NotebookId> = contents.manifest.notebooks.iter().map(|notebook| notebook.id).collect();
    if there == named {
        return Ok(format!("opens as the program opens it, {} notebooks", there.len()));
    }
    Err(Error::conflict("the accounts know other notebooks than the archive holds").hint("take another backup"))
}

async fn trail(app: &Arc<App>, contents: &Contents) -> Result<String> {
    let verdict = audit::verify(&auth::administration(app.clone())).await?;
    let events = verdict.checked()?;
    let last = app.store.accounts.read(|db| accounts::audit::newest(db, None, 1))?.pop();
    let (seq, mac) = last.map_or((0, String::new()), |event| (event.seq, event.mac));
    if (seq, mac.as_str()) != (contents.manifest.audit.seq, contents.manifest.audit.mac.as_str()) {
        return Err(Error::conflict("the audit trail does not end where the manifest says").hint("take another backup"));
    }
    Ok(format!("{events} events, every link and {} checkpoints hold", verdict.checkpoints))
}

/// Checks what only the program knows of a notebook: index, activity, identity, and which originals there are.
fn inside(app: &App, contents: &Contents, id: NotebookId) -> Result<String> {
    let notebook = app.store.notebook(id)?;
    if contents.manifest.derived && !notebook.write(keyword::agrees)? {
        return Err(Error::conflict("its full-text index does not agree with the entries")
            .hint("restore it all the same: `journal reindex --fts` makes it anew"));
    }
    let lines = activity_holds(app, id)?;
    let identity = notebook.read(state::media_identity)?;
    if contents.keys.originals.get(&id) != Some(identity.expose()) {
        return Err(Error::conflict("the archive holds another identity for its originals").hint("take another backup"));
    }
    let mut named = contents.manifest.originals.iter().filter(|original| original.notebook == id);
    for (known, hash) in notebook.read(uploads::sealed)? {
        let hash = data_encoding::HEXLOWER.encode(&hash);
        if !named.next().is_some_and(|original| original.id == known && original.sha256 == hash) {
            return Err(others_named());
        }
    }
    if named.next().is_some() {
        return Err(others_named());
    }
    let entries = notebook.read(samples::count)?;
    Ok(format!("{entries} entries, index and originals agree with them, {lines} lines of activity hold"))
}

fn others_named() -> Error {
    Error::conflict("the manifest names other originals than the notebook knows").hint("take another backup")
}

/// Walks a notebook's activity; returns how many lines it has.
pub(super) fn activity_holds(app: &App, id: NotebookId) -> Result<i64> {
    let key = audit::activity_key(app, id);
    match app.store.notebook(id)?.read(|db| activity::verify(db, &key))? {
        (lines, None) => Ok(lines),
        (_, Some(seq)) => Err(Error::conflict(format!("line {seq} of its activity was changed or removed"))
            .hint("somebody changed the database before it was backed up; compare it with an older backup")),
    }
}

/// Opens every original and reads it to its end.
fn every_original(source: &Source, contents: &Contents, progress: Progress<'_>) -> Result<String> {
    let all = &contents.manifest.originals;
    let missing = media::missing(&source.media, &contents.manifest, |_| true)?;
    media::refuse_missing(&source.media, &missing, all.len())?;
    let bytes: u64 = all.iter().map(|original| original.bytes).sum();
    let mut done = 0;
    for original in all {
        media::check(&source.media, original, &identity(contents, original.notebook)?)?;
        done += original.bytes;
        progress(done, bytes);
    }
    Ok(format!("{} there, authentic and in their notebooks, {bytes} bytes", all.len()))
}

/// Returns what opens a notebook's originals.
pub(super) fn identity(contents: &Contents, id: NotebookId) -> Result<MediaIdentity> {
    let lacking = || Error::conflict("the archive lacks what opens a notebook's originals").hint("take another backup");
    let text = contents.keys.originals.get(&id).ok_or_else(lacking)?;
    MediaIdentity::parse(&Secret::new(text.clone())).map_err(|error| lacking().caused_by(error))
}
