//! What a backup says of itself: the manifest inside, which only a key opens, and the description beside, which anybody reads.
//!
//! A backup is one archive, `journal-<instant>.tar.age`, and the originals that it names, in `media/` beside it. The
//! archive is a tar inside an age file (age-encryption.org/v1), in this order:
//!
//! 1. `manifest.json`, a [`Manifest`]: what follows, with the hash of each part;
//! 2. `keys.json`, [`Keys`]: what opens the databases and the originals;
//! 3. `settings.json`: the settings that were given, without secrets, as one object of dotted names and texts;
//! 4. `accounts.db`;
//! 5. `notebooks/<id>/notebook.db` of each notebook, in the order of their ids.
//!
//! Databases are whole `SQLCipher` files without a log beside them. Originals are copied as they lie in the data directory,
//! sealed, to `media/<notebook>/<id>.age`, once: an original never changes.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;
use uuid::Uuid;

use crate::model::id::NotebookId;

/// The version of the format that is written. Every version from 1 on is read.
pub const FORMAT: u32 = 1;
/// First part of the archive.
pub const MANIFEST: &str = "manifest.json";
/// What opens the databases.
pub const KEYS: &str = "keys.json";
/// The settings that were given.
pub const SETTINGS: &str = "settings.json";
/// The accounts database.
pub const ACCOUNTS: &str = "accounts.db";
/// Folder of originals beside the archives.
pub const MEDIA: &str = "media";
/// How archives begin; the instant at which they were begun follows.
pub const ARCHIVE_BEGINNING: &str = "journal-";
/// How archives end.
pub const ARCHIVE_ENDING: &str = ".tar.age";
/// How the descriptions beside them end: `journal-<instant>.json`.
pub const DESCRIPTION_ENDING: &str = ".json";

/// Returns the name of a notebook's database inside an archive.
#[must_use]
pub fn notebook_part(id: NotebookId) -> String {
    format!("notebooks/{id}/notebook.db")
}

/// Returns the name of the description that lies beside an archive; `None` for what is no name of an archive.
#[must_use]
pub fn description_of(archive: &str) -> Option<String> {
    let stem = archive.strip_suffix(ARCHIVE_ENDING).filter(|stem| stem.starts_with(ARCHIVE_BEGINNING))?;
    Some(format!("{stem}{DESCRIPTION_ENDING}"))
}

/// Returns where the folder of backups keeps an original.
#[must_use]
pub fn original_file(notebook: NotebookId, id: Uuid) -> String {
    format!("{MEDIA}/{notebook}/{id}.age")
}

/// A database inside the archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Name inside the archive.
    pub name: String,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256 of the file, hex.
    pub sha256: String,
    /// Newest migration that was applied to it.
    pub schema: u32,
    /// Rows of each table.
    pub rows: BTreeMap<String, i64>,
}

/// An original beside the archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Original {
    /// The notebook it belongs to.
    pub notebook: NotebookId,
    /// Its file is `media/<notebook>/<id>.age`.
    pub id: Uuid,
    /// Size of the sealed file in bytes.
    pub bytes: u64,
    /// SHA-256 of the sealed file, hex.
    pub sha256: String,
}

/// A notebook inside the archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotebookPart {
    /// Its id.
    pub id: NotebookId,
    /// Its database.
    pub part: Part,
}

/// Where the audit trail stood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stand {
    /// Position of the last event, 0 for none.
    pub seq: i64,
    /// Its mac, hex; empty for none.
    pub mac: String,
}

/// What is in an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Version of the archive's format.
    pub format: u32,
    /// Version of the program that wrote it.
    pub program: String,
    /// When it was begun, `YYYY-MM-DDTHH:MM:SSZ`.
    pub created_at: String,
    /// Names the root key, so that nothing has to be opened to know which journal this is.
    pub fingerprint: String,
    /// Whom it is encrypted to.
    pub recipients: Vec<String>,
    /// False when vectors and full-text index were left out; restoring makes them anew.
    pub derived: bool,
    /// The accounts database.
    pub accounts: Part,
    /// The notebooks, by id.
    pub notebooks: Vec<NotebookPart>,
    /// The originals, by notebook and id.
    pub originals: Vec<Original>,
    /// The audit trail as it stands in `accounts.db`.
    pub audit: Stand,
}

impl Manifest {
    /// Returns what is said in the clear of the archive that this is in, once its size and SHA-256 are known.
    #[must_use]
    pub fn described(self, bytes: u64, sha256: String) -> Description {
        let Self { format, program, created_at, fingerprint, recipients, derived, originals, .. } = self;
        Description { format, program, created_at, fingerprint, recipients, derived, bytes, sha256, originals }
    }
}

/// What opens what is in an archive. Nothing in it is ever shown or logged.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    /// The root key as the keyring seals it, hex.
    pub root: String,
    /// Raw `SQLCipher` key of each database, hex, by its name inside the archive.
    pub databases: BTreeMap<String, String>,
    /// age identity that opens each notebook's originals.
    pub originals: BTreeMap<NotebookId, String>,
}

impl Drop for Keys {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.root);
        self.databases.values_mut().for_each(zeroize::Zeroize::zeroize);
        self.originals.values_mut().for_each(zeroize::Zeroize::zeroize);
    }
}

/// What lies beside an archive, in the clear: enough to list, check and prune backups without a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Description {
    /// Version of the archive's format.
    pub format: u32,
    /// Version of the program that wrote it.
    pub program: String,
    /// When it was begun, `YYYY-MM-DDTHH:MM:SSZ`.
    pub created_at: String,
    /// Names the root key.
    pub fingerprint: String,
    /// Whom the archive is encrypted to.
    pub recipients: Vec<String>,
    /// False when vectors and full-text index were left out.
    pub derived: bool,
    /// Size of the archive in bytes.
    pub bytes: u64,
    /// SHA-256 of the archive, hex.
    pub sha256: String,
    /// The originals it needs.
    pub originals: Vec<Original>,
}
