//! Middleware of every route, one file each; [`apply`] lists the order.
//!
//! Headers and CORS wrap the panic handler, so that its response has them too. Only the host check wraps CORS, which
//! answers preflight requests without calling the inner layers.

pub(crate) mod access_log;
pub(crate) mod authenticate;
pub(crate) mod authorize;
pub(crate) mod body_limit;
pub(crate) mod catch_panic;
pub(crate) mod client_ip;
pub(crate) mod cors;
pub(crate) mod csrf;
pub(crate) mod header_limit;
pub(crate) mod host_check;
pub(crate) mod rate_limit;
pub(crate) mod request_id;
pub(crate) mod security_headers;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use tower::util::option_layer;

use crate::http::state::HttpState;

/// Wraps all routes in the middleware. The last layer is the outermost, so requests pass this list bottom to top.
pub(crate) fn apply(router: Router<HttpState>, shared: &HttpState) -> Router<HttpState> {
    router
        .layer(from_fn_with_state(shared.clone(), authorize::authorize))
        .layer(from_fn_with_state(shared.clone(), authenticate::authenticate))
        .layer(from_fn_with_state(shared.clone(), csrf::check))
        .layer(from_fn(body_limit::limit_body))
        .layer(from_fn_with_state(shared.clone(), rate_limit::check_pre_auth))
        .layer(catch_panic::layer())
        .layer(option_layer(cors::layer(&shared.app.config.server)))
        .layer(from_fn_with_state(shared.clone(), host_check::check))
        .layer(from_fn(header_limit::limit_headers))
        .layer(from_fn_with_state(shared.clone(), security_headers::add))
        .layer(from_fn_with_state(shared.clone(), access_log::write))
        .layer(from_fn_with_state(shared.clone(), client_ip::resolve_client_ip))
        .layer(from_fn_with_state(shared.clone(), request_id::assign))
}
