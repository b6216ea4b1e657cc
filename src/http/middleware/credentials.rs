//! Looks the credential up. One that is not good is counted like a request without any; `enforce` refuses it.

use std::sync::Arc;

use axum::extract::Request;
use axum::extract::State;
use axum::middleware::Next;
use axum::response::IntoResponse;
use axum::response::Response;
use http::HeaderMap;
use http::header;

use crate::auth;
use crate::ctx::Origin;
use crate::error::Error;
use crate::error::Result;
use crate::http::cookies;
use crate::http::middleware::limits::bucket::Counted;
use crate::http::route::Cost;
use crate::http::route::Policy;
use crate::http::shared::Shared;
use crate::secret::Secret;

pub(crate) async fn find(State(shared): State<Shared>, mut request: Request, next: Next) -> Result<Response> {
    let origin = request.extensions().get::<Arc<Origin>>().cloned().unwrap_or_default();
    let cookie = cookies::session(request.headers(), &shared.app.config.server);
    let key = bearer(request.headers())?;
    let ctx = match (&cookie, &key) {
        (Some(_), Some(_)) => {
            return Err(Error::invalid("a session cookie and a key came together")
                .code("two_credentials")
                .hint("send one of them"));
        }
        (Some(token), None) => auth::with_session(&shared.app, token, &origin).await?,
        (None, Some(key)) => auth::with_api_key(&shared.app, key, &origin).await?,
        (None, None) => return Ok(next.run(request).await),
    };
    if let Some(ctx) = ctx {
        request.extensions_mut().insert(ctx);
        return Ok(next.run(request).await);
    }
    let counted = match request.extensions().get::<Policy>().map(|policy| policy.cost) {
        // Counted already; a login does not fail for the cookie of a session that is over.
        Some(Cost::Guess(_)) => Counted::NOTHING,
        _ => shared.limits.of_stranger(&origin),
    };
    let response = match counted.passed() {
        Ok(()) => {
            if key.is_some() {
                auth::refused_key(&shared.app, &origin).await?;
            }
            next.run(request).await
        }
        Err(error) => error.into_response(),
    };
    Ok(counted.told(response))
}

/// Reads the key. Other schemes are ignored, as the Python server does; two headers are refused.
fn bearer(headers: &HeaderMap) -> Result<Option<Secret<String>>> {
    let mut given = headers.get_all(header::AUTHORIZATION).iter();
    let Some(first) = given.next() else { return Ok(None) };
    if given.next().is_some() {
        return Err(Error::invalid("there are two Authorization headers").code("two_credentials").hint("send one"));
    }
    let key = first.to_str().ok().and_then(|text| text.strip_prefix("Bearer ")).map(str::trim);
    Ok(key.filter(|key| !key.is_empty()).map(|key| Secret::new(key.to_owned())))
}
