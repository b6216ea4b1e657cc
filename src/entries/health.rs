//! How the caller's own journal is doing; nothing of it counts anybody else's.

use jiff::Timestamp;
use jiff::ToSpan as _;

use crate::app::App;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::model::entry::Stats;
use crate::model::health::BACKUP_EVERY;
use crate::model::health::Check;
use crate::model::health::DRILL_EVERY;
use crate::model::health::Health;
use crate::model::health::Ingestion;
use crate::model::health::Level;
use crate::model::health::Queries;
use crate::model::scope::Scope;
use crate::model::within::Within;
use crate::storage::accounts::upkeep;
use crate::storage::accounts::upkeep::Kind;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::dashboard;
use crate::storage::notebook::jobs;
use crate::storage::notebook::state;
use crate::storage::notebook::stats;

/// Tells how the caller's journal and the server are doing.
///
/// # Errors
/// `Forbidden` without the scope; what is wrong with the journal is part of the report where it can be read at all.
pub async fn health(ctx: &Ctx) -> Result<Health> {
    let app = ctx.app.clone();
    ctx.read(Scope::EntriesRead, move |db| {
        let today = app.clock.today();
        let since = |days: i64| today.saturating_sub(days.days()).to_string();
        let totals = stats::totals(db, &Within::default())?;
        let mut checks = checks(db, &totals)?;
        checks.extend(backups(&app)?);
        let by_type = db.memory().told();
        Ok(Health {
            ingestion: ingestion(db, &totals, &since(7), &since(30))?,
            queries: Queries {
                total_queries: by_type.values().map(|timing| timing.count).sum(),
                uptime_seconds: app.clock.now().duration_since(app.started).as_secs_f64(),
                started_at: Some(crate::clock::stamp(app.started)),
                by_type,
            },
            status: checks.iter().map(|check| check.status).max().unwrap_or(Level::Ok),
            checks,
        })
    })
    .await
}

/// Tells how old the last backup and the last trial of one are. Without any there is nothing that could be late.
fn backups(app: &App) -> Result<Vec<Check>> {
    let now = app.clock.now();
    let kinds = [("backup", Kind::Backup, BACKUP_EVERY), ("restore_drill", Kind::BackupDrill, DRILL_EVERY)];
    let checks = kinds.map(|(name, kind, every)| {
        let last = app.store.accounts.read(|db| upkeep::last(db, kind))?;
        let (status, detail) = match last.as_ref().and_then(|last| last.at.parse::<Timestamp>().ok()) {
            None => (Level::Ok, "never".to_owned()),
            Some(at) => {
                let age = now.duration_since(at).as_hours();
                (if age > every.as_hours() { Level::Degraded } else { Level::Ok }, format!("{age} hours ago"))
            }
        };
        Ok(Check { name: name.to_owned(), status, detail, error: None })
    });
    checks.into_iter().collect()
}

fn ingestion(db: &NotebookDb<'_>, totals: &Stats, week: &str, month: &str) -> Result<Ingestion> {
    let count = |from: &str| {
        Ok::<_, crate::error::Error>(stats::totals(db, &Within::all_between(Some(from), None))?.total_entries)
    };
    let per_entry = |sum: i64| {
        let mean = if totals.total_entries == 0 { 0.0 } else { sum as f64 / totals.total_entries as f64 };
        (mean * 100.0).round() / 100.0
    };
    Ok(Ingestion {
        total_entries: totals.total_entries,
        entries_last_7d: count(week)?,
        entries_last_30d: count(month)?,
        by_source_type: dashboard::sources(db)?.into_iter().collect(),
        avg_words_per_entry: per_entry(totals.total_words),
        avg_chunks_per_entry: per_entry(totals.total_chunks),
        last_ingestion_at: dashboard::last_came_in(db)?,
        total_chunks: totals.total_chunks,
        row_counts: dashboard::row_counts(db)?,
    })
}

fn checks(db: &NotebookDb<'_>, totals: &Stats) -> Result<Vec<Check>> {
    let check = |name: &str, status, detail: String, error: Option<String>| Check {
        name: name.to_owned(),
        status,
        detail,
        error,
    };
    let waiting = match totals.pending_entries {
        0 => check("vectors", Level::Ok, format!("{} chunks", totals.total_chunks), None),
        count => check("vectors", Level::Degraded, format!("{count} entries are found by word only"), None),
    };
    let model = match state::embedder(db)? {
        Some((id, dimension)) => format!("{id}, {dimension} dimensions"),
        None => "none yet".to_owned(),
    };
    let failed = match jobs::failed(db)? {
        0 => check("jobs", Level::Ok, "none failed".to_owned(), None),
        count => check("jobs", Level::Degraded, format!("{count} failed"), None),
    };
    Ok(vec![
        check("sqlite", Level::Ok, format!("{} entries", totals.total_entries), None),
        waiting,
        check("embedder", Level::Ok, model, None),
        failed,
    ])
}
