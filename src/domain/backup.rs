//! Backup format: encrypted manifest inside the archive, plaintext description next to it.
//!
//! A backup is one archive, `journal-<instant>.tar.age`, and the originals that it references in `media/` of the same
//! folder. The archive is a tar inside an age file (age-encryption.org/v1), in this order:
//!
//! 1. `manifest.json`, a [`BackupManifest`]: the parts that follow, with their hashes;
//! 2. `keys.json`, [`BackupKeys`]: the keys of the databases and the originals;
//! 3. `settings.json`: the settings that were set, without secrets, as one object of dotted names and strings;
//! 4. `accounts.db`;
//! 5. `notebooks/<id>/notebook.db` of each notebook, ordered by id.
//!
//! Databases are complete `SQLCipher` files without a WAL. Originals are immutable and copied once, encrypted as in the
//! data directory, to `media/<notebook>/<id>.age`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::id::NotebookId;

/// Format version that is written. Every version from 1 on can be read.
pub const FORMAT_VERSION: u32 = 1;
/// Name of the manifest, the first part of the archive.
pub const MANIFEST_FILE: &str = "manifest.json";
/// Name of the part with the keys.
pub const KEYS_FILE: &str = "keys.json";
/// Name of the part with the settings.
pub const SETTINGS_FILE: &str = "settings.json";
/// Name of the accounts database.
pub const ACCOUNTS_FILE: &str = "accounts.db";
/// Folder of the originals, next to the archives.
pub const MEDIA_DIR: &str = "media";
/// File name prefix of archives; the start time of the backup follows.
pub const ARCHIVE_PREFIX: &str = "journal-";
/// File name suffix of archives.
pub const ARCHIVE_SUFFIX: &str = ".tar.age";
/// File name suffix of descriptions: `journal-<instant>.json`.
pub const DESCRIPTION_SUFFIX: &str = ".json";

/// Returns the name of a notebook's database inside an archive.
#[must_use]
pub fn notebook_file(id: NotebookId) -> String {
    format!("notebooks/{id}/notebook.db")
}

/// Returns the file name of an archive's description; `None` if the name is not that of an archive.
#[must_use]
pub fn description_file(archive: &str) -> Option<String> {
    let stem = archive.strip_suffix(ARCHIVE_SUFFIX).filter(|stem| stem.starts_with(ARCHIVE_PREFIX))?;
    Some(format!("{stem}{DESCRIPTION_SUFFIX}"))
}

/// Returns the path of an original relative to the backup folder.
#[must_use]
pub fn original_file(notebook: NotebookId, id: Uuid) -> String {
    format!("{MEDIA_DIR}/{notebook}/{id}.age")
}

/// Database inside the archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabasePart {
    /// Name inside the archive.
    pub name: String,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256 of the file, hex.
    pub sha256: String,
    /// Number of the newest applied migration.
    pub schema: u32,
    /// Row count of each table.
    pub rows: BTreeMap<String, i64>,
}

/// Original stored next to the archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BackupOriginal {
    /// The notebook it belongs to.
    pub notebook: NotebookId,
    /// Identifies its file, `media/<notebook>/<id>.age`.
    pub id: Uuid,
    /// Size of the encrypted file in bytes.
    pub bytes: u64,
    /// SHA-256 of the encrypted file, hex.
    pub sha256: String,
}

/// Notebook inside the archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotebookBackupPart {
    /// Id of the notebook.
    pub id: NotebookId,
    /// Its database file.
    pub part: DatabasePart,
}

/// Last event of the audit log at the time of the backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditHead {
    /// Position of the last event, 0 for none.
    pub seq: i64,
    /// MAC of that event, hex; empty for none.
    pub mac: String,
}

/// Manifest of an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BackupManifest {
    /// Version of the archive's format.
    pub format: u32,
    /// Version of the program that wrote the archive.
    pub program: String,
    /// Start of the backup, `YYYY-MM-DDTHH:MM:SSZ`.
    pub created_at: String,
    /// Fingerprint of the root key; identifies the data directory without decrypting anything.
    pub fingerprint: String,
    /// age recipients the archive is encrypted to.
    pub recipients: Vec<String>,
    /// False if vectors and full-text index were omitted; a restore rebuilds them.
    pub derived: bool,
    /// The accounts database.
    pub accounts: DatabasePart,
    /// The notebooks, by id.
    pub notebooks: Vec<NotebookBackupPart>,
    /// The originals, by notebook and id.
    pub originals: Vec<BackupOriginal>,
    /// Head of the audit log in `accounts.db`.
    pub audit: AuditHead,
}

impl BackupManifest {
    /// Returns the plaintext description of the archive, given its size in bytes and its SHA-256.
    #[must_use]
    pub fn into_description(self, bytes: u64, sha256: String) -> BackupDescription {
        let Self { format, program, created_at, fingerprint, recipients, derived, originals, .. } = self;
        BackupDescription { format, program, created_at, fingerprint, recipients, derived, bytes, sha256, originals }
    }
}

/// Keys of the databases and originals of an archive; never shown or logged.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BackupKeys {
    /// Serialized root key, as the keyring encrypts it, hex.
    pub root: String,
    /// Raw `SQLCipher` key of each database, hex, by name inside the archive.
    pub databases: BTreeMap<String, String>,
    /// age identity of each notebook's originals.
    pub originals: BTreeMap<NotebookId, String>,
}

impl Drop for BackupKeys {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.root);
        self.databases.values_mut().for_each(zeroize::Zeroize::zeroize);
        self.originals.values_mut().for_each(zeroize::Zeroize::zeroize);
    }
}

/// Plaintext description of an archive: enough to list, check and prune backups without a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BackupDescription {
    /// Version of the archive's format.
    pub format: u32,
    /// Version of the program that wrote the archive.
    pub program: String,
    /// Start of the backup, `YYYY-MM-DDTHH:MM:SSZ`.
    pub created_at: String,
    /// Fingerprint of the root key.
    pub fingerprint: String,
    /// age recipients the archive is encrypted to.
    pub recipients: Vec<String>,
    /// False if vectors and full-text index were omitted.
    pub derived: bool,
    /// Size of the archive in bytes.
    pub bytes: u64,
    /// SHA-256 of the archive, hex.
    pub sha256: String,
    /// Originals that the archive references.
    pub originals: Vec<BackupOriginal>,
}
