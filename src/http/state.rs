//! State shared by all requests.

use std::collections::HashMap;
use std::sync::Arc;

use http::Method;

use crate::app::state::AppState;
use crate::http::body_budget::BodyBudget;
use crate::http::middleware::rate_limit::HttpRateLimits;
use crate::http::route::{HttpRoute, RoutePolicy};
use crate::mcp::McpEndpoint;

/// State of the router; clones share it.
#[derive(Clone)]
pub(crate) struct HttpState(Arc<HttpStateInner>);

pub(crate) struct HttpStateInner {
    pub(crate) app: Arc<AppState>,
    pub(crate) limits: HttpRateLimits,
    pub(crate) mcp: McpEndpoint,
    pub(crate) body_budget: BodyBudget,
    policies: HashMap<&'static str, Vec<(Method, RoutePolicy)>>,
}

impl HttpState {
    pub(crate) fn new(app: Arc<AppState>, mcp: McpEndpoint, routes: &[HttpRoute]) -> Self {
        let mut policies: HashMap<&'static str, Vec<(Method, RoutePolicy)>> = HashMap::new();
        for route in routes {
            policies.entry(route.path).or_default().push((route.method.clone(), route.policy));
        }
        let limits = HttpRateLimits::new(app.config.server.limits);
        Self(Arc::new(HttpStateInner { app, limits, mcp, body_budget: BodyBudget::default(), policies }))
    }

    /// Returns the policy of a route; HEAD uses the one of GET.
    pub(crate) fn policy(&self, method: &Method, path: &str) -> Option<RoutePolicy> {
        let method = if method == Method::HEAD { &Method::GET } else { method };
        let routes = self.policies.get(path)?;
        routes.iter().find(|(known, _)| known == method).map(|(_, policy)| *policy)
    }
}

impl std::ops::Deref for HttpState {
    type Target = HttpStateInner;

    fn deref(&self) -> &HttpStateInner {
        &self.0
    }
}
