//! Authentication with an API key.

use std::sync::Arc;

use jiff::Timestamp;

use crate::app::context::{AuthMethod, ClientInfo, Ctx};
use crate::app::state::AppState;
use crate::blocking::run_blocking_with;
use crate::crypto::token;
use crate::domain::api_key::{ApiKey, KeyGrant};
use crate::error::{Error, ErrorKind, Result};
use crate::secret::Secret;
use crate::services::auth::caller::{self, check_usable};
use crate::services::auth::failed_attempts::FailedAttempt;
use crate::services::auth::session::{MIN_TOUCH_INTERVAL_SECONDS, seconds_since};
use crate::storage::accounts::{self, AccountsDb};

/// Authenticates the API key that a command uses; `from` is recorded as its place of use.
///
/// # Errors
/// `Unauthenticated`, one message whether the key is unknown, revoked or expired or its owner disabled.
pub fn with_key(app: &Arc<AppState>, key: &Secret<String>, from: &str) -> Result<Ctx> {
    let origin = Arc::default();
    let good = match find_key(app, &hash_key(app, key), &origin)? {
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
    let (state, hash, client) = (app.clone(), hash_key(app, key), origin.clone());
    let find = move |_: &_| find_key(&state, &hash, &client);
    let Some(found) = run_blocking_with(app.store.accounts.clone(), find).await? else { return Ok(None) };
    let from = origin.ip.map_or_else(|| "unix".to_owned(), |ip| ip.to_string());
    if let Some(note) = found.usage_update(app, &from) {
        run_blocking_with(app.store.accounts.clone(), move |accounts| accounts.write(note)).await?;
    }
    Ok(Some(found.ctx))
}

/// Records an invalid API key of a request in the audit log.
///
/// # Errors
/// Database errors only.
pub async fn record_refused_key(app: &Arc<AppState>, origin: &ClientInfo) -> Result<()> {
    let refusal = FailedAttempt::new(app, origin);
    run_blocking_with(app.store.accounts.clone(), move |accounts| accounts.write(|db| refusal.record(db, "key"))).await
}

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
        let used = self.key.last_used_at.as_deref().map_or(i64::MAX, |at| seconds_since(at, app.clock.now()));
        let due = used >= MIN_TOUCH_INTERVAL_SECONDS || self.key.last_used_from.as_deref() != Some(from);
        let (id, now, from) = (self.key.id, app.now_timestamp(), from.to_owned());
        due.then_some(move |db: &AccountsDb<'_>| accounts::keys::record_use(db, id, &now, &from))
    }
}

fn hash_key(app: &AppState, key: &Secret<String>) -> [u8; 32] {
    token::stored_form(key, &app.store.keys.token_pepper)
}

fn find_key(app: &Arc<AppState>, hash: &[u8; 32], origin: &Arc<ClientInfo>) -> Result<Option<AuthenticatedKey>> {
    let now = app.clock.now();
    let found = app.store.accounts.read(|db| {
        let Some((row, stored)) = accounts::keys::find_by_hash(db, hash)? else { return Ok(None) };
        if !token::constant_time_eq(hash, &stored) || !is_live(&row, now) || !row.allows_address(origin.ip) {
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
pub(super) fn is_live(key: &ApiKey, now: Timestamp) -> bool {
    let ends = |expiry: &str| expiry.parse::<Timestamp>().is_ok_and(|expiry| expiry > now);
    key.revoked_at.is_none() && key.expires_at.as_deref().is_none_or(ends)
}
