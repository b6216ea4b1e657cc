//! Deep key rotation: gives every database a new key while the root key stays.
//!
//! Password peppers, MAC chains, the server identity and the fingerprint derive from the root key, so passwords, API
//! keys and sessions remain valid. Originals stay sealed to the identity stored in their notebook, so an old copy of
//! a notebook still opens all of them.
//!
//! Each step is durable before the next begins, and the journal opens after a crash at any point:
//!
//! 1. The keyring gets the next data key in addition to the current one.
//! 2. For each notebook: its row in the accounts database gets the next notebook key, wrapped like the current one;
//!    then a copy under that key replaces the notebook file.
//! 3. A copy of the accounts database under the next data key replaces it. In the copy, each notebook key is the one
//!    its file has now, wrapped under the next data key.
//! 4. The previous data key is removed from the keyring.
//!
//! Opening a database falls back to the next key if the current one does not fit.

use std::cell::Cell;
use std::path::Path;

use crate::crypto::key::SymmetricKey;
use crate::crypto::key_derivation::{KeyHierarchy, KeyPurpose};
use crate::crypto::key_wrap;
use crate::crypto::keyring::Keyring;
use crate::domain::id::NotebookId;
use crate::entropy::Entropy;
use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::storage::accounts::{self, AccountsKind};
use crate::storage::data_dir::{DataDir, database_bytes, free_bytes};
use crate::storage::data_dir_lock::DataDirLock;
use crate::storage::database::{EncryptedDatabase, rekeyed_copy};
use crate::storage::keyring_file;
use crate::storage::notebook::NotebookKind;

/// Bytes that must stay free in addition to the largest copy.
const FREE_SPACE_MARGIN: u64 = 16 << 20;

/// Progress callback: bytes done, bytes in total.
pub(crate) type RekeyProgress<'p> = &'p dyn Fn(u64, u64);

/// State of one key rotation.
struct RekeyRun<'r> {
    data: &'r DataDir,
    entropy: &'r dyn Entropy,
    progress: RekeyProgress<'r>,
    /// Bytes of all databases.
    total_bytes: u64,
    /// Bytes of the finished databases.
    done_bytes: Cell<u64>,
}

/// Gives every database a new key, or resumes an interrupted run.
///
/// The caller holds the data directory lock exclusively and has no database open.
///
/// # Errors
/// `Conflict` for too little space or a damaged database, before any change.
pub(crate) fn rekey_all(
    data: &DataDir,
    secret: &Secret<String>,
    entropy: &dyn Entropy,
    progress: RekeyProgress<'_>,
) -> Result<KeyHierarchy> {
    let root = keyring_file::read(data)?.open(secret)?;
    let (root, database) = open_accounts(data, &root)?;
    let ids = database.read(accounts::notebooks::list_ids)?;
    let all = check_space(data, &ids)?;
    let rekeying = RekeyRun { data, entropy, progress, total_bytes: all, done_bytes: Cell::new(0) };
    // Once the accounts database has the next key, only the old data key is left to remove.
    if !root.is_rekeying() && is_rekey_pending(data, secret)? {
        drop(database);
        return rekeying.discard_old_data_key(root, secret);
    }
    let root = if root.is_rekeying() { root } else { rekeying.begin_rekey(&root, secret, &database, &ids)? };
    for id in ids {
        rekeying.rekey_notebook(&root, &database, id)?;
    }
    let after = rekeying.rekey_accounts(&root, database)?;
    rekeying.discard_old_data_key(after, secret)
}

/// Resumes an interrupted rotation if no other process uses the data directory.
///
/// An error is only logged, since the journal opens either way.
pub(crate) fn resume_interrupted(data: &DataDir, secret: &Secret<String>, entropy: &dyn Entropy) {
    if !is_rekey_pending(data, secret).unwrap_or(false) {
        return;
    }
    let Ok(_exclusive) = DataDirLock::acquire_exclusive(data) else { return };
    if let Err(error) = rekey_all(data, secret, entropy, &|_, _| ()) {
        tracing::warn!("the interrupted re-keying could not be finished: {error:?}");
    }
}

/// Opens the accounts database with its current data key and returns the matching root key.
pub(crate) fn open_accounts(
    data: &DataDir,
    root: &KeyHierarchy,
) -> Result<(KeyHierarchy, EncryptedDatabase<AccountsKind>)> {
    let open = |root: &KeyHierarchy| {
        EncryptedDatabase::open(&data.accounts(), &root.derive(KeyPurpose::AccountsDatabase), &data.migration_lock())
    };
    match open(root) {
        Ok(database) => Ok((root.clone(), database)),
        Err(error) => {
            let Some(after) = root.with_rekeying_completed() else { return Err(error) };
            open(&after).map(|database| (after, database)).map_err(|_| error)
        }
    }
}

/// Opens a notebook with the key in its row, or with the next key if it was already re-keyed.
pub(crate) fn open_notebook(
    data: &DataDir,
    root: &KeyHierarchy,
    keys: &accounts::notebooks::WrappedNotebookKeys,
    id: NotebookId,
) -> Result<EncryptedDatabase<NotebookKind>> {
    let open = |wrapped: &[u8]| {
        EncryptedDatabase::open(
            &data.notebook_database(id),
            &unwrap_notebook_key(root, wrapped, id)?,
            &data.migration_lock(),
        )
    };
    let error = match open(&keys.wrapped) {
        Ok(notebook) => return Ok(notebook),
        Err(error) => error,
    };
    let Some(next) = &keys.next else { return Err(error) };
    open(next).map_err(|_| error)
}

/// Wraps a notebook key, bound to the notebook id.
pub(crate) fn wrap_notebook_key(
    root: &KeyHierarchy,
    key: &SymmetricKey,
    id: NotebookId,
    entropy: &dyn Entropy,
) -> Result<Vec<u8>> {
    key_wrap::seal(&root.derive(KeyPurpose::NotebookWrapping), key.expose(), &wrap_context(id), entropy)
}

/// Unwraps a notebook key.
///
/// # Errors
/// `Conflict` for a damaged key or one of another notebook.
pub(crate) fn unwrap_notebook_key(root: &KeyHierarchy, wrapped: &[u8], id: NotebookId) -> Result<SymmetricKey> {
    let key =
        key_wrap::open(&root.derive(KeyPurpose::NotebookWrapping), wrapped, &wrap_context(id)).ok_or_else(|| {
            Error::conflict("a notebook's key is damaged, or belongs to another notebook")
                .hint("`journal doctor` names the notebook")
        })?;
    SymmetricKey::from_slice(&key)
}

fn wrap_context(id: NotebookId) -> Vec<u8> {
    format!("journal notebook v1 {id}").into_bytes()
}

fn is_rekey_pending(data: &DataDir, secret: &Secret<String>) -> Result<bool> {
    Ok(keyring_file::read(data)?.open(secret)?.is_rekeying())
}

/// Checks the free space for the largest copy and returns the bytes of all databases.
///
/// # Errors
/// `Conflict` with the space needed.
pub(crate) fn check_space(data: &DataDir, ids: &[NotebookId]) -> Result<u64> {
    let notebooks = ids.iter().map(|id| database_bytes(&data.notebook_database(*id)));
    let sizes: Vec<u64> = notebooks.chain([database_bytes(&data.accounts())]).collect();
    let needed = sizes.iter().max().copied().unwrap_or(0) + FREE_SPACE_MARGIN;
    let free = free_bytes(data.root())?;
    if free < needed {
        return Err(Error::conflict(format!(
            "re-keying needs {} MiB of free space, and {} MiB are free",
            needed >> 20,
            free >> 20
        ))
        .hint("free some space and run the command again; nothing was changed"));
    }
    Ok(sizes.iter().sum())
}

impl RekeyRun<'_> {
    /// Checks that every notebook opens and adds the next data key to the keyring.
    fn begin_rekey(
        &self,
        root: &KeyHierarchy,
        secret: &Secret<String>,
        database: &EncryptedDatabase<AccountsKind>,
        ids: &[NotebookId],
    ) -> Result<KeyHierarchy> {
        for id in ids {
            let keys = notebook_keys(database, *id)?;
            let present = open_notebook(self.data, root, &keys, *id)?.key().clone();
            // A restored copy may come from the middle of another rotation.
            if keys.next.is_some() {
                let wrapped = wrap_notebook_key(root, &present, *id, self.entropy)?;
                database.write(|db| accounts::notebooks::set_key(db, *id, &wrapped))?;
            }
        }
        let root = root.with_next_data_key(SymmetricKey::draw(self.entropy)?);
        keyring_file::write(self.data, &Keyring::for_root_key(&root, secret, self.entropy)?)?;
        Ok(root)
    }

    fn rekey_notebook(
        &self,
        root: &KeyHierarchy,
        database: &EncryptedDatabase<AccountsKind>,
        id: NotebookId,
    ) -> Result<()> {
        let path = self.data.notebook_database(id);
        let keys = notebook_keys(database, id)?;
        let next = if let Some(wrapped) = &keys.next {
            unwrap_notebook_key(root, wrapped, id)?
        } else {
            let next = SymmetricKey::draw(self.entropy)?;
            let wrapped = wrap_notebook_key(root, &next, id, self.entropy)?;
            database.write(|db| accounts::notebooks::set_next_key(db, id, &wrapped))?;
            next
        };
        let notebook = open_notebook(self.data, root, &keys, id)?;
        if notebook.key().expose() == next.expose() {
            rekeyed_copy::remove_stale_copy(&path)?;
        } else {
            notebook.replace_with_rekeyed_copy(
                &next,
                &self.data.migration_lock(),
                |_| Ok(()),
                &self.file_progress(),
            )?;
        }
        self.add_done_file(&path);
        Ok(())
    }

    fn rekey_accounts(&self, root: &KeyHierarchy, database: EncryptedDatabase<AccountsKind>) -> Result<KeyHierarchy> {
        let after = root.with_rekeying_completed().expect("a rotation in progress has its next key");
        let rewrap = |db: &accounts::AccountsDb<'_>| {
            for id in accounts::notebooks::list_ids(db)? {
                let keys = accounts::notebooks::find_keys(db, id)?.ok_or_else(|| Error::not_found("notebook"))?;
                let key = unwrap_notebook_key(root, keys.next.as_ref().unwrap_or(&keys.wrapped), id)?;
                accounts::notebooks::set_key(db, id, &wrap_notebook_key(&after, &key, id, self.entropy)?)?;
            }
            Ok(())
        };
        database.replace_with_rekeyed_copy(
            &after.derive(KeyPurpose::AccountsDatabase),
            &self.data.migration_lock(),
            rewrap,
            &self.file_progress(),
        )?;
        self.add_done_file(&self.data.accounts());
        Ok(after)
    }

    fn discard_old_data_key(&self, root: KeyHierarchy, secret: &Secret<String>) -> Result<KeyHierarchy> {
        keyring_file::write(self.data, &Keyring::for_root_key(&root, secret, self.entropy)?)?;
        Ok(root)
    }

    fn file_progress(&self) -> impl Fn(u64, u64) {
        |done, all| {
            let bytes = |pages: u64| pages.saturating_mul(4096);
            let all = self.total_bytes.max(bytes(all));
            (self.progress)(self.done_bytes.get().saturating_add(bytes(done)).min(all), all);
        }
    }

    fn add_done_file(&self, path: &Path) {
        let size = std::fs::metadata(path).map_or(0, |facts| facts.len());
        self.done_bytes.set(self.done_bytes.get().saturating_add(size));
    }
}

fn notebook_keys(
    database: &EncryptedDatabase<AccountsKind>,
    id: NotebookId,
) -> Result<accounts::notebooks::WrappedNotebookKeys> {
    database.read(|db| accounts::notebooks::find_keys(db, id))?.ok_or_else(|| Error::not_found("notebook"))
}
