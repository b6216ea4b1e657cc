//! Contexts of the operator and of the server itself, which present no credential.

use std::sync::Arc;

use crate::app::context::{AuthMethod, Caller, Ctx, operator_only_error};
use crate::app::state::AppState;
use crate::config::Config;
use crate::domain::user::User;
use crate::error::Result;
use crate::services::auth::caller::check_usable;
use crate::storage::accounts::{self, AccountsDb};

/// Refuses a configured API key, for commands that only the operator may run.
///
/// # Errors
/// `Forbidden`.
pub(crate) fn operator_only(config: &Config) -> Result<()> {
    if config.api_key.is_some() { Err(operator_only_error()) } else { Ok(()) }
}

/// Returns the context of the operator, who is trusted by file permissions, for a user's journal.
///
/// Without an e-mail address the default user is taken, or the only one; otherwise commands that need a journal ask for
/// one.
///
/// # Errors
/// `NotFound` for an unknown user; `Forbidden` for one who is disabled or deleted.
pub fn operator(app: Arc<AppState>, user: Option<&str>) -> Result<Ctx> {
    let found = app.store.accounts.read(|db| {
        let user = if let Some(email) = user {
            Some(accounts::users::get_by_email(db, email.trim())?)
        } else {
            find_unnamed(db)?
        };
        let Some(user) = user else { return Ok(None) };
        let notebook = accounts::notebooks::find_default(db, user.id)?;
        Ok(Some((user, notebook)))
    })?;
    let Some((user, notebook)) = found else {
        return Ok(Ctx::new(app, Caller { user: None, via: AuthMethod::Shell }, None));
    };
    check_usable(&user)?;
    Ok(Ctx::new(app, Caller { user: Some(user), via: AuthMethod::Shell }, notebook))
}

/// Finds the default user, or the only one if there is none.
fn find_unnamed(db: &AccountsDb<'_>) -> Result<Option<User>> {
    // One who is marked for deletion is not taken; one who is disabled is refused, so that no other journal is changed.
    if let Some(user) = accounts::users::find_default(db)?.filter(|user| user.deleted_at.is_none()) {
        return Ok(Some(user));
    }
    let mut all = accounts::users::all(db)?;
    // Unconfirmed registrations do not count: otherwise anyone who registers could make the user ambiguous.
    all.retain(|user| user.deleted_at.is_none() && user.email_verified);
    Ok(if all.len() == 1 { all.pop() } else { None })
}

/// Returns the context of the operator without a journal, for commands about users and the machine.
pub fn administration(app: Arc<AppState>) -> Ctx {
    Ctx::new(app, Caller { user: None, via: AuthMethod::Shell }, None)
}

/// Returns the context of the server for its own work, without a journal.
pub fn server(app: Arc<AppState>) -> Ctx {
    Ctx::new(app, Caller { user: None, via: AuthMethod::Server }, None)
}

/// Returns the server's context for every notebook whose owner may use it.
///
/// # Errors
/// Database errors only.
pub fn server_for_every_notebook(app: &Arc<AppState>) -> Result<Vec<Ctx>> {
    let owners = app.store.accounts.read(|db| {
        let users = accounts::users::all(db)?.into_iter().filter(|user| check_usable(user).is_ok());
        users.map(|user| Ok((accounts::notebooks::find_default(db, user.id)?, user))).collect::<Result<Vec<_>>>()
    })?;
    let ctx = |(notebook, user)| Ctx::new(app.clone(), Caller { user: Some(user), via: AuthMethod::Server }, notebook);
    Ok(owners.into_iter().filter(|(notebook, _)| notebook.is_some()).map(ctx).collect())
}
