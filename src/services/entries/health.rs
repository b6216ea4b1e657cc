//! Health report of the caller's own journal; contains no data about other users.

use jiff::{Timestamp, ToSpan as _};

use crate::app::context::Ctx;
use crate::app::state::AppState;
use crate::domain::access_filter::AccessFilter;
use crate::domain::entry::NotebookStats;
use crate::domain::health::{
    HealthCheck, HealthLevel, HealthReport, IngestionStats, MAX_BACKUP_AGE, MAX_DRILL_AGE, QueryStats,
};
use crate::domain::scope::Scope;
use crate::error::Result;
use crate::storage::accounts::maintenance::{self, MaintenanceKind};
use crate::storage::notebook::{NotebookDb, dashboard, jobs, state, stats};

/// Returns the health of the caller's journal and the server.
///
/// # Errors
/// `Forbidden` without the scope; problems of the journal are part of the report as far as it is readable.
pub async fn health(ctx: &Ctx) -> Result<HealthReport> {
    let app = ctx.app.clone();
    ctx.read(Scope::EntriesRead, move |db| {
        let today = app.today();
        let since = |days: i64| today.saturating_sub(days.days()).to_string();
        let totals = stats::entry_totals(db, &AccessFilter::default())?;
        let mut checks = checks(db, &totals)?;
        checks.extend(backups(&app)?);
        let by_type = db.memory().timing_stats();
        Ok(HealthReport {
            ingestion: ingestion(db, &totals, &since(7), &since(30))?,
            queries: QueryStats {
                total_queries: by_type.values().map(|timing| timing.count).sum(),
                uptime_seconds: app.clock.now().duration_since(app.started).as_secs_f64(),
                started_at: Some(crate::clock::format_timestamp(app.started)),
                by_type,
            },
            status: checks.iter().map(|check| check.status).max().unwrap_or(HealthLevel::Ok),
            checks,
        })
    })
    .await
}

/// Checks the age of the last backup and the last restore drill. A missing one is not degraded.
fn backups(app: &AppState) -> Result<Vec<HealthCheck>> {
    let now = app.clock.now();
    let kinds = [
        ("backup", MaintenanceKind::Backup, MAX_BACKUP_AGE),
        ("restore_drill", MaintenanceKind::BackupDrill, MAX_DRILL_AGE),
    ];
    let checks = kinds.map(|(name, kind, every)| {
        let last = app.store.accounts.read(|db| maintenance::find_last(db, kind))?;
        let (status, detail) = match last.as_ref().and_then(|last| last.at.parse::<Timestamp>().ok()) {
            None => (HealthLevel::Ok, "never".to_owned()),
            Some(at) => {
                let age = now.duration_since(at).as_hours();
                (
                    if age > every.as_hours() { HealthLevel::Degraded } else { HealthLevel::Ok },
                    format!("{age} hours ago"),
                )
            }
        };
        Ok(HealthCheck { name: name.to_owned(), status, detail, error: None })
    });
    checks.into_iter().collect()
}

fn ingestion(db: &NotebookDb<'_>, totals: &NotebookStats, week: &str, month: &str) -> Result<IngestionStats> {
    let count = |from: &str| {
        Ok::<_, crate::error::Error>(stats::entry_totals(db, &AccessFilter::for_dates(Some(from), None))?.total_entries)
    };
    let per_entry = |sum: i64| {
        let mean = if totals.total_entries == 0 { 0.0 } else { sum as f64 / totals.total_entries as f64 };
        (mean * 100.0).round() / 100.0
    };
    Ok(IngestionStats {
        total_entries: totals.total_entries,
        entries_last_7d: count(week)?,
        entries_last_30d: count(month)?,
        by_source_type: dashboard::count_by_source(db)?.into_iter().collect(),
        avg_words_per_entry: per_entry(totals.total_words),
        avg_chunks_per_entry: per_entry(totals.total_chunks),
        last_ingestion_at: dashboard::last_created_at(db)?,
        total_chunks: totals.total_chunks,
        row_counts: dashboard::row_counts(db)?,
    })
}

fn checks(db: &NotebookDb<'_>, totals: &NotebookStats) -> Result<Vec<HealthCheck>> {
    let check = |name: &str, status, detail: String, error: Option<String>| HealthCheck {
        name: name.to_owned(),
        status,
        detail,
        error,
    };
    let waiting = match totals.pending_entries {
        0 => check("vectors", HealthLevel::Ok, format!("{} chunks", totals.total_chunks), None),
        count => check("vectors", HealthLevel::Degraded, format!("{count} entries have no vectors yet"), None),
    };
    let model = match state::embedder(db)? {
        Some((id, dimension)) => format!("{id}, {dimension} dimensions"),
        None => "none yet".to_owned(),
    };
    let failed = match jobs::count_failed(db)? {
        0 => check("jobs", HealthLevel::Ok, "none failed".to_owned(), None),
        count => check("jobs", HealthLevel::Degraded, format!("{count} failed"), None),
    };
    Ok(vec![
        check("sqlite", HealthLevel::Ok, format!("{} entries", totals.total_entries), None),
        waiting,
        check("embedder", HealthLevel::Ok, model, None),
        failed,
    ])
}
