//! Authentication. An invalid credential is rate limited like an anonymous request; `enforce` rejects it.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, header};

use crate::error::{Error, Result};
use crate::http::cookies;
use crate::http::middleware::client_ip::client_info;
use crate::http::rate_limiter::RateLimitDecision;
use crate::http::route_policy::{RateClass, RoutePolicy};
use crate::http::state::HttpState;
use crate::secret::Secret;
use crate::services::auth;

pub(crate) async fn authenticate(
    State(shared): State<HttpState>,
    mut request: Request,
    next: Next,
) -> Result<Response> {
    let origin = client_info(request.extensions());
    let cookie = cookies::session_token(request.headers(), &shared.app.config.server);
    let key = bearer_token(request.headers())?;
    let ctx = match (&cookie, &key) {
        (Some(_), Some(_)) => {
            return Err(Error::invalid("the request has both a session cookie and an API key")
                .code("two_credentials")
                .hint("send only one of them"));
        }
        (Some(token), None) => auth::with_session(&shared.app, token, &origin).await?,
        (None, Some(key)) => auth::with_api_key(&shared.app, key, &origin).await?,
        (None, None) => return Ok(next.run(request).await),
    };
    if let Some(ctx) = ctx {
        request.extensions_mut().insert(ctx);
        return Ok(next.run(request).await);
    }
    let counted = match request.extensions().get::<RoutePolicy>().map(|policy| policy.rate_class) {
        // Counted already; a login must not fail because of an expired session cookie.
        Some(RateClass::Throttled(_)) => RateLimitDecision::NOTHING,
        _ => shared.limits.check_anonymous(&origin),
    };
    let response = match counted.ensure_allowed() {
        Ok(()) => {
            if key.is_some() {
                auth::record_refused_key(&shared.app, &origin).await?;
            }
            next.run(request).await
        }
        Err(error) => error.into_response(),
    };
    Ok(counted.add_headers(response))
}

/// Returns the bearer token; the scheme is case-insensitive (RFC 9110, 11.1). Other schemes are ignored, as in the Python server; several headers are rejected.
fn bearer_token(headers: &HeaderMap) -> Result<Option<Secret<String>>> {
    let mut given = headers.get_all(header::AUTHORIZATION).iter();
    let Some(first) = given.next() else { return Ok(None) };
    if given.next().is_some() {
        return Err(Error::invalid("there are several Authorization headers").code("two_credentials").hint("send one"));
    }
    let credentials = first.to_str().ok().and_then(|text| text.split_once(' '));
    let key = credentials.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("Bearer")).map(|(_, key)| key.trim());
    Ok(key.filter(|key| !key.is_empty()).map(|key| Secret::new(key.to_owned())))
}
