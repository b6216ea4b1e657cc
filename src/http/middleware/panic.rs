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

/// Says that a reply stands for a panic.
#[derive(Clone, Copy)]
pub(crate) struct Panicked;

/// The panic hook has logged where it happened; what it said may quote text and goes nowhere.
fn answer(_: Box<dyn Any + Send>) -> Response<Body> {
    let mut response = Error::new(Kind::Internal, "a handler panicked").into_response();
    response.extensions_mut().insert(Panicked);
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
    use crate::http::reply;

    #[tokio::test]
    async fn a_handler_that_panics_answers_500_and_does_not_say_what_it_said() {
        async fn panicking() {
            panic!("could not cut {:?}", "plum brandy");
        }
        let router: Router = Router::new().route("/", get(panicking)).layer(layer());

        let reply = router.oneshot(Request::new(Body::empty())).await.unwrap();

        let reply = reply::finish(reply, Uuid::nil());
        assert_eq!(reply.status(), 500);
        let failure = reply.extensions().get::<reply::Failure>().unwrap();
        assert!(!format!("{:?}", failure.0).contains("plum"), "the log gets this");
        let body = reply.into_body().collect().await.unwrap().to_bytes();
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!((&body["error"], &body["message"]), (&"internal_error".into(), &"internal error".into()));
    }
}
