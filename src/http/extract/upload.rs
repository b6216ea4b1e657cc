//! Forms whose files are handed on piece by piece: nothing of them is held here.

use std::pin::Pin;
use std::task::Context;
use std::task::Poll;
use std::time::Duration;

use axum::body::Body;
use axum::extract::DefaultBodyLimit;
use axum::extract::FromRequest;
use axum::extract::Multipart;
use axum::extract::Request;
use axum::extract::multipart::Field;
use hyper::body::Body as HttpBody;
use hyper::body::Frame;
use hyper::body::SizeHint;

use crate::error::Error;
use crate::error::Result;
use crate::http::extract::form::refused;
use crate::http::extract::form::unreadable;
use crate::http::shared::Shared;
use crate::ingest::uploads::Queued;
use crate::ingest::uploads::Receiving;

/// Bytes of a field that is no file.
const MAX_TEXT: usize = 1024;
/// How long, and how many pieces, a refused upload is still read: a client that is sending would miss the answer.
const PATIENCE: Duration = Duration::from_secs(5);
const MAX_DRAINED: usize = 4096;

/// A form with files, not read yet.
pub(crate) struct Upload(Multipart);

impl FromRequest<Shared> for Upload {
    type Rejection = Error;

    async fn from_request(mut request: Request, shared: &Shared) -> Result<Self> {
        DefaultBodyLimit::disable().apply(&mut request);
        let request = request.map(|body| Body::new(Paced { inner: body, pause: false }));
        let parts =
            Multipart::from_request(request, shared).await.map_err(|rejection| unreadable(&rejection.body_text()))?;
        Ok(Self(parts))
    }
}

impl Upload {
    /// Hands everything on, and ends the upload. `field` is the one that files stand in.
    ///
    /// # Errors
    /// `Invalid` for a form that cannot be read or has files elsewhere, and what the receiver says.
    pub(crate) async fn into(mut self, mut receiving: Receiving, field: &str) -> Result<Queued> {
        match self.pour(&mut receiving, field).await {
            Ok(()) => receiving.commit().await,
            Err(error) => {
                // What came in so far goes at once, not only when the client has heard of it.
                drop(receiving);
                let _ = tokio::time::timeout(PATIENCE, self.drain()).await;
                Err(error)
            }
        }
    }

    async fn pour(&mut self, receiving: &mut Receiving, field: &str) -> Result<()> {
        while let Some(mut part) = self.0.next_field().await.map_err(refused)? {
            let name = part.name().unwrap_or_default().to_owned();
            let Some(file) = part.file_name().map(str::to_owned) else {
                receiving.text(&name, &text(&mut part).await?)?;
                continue;
            };
            if name != field {
                return Err(Error::invalid(format!("files stand in the '{field}' field"))
                    .code("invalid_field")
                    .hint("`GET /api/openapi.json` lists the fields"));
            }
            let media_type = part.content_type().unwrap_or_default().to_owned();
            receiving.file(&file, &media_type).await?;
            while let Some(piece) = part.chunk().await.map_err(refused)? {
                receiving.bytes(piece.into()).await?;
            }
        }
        Ok(())
    }

    async fn drain(&mut self) {
        let mut left = MAX_DRAINED;
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

async fn text(part: &mut Field<'_>) -> Result<String> {
    let mut bytes = Vec::new();
    while let Some(piece) = part.chunk().await.map_err(refused)? {
        bytes.extend_from_slice(&piece);
        if bytes.len() > MAX_TEXT {
            return Err(unreadable("a text field is too long"));
        }
    }
    String::from_utf8(bytes).map_err(|_| unreadable("a text field is not UTF-8"))
}

/// A body of which one frame is taken at a time. The parser of forms takes whatever is there before it hands anything on:
/// a client that sends faster than a disk writes would fill the memory.
struct Paced {
    inner: Body,
    pause: bool,
}

impl HttpBody for Paced {
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
