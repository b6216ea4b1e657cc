//! Delivers beside the work: a slow or broken way holds up nobody but itself.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;

use crate::app::App;
use crate::auth;
use crate::ctx::Ctx;
use crate::egress::Guarded;
use crate::error::Kind;
use crate::error::Result;
use crate::model::egress::Purpose;
use crate::model::id::UserId;
use crate::model::notice::Event;
use crate::model::notice::Outcome;
use crate::model::scope::Scope;
use crate::model::user::Role;
use crate::notifications::health::Watch;
use crate::notifications::message;
use crate::notifications::message::Message;
use crate::notifications::message::PIPELINE;
use crate::notifications::message::Stage;
use crate::notifications::topics;
use crate::notifications::ways::Sender;
use crate::notifications::ways::Stored;
use crate::notifications::ways::Verdict;
use crate::storage::accounts;
use crate::storage::notebook::jobs;
use crate::storage::notebook::notices;

/// Events that are delivered at once.
const AT_ONCE: usize = 8;
/// Time before the second and last attempt.
const AGAIN: Duration = Duration::from_secs(2);
/// How long a server that stops goes on delivering.
const LAST: Duration = Duration::from_secs(3);
/// How often the machine is looked at.
const LOOK: Duration = Duration::from_mins(5);

/// Delivers what jobs leave word of, and looks after the machine, until `stop` says so.
pub async fn serve(app: Arc<App>, mut stop: watch::Receiver<bool>) {
    let sender = match Sender::new(&app) {
        Ok(sender) => Arc::new(sender),
        Err(error) => return tracing::error!("nobody will be notified: {error:?}"),
    };
    app.bell.attend();
    let mut look = tokio::time::interval(LOOK);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut watch, mut under_way) = (Watch::default(), JoinSet::new());
    loop {
        tokio::select! {
            biased;
            _ = stop.changed() => break,
            Some(_) = under_way.join_next() => {}
            _ = look.tick() => {
                if let Some(message) = watch.look(&app).await {
                    under_way.spawn(alert(app.clone(), sender.clone(), message));
                }
            }
            (owner, event) = app.bell.next(), if under_way.len() < AT_ONCE => {
                under_way.spawn(hear(app.clone(), sender.clone(), owner, event));
            }
        }
    }
    let rest = async {
        while let Some((owner, event)) = app.bell.take() {
            under_way.spawn(hear(app.clone(), sender.clone(), owner, event));
        }
        while under_way.join_next().await.is_some() {}
    };
    if tokio::time::timeout(LAST, rest).await.is_err() {
        tracing::warn!("some notifications were not delivered before the end");
    }
}

/// Tells the owner and, of a failure, the admins.
async fn hear(app: Arc<App>, sender: Arc<Sender>, owner: UserId, event: Event) {
    if let Err(error) = heard(&app, &sender, owner, &event).await {
        tracing::warn!("telling of a job: {error:?}");
    }
}

async fn heard(app: &Arc<App>, sender: &Sender, owner: UserId, event: &Event) -> Result<()> {
    for ctx in auth::every_notebook(app)? {
        let Some(user) = &ctx.caller.user else { continue };
        if user.id == owner {
            if let Some(message) = of_own(&ctx, event).await? {
                deliver(&ctx, sender, &message).await?;
            }
        } else if let (Role::Admin, Outcome::Failed(class)) = (user.role, event.outcome) {
            deliver(&ctx, sender, &message::of_another(event, class, app.clock.now())).await?;
        }
    }
    Ok(())
}

/// Tells the active admins that the machine is not well.
async fn alert(app: Arc<App>, sender: Arc<Sender>, message: Message) {
    let told = async {
        for ctx in auth::every_notebook(&app)? {
            if ctx.caller.user.as_ref().is_some_and(|user| user.role == Role::Admin) {
                deliver(&ctx, &sender, &message).await?;
            }
        }
        Ok::<_, crate::error::Error>(())
    };
    if let Err(error) = told.await {
        tracing::warn!("telling of the machine's health: {error:?}");
    }
}

/// Finds out what there is to tell the owner now. What an edit left is told of once, when the last of it ended; of what an
/// upload left, failures at once and the success at the end.
async fn of_own(ctx: &Ctx, event: &Event) -> Result<Option<Message>> {
    let at = ctx.app.clock.now();
    if let Outcome::Retrying { attempt, .. } = event.outcome {
        return Ok((attempt <= 1).then(|| message::of_job(event, at)));
    }
    let root = event.parent.unwrap_or(event.job);
    let family = ctx.read(Scope::EntriesRead, move |db| notices::family(db, root)).await?;
    let root_kind = family.iter().find(|relative| relative.is_root).map(|relative| relative.kind.as_str());
    let is_pipeline = root_kind == Some(PIPELINE);
    if let (Outcome::Failed(_), false) = (event.outcome, is_pipeline) {
        return Ok(Some(message::of_job(event, at)));
    }
    let has_ended = family.iter().all(|relative| !matches!(relative.status.as_str(), "queued" | "running"));
    let is_good = family.iter().all(|relative| relative.status == "succeeded");
    // Vectors of a whole folder are made one job an entry, and so is what typed texts speak of; nobody wants to hear of each.
    let of_one = |kind| event.entry.is_some() && jobs::DERIVING.contains(&kind);
    let is_trifle = root_kind.is_none_or(|kind| kind == jobs::EMBED || of_one(kind));
    if !has_ended || !(is_pipeline || is_good) || is_trifle {
        return Ok(None);
    }
    let Some(kind) = root_kind.and_then(message::known) else { return Ok(None) };
    if !ctx.write(Scope::Ingest, move |db| notices::claim(db, root)).await? {
        return Ok(None);
    }
    if is_pipeline {
        let stages: Vec<Stage> =
            family.into_iter().map(|relative| Stage { kind: relative.kind, status: relative.status }).collect();
        return Ok(Some(message::of_pipeline(event, root, &stages, at)));
    }
    Ok(Some(message::of_job(&Event { job: root, parent: None, kind, ..event.clone() }, at)))
}

/// Delivers a message to somebody over each of their ways, if they want to hear of its topic.
pub(super) async fn deliver(ctx: &Ctx, sender: &Sender, message: &Message) -> Result<()> {
    let stored = stored(ctx).await?;
    if !topics::is_wanted(message.topic, &stored) {
        return Ok(());
    }
    for way in stored.ways(&ctx.app, &sender.rules)? {
        let about = message.about.clone();
        let gate = Guarded { ctx, purpose: Purpose::Notification, about, provider: way.name() };
        let mut sent = sender.send(&way, message, &gate).await;
        if sent.as_ref().is_err_and(crate::error::Error::is_passing) {
            tokio::time::sleep(AGAIN).await;
            sent = sender.send(&way, message, &gate).await;
        }
        match sent {
            Ok(Verdict::Taken) => {}
            Ok(Verdict::Refused(_)) => tracing::warn!(way = way.name(), "a notification was refused"),
            Err(error) if error.kind() == Kind::Forbidden => {
                tracing::debug!(way = way.name(), "a notification was kept in: {error}");
            }
            Err(error) => tracing::warn!(way = way.name(), "a notification was not delivered: {error}"),
        }
    }
    Ok(())
}

/// Returns what the caller prefers.
pub(super) async fn stored(ctx: &Ctx) -> Result<Stored> {
    let owner = ctx.caller.user()?.id;
    ctx.read_accounts(Scope::Account, move |db| accounts::preferences::of(db, owner)).await.map(Stored::new)
}
