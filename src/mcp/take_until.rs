//! Streaming responses that end when a condition is met.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, BodyDataStream, Bytes};
use futures_core::Stream;

/// Ends a body when `end` completes. The source of the body is dropped then, and its work with it.
pub(crate) fn take_until(body: Body, end: impl Future<Output = ()> + Send + 'static) -> Body {
    Body::from_stream(TakeUntil { inner: Some(body.into_data_stream()), end: Box::pin(end) })
}

struct TakeUntil {
    inner: Option<BodyDataStream>,
    end: Pin<Box<dyn Future<Output = ()> + Send>>,
}

impl Stream for TakeUntil {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.inner.is_some() && self.end.as_mut().poll(cx).is_ready() {
            self.inner = None;
        }
        let Some(inner) = &mut self.inner else { return Poll::Ready(None) };
        let polled = Pin::new(inner).poll_next(cx);
        if matches!(polled, Poll::Ready(None)) {
            self.inner = None;
        }
        polled
    }
}
