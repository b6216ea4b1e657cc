//! Turns a credential into a [`Ctx`].

mod bound;
pub mod login;
pub(crate) mod passwords;
mod refusal;
mod session;
mod standing;

pub use session::SessionToken;
pub use session::with_session;
pub use standing::is_good_still;

use std::sync::Arc;

use jiff::Timestamp;

use crate::app::App;
use crate::auth::refusal::Refusal;
use crate::config::Config;
use crate::crypto::token;
use crate::ctx::Caller;
use crate::ctx::Ctx;
use crate::ctx::Origin;
use crate::ctx::Via;
use crate::ctx::operators_own;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::model::key::ApiKey;
use crate::model::key::Permit;
use crate::model::user::User;
use crate::secret::Secret;
use crate::storage::accounts;
use crate::storage::accounts::AccountsDb;
use crate::storage::database;

/// Refuses whoever is to act with a key, before anything is open: what follows is the operator's alone.
///
/// # Errors
/// `Forbidden`.
pub(crate) fn operator_only(config: &Config) -> Result<()> {
    if config.api_key.is_some() { Err(operators_own()) } else { Ok(()) }
}

/// The refusal of whoever has no good credential, one sentence for every cause.
pub(crate) fn required() -> Error {
    Error::new(Kind::Unauthenticated, "Authentication required").hint("log in, or send an API key as a bearer token")
}

/// Takes the operator's word, which file permissions vouch for, on whose journal a command works.
///
/// Without a name the only user is meant; with several, commands about a journal ask for one.
///
/// # Errors
/// `NotFound` for an unknown user; `Forbidden` for one who is disabled or deleted.
pub fn operator(app: Arc<App>, user: Option<&str>) -> Result<Ctx> {
    let found = app.store.accounts.read(|db| {
        let user = if let Some(email) = user {
            Some(accounts::users::named(db, email.trim())?)
        } else {
            let mut all = accounts::users::all(db)?;
            // Strangers who registered must not make the only user one of several.
            all.retain(|user| user.deleted_at.is_none() && user.email_verified);
            if all.len() == 1 { all.pop() } else { None }
        };
        let Some(user) = user else { return Ok(None) };
        let notebook = accounts::notebooks::default_of(db, user.id)?;
        Ok(Some((user, notebook)))
    })?;
    let Some((user, notebook)) = found else {
        return Ok(Ctx::new(app, Caller { user: None, via: Via::Shell }, None));
    };
    usable(&user)?;
    Ok(Ctx::new(app, Caller { user: Some(user), via: Via::Shell }, notebook))
}

/// Takes the operator's word without a journal: for commands about people and the machine.
pub fn administration(app: Arc<App>) -> Ctx {
    Ctx::new(app, Caller { user: None, via: Via::Shell }, None)
}

/// Lets the server do its own work.
pub fn server(app: Arc<App>) -> Ctx {
    Ctx::new(app, Caller { user: None, via: Via::Server }, None)
}

/// Lets the server work on every notebook whose owner may use it.
///
/// # Errors
/// Only what goes wrong with the database.
pub fn every_notebook(app: &Arc<App>) -> Result<Vec<Ctx>> {
    let owners = app.store.accounts.read(|db| {
        let users = accounts::users::all(db)?.into_iter().filter(|user| usable(user).is_ok());
        users.map(|user| Ok((accounts::notebooks::default_of(db, user.id)?, user))).collect::<Result<Vec<_>>>()
    })?;
    let ctx = |(notebook, user)| Ctx::new(app.clone(), Caller { user: Some(user), via: Via::Server }, notebook);
    Ok(owners.into_iter().filter(|(notebook, _)| notebook.is_some()).map(ctx).collect())
}

/// Looks up the API key that a command acts with.
///
/// # Errors
/// `Unauthenticated`, with one sentence whether the key is unknown, revoked or expired or its owner shut out.
pub fn with_key(app: &Arc<App>, key: &Secret<String>, from: &str) -> Result<Ctx> {
    let origin = Arc::default();
    let good = match find_key(app, key, &origin)? {
        Some(found) => {
            if let Some(note) = found.note(app, from) {
                app.store.accounts.write(note)?;
            }
            Some(found.ctx).filter(|ctx| ctx.caller.user.as_ref().is_some_and(|user| usable(user).is_ok()))
        }
        None => None,
    };
    if let Some(ctx) = good {
        return Ok(ctx);
    }
    let refusal = Refusal::new(app, &origin);
    app.store.accounts.write(|db| refusal.note(db, "key"))?;
    Err(Error::new(Kind::Unauthenticated, "the API key is not good")
        .hint("`journal key list` shows which keys are live; unset JOURNAL_API_KEY to act as the operator"))
}

/// Looks up an API key that came with a request; `None` if it is not good.
///
/// # Errors
/// Only what goes wrong with the database.
pub async fn with_api_key(app: &Arc<App>, key: &Secret<String>, origin: &Arc<Origin>) -> Result<Option<Ctx>> {
    let Some(found) = find_key(app, key, origin)? else { return Ok(None) };
    let from = origin.ip.map_or_else(|| "unix".to_owned(), |ip| ip.to_string());
    if let Some(note) = found.note(app, &from) {
        database::blocking(app.store.accounts.clone(), move |accounts| accounts.write(note)).await?;
    }
    Ok(Some(found.ctx))
}

/// Writes down that a key which came with a request was not good.
///
/// # Errors
/// Only what goes wrong with the database.
pub async fn refused_key(app: &Arc<App>, origin: &Origin) -> Result<()> {
    let refusal = Refusal::new(app, origin);
    database::blocking(app.store.accounts.clone(), move |accounts| accounts.write(|db| refusal.note(db, "key"))).await
}

/// Seconds between two notes that a key or a session was used: a note is a write.
const NOTE_EVERY: i64 = 60;

/// A key that is good, and its owner bound to it.
struct Found {
    key: ApiKey,
    ctx: Ctx,
}

impl Found {
    /// Returns the write that notes its use, when one is due.
    fn note(&self, app: &App, from: &str) -> Option<impl FnOnce(&AccountsDb<'_>) -> Result<()> + Send + 'static> {
        let used = self.key.last_used_at.as_deref().map_or(i64::MAX, |at| session::seconds_since(at, app.clock.now()));
        let due = used >= NOTE_EVERY || self.key.last_used_from.as_deref() != Some(from);
        let (id, now, from) = (self.key.id, app.stamp(), from.to_owned());
        due.then_some(move |db: &AccountsDb<'_>| accounts::keys::touch(db, id, &now, &from))
    }
}

fn find_key(app: &Arc<App>, key: &Secret<String>, origin: &Arc<Origin>) -> Result<Option<Found>> {
    let now = app.clock.now();
    let hash = token::stored(key, &app.store.keys.token_pepper);
    let found = app.store.accounts.read(|db| {
        let Some((row, stored)) = accounts::keys::by_hash(db, &hash)? else { return Ok(None) };
        if !token::same(&hash, &stored) || !is_live(&row, now) || !row.may_come_from(origin.ip) {
            return Ok(None);
        }
        Ok(bound::owner(db, row.user_id)?.map(|(user, notebook)| (row, user, notebook)))
    })?;
    Ok(found.map(|(key, user, notebook)| {
        let permit = Permit { scopes: key.scopes.clone(), boundary: key.boundary.clone() };
        let ctx = bound::ctx(app, user, Via::Key(key.id, Arc::new(permit)), notebook, origin);
        Found { key, ctx }
    }))
}

/// An expiry that cannot be read is over.
fn is_live(key: &ApiKey, now: Timestamp) -> bool {
    let ends = |expiry: &str| expiry.parse::<Timestamp>().is_ok_and(|expiry| expiry > now);
    key.revoked_at.is_none() && key.expires_at.as_deref().is_none_or(ends)
}

fn usable(user: &User) -> Result<()> {
    if user.deleted_at.is_some() {
        return Err(Error::new(Kind::Forbidden, "the account is marked for deletion")
            .hint("an operator can take it back with `journal user delete EMAIL --undo`"));
    }
    if !user.is_active {
        return Err(Error::new(Kind::Forbidden, "the account is disabled")
            .hint("an operator can enable it with `journal user enable EMAIL`"));
    }
    Ok(())
}
