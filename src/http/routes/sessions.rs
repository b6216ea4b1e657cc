//! Logins in browsers: listed and ended by whose they are.

use axum::Json;
use http::Method;
use schemars::JsonSchema;
use serde::Serialize;

use crate::ctx::Ctx;
use crate::error::Result;
use crate::http::extract::Id;
use crate::http::route::Access;
use crate::http::route::Route;
use crate::http::routes::auth::Done;
use crate::model::id::SessionId;
use crate::model::scope::Scope;
use crate::sessions;
use crate::sessions::Listed;

pub(super) fn routes() -> Vec<Route> {
    let own = Access::Needs(Scope::Account);
    vec![
        Route::new(Method::GET, "/api/auth/sessions", own, "Lists your logins, newest first", list)
            .replies::<Sessions>(200),
        Route::new(Method::DELETE, "/api/auth/sessions", own, "Ends every login but this one", revoke_others)
            .replies::<Ended>(200),
        Route::new(Method::DELETE, "/api/auth/sessions/{id}", own, "Ends a login", revoke).replies::<Done>(200),
    ]
}

/// Logins.
#[derive(Serialize, JsonSchema)]
struct Sessions {
    /// The logins.
    items: Vec<Listed>,
}

/// Logins were ended.
#[derive(Serialize, JsonSchema)]
struct Ended {
    /// Always true.
    ok: bool,
    /// How many.
    ended: usize,
}

async fn list(ctx: Ctx) -> Result<Json<Sessions>> {
    Ok(Json(Sessions { items: sessions::list(&ctx).await? }))
}

async fn revoke(ctx: Ctx, Id(id): Id<SessionId>) -> Result<Json<Done>> {
    sessions::revoke(&ctx, id).await?;
    Ok(Json(Done { ok: true }))
}

async fn revoke_others(ctx: Ctx) -> Result<Json<Ended>> {
    Ok(Json(Ended { ok: true, ended: sessions::revoke_others(&ctx).await? }))
}
