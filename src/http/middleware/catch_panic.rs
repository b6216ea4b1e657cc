//! Panic handler: a panicking request gets a 500 without details, and the server continues.

use std::any::Any;

use axum::body::Body;
use axum::response::IntoResponse;
use http::Response;
use tower_http::catch_panic::CatchPanicLayer;

use crate::error::{Error, ErrorKind};

type Handler = fn(Box<dyn Any + Send>) -> Response<Body>;

pub(crate) fn layer() -> CatchPanicLayer<Handler> {
    CatchPanicLayer::custom(panic_response as Handler)
}

/// Marks the response of a handler that panicked.
#[derive(Clone, Copy)]
pub(crate) struct PanicMarker;

/// The panic hook has logged the location; the message may quote entry text and is dropped.
fn panic_response(_: Box<dyn Any + Send>) -> Response<Body> {
    let mut response = Error::new(ErrorKind::Internal, "a handler panicked").into_response();
    response.extensions_mut().insert(PanicMarker);
    response
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::extract::Request;
    use axum::routing::get;
    use http_body_util::BodyExt;
    use tower::ServiceExt;
    use uuid::Uuid;

    use super::*;
    use crate::http::error_response;

    #[tokio::test]
    async fn a_panic_becomes_a_500_without_its_message() {
        async fn panicking() {
            panic!("could not cut {:?}", "plum brandy");
        }
        let router: Router = Router::new().route("/", get(panicking)).layer(layer());

        let reply = router.oneshot(Request::new(Body::empty())).await.unwrap();

        let reply = error_response::write_error_body(reply, Uuid::nil());
        assert_eq!(reply.status(), 500);
        let failure = reply.extensions().get::<error_response::ErrorExtension>().unwrap();
        assert!(!format!("{:?}", failure.0).contains("plum"), "this is logged");
        let body = reply.into_body().collect().await.unwrap().to_bytes();
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!((&body["error"], &body["message"]), (&"internal_error".into(), &"internal error".into()));
    }
}
