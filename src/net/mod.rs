//! What leaves the machine.

pub(crate) mod client;
pub(crate) mod fetch;
pub(crate) mod guard;
pub(crate) mod outbox;
pub(crate) mod resolver;
pub(crate) mod smtp;
pub(crate) mod wire;
