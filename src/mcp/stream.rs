//! Answers that are streamed, for as long as somebody may read them.

use std::future::Future;
use std::pin::Pin;
use std::task::Context;
use std::task::Poll;

use axum::body::Body;
use axum::body::BodyDataStream;
use axum::body::Bytes;
use futures_core::Stream;

/// Makes a body end as soon as something comes to pass. What feeds it is dropped then, and with it the work.
pub(crate) fn until(body: Body, end: impl Future<Output = ()> + Send + 'static) -> Body {
    Body::from_stream(Until { inner: Some(body.into_data_stream()), end: Box::pin(end) })
}

struct Until {
    inner: Option<BodyDataStream>,
    end: Pin<Box<dyn Future<Output = ()> + Send>>,
}

impl Stream for Until {
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
