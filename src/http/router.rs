//! Router of the server: all routes behind one middleware stack.

use std::sync::Arc;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use tower::util::option_layer;

use crate::app::state::AppState;
use crate::error::{Error, Result};
use crate::http::body_budget::BodyBudget;
use crate::http::middleware::{
    access_log, authenticate, authorize, body_limit, catch_panic, client_ip, cors, csrf, header_limit, host_check,
    rate_limit, request_id, security_headers,
};
use crate::http::rate_limits::HttpRateLimits;
use crate::http::route_table;
use crate::http::state::{HttpState, HttpStateInner};
use crate::mcp::McpEndpoint;

/// Builds the router with all routes and middleware.
pub(crate) fn build_router(app: Arc<AppState>, mcp: McpEndpoint) -> Router {
    let table = route_table::routes();
    let policies = table.iter().map(|route| (route.path, route.method.clone(), route.policy)).collect();
    let limits = HttpRateLimits::new(app.config.server.limits);
    let body_budget = BodyBudget::default();
    let shared = Arc::new(HttpStateInner { app, limits, mcp, body_budget, policies });
    let router = table.into_iter().fold(Router::new(), |router, route| router.route(route.path, route.handler));
    let router = router.fallback(reject_unknown_path).method_not_allowed_fallback(reject_method);
    apply_middleware(router, &shared).with_state(shared)
}

/// Wraps all routes in the middleware. The last layer is the outermost, so requests pass this list bottom to top.
///
/// Headers and CORS wrap the panic handler, so that its response has them too. Only the host check wraps CORS, which
/// answers preflight requests without calling the inner layers.
fn apply_middleware(router: Router<HttpState>, shared: &HttpState) -> Router<HttpState> {
    let server = &shared.app.config.server;
    router
        .layer(from_fn_with_state(shared.clone(), authorize::authorize))
        .layer(from_fn_with_state(shared.clone(), authenticate::authenticate))
        .layer(csrf::layer(server))
        .layer(from_fn(body_limit::limit_body))
        .layer(from_fn_with_state(shared.clone(), rate_limit::check_pre_auth))
        .layer(catch_panic::layer())
        .layer(option_layer(cors::layer(server)))
        .layer(from_fn_with_state(shared.clone(), host_check::check))
        .layer(from_fn(header_limit::limit_headers))
        .layer(from_fn_with_state(shared.clone(), security_headers::add))
        .layer(from_fn_with_state(shared.clone(), access_log::write))
        .layer(from_fn_with_state(shared.clone(), client_ip::resolve_client_ip))
        .layer(from_fn_with_state(shared.clone(), request_id::assign))
}

async fn reject_unknown_path() -> Result<()> {
    Err(Error::not_found("page").hint("`GET /api/openapi.json` lists all routes"))
}

async fn reject_method() -> Result<()> {
    Err(Error::invalid("this route does not support that method").code("method_not_allowed").with_status(405))
}
