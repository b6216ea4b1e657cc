//! Files that the server reads anew on demand.

use axum::Json;
use http::Method;

use crate::ctx::Ctx;
use crate::error::Result;
use crate::http::extract::Id;
use crate::http::route::Access;
use crate::http::route::Route;
use crate::model::scope::Scope;
use crate::reload;
use crate::reload::Summary;
use crate::reload::What;

pub(super) fn routes() -> Vec<Route> {
    let about = "Reads a file anew: ocr-context, transcription-context, mood-dimensions or entity-casing";
    let needs = Access::Needs(Scope::AdminReload);
    vec![
        Route::new(Method::POST, "/api/admin/reload/{what}", needs, about, reload_one)
            .replies::<Summary>(200)
            .refuses(&[409]),
    ]
}

async fn reload_one(ctx: Ctx, Id(what): Id<What>) -> Result<Json<Summary>> {
    reload::reload(&ctx, what).await.map(Json)
}
