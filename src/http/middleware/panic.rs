//! A panic in a handler ends its request, not the server, and tells nobody why.

use std::any::Any;

use axum::body::Body;
use axum::response::IntoResponse;
use http::Response;
use tower_http::catch_panic::CatchPanicLayer;

use crate::error::Error;
use crate::error::Kind;

type Handler = fn(Box<dyn Any + Send>) -> Response<Body>;

pub(crate) fn layer() -> CatchPanicLayer<Handler> {
    CatchPanicLayer::custom(answer as Handler)
}

/// The panic hook has logged where it happened; what it said may quote text and goes nowhere.
fn answer(_: Box<dyn Any + Send>) -> Response<Body> {
    Error::new(Kind::Internal, "a handler panicked").into_response()
}
