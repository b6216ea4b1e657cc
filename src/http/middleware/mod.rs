//! Middleware of every route, one file each; `router` applies it in order.

pub(crate) mod access_log;
pub(crate) mod authenticate;
pub(crate) mod authorize;
pub(crate) mod body_limit;
pub(crate) mod catch_panic;
pub(crate) mod client_ip;
pub(crate) mod cors;
pub(crate) mod csrf;
pub(crate) mod header_limit;
pub(crate) mod host_check;
pub(crate) mod rate_limit;
pub(crate) mod request_id;
pub(crate) mod security_headers;
