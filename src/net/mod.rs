//! What leaves the machine.

pub(crate) mod outbox;
pub(crate) mod smtp;
