//! The way into the process that decodes photographs, for the binary: see `providers::imaging`.

use std::io::Read;

use crate::providers::imaging::child;
use crate::providers::imaging::child::Purpose;

pub use crate::providers::imaging::child::COMMAND;

/// Decodes a photograph for the process that started this one, under limits that stay.
///
/// # Errors
/// The exit code that says why there is no picture; 2 for a purpose that is none.
pub fn run(purpose: &str, from: impl Read) -> Result<Vec<u8>, u8> {
    let purpose = Purpose::of(purpose).ok_or(2)?;
    child::run(purpose, from).map_err(child::Failure::code)
}
