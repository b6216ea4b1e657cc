//! Login with a password, and logout.
//!
//! An unknown, locked or disabled account looks like a wrong password: same status, same message, one Argon2
//! run.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::app::context::{AuthMethod, ClientInfo, Ctx};
use crate::app::state::AppState;
use crate::blocking::run_blocking_with;
use crate::crypto::password::{self, StoredPasswordHash};
use crate::crypto::token;
use crate::domain::audit::AuditAction;
use crate::domain::id::UserId;
use crate::domain::user::User;
use crate::error::{Error, ErrorKind, Result};
use crate::secret::Secret;
use crate::services::audit::AuditRecorder;
use crate::services::auth::failed_attempts::FailedAttempt;
use crate::services::auth::session::{SessionToken, SessionTokenHash};
use crate::storage::accounts::users::LoginCredentials;
use crate::storage::accounts::{self, AccountsDb, AccountsKind};
use crate::storage::database::EncryptedDatabase;

/// Consecutive wrong passwords that lock an account.
pub const MAX_FAILURES: u32 = 5;
/// Duration of the lock, minutes.
pub const LOCK_MINUTES: i64 = 15;

/// Result of a successful login.
pub struct LoginResult {
    /// The user.
    pub user: User,
    /// Session token, for the cookie.
    pub token: Secret<String>,
    /// Device token, by which this browser is recognised later; `None` if it already was.
    pub device: Option<Secret<String>>,
}

/// Credentials of a login request.
pub struct PasswordLogin {
    /// E-mail address, as typed.
    pub email: String,
    /// Password, as typed.
    pub password: Secret<String>,
    /// Device token, if the browser sent one.
    pub device: Option<Secret<String>>,
    /// Session that the browser still has; a successful login ends it.
    pub session: Option<SessionToken>,
}

/// Logs a user in.
///
/// [`MAX_FAILURES`] consecutive wrong passwords lock the account for [`LOCK_MINUTES`] on unknown devices only, so that
/// others cannot lock the owner out.
///
/// # Errors
/// `Unauthenticated`, one message for every cause; `Limited` when the password hashing queue is full.
pub async fn login(app: &Arc<AppState>, origin: &Arc<ClientInfo>, attempt: PasswordLogin) -> Result<LoginResult> {
    let PasswordLogin { email, password, device, session } = attempt;
    let pepper = &app.store.keys.token_pepper;
    let given = LoginAttempt {
        email: email.trim().to_owned(),
        device: device.map(|token| token::stored_form(&token, pepper)),
        session: session.map(|session| session.to_hash(pepper)),
        now: app.clock.now(),
    };
    let (given, account) = run_blocking_with(app.store.accounts.clone(), move |accounts| {
        let account = accounts.read(|db| given.find_account(db))?;
        Ok((given, account))
    })
    .await?;
    let right = verify_password(app, password, account.as_ref(), given.now).await?;
    let (app, origin) = (app.clone(), origin.clone());
    run_blocking_with(app.store.accounts.clone(), move |accounts| match (account, right) {
        (Some(account), Some(new_hash)) => given.complete(&app, &origin, accounts, &account, new_hash.as_deref()),
        (account, _) => {
            let refusal = FailedAttempt::new(&app, &origin);
            accounts.write(|db| given.record_failure(db, &refusal, account.as_ref()))?;
            Err(invalid_credentials_error())
        }
    })
    .await
}

/// Returns the owner of a known device; rate limits use it so that others cannot exhaust the owner's quota.
///
/// # Errors
/// Database errors only.
pub async fn known_device(app: &AppState, token: &Secret<String>) -> Result<Option<UserId>> {
    let hash = token::stored_form(token, &app.store.keys.token_pepper);
    let accounts = app.store.accounts.clone();
    run_blocking_with(accounts, move |accounts| accounts.read(|db| accounts::devices::find_owner(db, &hash))).await
}

/// Ends the caller's session; does nothing for other authentication methods.
pub async fn logout(ctx: &Ctx) -> Result<()> {
    let AuthMethod::Session(id) = ctx.caller.via else { return Ok(()) };
    let owner = ctx.caller.user()?.id;
    let trail = AuditRecorder::from_ctx(ctx);
    run_blocking_with(ctx.app.store.accounts.clone(), move |accounts| {
        accounts.write(|db| {
            if accounts::sessions::remove(db, owner, id)? {
                trail.record(db, AuditAction::Logout, &format!("session:{id}"))?;
            }
            Ok(())
        })
    })
    .await
}

/// Opens a session for a user who was authenticated or registered just now; returns its token.
pub(crate) fn open_session(
    app: &AppState,
    db: &AccountsDb<'_>,
    user: &User,
    origin: &ClientInfo,
    trail: &AuditRecorder,
) -> Result<Secret<String>> {
    let token = token::draw_opaque_token(app.entropy.as_ref())?;
    let hash = token::stored_form(&token, &app.store.keys.token_pepper);
    let ip = origin.ip.map(|ip| ip.to_string());
    let row = accounts::sessions::NewSession {
        hash: &hash,
        at: trail.at(),
        expires_at: &app.timestamp_in(SignedDuration::from_hours(24 * i64::from(app.config.server.session_days))),
        user_agent: origin.user_agent.as_deref(),
        ip: ip.as_deref(),
    };
    accounts::sessions::purge(db, trail.at())?;
    let id = accounts::sessions::add(db, user.id, &row)?;
    trail.record(db, AuditAction::Login, &format!("session:{id}"))?;
    Ok(token)
}

/// Verifies a password, or runs a dummy verification if there is none. `Some` if it was right, with a new hash if the
/// stored one has outdated parameters or was imported without a pepper.
async fn verify_password(
    app: &Arc<AppState>,
    password: Secret<String>,
    account: Option<&LoginAccount>,
    now: Timestamp,
) -> Result<Option<Option<String>>> {
    let (pepper, entropy) = (app.store.keys.password_pepper.clone(), app.entropy.clone());
    let stored = account.and_then(|account| account.password.clone());
    // A second hash for a locked or disabled account would reveal by its time that the password was right.
    let may_renew = account.is_some_and(|account| account.may_log_in(now));
    let known = account.is_some_and(|account| account.known);
    let work = move || {
        let Some(stored) = stored.filter(|stored| password::is_parsable(&stored.hash)) else {
            password::verify_dummy(&password, &pepper);
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

fn invalid_credentials_error() -> Error {
    Error::new(ErrorKind::Unauthenticated, "the address or the password is wrong, or the account is temporarily locked")
        .code("invalid_credentials")
        .hint(format!("try again; after {MAX_FAILURES} wrong passwords wait {LOCK_MINUTES} minutes"))
}

/// Account that a login refers to.
struct LoginAccount {
    user: User,
    password: Option<StoredPasswordHash>,
    /// True if the owner logged in from this device before.
    known: bool,
}

impl LoginAccount {
    fn is_locked(&self, now: Timestamp) -> bool {
        self.user.locked_until.as_ref().is_some_and(|until| until.parse().is_ok_and(|until: Timestamp| until > now))
    }

    fn may_log_in(&self, now: Timestamp) -> bool {
        self.user.is_active && self.user.deleted_at.is_none() && (self.known || !self.is_locked(now))
    }
}

/// Login in progress.
struct LoginAttempt {
    email: String,
    device: Option<[u8; 32]>,
    session: Option<SessionTokenHash>,
    now: Timestamp,
}

impl LoginAttempt {
    fn find_account(&self, db: &AccountsDb<'_>) -> Result<Option<LoginAccount>> {
        let Some(LoginCredentials { user, password }) = accounts::users::find_login(db, &self.email)? else {
            return Ok(None);
        };
        let known = match &self.device {
            Some(device) => accounts::devices::is_known(db, user.id, device)?,
            None => false,
        };
        Ok(Some(LoginAccount { user, password, known }))
    }

    /// Completes a login whose password was verified.
    fn complete(
        &self,
        app: &AppState,
        origin: &ClientInfo,
        accounts: &EncryptedDatabase<AccountsKind>,
        checked: &LoginAccount,
        new_hash: Option<&str>,
    ) -> Result<LoginResult> {
        let trail = AuditRecorder::for_user(app, &checked.user, origin);
        let fresh = if checked.known { None } else { Some(token::draw_opaque_token(app.entropy.as_ref())?) };
        let entered = accounts.write(|db| {
            // Concurrent guesses were all verified before the first one was counted, so the lock is checked again here.
            let account = self.find_account(db)?.filter(|account| {
                account.password == checked.password && account.known == checked.known && account.may_log_in(self.now)
            });
            let Some(LoginAccount { user, .. }) = account else {
                self.record_failure(db, &FailedAttempt::new(app, origin), Some(checked))?;
                return Ok(None);
            };
            let at = trail.at();
            // A known device counts its own wrong passwords; failures on other devices stay counted.
            if !checked.known {
                accounts::users::reset_failed_logins(db, user.id)?;
            }
            if let Some(hash) = new_hash {
                accounts::users::set_password(db, user.id, hash, at)?;
            }
            match (&self.device, &fresh) {
                (_, Some(fresh)) => {
                    let hash = token::stored_form(fresh, &app.store.keys.token_pepper);
                    accounts::devices::add(db, user.id, &hash, at)?;
                }
                (Some(device), None) => accounts::devices::record_login(db, user.id, device, at)?,
                (None, None) => {}
            }
            self.end_old_session(db, &trail)?;
            let token = open_session(app, db, &user, origin, &trail)?;
            Ok(Some((user, token)))
        })?;
        let (user, token) = entered.ok_or_else(invalid_credentials_error)?;
        Ok(LoginResult { user, token, device: fresh })
    }

    fn end_old_session(&self, db: &AccountsDb<'_>, trail: &AuditRecorder) -> Result<()> {
        let Some(held) = &self.session else { return Ok(()) };
        let Some(old) = held.find_session(db)? else { return Ok(()) };
        if accounts::sessions::remove(db, old.user_id, old.id)? {
            trail.record(db, AuditAction::Logout, &format!("session:{}", old.id))?;
        }
        Ok(())
    }

    /// Records the failure, and counts it towards the lock.
    fn record_failure(
        &self,
        db: &AccountsDb<'_>,
        refusal: &FailedAttempt,
        account: Option<&LoginAccount>,
    ) -> Result<()> {
        let Some(account) = account else { return refusal.record(db, "login") };
        let (id, at) = (account.user.id, refusal.at());
        match (&self.device, account.known) {
            (Some(device), true) => accounts::devices::record_failure(db, id, device)?,
            _ if account.is_locked(self.now) => {}
            _ => {
                let until = crate::clock::format_timestamp(self.now + SignedDuration::from_mins(LOCK_MINUTES));
                accounts::users::record_failed_login(db, id, MAX_FAILURES, &until, at)?;
            }
        }
        refusal.record(db, &format!("user:{id}"))
    }
}
