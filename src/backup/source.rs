//! A backup that somebody names: its archive, its originals, what is said of it beside it, and what opens it.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::path::PathBuf;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::crypto::archive::Identities;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::model::backup;
use crate::model::backup::Description;
use crate::model::backup::FORMAT;
use crate::model::backup::MEDIA;
use crate::secret::Secret;
use crate::storage::failure;
use crate::storage::files;
use crate::storage::hashed;
use crate::storage::keyring_file;

/// Most bytes of what is read into memory whole: it names every original.
pub(super) const MOST_TEXT: u64 = 256 << 20;
/// Bytes that are read at once.
pub(super) const PIECE: usize = 128 << 10;

/// Where a backup lies, and what is to open it.
#[derive(Debug, Clone)]
pub struct Named {
    /// The archive.
    pub file: PathBuf,
    /// Folder of the originals; `media` beside the archive if none.
    pub media: Option<PathBuf>,
    /// Files with identities.
    pub identities: Vec<PathBuf>,
    /// File with the passphrase of the archive, or of the identities.
    pub passphrase_file: Option<PathBuf>,
}

/// A backup that can be opened, as far as can be told without opening it.
pub struct Source {
    pub(super) file: PathBuf,
    pub(super) media: PathBuf,
    pub(super) bytes: u64,
    pub(super) description: Option<Description>,
    identities: Identities,
}

impl Source {
    /// Finds a backup and reads what is to open it. `passphrase` is what a person typed.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` with the code `passphrase_needed` when a passphrase has to be asked for, and without anything
    /// that could open it, naming its recipients; `Conflict` for an identity file that is open to others, or a
    /// description from a newer version.
    pub fn find(named: &Named, passphrase: Option<&Secret<String>>) -> Result<Self> {
        let shown = named.file.display();
        let facts = std::fs::metadata(&named.file).map_err(|error| failure::io("opening", &named.file, error))?;
        if !facts.is_file() {
            return Err(Error::invalid(format!("{shown} is no file"))
                .hint("name an archive; `journal backup list DIR` shows those of a folder"));
        }
        let description = description_of(&named.file)?;
        let given = match &named.passphrase_file {
            Some(path) => Some(keyring_file::read_line(path)?),
            None => passphrase.cloned(),
        };
        let mut identities = Identities::default();
        for path in &named.identities {
            identities.add(&files::read_private(path)?, given.as_ref())?;
        }
        match (&given, named.identities.as_slice()) {
            (Some(passphrase), []) => identities.add_passphrase(passphrase),
            (None, []) => return Err(nothing_opens(description.as_ref())),
            _ => {}
        }
        let beside = || named.file.parent().unwrap_or(Path::new("")).join(MEDIA);
        let media = named.media.clone().unwrap_or_else(beside);
        Ok(Self { file: named.file.clone(), media, bytes: facts.len(), description, identities })
    }

    /// Returns the archive's name, without its folder.
    pub(super) fn name(&self) -> String {
        self.file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
    }

    /// Returns the folder in which the archive lies.
    pub(super) fn folder(&self) -> &Path {
        self.file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
    }

    /// Holds the archive against its description, if it has one; tells whether it had.
    ///
    /// # Errors
    /// `Conflict` when it is not the file that was described.
    pub(super) fn check_description(&self, progress: &dyn Fn(u64, u64)) -> Result<bool> {
        let Some(description) = &self.description else { return Ok(false) };
        let other = || {
            Error::conflict(format!("{} is not the file that its description tells of", self.file.display()))
                .hint("it was damaged, cut short or replaced; take another copy or another backup")
        };
        if description.bytes != self.bytes {
            return Err(other());
        }
        let done = Cell::new(0);
        let sum = hashed::of(&self.file, &|bytes| {
            done.set(done.get() + bytes);
            progress(done.get(), self.bytes);
        })?;
        if sum.bytes == description.bytes && sum.sha256 == description.sha256 { Ok(true) } else { Err(other()) }
    }

    /// Opens the archive as a stream of its parts.
    pub(super) fn open(&self) -> Result<impl Read + use<>> {
        let file = File::open(&self.file).map_err(|error| failure::io("opening", &self.file, error))?;
        self.identities.open(std::io::BufReader::with_capacity(PIECE, file)).map_err(|error| {
            let recipients = self.description.as_ref().map(|description| &description.recipients);
            match recipients {
                Some(recipients) if error.kind() == Kind::Unauthenticated && !recipients.is_empty() => {
                    Error::new(Kind::Unauthenticated, error.to_string())
                        .hint(format!("it was made for {}", recipients.join(", ")))
                        .caused_by(error)
                }
                _ => error,
            }
        })
    }
}

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Source").field("file", &self.file).finish_non_exhaustive()
    }
}

/// Reads a text of this format; its version first, since a newer one may have anything else in it.
///
/// # Errors
/// `Conflict` for a format from the future, and for what is none.
pub(super) fn parse<T: DeserializeOwned>(what: &str, text: &[u8]) -> Result<T> {
    #[derive(Deserialize)]
    struct Version {
        format: u32,
    }
    let damaged = |error: serde_json::Error| {
        Error::conflict(format!("{what} is damaged, or is not one of journal's"))
            .hint("take another copy or another backup")
            // The parser's own words may quote what it read.
            .caused_by(format!("{:?} at line {}", error.classify(), error.line()))
    };
    let version: Version = serde_json::from_slice(text).map_err(damaged)?;
    if version.format > FORMAT {
        return Err(Error::conflict(format!("{what} was written by a newer version of journal"))
            .hint(format!("its format is {}; use that version or a newer one; nothing was changed", version.format)));
    }
    if version.format == 0 {
        return Err(Error::conflict(format!("{what} names no format")).hint("take another copy or another backup"));
    }
    serde_json::from_slice(text).map_err(damaged)
}

/// Parses what has no version of its own.
pub(super) fn parse_part<T: DeserializeOwned>(name: &str, text: &[u8]) -> Result<T> {
    serde_json::from_slice(text).map_err(|error| {
        Error::conflict(format!("{name} of the archive cannot be read"))
            .hint("take another backup")
            .caused_by(format!("{:?}", error.classify()))
    })
}

/// Settings as the archive holds them.
pub(super) type Settings = BTreeMap<String, String>;

fn description_of(file: &Path) -> Result<Option<Description>> {
    let Some(name) = file.file_name().and_then(|name| backup::description_of(name.to_str()?)) else { return Ok(None) };
    let path = file.with_file_name(name);
    let text = match File::open(&path) {
        Ok(file) => {
            let mut text = Vec::new();
            file.take(MOST_TEXT).read_to_end(&mut text).map_err(|error| failure::io("reading", &path, error))?;
            text
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failure::io("opening", &path, error)),
    };
    parse(&format!("the description {}", path.display()), &text).map(Some)
}

fn nothing_opens(description: Option<&Description>) -> Error {
    let needed = || Error::invalid("the archive is behind a passphrase").code("passphrase_needed");
    match description.map(|description| description.recipients.as_slice()) {
        Some([only]) if only == "passphrase" => needed().hint("pass --passphrase-file FILE"),
        Some(recipients) => Error::invalid(format!("the archive opens with an identity of {}", recipients.join(", ")))
            .hint("pass it with -i FILE"),
        None => Error::invalid("the archive needs an identity to be opened")
            .hint("pass -i FILE with the key that it was made for, or --passphrase-file FILE"),
    }
}
