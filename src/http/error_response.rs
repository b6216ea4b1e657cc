//! Error responses: machine code, message, hint and request id; never the cause.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::error::{Error, ErrorKind, INSUFFICIENT_SCOPE};

/// Error response.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ErrorBody {
    /// Machine-readable code.
    pub(crate) error: String,
    /// Human-readable message.
    pub(crate) message: String,
    /// Suggested next step, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) hint: Option<String>,
    /// Id of the request in the server's log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) request_id: Option<Uuid>,
    /// Further fields that depend on the error, such as `job_ids`.
    #[serde(flatten)]
    pub(crate) details: BTreeMap<String, Value>,
}

/// Error attached to a response until the outermost layer, which knows the request id, writes the body.
#[derive(Clone)]
pub(crate) struct ErrorExtension(pub(crate) Arc<Error>);

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        let headers = response.headers_mut();
        if let Some(seconds) = self.retry_seconds() {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.kind() == ErrorKind::Unauthenticated {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(challenge) = self.missing_scopes().and_then(|scopes| scope_challenge(&scopes)) {
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        response.extensions_mut().insert(ErrorExtension(Arc::new(self)));
        response
    }
}

/// Returns the challenge that lists the missing scopes (RFC 6750, 3.1).
fn scope_challenge(scopes: &[&str]) -> Option<HeaderValue> {
    format!("Bearer error=\"{INSUFFICIENT_SCOPE}\", scope=\"{}\"", scopes.join(" ")).try_into().ok()
}

/// Writes the body of an error response.
pub(crate) fn write_error_body(response: Response, request_id: Uuid) -> Response {
    let Some(ErrorExtension(error)) = response.extensions().get::<ErrorExtension>().cloned() else { return response };
    // Internal errors are logged, not disclosed; the request id finds them in the log.
    let message = if error.kind() == ErrorKind::Internal { "internal error".to_owned() } else { error.to_string() };
    let body = ErrorBody {
        error: error.wire_code().to_owned(),
        message,
        hint: error.hint_text().map(str::to_owned),
        request_id: Some(request_id),
        details: error.details().iter().map(|(field, what)| ((*field).to_owned(), what.clone())).collect(),
    };
    let (mut parts, _) = response.into_parts();
    let written = Json(body).into_response();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Response::from_parts(parts, written.into_body())
}
