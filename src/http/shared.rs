//! What every request of a server shares.

use std::collections::HashMap;
use std::sync::Arc;

use http::Method;

use crate::app::App;
use crate::http::middleware::limits::Limits;
use crate::http::room::Room;
use crate::http::route::Policy;
use crate::http::route::Route;
use crate::mcp::Endpoint;

/// The state of the router; a clone is a pointer.
#[derive(Clone)]
pub(crate) struct Shared(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) app: Arc<App>,
    pub(crate) limits: Limits,
    pub(crate) mcp: Endpoint,
    pub(crate) room: Room,
    policies: HashMap<&'static str, Vec<(Method, Policy)>>,
}

impl Shared {
    pub(crate) fn new(app: Arc<App>, mcp: Endpoint, routes: &[Route]) -> Self {
        let mut policies: HashMap<&'static str, Vec<(Method, Policy)>> = HashMap::new();
        for route in routes {
            policies.entry(route.path).or_default().push((route.method.clone(), route.policy));
        }
        let limits = Limits::new(app.config.server.limits);
        Self(Arc::new(Inner { app, limits, mcp, room: Room::default(), policies }))
    }

    /// Returns what is known of a route; HEAD is answered by GET.
    pub(crate) fn policy(&self, method: &Method, path: &str) -> Option<Policy> {
        let method = if method == Method::HEAD { &Method::GET } else { method };
        let routes = self.policies.get(path)?;
        routes.iter().find(|(known, _)| known == method).map(|(_, policy)| *policy)
    }
}

impl std::ops::Deref for Shared {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}
