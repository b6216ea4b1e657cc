//! Request context of an authenticated user, and the refusals of accounts and credentials.

use std::sync::Arc;

use crate::app::context::{AuthMethod, Caller, ClientInfo, Ctx};
use crate::app::state::AppState;
use crate::domain::id::{NotebookId, UserId};
use crate::domain::user::User;
use crate::error::{Error, ErrorKind, Result};
use crate::storage::accounts::{self, AccountsDb};

/// Returns a credential's owner with their notebook; `None` for one who is marked for deletion.
pub(super) fn find_owner(db: &AccountsDb<'_>, id: UserId) -> Result<Option<(User, Option<NotebookId>)>> {
    let Some(user) = accounts::users::find_by_id(db, id)?.filter(|user| user.deleted_at.is_none()) else {
        return Ok(None);
    };
    let notebook = accounts::notebooks::find_default(db, id)?;
    Ok(Some((user, notebook)))
}

/// Creates the request context of a user.
pub(super) fn bind_ctx(
    app: &Arc<AppState>,
    user: User,
    via: AuthMethod,
    notebook: Option<NotebookId>,
    origin: &Arc<ClientInfo>,
) -> Ctx {
    Ctx::new(app.clone(), Caller { user: Some(user), via }, notebook).with_client_info(origin.clone())
}

/// Checks that an account is neither disabled nor marked for deletion.
///
/// # Errors
/// `Forbidden`.
pub(super) fn check_usable(user: &User) -> Result<()> {
    if user.deleted_at.is_some() {
        return Err(Error::new(ErrorKind::Forbidden, "the account is marked for deletion")
            .hint("an operator can take it back with `journal user delete EMAIL --undo`"));
    }
    if !user.is_active {
        return Err(Error::new(ErrorKind::Forbidden, "the account is disabled")
            .hint("an operator can enable it with `journal user enable EMAIL`"));
    }
    Ok(())
}

/// Returns the error for a missing or invalid credential; one message for every cause.
pub(crate) fn authentication_required() -> Error {
    Error::new(ErrorKind::Unauthenticated, "Authentication required")
        .hint("log in, or send an API key as a bearer token")
}
