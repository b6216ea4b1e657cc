//! Links that prove an address or set a new password: made, mailed or handed over, used once.

use std::sync::Arc;

use jiff::SignedDuration;
use serde::Serialize;

use crate::account::missing;
use crate::app::App;
use crate::audit::Trail;
use crate::auth::passwords;
use crate::crypto::token;
use crate::ctx::Ctx;
use crate::ctx::Origin;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::model::audit::Action;
use crate::model::email::Email;
use crate::model::id::NotebookId;
use crate::model::id::UserId;
use crate::model::scope::Scope;
use crate::model::user::User;
use crate::net::outbox::Letter;
use crate::secret::Secret;
use crate::storage::accounts;
use crate::storage::accounts::AccountsDb;
use crate::storage::accounts::links;
use crate::storage::accounts::links::Purpose;

/// How long a link proves an address.
const VERIFY: SignedDuration = SignedDuration::from_hours(24);
/// How long a link sets a password.
const RESET: SignedDuration = SignedDuration::from_mins(30);
/// Links that are mailed for one account in an hour.
pub(super) const MOST_AN_HOUR: i64 = 3;

/// A link for the operator to hand over.
#[derive(Debug, Serialize)]
pub struct Link {
    /// Whose password it sets.
    pub email: String,
    /// The link; it is shown this once.
    pub url: String,
    /// Account timestamp.
    pub expires_at: String,
}

/// A link that was drawn and is not stored yet.
pub(super) struct Fresh {
    pub(super) token: Secret<String>,
}

impl Fresh {
    pub(super) fn draw(app: &App) -> Result<Self> {
        Ok(Self { token: token::random(app.entropy.as_ref())? })
    }

    /// Stores the link and returns when it ends.
    pub(super) fn store(
        &self,
        app: &App,
        db: &AccountsDb<'_>,
        owner: UserId,
        purpose: Purpose,
        at: &str,
    ) -> Result<String> {
        let life = match purpose {
            Purpose::Verify => VERIFY,
            Purpose::Reset => RESET,
        };
        let expires_at = app.stamp_in(life);
        let hash = token::stored(&self.token, &app.store.keys.token_pepper);
        links::add(db, owner, purpose, &hash, at, &expires_at)?;
        Ok(expires_at)
    }

    /// Writes the link as the web client knows it.
    pub(super) fn url(token: &Secret<String>, purpose: Purpose, app: &App) -> String {
        let page = match purpose {
            Purpose::Verify => "verify-email",
            Purpose::Reset => "reset-password",
        };
        format!("{}/{page}?token={}", app.config.server.app_base_url, token.expose())
    }
}

/// Has a link mailed that sets a new password, if the address has an account and this server can mail.
///
/// What is done about it is done later, so that neither answer nor time tells.
pub fn forgot(app: &App, email: &str) {
    if app.config.server.smtp.is_some() {
        app.outbox.put(Letter::Reset { email: email.trim().to_owned() });
    }
}

/// Has the link that proves the caller's address mailed again; tells whether one was needed.
///
/// # Errors
/// `Conflict` with code `email_not_configured` where this server cannot mail; `Limited` after three in an hour.
pub async fn resend_verification(ctx: &Ctx) -> Result<bool> {
    let user = ctx.caller.user()?;
    if user.email_verified {
        return Ok(false);
    }
    let app = &ctx.app;
    if app.config.server.smtp.is_none() {
        return Err(Error::conflict("this server sends no mail")
            .code("email_not_configured")
            .hint("ask whoever runs it for a link: `journal user reset-link EMAIL` makes one"));
    }
    let (link, id, at) = (Fresh::draw(app)?, user.id, app.stamp());
    let hour_ago = app.stamp_in(SignedDuration::from_hours(-1));
    app.store.accounts.write(|db| {
        if links::since(db, id, Purpose::Verify, &hour_ago)? >= MOST_AN_HOUR {
            return Err(Error::new(Kind::Limited, "the link was mailed several times already")
                .retry_after(3600)
                .hint("look among unwanted mail too, or try again in an hour"));
        }
        link.store(app, db, id, Purpose::Verify, &at)
    })?;
    if !app.outbox.put(Letter::Confirm { user: id, token: link.token }) {
        return Err(Error::new(Kind::Limited, "too much mail waits to be sent")
            .code("email_failed")
            .with_status(503)
            .retry_after(60)
            .hint("try again in a minute"));
    }
    Ok(true)
}

/// Makes a link that sets a user's password, to hand over where there is no mail. It proves the address too.
///
/// # Errors
/// `NotFound` for an address that neither a user nor a registrant has.
pub async fn reset_link(ctx: &Ctx, email: Email) -> Result<Link> {
    let (app, link, trail) = (ctx.app.clone(), Fresh::draw(&ctx.app)?, Trail::of(ctx));
    ctx.write_accounts(Scope::AdminUsers, move |db| {
        let registrant = accounts::registrants::newest(db, email.as_str())?;
        let user = match (accounts::users::by_email(db, email.as_str())?, registrant) {
            (None, Some(id)) => found(db, id)?,
            _ => accounts::users::named(db, email.as_str())?,
        };
        let expires_at = link.store(&app, db, user.id, Purpose::Reset, trail.at())?;
        trail.record(db, Action::ResetLinkIssued, &format!("user:{}", user.id))?;
        Ok(Link { email: user.email, url: Fresh::url(&link.token, Purpose::Reset, &app), expires_at })
    })
    .await
}

/// Proves an address by the link that was mailed to it. The same link may be followed again while it lives.
///
/// # Errors
/// `Invalid` with code `missing_token` or `invalid_token`.
pub async fn verify_email(app: &Arc<App>, origin: &Arc<Origin>, token: &str) -> Result<()> {
    let hash = hashed(app, token)?;
    let now = app.stamp();
    if app.store.accounts.read(|db| links::has_proved(db, &hash, &now))? {
        return Ok(());
    }
    redeem(app, origin, Purpose::Verify, hash, |_, _, _| Ok(()))
}

/// Tells whether a link would set a password.
///
/// # Errors
/// `Invalid` with code `missing_token` or `invalid_token`.
pub async fn check_reset_token(app: &Arc<App>, token: &str) -> Result<()> {
    let hash = hashed(app, token)?;
    holder(app, Purpose::Reset, &hash)?.map(drop).ok_or_else(bad_token)
}

/// Sets a password by a link: ends every login, forgets known browsers and failed attempts, proves the address.
///
/// # Errors
/// `Invalid` with the codes `missing_fields`, `weak_password`, `invalid_token`, in this order; `Limited` when too many
/// passwords are being hashed.
pub async fn reset_password(app: &Arc<App>, origin: &Arc<Origin>, token: &str, password: Secret<String>) -> Result<()> {
    if token.trim().is_empty() || password.expose().is_empty() {
        return Err(missing("token and password"));
    }
    let hash = hashed(app, token)?;
    let Some(user) = holder(app, Purpose::Reset, &hash)? else {
        passwords::check(app, &password, &[])?;
        return Err(bad_token());
    };
    passwords::check(app, &password, &[&user.email, &user.display_name])?;
    let password = passwords::hash(app, password).await?;
    redeem(app, origin, Purpose::Reset, hash, move |db, user, trail| {
        accounts::users::set_password(db, user.id, &password, trail.at())?;
        accounts::sessions::remove_all(db, user.id)?;
        accounts::devices::remove_all(db, user.id)?;
        links::void(db, user.id, Purpose::Reset, trail.at())?;
        trail.record(db, Action::PasswordChanged, &format!("user:{}", user.id))
    })
}

/// Uses a link up and does what it is for, in one transaction. Who uses one has read the mail, so the address is proven;
/// and who has proved it gets a notebook.
fn redeem(
    app: &Arc<App>,
    origin: &Arc<Origin>,
    purpose: Purpose,
    hash: [u8; 32],
    act: impl FnOnce(&AccountsDb<'_>, &User, &Trail) -> Result<()>,
) -> Result<()> {
    let user = holder(app, purpose, &hash)?.ok_or_else(bad_token)?;
    let has_one = app.store.accounts.read(|db| accounts::notebooks::default_of(db, user.id))?.is_some();
    let notebook = if has_one { None } else { Some(create_notebook(app)?) };
    let trail = Trail::of_user(app, &user, origin);
    let outcome = app.store.accounts.write(|db| {
        if links::redeem(db, purpose, &hash, trail.at())? != Some(user.id) {
            return Ok(None);
        }
        if accounts::users::by_email(db, &user.email)?.is_some_and(|other| other.id != user.id) {
            // Somebody else proved it first; who merely claimed it has nothing to lose.
            accounts::users::remove(db, user.id)?;
            return Ok(None);
        }
        if !user.email_verified {
            accounts::registrants::confirm(db, user.id, trail.at())?;
            trail.record(db, Action::EmailVerified, &format!("user:{}", user.id))?;
        }
        act(db, &user, &trail)?;
        match &notebook {
            Some((id, wrapped_key)) if accounts::notebooks::default_of(db, user.id)?.is_none() => {
                accounts::notebooks::add(db, *id, user.id, "Journal", wrapped_key, trail.at())?;
                Ok(Some(true))
            }
            _ => Ok(Some(false)),
        }
    });
    if let (Some((id, _)), false) = (notebook, matches!(outcome, Ok(Some(true)))) {
        // Nobody holds the key of files that have no row.
        app.store.destroy_notebook(id)?;
    }
    outcome?.map(drop).ok_or_else(bad_token)
}

/// Makes a notebook's files; returns the id and the wrapped key for its row.
fn create_notebook(app: &App) -> Result<(NotebookId, Vec<u8>)> {
    let id = NotebookId::draw(app.entropy.as_ref())?;
    Ok((id, app.store.create_notebook(id, app.entropy.as_ref())?))
}

/// Finds whose a link is that could still be used.
fn holder(app: &App, purpose: Purpose, hash: &[u8; 32]) -> Result<Option<User>> {
    let now = app.stamp();
    app.store.accounts.read(|db| {
        let Some(id) = links::holder(db, purpose, hash, &now)? else { return Ok(None) };
        Ok(Some(found(db, id)?).filter(|user| user.deleted_at.is_none()))
    })
}

fn hashed(app: &App, token: &str) -> Result<[u8; 32]> {
    let token = token.trim();
    if token.is_empty() {
        return Err(Error::invalid("the link has no token").code("missing_token").hint("follow the whole link"));
    }
    Ok(token::stored(&Secret::new(token.to_owned()), &app.store.keys.token_pepper))
}

fn found(db: &AccountsDb<'_>, id: UserId) -> Result<User> {
    accounts::users::by_id(db, id)?.ok_or_else(|| Error::not_found("user"))
}

fn bad_token() -> Error {
    Error::invalid("the link is not good, was used, or is too old").code("invalid_token").hint("ask for a new one")
}
