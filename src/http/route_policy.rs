//! Properties of a route that middleware needs: access level, rate limit and body limit.

use std::collections::HashMap;

use http::Method;

use crate::domain::scope::Scope;

/// Default body limit in bytes.
pub(crate) const MAX_JSON_BODY: usize = 1024 * 1024;

/// Access level of a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RouteAccess {
    /// No credential needed.
    Public,
    /// Any authenticated caller, also before the e-mail address is verified.
    Unconfirmed,
    /// Any authenticated caller with a verified e-mail address.
    Member,
    /// Any caller with this permission.
    Requires(Scope),
}

/// Rate limit that a request counts against in addition to the caller's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateClass {
    /// None; not counted at all.
    Free,
    /// The caller's limit only.
    Standard,
    /// Limit of a route that guards a secret: login and mailed links.
    Throttled(ThrottledAction),
    /// Limit of expensive operations.
    Expensive,
}

/// Routes with a per-IP limit against guessing; see `HttpRateLimits`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ThrottledAction {
    /// Login; limited by `AUTH_RATE_LIMIT_*`.
    Login,
    /// Registration; 3 per hour.
    Register,
    /// Request of a password reset link; 5 per hour.
    Forgot,
    /// Use of a password reset link; 10 per hour.
    Reset,
}

/// Properties of a route that middleware needs.
#[derive(Debug, Clone, Copy)]
pub struct RoutePolicy {
    /// Access level.
    pub access: RouteAccess,
    /// Rate limit.
    pub rate_class: RateClass,
    /// Body limit in bytes.
    pub max_body: usize,
}

/// Policies of all routes, by path and method.
pub(crate) struct RoutePolicies(HashMap<&'static str, Vec<(Method, RoutePolicy)>>);

impl FromIterator<(&'static str, Method, RoutePolicy)> for RoutePolicies {
    fn from_iter<I: IntoIterator<Item = (&'static str, Method, RoutePolicy)>>(routes: I) -> Self {
        let mut policies: HashMap<_, Vec<_>> = HashMap::new();
        for (path, method, policy) in routes {
            policies.entry(path).or_default().push((method, policy));
        }
        Self(policies)
    }
}

impl RoutePolicies {
    /// Returns the policy of a route; HEAD uses the one of GET.
    pub(crate) fn find(&self, method: &Method, path: &str) -> Option<RoutePolicy> {
        let method = if method == Method::HEAD { &Method::GET } else { method };
        self.0.get(path)?.iter().find(|(known, _)| known == method).map(|(_, policy)| *policy)
    }
}
