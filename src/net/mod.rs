//! What leaves the machine.

mod body;
pub(crate) mod breaker;
pub(crate) mod client;
pub(crate) mod http;
pub(crate) mod outbox;
pub(crate) mod smtp;
pub(crate) mod wire;
