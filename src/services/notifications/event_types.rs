//! Notification topics.

use schemars::JsonSchema;
use serde::Serialize;

use crate::app::context::Ctx;
use crate::domain::user::UserRole;
use crate::error::Result;
use crate::services::notifications::channels::NotificationPreferences;

/// Group of a topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum NotificationGroup {
    /// Success of a job.
    Success,
    /// Failure or retry of a job.
    Failure,
    /// Failure of another user's job, or a health problem; for admins.
    Admin,
}

/// Topic with the caller's choice.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct NotificationTopic {
    /// Key of the topic and of its preference.
    pub key: &'static str,
    /// Display name.
    pub label: &'static str,
    /// Group.
    pub group: NotificationGroup,
    /// True if it is for admins only.
    pub admin_only: bool,
    /// True if it is enabled by default.
    pub default: bool,
    /// True if it is enabled for the caller.
    pub enabled: bool,
}

const fn topic(key: &'static str, label: &'static str, group: NotificationGroup, default: bool) -> NotificationTopic {
    let admin_only = matches!(group, NotificationGroup::Admin);
    NotificationTopic { key, label, group, admin_only, default, enabled: default }
}

/// All topics, with their defaults.
const TOPICS: [NotificationTopic; 9] = [
    topic("notif_job_success_ingest_images", "Photographed pages were ingested", NotificationGroup::Success, true),
    topic("notif_job_success_ingest_audio", "A recording was ingested", NotificationGroup::Success, true),
    topic("notif_job_success_save_entry", "An edited entry was processed", NotificationGroup::Success, true),
    topic("notif_job_retrying", "A job waits for another attempt", NotificationGroup::Failure, true),
    topic("notif_job_failed", "A job failed", NotificationGroup::Failure, true),
    topic("notif_job_failed_save_entry", "An edited entry was not processed", NotificationGroup::Failure, true),
    topic("notif_job_success_entity_reembed", "An entity was re-embedded", NotificationGroup::Success, false),
    topic("notif_admin_job_failed", "Another user's job failed", NotificationGroup::Admin, true),
    topic("notif_admin_health_alert", "The server is unhealthy", NotificationGroup::Admin, true),
];

/// Returns the topics that the caller can choose.
pub async fn topics(ctx: &Ctx) -> Result<Vec<NotificationTopic>> {
    let is_admin = ctx.caller.user()?.role == UserRole::Admin;
    let stored = NotificationPreferences::load(ctx).await?;
    let shown = TOPICS.into_iter().filter(|topic| is_admin || !topic.admin_only);
    let with_choice = |topic: NotificationTopic| NotificationTopic {
        enabled: stored.flag(topic.key).unwrap_or(topic.default),
        ..topic
    };
    Ok(shown.map(with_choice).collect())
}

/// Returns whether a user wants a topic.
pub(super) fn is_enabled(topic: Option<&str>, stored: &NotificationPreferences) -> bool {
    let Some(topic) = topic else { return true };
    let default = TOPICS.iter().any(|known| known.key == topic && known.default);
    stored.flag(topic).unwrap_or(default)
}
