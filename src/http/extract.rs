//! What handlers are given: the caller, parsed parameters, parsed bodies; each complaint in the envelope.

use axum::extract::FromRequest;
use axum::extract::FromRequestParts;
use axum::extract::Path;
use axum::extract::Request;
use axum::extract::rejection::QueryRejection;
use http::request::Parts;
use http_body_util::BodyExt;
use serde::de::DeserializeOwned;
use serde_json::Map;
use serde_json::Value;
use std::str::FromStr;
use std::sync::Arc;

use crate::app::App;
use crate::auth;
use crate::auth::SessionToken;
use crate::ctx::Ctx;
use crate::ctx::Origin;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::http::cookies;
use crate::http::cookies::Cookie;
use crate::http::shared::Shared;
use crate::secret::Secret;

mod form;
mod json;
mod upload;

pub(crate) use form::Form;
pub(crate) use form::given;
pub(crate) use upload::Upload;

impl FromRequestParts<Shared> for Ctx {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &Shared) -> Result<Self> {
        parts.extensions.get::<Self>().cloned().ok_or_else(auth::required)
    }
}

/// Somebody who may not be logged in: what a public route knows of them.
pub(crate) struct Guest {
    pub(crate) app: Arc<App>,
    pub(crate) origin: Arc<Origin>,
    /// The token by which the browser is known again.
    pub(crate) device: Option<Secret<String>>,
    /// The session that the browser holds, good or not.
    pub(crate) session: Option<SessionToken>,
    /// Who it is, if somebody is logged in after all.
    pub(crate) ctx: Option<Ctx>,
}

impl FromRequestParts<Shared> for Guest {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, shared: &Shared) -> Result<Self> {
        Ok(Self {
            app: shared.app.clone(),
            origin: parts.extensions.get::<Arc<Origin>>().cloned().unwrap_or_default(),
            device: Cookie::Device.read(&parts.headers, &shared.app.config.server),
            session: cookies::session(&parts.headers, &shared.app.config.server),
            ctx: parts.extensions.get::<Ctx>().cloned(),
        })
    }
}

/// A number or id in the path; what is none is no such thing.
pub(crate) struct Id<T>(pub(crate) T);

impl<T: FromStr + Send> FromRequestParts<Shared> for Id<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, shared: &Shared) -> Result<Self> {
        let Path(text) = Path::<String>::from_request_parts(parts, shared).await.map_err(|_| absent())?;
        parsed(&text).map(Self)
    }
}

/// A thing in the path, and the number of something that belongs to it, from 1.
pub(crate) struct Nth<T>(pub(crate) T, pub(crate) usize);

impl<T: FromStr + Send> FromRequestParts<Shared> for Nth<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, shared: &Shared) -> Result<Self> {
        let path = Path::<(String, String)>::from_request_parts(parts, shared).await;
        let Path((thing, number)) = path.map_err(|_| absent())?;
        Ok(Self(parsed(&thing)?, parsed(&number)?))
    }
}

/// A thing in the path, and the name of something that belongs to it.
pub(crate) struct Named<T>(pub(crate) T, pub(crate) String);

impl<T: FromStr + Send> FromRequestParts<Shared> for Named<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, shared: &Shared) -> Result<Self> {
        let path = Path::<(String, String)>::from_request_parts(parts, shared).await;
        let Path((thing, name)) = path.map_err(|_| absent())?;
        Ok(Self(parsed(&thing)?, name))
    }
}

fn parsed<T: FromStr>(text: &str) -> Result<T> {
    // `+1` would parse as a number, and one thing has one address.
    if text.starts_with('+') || (text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit())) {
        return Err(absent());
    }
    text.parse().map_err(|_| absent())
}

fn absent() -> Error {
    Error::not_found("page")
}

/// The parameters of the query.
pub(crate) struct Query<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequestParts<Shared> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &Shared) -> Result<Self> {
        match axum::extract::Query::<T>::try_from_uri(&parts.uri) {
            Ok(axum::extract::Query(value)) => Ok(Self(value)),
            Err(QueryRejection::FailedToDeserializeQueryString(error)) => {
                Err(Error::invalid(format!("a parameter is not as it should be: {}", json::told(&error)))
                    .code("invalid_query")
                    .hint("`GET /api/openapi.json` lists the parameters"))
            }
            Err(_) => Err(Error::invalid("the query cannot be read").code("invalid_query")),
        }
    }
}

/// A JSON object as the body. The content type is not looked at, as the Python server does not.
pub(crate) struct Body<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Shared> for Body<T> {
    type Rejection = Error;

    async fn from_request(request: Request, _: &Shared) -> Result<Self> {
        json::parse(&read(request).await?).map(Self)
    }
}

/// A JSON object as the body; an empty body, and one that is no JSON, is an empty object, as the Python server reads it.
pub(crate) struct Lenient(pub(crate) Map<String, Value>);

impl FromRequest<Shared> for Lenient {
    type Rejection = Error;

    async fn from_request(request: Request, _: &Shared) -> Result<Self> {
        match serde_json::from_slice(&read(request).await?) {
            Ok(Value::Object(object)) => Ok(Self(object)),
            Ok(_) => Err(Error::invalid("Request body must be a JSON object")
                .code("invalid_body")
                .hint("send a JSON object, or nothing")),
            Err(_) => Ok(Self(Map::new())),
        }
    }
}

/// Reads a whole body; the pipeline has put the cap on it.
pub(crate) async fn read(request: Request) -> Result<Vec<u8>> {
    match request.into_body().collect().await {
        Ok(body) => Ok(body.to_bytes().into()),
        Err(error) => Err(broken(error)),
    }
}

/// Turns what went wrong with a body into what the client is told.
pub(crate) fn broken(error: axum::Error) -> Error {
    let mut cause = error.into_inner();
    // Each wrapper of a body wraps its error once more.
    while cause.is::<axum::Error>() {
        match cause.downcast::<axum::Error>() {
            Ok(inner) => cause = inner.into_inner(),
            Err(other) => cause = other,
        }
    }
    if cause.is::<http_body_util::LengthLimitError>() {
        return crate::http::middleware::body::too_large();
    }
    match cause.downcast::<Error>() {
        Ok(error) => *error,
        Err(cause) => Error::new(Kind::Invalid, "the body ended early")
            .code("invalid_body")
            .hint("send it again")
            .caused_by(cause),
    }
}
