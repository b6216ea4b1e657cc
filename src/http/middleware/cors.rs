//! Pages of other origins may call only if their origin is listed; without a list there is no CORS at all.

use std::time::Duration;

use http::HeaderValue;
use http::Method;
use http::header;
use tower_http::cors::AllowOrigin;
use tower_http::cors::CorsLayer;

use crate::config::server::Server;

const MAX_AGE: Duration = Duration::from_mins(10);

pub(crate) fn layer(server: &Server) -> CorsLayer {
    if server.cors_origins.is_empty() {
        return CorsLayer::new();
    }
    let origins: Vec<HeaderValue> = server.cors_origins.iter().filter_map(|origin| origin.parse().ok()).collect();
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_credentials(true)
        .allow_methods([Method::GET, Method::PATCH, Method::DELETE, Method::POST, Method::OPTIONS])
        .allow_headers([
            header::ACCEPT,
            header::ACCEPT_LANGUAGE,
            header::AUTHORIZATION,
            header::CONTENT_LANGUAGE,
            header::CONTENT_TYPE,
        ])
        .max_age(MAX_AGE)
}
