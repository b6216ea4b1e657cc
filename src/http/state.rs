//! State shared by all requests.

use std::ops::Deref;
use std::sync::Arc;

use crate::app::state::AppState;
use crate::http::body_budget::BodyBudget;
use crate::http::rate_limits::HttpRateLimits;
use crate::http::route_policy::RoutePolicies;
use crate::mcp::McpEndpoint;

/// State of the router; clones share it.
#[derive(Clone)]
pub(crate) struct HttpState(Arc<HttpStateInner>);

pub(crate) struct HttpStateInner {
    pub(crate) app: Arc<AppState>,
    pub(crate) limits: HttpRateLimits,
    pub(crate) mcp: McpEndpoint,
    pub(crate) body_budget: BodyBudget,
    pub(crate) policies: RoutePolicies,
}

impl HttpState {
    pub(crate) fn new(app: Arc<AppState>, mcp: McpEndpoint, policies: RoutePolicies) -> Self {
        let limits = HttpRateLimits::new(app.config.server.limits);
        Self(Arc::new(HttpStateInner { app, limits, mcp, body_budget: BodyBudget::default(), policies }))
    }
}

impl Deref for HttpState {
    type Target = HttpStateInner;

    fn deref(&self) -> &HttpStateInner {
        &self.0
    }
}
