//! Internal command `journal decode-image`: sandboxed image decoder, started by the server and `journal ingest`.
//!
//! Reads an image from standard input and writes a JPEG to standard output.

use std::process::ExitCode;

use crate::output::CommandOutput;
use journal::services::ingest::image_decoder;

/// Returns true if the first argument is the decoder command.
pub fn is_requested() -> bool {
    std::env::args_os().nth(1).is_some_and(|word| word == image_decoder::COMMAND)
}

pub fn run() -> ExitCode {
    let purpose = std::env::args().nth(2).unwrap_or_default();
    match image_decoder::run(&purpose, std::io::stdin().lock()).map(|picture| CommandOutput::write_bytes(&picture)) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(_)) => ExitCode::FAILURE,
        Err(code) => ExitCode::from(code),
    }
}
