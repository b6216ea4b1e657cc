//! Logging in with a password, and out again.
//!
//! Whether an address is known, locked or shut out makes no difference to a stranger: same status, same words, one
//! Argon2 run.

use std::sync::Arc;

use jiff::SignedDuration;
use jiff::Timestamp;

use crate::app::App;
use crate::audit::Trail;
use crate::auth::refusal::Refusal;
use crate::auth::session::Held;
use crate::auth::session::SessionToken;
use crate::crypto::password;
use crate::crypto::password::Stored;
use crate::crypto::token;
use crate::ctx::Ctx;
use crate::ctx::Origin;
use crate::ctx::Via;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::model::audit::Action;
use crate::model::id::UserId;
use crate::model::user::User;
use crate::secret::Secret;
use crate::storage::accounts;
use crate::storage::accounts::Accounts;
use crate::storage::accounts::AccountsDb;
use crate::storage::accounts::users::Login;
use crate::storage::database;
use crate::storage::database::Database;

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

/// What somebody who logs in gives.
pub struct Attempt {
    /// The address, as typed.
    pub email: String,
    /// The password, as typed.
    pub password: Secret<String>,
    /// The token of a browser that may be known.
    pub device: Option<Secret<String>>,
    /// The session that the browser still holds; it ends where a new one begins.
    pub session: Option<SessionToken>,
}

/// Logs a user in.
///
/// Five wrong passwords in a row lock the account for a quarter of an hour, for browsers that it does not know: a
/// stranger cannot lock the owner out.
///
/// # Errors
/// `Unauthenticated`, one sentence for every cause; `Limited` when too many passwords are being checked.
pub async fn login(app: &Arc<App>, origin: &Arc<Origin>, attempt: Attempt) -> Result<LoggedIn> {
    let Attempt { email, password, device, session } = attempt;
    let pepper = &app.store.keys.token_pepper;
    let given = Given {
        email: email.trim().to_owned(),
        device: device.map(|token| token::stored(&token, pepper)),
        session: session.map(|session| session.stored(pepper)),
        now: app.clock.now(),
    };
    let account = app.store.accounts.read(|db| given.find(db))?;
    let right = verify(app, password, account.as_ref(), given.now).await?;
    let (app, origin) = (app.clone(), origin.clone());
    database::blocking(app.store.accounts.clone(), move |accounts| match (account, right) {
        (Some(account), Some(new_hash)) => given.enter(&app, &origin, accounts, &account, new_hash.as_deref()),
        (account, _) => {
            let refusal = Refusal::new(&app, &origin);
            accounts.write(|db| given.fail(db, &refusal, account.as_ref()))?;
            Err(refused())
        }
    })
    .await
}

/// Returns whose browser this is, if it is known; for limits that strangers must not use up for others.
///
/// # Errors
/// Only what goes wrong with the database.
pub fn known_device(app: &App, token: &Secret<String>) -> Result<Option<UserId>> {
    let hash = token::stored(token, &app.store.keys.token_pepper);
    app.store.accounts.read(|db| accounts::devices::owner(db, &hash))
}

/// Ends the caller's session. A key has none; nothing happens then.
pub async fn logout(ctx: &Ctx) -> Result<()> {
    let Via::Session(id) = ctx.caller.via else { return Ok(()) };
    let owner = ctx.caller.user()?.id;
    let trail = Trail::of(ctx);
    database::blocking(ctx.app.store.accounts.clone(), move |accounts| {
        accounts.write(|db| {
            if accounts::sessions::remove(db, owner, id)? {
                trail.record(db, Action::Logout, &format!("session:{id}"))?;
            }
            Ok(())
        })
    })
    .await
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
/// hash where the parameters have risen since it was made, or it came from elsewhere without a pepper.
async fn verify(
    app: &Arc<App>,
    password: Secret<String>,
    account: Option<&Account>,
    now: Timestamp,
) -> Result<Option<Option<String>>> {
    let (pepper, entropy) = (app.store.keys.password_pepper.clone(), app.entropy.clone());
    let stored = account.and_then(|account| account.password.clone());
    // A second hash for somebody who may not enter would tell that the password was right.
    let may_renew = account.is_some_and(|account| account.may_enter(now));
    let known = account.is_some_and(|account| account.known);
    let work = move || {
        let Some(stored) = stored.filter(|stored| password::is_readable(&stored.hash)) else {
            password::verify_nothing(&password, &pepper);
            return Ok(None);
        };
        if !password::verify(&password, &stored, &pepper)? {
            return Ok(None);
        }
        if !may_renew || password::is_current(&stored) {
            Ok(Some(None))
        } else {
            password::hash(&password, &pepper, entropy.as_ref()).map(|hash| Some(Some(hash)))
        }
    };
    if known { app.hashing.run_known(work).await } else { app.hashing.run(work).await }
}

fn refused() -> Error {
    Error::new(Kind::Unauthenticated, "the address or the password is wrong, or the account is locked for a while")
        .code("invalid_credentials")
        .hint(format!("try again; after {MAX_FAILURES} wrong passwords wait {LOCK_MINUTES} minutes"))
}

/// The account that a login is about.
struct Account {
    user: User,
    password: Option<Stored>,
    /// Whether the browser is one in which its owner logged in before.
    known: bool,
}

impl Account {
    fn is_locked(&self, now: Timestamp) -> bool {
        self.user.locked_until.as_ref().is_some_and(|until| until.parse().is_ok_and(|until: Timestamp| until > now))
    }

    fn may_enter(&self, now: Timestamp) -> bool {
        self.user.is_active && self.user.deleted_at.is_none() && (self.known || !self.is_locked(now))
    }
}

/// A login in progress.
struct Given {
    email: String,
    device: Option<[u8; 32]>,
    session: Option<Held>,
    now: Timestamp,
}

impl Given {
    fn find(&self, db: &AccountsDb<'_>) -> Result<Option<Account>> {
        let Some(Login { user, password }) = accounts::users::login(db, &self.email)? else { return Ok(None) };
        let known = match &self.device {
            Some(device) => accounts::devices::knows(db, user.id, device)?,
            None => false,
        };
        Ok(Some(Account { user, password, known }))
    }

    /// Lets somebody in whose password was right when it was checked.
    fn enter(
        &self,
        app: &App,
        origin: &Origin,
        accounts: &Database<Accounts>,
        checked: &Account,
        new_hash: Option<&str>,
    ) -> Result<LoggedIn> {
        let trail = Trail::of_user(app, &checked.user, origin);
        let fresh = if checked.known { None } else { Some(token::random(app.entropy.as_ref())?) };
        let entered = accounts.write(|db| {
            // Many guesses at once were all checked before the first of them counted; the lock is looked at again here.
            let account = self.find(db)?.filter(|account| {
                account.password == checked.password && account.known == checked.known && account.may_enter(self.now)
            });
            let Some(Account { user, .. }) = account else {
                self.fail(db, &Refusal::new(app, origin), Some(checked))?;
                return Ok(None);
            };
            let at = trail.at();
            // A known browser counts its own wrong passwords; what strangers tried elsewhere is not forgiven there.
            if !checked.known {
                accounts::users::forgive(db, user.id)?;
            }
            if let Some(hash) = new_hash {
                accounts::users::set_password(db, user.id, hash, at)?;
            }
            match (&self.device, &fresh) {
                (_, Some(fresh)) => {
                    let hash = token::stored(fresh, &app.store.keys.token_pepper);
                    accounts::devices::add(db, user.id, &hash, at)?;
                }
                (Some(device), None) => accounts::devices::touch(db, user.id, device, at)?,
                (None, None) => {}
            }
            self.end_old_session(db, &trail)?;
            let token = open_session(app, db, &user, origin, &trail)?;
            Ok(Some((user, token)))
        })?;
        let (user, token) = entered.ok_or_else(refused)?;
        Ok(LoggedIn { user, token, device: fresh })
    }

    fn end_old_session(&self, db: &AccountsDb<'_>, trail: &Trail) -> Result<()> {
        let Some(held) = &self.session else { return Ok(()) };
        let Some(old) = held.find(db)? else { return Ok(()) };
        if accounts::sessions::remove(db, old.user_id, old.id)? {
            trail.record(db, Action::Logout, &format!("session:{}", old.id))?;
        }
        Ok(())
    }

    /// Writes the failure down, and counts it where it was one more wrong password.
    fn fail(&self, db: &AccountsDb<'_>, refusal: &Refusal, account: Option<&Account>) -> Result<()> {
        let Some(account) = account else { return refusal.note(db, "login") };
        let (id, at) = (account.user.id, refusal.at());
        match (&self.device, account.known) {
            (Some(device), true) => accounts::devices::fail(db, id, device)?,
            _ if account.is_locked(self.now) => {}
            _ => {
                let until = crate::clock::stamp(self.now + SignedDuration::from_mins(LOCK_MINUTES));
                accounts::users::fail(db, id, MAX_FAILURES, &until, at)?;
            }
        }
        refusal.note(db, &format!("user:{id}"))
    }
}
