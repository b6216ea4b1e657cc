//! Gives every request an id and a policy, and writes the body of what failed inside.

use axum::extract::MatchedPath;
use axum::extract::Request;
use axum::extract::State;
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderName;
use http::HeaderValue;
use uuid::Uuid;

use crate::entropy;
use crate::error::Result;
use crate::http::reply;
use crate::http::shared::Shared;

/// The header that carries it back.
pub(crate) const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The request's id, version 7: ordered by time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RequestId(pub(crate) Uuid);

/// The id that the client gave, if it is 1 to 64 letters, digits, dots, dashes or underscores.
#[derive(Debug, Clone)]
pub(crate) struct ClientRequestId(pub(crate) String);

pub(crate) async fn assign(State(shared): State<Shared>, mut request: Request, next: Next) -> Result<Response> {
    let id = draw(&shared)?;
    if let Some(given) = request.headers().get(HEADER).and_then(|given| given.to_str().ok())
        && (1..=64).contains(&given.len())
        && given.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte))
    {
        let given = ClientRequestId(given.to_owned());
        request.extensions_mut().insert(given);
    }
    let policy =
        request.extensions().get::<MatchedPath>().and_then(|path| shared.policy(request.method(), path.as_str()));
    if let Some(policy) = policy {
        request.extensions_mut().insert(policy);
    }
    request.extensions_mut().insert(RequestId(id));
    let mut response = reply::finish(next.run(request).await, id);
    let value = HeaderValue::try_from(id.to_string()).expect("a UUID is plain ASCII");
    response.headers_mut().insert(HEADER, value);
    Ok(response)
}

fn draw(shared: &Shared) -> Result<Uuid> {
    let millis = u64::try_from(shared.app.clock.now().as_millisecond()).unwrap_or(0);
    let random = entropy::draw::<10>(shared.app.entropy.as_ref())?;
    Ok(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
}
