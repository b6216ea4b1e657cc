//! Size limit of the request line and headers.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;

use crate::error::{Error, Result};

/// Maximum size of the request line and headers in bytes. `listen` reads twice as much, so that a slightly oversized
/// request gets a full error response; a larger one gets a bare status.
pub(crate) const MAX_HEAD_BYTES: usize = 16 * 1024;

pub(crate) async fn limit_headers(request: Request, next: Next) -> Result<Response> {
    let line = request.method().as_str().len() + request.uri().to_string().len() + " HTTP/1.1\r\n ".len();
    let headers = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len());
    if line + headers.sum::<usize>() + "\r\n".len() > MAX_HEAD_BYTES {
        return Err(Error::invalid(format!("the request's headers are larger than {MAX_HEAD_BYTES} bytes"))
            .code("headers_too_large")
            .with_status(431)
            .hint("send fewer or shorter headers and cookies"));
    }
    Ok(next.run(request).await)
}
