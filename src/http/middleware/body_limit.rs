//! Request body limits: maximum size, stall timeout and minimum rate.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::header;
use http_body_util::Limited;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use tokio::time::{Instant, Sleep};

use crate::error::{Error, ErrorKind, Result};
use crate::http::body::too_large;
use crate::http::route_policy::{MAX_JSON_BODY, RoutePolicy};

/// Maximum time without a frame.
const STALL_TIMEOUT: Duration = Duration::from_secs(30);
/// Minimum rate in bytes per second, enforced once a body has taken longer than [`STALL_TIMEOUT`].
const MIN_BYTES_PER_SECOND: u64 = 1024;

/// Rejects a body whose announced length exceeds the route's limit, and stops reading one that grows past it.
pub(crate) async fn limit_body(request: Request, next: Next) -> Result<Response> {
    let cap = request.extensions().get::<RoutePolicy>().map_or(MAX_JSON_BODY, |policy| policy.max_body);
    let announced = request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if announced.is_some_and(|length: u64| length > cap as u64) {
        return Err(too_large());
    }
    let request = request.map(|body| Body::new(Limited::new(MinRateBody::new(body), cap)));
    Ok(next.run(request).await)
}

/// Body with a minimum rate. Only time spent waiting for the sender counts, so a slow handler is not charged to it.
struct MinRateBody {
    inner: Body,
    received: u64,
    waited: Duration,
    waiting: Option<FrameWait>,
}

struct FrameWait {
    since: Instant,
    patience: Pin<Box<Sleep>>,
}

impl MinRateBody {
    fn new(inner: Body) -> Self {
        Self { inner, received: 0, waited: Duration::ZERO, waiting: None }
    }

    /// Returns the timeout of the next frame: [`STALL_TIMEOUT`], or less if earlier frames were slow.
    fn frame_timeout(&self) -> Duration {
        let earned = STALL_TIMEOUT + Duration::from_secs(self.received / MIN_BYTES_PER_SECOND);
        STALL_TIMEOUT.min(earned.saturating_sub(self.waited))
    }
}

impl HttpBody for MinRateBody {
    type Data = <Body as HttpBody>::Data;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, axum::Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.inner).poll_frame(cx) {
            if let Some(waiting) = self.waiting.take() {
                self.waited += waiting.since.elapsed();
            }
            if let Some(Ok(frame)) = &frame {
                self.received += frame.data_ref().map_or(0, |data| data.len() as u64);
            }
            return Poll::Ready(frame);
        }
        let patience = self.frame_timeout();
        let waiting = self.waiting.get_or_insert_with(|| FrameWait {
            since: Instant::now(),
            patience: Box::pin(tokio::time::sleep(patience)),
        });
        match waiting.patience.as_mut().poll(cx) {
            Poll::Ready(()) => Poll::Ready(Some(Err(axum::Error::new(stall_error())))),
            Poll::Pending => Poll::Pending,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

fn stall_error() -> Error {
    Error::new(ErrorKind::Invalid, "timed out waiting for the request body")
        .code("timeout")
        .with_status(408)
        .hint("send the request again without pauses")
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use http_body_util::BodyExt;

    use super::*;
    use crate::http::body::read_body;

    /// Body that yields parts of these sizes after these delays in seconds, then stalls.
    fn dripping(parts: Vec<(u64, usize)>) -> Body {
        struct Drip(std::vec::IntoIter<(u64, usize)>, Option<(Pin<Box<Sleep>>, usize)>);
        impl HttpBody for Drip {
            type Data = axum::body::Bytes;
            type Error = Infallible;

            fn poll_frame(
                mut self: Pin<&mut Self>,
                cx: &mut Context<'_>,
            ) -> Poll<Option<Result<Frame<Self::Data>, Infallible>>> {
                if self.1.is_none() {
                    let Some((seconds, size)) = self.0.next() else { return Poll::Pending };
                    self.1 = Some((Box::pin(tokio::time::sleep(Duration::from_secs(seconds))), size));
                }
                let Some((sleep, size)) = self.1.as_mut() else { return Poll::Pending };
                if sleep.as_mut().poll(cx).is_pending() {
                    return Poll::Pending;
                }
                let frame = Frame::data(vec![b'a'; *size].into());
                self.1 = None;
                Poll::Ready(Some(Ok(frame)))
            }
        }
        Body::new(MinRateBody::new(Body::new(Drip(parts.into_iter(), None))))
    }

    async fn read(body: Body) -> Error {
        let capped = Body::new(Limited::new(body, 1 << 20));
        read_body(Request::new(capped)).await.unwrap_err()
    }

    #[tokio::test(start_paused = true)]
    async fn a_stalled_body_times_out_after_30_seconds() {
        let start = Instant::now();

        let error = read(dripping(vec![(0, 100), (29, 100)])).await;

        assert_eq!((error.status(), error.wire_code()), (408, "timeout"));
        assert_eq!(start.elapsed().as_secs(), 29 + 1, "29 of the 30 seconds for slow bodies are used up");
    }

    #[tokio::test(start_paused = true)]
    async fn a_trickling_body_times_out() {
        let start = Instant::now();

        let error = read(dripping(vec![(20, 1); 1000])).await;

        assert_eq!(error.status(), 408);
        assert!(start.elapsed() <= STALL_TIMEOUT * 2, "{:?}", start.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_but_steady_body_is_accepted() {
        let mut body = dripping(vec![(1, 2048); 300]);

        for _ in 0..300 {
            body.frame().await.unwrap().unwrap();
        }
    }

    #[tokio::test]
    async fn a_body_over_its_limit_is_413() {
        let capped = Body::new(Limited::new(Body::new(MinRateBody::new(Body::from("too long"))), 3));

        let error = read_body(Request::new(capped)).await.unwrap_err();

        assert_eq!((error.status(), error.wire_code()), (413, "payload_too_large"));
    }
}
