//! Text file in a private folder of a memory file system. It survives the command that created it, so that a text is not
//! lost if the command is killed.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::FlockOperation;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::interrupt;
use crate::private_dir::PrivateDir;
use journal::config::EnvironmentSnapshot;
use journal::domain::id::{DraftId, EntryId};
use journal::error::{Error, Result};

/// `f_type` of tmpfs (linux/magic.h).
const TMPFS_MAGIC: i64 = 0x0102_1994;
/// Prefix of the folders.
const FOLDER_PREFIX: &str = "journal-text-";
/// Name of the text file, by which editors choose the syntax.
const TEXT_NAME: &str = "entry.md";
/// Name of the file with the [`TextPurpose`]; the command that uses the folder holds a lock on it.
const PURPOSE_NAME: &str = "purpose.json";
/// Command that lists the texts of interrupted commands.
const RECOVER_COMMAND: &str = "journal write --recover";
/// Next step if no folder can be created.
const PIPE_HINT: &str = "pipe the text in with `-`";

/// Journal, entry and flags that a text belongs to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextPurpose {
    /// Data directory of the journal.
    pub data_dir: PathBuf,
    /// E-mail address of the journal's user.
    pub user: String,
    /// The entry that the text changes; `None` for a new entry.
    pub entry: Option<EntryId>,
    /// Date given by a flag, `YYYY-MM-DD`.
    pub date: Option<String>,
    /// Day on which the text was typed, `YYYY-MM-DD`.
    pub typed_on: Option<String>,
    /// Time of day given by a flag.
    #[serde(default)]
    pub time: Option<String>,
    /// Title given by a flag.
    pub title: Option<String>,
    /// Tags given by flags.
    pub tags: Vec<String>,
    /// True if front matter at the top of the text is read.
    pub has_front_matter: bool,
    /// The draft that the text was recovered from.
    pub draft: Option<DraftId>,
    /// SHA-256 of the text that the editor was opened with, hex.
    pub initial_hash: String,
}

/// A text file and the lock on its folder.
#[derive(Debug)]
pub struct MemoryTextFile {
    folder: PathBuf,
    purpose: TextPurpose,
    _lock: File,
}

/// A text that another command left.
#[derive(Debug)]
pub struct KeptTextFile {
    /// Path of the text.
    pub path: PathBuf,
    pub purpose: TextPurpose,
    /// Time of the last change in seconds since 1970.
    pub modified: i64,
}

impl MemoryTextFile {
    /// Creates the file for an editor that is to be opened with a text.
    ///
    /// # Errors
    /// `Conflict` without a memory file system that has space for it.
    pub fn for_editor(environment: &EnvironmentSnapshot, purpose: &TextPurpose, text: &[u8]) -> Result<Self> {
        Self::create(environment, TextPurpose { initial_hash: hash_of(text), ..purpose.clone() }, text)
    }

    /// Creates the file for a text that was typed already.
    ///
    /// # Errors
    /// As [`Self::for_editor`].
    pub fn for_typed(environment: &EnvironmentSnapshot, purpose: &TextPurpose, text: &[u8]) -> Result<Self> {
        Self::create(environment, TextPurpose { initial_hash: hash_of(b""), ..purpose.clone() }, text)
    }

    fn create(environment: &EnvironmentSnapshot, purpose: TextPurpose, text: &[u8]) -> Result<Self> {
        let json = serde_json::to_vec(&purpose).map_err(|error| Error::internal("writing JSON", error))?;
        let mut failed = None;
        for place in memory_places(environment) {
            match create_folder(&place, &json, text) {
                Ok((folder, lock)) => {
                    interrupt::set_next_step(Some(RECOVER_COMMAND));
                    return Ok(Self { folder, purpose, _lock: lock });
                }
                Err(error) => failed = Some(error),
            }
        }
        Err(failed.unwrap_or_else(|| {
            Error::conflict("there is no memory file system for the text")
                .hint("pipe the text in with `-`, so that it is never written to disk")
        }))
    }

    /// Takes over a file that another command left.
    ///
    /// # Errors
    /// `Conflict` if a command uses it.
    pub fn adopt(kept: &KeptTextFile) -> Result<Self> {
        let folder = kept.path.parent().unwrap_or(&kept.path).to_owned();
        let lock = lock(&folder).map_err(unusable)?.ok_or_else(|| {
            Error::conflict("another command uses that text").hint("close its editor, then run the command again")
        })?;
        interrupt::set_next_step(Some(RECOVER_COMMAND));
        Ok(Self { folder, purpose: kept.purpose.clone(), _lock: lock })
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub fn text_path(&self) -> PathBuf {
        self.folder.join(TEXT_NAME)
    }

    /// Opens the text for appending.
    pub fn open_to_append(&self) -> io::Result<File> {
        OpenOptions::new().append(true).open(self.text_path())
    }

    /// Reads the text, at most one byte more than `limit`.
    ///
    /// # Errors
    /// `Conflict` if it cannot be read; a deleted file is an empty text.
    pub fn read(&self, limit: u64) -> Result<Vec<u8>> {
        match File::open(self.text_path()) {
            Ok(file) => {
                let mut bytes = Vec::new();
                io::Read::read_to_end(&mut io::Read::take(file, limit + 1), &mut bytes).map_err(unusable)?;
                Ok(bytes)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(unusable(error)),
        }
    }

    /// Returns whether the text differs from the one that the file was created with.
    pub fn is_changed(&self, text: &[u8]) -> bool {
        hash_of(text) != self.purpose.initial_hash
    }

    /// Removes the folder with the text.
    pub fn remove(self) {
        remove_folder(&self.folder);
        interrupt::set_next_step(None);
    }
}

/// Creates the folder with both files, or nothing; returns the lock on it.
fn create_folder(place: &Path, purpose: &[u8], text: &[u8]) -> Result<(PathBuf, File)> {
    let mut folder = PrivateDir::create(place, FOLDER_PREFIX, PIPE_HINT)?;
    let create = |name: &str| {
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(folder.path.join(name)).map_err(unusable)
    };
    let mut lock = create(PURPOSE_NAME)?;
    rustix::fs::flock(&lock, FlockOperation::LockExclusive).map_err(|error| unusable(error.into()))?;
    lock.write_all(purpose).map_err(unusable)?;
    create(TEXT_NAME)?.write_all(text).map_err(unusable)?;
    folder.keep = true;
    Ok((folder.path.clone(), lock))
}

/// Lists the texts that commands for this journal and user left, oldest first. Empty and unchanged ones are removed.
pub fn list_kept(environment: &EnvironmentSnapshot, data_dir: &Path, user: &str) -> Vec<KeptTextFile> {
    let places = memory_places(environment).into_iter();
    let folders = places.filter_map(|place| std::fs::read_dir(place).ok()).flatten().flatten();
    let folders = folders.filter(|item| item.file_name().to_string_lossy().starts_with(FOLDER_PREFIX));
    let mut kept: Vec<KeptTextFile> =
        folders.filter_map(|item| read_kept(&item.path(), data_dir, user).ok().flatten()).collect();
    kept.sort_by(|a, b| (a.modified, &a.path).cmp(&(b.modified, &b.path)));
    kept
}

/// Reads a folder; `None` for one of another account, journal or user, one in use, and one without a text to keep.
fn read_kept(folder: &Path, data_dir: &Path, user: &str) -> io::Result<Option<KeptTextFile>> {
    let facts = folder.symlink_metadata()?;
    if !facts.is_dir() || facts.uid() != rustix::process::geteuid().as_raw() || facts.mode() & 0o077 != 0 {
        return Ok(None);
    }
    let purpose: TextPurpose = serde_json::from_slice(&std::fs::read(folder.join(PURPOSE_NAME))?)?;
    if purpose.data_dir != data_dir || purpose.user != user {
        return Ok(None);
    }
    let Some(_lock) = lock(folder)? else { return Ok(None) };
    let path = folder.join(TEXT_NAME);
    let text = std::fs::read(&path).unwrap_or_default();
    if text.trim_ascii().is_empty() || hash_of(&text) == purpose.initial_hash {
        remove_folder(folder);
        return Ok(None);
    }
    Ok(Some(KeptTextFile { modified: path.metadata()?.mtime(), path, purpose }))
}

/// Locks a folder until the file is dropped; `None` while a command uses it.
fn lock(folder: &Path) -> io::Result<Option<File>> {
    let file = File::open(folder.join(PURPOSE_NAME))?;
    match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(Some(file)),
        Err(rustix::io::Errno::WOULDBLOCK) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn remove_folder(folder: &Path) {
    if let Err(error) = std::fs::remove_dir_all(folder) {
        tracing::error!(%error, folder = %folder.display(), "removing a temporary folder failed");
    }
}

/// Returns the memory file systems that are there.
fn memory_places(environment: &EnvironmentSnapshot) -> Vec<PathBuf> {
    let is_in_memory = |place: &PathBuf| rustix::fs::statfs(place).is_ok_and(|facts| facts.f_type == TMPFS_MAGIC);
    let places = [environment.path("XDG_RUNTIME_DIR"), Some(PathBuf::from("/dev/shm"))];
    places.into_iter().flatten().filter(is_in_memory).collect()
}

fn hash_of(text: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(text))
}

fn unusable(error: io::Error) -> Error {
    Error::conflict("the editor's file cannot be used").hint(PIPE_HINT).caused_by(error)
}
