//! What the protocol says of HTTP, where the protocol library says it in words of its own or not at all.
//!
//! Refusals that the protocol numbers are JSON-RPC errors, with the request's id where it can be read; those that are
//! HTTP's own have the body of every refusal here.

use axum::body::Body;
use axum::response::IntoResponse;
use axum::response::Response;
use http::HeaderMap;
use http::HeaderValue;
use http::Method;
use http::StatusCode;
use http::header;
use http::request::Parts;
use rmcp::ErrorData;
use rmcp::model::JsonRpcError;
use rmcp::model::ProtocolVersion;
use rmcp::model::RequestId;

use crate::error::Error;
use crate::error::Result;
use crate::mcp::endpoint;
use crate::mcp::peek::Peek;

const JSON: &str = "application/json";
const EVENTS: &str = "text/event-stream";
const VERSION: &str = "mcp-protocol-version";

/// Refuses a request whose client could not read the answer, or whose body is something else.
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
        return Err(Error::invalid("the answer could come in a form that is not accepted")
            .code("not_acceptable")
            .with_status(406)
            .hint(format!("send `Accept: {}`", needed.join(", "))));
    }
    if parts.method == Method::POST && !is(&parts.headers, JSON) {
        return Err(Error::invalid("a message is JSON")
            .code("unsupported_media_type")
            .with_status(415)
            .hint(format!("send `Content-Type: {JSON}`")));
    }
    Ok(())
}

/// Refuses a version that nobody speaks here. Messages that name their version themselves are left to the protocol.
pub(super) fn unknown_version(headers: &HeaderMap, peek: &Peek) -> Option<Response> {
    let named = headers.get(VERSION).filter(|_| !peek.names_its_version())?;
    let known = ProtocolVersion::KNOWN_VERSIONS;
    if known.iter().any(|version| version.as_str().as_bytes() == named.as_bytes()) {
        return None;
    }
    let named = String::from_utf8_lossy(named.as_bytes()).into_owned();
    let requested = serde_json::from_value(named.into()).unwrap_or_default();
    Some(refused(peek.id(), ErrorData::unsupported_protocol_version(requested, known)))
}

/// Answers 400 with the protocol's own error.
pub(super) fn refused(id: Option<RequestId>, error: ErrorData) -> Response {
    let body = serde_json::to_vec(&JsonRpcError::new(id, error)).unwrap_or_default();
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::BAD_REQUEST;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(JSON));
    response
}

/// Says in our words what the protocol library refused in plain text: that names its own parts, and clients show it.
///
/// # Errors
/// The refusal, where it is HTTP's own; `Internal` with the cause for the log.
pub(super) async fn in_our_words(response: Response, peek: &Peek) -> Result<Response> {
    let status = response.status();
    if status.is_success() || is(response.headers(), JSON) {
        return Ok(response);
    }
    match status.as_u16() {
        // Everything that is about the body was looked at before; what is left misses its session.
        400 => {
            let why = "the request belongs to no session: send Mcp-Session-Id, or open a session with `initialize`";
            Ok(refused(peek.id(), ErrorData::invalid_request(why, None)))
        }
        404 => Err(endpoint::no_session()),
        405 => {
            let error = Error::invalid("this version of the protocol has only POST")
                .code("method_not_allowed")
                .with_status(405)
                .hint("send each message with POST");
            let mut refused = error.into_response();
            refused.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
            Ok(refused)
        }
        415 => Ok(refused(peek.id(), ErrorData::invalid_request("this is no message of the protocol", None))),
        _ => {
            let said = axum::body::to_bytes(response.into_body(), 1024).await.unwrap_or_default();
            let said = String::from_utf8_lossy(&said).into_owned();
            Err(Error::internal("the protocol library failed", said))
        }
    }
}

/// Tells whether an answer is a stream of events.
pub(super) fn is_stream(headers: &HeaderMap) -> bool {
    is(headers, EVENTS)
}

fn accepts(headers: &HeaderMap, wanted: &str) -> bool {
    let lines = headers.get_all(header::ACCEPT).iter().filter_map(|line| line.to_str().ok());
    let mut kinds =
        lines.flat_map(|line| line.split(',')).map(|kind| kind.split(';').next().unwrap_or_default().trim());
    kinds.any(|kind| kind.eq_ignore_ascii_case(wanted))
}

/// Tells whether a body is of this media type, whatever its parameters.
fn is(headers: &HeaderMap, wanted: &str) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.and_then(|kind| kind.split(';').next()).is_some_and(|kind| kind.trim().eq_ignore_ascii_case(wanted))
}
