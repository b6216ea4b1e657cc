//! Browser sessions: lookup by cookie, expiry.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::app::context::{AuthMethod, ClientInfo, Ctx};
use crate::app::state::AppState;
use crate::blocking::run_blocking_with;
use crate::crypto::key::SymmetricKey;
use crate::crypto::token;
use crate::domain::id::{SessionId, UserId};
use crate::domain::session::LoginSession;
use crate::error::Result;
use crate::secret::Secret;
use crate::services::auth::caller;
use crate::storage::accounts::{self, AccountsDb};

/// Minimum time between two updates of a key's or session's last use, seconds: each update is a write.
pub(super) const MIN_TOUCH_INTERVAL_SECONDS: i64 = 60;

/// Session token, as a browser sent it.
pub struct SessionToken {
    token: Secret<String>,
    /// True if it came in the Python server's cookie, whose name any application on the host may set.
    imported: bool,
}

impl SessionToken {
    /// Creates the token from this server's own cookie.
    pub fn from_cookie(token: Secret<String>) -> Self {
        Self { token, imported: false }
    }

    /// Creates the token from the Python server's cookie; it is valid for imported sessions only.
    pub fn from_imported_cookie(token: Secret<String>) -> Self {
        Self { token, imported: true }
    }

    pub(super) fn to_hash(&self, pepper: &SymmetricKey) -> SessionTokenHash {
        SessionTokenHash { hash: token::stored_form(&self.token, pepper), imported: self.imported }
    }
}

/// Hash of a session token, as stored.
pub(super) struct SessionTokenHash {
    hash: [u8; 32],
    imported: bool,
}

impl SessionTokenHash {
    /// Finds the session, expired or not.
    pub(super) fn find_session(&self, db: &AccountsDb<'_>) -> Result<Option<LoginSession>> {
        let Some(found) = accounts::sessions::find_by_hash(db, &self.hash)? else { return Ok(None) };
        let fits = token::constant_time_eq(&self.hash, &found.hash) && (found.imported || !self.imported);
        Ok(fits.then_some(found.session))
    }
}

/// Authenticates a session token; `None` for a session that is unknown, expired, or idle for too long.
///
/// The user is read in the same snapshot, so a changed role or a disabled account takes effect with the next request.
///
/// # Errors
/// Database errors only.
pub async fn with_session(app: &Arc<AppState>, token: &SessionToken, origin: &Arc<ClientInfo>) -> Result<Option<Ctx>> {
    let now = app.clock.now();
    let held = token.to_hash(&app.store.keys.token_pepper);
    let state = app.clone();
    let find = move |db: &AccountsDb<'_>| {
        let Some(session) = held.find_session(db)?.filter(|session| is_live(&state, session, now)) else {
            return Ok(None);
        };
        Ok(caller::find_owner(db, session.user_id)?.map(|(user, notebook)| (session, user, notebook)))
    };
    let found = run_blocking_with(app.store.accounts.clone(), move |accounts| accounts.read(find)).await?;
    let Some((session, user, notebook)) = found else { return Ok(None) };
    if seconds_since(&session.last_seen_at, now) >= MIN_TOUCH_INTERVAL_SECONDS {
        let at = app.now_timestamp();
        let note = move |db: &AccountsDb<'_>| accounts::sessions::record_use(db, session.id, &at);
        run_blocking_with(app.store.accounts.clone(), move |accounts| accounts.write(note)).await?;
    }
    Ok(Some(caller::bind_ctx(app, user, AuthMethod::Session(session.id), notebook, origin)))
}

/// Returns whether a user's session has neither expired nor been idle for too long.
pub(super) fn is_active(app: &AppState, db: &AccountsDb<'_>, owner: UserId, id: SessionId) -> Result<bool> {
    let idle = SignedDuration::from_hours(i64::from(app.config.server.session_idle_hours));
    let all = accounts::sessions::list_live(db, owner, &app.now_timestamp(), &app.timestamp_in(-idle))?;
    Ok(all.iter().any(|session| session.id == id))
}

fn is_live(app: &AppState, session: &LoginSession, now: Timestamp) -> bool {
    let idle = SignedDuration::from_hours(i64::from(app.config.server.session_idle_hours)).as_secs();
    let ends = session.expires_at.parse::<Timestamp>();
    ends.is_ok_and(|ends| ends > now) && seconds_since(&session.last_seen_at, now) < idle
}

/// Returns the seconds since a timestamp; an unreadable one counts as long ago.
pub(super) fn seconds_since(stamp: &str, now: Timestamp) -> i64 {
    stamp.parse::<Timestamp>().map_or(i64::MAX, |then| now.duration_since(then).as_secs())
}
