//! Pages of other origins may call only if their origin is listed; without a list there is no CORS at all.

use std::time::Duration;

use http::HeaderName;
use http::HeaderValue;
use http::Method;
use http::header;
use tower_http::cors::AllowOrigin;
use tower_http::cors::CorsLayer;

use crate::config::server::Server;
use crate::http::middleware::request_id;

const MAX_AGE: Duration = Duration::from_mins(10);

/// Headers that such pages may read besides the usual ones.
const READABLE: [HeaderName; 6] = [
    header::RETRY_AFTER,
    header::WWW_AUTHENTICATE,
    HeaderName::from_static("ratelimit"),
    HeaderName::from_static("ratelimit-policy"),
    request_id::HEADER,
    HeaderName::from_static("mcp-session-id"),
];

/// Returns nothing without a list: `OPTIONS` is then a method like any other.
pub(crate) fn layer(server: &Server) -> Option<CorsLayer> {
    if server.cors_origins.is_empty() {
        return None;
    }
    let origins: Vec<HeaderValue> = server.cors_origins.iter().filter_map(|origin| origin.parse().ok()).collect();
    let layer = CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_credentials(true)
        .allow_methods([Method::GET, Method::PATCH, Method::DELETE, Method::POST, Method::OPTIONS])
        .allow_headers([
            header::ACCEPT,
            header::ACCEPT_LANGUAGE,
            header::AUTHORIZATION,
            header::CONTENT_LANGUAGE,
            header::CONTENT_TYPE,
            // What assistants in browsers send with every message of the Model Context Protocol.
            HeaderName::from_static("mcp-session-id"),
            HeaderName::from_static("mcp-protocol-version"),
            HeaderName::from_static("mcp-method"),
            HeaderName::from_static("mcp-name"),
            HeaderName::from_static("last-event-id"),
        ])
        .expose_headers(READABLE)
        .max_age(MAX_AGE);
    Some(layer)
}
