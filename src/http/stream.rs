//! Bodies of replies that are read from the disk while they are sent.

use std::future::Future;
use std::pin::Pin;
use std::task::Context;
use std::task::Poll;

use axum::body::Body;
use axum::body::Bytes;
use hyper::body::Body as HttpBody;
use hyper::body::Frame;
use hyper::body::SizeHint;
use tokio::task::JoinHandle;

use crate::entries::Content;
use crate::error::Error;
use crate::error::Result;

/// Makes a body of an original. An error breaks the connection off, so that nobody takes a part for the whole.
pub(crate) fn body(content: Content, bytes: u64) -> Body {
    Body::new(Streamed { state: State::Ready(content), left: bytes })
}

/// Reads a piece when it is asked for one: a client that does not read holds no thread.
struct Streamed {
    state: State,
    left: u64,
}

enum State {
    Ready(Content),
    Reading(JoinHandle<Result<(Content, Vec<u8>)>>),
    Ended,
}

impl HttpBody for Streamed {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>>>> {
        loop {
            match std::mem::replace(&mut self.state, State::Ended) {
                State::Ready(mut content) => {
                    self.state = State::Reading(tokio::task::spawn_blocking(move || {
                        let piece = content.next_piece()?;
                        Ok((content, piece))
                    }));
                }
                State::Reading(mut reading) => {
                    let Poll::Ready(read) = Pin::new(&mut reading).poll(cx) else {
                        self.state = State::Reading(reading);
                        return Poll::Pending;
                    };
                    let read =
                        read.map_err(|error| Error::internal("reading an original", error)).and_then(|read| read);
                    let (content, piece) = match read {
                        Ok(read) => read,
                        Err(error) => {
                            tracing::error!("an original broke off: {error:?}");
                            return Poll::Ready(Some(Err(error)));
                        }
                    };
                    if piece.is_empty() {
                        return Poll::Ready(None);
                    }
                    self.left = self.left.saturating_sub(piece.len() as u64);
                    self.state = State::Ready(content);
                    return Poll::Ready(Some(Ok(Frame::data(piece.into()))));
                }
                State::Ended => return Poll::Ready(None),
            }
        }
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
