//! Writes the originals of an entry to files: mode 0600, atomically, never over an existing file.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, RenameFlags};
use rustix::io::Errno;
use serde::Serialize;

use journal::app::context::Ctx;
use journal::domain::id::EntryId;
use journal::error::{Error, Result};
use journal::services::entries::{self, OriginalFile, OriginalReader};

/// An original written to a file.
#[derive(Debug, Serialize)]
pub struct WrittenOriginal {
    #[serde(flatten)]
    original: OriginalFile,
    /// Path of the file.
    pub file: PathBuf,
}

/// Writes every original of an entry into a folder; writes none if one of the files exists.
///
/// # Errors
/// `Conflict` for an existing file or a damaged original; files written before it are kept.
pub async fn write_originals(ctx: &Ctx, entry: EntryId, folder: &Path) -> Result<Vec<WrittenOriginal>> {
    let originals = entries::originals(ctx, entry).await?.items;
    std::fs::create_dir_all(folder).map_err(|error| write_error(folder, error))?;
    for original in &originals {
        let path = folder.join(original.file_name(entry));
        if path.symlink_metadata().is_ok() {
            return Err(already_exists(&path));
        }
    }
    let mut written = Vec::with_capacity(originals.len());
    for original in originals {
        let (original, content) = entries::original(ctx, entry, original.n).await?;
        let file = folder.join(original.file_name(entry));
        write_atomically(content, &file)?;
        written.push(WrittenOriginal { original, file });
    }
    Ok(written)
}

/// Writes to a hidden temporary file, then renames it: only content read to its end is authenticated.
fn write_atomically(mut content: OriginalReader, path: &Path) -> Result<()> {
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let temporary = path.with_file_name(format!(".{name}.new"));
    let _ = std::fs::remove_file(&temporary);
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&temporary);
    let mut file = file.map_err(|error| write_error(path, error))?;
    let whole = loop {
        match content.next_chunk() {
            Ok(piece) if piece.is_empty() => break file.sync_all().map_err(|error| write_error(path, error)),
            Ok(piece) => {
                if let Err(error) = file.write_all(&piece) {
                    break Err(write_error(path, error));
                }
            }
            Err(error) => break Err(error),
        }
    };
    let placed = whole.and_then(|()| rename_no_replace(&temporary, path));
    if placed.is_err() {
        let _ = std::fs::remove_file(&temporary);
    }
    placed
}

fn rename_no_replace(from: &Path, to: &Path) -> Result<()> {
    match rustix::fs::renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        Ok(()) => Ok(()),
        Err(Errno::EXIST) => Err(already_exists(to)),
        // Some network file systems lack NOREPLACE; the earlier check has to suffice.
        Err(Errno::INVAL | Errno::NOSYS) => std::fs::rename(from, to).map_err(|error| write_error(to, error)),
        Err(error) => Err(write_error(to, error.into())),
    }
}

fn already_exists(path: &Path) -> Error {
    Error::conflict(format!("{} already exists", path.display())).hint("choose another folder with --to")
}

fn write_error(path: &Path, error: std::io::Error) -> Error {
    Error::conflict(format!("{} cannot be written", path.display()))
        .hint("check the folder and its free space")
        .caused_by(error)
}
