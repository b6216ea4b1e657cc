//! State shared by all requests.

use std::sync::Arc;

use crate::app::state::AppState;
use crate::http::body_budget::BodyBudget;
use crate::http::rate_limits::HttpRateLimits;
use crate::http::route_policy::RoutePolicies;
use crate::mcp::McpEndpoint;

/// State of the router; clones share it.
pub(crate) type HttpState = Arc<HttpStateInner>;

/// Fields of the state.
pub(crate) struct HttpStateInner {
    pub(crate) app: Arc<AppState>,
    pub(crate) limits: HttpRateLimits,
    pub(crate) mcp: McpEndpoint,
    pub(crate) body_budget: BodyBudget,
    pub(crate) policies: RoutePolicies,
}
