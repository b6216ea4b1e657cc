//! Opens $EDITOR on a file in a memory file system, so that the text is never written to disk.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use crate::private_dir::PrivateDir;
use journal::config::EnvironmentSnapshot;
use journal::error::{Error, Result};

/// `f_type` of tmpfs (linux/magic.h).
const TMPFS_MAGIC: i64 = 0x0102_1994;

/// Opens the editor with a text and returns the saved text.
///
/// # Errors
/// `Invalid` without an editor; `Conflict` without a memory file system, or if the editor fails.
pub fn edit(environment: &EnvironmentSnapshot, text: &str) -> Result<String> {
    let editor = match (environment.text("VISUAL")?, environment.text("EDITOR")?) {
        (Some(editor), _) | (None, Some(editor)) => editor.to_owned(),
        (None, None) => {
            return Err(Error::invalid("no editor is set")
                .hint("set EDITOR, or pass the text as an argument, or pass `-` and pipe it in"));
        }
    };
    let folder = create_folder(environment)?;
    let path = folder.path.join("entry.md");
    let failed =
        |error| Error::conflict("the editor's file cannot be used").hint("pipe the text in with `-`").caused_by(error);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    drop(file);
    // Run through a shell, as git does, because EDITOR may contain arguments.
    let status = std::process::Command::new("sh")
        .arg("-c")
        .arg(format!("{editor} \"$1\""))
        .arg("editor")
        .arg(&path)
        .status()
        .map_err(failed)?;
    if !status.success() {
        return Err(Error::conflict("the editor exited with an error; nothing was stored").hint("check EDITOR"));
    }
    std::fs::read_to_string(&path).map_err(|error| match error.kind() {
        std::io::ErrorKind::InvalidData => {
            Error::invalid("the editor saved a file that is not UTF-8").hint("save as UTF-8")
        }
        _ => failed(error),
    })
}

/// Creates a private folder in a memory file system.
fn create_folder(environment: &EnvironmentSnapshot) -> Result<PrivateDir> {
    let places = [environment.path("XDG_RUNTIME_DIR"), Some(PathBuf::from("/dev/shm"))];
    let Some(place) = places.into_iter().flatten().find(|place| is_in_memory(place)) else {
        return Err(Error::conflict("there is no memory file system for the editor's file")
            .hint("pipe the text in with `-`, so that it is never written to disk"));
    };
    PrivateDir::create(&place, "journal-", "pipe the text in with `-`")
}

fn is_in_memory(place: &Path) -> bool {
    rustix::fs::statfs(place).is_ok_and(|facts| facts.f_type == TMPFS_MAGIC)
}
