//! What leaves the machine.

mod body;
pub(crate) mod breaker;
pub(crate) mod client;
pub(crate) mod fetch;
pub(crate) mod guard;
pub(crate) mod http;
pub(crate) mod outbox;
pub(crate) mod resolver;
pub(crate) mod smtp;
pub(crate) mod wire;
