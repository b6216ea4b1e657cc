//! User administration routes.

use axum::Json;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::context::Ctx;
use crate::domain::id::UserId;
use crate::domain::user::UserRole;
use crate::error::Result;
use crate::http::extract::{PathId, StrictJson};
use crate::http::routes::auth::UserResponse;
use crate::services::accounts::users::{self, UserUsage};

/// All users.
#[derive(Serialize, JsonSchema)]
pub struct UserListResponse {
    /// Users with their storage totals.
    items: Vec<UserUsage>,
}

/// Changes to a user; at least one field.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateUserRequest {
    /// False disables the account.
    is_active: Option<bool>,
    /// True makes the user an admin.
    is_admin: Option<bool>,
    /// New role.
    role: Option<UserRole>,
}

pub async fn list(ctx: Ctx) -> Result<Json<UserListResponse>> {
    Ok(Json(UserListResponse { items: users::list_usage(&ctx).await? }))
}

pub async fn change(
    ctx: Ctx,
    PathId(id): PathId<UserId>,
    StrictJson(given): StrictJson<UpdateUserRequest>,
) -> Result<Json<UserResponse>> {
    let change = users::UserUpdate { is_active: given.is_active, is_admin: given.is_admin, role: given.role };
    Ok(Json(UserResponse { user: users::change(&ctx, id, change).await? }))
}
