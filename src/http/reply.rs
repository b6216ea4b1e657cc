//! Errors as replies: a machine code, a sentence, the next step, the request's id; never a cause.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::response::IntoResponse;
use axum::response::Response;
use http::HeaderValue;
use http::StatusCode;
use http::header;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::error::Error;
use crate::error::INSUFFICIENT_SCOPE;
use crate::error::Kind;

/// The body of every refusal.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Refusal {
    /// Machine code.
    pub(crate) error: String,
    /// A sentence for people.
    pub(crate) message: String,
    /// The next step, where one is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) hint: Option<String>,
    /// The request's id, as in the server's log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) request_id: Option<Uuid>,
    /// What it is about, such as `job_ids`.
    #[serde(flatten)]
    pub(crate) details: BTreeMap<String, Value>,
}

/// An error on its way out, until the outermost layer knows the request's id.
#[derive(Clone)]
pub(crate) struct Failure(pub(crate) Arc<Error>);

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        let headers = response.headers_mut();
        if let Some(seconds) = self.retry_seconds() {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.kind() == Kind::Unauthenticated {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(challenge) = self.missing_scopes().and_then(|scopes| challenge(&scopes)) {
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        response.extensions_mut().insert(Failure(Arc::new(self)));
        response
    }
}

/// Says which scopes a credential lacks (RFC 6750, 3.1).
fn challenge(scopes: &[&str]) -> Option<HeaderValue> {
    format!("Bearer error=\"{INSUFFICIENT_SCOPE}\", scope=\"{}\"", scopes.join(" ")).try_into().ok()
}

/// Writes the body of a failed reply.
pub(crate) fn finish(response: Response, request_id: Uuid) -> Response {
    let Some(Failure(error)) = response.extensions().get::<Failure>().cloned() else { return response };
    // What broke inside is nobody's business outside; the id finds it in the log.
    let message = if error.kind() == Kind::Internal { "internal error".to_owned() } else { error.to_string() };
    let body = Refusal {
        error: error.wire_code().to_owned(),
        message,
        hint: error.next_step().map(str::to_owned),
        request_id: Some(request_id),
        details: error.details().iter().map(|(field, what)| ((*field).to_owned(), what.clone())).collect(),
    };
    let (mut parts, _) = response.into_parts();
    let written = Json(body).into_response();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Response::from_parts(parts, written.into_body())
}
