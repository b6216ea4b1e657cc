//! Looks the credential up: the cookie first, then the key. Never refuses; `enforce` does.

use std::sync::Arc;

use axum::extract::Request;
use axum::extract::State;
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderMap;
use http::header;

use crate::auth;
use crate::ctx::Origin;
use crate::error::Error;
use crate::error::Result;
use crate::http::cookies::Cookie;
use crate::http::shared::Shared;
use crate::secret::Secret;

/// A credential was shown, and it was not good.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rejected;

pub(crate) async fn find(State(shared): State<Shared>, mut request: Request, next: Next) -> Result<Response> {
    let origin = request.extensions().get::<Arc<Origin>>().cloned().unwrap_or_default();
    let cookie = Cookie::Session.read(request.headers(), &shared.app.config.server);
    let key = bearer(request.headers())?;
    let ctx = match (cookie, key) {
        (Some(_), Some(_)) => {
            return Err(Error::invalid("a session cookie and a key came together")
                .code("two_credentials")
                .hint("send one of them"));
        }
        (Some(token), None) => auth::with_session(&shared.app, &token, &origin)?,
        (None, Some(key)) => auth::with_api_key(&shared.app, &key, &origin)?,
        (None, None) => return Ok(next.run(request).await),
    };
    match ctx {
        Some(ctx) => request.extensions_mut().insert(ctx).map(drop),
        None => request.extensions_mut().insert(Rejected).map(drop),
    };
    Ok(next.run(request).await)
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
