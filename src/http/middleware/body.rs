//! Bodies have a cap, and a client that stops sending is cut off.

use std::pin::Pin;
use std::task::Context;
use std::task::Poll;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::header;
use http_body_util::Limited;
use hyper::body::Body as HttpBody;
use hyper::body::Frame;
use hyper::body::SizeHint;
use tokio::time::Instant;
use tokio::time::Sleep;

use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::http::route::JSON_BODY;
use crate::http::route::Policy;

/// How long a body may stand still.
const STALL: Duration = Duration::from_secs(30);
/// Bytes a second below which a body that has taken longer than [`STALL`] is cut off: a drop now and then is no progress.
const SLOWEST: u64 = 1024;

/// Refuses an announced body that is too large, and cuts an unannounced one off where it becomes so.
pub(crate) async fn cap(request: Request, next: Next) -> Result<Response> {
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

/// A body that has to keep moving. Time runs only while it is waited for, so a slow reader is not the sender's fault.
struct Moving {
    inner: Body,
    received: u64,
    waited: Duration,
    waiting: Option<Waiting>,
}

struct Waiting {
    since: Instant,
    patience: Pin<Box<Sleep>>,
}

impl Moving {
    fn new(inner: Body) -> Self {
        Self { inner, received: 0, waited: Duration::ZERO, waiting: None }
    }

    /// Returns how long the next part may take: [`STALL`], or less when all before it came slowly.
    fn patience(&self) -> Duration {
        let earned = STALL + Duration::from_secs(self.received / SLOWEST);
        STALL.min(earned.saturating_sub(self.waited))
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
            if let Some(waiting) = self.waiting.take() {
                self.waited += waiting.since.elapsed();
            }
            if let Some(Ok(frame)) = &frame {
                self.received += frame.data_ref().map_or(0, |data| data.len() as u64);
            }
            return Poll::Ready(frame);
        }
        let patience = self.patience();
        let waiting = self
            .waiting
            .get_or_insert_with(|| Waiting { since: Instant::now(), patience: Box::pin(tokio::time::sleep(patience)) });
        match waiting.patience.as_mut().poll(cx) {
            Poll::Ready(()) => Poll::Ready(Some(Err(axum::Error::new(stalled())))),
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

fn stalled() -> Error {
    Error::new(Kind::Invalid, "the body stopped coming")
        .code("timeout")
        .with_status(408)
        .hint("send it again, in one go")
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use http_body_util::BodyExt;

    use super::*;
    use crate::http::extract;

    /// A body that sends parts of these sizes, each after this many seconds, and then nothing more.
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
        Body::new(Moving::new(Body::new(Drip(parts.into_iter(), None))))
    }

    async fn read(body: Body) -> Error {
        let capped = Body::new(Limited::new(body, 1 << 20));
        extract::read(Request::new(capped)).await.unwrap_err()
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_stops_is_cut_off_after_30_seconds() {
        let begun = Instant::now();

        let error = read(dripping(vec![(0, 100), (29, 100)])).await;

        assert_eq!((error.status(), error.wire_code()), (408, "timeout"));
        assert_eq!(begun.elapsed().as_secs(), 29 + 1, "29 of the 30 seconds that slow bodies have were used up");
    }

    #[tokio::test(start_paused = true)]
    async fn a_byte_now_and_then_does_not_hold_a_connection_for_ever() {
        let begun = Instant::now();

        let error = read(dripping(vec![(20, 1); 1000])).await;

        assert_eq!(error.status(), 408);
        assert!(begun.elapsed() <= STALL * 2, "{:?}", begun.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_line_that_keeps_moving_is_served() {
        let mut body = dripping(vec![(1, 2048); 300]);

        for _ in 0..300 {
            body.frame().await.unwrap().unwrap();
        }
    }

    #[tokio::test]
    async fn a_body_over_its_cap_is_told_as_such() {
        let capped = Body::new(Limited::new(Body::new(Moving::new(Body::from("too long"))), 3));

        let error = extract::read(Request::new(capped)).await.unwrap_err();

        assert_eq!((error.status(), error.wire_code()), (413, "payload_too_large"));
    }
}
