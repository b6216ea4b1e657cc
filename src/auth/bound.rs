//! A credential's owner, bound to what is theirs.

use std::sync::Arc;

use crate::app::App;
use crate::ctx::Caller;
use crate::ctx::Ctx;
use crate::ctx::Origin;
use crate::ctx::Via;
use crate::error::Result;
use crate::model::id::NotebookId;
use crate::model::id::UserId;
use crate::model::user::User;
use crate::storage::accounts;
use crate::storage::accounts::AccountsDb;

/// Returns a credential's owner with their notebook; `None` for one who is marked for deletion.
pub(super) fn owner(db: &AccountsDb<'_>, id: UserId) -> Result<Option<(User, Option<NotebookId>)>> {
    let Some(user) = accounts::users::by_id(db, id)?.filter(|user| user.deleted_at.is_none()) else { return Ok(None) };
    let notebook = accounts::notebooks::default_of(db, id)?;
    Ok(Some((user, notebook)))
}

/// Binds a caller to a request.
pub(super) fn ctx(app: &Arc<App>, user: User, via: Via, notebook: Option<NotebookId>, origin: &Arc<Origin>) -> Ctx {
    Ctx::new(app.clone(), Caller { user: Some(user), via }, notebook).from(origin.clone())
}
