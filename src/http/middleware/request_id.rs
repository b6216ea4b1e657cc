//! Assigns the request id and the route's policy, and writes error bodies.

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderName, HeaderValue};
use uuid::Uuid;

use crate::entropy;
use crate::error::Result;
use crate::http::error_response;
use crate::http::state::HttpState;

/// Header that returns the request id.
pub(crate) const REQUEST_ID_HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// Request id, a time-ordered UUID (version 7).
#[derive(Debug, Clone, Copy)]
pub(crate) struct RequestId(pub(crate) Uuid);

/// Request id sent by the client, if it is 1 to 64 letters, digits, dots, dashes or underscores.
#[derive(Debug, Clone)]
pub(crate) struct ClientRequestId(pub(crate) String);

pub(crate) async fn assign(State(shared): State<HttpState>, mut request: Request, next: Next) -> Result<Response> {
    let id = new_request_id(&shared)?;
    if let Some(given) = request.headers().get(REQUEST_ID_HEADER).and_then(|given| given.to_str().ok())
        && (1..=64).contains(&given.len())
        && given.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte))
    {
        let given = ClientRequestId(given.to_owned());
        request.extensions_mut().insert(given);
    }
    let policy = request
        .extensions()
        .get::<MatchedPath>()
        .and_then(|path| shared.policies.find(request.method(), path.as_str()));
    if let Some(policy) = policy {
        request.extensions_mut().insert(policy);
    }
    request.extensions_mut().insert(RequestId(id));
    let mut response = error_response::write_error_body(next.run(request).await, id);
    let value = HeaderValue::try_from(id.to_string()).expect("a UUID is plain ASCII");
    response.headers_mut().insert(REQUEST_ID_HEADER, value);
    Ok(response)
}

fn new_request_id(shared: &HttpState) -> Result<Uuid> {
    let millis = u64::try_from(shared.app.clock.now().as_millisecond()).unwrap_or(0);
    let random = entropy::draw::<10>(shared.app.entropy.as_ref())?;
    Ok(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
}
