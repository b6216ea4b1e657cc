//! Bodies of requests as streams that are counted as they go: nothing that comes from a file is held in memory.

use std::io;
use std::io::Read;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::task::Context;
use std::task::Poll;

use futures_core::Stream as Flow;
use http::HeaderValue;
use reqwest::multipart;
use tokio::sync::mpsc;

use crate::error::Error;
use crate::error::Result;
use crate::net::http::Failure;
use crate::net::wire::Body;
use crate::net::wire::Content;
use crate::net::wire::Part;
use crate::net::wire::Request;
use crate::net::wire::Stream;

/// Bytes of a piece.
const PIECE: usize = 64 * 1024;
/// Pieces that wait for the connection.
const AHEAD: usize = 2;

/// Counts the bytes of a body that the connection took.
#[derive(Clone, Default)]
pub(super) struct Count(Arc<AtomicU64>);

impl Count {
    pub(super) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Keeps what went wrong with reading a file, which the client would only call a broken body.
#[derive(Clone, Default)]
pub(super) struct Broken(Arc<Mutex<Option<Error>>>);

impl Broken {
    pub(super) fn take(&self) -> Option<Error> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn keep(&self, error: Error) -> io::Error {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
        io::Error::other("what is sent cannot be read")
    }
}

/// A body that is about to be sent.
pub(super) struct Outgoing {
    /// `None` when there is nothing to send.
    pub(super) content: Option<reqwest::Body>,
    /// Set where the body decides it.
    pub(super) content_type: Option<HeaderValue>,
    pub(super) broken: Broken,
}

/// Opens a request's body from its beginning.
pub(super) fn of(request: &Arc<Request>, count: &Count) -> Result<Outgoing, Failure> {
    let broken = Broken::default();
    let mut content_type = None;
    let content = match &request.body {
        Body::Empty => None,
        Body::Bytes(_) => {
            let slices = Slices { request: request.clone(), at: 0 };
            Some(reqwest::Body::wrap_stream(Counted { flow: slices, count: count.clone() }))
        }
        Body::Stream(stream) => {
            let pieces = pieces(stream, broken.clone());
            Some(reqwest::Body::wrap_stream(Counted { flow: pieces, count: count.clone() }))
        }
        Body::Form(parts) => {
            let mut form = multipart::Form::new();
            for part in parts {
                let opened = match &part.content {
                    Content::Text(text) => multipart::Part::text(text.clone()),
                    Content::Stream(stream) => {
                        let pieces = pieces(stream, broken.clone());
                        multipart::Part::stream_with_length(reqwest::Body::wrap_stream(pieces), stream.bytes)
                    }
                };
                form = form.part(part.name, labelled(part, opened).map_err(Failure::Unreadable)?);
            }
            let value = format!("multipart/form-data; boundary={}", form.boundary());
            content_type = HeaderValue::try_from(value).ok();
            let flow = Box::pin(form.into_stream());
            Some(reqwest::Body::wrap_stream(Counted { flow, count: count.clone() }))
        }
    };
    Ok(Outgoing { content, content_type, broken })
}

/// Returns the bytes of a body as it will be sent.
///
/// # Errors
/// `Internal` for a media type that is none.
pub(super) fn length(client: &reqwest::Client, body: &Body) -> Result<u64> {
    match body {
        Body::Empty => Ok(0),
        Body::Bytes(bytes) => Ok(bytes.len() as u64),
        Body::Stream(stream) => Ok(stream.bytes),
        Body::Form(parts) => {
            // Boundaries differ, but not in length: the frame of a form without its contents is measured once.
            let mut form = multipart::Form::new();
            let mut bytes = 0;
            for part in parts {
                bytes += match &part.content {
                    Content::Text(text) => text.len() as u64,
                    Content::Stream(stream) => stream.bytes,
                };
                form = form.part(part.name, labelled(part, multipart::Part::text(""))?);
            }
            let framed = client.post("http://localhost").multipart(form).build();
            let framed = framed.map_err(|error| Error::internal("measuring a form", error))?;
            let frame = framed.headers().get(http::header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
            let frame = frame.and_then(|text| text.parse::<u64>().ok());
            frame.map(|frame| frame + bytes).ok_or_else(|| Error::internal("measuring a form", "it has no length"))
        }
    }
}

fn labelled(part: &Part, mut opened: multipart::Part) -> Result<multipart::Part> {
    if let Some(name) = &part.file_name {
        opened = opened.file_name(name.clone());
    }
    match &part.media_type {
        None => Ok(opened),
        Some(kind) => opened.mime_str(kind).map_err(|error| Error::internal("a media type that is none", error)),
    }
}

/// Reads a stream on a thread that may block, a few pieces ahead of the connection.
fn pieces(stream: &Stream, broken: Broken) -> Pieces {
    let (sender, receiver) = mpsc::channel(AHEAD);
    let (open, bytes) = (stream.open.clone(), stream.bytes);
    tokio::task::spawn_blocking(move || {
        let read = || -> Result<()> {
            let unreadable = |error: io::Error| Error::internal("reading what is to be sent", error);
            let mut source = open()?.take(bytes);
            let mut left = bytes;
            while left > 0 {
                let mut piece = Vec::with_capacity(PIECE.min(usize::try_from(left).unwrap_or(PIECE)));
                source.by_ref().take(PIECE as u64).read_to_end(&mut piece).map_err(unreadable)?;
                if piece.is_empty() {
                    return Err(Error::internal("reading what is to be sent", "it is shorter than it was"));
                }
                left -= piece.len() as u64;
                if sender.blocking_send(Ok(piece)).is_err() {
                    // Nobody sends it any more.
                    return Ok(());
                }
            }
            Ok(())
        };
        if let Err(error) = read() {
            // Whoever gave up does not ask why.
            let _ = sender.blocking_send(Err(broken.keep(error)));
        }
    });
    Pieces(receiver)
}

/// What a thread reads.
struct Pieces(mpsc::Receiver<io::Result<Vec<u8>>>);

impl Flow for Pieces {
    type Item = io::Result<Vec<u8>>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context)
    }
}

/// Bytes that are in memory already, piece by piece.
struct Slices {
    request: Arc<Request>,
    at: usize,
}

impl Flow for Slices {
    type Item = io::Result<Vec<u8>>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let piece = match &self.request.body {
            Body::Bytes(bytes) => bytes[self.at..bytes.len().min(self.at + PIECE)].to_vec(),
            Body::Empty | Body::Form(_) | Body::Stream(_) => Vec::new(),
        };
        self.at += piece.len();
        Poll::Ready((!piece.is_empty()).then_some(Ok(piece)))
    }
}

/// Counts what passes.
struct Counted<F> {
    flow: F,
    count: Count,
}

impl<F, P, E> Flow for Counted<F>
where
    F: Flow<Item = Result<P, E>> + Unpin,
    P: AsRef<[u8]>,
{
    type Item = Result<P, E>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = Pin::new(&mut self.flow).poll_next(context);
        if let Poll::Ready(Some(Ok(piece))) = &next {
            self.count.0.fetch_add(piece.as_ref().len() as u64, Ordering::Relaxed);
        }
        next
    }
}

#[cfg(test)]
mod tests;
