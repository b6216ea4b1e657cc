//! Authentication: resolves a credential to a [`Ctx`].

mod caller;
mod failed_attempts;
pub mod login;
pub(crate) mod password_check;
mod revalidate;
mod session;

pub use revalidate::is_still_valid;
pub use session::{SessionToken, with_session};

use std::sync::Arc;

use jiff::Timestamp;

use crate::app::context::{AuthMethod, Caller, ClientInfo, Ctx, operator_only_error};
use crate::app::state::AppState;
use crate::blocking::run_blocking;
use crate::config::Config;
use crate::crypto::token;
use crate::domain::api_key::{ApiKey, KeyGrant};
use crate::domain::user::User;
use crate::error::{Error, ErrorKind, Result};
use crate::secret::Secret;
use crate::services::auth::failed_attempts::FailedAttempt;
use crate::storage::accounts::{self, AccountsDb};

/// Refuses a configured API key, for commands that only the operator may run.
///
/// # Errors
/// `Forbidden`.
pub(crate) fn operator_only(config: &Config) -> Result<()> {
    if config.api_key.is_some() { Err(operator_only_error()) } else { Ok(()) }
}

/// Returns the error for a missing or invalid credential; one message for every cause.
pub(crate) fn authentication_required() -> Error {
    Error::new(ErrorKind::Unauthenticated, "Authentication required")
        .hint("log in, or send an API key as a bearer token")
}

/// Returns the context of the operator, who is trusted by file permissions, for a user's journal.
///
/// Without an e-mail address the only user is taken; if there are several, commands that need a journal ask for one.
///
/// # Errors
/// `NotFound` for an unknown user; `Forbidden` for one who is disabled or deleted.
pub fn operator(app: Arc<AppState>, user: Option<&str>) -> Result<Ctx> {
    let found = app.store.accounts.read(|db| {
        let user = if let Some(email) = user {
            Some(accounts::users::get_by_email(db, email.trim())?)
        } else {
            let mut all = accounts::users::all(db)?;
            // Unconfirmed registrations do not count: otherwise anyone who registers could make the user ambiguous.
            all.retain(|user| user.deleted_at.is_none() && user.email_verified);
            if all.len() == 1 { all.pop() } else { None }
        };
        let Some(user) = user else { return Ok(None) };
        let notebook = accounts::notebooks::find_default(db, user.id)?;
        Ok(Some((user, notebook)))
    })?;
    let Some((user, notebook)) = found else {
        return Ok(Ctx::new(app, Caller { user: None, via: AuthMethod::Shell }, None));
    };
    check_usable(&user)?;
    Ok(Ctx::new(app, Caller { user: Some(user), via: AuthMethod::Shell }, notebook))
}

/// Returns the context of the operator without a journal, for commands about users and the machine.
pub fn administration(app: Arc<AppState>) -> Ctx {
    Ctx::new(app, Caller { user: None, via: AuthMethod::Shell }, None)
}

/// Returns the context of the server for its own work, without a journal.
pub fn server(app: Arc<AppState>) -> Ctx {
    Ctx::new(app, Caller { user: None, via: AuthMethod::Server }, None)
}

/// Returns the server's context for every notebook whose owner may use it.
///
/// # Errors
/// Database errors only.
pub fn server_for_every_notebook(app: &Arc<AppState>) -> Result<Vec<Ctx>> {
    let owners = app.store.accounts.read(|db| {
        let users = accounts::users::all(db)?.into_iter().filter(|user| check_usable(user).is_ok());
        users.map(|user| Ok((accounts::notebooks::find_default(db, user.id)?, user))).collect::<Result<Vec<_>>>()
    })?;
    let ctx = |(notebook, user)| Ctx::new(app.clone(), Caller { user: Some(user), via: AuthMethod::Server }, notebook);
    Ok(owners.into_iter().filter(|(notebook, _)| notebook.is_some()).map(ctx).collect())
}

/// Authenticates the API key that a command uses; `from` is recorded as its place of use.
///
/// # Errors
/// `Unauthenticated`, one message whether the key is unknown, revoked or expired or its owner disabled.
pub fn with_key(app: &Arc<AppState>, key: &Secret<String>, from: &str) -> Result<Ctx> {
    let origin = Arc::default();
    let good = match find_key(app, key, &origin)? {
        Some(found) => {
            if let Some(note) = found.usage_update(app, from) {
                app.store.accounts.write(note)?;
            }
            Some(found.ctx).filter(|ctx| ctx.caller.user.as_ref().is_some_and(|user| check_usable(user).is_ok()))
        }
        None => None,
    };
    if let Some(ctx) = good {
        return Ok(ctx);
    }
    let refusal = FailedAttempt::new(app, &origin);
    app.store.accounts.write(|db| refusal.record(db, "key"))?;
    Err(Error::new(ErrorKind::Unauthenticated, "the API key is not valid")
        .hint("`journal key list` shows which keys are valid; unset JOURNAL_API_KEY to act as the operator"))
}

/// Authenticates the API key of a request; `None` if it is not valid.
///
/// # Errors
/// Database errors only.
pub async fn with_api_key(app: &Arc<AppState>, key: &Secret<String>, origin: &Arc<ClientInfo>) -> Result<Option<Ctx>> {
    let (app, key, origin) = (app.clone(), key.clone(), origin.clone());
    run_blocking(move || {
        let Some(found) = find_key(&app, &key, &origin)? else { return Ok(None) };
        let from = origin.ip.map_or_else(|| "unix".to_owned(), |ip| ip.to_string());
        if let Some(note) = found.usage_update(&app, &from) {
            app.store.accounts.write(note)?;
        }
        Ok(Some(found.ctx))
    })
    .await
}

/// Records an invalid API key of a request in the audit log.
///
/// # Errors
/// Database errors only.
pub async fn record_refused_key(app: &Arc<AppState>, origin: &ClientInfo) -> Result<()> {
    let (refusal, accounts) = (FailedAttempt::new(app, origin), app.store.accounts.clone());
    run_blocking(move || accounts.write(|db| refusal.record(db, "key"))).await
}

/// Minimum time between two updates of a key's or session's last use, seconds: each update is a write.
const MIN_TOUCH_INTERVAL_SECONDS: i64 = 60;

/// Valid API key with the context of its owner.
struct AuthenticatedKey {
    key: ApiKey,
    ctx: Ctx,
}

impl AuthenticatedKey {
    /// Returns the write that records the use of the key, if one is due.
    fn usage_update(
        &self,
        app: &AppState,
        from: &str,
    ) -> Option<impl FnOnce(&AccountsDb<'_>) -> Result<()> + Send + 'static> {
        let used = self.key.last_used_at.as_deref().map_or(i64::MAX, |at| session::seconds_since(at, app.clock.now()));
        let due = used >= MIN_TOUCH_INTERVAL_SECONDS || self.key.last_used_from.as_deref() != Some(from);
        let (id, now, from) = (self.key.id, app.now_timestamp(), from.to_owned());
        due.then_some(move |db: &AccountsDb<'_>| accounts::keys::record_use(db, id, &now, &from))
    }
}

fn find_key(app: &Arc<AppState>, key: &Secret<String>, origin: &Arc<ClientInfo>) -> Result<Option<AuthenticatedKey>> {
    let now = app.clock.now();
    let hash = token::stored_form(key, &app.store.keys.token_pepper);
    let found = app.store.accounts.read(|db| {
        let Some((row, stored)) = accounts::keys::find_by_hash(db, &hash)? else { return Ok(None) };
        if !token::constant_time_eq(&hash, &stored) || !is_live(&row, now) || !row.allows_address(origin.ip) {
            return Ok(None);
        }
        Ok(caller::find_owner(db, row.user_id)?.map(|(user, notebook)| (row, user, notebook)))
    })?;
    Ok(found.map(|(key, user, notebook)| {
        let permit = KeyGrant { scopes: key.scopes.clone(), boundary: key.boundary.clone() };
        let ctx = caller::bind_ctx(app, user, AuthMethod::Key(key.id, Arc::new(permit)), notebook, origin);
        AuthenticatedKey { key, ctx }
    }))
}

/// Returns whether a key is neither revoked nor expired; an unreadable expiry counts as expired.
fn is_live(key: &ApiKey, now: Timestamp) -> bool {
    let ends = |expiry: &str| expiry.parse::<Timestamp>().is_ok_and(|expiry| expiry > now);
    key.revoked_at.is_none() && key.expires_at.as_deref().is_none_or(ends)
}

fn check_usable(user: &User) -> Result<()> {
    if user.deleted_at.is_some() {
        return Err(Error::new(ErrorKind::Forbidden, "the account is marked for deletion")
            .hint("an operator can take it back with `journal user delete EMAIL --undo`"));
    }
    if !user.is_active {
        return Err(Error::new(ErrorKind::Forbidden, "the account is disabled")
            .hint("an operator can enable it with `journal user enable EMAIL`"));
    }
    Ok(())
}
