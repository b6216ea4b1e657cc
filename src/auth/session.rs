//! Logins in a browser: found by their cookie, opened, ended.

use std::sync::Arc;

use jiff::SignedDuration;
use jiff::Timestamp;

use crate::app::App;
use crate::auth::NOTE_EVERY;
use crate::auth::bound;
use crate::crypto::key::Key;
use crate::crypto::token;
use crate::ctx::Ctx;
use crate::ctx::Origin;
use crate::ctx::Via;
use crate::error::Result;
use crate::model::id::SessionId;
use crate::model::id::UserId;
use crate::model::session::Session;
use crate::secret::Secret;
use crate::storage::accounts;
use crate::storage::accounts::AccountsDb;
use crate::storage::database;

/// A session's token, as a browser sent it.
pub struct SessionToken {
    token: Secret<String>,
    /// Whether it came in the Python server's cookie, whose name anything on the host may set.
    imported: bool,
}

impl SessionToken {
    /// Takes the token of this server's own cookie.
    pub fn own(token: Secret<String>) -> Self {
        Self { token, imported: false }
    }

    /// Takes the token of the Python server's cookie: it is good for a login that was begun there, and no other.
    pub fn imported(token: Secret<String>) -> Self {
        Self { token, imported: true }
    }

    pub(super) fn stored(&self, pepper: &Key) -> Held {
        Held { hash: token::stored(&self.token, pepper), imported: self.imported }
    }
}

/// A session's token as it is stored.
pub(super) struct Held {
    hash: [u8; 32],
    imported: bool,
}

impl Held {
    /// Finds its session, good or not.
    pub(super) fn find(&self, db: &AccountsDb<'_>) -> Result<Option<Session>> {
        let Some(found) = accounts::sessions::by_hash(db, &self.hash)? else { return Ok(None) };
        let fits = token::same(&self.hash, &found.hash) && (found.imported || !self.imported);
        Ok(fits.then_some(found.session))
    }
}

/// Looks a session up by its token; `None` for one that is unknown, over, or silent for too long.
///
/// The user is read with it each time, so that a changed role or a shut door counts from the next request on.
///
/// # Errors
/// Only what goes wrong with the database.
pub async fn with_session(app: &Arc<App>, token: &SessionToken, origin: &Arc<Origin>) -> Result<Option<Ctx>> {
    let now = app.clock.now();
    let held = token.stored(&app.store.keys.token_pepper);
    let found = app.store.accounts.read(|db| {
        let Some(session) = held.find(db)?.filter(|session| is_live(app, session, now)) else { return Ok(None) };
        Ok(bound::owner(db, session.user_id)?.map(|(user, notebook)| (session, user, notebook)))
    })?;
    let Some((session, user, notebook)) = found else { return Ok(None) };
    if seconds_since(&session.last_seen_at, now) >= NOTE_EVERY {
        let at = app.stamp();
        let note = move |db: &AccountsDb<'_>| accounts::sessions::touch(db, session.id, &at);
        database::blocking(app.store.accounts.clone(), move |accounts| accounts.write(note)).await?;
    }
    Ok(Some(bound::ctx(app, user, Via::Session(session.id), notebook, origin)))
}

/// Tells whether one of a user's logins is not over.
pub(super) fn lives(app: &App, db: &AccountsDb<'_>, owner: UserId, id: SessionId) -> Result<bool> {
    let idle = SignedDuration::from_hours(i64::from(app.config.server.session_idle_hours));
    let all = accounts::sessions::of(db, owner, &app.stamp(), &app.stamp_in(-idle))?;
    Ok(all.iter().any(|session| session.id == id))
}

fn is_live(app: &App, session: &Session, now: Timestamp) -> bool {
    let idle = SignedDuration::from_hours(i64::from(app.config.server.session_idle_hours)).as_secs();
    let ends = session.expires_at.parse::<Timestamp>();
    ends.is_ok_and(|ends| ends > now) && seconds_since(&session.last_seen_at, now) < idle
}

/// An instant that cannot be read was long ago.
pub(super) fn seconds_since(stamp: &str, now: Timestamp) -> i64 {
    stamp.parse::<Timestamp>().map_or(i64::MAX, |then| now.duration_since(then).as_secs())
}
