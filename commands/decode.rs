//! `journal decode-image`: not for people. The server and `journal ingest` start it to decode a photograph where that can
//! do no harm; it reads the photograph from standard input and writes a JPEG to standard output.

use std::process::ExitCode;

use crate::out::Out;
use journal::ingest::decoder;

/// Tells whether that is what the program was started for: with this word, and not with a flag of the usual ones.
pub fn is_meant() -> bool {
    std::env::args_os().nth(1).is_some_and(|word| word == decoder::COMMAND)
}

pub fn run() -> ExitCode {
    let purpose = std::env::args().nth(2).unwrap_or_default();
    match decoder::run(&purpose, std::io::stdin().lock()).map(|picture| Out::bytes(&picture)) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(_)) => ExitCode::FAILURE,
        Err(code) => ExitCode::from(code),
    }
}
