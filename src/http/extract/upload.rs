//! Streaming multipart forms: file parts go to the receiver chunk by chunk and are never held in memory.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::extract::multipart::Field;
use axum::extract::{FromRequest, Multipart, Request};
use hyper::body::{Body as HttpBody, Frame, SizeHint};

use crate::error::{Error, Result};
use crate::http::body::invalid_field;
use crate::http::extract::form::{malformed_form, multipart_error, open_form};
use crate::http::state::HttpState;
use crate::services::ingest::uploads::{QueuedUpload, UploadWriter};

/// Maximum length of a text field in bytes.
const MAX_TEXT_FIELD: usize = 1024;
/// Limits in time and chunks for draining a rejected upload: a client that is still sending would miss the response.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(5);
const MAX_DRAINED_CHUNKS: usize = 4096;

/// Multipart form with files, not read yet.
pub(crate) struct StreamingForm(Multipart);

impl FromRequest<HttpState> for StreamingForm {
    type Rejection = Error;

    async fn from_request(request: Request, shared: &HttpState) -> Result<Self> {
        let request = request.map(|body| Body::new(BackpressuredBody { inner: body, pause: false }));
        open_form(request, shared).await.map(Self)
    }
}

impl StreamingForm {
    /// Streams all parts to `receiving` and commits it. `field` is the name of the file field.
    ///
    /// # Errors
    /// `Invalid` for a malformed form or a file in another field; errors of the receiver.
    pub(crate) async fn stream_into(mut self, mut receiving: UploadWriter, field: &str) -> Result<QueuedUpload> {
        match self.copy_to(&mut receiving, field).await {
            Ok(()) => receiving.commit().await,
            Err(error) => {
                // Delete the received part now, not after draining.
                drop(receiving);
                let _ = tokio::time::timeout(DRAIN_TIMEOUT, self.drain()).await;
                Err(error)
            }
        }
    }

    async fn copy_to(&mut self, receiving: &mut UploadWriter, field: &str) -> Result<()> {
        while let Some(mut part) = self.0.next_field().await.map_err(multipart_error)? {
            let name = part.name().unwrap_or_default().to_owned();
            let Some(file) = part.file_name().map(str::to_owned) else {
                receiving.set_field(&name, &read_text_field(&mut part).await?)?;
                continue;
            };
            if name != field {
                return Err(invalid_field(format!("files belong in the '{field}' field")));
            }
            let media_type = part.content_type().unwrap_or_default().to_owned();
            receiving.begin_file(&file, &media_type).await?;
            while let Some(piece) = part.chunk().await.map_err(multipart_error)? {
                receiving.write(piece.into()).await?;
            }
        }
        Ok(())
    }

    async fn drain(&mut self) {
        let mut left = MAX_DRAINED_CHUNKS;
        while let Ok(Some(mut part)) = self.0.next_field().await {
            while let Ok(Some(_)) = part.chunk().await {
                left -= 1;
                if left == 0 {
                    return;
                }
            }
        }
    }
}

async fn read_text_field(part: &mut Field<'_>) -> Result<String> {
    let mut bytes = Vec::new();
    while let Some(piece) = part.chunk().await.map_err(multipart_error)? {
        bytes.extend_from_slice(&piece);
        if bytes.len() > MAX_TEXT_FIELD {
            return Err(malformed_form("a text field is too long"));
        }
    }
    String::from_utf8(bytes).map_err(|_| malformed_form("a text field is not UTF-8"))
}

/// Body with backpressure: yields one frame per poll. The multipart parser buffers everything that is ready before it
/// returns a chunk, so a client that sends faster than the disk writes would fill memory.
struct BackpressuredBody {
    inner: Body,
    pause: bool,
}

impl HttpBody for BackpressuredBody {
    type Data = <Body as HttpBody>::Data;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, axum::Error>>> {
        if std::mem::take(&mut self.pause) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let frame = Pin::new(&mut self.inner).poll_frame(cx);
        self.pause = matches!(frame, Poll::Ready(Some(Ok(_))));
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
