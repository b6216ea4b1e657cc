//! What to do when somebody's password, key or browser may be in wrong hands: everything that opens the account is revoked
//! in one step, and what was read is told.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;

use crate::app::App;
use crate::audit::Trail;
use crate::clock;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::model::activity::Line;
use crate::model::activity::Reads;
use crate::model::audit::Action;
use crate::model::audit::Event;
use crate::model::email::Email;
use crate::model::id::KeyId;
use crate::model::id::NotebookId;
use crate::model::id::SessionId;
use crate::model::id::UserId;
use crate::model::scope::Scope;
use crate::model::since;
use crate::model::user::User;
use crate::storage::accounts;
use crate::storage::accounts::AccountsDb;
use crate::storage::notebook::activity;
use crate::storage::notebook::reads;

/// Most lines of each list in the report; the newest ones.
const MAX_LINES: i64 = 1000;

/// What was revoked, and what had happened before.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Contained {
    /// The account.
    pub user: User,
    /// What does not open it any more.
    pub revoked: Revoked,
    /// Account timestamp from which on the lists below tell.
    pub since: String,
    /// What was read of their journal, and by them of others', latest first.
    pub reads: Vec<Reads>,
    /// What was done in their journal, newest first; never content.
    pub activity: Vec<Line>,
    /// What was done to their account, newest first.
    pub account: Vec<Event>,
}

/// What was revoked.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct Revoked {
    /// Logins.
    pub sessions: Vec<SessionId>,
    /// API keys.
    pub keys: Vec<KeyId>,
    /// Browsers that were known.
    pub devices: usize,
    /// Mailed links that were not used.
    pub links: usize,
    /// Rights to notebooks of others.
    pub grants: Vec<NotebookId>,
}

/// Revokes every session, key, known browser, mailed link and right to others' notebooks of a user, in one transaction.
///
/// The account, the password and the journal stay; a password that somebody else knows is to be set anew.
///
/// # Errors
/// `NotFound` for an unknown user; `Invalid` for a `since` that is none.
pub async fn contain(ctx: &Ctx, email: Email, since: &str) -> Result<Contained> {
    ctx.caller.authorize(Scope::AdminUsers)?;
    let since = clock::stamp(since::parse(since, ctx.app.clock.now())?);
    let trail = Trail::of(ctx);
    let (user, revoked, owned) = ctx
        .write_accounts(Scope::AdminUsers, move |db| {
            let user = accounts::users::named(db, email.as_str())?;
            let trail = trail.on_behalf_of(user.id);
            let revoked = revoke(db, user.id, &trail)?;
            trail.record(db, Action::UserContained, &format!("user:{}", user.id))?;
            let owned = accounts::notebooks::owned_by(db, user.id)?;
            Ok((user, revoked, owned))
        })
        .await?;
    let name = format!("user:{}", user.id);
    let (about, from) = (name.clone(), since.clone());
    let account =
        ctx.read_accounts(Scope::AdminUsers, move |db| accounts::audit::about(db, &about, &from, MAX_LINES)).await?;
    let (app, from, foreign) = (ctx.app.clone(), since.clone(), revoked.grants.clone());
    let looked = tokio::task::spawn_blocking(move || look(&app, &owned, &foreign, &name, &from)).await;
    let (reads, activity) = looked.map_err(|error| Error::internal("a database task ended early", error))??;
    Ok(Contained { user, revoked, since, reads, activity, account })
}

fn revoke(db: &AccountsDb<'_>, user: UserId, trail: &Trail) -> Result<Revoked> {
    let sessions = accounts::sessions::of(db, user, trail.at(), "")?.into_iter().map(|session| session.id).collect();
    let keys = accounts::keys::of(db, user)?.into_iter().filter(|key| key.revoked_at.is_none());
    let keys = keys.map(|key| key.id).collect();
    let grants = accounts::containment::granted_to(db, user)?;
    let mut revoked = Revoked { sessions, keys, grants, ..Revoked::default() };
    for session in &revoked.sessions {
        trail.record(db, Action::TokenRevoked, &format!("session:{session}"))?;
    }
    for &key in &revoked.keys {
        accounts::keys::revoke(db, user, key, trail.at())?;
        trail.record(db, Action::TokenRevoked, &format!("key:{key}"))?;
    }
    for &notebook in &revoked.grants {
        accounts::containment::revoke_grant(db, notebook, user)?;
        trail.record(db, Action::GrantRevoked, &format!("notebook:{notebook}"))?;
    }
    accounts::sessions::remove_all(db, user)?;
    revoked.devices = accounts::devices::remove_all(db, user)?;
    revoked.links = accounts::containment::forget_links(db, user, trail.at())?;
    Ok(revoked)
}

/// Reads the counts and the acts, never content: who runs the machine may know that something was read, not what.
fn look(
    app: &Arc<App>,
    owned: &[NotebookId],
    foreign: &[NotebookId],
    user: &str,
    since: &str,
) -> Result<(Vec<Reads>, Vec<Line>)> {
    app.flush_reads()?;
    let (mut counts, mut lines) = (Vec::new(), Vec::new());
    for &id in owned {
        let (read, done) = app
            .store
            .notebook(id)?
            .read(|db| Ok((reads::since(db, since, None, MAX_LINES)?, activity::since(db, since, MAX_LINES)?)))?;
        counts.extend(read);
        lines.extend(done);
    }
    for &id in foreign {
        match app.store.notebook(id) {
            Ok(notebook) => counts.extend(notebook.read(|db| reads::since(db, since, Some(user), MAX_LINES))?),
            Err(error) if error.kind() == Kind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    counts.sort_by(|one, other| other.last_at.cmp(&one.last_at));
    Ok((counts, lines))
}
