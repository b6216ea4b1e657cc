//! What leaves the machine.

pub(crate) mod client;
pub(crate) mod outbox;
pub(crate) mod smtp;
pub(crate) mod wire;
