//! Has people, places and the like looked for.

use axum::Json;
use http::Method;
use http::StatusCode;

use crate::ctx::Ctx;
use crate::entities::extraction;
use crate::entities::extraction::Ordered;
use crate::entities::extraction::Wanted;
use crate::error::Result;
use crate::http::extract::Lenient;
use crate::http::route::Access;
use crate::http::route::Cost;
use crate::http::route::Route;
use crate::model::scope::Scope;

pub(super) fn routes() -> Vec<Route> {
    let writes = Access::Needs(Scope::EntriesWrite);
    vec![
        Route::new(Method::POST, "/api/entities/extract", writes, "Looks for people, places and the like", extract)
            .costs(Cost::Expensive)
            .body::<Wanted>()
            .replies::<Ordered>(202)
            .refuses(&[404, 409]),
    ]
}

async fn extract(ctx: Ctx, Lenient(given): Lenient) -> Result<(StatusCode, Json<Ordered>)> {
    let ordered = extraction::order(&ctx, Wanted::read(&given)?).await?;
    Ok((StatusCode::ACCEPTED, Json(ordered)))
}
