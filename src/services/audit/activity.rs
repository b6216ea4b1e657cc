//! Activity log for the owner: changes to the journal and the account, and counts of reads.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::app::context::Ctx;
use crate::app::state::AppState;
use crate::blocking::run_blocking;
use crate::clock;
use crate::domain::activity::{ActivityItem, ActivityPage, ActivitySource, ReadSummary};
use crate::domain::audit::AuditEvent;
use crate::domain::past_instant;
use crate::domain::scope::Scope;
use crate::error::Result;
use crate::services::{audit, auth};
use crate::storage::accounts;
use crate::storage::notebook::{activity, read_counts};

/// Default number of items per page.
pub const DEFAULT_LIMIT: i64 = 50;
/// Maximum number of items per page.
pub const MAX_LIMIT: i64 = 200;
/// Maximum offset of a page.
pub const MAX_OFFSET: i64 = 10_000;
/// Interval between two flushes of the read counts.
const FLUSH_INTERVAL: Duration = Duration::from_secs(5);
/// Interval between two checks whether the audit log needs a signed checkpoint.
const SIGN_INTERVAL: Duration = Duration::from_hours(24);

/// Query for a page of the activity log.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct ActivityPageRequest {
    /// Only activity since: a duration (7d, 12h), a date or a timestamp
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// Rows per page, 1 to 200
    #[arg(long, default_value_t = DEFAULT_LIMIT)]
    pub limit: i64,
    /// Rows to skip
    #[arg(long, default_value_t = 0)]
    pub offset: i64,
}

/// Returns the caller's activity, newest first: changes and reads of their journal, and events of their account.
///
/// Admins see only their own activity, too.
///
/// # Errors
/// `Invalid` for an invalid `since`, or without a user.
pub async fn list(ctx: &Ctx, wanted: ActivityPageRequest) -> Result<ActivityPage> {
    ctx.caller.authorize(Scope::Account)?;
    let owner = ctx.caller.user()?.id;
    let me = format!("user:{owner}");
    let since = match &wanted.since {
        Some(text) => clock::format_timestamp(past_instant::parse(text, ctx.app.clock.now())?),
        None => String::new(),
    };
    let (limit, offset) = (wanted.limit.clamp(1, MAX_LIMIT), wanted.offset.clamp(0, MAX_OFFSET));
    let most = limit + offset;
    flush(&ctx.app).await?;
    let from = since.clone();
    let (mut lines, mut total) = ctx
        .read(Scope::Account, move |db| {
            let mut lines = activity::list_since(db, &from, most)?;
            lines.extend(read_counts::list_since(db, &from, None, most)?.into_iter().map(item_from_reads));
            Ok((lines, activity::count_since(db, &from)? + read_counts::count_since(db, &from)?))
        })
        .await?;
    let (events, about_me, keys) = ctx
        .read_accounts(Scope::Account, move |db| {
            let events = accounts::audit::list_about_user(db, &me, &since, most)?;
            let events = events.into_iter().map(|event| item_from_event(event, &me)).collect::<Vec<_>>();
            Ok((events, accounts::audit::count_about_user(db, &me, &since)?, accounts::keys::list(db, owner)?))
        })
        .await?;
    lines.extend(events);
    total += about_me;
    // Each source is sorted already; the stable sort keeps its order within a second.
    lines.sort_by_key(|line| Reverse(line.at.clone()));
    let skipped = usize::try_from(offset).unwrap_or(usize::MAX);
    let mut items: Vec<ActivityItem> =
        lines.into_iter().skip(skipped).take(usize::try_from(limit).unwrap_or(0)).collect();
    let names: HashMap<String, String> = keys.into_iter().map(|key| (format!("key:{}", key.id), key.name)).collect();
    for line in &mut items {
        line.via_name = names.get(&line.via).cloned();
    }
    Ok(ActivityPage { items, total, limit, offset })
}

/// Flushes the read counts to the notebooks.
///
/// # Errors
/// Database errors only.
pub async fn flush(app: &Arc<AppState>) -> Result<()> {
    let app = app.clone();
    run_blocking(move || app.flush_reads()).await
}

/// Flushes the read counts every few seconds and signs the audit log once a day, until `stop` changes.
pub async fn run_maintenance(app: Arc<AppState>, mut stop: watch::Receiver<bool>) {
    let (mut flushes, mut signatures) = (tokio::time::interval(FLUSH_INTERVAL), tokio::time::interval(SIGN_INTERVAL));
    loop {
        let outcome = tokio::select! {
            _ = stop.changed() => return,
            _ = flushes.tick() => flush(&app).await,
            _ = signatures.tick() => audit::sign_checkpoint(&auth::server(app.clone())).await.map(drop),
        };
        if let Err(error) = outcome {
            tracing::error!("flushing reads or signing the audit log: {error:?}");
        }
    }
}

fn item_from_reads(reads: ReadSummary) -> ActivityItem {
    ActivityItem {
        at: reads.last_at,
        source: ActivitySource::Reads,
        action: "READ".to_owned(),
        actor: reads.actor,
        via: reads.via,
        via_name: None,
        assistant: reads.assistant,
        on_behalf: None,
        resource: reads.what,
        result: "ok".to_owned(),
        changed: Vec::new(),
        ip: reads.ip,
        user_agent: None,
        request_id: None,
        first_at: Some(reads.first_at),
        requests: Some(reads.requests),
        entries: Some(reads.entries),
    }
}

/// Converts an event. Client details are included for the owner's own and failed logins, not for an admin's actions.
fn item_from_event(event: AuditEvent, me: &str) -> ActivityItem {
    let another = event.actor != me && event.actor.starts_with("user:");
    let own = |fact: Option<String>| fact.filter(|_| !another);
    ActivityItem {
        at: event.at,
        source: ActivitySource::Account,
        action: event.action,
        actor: event.actor,
        via: event.via,
        via_name: None,
        assistant: None,
        on_behalf: event.on_behalf,
        resource: event.resource,
        result: event.result,
        changed: Vec::new(),
        ip: own(event.ip),
        user_agent: own(event.user_agent),
        request_id: own(event.request_id),
        first_at: None,
        requests: event.repeats,
        entries: None,
    }
}
