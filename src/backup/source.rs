//! Backup named by the user: archive, originals, description and identities.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::crypto::age_archive::ArchiveIdentities;
use crate::domain::backup::{self, BackupDescription, FORMAT_VERSION, MEDIA_DIR};
use crate::error::{Error, ErrorKind, Result};
use crate::secret::Secret;
use crate::storage::{files, hashing_io, io_error, keyring_file};

/// Maximum size in bytes of a JSON part read into memory; the manifest lists every original.
pub(super) const MAX_PART_BYTES: u64 = 256 << 20;
/// Read buffer size in bytes.
pub(super) const READ_BUFFER_BYTES: usize = 128 << 10;

/// Paths of a backup and of the identities or passphrase to decrypt it.
#[derive(Debug, Clone, clap::Args)]
pub struct SourceArgs {
    /// Archive file
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// File with an age identity or an SSH private key, mode 0600; repeatable
    #[arg(short, long = "identity", value_name = "FILE")]
    pub identities: Vec<PathBuf>,
    /// File with the passphrase of the archive or of the identities; prompted for on a terminal
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
    /// Folder of the originals; default: `media` next to the archive
    #[arg(long, value_name = "DIR")]
    pub media: Option<PathBuf>,
}

/// Located backup with its identities loaded; nothing is decrypted yet.
pub struct BackupSource {
    pub(super) file: PathBuf,
    pub(super) media: PathBuf,
    pub(super) bytes: u64,
    pub(super) description: Option<BackupDescription>,
    identities: ArchiveIdentities,
}

impl BackupSource {
    /// Locates a backup and loads its identities. `passphrase` was typed at a prompt.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` with code `passphrase_needed` if the caller must prompt; `Invalid` without any identity;
    /// `Conflict` for an identity file with open permissions or a description from a newer version.
    pub fn find(named: &SourceArgs, passphrase: Option<&Secret<String>>) -> Result<Self> {
        let shown = named.file.display();
        let facts =
            std::fs::metadata(&named.file).map_err(|error| io_error::for_path("opening", &named.file, error))?;
        if !facts.is_file() {
            return Err(Error::invalid(format!("{shown} is not a file"))
                .hint("name an archive; `journal backup list DIR` lists the archives of a folder"));
        }
        let description = load_description(&named.file)?;
        let given = match &named.passphrase_file {
            Some(path) => Some(keyring_file::read_single_line(path)?),
            None => passphrase.cloned(),
        };
        let mut identities = ArchiveIdentities::default();
        for path in &named.identities {
            identities.add(&files::read_private(path)?, given.as_ref())?;
        }
        match (&given, named.identities.as_slice()) {
            (Some(passphrase), []) => identities.add_passphrase(passphrase),
            (None, []) => return Err(missing_identity_error(description.as_ref())),
            _ => {}
        }
        let default_media = || named.file.parent().unwrap_or(Path::new("")).join(MEDIA_DIR);
        let media = named.media.clone().unwrap_or_else(default_media);
        Ok(Self { file: named.file.clone(), media, bytes: facts.len(), description, identities })
    }

    /// Returns the archive's file name.
    pub(super) fn name(&self) -> String {
        self.file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
    }

    pub(super) fn folder(&self) -> &Path {
        self.file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
    }

    /// Compares size and hash of the archive with its description; returns false if there is no description.
    ///
    /// # Errors
    /// `Conflict` if they differ.
    pub(super) fn check_description(&self, progress: &dyn Fn(u64, u64)) -> Result<bool> {
        let Some(description) = &self.description else { return Ok(false) };
        let other = || {
            Error::conflict(format!("{} does not match its description", self.file.display()))
                .hint("it was damaged, truncated or replaced; use another copy or another backup")
        };
        if description.bytes != self.bytes {
            return Err(other());
        }
        let done = Cell::new(0);
        let sum = hashing_io::hash_file(&self.file, &|bytes| {
            done.set(done.get() + bytes);
            progress(done.get(), self.bytes);
        })?;
        if sum.bytes == description.bytes && sum.sha256 == description.sha256 { Ok(true) } else { Err(other()) }
    }

    /// Opens the archive as a decrypted tar stream.
    pub(super) fn open(&self) -> Result<impl Read + use<>> {
        let file = File::open(&self.file).map_err(|error| io_error::for_path("opening", &self.file, error))?;
        self.identities.open(std::io::BufReader::with_capacity(READ_BUFFER_BYTES, file)).map_err(|error| {
            let recipients = self.description.as_ref().map(|description| &description.recipients);
            match recipients {
                Some(recipients) if error.kind() == ErrorKind::Unauthenticated && !recipients.is_empty() => {
                    Error::new(ErrorKind::Unauthenticated, error.to_string())
                        .hint(format!("it is encrypted to {}", recipients.join(", ")))
                        .caused_by(error)
                }
                _ => error,
            }
        })
    }
}

impl std::fmt::Debug for BackupSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Source").field("file", &self.file).finish_non_exhaustive()
    }
}

/// Parses a versioned JSON text. Checks the version first, because newer versions may have other fields.
///
/// # Errors
/// `Conflict` for a newer format version and for malformed JSON.
pub(super) fn parse_versioned<T: DeserializeOwned>(what: &str, text: &[u8]) -> Result<T> {
    #[derive(Deserialize)]
    struct Version {
        format: u32,
    }
    let damaged = |error: serde_json::Error| {
        Error::conflict(format!("{what} is damaged or was not written by journal"))
            .hint("use another copy or another backup")
            // The parser's message may quote content.
            .caused_by(format!("{:?} at line {}", error.classify(), error.line()))
    };
    let version: Version = serde_json::from_slice(text).map_err(damaged)?;
    if version.format > FORMAT_VERSION {
        return Err(Error::conflict(format!("{what} was written by a newer version of journal"))
            .hint(format!("its format version is {}; upgrade journal; nothing was changed", version.format)));
    }
    if version.format == 0 {
        return Err(Error::conflict(format!("{what} has no format version")).hint("use another copy or another backup"));
    }
    serde_json::from_slice(text).map_err(damaged)
}

/// Parses a JSON part without a version.
pub(super) fn parse_part<T: DeserializeOwned>(name: &str, text: &[u8]) -> Result<T> {
    serde_json::from_slice(text).map_err(|error| {
        Error::conflict(format!("{name} of the archive cannot be parsed"))
            .hint("use another backup")
            .caused_by(format!("{:?}", error.classify()))
    })
}

/// Settings in an archive: dotted key to value.
pub(super) type ArchivedSettings = BTreeMap<String, String>;

fn load_description(file: &Path) -> Result<Option<BackupDescription>> {
    let Some(name) = file.file_name().and_then(|name| backup::description_file(name.to_str()?)) else {
        return Ok(None);
    };
    let path = file.with_file_name(name);
    let text = match File::open(&path) {
        Ok(file) => {
            let mut text = Vec::new();
            file.take(MAX_PART_BYTES)
                .read_to_end(&mut text)
                .map_err(|error| io_error::for_path("reading", &path, error))?;
            text
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(io_error::for_path("opening", &path, error)),
    };
    parse_versioned(&format!("the description {}", path.display()), &text).map(Some)
}

fn missing_identity_error(description: Option<&BackupDescription>) -> Error {
    let needed = || Error::invalid("the archive is encrypted with a passphrase").code("passphrase_needed");
    match description.map(|description| description.recipients.as_slice()) {
        Some([only]) if only == "passphrase" => needed().hint("pass --passphrase-file FILE"),
        Some(recipients) => Error::invalid(format!("the archive needs an identity of {}", recipients.join(", ")))
            .hint("pass it with -i FILE"),
        None => Error::invalid("the archive needs an identity to be decrypted")
            .hint("pass -i FILE with a private key of a recipient, or --passphrase-file FILE"),
    }
}
