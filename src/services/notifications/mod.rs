//! Notifications: results of jobs for their owner, failures and health for admins, over the channels that each user has
//! configured. No message contains text of a user.

mod channels;
mod delivery;
mod event_types;
mod health_alerts;
mod message;
mod test_delivery;

pub use delivery::serve;
pub use event_types::{NotificationGroup, NotificationTopic, topics};
pub use test_delivery::{channels, send_digest, send_test, validate_pushover};

use crate::app::context::Ctx;
use crate::domain::job_notification::JobNotification;

/// Enqueues a notification about a job's result, for its owner and, of a failure, for admins. Returns immediately and
/// never fails: the server delivers it separately; commands do not notify. Call it after the result is committed.
pub fn enqueue(ctx: &Ctx, event: &JobNotification) {
    if let Some(user) = &ctx.caller.user {
        ctx.app.notification_queue.push(user.id, event.clone());
    }
}

#[cfg(test)]
mod tests;
