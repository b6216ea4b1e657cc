//! Database snapshots for a backup: one consistent, encrypted copy of each database in a work folder.

use std::cell::Cell;
use std::path::{Path, PathBuf};

use uuid::Uuid;

use crate::backup::originals::{KnownOriginals, OriginalCopyCounts, OriginalsCopier, OriginalsCopyResult};
use crate::backup::progress::ProgressCounter;
use crate::backup::repository::BackupRepository;
use crate::crypto::key::SymmetricKey;
use crate::crypto::key_derivation::KeyPurpose;
use crate::domain::backup::{self, AuditHead, BackupOriginal, DatabasePart};
use crate::domain::id::NotebookId;
use crate::error::{Error, ErrorKind, Result};
use crate::secret::Secret;
use crate::storage::accounts::{self, AccountsKind};
use crate::storage::database::{DatabaseKind, EncryptedDatabase, snapshot};
use crate::storage::notebook::{NotebookKind, derived, state, uploads};
use crate::storage::store::DataStore;
use crate::storage::{files, hashing_io};

/// Attempts to snapshot a notebook, or the list of notebooks, that changes during the copy.
const TRIES: usize = 3;

/// Encrypted copy of one database.
pub(super) struct DatabaseSnapshot {
    pub(super) path: PathBuf,
    pub(super) key: SymmetricKey,
    pub(super) part: DatabasePart,
}

/// Snapshots of all databases, with the originals that they reference.
pub(super) struct BackupSnapshots {
    pub(super) accounts: DatabaseSnapshot,
    pub(super) audit: AuditHead,
    pub(super) notebooks: Vec<NotebookSnapshot>,
    pub(super) originals: Vec<BackupOriginal>,
    pub(super) tally: OriginalCopyCounts,
}

/// Takes the snapshots and copies the originals that they reference.
pub(super) struct SnapshotRun<'a> {
    pub(super) store: &'a DataStore,
    pub(super) work: &'a Path,
    pub(super) folder: &'a BackupRepository,
    pub(super) meter: &'a ProgressCounter<'a>,
    /// True if vectors and the full-text index are kept.
    pub(super) derived: bool,
}

/// Snapshot of a notebook, with the identity that decrypts its originals.
type NotebookSnapshot = (NotebookId, DatabaseSnapshot, Secret<String>);

/// Facts read from a notebook's snapshot.
struct NotebookFacts {
    identity: Secret<String>,
    originals: Vec<(Uuid, Vec<u8>)>,
}

impl SnapshotRun<'_> {
    /// Copies the accounts database first, then the notebooks it lists, so that no notebook lacks its key.
    ///
    /// # Errors
    /// `Limited` after [`TRIES`] attempts in which a notebook was deleted; otherwise database and I/O errors.
    pub(super) fn run(&self) -> Result<BackupSnapshots> {
        let known = KnownOriginals::read(self.folder)?;
        for _ in 0..TRIES {
            if let Some(taken) = self.try_snapshot_all(&known)? {
                return Ok(taken);
            }
        }
        Err(still_changing_error("the journal"))
    }

    /// Returns `None` if a notebook was deleted during the copy.
    fn try_snapshot_all(&self, known: &KnownOriginals) -> Result<Option<BackupSnapshots>> {
        let path = self.work.join(backup::ACCOUNTS_FILE);
        let key = self.store.root_key().derive(KeyPurpose::AccountsDatabase);
        self.copy_database(&self.store.accounts, &path, &key)?;
        let (rows, last) = snapshot::read_file::<AccountsKind, _>(&path, &key, |db| {
            let ids = accounts::notebooks::list_ids(db)?;
            let keys =
                ids.into_iter().map(|id| Ok((id, accounts::notebooks::find_keys(db, id)?.map(|keys| keys.wrapped))));
            Ok((keys.collect::<Result<Vec<_>>>()?, accounts::audit::last_link(db)?))
        })?;
        let (seq, mac) = last.unwrap_or_default();
        let audit = AuditHead { seq, mac: data_encoding::HEXLOWER.encode(&mac) };
        let accounts = Self::to_database_snapshot(backup::ACCOUNTS_FILE.to_owned(), path, key)?;
        let (mut notebooks, mut originals, mut tally) = (Vec::new(), Vec::new(), OriginalCopyCounts::default());
        for (id, wrapped) in rows {
            let key = self.store.unwrap_key(id, &wrapped.unwrap_or_default())?;
            let Some((notebook, of_it)) = self.snapshot_notebook(id, key, known, &mut tally)? else { return Ok(None) };
            notebooks.push(notebook);
            originals.extend(of_it);
        }
        Ok(Some(BackupSnapshots { accounts, audit, notebooks, originals, tally }))
    }

    fn snapshot_notebook(
        &self,
        id: NotebookId,
        key: SymmetricKey,
        known: &KnownOriginals,
        tally: &mut OriginalCopyCounts,
    ) -> Result<Option<(NotebookSnapshot, Vec<BackupOriginal>)>> {
        let path = self.work.join(format!("{id}.db"));
        let mut missing_id = None;
        for _ in 0..TRIES {
            let database = match self.store.notebook(id) {
                Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
                other => other?,
            };
            self.copy_database(&database, &path, &key)?;
            let facts = snapshot::read_file::<NotebookKind, _>(&path, &key, |db| {
                Ok(NotebookFacts { identity: state::media_identity(db)?, originals: uploads::list_sealed_hashes(db)? })
            })?;
            let copying = OriginalsCopier {
                notebook: id,
                source: self.store.data.media(id),
                folder: self.folder,
                known,
                meter: self.meter,
            };
            let originals = match copying.run(&facts.originals, tally)? {
                OriginalsCopyResult::All(originals) => originals,
                OriginalsCopyResult::Missing(id) => {
                    missing_id = Some(id);
                    continue;
                }
            };
            let path = if self.derived { path } else { self.strip_derived(id, &path, &key)? };
            let taken = Self::to_database_snapshot(backup::notebook_file(id), path, key)?;
            return Ok(Some(((id, taken, facts.identity), originals)));
        }
        Err(missing_original_error(id, missing_id.unwrap_or_default()))
    }

    fn strip_derived(&self, id: NotebookId, path: &Path, key: &SymmetricKey) -> Result<PathBuf> {
        let packed = self.work.join(format!("{id}.packed.db"));
        snapshot::vacuum_into::<NotebookKind>(path, key, &packed, derived::remove)?;
        files::remove_if_exists(path)?;
        Ok(packed)
    }

    fn copy_database<P: DatabaseKind>(
        &self,
        database: &EncryptedDatabase<P>,
        path: &Path,
        key: &SymmetricKey,
    ) -> Result<()> {
        files::remove_if_exists(path)?;
        let reported = Cell::new(0);
        database.snapshot(path, key, &|pages, _| {
            self.meter.add((pages - reported.replace(pages)) * snapshot::PAGE_BYTES);
        })
    }

    fn to_database_snapshot(name: String, path: PathBuf, key: SymmetricKey) -> Result<DatabaseSnapshot> {
        let census = snapshot::summarize(&path, &key)?;
        let sum = hashing_io::hash_file(&path, &|_| {})?;
        let part =
            DatabasePart { name, bytes: sum.bytes, sha256: sum.sha256, schema: census.schema, rows: census.rows };
        Ok(DatabaseSnapshot { path, key, part })
    }
}

fn still_changing_error(what: &str) -> Error {
    Error::new(ErrorKind::Limited, format!("{what} kept changing while it was copied"))
        .hint("run the command again")
        .transient()
}

fn missing_original_error(notebook: NotebookId, id: Uuid) -> Error {
    Error::conflict(format!("the original {id} of the notebook {notebook} is missing"))
        .hint("restore the file from an older backup, or delete its entry")
}
