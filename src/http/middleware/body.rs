//! Bodies have a cap, and a client that stops sending is cut off.

use std::pin::Pin;
use std::task::Context;
use std::task::Poll;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::extract::State;
use axum::middleware::Next;
use axum::response::Response;
use http::header;
use http_body_util::Limited;
use hyper::body::Body as HttpBody;
use hyper::body::Frame;
use tokio::time::Sleep;

use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::http::route::JSON_BODY;
use crate::http::route::Policy;
use crate::http::shared::Shared;

/// How long a body may stand still.
const STALL: Duration = Duration::from_secs(30);

/// Refuses an announced body that is too large, and cuts an unannounced one off where it becomes so.
pub(crate) async fn cap(State(_): State<Shared>, request: Request, next: Next) -> Result<Response> {
    let cap = request.extensions().get::<Policy>().map_or(JSON_BODY, |policy| policy.body);
    let announced = request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if announced.is_some_and(|length: u64| length > cap as u64) {
        return Err(too_large());
    }
    let request = request.map(|body| Body::new(Limited::new(Moving::new(body), cap)));
    Ok(next.run(request).await)
}

/// The refusal of a body over its cap.
pub(crate) fn too_large() -> Error {
    Error::invalid("the body is larger than this route takes")
        .code("payload_too_large")
        .with_status(413)
        .hint("send less at once")
}

/// A body that has to keep moving.
struct Moving {
    inner: Body,
    patience: Pin<Box<Sleep>>,
}

impl Moving {
    fn new(inner: Body) -> Self {
        Self { inner, patience: Box::pin(tokio::time::sleep(STALL)) }
    }
}

impl HttpBody for Moving {
    type Data = <Body as HttpBody>::Data;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, axum::Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.inner).poll_frame(cx) {
            let deadline = tokio::time::Instant::now() + STALL;
            self.patience.as_mut().reset(deadline);
            return Poll::Ready(frame);
        }
        match self.patience.as_mut().poll(cx) {
            Poll::Ready(()) => {
                let error = Error::new(Kind::Invalid, "the body stopped coming").code("timeout").with_status(408);
                Poll::Ready(Some(Err(axum::Error::new(error))))
            }
            Poll::Pending => Poll::Pending,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> hyper::body::SizeHint {
        self.inner.size_hint()
    }
}
