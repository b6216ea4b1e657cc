//! Builds the request context of an authenticated user.

use std::sync::Arc;

use crate::app::context::{AuthMethod, Caller, ClientInfo, Ctx};
use crate::app::state::AppState;
use crate::domain::id::{NotebookId, UserId};
use crate::domain::user::User;
use crate::error::Result;
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
