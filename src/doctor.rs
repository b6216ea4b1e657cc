//! Looks at everything that could be wrong with a data directory, and mends modes when asked.

mod exposure;
mod upkeep;

pub use exposure::note_start;

use serde::Serialize;

use crate::app::App;
use crate::audit;
use crate::auth;
use crate::error::Error;
use crate::error::Result;
use crate::model::id::NotebookId;
use crate::storage::accounts;
use crate::storage::data_dir::DataDir;
use crate::storage::data_dir::free_bytes;
use crate::storage::files;
use crate::storage::keyring_file;
use crate::storage::notebook::activity;
use crate::storage::notebook::jobs;
use crate::storage::notebook::keyword;

use std::path::Path;
use std::sync::Arc;

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Mark {
    /// As it should be.
    Ok,
    /// Works, but somebody should look.
    Warning,
    /// Broken.
    Failed,
}

/// One check.
#[derive(Debug, Serialize)]
pub struct Check {
    /// What was looked at.
    pub name: String,
    /// How it came out.
    pub mark: Mark,
    /// What was found.
    pub detail: String,
    /// The next command, where there is one.
    pub hint: Option<String>,
}

/// Every check.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    /// Whether nothing failed.
    pub healthy: bool,
    /// The checks.
    pub checks: Vec<Check>,
}

impl Report {
    fn add(&mut self, name: &str, mark: Mark, detail: impl Into<String>) {
        self.checks.push(Check { name: name.to_owned(), mark, detail: detail.into(), hint: None });
    }

    fn fail(&mut self, name: &str, error: &Error) {
        let hint = error.next_step().map(str::to_owned);
        self.checks.push(Check { name: name.to_owned(), mark: Mark::Failed, detail: error.to_string(), hint });
    }

    fn outcome(&mut self, name: &str, outcome: Result<upkeep::Found>) {
        match outcome {
            Ok((mark, detail, hint)) => self.checks.push(Check { name: name.to_owned(), mark, detail, hint }),
            Err(error) => self.fail(name, &error),
        }
    }

    fn note(&mut self, name: &str, outcome: Result<(Mark, String)>) {
        match outcome {
            Ok((mark, detail)) => self.add(name, mark, detail),
            Err(error) => self.fail(name, &error),
        }
    }

    /// Closes the report.
    #[must_use]
    fn finished(mut self) -> Self {
        self.healthy = self.checks.iter().all(|check| check.mark != Mark::Failed);
        self
    }
}

/// Takes group and others out of every mode below the data directory; returns how many were mended.
///
/// # Errors
/// `NotFound` without a data directory; `Conflict` where the system refuses.
pub fn fix_modes(data_dir: &Path) -> Result<usize> {
    let data = DataDir::new(data_dir);
    keyring_or_nothing(&data)?;
    let mut mended = 0;
    for item in data.walk() {
        let (path, folder) = item?;
        if files::check(&path, folder).is_err() {
            files::tighten(&path)?;
            mended += 1;
        }
    }
    Ok(mended)
}

fn keyring_or_nothing(data: &DataDir) -> Result<()> {
    if data.keyring().exists() {
        return Ok(());
    }
    // Never touch the modes of a folder that is not a journal's.
    keyring_file::read(data).map(drop)
}

/// Checks everything, as far as it can be opened. `open` is what opening the journal gave.
pub async fn examine(data_dir: &Path, open: Result<Arc<App>>) -> Report {
    let mut report = Report::default();
    let data = DataDir::new(data_dir);
    report.note(
        "keyring",
        keyring_file::read(&data).map(|keyring| {
            let unfinished = keyring.key_ids().len() > 1;
            let mark = if unfinished { Mark::Warning } else { Mark::Ok };
            let more = if unfinished { "; a rotation is unfinished: run `journal keyring rotate`" } else { "" };
            (mark, format!("root key {}{more}", keyring.fingerprint))
        }),
    );
    report.note("permissions", data.check_modes().map(|()| (Mark::Ok, "private to their owner".to_owned())));
    report.note("disk", disk(data_dir));
    let app = match open {
        Ok(app) => app,
        Err(error) => {
            report.fail("open", &error);
            return report.finished();
        }
    };
    report.add("secret", Mark::Ok, "opens the keyring");
    report.note("clock", Ok(clock(&app)));
    report.note("accounts.db", sound(app.store.accounts.check()));
    report.note("audit trail", chain(app.clone()).await);
    match app.store.accounts.read(accounts::notebooks::all) {
        Ok(ids) => {
            for &id in &ids {
                report.note(&format!("notebook {id}"), notebook(&app, id));
            }
            report.note("notebook folders", strays(&data, &ids));
        }
        Err(error) => report.fail("notebooks", &error),
    }
    upkeep::examine(&app, &mut report);
    exposure::examine(&app, &mut report);
    report.finished()
}

fn sound(found: Result<Vec<String>>) -> Result<(Mark, String)> {
    match found?.as_slice() {
        [] => Ok((Mark::Ok, "every page authentic, structure sound, schema up to date".to_owned())),
        [first, rest @ ..] => {
            Err(Error::conflict(format!("{first} (and {} more)", rest.len())).hint("put it back from a backup"))
        }
    }
}

fn clock(app: &App) -> (Mark, String) {
    let now = app.clock.now();
    // The newest audit row was written when the clock showed at least that much.
    let last = app.store.accounts.read(|db| accounts::audit::newest(db, None, 1)).ok().and_then(|mut rows| rows.pop());
    let behind = last.is_some_and(|event| event.at > crate::clock::stamp(now));
    if behind {
        (
            Mark::Warning,
            format!("{} is before the newest audit event; set the machine's clock", crate::clock::stamp(now)),
        )
    } else {
        (Mark::Ok, crate::clock::stamp(now))
    }
}

async fn chain(app: Arc<App>) -> Result<(Mark, String)> {
    let verdict = audit::verify(&auth::administration(app)).await?;
    let events = verdict.checked()?;
    Ok((Mark::Ok, format!("{events} events, every link and {} checkpoints hold", verdict.checkpoints)))
}

fn notebook(app: &App, id: NotebookId) -> Result<(Mark, String)> {
    let notebook = app.store.notebook(id)?;
    let (mark, detail) = sound(notebook.check())?;
    if !notebook.write(keyword::agrees)? {
        return Err(Error::conflict("the full-text index does not agree with the entries")
            .hint("`journal reindex --fts` makes it anew"));
    }
    activity_holds(app, id)?;
    let (open, failed) = notebook.read(|db| Ok((jobs::open(db, jobs::EMBED)?, jobs::failed(db)?)))?;
    if failed > 0 {
        return Ok((Mark::Warning, format!("{failed} jobs failed; `journal job list` says why")));
    }
    if open > 0 {
        return Ok((Mark::Ok, format!("{detail}; {open} entries wait for their vectors (`journal job run`)")));
    }
    Ok((mark, detail))
}

fn activity_holds(app: &App, id: NotebookId) -> Result<()> {
    let key = audit::activity_key(app, id);
    match app.store.notebook(id)?.read(|db| activity::verify(db, &key))? {
        (_, None) => Ok(()),
        (_, Some(seq)) => Err(Error::conflict(format!("line {seq} of its activity was changed or removed"))
            .hint("somebody changed the database; compare it with a backup")),
    }
}

fn strays(data: &DataDir, known: &[NotebookId]) -> Result<(Mark, String)> {
    let items = std::fs::read_dir(data.notebooks())
        .map_err(|error| crate::storage::failure::io("reading", &data.notebooks(), error))?;
    let strays = items
        .filter_map(|item| item.ok()?.file_name().into_string().ok())
        .filter(|name| name.parse().map_or(true, |id| !known.contains(&id)))
        .count();
    if strays == 0 {
        return Ok((Mark::Ok, format!("{} notebooks, no strays", known.len())));
    }
    Ok((
        Mark::Warning,
        format!("{strays} folders belong to no notebook: nobody holds their keys, so they can be removed"),
    ))
}

/// Free space below which writing is about to fail.
const LOW_BYTES: u64 = 256 << 20;

fn disk(data_dir: &Path) -> Result<(Mark, String)> {
    let free = free_bytes(data_dir)?;
    let mark = if free < LOW_BYTES { Mark::Warning } else { Mark::Ok };
    Ok((mark, format!("{} MiB free", free >> 20)))
}
