//! Route that reloads a configuration file.

use axum::Json;
use http::Method;

use crate::app::context::Ctx;
use crate::domain::scope::Scope;
use crate::error::Result;
use crate::http::extract::PathId;
use crate::http::route::{HttpRoute, RouteAccess};
use crate::services::admin::reload::{self, ReloadSummary, ReloadTarget};

pub(super) fn routes() -> Vec<HttpRoute> {
    let about = "Reloads a file: ocr-context, transcription-context, mood-dimensions or entity-casing";
    let needs = RouteAccess::Requires(Scope::AdminReload);
    vec![
        HttpRoute::new(Method::POST, "/api/admin/reload/{what}", needs, about, reload_one)
            .replies::<ReloadSummary>(200)
            .errors(&[409]),
    ]
}

async fn reload_one(ctx: Ctx, PathId(what): PathId<ReloadTarget>) -> Result<Json<ReloadSummary>> {
    reload::reload(&ctx, what).await.map(Json)
}
