//! HTTP rules of the protocol that the protocol library words differently or does not enforce.
//!
//! Errors with a code in the protocol are JSON-RPC errors, with the request's id if it is valid; HTTP errors have the
//! error body of all routes.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use rmcp::ErrorData;
use rmcp::model::{JsonRpcError, ProtocolVersion, RequestId};

use crate::error::{Error, Result};
use crate::mcp::message_header::MessageHeader;
use crate::mcp::sessions::session_not_found;

const JSON: &str = "application/json";
const EVENTS: &str = "text/event-stream";
const VERSION: &str = "mcp-protocol-version";

/// Checks that the client accepts the response types and sends JSON.
///
/// # Errors
/// `Invalid` with 406 or 415.
pub(super) fn check_headers(parts: &Parts) -> Result<()> {
    let needed: &[&str] = match parts.method {
        Method::POST => &[JSON, EVENTS],
        Method::GET => &[EVENTS],
        _ => &[],
    };
    if !needed.iter().all(|kind| accepts(&parts.headers, kind)) {
        return Err(Error::invalid("the Accept header does not allow every response type")
            .code("not_acceptable")
            .with_status(406)
            .hint(format!("send `Accept: {}`", needed.join(", "))));
    }
    if parts.method == Method::POST && !has_content_type(&parts.headers, JSON) {
        return Err(Error::invalid("the message must be JSON")
            .code("unsupported_media_type")
            .with_status(415)
            .hint(format!("send `Content-Type: {JSON}`")));
    }
    Ok(())
}

/// Rejects an unknown protocol version in the header. Messages that state their own version are left to the library.
pub(super) fn unknown_version(headers: &HeaderMap, peek: &MessageHeader) -> Option<Response> {
    let named = headers.get(VERSION).filter(|_| !peek.has_protocol_version())?;
    let known = ProtocolVersion::KNOWN_VERSIONS;
    if known.iter().any(|version| version.as_str().as_bytes() == named.as_bytes()) {
        return None;
    }
    let named = String::from_utf8_lossy(named.as_bytes()).into_owned();
    let requested = serde_json::from_value(named.into()).unwrap_or_default();
    Some(bad_request(peek.id(), ErrorData::unsupported_protocol_version(requested, known)))
}

/// Returns a 400 with a JSON-RPC error.
pub(super) fn bad_request(id: Option<RequestId>, error: ErrorData) -> Response {
    let body = serde_json::to_vec(&JsonRpcError::new(id, error)).unwrap_or_default();
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::BAD_REQUEST;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(JSON));
    response
}

/// Rewrites the library's plain-text errors, which name its internals, since clients display them.
///
/// # Errors
/// HTTP errors; `Internal` with the cause for the log.
pub(super) async fn translate_error(response: Response, peek: &MessageHeader) -> Result<Response> {
    let status = response.status();
    if status.is_success() || has_content_type(response.headers(), JSON) {
        return Ok(response);
    }
    match status.as_u16() {
        // Errors in the body were reported earlier, so a session is missing.
        400 => {
            let why = "the request has no session: send Mcp-Session-Id, or open a session with `initialize`";
            Ok(bad_request(peek.id(), ErrorData::invalid_request(why, None)))
        }
        404 => Err(session_not_found()),
        405 => {
            let error = Error::invalid("this protocol version supports only POST")
                .code("method_not_allowed")
                .with_status(405)
                .hint("send each message with POST");
            let mut refused = error.into_response();
            refused.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
            Ok(refused)
        }
        415 => Ok(bad_request(peek.id(), ErrorData::invalid_request("invalid protocol message", None))),
        _ => {
            let text = axum::body::to_bytes(response.into_body(), 1024).await.unwrap_or_default();
            let text = String::from_utf8_lossy(&text).into_owned();
            Err(Error::internal("the protocol library failed", text))
        }
    }
}

/// Returns whether a response is an event stream.
pub(super) fn is_stream(headers: &HeaderMap) -> bool {
    has_content_type(headers, EVENTS)
}

fn accepts(headers: &HeaderMap, wanted: &str) -> bool {
    let values = headers.get_all(header::ACCEPT).iter().filter_map(|line| line.to_str().ok());
    let mut kinds =
        values.flat_map(|line| line.split(',')).map(|kind| kind.split(';').next().unwrap_or_default().trim());
    kinds.any(|kind| kind.eq_ignore_ascii_case(wanted))
}

/// Returns whether a body has this media type, parameters ignored.
fn has_content_type(headers: &HeaderMap, wanted: &str) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.and_then(|kind| kind.split(';').next()).is_some_and(|kind| kind.trim().eq_ignore_ascii_case(wanted))
}
