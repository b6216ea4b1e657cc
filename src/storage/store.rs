//! An unlocked data directory: the accounts database and a cache of open notebooks.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use crate::crypto::identity::ServerIdentity;
use crate::crypto::key::SymmetricKey;
use crate::crypto::key_derivation::{KeyHierarchy, KeyPurpose};
use crate::crypto::keyring::Keyring;
use crate::crypto::mac_chain::AuditLogKeys;
use crate::crypto::media::MediaIdentity;
use crate::domain::id::NotebookId;
use crate::domain::journal_span::JournalSpan;
use crate::entropy::Entropy;
use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::storage::accounts::{self, AccountsKind};
use crate::storage::data_dir::DataDir;
use crate::storage::data_dir_lock::DataDirLock;
use crate::storage::database::EncryptedDatabase;
use crate::storage::notebook::counts::{NotebookCounts, NotebookTotals};
use crate::storage::notebook::{self, NotebookKind};
use crate::storage::notebook_cache::NotebookCache;
use crate::storage::{files, io_error, keyring_file, rekey};

/// Keys derived from the root key, one per use.
pub(crate) struct StoreKeys {
    pub(crate) password_pepper: SymmetricKey,
    pub(crate) token_pepper: SymmetricKey,
    pub(crate) audit: AuditLogKeys,
    /// Parent of every notebook's activity log MAC key.
    pub(crate) activity: SymmetricKey,
    /// MAC key of confirmation tokens.
    pub(crate) confirmation: SymmetricKey,
}

/// An unlocked data directory.
pub(crate) struct DataStore {
    pub(crate) data: DataDir,
    pub(crate) accounts: Arc<EncryptedDatabase<AccountsKind>>,
    pub(crate) keys: StoreKeys,
    data_dir_lock: Arc<DataDirLock>,
    root: KeyHierarchy,
    open_notebooks: NotebookCache,
}

impl DataStore {
    /// Creates a data directory, or resumes an interrupted creation.
    ///
    /// # Errors
    /// `Conflict` when the folder contains data but no keyring.
    pub(crate) fn create(path: &Path, secret: &Secret<String>, entropy: &dyn Entropy) -> Result<Self> {
        let data = DataDir::new(path);
        if !data.keyring().exists() {
            data.check_empty()?;
            files::create_private_dir(path)?;
            files::check_private_dir(path)?;
            let (keyring, _) = Keyring::create(secret, entropy)?;
            keyring_file::write(&data, &keyring)?;
        }
        data.create()?;
        let in_use = DataDirLock::acquire_shared(&data)?;
        let root = keyring_file::read(&data)?.open(secret)?;
        let key = root.derive(KeyPurpose::AccountsDatabase);
        // Existing notebooks imply an accounts database with their keys, so a missing one is an error and never
        // recreated.
        let accounts = if data.has_notebooks() {
            EncryptedDatabase::open(&data.accounts(), &key, &data.migration_lock())?
        } else {
            EncryptedDatabase::create(&data.accounts(), &key, &data.migration_lock())?
        };
        Ok(Self::assemble(data, in_use, root, accounts))
    }

    /// Opens a data directory.
    ///
    /// # Errors
    /// `NotFound` when there is none; `Conflict` for loose modes, a missing keyring or a damaged database;
    /// `Unauthenticated` for a wrong secret; `Limited` while it is being re-keyed or restored.
    pub(crate) fn open(path: &Path, secret: &Secret<String>) -> Result<Self> {
        Self::open_with_unlock(path, |keyring| keyring.open(secret))
    }

    /// Opens a data directory with a root key from a recovery kit or a backup.
    ///
    /// # Errors
    /// As [`Self::open`]; `Conflict` for the root key of another data directory.
    pub(crate) fn open_with_root(path: &Path, root: &KeyHierarchy) -> Result<Self> {
        Self::open_with_unlock(path, |keyring| {
            if root.fingerprint() == keyring.fingerprint {
                return Ok(root.clone());
            }
            Err(Error::conflict("these keys belong to another journal")
                .hint("compare the fingerprint with the one `journal doctor` shows"))
        })
    }

    fn open_with_unlock(path: &Path, unlock: impl FnOnce(&Keyring) -> Result<KeyHierarchy>) -> Result<Self> {
        let data = DataDir::new(path);
        // Read before any lock file is created, so that a folder that is no data directory stays unchanged.
        keyring_file::read(&data)?;
        // Copied data directories often lack empty folders.
        files::create_private_dir(&data.tmp())?;
        for folder in [data.root().to_owned(), data.notebooks(), data.tmp()] {
            files::check_private_dir(&folder)?;
        }
        let in_use = DataDirLock::acquire_shared(&data)?;
        let root = unlock(&keyring_file::read(&data)?)?;
        let (root, accounts) = rekey::open_accounts(&data, &root)?;
        Ok(Self::assemble(data, in_use, root, accounts))
    }

    fn assemble(
        data: DataDir,
        in_use: DataDirLock,
        root: KeyHierarchy,
        accounts: EncryptedDatabase<AccountsKind>,
    ) -> Self {
        let keys = StoreKeys {
            password_pepper: root.derive(KeyPurpose::PasswordPepper),
            token_pepper: root.derive(KeyPurpose::TokenPepper),
            audit: AuditLogKeys {
                mac: root.derive(KeyPurpose::AuditMac),
                identity: ServerIdentity::new(root.derive(KeyPurpose::ServerIdentity)),
            },
            activity: root.derive(KeyPurpose::ActivityMac),
            confirmation: root.derive(KeyPurpose::Confirmation),
        };
        let (accounts, in_use) = (Arc::new(accounts), Arc::new(in_use));
        Self { data, accounts, keys, data_dir_lock: in_use, root, open_notebooks: NotebookCache::default() }
    }

    /// Returns the shared lock of the data directory; it is held until the last clone is dropped.
    pub(crate) fn data_dir_lock(&self) -> Arc<DataDirLock> {
        self.data_dir_lock.clone()
    }

    /// Returns when the last recovery kit was created, and whether it contains the current keys.
    pub(crate) fn recovery_kit_status(&self) -> Result<Option<(String, bool)>> {
        let last = self
            .accounts
            .read(|db| accounts::maintenance::find_last(db, accounts::maintenance::MaintenanceKind::RecoveryKit))?;
        Ok(last.map(|last| {
            let detail: Option<serde_json::Value> = serde_json::from_str(&last.detail).ok();
            let generation = detail.as_ref().and_then(|detail| detail.get("generation")?.as_str());
            let current = generation == Some(self.root.data_key_generation().as_str());
            (last.at, current)
        }))
    }

    /// Returns the root key, for rewrapping.
    pub(crate) fn root_key(&self) -> &KeyHierarchy {
        &self.root
    }

    /// Creates a notebook's files under a new random key and returns the wrapped key, bound to the id.
    ///
    /// The caller commits the row in the accounts database; `doctor` reports files without a row.
    pub(crate) fn create_notebook(&self, id: NotebookId, entropy: &dyn Entropy) -> Result<Vec<u8>> {
        files::create_private_dir(&self.data.notebook(id))?;
        files::create_private_dir(&self.data.media(id))?;
        let key = SymmetricKey::draw(entropy)?;
        let database = EncryptedDatabase::create(&self.data.notebook_database(id), &key, &self.data.migration_lock())?;
        database.write(|db| notebook::state::insert(db, &MediaIdentity::draw().to_text()))?;
        files::sync_parent(&self.data.notebook(id))?;
        rekey::wrap_notebook_key(&self.root, &key, id, entropy)
    }

    /// Returns a notebook, opening it if it is not cached. Blocks; opening one never delays another.
    pub(crate) fn notebook(&self, id: NotebookId) -> Result<Arc<EncryptedDatabase<NotebookKind>>> {
        self.open_notebooks.get_or_open(id, || {
            let keys = self.accounts.read(|db| accounts::notebooks::find_keys(db, id))?;
            let keys = keys.ok_or_else(|| Error::not_found("notebook"))?;
            files::check_private_dir(&self.data.notebook(id))?;
            rekey::open_notebook(&self.data, &self.root, &keys, id)
        })
    }

    /// Unwraps a notebook key from its row in the accounts database.
    ///
    /// # Errors
    /// `Conflict` for a damaged key or one of another notebook.
    pub(crate) fn unwrap_key(&self, id: NotebookId, wrapped: &[u8]) -> Result<SymmetricKey> {
        rekey::unwrap_notebook_key(&self.root, wrapped, id)
    }

    /// Counts the rows of any notebook without an authorization check; returns numbers only.
    pub(crate) fn notebook_counts(&self, id: NotebookId, since: &str) -> Result<NotebookCounts> {
        self.notebook(id)?.read(|db| notebook::counts::notebook_counts(db, since))
    }

    /// Counts the rows a deletion would remove from any notebook, without an authorization check.
    pub(crate) fn notebook_totals(&self, id: NotebookId) -> Result<NotebookTotals> {
        self.notebook(id)?.read(notebook::counts::notebook_totals)
    }

    /// Counts the entries of any notebook with their days, without an authorization check.
    pub(crate) fn notebook_span(&self, id: NotebookId) -> Result<JournalSpan> {
        self.notebook(id)?.read(notebook::counts::journal_span)
    }

    /// Locks a notebook's job queue until the file is dropped; `None` while another process holds the lock.
    pub(crate) fn try_lock_queue(&self, id: NotebookId) -> Result<Option<File>> {
        files::try_lock_exclusive(&self.data.notebook(id).join("queue.lock"))
    }

    /// Takes the shared lock of processes that hold leases on jobs with provider calls, until the file is dropped.
    ///
    /// `None` while another process holds the lock exclusively for the check below.
    ///
    /// `alone` runs first if no other process holds the lock: remaining leases then belong to a process that died.
    pub(crate) fn try_share_leases(&self, id: NotebookId, alone: impl FnOnce() -> Result<()>) -> Result<Option<File>> {
        let path = self.data.notebook(id).join("claims.lock");
        let Some(file) = files::try_lock_exclusive(&path)? else { return files::try_lock_shared(&path) };
        alone()?;
        Ok(files::downgrade_to_shared(&file, &path)?.then_some(file))
    }

    /// Returns the modification time of a notebook's files; every commit of any process updates it.
    pub(crate) fn modified_at(&self, id: NotebookId) -> Option<SystemTime> {
        let database = self.data.notebook_database(id);
        let log = database.with_extension("db-wal");
        [database, log].iter().filter_map(|path| std::fs::metadata(path).ok()?.modified().ok()).max()
    }

    /// Closes a notebook and removes its files; the caller deletes the row with the key first.
    pub(crate) fn destroy_notebook(&self, id: NotebookId) -> Result<()> {
        self.open_notebooks.remove(id);
        let folder = self.data.notebook(id);
        match std::fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(io_error::for_path("removing", &folder, error))
            }
            _ => Ok(()),
        }
    }
}
