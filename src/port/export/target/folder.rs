//! A folder in the clear. While it is being filled it holds a file that says so, and no `journal.json`.

use std::fs::File;
use std::io::BufWriter;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;

use crate::error::Error;
use crate::error::Result;
use crate::model::portable::DOCUMENT;
use crate::model::portable::ENTRIES;
use crate::model::portable::MEDIA;
use crate::model::portable::SCHEMA;
use crate::port::export::target::Sink;
use crate::storage::failure;
use crate::storage::files;

/// Says of a folder that its export did not come to its end.
const UNFINISHED: &str = "UNFINISHED";
/// What the document is called until everything else is there.
const HIDDEN: &str = ".journal.json.new";

/// A folder that is being filled.
pub(super) struct Folder {
    root: PathBuf,
    is_new: bool,
    open: Option<(PathBuf, BufWriter<File>)>,
}

/// Refuses a folder that holds something.
pub(super) fn check(root: &Path) -> Result<()> {
    match std::fs::read_dir(root) {
        Ok(mut items) => match items.next() {
            None => Ok(()),
            Some(_) if root.join(UNFINISHED).exists() => {
                Err(Error::conflict(format!("{} holds an export that was interrupted", root.display()))
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
        Err(error) => Err(failure::io("reading", root, error)),
    }
}

impl Folder {
    /// Makes the folder and marks it.
    pub(super) fn begin(root: &Path) -> Result<Self> {
        let is_new = !root.exists();
        files::make_folder(root)?;
        let mut folder = Self { root: root.to_owned(), is_new, open: None };
        let marked =
            folder.file(UNFINISHED, b"This export did not come to its end. Remove the folder and export again.\n");
        let made = marked.and_then(|()| files::make_folder(&root.join(ENTRIES)));
        if let Err(error) = made.and_then(|()| files::make_folder(&root.join(MEDIA))) {
            folder.abandon();
            return Err(error);
        }
        Ok(folder)
    }

    /// Makes everything durable, and only then gives the document its name and takes the mark away.
    pub(super) fn finish(&mut self) -> Result<()> {
        settle(&self.root)?;
        let (hidden, document) = (self.root.join(HIDDEN), self.root.join(DOCUMENT));
        std::fs::rename(&hidden, &document).map_err(|error| failure::io("placing", &document, error))?;
        let mark = self.root.join(UNFINISHED);
        std::fs::remove_file(&mark).map_err(|error| failure::io("removing", &mark, error))?;
        files::sync_parent(&mark)?;
        files::sync_parent(&self.root)
    }

    /// Takes away what was written, as far as that is possible.
    pub(super) fn abandon(&mut self) {
        self.open = None;
        let written = [HIDDEN, DOCUMENT, SCHEMA].map(|name| std::fs::remove_file(self.root.join(name)));
        let made = [ENTRIES, MEDIA].map(|name| std::fs::remove_dir_all(self.root.join(name)));
        let left = written.into_iter().chain(made).filter_map(std::result::Result::err);
        // As long as anything is left, the mark stays.
        if left.into_iter().all(|error| error.kind() == std::io::ErrorKind::NotFound) {
            let _ = std::fs::remove_file(self.root.join(UNFINISHED));
            if self.is_new {
                let _ = std::fs::remove_dir(&self.root);
            }
        }
    }
}

impl Sink for Folder {
    fn begin(&mut self, name: &str, _: u64) -> Result<()> {
        let path = self.root.join(if name == DOCUMENT { HIDDEN } else { name });
        let file = files::create_new(&path)?;
        self.open = Some((path, BufWriter::new(file)));
        Ok(())
    }

    fn write(&mut self, piece: &[u8]) -> Result<()> {
        let (path, file) = self.open.as_mut().expect("a file was begun");
        file.write_all(piece).map_err(|error| failure::io("writing", path, error))
    }

    fn end(&mut self) -> Result<()> {
        let (path, mut file) = self.open.take().expect("a file was begun");
        file.flush().map_err(|error| failure::io("writing", &path, error))
    }
}

/// Waits until everything that was written is on the disk: once for thousands of files, not for each.
fn settle(root: &Path) -> Result<()> {
    let folder = File::open(root).map_err(|error| failure::io("opening", root, error))?;
    rustix::fs::syncfs(&folder).map_err(|error| failure::io("syncing", root, error.into()))
}
