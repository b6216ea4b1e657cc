//! Request bodies as counted streams; file content is never held in memory as a whole.

use std::io::{self, Read};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use futures_core::Stream;
use http::HeaderValue;
use parking_lot::Mutex;
use reqwest::{Body, multipart};
use tokio::sync::mpsc;

use crate::error::{Error, Result};
use crate::net::transport::{FormPart, FormPartContent, ProviderRequest, ProviderRequestBody, SizedStream};
use crate::net::transport_error::TransportError;

/// Bytes of a chunk.
const CHUNK_BYTES: usize = 64 * 1024;
/// Chunks buffered ahead of the connection (backpressure).
const MAX_BUFFERED_CHUNKS: usize = 2;

/// Shared counter of the body bytes passed to the connection.
#[derive(Clone, Default)]
pub(super) struct ByteCounter(Arc<AtomicU64>);

impl ByteCounter {
    pub(super) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Slot for the error of reading a file, which the HTTP client reports only as a body error.
#[derive(Clone, Default)]
pub(super) struct BodyError(Arc<Mutex<Option<Error>>>);

impl BodyError {
    pub(super) fn take(&self) -> Option<Error> {
        self.0.lock().take()
    }

    fn store(&self, error: Error) -> io::Error {
        *self.0.lock() = Some(error);
        io::Error::other("the request body cannot be read")
    }
}

/// Body ready to be sent.
pub(super) struct EncodedBody {
    /// `None` for an empty body.
    pub(super) content: Option<Body>,
    /// Set for multipart forms.
    pub(super) content_type: Option<HeaderValue>,
    pub(super) body_error: BodyError,
}

/// Opens a request's body from its start.
pub(super) fn encode_body(request: &Arc<ProviderRequest>, count: &ByteCounter) -> Result<EncodedBody, TransportError> {
    let body_error = BodyError::default();
    let mut content_type = None;
    let content = match &request.body {
        ProviderRequestBody::Empty => None,
        ProviderRequestBody::Bytes(_) => {
            let slices = MemoryChunks { request: request.clone(), position: 0 };
            Some(Body::wrap_stream(CountingStream { inner: slices, count: count.clone() }))
        }
        ProviderRequestBody::Stream(stream) => Some(Body::wrap_stream(CountingStream {
            inner: read_chunks(stream, body_error.clone()),
            count: count.clone(),
        })),
        ProviderRequestBody::Form(parts) => {
            let mut form = multipart::Form::new();
            for part in parts {
                let opened = match &part.content {
                    FormPartContent::Text(text) => multipart::Part::text(text.clone()),
                    FormPartContent::Stream(stream) => {
                        let pieces = read_chunks(stream, body_error.clone());
                        multipart::Part::stream_with_length(Body::wrap_stream(pieces), stream.bytes)
                    }
                };
                form = form.part(part.name, with_part_headers(part, opened).map_err(TransportError::BodyUnreadable)?);
            }
            let value = format!("multipart/form-data; boundary={}", form.boundary());
            content_type = HeaderValue::try_from(value).ok();
            Some(Body::wrap_stream(CountingStream { inner: Box::pin(form.into_stream()), count: count.clone() }))
        }
    };
    Ok(EncodedBody { content, content_type, body_error })
}

/// Returns the encoded length of a body in bytes.
///
/// # Errors
/// `Internal` for an invalid media type.
pub(super) fn encoded_length(client: &reqwest::Client, body: &ProviderRequestBody) -> Result<u64> {
    match body {
        ProviderRequestBody::Empty => Ok(0),
        ProviderRequestBody::Bytes(bytes) => Ok(bytes.len() as u64),
        ProviderRequestBody::Stream(stream) => Ok(stream.bytes),
        ProviderRequestBody::Form(parts) => {
            // Boundaries vary in value but not in length, so the framing is measured with empty parts.
            let mut form = multipart::Form::new();
            let mut bytes = 0;
            for part in parts {
                bytes += match &part.content {
                    FormPartContent::Text(text) => text.len() as u64,
                    FormPartContent::Stream(stream) => stream.bytes,
                };
                form = form.part(part.name, with_part_headers(part, multipart::Part::text(""))?);
            }
            let framed = client.post("http://localhost").multipart(form).build();
            let framed = framed.map_err(|error| Error::internal("measuring a form", error))?;
            let frame = framed.headers().get(http::header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
            let frame = frame.and_then(|text| text.parse::<u64>().ok());
            frame.map(|frame| frame + bytes).ok_or_else(|| Error::internal("measuring a form", "the length is missing"))
        }
    }
}

fn with_part_headers(part: &FormPart, mut opened: multipart::Part) -> Result<multipart::Part> {
    if let Some(name) = &part.file_name {
        opened = opened.file_name(name.clone());
    }
    match &part.media_type {
        None => Ok(opened),
        Some(kind) => opened.mime_str(kind).map_err(|error| Error::internal("an invalid media type", error)),
    }
}

/// Reads a stream on a blocking thread, a few chunks ahead of the connection.
fn read_chunks(stream: &SizedStream, body_error: BodyError) -> FileChunks {
    let (sender, receiver) = mpsc::channel(MAX_BUFFERED_CHUNKS);
    let (open, bytes) = (stream.open.clone(), stream.bytes);
    tokio::task::spawn_blocking(move || {
        let read = || -> Result<()> {
            let unreadable = |error: io::Error| Error::internal("reading the request body", error);
            let mut source = open()?.take(bytes);
            let mut left = bytes;
            while left > 0 {
                let mut chunk = Vec::with_capacity(CHUNK_BYTES.min(usize::try_from(left).unwrap_or(CHUNK_BYTES)));
                source.by_ref().take(CHUNK_BYTES as u64).read_to_end(&mut chunk).map_err(unreadable)?;
                if chunk.is_empty() {
                    return Err(Error::internal("reading the request body", "the file is shorter than expected"));
                }
                left -= chunk.len() as u64;
                if sender.blocking_send(Ok(chunk)).is_err() {
                    // The request was dropped.
                    return Ok(());
                }
            }
            Ok(())
        };
        if let Err(error) = read() {
            // Fails only if the request was dropped.
            let _ = sender.blocking_send(Err(body_error.store(error)));
        }
    });
    FileChunks(receiver)
}

/// Chunks read from a file by a blocking thread.
struct FileChunks(mpsc::Receiver<io::Result<Vec<u8>>>);

impl Stream for FileChunks {
    type Item = io::Result<Vec<u8>>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context)
    }
}

/// Chunks of a body that is in memory.
struct MemoryChunks {
    request: Arc<ProviderRequest>,
    position: usize,
}

impl Stream for MemoryChunks {
    type Item = io::Result<Vec<u8>>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let chunk = match &self.request.body {
            ProviderRequestBody::Bytes(bytes) => {
                bytes[self.position..bytes.len().min(self.position + CHUNK_BYTES)].to_vec()
            }
            ProviderRequestBody::Empty | ProviderRequestBody::Form(_) | ProviderRequestBody::Stream(_) => Vec::new(),
        };
        self.position += chunk.len();
        Poll::Ready((!chunk.is_empty()).then_some(Ok(chunk)))
    }
}

/// Stream adapter that counts the bytes passing through.
struct CountingStream<F> {
    inner: F,
    count: ByteCounter,
}

impl<F, P, E> Stream for CountingStream<F>
where
    F: Stream<Item = Result<P, E>> + Unpin,
    P: AsRef<[u8]>,
{
    type Item = Result<P, E>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = Pin::new(&mut self.inner).poll_next(context);
        if let Poll::Ready(Some(Ok(chunk))) = &next {
            self.count.0.fetch_add(chunk.as_ref().len() as u64, Ordering::Relaxed);
        }
        next
    }
}

#[cfg(test)]
mod tests;
