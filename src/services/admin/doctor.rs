//! Health checks of a data directory, and repair of file modes.

mod exposure;
mod maintenance;
mod report;

pub use exposure::record_start;
pub use report::{CheckStatus, DoctorCheck, DoctorReport};

use std::path::Path;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::app::state::AppState;
use crate::domain::id::NotebookId;
use crate::error::{Error, Result};
use crate::services::admin::doctor::report::CheckOutcome;
use crate::services::{audit, auth};
use crate::storage::data_dir::{DataDir, free_bytes};
use crate::storage::notebook::{activity, full_text, jobs, trash};
use crate::storage::{accounts, files, io_error, keyring_file};

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
    report.add("keyring", check_keyring(&data));
    report.add("permissions", data.check_modes().map(|()| CheckOutcome::ok("private to their owner")));
    report.add("disk", check_disk(data_dir));
    let app = match open {
        Ok(app) => app,
        Err(error) => {
            report.add("open", Err(error));
            return report.finished();
        }
    };
    report.add("secret", Ok(CheckOutcome::ok("opens the keyring")));
    report.add("clock", Ok(check_clock(&app)));
    report.add("accounts.db", check_integrity(app.store.accounts.integrity_errors()));
    report.add("audit trail", check_audit_chain(app.clone()).await);
    match app.store.accounts.read(accounts::notebooks::list_ids) {
        Ok(ids) => {
            for &id in &ids {
                report.add(&format!("notebook {id}"), check_notebook(&app, id));
            }
            report.add("notebook folders", find_orphaned_folders(&data, &ids));
        }
        Err(error) => report.add("notebooks", Err(error)),
    }
    report.add("trash", check_trash(&app));
    maintenance::examine(&app, &mut report);
    exposure::examine(&app, &mut report);
    report.finished()
}

fn check_keyring(data: &DataDir) -> Result<CheckOutcome> {
    let keyring = keyring_file::read(data)?;
    let detail = format!("root key {}", keyring.fingerprint);
    Ok(if keyring.key_ids().len() > 1 {
        CheckOutcome::warning(detail + "; a rotation is unfinished: run `journal keyring rotate`")
    } else {
        CheckOutcome::ok(detail)
    })
}

fn check_integrity(found: Result<Vec<String>>) -> Result<CheckOutcome> {
    match found?.as_slice() {
        [] => Ok(CheckOutcome::ok("every page authentic, structure intact, schema up to date")),
        [first, rest @ ..] => {
            Err(Error::conflict(format!("{first} (and {} more)", rest.len())).hint("restore it from a backup"))
        }
    }
}

fn check_clock(app: &AppState) -> CheckOutcome {
    let now = app.now_timestamp();
    // The newest audit row was written when the clock showed at least its time.
    let last =
        app.store.accounts.read(|db| accounts::audit::list_newest(db, None, 1)).ok().and_then(|mut rows| rows.pop());
    if last.is_some_and(|event| event.at > now) {
        CheckOutcome::warning(now + " is before the newest audit event; set the machine's clock")
    } else {
        CheckOutcome::ok(now)
    }
}

async fn check_audit_chain(app: Arc<AppState>) -> Result<CheckOutcome> {
    let verdict = audit::verify(&auth::administration(app)).await?;
    let events = verdict.ensure_intact()?;
    Ok(CheckOutcome::ok(format!("{events} events, every link and {} checkpoints verified", verdict.checkpoints)))
}

fn check_notebook(app: &AppState, id: NotebookId) -> Result<CheckOutcome> {
    let notebook = app.store.notebook(id)?;
    let intact = check_integrity(notebook.integrity_errors())?;
    if !notebook.write(full_text::is_consistent)? {
        return Err(Error::conflict("the full-text index does not agree with the entries")
            .hint("`journal reindex --fts` rebuilds it"));
    }
    verify_activity(app, id)?;
    let (open, failed) = notebook.read(|db| Ok((jobs::count_open(db, jobs::EMBED)?, jobs::count_failed(db)?)))?;
    Ok(if failed > 0 {
        CheckOutcome::warning(format!("{failed} jobs failed; `journal job list` says why"))
    } else if open > 0 {
        let detail = intact.detail();
        CheckOutcome::ok(format!("{detail}; {open} entries wait to be embedded (`journal job run`)"))
    } else {
        intact
    })
}

/// Counts the entries in the trash of every notebook; one that cannot be opened fails its own check.
fn check_trash(app: &AppState) -> Result<CheckOutcome> {
    let ids = app.store.accounts.read(accounts::notebooks::list_used_ids)?;
    let count = |id| app.store.notebook(id)?.read(|db| Ok((trash::count(db)?, trash::oldest_deletion(db)?)));
    let counted: Vec<(i64, Option<String>)> = ids.into_iter().filter_map(|id| count(id).ok()).collect();
    let total: i64 = counted.iter().map(|(entries, _)| entries).sum();
    let Some(oldest) = counted.into_iter().filter_map(|(_, oldest)| oldest).min() else {
        return Ok(CheckOutcome::ok("empty"));
    };
    let days = i64::from(app.config.trash_days);
    let detail = format!("{total} deleted entries, the oldest from {oldest}; destroyed after {days} days");
    let latest = SignedDuration::from_hours(24 * (days + OVERDUE_DAYS));
    let age = oldest.parse::<Timestamp>().map_or(SignedDuration::ZERO, |at| app.clock.now().duration_since(at));
    Ok(if age > latest {
        CheckOutcome::warning(detail).with_hint("`journal job run` destroys those that are due; schedule it")
    } else {
        CheckOutcome::ok(detail)
    })
}

fn verify_activity(app: &AppState, id: NotebookId) -> Result<()> {
    let key = audit::activity_key(app, id);
    match app.store.notebook(id)?.read(|db| activity::verify_chain(db, &key))? {
        (_, None) => Ok(()),
        (_, Some(seq)) => Err(Error::conflict(format!("row {seq} of its activity log was changed or removed"))
            .hint("the database was modified; compare it with a backup")),
    }
}

fn find_orphaned_folders(data: &DataDir, known: &[NotebookId]) -> Result<CheckOutcome> {
    let items =
        std::fs::read_dir(data.notebooks()).map_err(|error| io_error::for_path("reading", &data.notebooks(), error))?;
    let strays = items
        .filter_map(|item| item.ok()?.file_name().into_string().ok())
        .filter(|name| name.parse().map_or(true, |id| !known.contains(&id)))
        .count();
    Ok(if strays == 0 {
        CheckOutcome::ok(format!("{} notebooks, no orphaned folders", known.len()))
    } else {
        CheckOutcome::warning(format!(
            "{strays} folders belong to no notebook: their keys do not exist, so they can be removed"
        ))
    })
}

/// Days after which an entry that is due to be destroyed is reported.
const OVERDUE_DAYS: i64 = 1;

/// Free space below which writes may fail soon.
const LOW_BYTES: u64 = 256 << 20;

fn check_disk(data_dir: &Path) -> Result<CheckOutcome> {
    let free = free_bytes(data_dir)?;
    let outcome = if free < LOW_BYTES { CheckOutcome::warning } else { CheckOutcome::ok };
    Ok(outcome(format!("{} MiB free", free >> 20)))
}
