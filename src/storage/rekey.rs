//! Giving every database a new key, file by file, while the root key stays.
//!
//! Peppers, chains, the server's identity and the fingerprint hang on the root key, so passwords, API keys and sessions stay
//! good. Originals stay sealed to the identity that is inside their notebook: whoever had an old copy of a notebook opens
//! old and new originals still.
//!
//! Every step is durable before the next begins, and after each of them the journal opens:
//!
//! 1. the keyring gets the next data key beside the present one;
//! 2. of each notebook: a row in the accounts gets the notebook's next key, wrapped like the present one, and then a copy
//!    under that key takes the notebook's place;
//! 3. a copy of the accounts under the next data key takes their place. In it every notebook's key is the one that its file
//!    has now, wrapped under the next data key;
//! 4. the keyring forgets the data key before.
//!
//! Who opens a database tries the next key where the present one does not open it.

use std::cell::Cell;
use std::path::Path;

use crate::crypto::hierarchy::Label;
use crate::crypto::hierarchy::Root;
use crate::crypto::key::Key;
use crate::crypto::keyring::Keyring;
use crate::crypto::wrap;
use crate::entropy::Entropy;
use crate::error::Error;
use crate::error::Result;
use crate::model::id::NotebookId;
use crate::secret::Secret;
use crate::storage::accounts;
use crate::storage::accounts::Accounts;
use crate::storage::data_dir::DataDir;
use crate::storage::data_dir::database_bytes;
use crate::storage::data_dir::free_bytes;
use crate::storage::database::Database;
use crate::storage::database::replace;
use crate::storage::in_use::InUse;
use crate::storage::keyring_file;
use crate::storage::notebook::Notebook;

/// Bytes that stay free beside the largest copy.
const ROOM: u64 = 16 << 20;

/// Bytes done, and all bytes.
pub(crate) type Progress<'p> = &'p dyn Fn(u64, u64);

/// What is re-keyed and with what.
struct Rekeying<'r> {
    data: &'r DataDir,
    entropy: &'r dyn Entropy,
    progress: Progress<'r>,
    /// Bytes of all databases.
    all: u64,
    /// Bytes of the databases that are done.
    done: Cell<u64>,
}

/// Gives every database a new key, or finishes what a run before this one began. Whoever calls holds the lock of the data
/// directory alone, and has nothing of it open.
///
/// # Errors
/// `Conflict` for too little space or a database that is not sound, before anything was changed.
pub(crate) fn run(
    data: &DataDir,
    secret: &Secret<String>,
    entropy: &dyn Entropy,
    progress: Progress<'_>,
) -> Result<Root> {
    let root = keyring_file::read(data)?.open(secret)?;
    let (root, database) = open_accounts(data, &root)?;
    let ids = database.read(accounts::notebooks::all)?;
    let all = check_space(data, &ids)?;
    let rekeying = Rekeying { data, entropy, progress, all, done: Cell::new(0) };
    // Once the accounts have the next key there is nothing left to do but to forget the old one.
    if !root.is_rekeying() && was_rekeying(data, secret)? {
        drop(database);
        return rekeying.forget(root, secret);
    }
    let root = if root.is_rekeying() { root } else { rekeying.begin(&root, secret, &database, &ids)? };
    for id in ids {
        rekeying.notebook(&root, &database, id)?;
    }
    let after = rekeying.accounts(&root, database)?;
    rekeying.forget(after, secret)
}

/// Finishes a re-keying that was interrupted, if there is one and nobody else uses the data directory. The journal opens
/// whether it does or not, so that what goes wrong is only logged.
pub(crate) fn finish(data: &DataDir, secret: &Secret<String>, entropy: &dyn Entropy) {
    if !was_rekeying(data, secret).unwrap_or(false) {
        return;
    }
    let Ok(_alone) = InUse::alone(data) else { return };
    if let Err(error) = run(data, secret, entropy, &|_, _| ()) {
        tracing::warn!("the re-keying that was interrupted is not finished yet: {error:?}");
    }
}

/// Opens the accounts with the data key they have, and returns the keys as they are in use.
pub(crate) fn open_accounts(data: &DataDir, root: &Root) -> Result<(Root, Database<Accounts>)> {
    let open = |root: &Root| Database::open(&data.accounts(), &root.derive(Label::AccountsDatabase), &data.lock());
    match open(root) {
        Ok(database) => Ok((root.clone(), database)),
        Err(error) => {
            let Some(after) = root.rekeyed() else { return Err(error) };
            open(&after).map(|database| (after, database)).map_err(|_| error)
        }
    }
}

/// Opens a notebook with the key it has: the one in its row, or the next one where a re-keying came that far.
pub(crate) fn open_notebook(
    data: &DataDir,
    root: &Root,
    keys: &accounts::notebooks::Keys,
    id: NotebookId,
) -> Result<Database<Notebook>> {
    let open = |wrapped: &[u8]| Database::open(&data.notebook_database(id), &unwrap(root, wrapped, id)?, &data.lock());
    let error = match open(&keys.wrapped) {
        Ok(notebook) => return Ok(notebook),
        Err(error) => error,
    };
    let Some(next) = &keys.next else { return Err(error) };
    open(next).map_err(|_| error)
}

/// Wraps a notebook's key.
pub(crate) fn wrap(root: &Root, key: &Key, id: NotebookId, entropy: &dyn Entropy) -> Result<Vec<u8>> {
    wrap::seal(&root.derive(Label::NotebookWrapping), key.expose(), &bound_to(id), entropy)
}

/// Unwraps a notebook's key.
///
/// # Errors
/// `Conflict` for another notebook's or a damaged one.
pub(crate) fn unwrap(root: &Root, wrapped: &[u8], id: NotebookId) -> Result<Key> {
    let key = wrap::open(&root.derive(Label::NotebookWrapping), wrapped, &bound_to(id)).ok_or_else(|| {
        Error::conflict("a notebook's key is damaged, or belongs to another notebook")
            .hint("`journal doctor` says which")
    })?;
    Key::from_slice(&key)
}

fn bound_to(id: NotebookId) -> Vec<u8> {
    format!("journal notebook v1 {id}").into_bytes()
}

fn was_rekeying(data: &DataDir, secret: &Secret<String>) -> Result<bool> {
    Ok(keyring_file::read(data)?.open(secret)?.is_rekeying())
}

/// Refuses to begin without room for the largest copy; returns the bytes of all databases.
///
/// # Errors
/// `Conflict` saying how much there has to be.
pub(crate) fn check_space(data: &DataDir, ids: &[NotebookId]) -> Result<u64> {
    let notebooks = ids.iter().map(|id| database_bytes(&data.notebook_database(*id)));
    let sizes: Vec<u64> = notebooks.chain([database_bytes(&data.accounts())]).collect();
    let needed = sizes.iter().max().copied().unwrap_or(0) + ROOM;
    let free = free_bytes(data.root())?;
    if free < needed {
        return Err(Error::conflict(format!(
            "re-keying needs {} MiB beside the data, and {} MiB are free",
            needed >> 20,
            free >> 20
        ))
        .hint("free some space and run the command again; nothing was changed"));
    }
    Ok(sizes.iter().sum())
}

impl Rekeying<'_> {
    /// Sees that every notebook opens, and writes down that there is a next data key.
    fn begin(
        &self,
        root: &Root,
        secret: &Secret<String>,
        database: &Database<Accounts>,
        ids: &[NotebookId],
    ) -> Result<Root> {
        for id in ids {
            let keys = keys_of(database, *id)?;
            let present = open_notebook(self.data, root, &keys, *id)?.key().clone();
            // A restored copy may be of the middle of another re-keying.
            if keys.next.is_some() {
                let wrapped = wrap(root, &present, *id, self.entropy)?;
                database.write(|db| accounts::notebooks::set_key(db, *id, &wrapped))?;
            }
        }
        let root = root.with_next(Key::draw(self.entropy)?);
        keyring_file::write(self.data, &Keyring::of(&root, secret, self.entropy)?)?;
        Ok(root)
    }

    fn notebook(&self, root: &Root, database: &Database<Accounts>, id: NotebookId) -> Result<()> {
        let path = self.data.notebook_database(id);
        let keys = keys_of(database, id)?;
        let next = if let Some(wrapped) = &keys.next {
            unwrap(root, wrapped, id)?
        } else {
            let next = Key::draw(self.entropy)?;
            let wrapped = wrap(root, &next, id, self.entropy)?;
            database.write(|db| accounts::notebooks::set_next_key(db, id, &wrapped))?;
            next
        };
        let notebook = open_notebook(self.data, root, &keys, id)?;
        if notebook.key().expose() == next.expose() {
            replace::clear_copy(&path)?;
        } else {
            notebook.replace(&next, &self.data.lock(), |_| Ok(()), &self.within())?;
        }
        self.finished(&path);
        Ok(())
    }

    fn accounts(&self, root: &Root, database: Database<Accounts>) -> Result<Root> {
        let after = root.rekeyed().expect("a re-keying that began has its next key");
        let rewrap = |db: &accounts::AccountsDb<'_>| {
            for id in accounts::notebooks::all(db)? {
                let keys = accounts::notebooks::keys(db, id)?.ok_or_else(|| Error::not_found("notebook"))?;
                let key = unwrap(root, keys.next.as_ref().unwrap_or(&keys.wrapped), id)?;
                accounts::notebooks::set_key(db, id, &wrap(&after, &key, id, self.entropy)?)?;
            }
            Ok(())
        };
        database.replace(&after.derive(Label::AccountsDatabase), &self.data.lock(), rewrap, &self.within())?;
        self.finished(&self.data.accounts());
        Ok(after)
    }

    fn forget(&self, root: Root, secret: &Secret<String>) -> Result<Root> {
        keyring_file::write(self.data, &Keyring::of(&root, secret, self.entropy)?)?;
        Ok(root)
    }

    fn within(&self) -> impl Fn(u64, u64) {
        |done, all| {
            let bytes = |pages: u64| pages.saturating_mul(4096);
            let all = self.all.max(bytes(all));
            (self.progress)(self.done.get().saturating_add(bytes(done)).min(all), all);
        }
    }

    fn finished(&self, path: &Path) {
        let size = std::fs::metadata(path).map_or(0, |facts| facts.len());
        self.done.set(self.done.get().saturating_add(size));
    }
}

fn keys_of(database: &Database<Accounts>, id: NotebookId) -> Result<accounts::notebooks::Keys> {
    database.read(|db| accounts::notebooks::keys(db, id))?.ok_or_else(|| Error::not_found("notebook"))
}
