//! Containment of a compromised account: revokes every credential in one step and reports the recent activity.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;

use crate::app::context::Ctx;
use crate::app::state::AppState;
use crate::blocking::run_blocking;
use crate::clock;
use crate::domain::activity::{ActivityItem, ReadSummary};
use crate::domain::audit::{AuditAction, AuditEvent};
use crate::domain::email::EmailAddress;
use crate::domain::id::{KeyId, NotebookId, SessionId, UserId};
use crate::domain::past_instant;
use crate::domain::scope::Scope;
use crate::domain::user::User;
use crate::error::{ErrorKind, Result};
use crate::services::audit::AuditRecorder;
use crate::storage::accounts::{self, AccountsDb};
use crate::storage::notebook::{activity, read_counts};

/// Maximum length of each list in the report; the newest items are kept.
const MAX_LINES: i64 = 1000;

/// Report of a containment: what was revoked, and the activity before it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ContainmentReport {
    /// The account.
    pub user: User,
    /// Revoked credentials and grants.
    pub revoked: RevokedAccess,
    /// Start of the lists below, an account timestamp.
    pub since: String,
    /// Reads of their journal, and their reads of others' journals, latest first.
    pub reads: Vec<ReadSummary>,
    /// Changes in their journal, newest first; never content.
    pub activity: Vec<ActivityItem>,
    /// Events of their account, newest first.
    pub account: Vec<AuditEvent>,
}

/// Revoked credentials and grants.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct RevokedAccess {
    /// Sessions.
    pub sessions: Vec<SessionId>,
    /// API keys.
    pub keys: Vec<KeyId>,
    /// Number of known devices.
    pub devices: usize,
    /// Number of unused one-time links.
    pub links: usize,
    /// Notebooks of others to which the user had access.
    pub grants: Vec<NotebookId>,
}

/// Revokes every session, key, known device, one-time link and grant of a user, in one transaction.
///
/// Account, password and journal stay; a leaked password must be changed separately.
///
/// # Errors
/// `NotFound` for an unknown user; `Invalid` for an invalid `since`.
pub async fn contain(ctx: &Ctx, email: EmailAddress, since: &str) -> Result<ContainmentReport> {
    ctx.caller.authorize(Scope::AdminUsers)?;
    let since = clock::format_timestamp(past_instant::parse(since, ctx.app.clock.now())?);
    let trail = AuditRecorder::from_ctx(ctx);
    let (user, revoked, owned) = ctx
        .write_accounts(Scope::AdminUsers, move |db| {
            let user = accounts::users::get_by_email(db, email.as_str())?;
            let trail = trail.on_behalf_of(user.id);
            let revoked = revoke(db, user.id, &trail)?;
            trail.record(db, AuditAction::UserContained, &format!("user:{}", user.id))?;
            let owned = accounts::notebooks::list_owned(db, user.id)?;
            Ok((user, revoked, owned))
        })
        .await?;
    let name = format!("user:{}", user.id);
    let (about, from) = (name.clone(), since.clone());
    let account = ctx
        .read_accounts(Scope::AdminUsers, move |db| accounts::audit::list_about_user(db, &about, &from, MAX_LINES))
        .await?;
    let (app, from, foreign) = (ctx.app.clone(), since.clone(), revoked.grants.clone());
    let (reads, activity) = run_blocking(move || collect_activity(&app, &owned, &foreign, &name, &from)).await?;
    Ok(ContainmentReport { user, revoked, since, reads, activity, account })
}

fn revoke(db: &AccountsDb<'_>, user: UserId, trail: &AuditRecorder) -> Result<RevokedAccess> {
    let sessions =
        accounts::sessions::list_live(db, user, trail.at(), "")?.into_iter().map(|session| session.id).collect();
    let keys = accounts::keys::list(db, user)?.into_iter().filter(|key| key.revoked_at.is_none());
    let keys = keys.map(|key| key.id).collect();
    let grants = accounts::containment::list_granted(db, user)?;
    let mut revoked = RevokedAccess { sessions, keys, grants, ..RevokedAccess::default() };
    for session in &revoked.sessions {
        trail.record(db, AuditAction::TokenRevoked, &format!("session:{session}"))?;
    }
    for &key in &revoked.keys {
        accounts::keys::revoke(db, user, key, trail.at())?;
        trail.record(db, AuditAction::TokenRevoked, &format!("key:{key}"))?;
    }
    for &notebook in &revoked.grants {
        accounts::containment::revoke_grant(db, notebook, user)?;
        trail.record(db, AuditAction::GrantRevoked, &format!("notebook:{notebook}"))?;
    }
    accounts::sessions::remove_all(db, user)?;
    revoked.devices = accounts::devices::remove_all(db, user)?;
    revoked.links = accounts::containment::invalidate_links(db, user, trail.at())?;
    Ok(revoked)
}

/// Collects read counts and activity, never content: the operator may see that something was read, not the text.
fn collect_activity(
    app: &Arc<AppState>,
    owned: &[NotebookId],
    foreign: &[NotebookId],
    user: &str,
    since: &str,
) -> Result<(Vec<ReadSummary>, Vec<ActivityItem>)> {
    app.flush_reads()?;
    let (mut counts, mut lines) = (Vec::new(), Vec::new());
    for &id in owned {
        let (read, done) = app.store.notebook(id)?.read(|db| {
            Ok((read_counts::list_since(db, since, None, MAX_LINES)?, activity::list_since(db, since, MAX_LINES)?))
        })?;
        counts.extend(read);
        lines.extend(done);
    }
    for &id in foreign {
        match app.store.notebook(id) {
            Ok(notebook) => {
                counts.extend(notebook.read(|db| read_counts::list_since(db, since, Some(user), MAX_LINES))?);
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    counts.sort_by(|one, other| other.last_at.cmp(&one.last_at));
    Ok((counts, lines))
}
