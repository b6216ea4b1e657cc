//! Reading of request bodies, and the errors of one that is too large or ends early.

use axum::extract::Request;
use http_body_util::{BodyExt, LengthLimitError};

use crate::error::{Error, Result};

/// Reads a whole body; middleware limits its size.
pub(crate) async fn read_body(request: Request) -> Result<Vec<u8>> {
    let body = request.into_body().collect().await.map_err(body_error)?;
    Ok(body.to_bytes().into())
}

/// Converts a body error into the error of the response.
pub(crate) fn body_error(error: axum::Error) -> Error {
    let mut cause = error.into_inner();
    // Each body wrapper wraps the error once more.
    while cause.is::<axum::Error>() {
        match cause.downcast::<axum::Error>() {
            Ok(inner) => cause = inner.into_inner(),
            Err(other) => cause = other,
        }
    }
    if cause.is::<LengthLimitError>() {
        return too_large();
    }
    match cause.downcast::<Error>() {
        Ok(error) => *error,
        Err(cause) => Error::invalid("the request body ended early")
            .code("invalid_body")
            .hint("send the request again")
            .caused_by(cause),
    }
}

/// Returns the error for a body over its size limit.
pub(crate) fn too_large() -> Error {
    Error::invalid("the request body exceeds this route's limit")
        .code("payload_too_large")
        .with_status(413)
        .hint("send less data per request")
}

/// Returns the error for a wrong, missing or unknown field.
pub(crate) fn invalid_field(message: impl Into<String>) -> Error {
    Error::invalid(message).code("invalid_field").hint("`GET /api/openapi.json` lists the fields")
}
