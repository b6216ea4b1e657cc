//! Plaintext export to a folder. Until it is complete the folder has a marker file and no `journal.json`.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::domain::export_document::{DOCUMENT_FILE, ENTRIES_DIR, MEDIA_DIR, SCHEMA_FILE};
use crate::error::{Error, Result};
use crate::import_export::export::sink::ExportSink;
use crate::storage::{files, io_error};

/// Marker file of an incomplete export.
const MARKER_FILE: &str = "UNFINISHED";
/// Temporary name of the document until everything else is written.
const TEMP_DOCUMENT: &str = ".journal.json.new";

/// Folder writer.
pub(super) struct ExportFolder {
    root: PathBuf,
    is_new: bool,
    open: Option<(PathBuf, BufWriter<File>)>,
}

/// Rejects a folder that is not empty.
pub(super) fn validate_path(root: &Path) -> Result<()> {
    match std::fs::read_dir(root) {
        Ok(mut items) => match items.next() {
            None => Ok(()),
            Some(_) if root.join(MARKER_FILE).exists() => {
                Err(Error::conflict(format!("{} contains an interrupted export", root.display()))
                    .hint("remove the folder and run the command again"))
            }
            Some(_) => {
                Err(Error::conflict(format!("{} is not empty", root.display())).hint("name a new or an empty folder"))
            }
        },
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::NotADirectory => {
            Err(Error::conflict(format!("{} is not a folder", root.display())).hint("name a new or an empty folder"))
        }
        Err(error) => Err(io_error::for_path("reading", root, error)),
    }
}

impl ExportFolder {
    /// Creates the folder and its marker file.
    pub(super) fn begin(root: &Path) -> Result<Self> {
        let is_new = !root.exists();
        files::create_private_dir(root)?;
        let mut folder = Self { root: root.to_owned(), is_new, open: None };
        let marked =
            folder.write_file(MARKER_FILE, b"This export is incomplete. Remove the folder and export again.\n");
        let made = marked.and_then(|()| files::create_private_dir(&root.join(ENTRIES_DIR)));
        if let Err(error) = made.and_then(|()| files::create_private_dir(&root.join(MEDIA_DIR))) {
            folder.rollback();
            return Err(error);
        }
        Ok(folder)
    }

    /// Syncs all files to disk, then renames the document and removes the marker file.
    pub(super) fn finish(&mut self) -> Result<()> {
        sync_filesystem(&self.root)?;
        let (hidden, document) = (self.root.join(TEMP_DOCUMENT), self.root.join(DOCUMENT_FILE));
        std::fs::rename(&hidden, &document).map_err(|error| io_error::for_path("placing", &document, error))?;
        let mark = self.root.join(MARKER_FILE);
        std::fs::remove_file(&mark).map_err(|error| io_error::for_path("removing", &mark, error))?;
        files::sync_parent(&mark)?;
        files::sync_parent(&self.root)
    }

    /// Removes all written files as far as possible.
    pub(super) fn rollback(&mut self) {
        self.open = None;
        let written =
            [TEMP_DOCUMENT, DOCUMENT_FILE, SCHEMA_FILE].map(|name| std::fs::remove_file(self.root.join(name)));
        let made = [ENTRIES_DIR, MEDIA_DIR].map(|name| std::fs::remove_dir_all(self.root.join(name)));
        let left = written.into_iter().chain(made).filter_map(std::result::Result::err);
        // The marker file stays as long as anything else is left.
        if left.into_iter().all(|error| error.kind() == std::io::ErrorKind::NotFound) {
            let _ = std::fs::remove_file(self.root.join(MARKER_FILE));
            if self.is_new {
                let _ = std::fs::remove_dir(&self.root);
            }
        }
    }
}

impl ExportSink for ExportFolder {
    fn begin_file(&mut self, name: &str, _: u64) -> Result<()> {
        let path = self.root.join(if name == DOCUMENT_FILE { TEMP_DOCUMENT } else { name });
        let file = files::create_new(&path)?;
        self.open = Some((path, BufWriter::new(file)));
        Ok(())
    }

    fn write_chunk(&mut self, piece: &[u8]) -> Result<()> {
        let (path, file) = self.open.as_mut().expect("`begin` was called before");
        file.write_all(piece).map_err(|error| io_error::for_path("writing", path, error))
    }

    fn finish_file(&mut self) -> Result<()> {
        let (path, mut file) = self.open.take().expect("`begin` was called before");
        file.flush().map_err(|error| io_error::for_path("writing", &path, error))
    }
}

/// Syncs the file system: one call for thousands of files instead of one each.
fn sync_filesystem(root: &Path) -> Result<()> {
    let folder = File::open(root).map_err(|error| io_error::for_path("opening", root, error))?;
    rustix::fs::syncfs(&folder).map_err(|error| io_error::for_path("syncing", root, error.into()))
}
