//! What the program measures of itself, for those who run the machine: counts and times, never whose they are.

use std::sync::Arc;

use jiff::Timestamp;

use crate::app::App;
use crate::app::measures::Sight;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::model::scope::Scope;
use crate::storage::accounts;
use crate::storage::accounts::upkeep;
use crate::storage::data_dir::free_bytes;

/// Media type of the text: `OpenMetrics` 1.0, which Prometheus asks for.
pub const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Returns the metrics for somebody with a credential.
///
/// # Errors
/// `Forbidden` without the scope.
pub async fn text(ctx: &Ctx) -> Result<String> {
    ctx.caller.authorize(Scope::AdminMetrics)?;
    of_server(&ctx.app).await
}

/// Returns the metrics for whoever reaches the loopback listener that the operator set up.
pub(crate) async fn of_server(app: &Arc<App>) -> Result<String> {
    let app = app.clone();
    match tokio::task::spawn_blocking(move || app.measures.text(&sight(&app)?)).await {
        Ok(text) => text,
        Err(_) => Err(Error::new(Kind::Internal, "measuring ended early")),
    }
}

fn sight(app: &App) -> Result<Sight> {
    let (users, notebooks, backup, drill) = app.store.accounts.read(|db| {
        let users = accounts::users::all(db)?;
        let active = users.iter().filter(|user| user.is_active && user.deleted_at.is_none()).count();
        let at = |kind| Ok::<_, Error>(upkeep::last(db, kind)?.map_or(0, |last| seconds(&last.at)));
        let notebooks = accounts::notebooks::all(db)?;
        Ok((active, notebooks, at(upkeep::Kind::Backup)?, at(upkeep::Kind::BackupDrill)?))
    })?;
    let mut sight = Sight {
        users: i64::try_from(users).unwrap_or(i64::MAX),
        notebooks: i64::try_from(notebooks.len()).unwrap_or(i64::MAX),
        free_bytes: free_bytes(&app.config.data_dir)?,
        backup_at: backup,
        drill_at: drill,
        uptime: app.clock.now().duration_since(app.started).unsigned_abs(),
        ..Sight::default()
    };
    let now = app.stamp();
    for id in notebooks {
        // One that does not open is the doctor's to tell, and no reason to measure nothing.
        if let Ok(counts) = app.store.counts(id, &now) {
            sight.jobs_queued += counts.jobs_queued;
            sight.jobs_running += counts.jobs_running;
            sight.jobs_failed += counts.jobs_failed;
        }
    }
    for (path, folder) in app.store.data.walk().flatten() {
        if !folder && let Ok(facts) = std::fs::symlink_metadata(path) {
            sight.data_bytes += facts.len();
        }
    }
    // What the kernel does not tell is left at 0.
    if let Ok(process) = procfs::process::Process::myself() {
        sight.resident_bytes = process.statm().map_or(0, |pages| pages.resident * procfs::page_size());
        sight.open_files = process.fd_count().map_or(0, |count| count as u64);
    }
    Ok(sight)
}

fn seconds(stamp: &str) -> i64 {
    stamp.parse::<Timestamp>().map_or(0, Timestamp::as_second)
}
