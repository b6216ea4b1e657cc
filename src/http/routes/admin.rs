//! People, for admins.

use axum::Json;
use http::Method;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::ctx::Ctx;
use crate::error::Result;
use crate::http::extract::Body;
use crate::http::extract::Id;
use crate::http::route::Access;
use crate::http::route::Route;
use crate::http::routes::auth::OneUser;
use crate::model::id::UserId;
use crate::model::scope::Scope;
use crate::model::user::Role;
use crate::users;
use crate::users::Overview;

pub(super) fn routes() -> Vec<Route> {
    let admins = Access::Needs(Scope::AdminUsers);
    vec![
        Route::new(Method::GET, "/api/admin/users", admins, "Lists everybody, newest account first", list)
            .replies::<Users>(200),
        Route::new(Method::PATCH, "/api/admin/users/{id}", admins, "Changes an account", change)
            .body::<Change>()
            .replies::<OneUser>(200)
            .refuses(&[409]),
    ]
}

/// Everybody.
#[derive(Serialize, JsonSchema)]
struct Users {
    /// With how much they have.
    items: Vec<Overview>,
}

/// What to change; at least one field.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Change {
    /// Whether the account may be used.
    is_active: Option<bool>,
    /// Whether the user is an admin.
    is_admin: Option<bool>,
    /// The role itself.
    role: Option<Role>,
}

async fn list(ctx: Ctx) -> Result<Json<Users>> {
    Ok(Json(Users { items: users::overview(&ctx).await? }))
}

async fn change(ctx: Ctx, Id(id): Id<UserId>, Body(given): Body<Change>) -> Result<Json<OneUser>> {
    let change = users::Change { is_active: given.is_active, is_admin: given.is_admin, role: given.role };
    Ok(Json(OneUser { user: users::change(&ctx, id, change).await? }))
}
