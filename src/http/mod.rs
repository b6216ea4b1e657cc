//! HTTP interface: a table of routes, each with its permission, behind one middleware stack.
//!
//! A request passes the middleware in the order of [`middleware::apply`], then its handler, which calls one service
//! function.

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
mod route;
mod routes;
mod state;
mod tls;

pub use lifecycle::{ServerNotice, check, serve, serve_with_endpoint};
pub use openapi::document;
pub use route::{HttpRoute, RouteAccess};
pub use routes::all as routes;
