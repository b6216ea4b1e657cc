//! Entry point of the image decoder subprocess, for the binary; see `providers::imaging`.

pub use crate::providers::imaging::sandbox_child::COMMAND;

use std::io::Read;

use crate::providers::imaging::sandbox_child::{self, DecodePurpose};

/// Decodes a photo for the parent process, under resource limits that cannot be lifted.
///
/// # Errors
/// Exit code of the decoding failure; 2 for an unknown purpose.
pub fn run(purpose: &str, from: impl Read) -> Result<Vec<u8>, u8> {
    let purpose = DecodePurpose::from_name(purpose).ok_or(2)?;
    sandbox_child::run_sandboxed(purpose, from).map_err(sandbox_child::PhotoDecodeError::exit_code)
}
