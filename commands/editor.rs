//! Opens the editor on a file in a memory file system, so that the text is never written to disk.

pub mod command;
pub mod memory_file;

use std::process::Stdio;

use crate::editor::command::EditorCommand;
use crate::editor::memory_file::MemoryTextFile;
use crate::interrupt::EditorGuard;
use journal::error::{Error, Result};

/// Opens the editor on the file and waits until it exits.
///
/// # Errors
/// `Conflict` if the editor cannot be started or exits with an error; the file is kept.
pub fn open(editor: &EditorCommand, file: &MemoryTextFile) -> Result<()> {
    let _guard = EditorGuard::new();
    let status = editor.to_process(file).stdin(Stdio::inherit()).status().map_err(|error| {
        Error::conflict("the editor cannot be started").hint("set EDITOR to an editor that exists").caused_by(error)
    })?;
    if status.success() {
        return Ok(());
    }
    Err(Error::conflict("the editor exited with an error; nothing was stored")
        .code("editor_failed")
        .hint("check EDITOR"))
}
