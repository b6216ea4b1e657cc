//! One-time links that confirm an address or set a new password.

use std::sync::Arc;

use jiff::SignedDuration;
use serde::Serialize;

use crate::app::context::{ClientInfo, Ctx};
use crate::app::state::AppState;
use crate::blocking::run_blocking_with;
use crate::crypto::token;
use crate::domain::audit::AuditAction;
use crate::domain::email::EmailAddress;
use crate::domain::id::{NotebookId, UserId};
use crate::domain::scope::Scope;
use crate::domain::user::User;
use crate::error::{Error, ErrorKind, Result};
use crate::net::mail_queue::MailJob;
use crate::secret::Secret;
use crate::services::accounts::field_errors::missing_fields_error;
use crate::services::accounts::users::lookup::find_user;
use crate::services::audit::AuditRecorder;
use crate::services::auth::password_check;
use crate::storage::accounts::one_time_links::{self, LinkPurpose};
use crate::storage::accounts::{self, AccountsDb};

/// Lifetime of a link that confirms an address.
const VERIFY_LIFETIME: SignedDuration = SignedDuration::from_hours(24);
/// Lifetime of a link that sets a password.
const RESET_LIFETIME: SignedDuration = SignedDuration::from_mins(30);
/// Maximum number of links mailed per account and hour.
pub(super) const MAX_LINKS_PER_HOUR: i64 = 3;

/// Password reset link, for the operator to pass on.
#[derive(Debug, Serialize)]
pub struct PasswordResetLink {
    /// Address of the user.
    pub email: String,
    /// The link; it is shown only once.
    pub url: String,
    /// Time of expiry, an account timestamp.
    pub expires_at: String,
}

/// Generated link, not stored yet.
pub(super) struct NewLink {
    pub(super) token: Secret<String>,
}

impl NewLink {
    pub(super) fn generate(app: &AppState) -> Result<Self> {
        Ok(Self { token: token::draw_opaque_token(app.entropy.as_ref())? })
    }

    /// Stores the link and returns its time of expiry.
    pub(super) fn store(
        &self,
        app: &AppState,
        db: &AccountsDb<'_>,
        owner: UserId,
        purpose: LinkPurpose,
        at: &str,
    ) -> Result<String> {
        let life = match purpose {
            LinkPurpose::Verify => VERIFY_LIFETIME,
            LinkPurpose::Reset => RESET_LIFETIME,
        };
        let expires_at = app.timestamp_in(life);
        let hash = token::stored_form(&self.token, &app.store.keys.token_pepper);
        one_time_links::add(db, owner, purpose, &hash, at, &expires_at)?;
        Ok(expires_at)
    }

    /// Returns the URL, a page of the web client.
    pub(super) fn url(token: &Secret<String>, purpose: LinkPurpose, app: &AppState) -> String {
        let page = match purpose {
            LinkPurpose::Verify => "verify-email",
            LinkPurpose::Reset => "reset-password",
        };
        format!("{}/{page}?token={}", app.config.server.app_base_url, token.expose())
    }
}

/// Enqueues an e-mail with a password reset link, if this server can send mail.
///
/// The mail worker looks up the account later, so neither the response nor its time reveals whether there is one.
pub fn request_password_reset(app: &AppState, email: &str) {
    if app.config.server.smtp.is_some() {
        app.outbox.enqueue(MailJob::Reset { email: email.trim().to_owned() });
    }
}

/// Sends the caller's confirmation link again; returns whether one was needed.
///
/// # Errors
/// `Conflict` with code `email_not_configured` if this server cannot send mail; `Limited` after three in an hour.
pub async fn resend_verification(ctx: &Ctx) -> Result<bool> {
    let user = ctx.caller.user()?;
    if user.email_verified {
        return Ok(false);
    }
    let app = &ctx.app;
    if app.config.server.smtp.is_none() {
        return Err(Error::conflict("this server sends no mail")
            .code("email_not_configured")
            .hint("ask the operator for a link: `journal user reset-link EMAIL` creates one"));
    }
    let (link, id, at) = (NewLink::generate(app)?, user.id, app.now_timestamp());
    let hour_ago = app.timestamp_in(SignedDuration::from_hours(-1));
    let state = app.clone();
    let store = move |db: &AccountsDb<'_>| {
        if one_time_links::count_since(db, id, LinkPurpose::Verify, &hour_ago)? >= MAX_LINKS_PER_HOUR {
            return Err(Error::new(ErrorKind::Limited, "the link was sent several times already")
                .retry_after(3600)
                .hint("check the spam folder, or try again in an hour"));
        }
        link.store(&state, db, id, LinkPurpose::Verify, &at)?;
        Ok(link.token)
    };
    let token = run_blocking_with(app.store.accounts.clone(), move |db| db.write(store)).await?;
    if !app.outbox.enqueue(MailJob::Confirm { user: id, token }) {
        return Err(Error::new(ErrorKind::Limited, "the mail queue is full")
            .code("email_failed")
            .with_status(503)
            .retry_after(60)
            .hint("try again in a minute"));
    }
    Ok(true)
}

/// Creates a password reset link for the operator to pass on without mail. Using it confirms the address too.
///
/// # Errors
/// `NotFound` for an address without a user or registrant.
pub async fn reset_link(ctx: &Ctx, email: EmailAddress) -> Result<PasswordResetLink> {
    let (app, link, trail) = (ctx.app.clone(), NewLink::generate(&ctx.app)?, AuditRecorder::from_ctx(ctx));
    ctx.write_accounts(Scope::AdminUsers, move |db| {
        let registrant = accounts::pending_registrations::find_newest(db, email.as_str())?;
        let user = match (accounts::users::find_by_email(db, email.as_str())?, registrant) {
            (None, Some(id)) => find_user(db, id)?,
            _ => accounts::users::get_by_email(db, email.as_str())?,
        };
        let expires_at = link.store(&app, db, user.id, LinkPurpose::Reset, trail.at())?;
        trail.record(db, AuditAction::ResetLinkIssued, &format!("user:{}", user.id))?;
        Ok(PasswordResetLink {
            email: user.email,
            url: NewLink::url(&link.token, LinkPurpose::Reset, &app),
            expires_at,
        })
    })
    .await
}

/// Confirms an address by the mailed link. Idempotent until the link expires.
///
/// # Errors
/// `Invalid` with code `missing_token` or `invalid_token`.
pub async fn verify_email(app: &Arc<AppState>, origin: &Arc<ClientInfo>, token: &str) -> Result<()> {
    let hash = hash_token(app, token)?;
    let now = app.now_timestamp();
    let (state, origin) = (app.clone(), origin.clone());
    run_blocking_with(app.store.accounts.clone(), move |db| {
        if db.read(|db| one_time_links::is_used_and_verified(db, &hash, &now))? {
            return Ok(());
        }
        consume(&state, &origin, LinkPurpose::Verify, hash, |_, _, _| Ok(()))
    })
    .await
}

/// Checks that a password reset link is valid.
///
/// # Errors
/// `Invalid` with code `missing_token` or `invalid_token`.
pub async fn check_reset_token(app: &Arc<AppState>, token: &str) -> Result<()> {
    let hash = hash_token(app, token)?;
    find_reset_link_owner(app, hash).await?.map(drop).ok_or_else(invalid_token_error)
}

/// Sets a password by a link: ends every session, forgets known devices and failed logins, confirms the address.
///
/// # Errors
/// `Invalid` with the codes `missing_fields`, `weak_password`, `invalid_token`, in this order; `Limited` when the
/// hashing queue is full.
pub async fn reset_password(
    app: &Arc<AppState>,
    origin: &Arc<ClientInfo>,
    token: &str,
    password: Secret<String>,
) -> Result<()> {
    if token.trim().is_empty() || password.expose().is_empty() {
        return Err(missing_fields_error("token and password"));
    }
    let hash = hash_token(app, token)?;
    let Some(user) = find_reset_link_owner(app, hash).await? else {
        password_check::check_strength(app, &password, &[])?;
        return Err(invalid_token_error());
    };
    password_check::check_strength(app, &password, &[&user.email, &user.display_name])?;
    let password = password_check::hash(app, password).await?;
    let set_password = move |db: &AccountsDb<'_>, user: &User, trail: &AuditRecorder| {
        accounts::users::set_password(db, user.id, &password, trail.at())?;
        accounts::sessions::remove_all(db, user.id)?;
        accounts::devices::remove_all(db, user.id)?;
        one_time_links::revoke_unused(db, user.id, LinkPurpose::Reset, trail.at())?;
        trail.record(db, AuditAction::PasswordChanged, &format!("user:{}", user.id))
    };
    let (state, origin) = (app.clone(), origin.clone());
    run_blocking_with(app.store.accounts.clone(), move |_| {
        consume(&state, &origin, LinkPurpose::Reset, hash, set_password)
    })
    .await
}

async fn find_reset_link_owner(app: &Arc<AppState>, hash: [u8; 32]) -> Result<Option<User>> {
    let state = app.clone();
    let find = move |_: &_| find_link_owner(&state, LinkPurpose::Reset, &hash);
    run_blocking_with(app.store.accounts.clone(), find).await
}

/// Consumes a link and performs its action, in one transaction; runs on a blocking thread. Using a mailed link confirms the address, and a user
/// with a confirmed address gets a notebook.
fn consume(
    app: &Arc<AppState>,
    origin: &Arc<ClientInfo>,
    purpose: LinkPurpose,
    hash: [u8; 32],
    act: impl FnOnce(&AccountsDb<'_>, &User, &AuditRecorder) -> Result<()>,
) -> Result<()> {
    let user = find_link_owner(app, purpose, &hash)?.ok_or_else(invalid_token_error)?;
    let has_one = app.store.accounts.read(|db| accounts::notebooks::find_default(db, user.id))?.is_some();
    let notebook = if has_one { None } else { Some(create_notebook(app)?) };
    let trail = AuditRecorder::for_user(app, &user, origin);
    let outcome = app.store.accounts.write(|db| {
        if one_time_links::redeem(db, purpose, &hash, trail.at())? != Some(user.id) {
            return Ok(None);
        }
        if accounts::users::find_by_email(db, &user.email)?.is_some_and(|other| other.id != user.id) {
            // Another user confirmed the address first; an unconfirmed registration has no data to lose.
            accounts::users::remove(db, user.id)?;
            return Ok(None);
        }
        if !user.email_verified {
            accounts::pending_registrations::set_verified(db, user.id, trail.at())?;
            trail.record(db, AuditAction::EmailVerified, &format!("user:{}", user.id))?;
        }
        act(db, &user, &trail)?;
        match &notebook {
            Some((id, wrapped_key)) if accounts::notebooks::find_default(db, user.id)?.is_none() => {
                accounts::notebooks::add(db, *id, user.id, "Journal", wrapped_key, trail.at())?;
                Ok(Some(true))
            }
            _ => Ok(Some(false)),
        }
    });
    if let (Some((id, _)), false) = (notebook, matches!(outcome, Ok(Some(true)))) {
        // Files without a row have no key.
        app.store.destroy_notebook(id)?;
    }
    outcome?.map(drop).ok_or_else(invalid_token_error)
}

/// Creates a notebook's files; returns the id and the wrapped key for its row.
fn create_notebook(app: &AppState) -> Result<(NotebookId, Vec<u8>)> {
    let id = NotebookId::draw(app.entropy.as_ref())?;
    Ok((id, app.store.create_notebook(id, app.entropy.as_ref())?))
}

/// Returns the user of a link that is still valid.
fn find_link_owner(app: &AppState, purpose: LinkPurpose, hash: &[u8; 32]) -> Result<Option<User>> {
    let now = app.now_timestamp();
    app.store.accounts.read(|db| {
        let Some(id) = one_time_links::find_holder(db, purpose, hash, &now)? else { return Ok(None) };
        Ok(Some(find_user(db, id)?).filter(|user| user.deleted_at.is_none()))
    })
}

fn hash_token(app: &AppState, token: &str) -> Result<[u8; 32]> {
    let token = token.trim();
    if token.is_empty() {
        return Err(Error::invalid("the link has no token").code("missing_token").hint("open the complete link"));
    }
    Ok(token::stored_form(&Secret::new(token.to_owned()), &app.store.keys.token_pepper))
}

fn invalid_token_error() -> Error {
    Error::invalid("the link is invalid, was used, or has expired").code("invalid_token").hint("request a new one")
}
