//! Outbound network access: HTTP clients, SSRF guard, circuit breaker and SMTP.

mod ca_file;
pub(crate) mod circuit_breaker;
pub(crate) mod egress_gate;
pub(crate) mod fetch;
pub(crate) mod http_client;
pub(crate) mod mail_queue;
pub(crate) mod provider_client;
pub(crate) mod public_ip;
mod request_body;
pub(crate) mod server_client;
pub(crate) mod smtp;
pub(crate) mod ssrf_resolver;
pub(crate) mod transport;
pub(crate) mod transport_error;
