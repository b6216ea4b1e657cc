//! HTTP interface: a table of routes, each with its permission, behind one middleware stack.
//!
//! A request passes the middleware in the order that `router` lists, then its handler, which calls one service
//! function.

mod body;
mod body_budget;
mod cookies;
mod error_response;
mod extract;
mod file_body;
mod lifecycle;
mod listener;
mod metrics_listener;
mod middleware;
mod openapi;
mod peer;
mod query;
mod rate_limiter;
mod rate_limits;
mod reply;
mod route;
mod route_policy;
mod route_schema;
mod route_table;
mod router;
mod routes;
mod state;
mod tls;

pub use lifecycle::{ServerNotice, check, serve, serve_with_endpoint};
pub use route::HttpRoute;
pub use route_policy::RouteAccess;
pub use route_table::{document, routes};
