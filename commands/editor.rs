//! Opens $EDITOR on a file that lives in memory only: what is being written never touches a disk.

use std::fs::DirBuilder;
use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::path::PathBuf;

use journal::config::Environment;
use journal::entropy;
use journal::entropy::OsEntropy;
use journal::error::Error;
use journal::error::Kind;
use journal::error::Result;

/// `f_type` of tmpfs (linux/magic.h).
const TMPFS_MAGIC: i64 = 0x0102_1994;

/// Lets a person edit a text; returns what they saved.
///
/// # Errors
/// `Invalid` without an editor; `Conflict` without a place in memory, or when the editor fails.
pub fn edit(environment: &Environment, text: &str) -> Result<String> {
    let editor = match (environment.text("VISUAL")?, environment.text("EDITOR")?) {
        (Some(editor), _) | (None, Some(editor)) => editor.to_owned(),
        (None, None) => {
            return Err(
                Error::invalid("no editor is set").hint("set EDITOR, or pass the text itself, or `-` and pipe it in")
            );
        }
    };
    let folder = Folder::make(environment)?;
    let path = folder.0.join("entry.md");
    let failed = |error| {
        Error::conflict("the editor's file could not be used").hint("pipe the text in with `-`").caused_by(error)
    };
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    drop(file);
    // Through a shell, as git does it, so that EDITOR may carry arguments.
    let status = std::process::Command::new("sh")
        .arg("-c")
        .arg(format!("{editor} \"$1\""))
        .arg("editor")
        .arg(&path)
        .status()
        .map_err(failed)?;
    if !status.success() {
        return Err(Error::conflict("the editor ended with an error, so nothing was stored").hint("check EDITOR"));
    }
    std::fs::read_to_string(&path).map_err(|error| match error.kind() {
        std::io::ErrorKind::InvalidData => {
            Error::invalid("the editor saved something that is not UTF-8").hint("save as UTF-8")
        }
        _ => failed(error),
    })
}

/// A private folder in memory, removed with everything in it when dropped.
struct Folder(PathBuf);

impl Folder {
    fn make(environment: &Environment) -> Result<Self> {
        let places = [environment.path("XDG_RUNTIME_DIR"), Some(PathBuf::from("/dev/shm"))];
        let Some(place) = places.into_iter().flatten().find(|place| is_in_memory(place)) else {
            return Err(Error::conflict("there is no place in memory for the editor's file")
                .hint("pipe the text in with `-`, so that it never lies on a disk"));
        };
        let name = data_encoding::HEXLOWER.encode(&entropy::draw::<16>(&OsEntropy)?);
        let path = place.join(format!("journal-{name}"));
        DirBuilder::new().mode(0o700).create(&path).map_err(|error| {
            Error::new(Kind::Conflict, format!("{} cannot be used", place.display())).caused_by(error)
        })?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            tracing::error!(%error, folder = %self.0.display(), "the editor's file could not be removed");
        }
    }
}

fn is_in_memory(place: &Path) -> bool {
    rustix::fs::statfs(place).is_ok_and(|facts| facts.f_type == TMPFS_MAGIC)
}
