//! Metrics of the server for its operator, without any label that identifies a user.

use std::sync::Arc;

use jiff::Timestamp;

use crate::app::context::Ctx;
use crate::app::metrics_registry::GaugeSnapshot;
use crate::app::state::AppState;
use crate::blocking::run_blocking;
use crate::domain::scope::Scope;
use crate::error::{Error, Result};
use crate::storage::accounts::{self, maintenance};
use crate::storage::data_dir::free_bytes;

/// Media type of the output: `OpenMetrics` 1.0, which Prometheus accepts.
pub const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Returns the metrics for an authenticated caller.
///
/// # Errors
/// `Forbidden` without the scope.
pub async fn render(ctx: &Ctx) -> Result<String> {
    ctx.caller.authorize(Scope::AdminMetrics)?;
    render_unauthenticated(&ctx.app).await
}

/// Returns the metrics for the operator's loopback listener, without authentication.
pub(crate) async fn render_unauthenticated(app: &Arc<AppState>) -> Result<String> {
    let app = app.clone();
    run_blocking(move || app.metrics.encode(&take_snapshot(&app)?)).await
}

fn take_snapshot(app: &AppState) -> Result<GaugeSnapshot> {
    let (users, notebooks, backup, drill) = app.store.accounts.read(|db| {
        let users = accounts::users::all(db)?;
        let active = users.iter().filter(|user| user.is_active && user.deleted_at.is_none()).count();
        let at = |kind| Ok::<_, Error>(maintenance::find_last(db, kind)?.map_or(0, |last| seconds(&last.at)));
        let notebooks = accounts::notebooks::list_used_ids(db)?;
        Ok((
            active,
            notebooks,
            at(maintenance::MaintenanceKind::Backup)?,
            at(maintenance::MaintenanceKind::BackupDrill)?,
        ))
    })?;
    let mut gauges = GaugeSnapshot {
        users: i64::try_from(users).unwrap_or(i64::MAX),
        notebooks: i64::try_from(notebooks.len()).unwrap_or(i64::MAX),
        free_bytes: free_bytes(&app.config.data_dir)?,
        backup_at: backup,
        drill_at: drill,
        uptime: app.clock.now().duration_since(app.started).unsigned_abs(),
        ..GaugeSnapshot::default()
    };
    let now = app.now_timestamp();
    for id in notebooks {
        // A notebook that does not open is reported by `doctor`; the other metrics are still valid.
        if let Ok(counts) = app.store.notebook_counts(id, &now) {
            gauges.jobs_queued += counts.jobs_queued;
            gauges.jobs_running += counts.jobs_running;
            gauges.jobs_failed += counts.jobs_failed;
        }
    }
    for (path, folder) in app.store.data.walk().flatten() {
        if !folder && let Ok(facts) = std::fs::symlink_metadata(path) {
            gauges.data_bytes += facts.len();
        }
    }
    // Values that the kernel does not give stay 0.
    if let Ok(process) = procfs::process::Process::myself() {
        gauges.resident_bytes = process.statm().map_or(0, |pages| pages.resident * procfs::page_size());
        gauges.open_files = process.fd_count().map_or(0, |count| count as u64);
    }
    Ok(gauges)
}

fn seconds(stamp: &str) -> i64 {
    stamp.parse::<Timestamp>().map_or(0, Timestamp::as_second)
}
