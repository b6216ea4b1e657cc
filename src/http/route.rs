//! Route declaration: path, permission, limits, request and response schemas.

use axum::handler::Handler;
use axum::routing::{MethodRouter, on};
use http::Method;
use schemars::{JsonSchema, Schema, SchemaGenerator};

use crate::domain::scope::Scope;
use crate::http::state::HttpState;

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

/// Routes with a per-IP limit against guessing; see `middleware::limits`.
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

type Schemas = fn(&mut SchemaGenerator) -> Schema;

/// Documented response.
pub(crate) struct RouteResponse {
    pub(crate) status: u16,
    pub(crate) content: ResponseContent,
}

/// Body of a response.
pub(crate) enum ResponseContent {
    /// JSON.
    Json(Schemas),
    /// Error body shared by all routes.
    Error,
    /// Bytes; the media type is in the headers.
    Bytes,
}

/// Route of the table.
pub struct HttpRoute {
    /// HTTP method.
    pub method: Method,
    /// Path with parameters in braces.
    pub path: &'static str,
    /// One-line summary.
    pub about: &'static str,
    /// True if the OpenAPI document includes it.
    pub(crate) is_documented: bool,
    /// Properties for the middleware.
    pub policy: RoutePolicy,
    pub(crate) parameters: Vec<Schemas>,
    pub(crate) body: Option<(&'static str, Schemas)>,
    pub(crate) replies: Vec<RouteResponse>,
    pub(crate) handler: MethodRouter<HttpState>,
}

impl HttpRoute {
    /// Declares a route with its access level.
    pub(crate) fn new<H, T>(
        method: Method,
        path: &'static str,
        access: RouteAccess,
        about: &'static str,
        handler: H,
    ) -> Self
    where
        H: Handler<T, HttpState>,
        T: 'static,
    {
        let filter = method.clone().try_into().expect("routes use the methods that axum knows");
        let policy = RoutePolicy { access, rate_class: RateClass::Standard, max_body: MAX_JSON_BODY };
        let handler = on(filter, handler);
        let (parameters, replies) = (Vec::new(), Vec::new());
        Self { method, path, about, is_documented: true, policy, parameters, body: None, replies, handler }
    }

    /// Sets the rate limit.
    #[must_use]
    pub(crate) fn rate_class(mut self, cost: RateClass) -> Self {
        self.policy.rate_class = cost;
        self
    }

    /// Sets the body limit in bytes.
    #[must_use]
    pub(crate) fn body_limit(mut self, bytes: usize) -> Self {
        self.policy.max_body = bytes;
        self
    }

    /// Omits the route from the OpenAPI document: it carries another protocol.
    #[must_use]
    pub(crate) fn undocumented(mut self) -> Self {
        self.is_documented = false;
        self
    }

    /// Documents the query parameters.
    #[must_use]
    pub(crate) fn query<T: JsonSchema>(mut self) -> Self {
        self.parameters.push(T::json_schema);
        self
    }

    /// Documents the JSON body.
    #[must_use]
    pub(crate) fn body<T: JsonSchema>(mut self) -> Self {
        self.body = Some(("application/json", SchemaGenerator::subschema_for::<T>));
        self
    }

    /// Documents the multipart body.
    #[must_use]
    pub(crate) fn form<T: JsonSchema>(mut self) -> Self {
        self.body = Some(("multipart/form-data", SchemaGenerator::subschema_for::<T>));
        self
    }

    /// Documents a JSON response.
    #[must_use]
    pub(crate) fn replies<T: JsonSchema>(mut self, status: u16) -> Self {
        self.replies
            .push(RouteResponse { status, content: ResponseContent::Json(SchemaGenerator::subschema_for::<T>) });
        self
    }

    /// Documents a binary response.
    #[must_use]
    pub(crate) fn returns_bytes(mut self, status: u16) -> Self {
        self.replies.push(RouteResponse { status, content: ResponseContent::Bytes });
        self
    }

    /// Documents error statuses in addition to those of every route.
    #[must_use]
    pub(crate) fn errors(mut self, statuses: &[u16]) -> Self {
        self.replies.extend(statuses.iter().map(|&status| RouteResponse { status, content: ResponseContent::Error }));
        self
    }
}
