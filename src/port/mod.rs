//! The ways in and out of other formats.

pub mod export;
pub mod journal_server;
