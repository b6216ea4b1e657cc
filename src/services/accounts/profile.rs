//! Profile of a user, visible to others.

use crate::app::context::Ctx;
use crate::domain::audit::AuditAction;
use crate::domain::scope::Scope;
use crate::domain::text;
use crate::domain::user::User;
use crate::error::{Error, Result};
use crate::services::accounts::missing_fields::missing_fields_error;
use crate::services::audit::AuditRecorder;
use crate::storage::accounts;

/// Changes the caller's display name and returns the user.
///
/// # Errors
/// `Invalid` with code `missing_fields` for a blank name, `invalid_field` for one that is not a single line of 1 to 100
/// characters.
pub async fn rename(ctx: &Ctx, name: &str) -> Result<User> {
    let name = name.trim().to_owned();
    if name.is_empty() {
        return Err(missing_fields_error("display_name"));
    }
    if !text::is_name(&name) {
        return Err(Error::invalid("the name must be one line of 1 to 100 characters")
            .code("invalid_field")
            .hint("choose a shorter one"));
    }
    let (id, trail) = (ctx.caller.user()?.id, AuditRecorder::from_ctx(ctx));
    ctx.write_accounts(Scope::Account, move |db| {
        accounts::users::set_name(db, id, &name, trail.at())?;
        trail.record(db, AuditAction::ProfileChanged, &format!("user:{id}"))?;
        accounts::users::find_by_id(db, id)?.ok_or_else(|| Error::not_found("user").code("not_found"))
    })
    .await
}
