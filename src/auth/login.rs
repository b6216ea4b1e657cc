//! Logging in with a password, and out again.
//!
//! Whether an address is known, locked or shut out makes no difference to a stranger: same status, same words, one
//! Argon2 run.

use std::sync::Arc;

use jiff::SignedDuration;
use jiff::Timestamp;

use crate::app::App;
use crate::audit::Trail;
use crate::crypto::password;
use crate::crypto::token;
use crate::ctx::Ctx;
use crate::ctx::Origin;
use crate::ctx::Via;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::model::audit::Action;
use crate::model::user::User;
use crate::secret::Secret;
use crate::storage::accounts;
use crate::storage::accounts::AccountsDb;
use crate::storage::accounts::users::Login;

/// Wrong passwords in a row that lock an account.
pub const MAX_FAILURES: u32 = 5;
/// Minutes that the lock lasts.
pub const LOCK_MINUTES: i64 = 15;

/// A login that succeeded.
pub struct LoggedIn {
    /// Who.
    pub user: User,
    /// The session's token, for the cookie.
    pub token: Secret<String>,
    /// The token by which the browser is known again; `None` if it already was.
    pub device: Option<Secret<String>>,
}

/// Logs a user in.
///
/// Five wrong passwords in a row lock the account for a quarter of an hour, for browsers that it does not know: a
/// stranger cannot lock the owner out.
///
/// # Errors
/// `Unauthenticated`, one sentence for every cause; `Limited` when too many passwords are being checked.
pub async fn login(
    app: &Arc<App>,
    origin: &Arc<Origin>,
    email: &str,
    password: Secret<String>,
    device: Option<&Secret<String>>,
) -> Result<LoggedIn> {
    let pepper = &app.store.keys.token_pepper;
    let device = device.map(|token| token::stored(token, pepper));
    let email = email.trim().to_owned();
    let found = app.store.accounts.read(|db| {
        let Some(login) = accounts::users::login(db, &email)? else { return Ok(None) };
        let known = match &device {
            Some(device) => accounts::devices::knows(db, login.user.id, device)?,
            None => false,
        };
        Ok(Some((login, known)))
    })?;
    let stored = found.as_ref().and_then(|(login, _)| login.password_hash.clone());
    let right = verify(app, password.clone(), stored).await?;
    let now = app.clock.now();
    let attempt = Attempt { app, origin, device, now };
    match found {
        Some((login, known)) if right.is_some() && may_enter(&login, known, now) => {
            attempt.succeed(login.user, known, right.flatten())
        }
        Some((login, known)) => {
            let counts = right.is_none() && (known || !is_locked(&login, now));
            attempt.fail(Some((&login.user, known)), counts)?;
            Err(refused())
        }
        None => {
            attempt.fail(None, false)?;
            Err(refused())
        }
    }
}

/// Ends the caller's session. A key has none; nothing happens then.
pub async fn logout(ctx: &Ctx) -> Result<()> {
    let Via::Session(id) = ctx.caller.via else { return Ok(()) };
    let owner = ctx.caller.user()?.id;
    let trail = Trail::of(ctx);
    ctx.app.store.accounts.write(|db| {
        if accounts::sessions::remove(db, owner, id)? {
            trail.record(db, Action::Logout, &format!("session:{id}"))?;
        }
        Ok(())
    })
}

/// Opens a session for a user whose password was right, or who was just made; returns its token.
pub(crate) fn open_session(
    app: &App,
    db: &AccountsDb<'_>,
    user: &User,
    origin: &Origin,
    trail: &Trail,
) -> Result<Secret<String>> {
    let token = token::random(app.entropy.as_ref())?;
    let hash = token::stored(&token, &app.store.keys.token_pepper);
    let ip = origin.ip.map(|ip| ip.to_string());
    let row = accounts::sessions::NewSession {
        hash: &hash,
        at: trail.at(),
        expires_at: &app.stamp_in(SignedDuration::from_hours(24 * i64::from(app.config.server.session_days))),
        user_agent: origin.user_agent.as_deref(),
        ip: ip.as_deref(),
    };
    accounts::sessions::purge(db, trail.at())?;
    let id = accounts::sessions::add(db, user.id, &row)?;
    trail.record(db, Action::Login, &format!("session:{id}"))?;
    Ok(token)
}

/// Checks a password, or lets the same time pass where there is none to check. `Some` if it was right, with the new
/// hash where the parameters have risen since it was made.
async fn verify(app: &Arc<App>, password: Secret<String>, stored: Option<String>) -> Result<Option<Option<String>>> {
    let (pepper, entropy) = (app.store.keys.password_pepper.clone(), app.entropy.clone());
    let work = move || {
        let Some(stored) = stored else {
            password::verify_nothing(&password, &pepper);
            return Ok(None);
        };
        if !password::verify(&password, &stored, &pepper)? {
            return Ok(None);
        }
        if password::is_current(&stored) {
            Ok(Some(None))
        } else {
            password::hash(&password, &pepper, entropy.as_ref()).map(|hash| Some(Some(hash)))
        }
    };
    app.hashing.run(work).await
}

fn is_locked(login: &Login, now: Timestamp) -> bool {
    login.user.locked_until.as_ref().is_some_and(|until| until.parse().is_ok_and(|until: Timestamp| until > now))
}

fn may_enter(login: &Login, known: bool, now: Timestamp) -> bool {
    login.user.is_active && login.user.deleted_at.is_none() && (known || !is_locked(login, now))
}

fn refused() -> Error {
    Error::new(Kind::Unauthenticated, "the address or the password is wrong, or the account is locked for a while")
        .code("invalid_credentials")
        .hint(format!("try again; after {MAX_FAILURES} wrong passwords wait {LOCK_MINUTES} minutes"))
}

/// A login in progress.
struct Attempt<'a> {
    app: &'a Arc<App>,
    origin: &'a Arc<Origin>,
    device: Option<[u8; 32]>,
    now: Timestamp,
}

impl Attempt<'_> {
    fn succeed(&self, user: User, known: bool, new_hash: Option<String>) -> Result<LoggedIn> {
        let trail = Trail::of_user(self.app, &user, self.origin);
        let fresh = if known { None } else { Some(token::random(self.app.entropy.as_ref())?) };
        let token = self.app.store.accounts.write(|db| {
            let at = trail.at();
            accounts::users::forgive(db, user.id)?;
            if let Some(hash) = &new_hash {
                accounts::users::set_password(db, user.id, hash, at)?;
            }
            match (&self.device, &fresh) {
                (_, Some(fresh)) => {
                    let hash = token::stored(fresh, &self.app.store.keys.token_pepper);
                    accounts::devices::add(db, user.id, &hash, at)?;
                }
                (Some(device), None) => accounts::devices::touch(db, user.id, device, at)?,
                (None, None) => {}
            }
            open_session(self.app, db, &user, self.origin, &trail)
        })?;
        Ok(LoggedIn { user, token, device: fresh })
    }

    /// Writes the failure down; `counts` says whether it is one more wrong password.
    fn fail(&self, about: Option<(&User, bool)>, counts: bool) -> Result<()> {
        let trail = Trail::of_stranger(self.app, self.origin);
        let until = crate::clock::stamp(self.now + SignedDuration::from_mins(LOCK_MINUTES));
        self.app.store.accounts.write(|db| {
            let resource = match about {
                Some((user, known)) => {
                    match (counts, known, &self.device) {
                        (true, true, Some(device)) => accounts::devices::fail(db, user.id, device)?,
                        (true, ..) => accounts::users::fail(db, user.id, MAX_FAILURES, &until, trail.at())?,
                        (false, ..) => {}
                    }
                    format!("user:{}", user.id)
                }
                None => "login".to_owned(),
            };
            trail.refuse(db, Action::FailedAuth, &resource)
        })
    }
}
