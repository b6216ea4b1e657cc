//! Who did what in a journal and with its account, and who read how much: the owner's view.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::app::App;
use crate::audit;
use crate::auth;
use crate::clock;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Result;
use crate::model::activity::Line;
use crate::model::activity::Lines;
use crate::model::activity::Reads;
use crate::model::activity::Source;
use crate::model::audit::Event;
use crate::model::scope::Scope;
use crate::model::since;
use crate::storage::accounts;
use crate::storage::notebook::activity;
use crate::storage::notebook::reads;

/// Most lines of a page.
pub const MAX_LIMIT: i64 = 200;
/// Most lines that are skipped.
pub const MAX_OFFSET: i64 = 10_000;
/// How often the server writes down what was read.
const FLUSH: Duration = Duration::from_secs(5);
/// How often the server looks whether the audit trail is to be signed.
const SIGN: Duration = Duration::from_hours(24);

/// A page to show.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Only what happened since: `7d`, `12h`, a date or an instant.
    pub since: Option<String>,
    /// Lines a page, clamped to 1 and [`MAX_LIMIT`].
    pub limit: i64,
    /// Lines to skip, clamped to 0 and [`MAX_OFFSET`].
    pub offset: i64,
}

/// Returns what concerns the caller, newest first: their journal's activity, the reads of it, and the events about their
/// own account. Nobody sees another's here, admins no more than others.
///
/// # Errors
/// `Invalid` for a `since` that is none, or without a user.
pub async fn list(ctx: &Ctx, wanted: Wanted) -> Result<Lines> {
    ctx.caller.authorize(Scope::Account)?;
    let owner = ctx.caller.user()?.id;
    let me = format!("user:{owner}");
    let since = match &wanted.since {
        Some(text) => clock::stamp(since::parse(text, ctx.app.clock.now())?),
        None => String::new(),
    };
    let (limit, offset) = (wanted.limit.clamp(1, MAX_LIMIT), wanted.offset.clamp(0, MAX_OFFSET));
    let most = limit + offset;
    flush(&ctx.app).await?;
    let from = since.clone();
    let (mut lines, mut total) = ctx
        .read(Scope::Account, move |db| {
            let mut lines = activity::since(db, &from, most)?;
            lines.extend(reads::since(db, &from, None, most)?.into_iter().map(counted));
            Ok((lines, activity::count_since(db, &from)? + reads::count_since(db, &from)?))
        })
        .await?;
    let (events, about_me, keys) = ctx
        .read_accounts(Scope::Account, move |db| {
            let events = accounts::audit::about(db, &me, &since, most)?;
            let events = events.into_iter().map(|event| happened(event, &me)).collect::<Vec<_>>();
            Ok((events, accounts::audit::count_about(db, &me, &since)?, accounts::keys::of(db, owner)?))
        })
        .await?;
    lines.extend(events);
    total += about_me;
    // Each source is in order already, and a stable sort keeps that within a second.
    lines.sort_by_key(|line| Reverse(line.at.clone()));
    let skipped = usize::try_from(offset).unwrap_or(usize::MAX);
    let mut items: Vec<Line> = lines.into_iter().skip(skipped).take(usize::try_from(limit).unwrap_or(0)).collect();
    let names: HashMap<String, String> = keys.into_iter().map(|key| (format!("key:{}", key.id), key.name)).collect();
    for line in &mut items {
        line.via_name = names.get(&line.via).cloned();
    }
    Ok(Lines { items, total, limit, offset })
}

/// Writes down which reads were counted.
///
/// # Errors
/// Only what goes wrong with a database.
pub async fn flush(app: &Arc<App>) -> Result<()> {
    let app = app.clone();
    let flushed = tokio::task::spawn_blocking(move || app.flush_reads()).await;
    flushed.map_err(|error| Error::internal("a database task ended early", error))?
}

/// Writes down what was read every few seconds, and signs the audit trail once a day, until `stop` says so.
pub async fn keep(app: Arc<App>, mut stop: watch::Receiver<bool>) {
    let (mut flushes, mut signatures) = (tokio::time::interval(FLUSH), tokio::time::interval(SIGN));
    loop {
        let outcome = tokio::select! {
            _ = stop.changed() => return,
            _ = flushes.tick() => flush(&app).await,
            _ = signatures.tick() => audit::sign(&auth::server(app.clone())).await.map(drop),
        };
        if let Err(error) = outcome {
            tracing::error!("keeping the trail: {error:?}");
        }
    }
}

fn counted(reads: Reads) -> Line {
    Line {
        at: reads.last_at,
        source: Source::Reads,
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

/// Where an admin sat is the admin's business; where a login came from, good or refused, is the owner's.
fn happened(event: Event, me: &str) -> Line {
    let another = event.actor != me && event.actor.starts_with("user:");
    let own = |fact: Option<String>| fact.filter(|_| !another);
    Line {
        at: event.at,
        source: Source::Account,
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
