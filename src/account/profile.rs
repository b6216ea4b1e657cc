//! What others see of a user.

use crate::account::missing;
use crate::audit::Trail;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Result;
use crate::model::audit::Action;
use crate::model::scope::Scope;
use crate::model::text;
use crate::model::user::User;
use crate::storage::accounts;

/// Changes the caller's name and returns them as they are now.
///
/// # Errors
/// `Invalid` with code `missing_fields` for a blank name, `invalid_field` for one that is no single line of 1 to 100
/// characters.
pub async fn rename(ctx: &Ctx, name: &str) -> Result<User> {
    let name = name.trim().to_owned();
    if name.is_empty() {
        return Err(missing("display_name"));
    }
    if !text::is_name(&name) {
        return Err(Error::invalid("the name must be one line of 1 to 100 characters")
            .code("invalid_field")
            .hint("choose a shorter one"));
    }
    let (id, trail) = (ctx.caller.user()?.id, Trail::of(ctx));
    ctx.write_accounts(Scope::Account, move |db| {
        accounts::users::set_name(db, id, &name, trail.at())?;
        trail.record(db, Action::ProfileChanged, &format!("user:{id}"))?;
        accounts::users::by_id(db, id)?.ok_or_else(|| Error::not_found("user").code("not_found"))
    })
    .await
}
