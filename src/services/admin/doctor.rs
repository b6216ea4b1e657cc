//! Health checks of a data directory, and repair of file modes.

mod exposure;
mod maintenance;

pub use exposure::record_start;

use std::path::Path;
use std::sync::Arc;

use serde::Serialize;

use crate::app::state::AppState;
use crate::domain::id::NotebookId;
use crate::error::{Error, Result};
use crate::services::{audit, auth};
use crate::storage::data_dir::{DataDir, free_bytes};
use crate::storage::notebook::{activity, full_text, jobs};
use crate::storage::{accounts, files, keyring_file};

/// Result status of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CheckStatus {
    /// Passed.
    Ok,
    /// Works, but needs attention.
    Warning,
    /// Failed.
    Failed,
}

/// One check.
#[derive(Debug, Serialize)]
pub struct DoctorCheck {
    /// Subject of the check.
    pub name: String,
    /// Status.
    pub mark: CheckStatus,
    /// Details.
    pub detail: String,
    /// Next command, if there is one.
    pub hint: Option<String>,
}

/// Report of all checks.
#[derive(Debug, Default, Serialize)]
pub struct DoctorReport {
    /// True if no check failed.
    pub healthy: bool,
    /// The checks.
    pub checks: Vec<DoctorCheck>,
}

impl DoctorReport {
    fn add(&mut self, name: &str, mark: CheckStatus, detail: impl Into<String>) {
        self.checks.push(DoctorCheck { name: name.to_owned(), mark, detail: detail.into(), hint: None });
    }

    fn fail(&mut self, name: &str, error: &Error) {
        let hint = error.hint_text().map(str::to_owned);
        self.checks.push(DoctorCheck {
            name: name.to_owned(),
            mark: CheckStatus::Failed,
            detail: error.to_string(),
            hint,
        });
    }

    fn add_finding(&mut self, name: &str, outcome: Result<maintenance::MaintenanceFinding>) {
        match outcome {
            Ok((mark, detail, hint)) => self.checks.push(DoctorCheck { name: name.to_owned(), mark, detail, hint }),
            Err(error) => self.fail(name, &error),
        }
    }

    fn add_result(&mut self, name: &str, outcome: Result<(CheckStatus, String)>) {
        match outcome {
            Ok((mark, detail)) => self.add(name, mark, detail),
            Err(error) => self.fail(name, &error),
        }
    }

    /// Completes the report.
    #[must_use]
    fn finished(mut self) -> Self {
        self.healthy = self.checks.iter().all(|check| check.mark != CheckStatus::Failed);
        self
    }
}

/// Removes the permissions of group and others below the data directory; returns the number of changed paths.
///
/// # Errors
/// `NotFound` without a data directory; `Conflict` if the system refuses.
pub fn fix_modes(data_dir: &Path) -> Result<usize> {
    let data = DataDir::new(data_dir);
    require_keyring(&data)?;
    let mut mended = 0;
    for item in data.walk() {
        let (path, folder) = item?;
        if files::check_private(&path, folder).is_err() {
            files::remove_group_and_other_access(&path)?;
            mended += 1;
        }
    }
    Ok(mended)
}

fn require_keyring(data: &DataDir) -> Result<()> {
    if data.keyring().exists() {
        return Ok(());
    }
    // Never change modes in a folder that is not a journal's.
    keyring_file::read(data).map(drop)
}

/// Runs all checks that the state allows; `open` is the result of opening the journal.
pub async fn run_checks(data_dir: &Path, open: Result<Arc<AppState>>) -> DoctorReport {
    let mut report = DoctorReport::default();
    let data = DataDir::new(data_dir);
    report.add_result(
        "keyring",
        keyring_file::read(&data).map(|keyring| {
            let unfinished = keyring.key_ids().len() > 1;
            let mark = if unfinished { CheckStatus::Warning } else { CheckStatus::Ok };
            let more = if unfinished { "; a rotation is unfinished: run `journal keyring rotate`" } else { "" };
            (mark, format!("root key {}{more}", keyring.fingerprint))
        }),
    );
    report
        .add_result("permissions", data.check_modes().map(|()| (CheckStatus::Ok, "private to their owner".to_owned())));
    report.add_result("disk", check_disk(data_dir));
    let app = match open {
        Ok(app) => app,
        Err(error) => {
            report.fail("open", &error);
            return report.finished();
        }
    };
    report.add("secret", CheckStatus::Ok, "opens the keyring");
    report.add_result("clock", Ok(check_clock(&app)));
    report.add_result("accounts.db", check_integrity(app.store.accounts.integrity_errors()));
    report.add_result("audit trail", check_audit_chain(app.clone()).await);
    match app.store.accounts.read(accounts::notebooks::list_ids) {
        Ok(ids) => {
            for &id in &ids {
                report.add_result(&format!("notebook {id}"), check_notebook(&app, id));
            }
            report.add_result("notebook folders", find_orphaned_folders(&data, &ids));
        }
        Err(error) => report.fail("notebooks", &error),
    }
    maintenance::examine(&app, &mut report);
    exposure::examine(&app, &mut report);
    report.finished()
}

fn check_integrity(found: Result<Vec<String>>) -> Result<(CheckStatus, String)> {
    match found?.as_slice() {
        [] => Ok((CheckStatus::Ok, "every page authentic, structure intact, schema up to date".to_owned())),
        [first, rest @ ..] => {
            Err(Error::conflict(format!("{first} (and {} more)", rest.len())).hint("restore it from a backup"))
        }
    }
}

fn check_clock(app: &AppState) -> (CheckStatus, String) {
    let now = app.clock.now();
    // The newest audit row was written when the clock showed at least its time.
    let last =
        app.store.accounts.read(|db| accounts::audit::list_newest(db, None, 1)).ok().and_then(|mut rows| rows.pop());
    let behind = last.is_some_and(|event| event.at > crate::clock::format_timestamp(now));
    if behind {
        (
            CheckStatus::Warning,
            format!(
                "{} is before the newest audit event; set the machine's clock",
                crate::clock::format_timestamp(now)
            ),
        )
    } else {
        (CheckStatus::Ok, crate::clock::format_timestamp(now))
    }
}

async fn check_audit_chain(app: Arc<AppState>) -> Result<(CheckStatus, String)> {
    let verdict = audit::verify(&auth::administration(app)).await?;
    let events = verdict.ensure_intact()?;
    Ok((CheckStatus::Ok, format!("{events} events, every link and {} checkpoints verified", verdict.checkpoints)))
}

fn check_notebook(app: &AppState, id: NotebookId) -> Result<(CheckStatus, String)> {
    let notebook = app.store.notebook(id)?;
    let (mark, detail) = check_integrity(notebook.integrity_errors())?;
    if !notebook.write(full_text::is_consistent)? {
        return Err(Error::conflict("the full-text index does not agree with the entries")
            .hint("`journal reindex --fts` rebuilds it"));
    }
    verify_activity(app, id)?;
    let (open, failed) = notebook.read(|db| Ok((jobs::count_open(db, jobs::EMBED)?, jobs::count_failed(db)?)))?;
    if failed > 0 {
        return Ok((CheckStatus::Warning, format!("{failed} jobs failed; `journal job list` says why")));
    }
    if open > 0 {
        return Ok((CheckStatus::Ok, format!("{detail}; {open} entries wait to be embedded (`journal job run`)")));
    }
    Ok((mark, detail))
}

fn verify_activity(app: &AppState, id: NotebookId) -> Result<()> {
    let key = audit::activity_key(app, id);
    match app.store.notebook(id)?.read(|db| activity::verify_chain(db, &key))? {
        (_, None) => Ok(()),
        (_, Some(seq)) => Err(Error::conflict(format!("row {seq} of its activity log was changed or removed"))
            .hint("the database was modified; compare it with a backup")),
    }
}

fn find_orphaned_folders(data: &DataDir, known: &[NotebookId]) -> Result<(CheckStatus, String)> {
    let items = std::fs::read_dir(data.notebooks())
        .map_err(|error| crate::storage::io_error::for_path("reading", &data.notebooks(), error))?;
    let strays = items
        .filter_map(|item| item.ok()?.file_name().into_string().ok())
        .filter(|name| name.parse().map_or(true, |id| !known.contains(&id)))
        .count();
    if strays == 0 {
        return Ok((CheckStatus::Ok, format!("{} notebooks, no orphaned folders", known.len())));
    }
    Ok((
        CheckStatus::Warning,
        format!("{strays} folders belong to no notebook: their keys do not exist, so they can be removed"),
    ))
}

/// Free space below which writes may fail soon.
const LOW_BYTES: u64 = 256 << 20;

fn check_disk(data_dir: &Path) -> Result<(CheckStatus, String)> {
    let free = free_bytes(data_dir)?;
    let mark = if free < LOW_BYTES { CheckStatus::Warning } else { CheckStatus::Ok };
    Ok((mark, format!("{} MiB free", free >> 20)))
}
