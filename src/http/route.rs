//! Route declaration: path, permission, limits and handler.

use axum::routing::{MethodRouter, on};
use http::Method;
use schemars::JsonSchema;

use crate::http::route_policy::{MAX_JSON_BODY, RateClass, RouteAccess, RoutePolicy};
use crate::http::route_schema::{DocumentedHandler, ResponseContent, RouteSchema};
use crate::http::state::HttpState;

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
    pub(crate) schema: RouteSchema,
    pub(crate) handler: MethodRouter<HttpState>,
}

macro_rules! declare_methods {
    ($($name:ident: $method:ident),*) => {$(
        #[doc = concat!("Declares a route for ", stringify!($method), " requests.")]
        pub(crate) fn $name<H, T>(path: &'static str, access: RouteAccess, about: &'static str, handler: H) -> HttpRoute
        where
            H: DocumentedHandler<T>,
            T: 'static,
        {
            HttpRoute::new(Method::$method, path, access, about, handler)
        }
    )*};
}

declare_methods!(get: GET, post: POST, put: PUT, patch: PATCH, delete: DELETE);

impl HttpRoute {
    /// Declares a route with its access level; the handler's signature gives the schemas.
    fn new<H, T>(method: Method, path: &'static str, access: RouteAccess, about: &'static str, handler: H) -> Self
    where
        H: DocumentedHandler<T>,
        T: 'static,
    {
        let filter = method.clone().try_into().expect("routes use the methods that axum knows");
        let policy = RoutePolicy { access, rate_class: RateClass::Standard, max_body: MAX_JSON_BODY };
        let mut schema = RouteSchema::default();
        H::describe(&mut schema);
        Self { method, path, about, is_documented: true, policy, schema, handler: on(filter, handler) }
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

    /// Documents a JSON body that the handler parses itself.
    #[must_use]
    pub(crate) fn body<T: JsonSchema>(mut self) -> Self {
        self.schema.set_body::<T>("application/json");
        self
    }

    /// Documents the multipart body.
    #[must_use]
    pub(crate) fn form<T: JsonSchema>(mut self) -> Self {
        self.schema.set_body::<T>("multipart/form-data");
        self
    }

    /// Documents a JSON response whose status the handler chooses.
    #[must_use]
    pub(crate) fn replies<T: JsonSchema>(mut self, status: u16) -> Self {
        self.schema.set_json_reply::<T>(status);
        self
    }

    /// Documents a binary response.
    #[must_use]
    pub(crate) fn returns_bytes(mut self) -> Self {
        self.schema.set_reply(200, ResponseContent::Bytes);
        self
    }

    /// Documents error statuses in addition to those of every route.
    #[must_use]
    pub(crate) fn errors(mut self, statuses: &[u16]) -> Self {
        for &status in statuses {
            self.schema.set_reply(status, ResponseContent::Error);
        }
        self
    }
}
