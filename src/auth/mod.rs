//! Turns a credential into a [`Ctx`].

use std::sync::Arc;

use crate::app::App;
use crate::audit::Trail;
use crate::crypto::token;
use crate::ctx::Caller;
use crate::ctx::Ctx;
use crate::ctx::Via;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::model::audit::Action;
use crate::model::key::ApiKey;
use crate::model::user::User;
use crate::secret::Secret;
use crate::storage::accounts;

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
            all.retain(|user| user.deleted_at.is_none());
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

/// Looks up an API key and notes its use.
///
/// # Errors
/// `Unauthenticated`, with one sentence whether the key is unknown, revoked or expired or its owner shut out.
pub fn with_key(app: &Arc<App>, key: &Secret<String>, from: &str) -> Result<Ctx> {
    let now = app.stamp();
    let hash = token::stored(key, &app.store.keys.token_pepper);
    let found = app.store.accounts.write(|db| {
        let Some((row, stored)) = accounts::keys::by_hash(db, &hash)? else { return Ok(None) };
        let Some(owner) = accounts::users::by_id(db, row.user_id)? else { return Ok(None) };
        if !token::same(&hash, &stored) || !is_live(&row, &now) || usable(&owner).is_err() {
            return Ok(None);
        }
        accounts::keys::touch(db, row.id, &now, from)?;
        let notebook = accounts::notebooks::default_of(db, owner.id)?;
        Ok(Some((row, owner, notebook)))
    })?;
    let Some((row, owner, notebook)) = found else {
        let anonymous = administration(app.clone());
        let trail = Trail::of(&anonymous);
        app.store.accounts.write(|db| trail.refuse(db, Action::FailedAuth, "key"))?;
        return Err(Error::new(Kind::Unauthenticated, "the API key is not good")
            .hint("`journal key list` shows which keys are live; unset JOURNAL_API_KEY to act as the operator"));
    };
    let caller = Caller { user: Some(owner), via: Via::Key(row.id, row.scopes) };
    Ok(Ctx::new(app.clone(), caller, notebook))
}

fn is_live(key: &ApiKey, now: &str) -> bool {
    key.revoked_at.is_none() && key.expires_at.as_deref().is_none_or(|expiry| expiry > now)
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
