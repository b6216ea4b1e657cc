//! Which notifications there are.

use schemars::JsonSchema;
use serde::Serialize;

use crate::ctx::Ctx;
use crate::error::Result;
use crate::model::scope::Scope;
use crate::model::user::Role;
use crate::notifications::ways::Stored;
use crate::storage::accounts;

/// What a topic is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Group {
    /// Something was done.
    Success,
    /// Something went wrong.
    Failure,
    /// Something went wrong for somebody else, or with the machine.
    Admin,
}

struct Definition {
    key: &'static str,
    label: &'static str,
    group: Group,
    default: bool,
}

const fn topic(key: &'static str, label: &'static str, group: Group, default: bool) -> Definition {
    Definition { key, label, group, default }
}

const TOPICS: [Definition; 9] = [
    topic("notif_job_success_ingest_images", "Photographed pages are in", Group::Success, true),
    topic("notif_job_success_ingest_audio", "A recording is in", Group::Success, true),
    topic("notif_job_success_save_entry", "An edited entry is worked in", Group::Success, true),
    topic("notif_job_retrying", "A job waits for another attempt", Group::Failure, true),
    topic("notif_job_failed", "A job failed", Group::Failure, true),
    topic("notif_job_failed_save_entry", "An edited entry was not worked in", Group::Failure, true),
    topic("notif_job_success_entity_reembed", "An entity is embedded anew", Group::Success, false),
    topic("notif_admin_job_failed", "Somebody else's job failed", Group::Admin, true),
    topic("notif_admin_health_alert", "The server is not well", Group::Admin, true),
];

/// A topic with what the caller chose.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Topic {
    /// Its name, which is the preference's too.
    pub key: &'static str,
    /// Its name for people.
    pub label: &'static str,
    /// What it is about.
    pub group: Group,
    /// Whether only admins are told.
    pub admin_only: bool,
    /// Whether one is told unless one said otherwise.
    pub default: bool,
    /// Whether the caller is told.
    pub enabled: bool,
}

/// Returns the topics that are the caller's to choose.
pub async fn topics(ctx: &Ctx) -> Result<Vec<Topic>> {
    let (owner, is_admin) = (ctx.caller.user()?.id, ctx.caller.user()?.role == Role::Admin);
    let stored = ctx.read_accounts(Scope::Account, move |db| accounts::preferences::of(db, owner)).await?;
    let stored = Stored::new(stored);
    let shown = TOPICS.iter().filter(|topic| is_admin || topic.group != Group::Admin);
    Ok(shown
        .map(|topic| Topic {
            key: topic.key,
            label: topic.label,
            group: topic.group,
            admin_only: topic.group == Group::Admin,
            default: topic.default,
            enabled: stored.chosen(topic.key).unwrap_or(topic.default),
        })
        .collect())
}

/// Returns the topic under which a success is told; `None` for one that cannot be switched off.
pub(super) fn success_of(kind: &str) -> Option<&'static str> {
    match kind {
        "ingest_images" => Some("notif_job_success_ingest_images"),
        "ingest_audio" => Some("notif_job_success_ingest_audio"),
        "entity_reembed" => Some("notif_job_success_entity_reembed"),
        _ => None,
    }
}

/// Tells whether somebody wants to hear of a topic.
pub(super) fn is_wanted(topic: Option<&str>, stored: &Stored) -> bool {
    let Some(topic) = topic else { return true };
    let default = TOPICS.iter().any(|known| known.key == topic && known.default);
    stored.chosen(topic).unwrap_or(default)
}
