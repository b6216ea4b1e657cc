//! The HTTP door: a table of routes, each with its permission, behind one pipeline of middleware.
//!
//! A request passes `middleware/` from top to bottom as [`middleware::apply`] lists it, then its handler, which calls
//! one service function.

mod aside;
mod cookies;
mod extract;
mod listen;
mod middleware;
mod openapi;
mod reply;
mod room;
mod route;
mod routes;
mod serve;
mod shared;
mod stream;
mod tls;

pub use openapi::document;
pub use route::Access;
pub use route::Route;
pub use routes::all as routes;
pub use serve::Notice;
pub use serve::check;
pub use serve::serve;
pub use serve::serve_with;
