//! Response body that reads a file while it is sent.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use hyper::body::{Body as HttpBody, Frame, SizeHint};

use crate::blocking::run_blocking;
use crate::error::{Error, Result};
use crate::services::entries::OriginalReader;

/// Returns the body of an original. A read error aborts the connection, so that a partial file is not taken for whole.
pub(crate) fn file_body(content: OriginalReader, bytes: u64) -> Body {
    Body::new(FileBody { state: FileBodyState::Ready(content), remaining: bytes })
}

/// Body that reads the next chunk when polled; a client that does not read occupies no thread.
struct FileBody {
    state: FileBodyState,
    remaining: u64,
}

/// Read of the next chunk on a blocking thread; gives the reader back.
type ChunkRead = Pin<Box<dyn Future<Output = Result<(OriginalReader, Vec<u8>)>> + Send>>;

enum FileBodyState {
    Ready(OriginalReader),
    Reading(ChunkRead),
    Ended,
}

impl HttpBody for FileBody {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>>>> {
        loop {
            match std::mem::replace(&mut self.state, FileBodyState::Ended) {
                FileBodyState::Ready(mut content) => {
                    self.state = FileBodyState::Reading(Box::pin(run_blocking(move || {
                        let piece = content.next_chunk()?;
                        Ok((content, piece))
                    })));
                }
                FileBodyState::Reading(mut reading) => {
                    let Poll::Ready(read) = reading.as_mut().poll(cx) else {
                        self.state = FileBodyState::Reading(reading);
                        return Poll::Pending;
                    };
                    let (content, piece) = match read {
                        Ok(read) => read,
                        Err(error) => {
                            tracing::error!("cannot read an original: {error:?}");
                            return Poll::Ready(Some(Err(error)));
                        }
                    };
                    if piece.is_empty() {
                        return Poll::Ready(None);
                    }
                    self.remaining = self.remaining.saturating_sub(piece.len() as u64);
                    self.state = FileBodyState::Ready(content);
                    return Poll::Ready(Some(Ok(Frame::data(piece.into()))));
                }
                FileBodyState::Ended => return Poll::Ready(None),
            }
        }
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.remaining)
    }
}
