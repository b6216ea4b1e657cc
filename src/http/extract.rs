//! Extractors: caller, path and query parameters, bodies. Every rejection is an [`Error`].

use std::borrow::Cow;
use std::str::FromStr;
use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use http::Uri;
use http::request::Parts;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::app::context::{ClientInfo, Ctx};
use crate::app::state::AppState;
use crate::error::{Error, Result};
use crate::http::body::read_body;
use crate::http::cookies::{self, AuthCookie};
use crate::http::middleware::client_ip::client_info;
use crate::http::state::HttpState;
use crate::secret::Secret;
use crate::services::auth::{self, SessionToken};

mod form;
mod json;
mod upload;

pub(crate) use form::{MultipartForm, present_or_null};
pub(crate) use upload::StreamingForm;

impl FromRequestParts<HttpState> for Ctx {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &HttpState) -> Result<Self> {
        parts.extensions.get::<Self>().cloned().ok_or_else(auth::authentication_required)
    }
}

/// Caller of a public route, logged in or not.
pub(crate) struct MaybeAuthenticated {
    pub(crate) app: Arc<AppState>,
    pub(crate) origin: Arc<ClientInfo>,
    /// Token of the known-device cookie.
    pub(crate) device: Option<Secret<String>>,
    /// Session token in the request, valid or not.
    pub(crate) session: Option<SessionToken>,
    /// Context of the caller, if logged in.
    pub(crate) ctx: Option<Ctx>,
}

impl FromRequestParts<HttpState> for MaybeAuthenticated {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, shared: &HttpState) -> Result<Self> {
        Ok(Self {
            app: shared.app.clone(),
            origin: client_info(&parts.extensions),
            device: AuthCookie::Device.read(&parts.headers, &shared.app.config.server),
            session: cookies::session_token(&parts.headers, &shared.app.config.server),
            ctx: parts.extensions.get::<Ctx>().cloned(),
        })
    }
}

/// Number or id in the path; a malformed one is 404.
pub(crate) struct PathId<T>(pub(crate) T);

impl<T: FromStr + Send> FromRequestParts<HttpState> for PathId<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, shared: &HttpState) -> Result<Self> {
        let Path(text) = Path::<String>::from_request_parts(parts, shared).await.map_err(|_| not_found())?;
        parse_path_segment(&text).map(Self)
    }
}

/// Id in the path and the 1-based index of an item that belongs to it.
pub(crate) struct PathIdIndex<T>(pub(crate) T, pub(crate) usize);

impl<T: FromStr + Send> FromRequestParts<HttpState> for PathIdIndex<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, shared: &HttpState) -> Result<Self> {
        let path = Path::<(String, String)>::from_request_parts(parts, shared).await;
        let Path((thing, number)) = path.map_err(|_| not_found())?;
        Ok(Self(parse_path_segment(&thing)?, parse_path_segment(&number)?))
    }
}

/// Id in the path and the name of an item that belongs to it.
pub(crate) struct PathIdName<T>(pub(crate) T, pub(crate) String);

impl<T: FromStr + Send> FromRequestParts<HttpState> for PathIdName<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, shared: &HttpState) -> Result<Self> {
        let path = Path::<(String, String)>::from_request_parts(parts, shared).await;
        let Path((thing, name)) = path.map_err(|_| not_found())?;
        Ok(Self(parse_path_segment(&thing)?, name))
    }
}

/// Name in the path.
pub(crate) struct PathName(pub(crate) String);

impl FromRequestParts<HttpState> for PathName {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, shared: &HttpState) -> Result<Self> {
        let Path(name) = Path::<String>::from_request_parts(parts, shared).await.map_err(|_| not_found())?;
        Ok(Self(name))
    }
}

fn parse_path_segment<T: FromStr>(text: &str) -> Result<T> {
    // `+1` and `01` would parse as numbers, but each resource has one URL.
    if text.starts_with('+') || (text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit())) {
        return Err(not_found());
    }
    text.parse().map_err(|_| not_found())
}

fn not_found() -> Error {
    Error::not_found("page")
}

/// Query parameters.
pub(crate) struct QueryParams<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequestParts<HttpState> for QueryParams<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &HttpState) -> Result<Self> {
        let uri = join_repeated(&parts.uri)?;
        match axum::extract::Query::<T>::try_from_uri(uri.as_ref()) {
            Ok(axum::extract::Query(value)) => Ok(Self(value)),
            Err(QueryRejection::FailedToDeserializeQueryString(error)) => {
                Err(Error::invalid(format!("invalid query parameter: {}", json::sanitized_message(&error)))
                    .code("invalid_query")
                    .hint("`GET /api/openapi.json` lists the parameters"))
            }
            Err(_) => Err(Error::invalid("the query string cannot be parsed").code("invalid_query")),
        }
    }
}

/// Parameters that may be repeated: their values are joined by commas, which they cannot contain.
const REPEATABLE: [&str; 2] = ["tag", "without_tag"];

/// Returns the URI with the values of a repeatable parameter joined into its first occurrence.
fn join_repeated(uri: &Uri) -> Result<Cow<'_, Uri>> {
    let query = uri.query().unwrap_or_default();
    let name = |pair: &str| pair.split('=').next().unwrap_or_default().to_owned();
    let is_repeated = |wanted: &&str| query.split('&').filter(|pair| name(pair) == *wanted).count() > 1;
    let repeated: Vec<&str> = REPEATABLE.into_iter().filter(is_repeated).collect();
    if repeated.is_empty() {
        return Ok(Cow::Borrowed(uri));
    }
    let mut pairs: Vec<String> =
        query.split('&').filter(|pair| !repeated.contains(&name(pair).as_str())).map(str::to_owned).collect();
    for wanted in repeated {
        let values = query.split('&').filter(|pair| name(pair) == wanted).filter_map(|pair| pair.split_once('='));
        let values: Vec<&str> = values.map(|(_, value)| value).collect();
        pairs.push(format!("{wanted}={}", values.join("%2C")));
    }
    let joined = format!("{}?{}", uri.path(), pairs.join("&"));
    joined
        .parse()
        .map(Cow::Owned)
        .map_err(|_| Error::invalid("the query string cannot be parsed").code("invalid_query"))
}

/// JSON object body. The content type is ignored, as in the Python server.
pub(crate) struct StrictJson<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<HttpState> for StrictJson<T> {
    type Rejection = Error;

    async fn from_request(request: Request, _: &HttpState) -> Result<Self> {
        json::parse(&read_body(request).await?).map(Self)
    }
}

/// JSON object body; an empty body or invalid JSON counts as an empty object, as in the Python server.
pub(crate) struct LenientJson(pub(crate) Map<String, Value>);

impl FromRequest<HttpState> for LenientJson {
    type Rejection = Error;

    async fn from_request(request: Request, _: &HttpState) -> Result<Self> {
        match serde_json::from_slice(&read_body(request).await?) {
            Ok(Value::Object(object)) => Ok(Self(object)),
            Ok(_) => Err(Error::invalid("Request body must be a JSON object")
                .code("invalid_body")
                .hint("send a JSON object, or nothing")),
            Err(_) => Ok(Self(Map::new())),
        }
    }
}
