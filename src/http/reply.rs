//! JSON responses with a status other than 200.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;

/// 201 response: the resource was created.
pub(crate) struct Created<T>(pub(crate) T);

impl<T: Serialize> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        (StatusCode::CREATED, Json(self.0)).into_response()
    }
}

/// 202 response: the work was queued.
pub(crate) struct Accepted<T>(pub(crate) T);

impl<T: Serialize> IntoResponse for Accepted<T> {
    fn into_response(self) -> Response {
        (StatusCode::ACCEPTED, Json(self.0)).into_response()
    }
}

/// Success without further data.
#[derive(Serialize, JsonSchema)]
pub(crate) struct OkResponse {
    /// Always true.
    ok: bool,
}

impl OkResponse {
    /// Returns the response as JSON.
    pub(crate) fn json() -> Json<Self> {
        Json(Self { ok: true })
    }
}
