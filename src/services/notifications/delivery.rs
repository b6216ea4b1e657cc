//! Delivery of notifications, concurrent with the jobs: a slow or failing channel delays only itself.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;

use crate::app::context::Ctx;
use crate::app::state::AppState;
use crate::domain::id::UserId;
use crate::domain::job_notification::{JobNotification, JobOutcome};
use crate::domain::scope::Scope;
use crate::domain::user::UserRole;
use crate::error::{ErrorKind, Result};
use crate::services::auth;
use crate::services::notifications::channels::{
    DeliveryResult, NotificationPreferences, NotificationSender, delivery_gate,
};
use crate::services::notifications::event_types;
use crate::services::notifications::health_alerts::HealthMonitor;
use crate::services::notifications::message::{self, NotificationMessage, PIPELINE};
use crate::storage::notebook::{job_notifications, jobs};

/// Maximum number of concurrent deliveries.
const MAX_CONCURRENT: usize = 8;
/// Delay before the second and last attempt.
const RETRY_DELAY: Duration = Duration::from_secs(2);
/// Maximum time for pending deliveries on shutdown.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(3);
/// Interval between two health checks.
const HEALTH_CHECK_INTERVAL: Duration = Duration::from_mins(5);

/// Delivers queued events and monitors the health of the machine until `stop` changes.
pub async fn serve(app: Arc<AppState>, mut stop: watch::Receiver<bool>) {
    let sender = match NotificationSender::new(&app) {
        Ok(sender) => Arc::new(sender),
        Err(error) => return tracing::error!("notifications are disabled: {error:?}"),
    };
    app.notification_queue.set_consumer_ready();
    let mut health_checks = tokio::time::interval(HEALTH_CHECK_INTERVAL);
    health_checks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut watch, mut deliveries) = (HealthMonitor::default(), JoinSet::new());
    loop {
        tokio::select! {
            biased;
            _ = stop.changed() => break,
            Some(_) = deliveries.join_next() => {}
            _ = health_checks.tick() => {
                if let Some(message) = watch.check(&app).await {
                    deliveries.spawn(alert_admins(app.clone(), sender.clone(), message));
                }
            }
            (owner, event) = app.notification_queue.next(), if deliveries.len() < MAX_CONCURRENT => {
                deliveries.spawn(deliver_event(app.clone(), sender.clone(), owner, event));
            }
        }
    }
    let remaining = async {
        while let Some((owner, event)) = app.notification_queue.take() {
            deliveries.spawn(deliver_event(app.clone(), sender.clone(), owner, event));
        }
        while deliveries.join_next().await.is_some() {}
    };
    if tokio::time::timeout(SHUTDOWN_TIMEOUT, remaining).await.is_err() {
        tracing::warn!("some notifications were not delivered before the shutdown");
    }
}

/// Notifies the owner of a job and, of a failure, the admins.
async fn deliver_event(app: Arc<AppState>, sender: Arc<NotificationSender>, owner: UserId, event: JobNotification) {
    if let Err(error) = try_deliver_event(&app, &sender, owner, &event).await {
        tracing::warn!("notifying of a job: {error:?}");
    }
}

async fn try_deliver_event(
    app: &Arc<AppState>,
    sender: &NotificationSender,
    owner: UserId,
    event: &JobNotification,
) -> Result<()> {
    for ctx in auth::server_for_every_notebook(app)? {
        let Some(user) = &ctx.caller.user else { continue };
        if user.id == owner {
            if let Some(message) = owner_message(&ctx, event).await? {
                deliver(&ctx, sender, &message).await?;
            }
        } else if let (UserRole::Admin, JobOutcome::Failed(class)) = (user.role, event.outcome) {
            deliver(&ctx, sender, &message::admin_job_failure_message(event, class, app.clock.now())).await?;
        }
    }
    Ok(())
}

/// Notifies the active admins of a health problem.
async fn alert_admins(app: Arc<AppState>, sender: Arc<NotificationSender>, message: NotificationMessage) {
    let delivered = async {
        for ctx in auth::server_for_every_notebook(&app)? {
            if ctx.caller.user.as_ref().is_some_and(|user| user.role == UserRole::Admin) {
                deliver(&ctx, &sender, &message).await?;
            }
        }
        Ok::<_, crate::error::Error>(())
    };
    if let Err(error) = delivered.await {
        tracing::warn!("notifying of a health problem: {error:?}");
    }
}

/// Returns the message for the owner, if one is due. An edit is reported once, when its last job ends; of an upload,
/// failures are reported immediately and the success at the end.
async fn owner_message(ctx: &Ctx, event: &JobNotification) -> Result<Option<NotificationMessage>> {
    let at = ctx.app.clock.now();
    if let JobOutcome::Retrying { attempt, .. } = event.outcome {
        return Ok((attempt <= 1).then(|| message::job_message(event, at)));
    }
    let root = event.parent.unwrap_or(event.job);
    let family = ctx.read(Scope::EntriesRead, move |db| job_notifications::list_family(db, root)).await?;
    let root_kind = family.iter().find(|relative| relative.is_root).map(|relative| relative.kind.as_str());
    let is_pipeline = root_kind == Some(PIPELINE);
    if let (JobOutcome::Failed(_), false) = (event.outcome, is_pipeline) {
        return Ok(Some(message::job_message(event, at)));
    }
    let has_ended = family.iter().all(|relative| !matches!(relative.status.as_str(), "queued" | "running"));
    let is_good = family.iter().all(|relative| relative.status == "succeeded");
    // Embedding and entity extraction run as one job per entry; a message for each would be noise.
    let of_one = |kind| event.entry.is_some() && jobs::DERIVATION_KINDS.contains(&kind);
    let is_trifle = root_kind.is_none_or(|kind| kind == jobs::EMBED || of_one(kind));
    if !has_ended || !(is_pipeline || is_good) || is_trifle {
        return Ok(None);
    }
    let Some(kind) = root_kind.and_then(message::known_job_kind) else { return Ok(None) };
    if !ctx.write(Scope::Ingest, move |db| job_notifications::claim_notification(db, root)).await? {
        return Ok(None);
    }
    if is_pipeline {
        return Ok(Some(message::pipeline_message(event, root, &family, at)));
    }
    Ok(Some(message::job_message(&JobNotification { job: root, parent: None, kind, ..event.clone() }, at)))
}

/// Delivers a message over each of a user's channels, if the user wants its topic.
async fn deliver(ctx: &Ctx, sender: &NotificationSender, message: &NotificationMessage) -> Result<()> {
    let stored = NotificationPreferences::load(ctx).await?;
    if !event_types::is_enabled(message.topic, &stored) {
        return Ok(());
    }
    for way in stored.channels(&ctx.app, &sender.rules)? {
        let gate = delivery_gate(ctx, way.name(), message.about.clone());
        let mut sent = sender.send(&way, message, &gate).await;
        if sent.as_ref().is_err_and(crate::error::Error::is_transient) {
            tokio::time::sleep(RETRY_DELAY).await;
            sent = sender.send(&way, message, &gate).await;
        }
        match sent {
            Ok(DeliveryResult::Accepted) => {}
            Ok(DeliveryResult::Rejected(_)) => tracing::warn!(way = way.name(), "a notification was refused"),
            Err(error) if error.kind() == ErrorKind::Forbidden => {
                tracing::debug!(way = way.name(), "a notification was blocked: {error}");
            }
            Err(error) => tracing::warn!(way = way.name(), "a notification was not delivered: {error}"),
        }
    }
    Ok(())
}
