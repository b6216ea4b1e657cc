//! A request's line and headers have a cap of their own.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;

use crate::error::Error;
use crate::error::Result;

/// Bytes of a request's line and headers together. `listen` reads a little more, so that the refusal can be a whole
/// one; who sends far more gets a bare status.
pub(crate) const HEAD_BYTES: usize = 16 * 1024;

pub(crate) async fn cap(request: Request, next: Next) -> Result<Response> {
    let line = request.method().as_str().len() + request.uri().to_string().len() + " HTTP/1.1\r\n ".len();
    let headers = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len());
    if line + headers.sum::<usize>() + "\r\n".len() > HEAD_BYTES {
        return Err(Error::invalid(format!("the request's headers are larger than {HEAD_BYTES} bytes"))
            .code("headers_too_large")
            .with_status(431)
            .hint("send fewer or shorter headers and cookies"));
    }
    Ok(next.run(request).await)
}
