//! Originals written back to files: private, whole, and over nothing that is there.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::path::PathBuf;

use rustix::fs::CWD;
use rustix::fs::RenameFlags;
use rustix::io::Errno;
use serde::Serialize;

use journal::ctx::Ctx;
use journal::entries;
use journal::entries::Content;
use journal::entries::Original;
use journal::error::Error;
use journal::error::Result;
use journal::model::id::EntryId;

/// An original that was written.
#[derive(Debug, Serialize)]
pub struct Written {
    #[serde(flatten)]
    original: Original,
    /// Where it is.
    pub file: PathBuf,
}

/// Writes every original of an entry into a folder, or none over a file that is there already.
///
/// # Errors
/// `Conflict` for a file that is there, or an original that is damaged; the ones before it stay.
pub async fn write(ctx: &Ctx, entry: EntryId, folder: &Path) -> Result<Vec<Written>> {
    let wanted = entries::originals(ctx, entry).await?.items;
    std::fs::create_dir_all(folder).map_err(|error| refused(folder, error))?;
    for original in &wanted {
        let path = folder.join(original.file_name(entry));
        if path.symlink_metadata().is_ok() {
            return Err(taken(&path));
        }
    }
    let mut written = Vec::with_capacity(wanted.len());
    for original in wanted {
        let (original, content) = entries::original(ctx, entry, original.n).await?;
        let file = folder.join(original.file_name(entry));
        place(content, &file)?;
        written.push(Written { original, file });
    }
    Ok(written)
}

/// Writes under a hidden name first: only what was read to its end, and so is authentic, gets the name.
fn place(mut content: Content, path: &Path) -> Result<()> {
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let temporary = path.with_file_name(format!(".{name}.new"));
    let _ = std::fs::remove_file(&temporary);
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&temporary);
    let mut file = file.map_err(|error| refused(path, error))?;
    let whole = loop {
        match content.next_piece() {
            Ok(piece) if piece.is_empty() => break file.sync_all().map_err(|error| refused(path, error)),
            Ok(piece) => {
                if let Err(error) = file.write_all(&piece) {
                    break Err(refused(path, error));
                }
            }
            Err(error) => break Err(error),
        }
    };
    let placed = whole.and_then(|()| rename(&temporary, path));
    if placed.is_err() {
        let _ = std::fs::remove_file(&temporary);
    }
    placed
}

fn rename(from: &Path, to: &Path) -> Result<()> {
    match rustix::fs::renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        Ok(()) => Ok(()),
        Err(Errno::EXIST) => Err(taken(to)),
        // Some network file systems cannot tell; the look beforehand has to do.
        Err(Errno::INVAL | Errno::NOSYS) => std::fs::rename(from, to).map_err(|error| refused(to, error)),
        Err(error) => Err(refused(to, error.into())),
    }
}

fn taken(path: &Path) -> Error {
    Error::conflict(format!("{} is there already", path.display())).hint("name another folder with --to")
}

fn refused(path: &Path, error: std::io::Error) -> Error {
    Error::conflict(format!("{} cannot be written", path.display()))
        .hint("check the folder and its free space")
        .caused_by(error)
}
