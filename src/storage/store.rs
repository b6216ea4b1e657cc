//! A data directory that was opened with its secret: the accounts database and the notebooks in use.

use std::collections::VecDeque;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::SystemTime;

use crate::crypto::audit::TrailKeys;
use crate::crypto::hierarchy::Label;
use crate::crypto::hierarchy::Root;
use crate::crypto::identity::Identity;
use crate::crypto::key::Key;
use crate::crypto::keyring::Keyring;
use crate::crypto::media::MediaIdentity;
use crate::entropy::Entropy;
use crate::error::Error;
use crate::error::Result;
use crate::model::id::NotebookId;
use crate::secret::Secret;
use crate::storage::accounts;
use crate::storage::accounts::Accounts;
use crate::storage::data_dir::DataDir;
use crate::storage::database::Database;
use crate::storage::failure;
use crate::storage::files;
use crate::storage::in_use::InUse;
use crate::storage::keyring_file;
use crate::storage::notebook;
use crate::storage::notebook::Notebook;
use crate::storage::notebook::counts::Counts;
use crate::storage::notebook::counts::Holdings;
use crate::storage::rekey;

/// Notebooks kept open; the one used longest ago is closed first.
const OPEN_NOTEBOOKS: usize = 64;

/// The keys that services ask for by use.
pub(crate) struct Keys {
    pub(crate) password_pepper: Key,
    pub(crate) token_pepper: Key,
    pub(crate) audit: TrailKeys,
    /// Every notebook's key of its activity comes from this one.
    pub(crate) activity: Key,
    /// For tokens that confirm what was shown before.
    pub(crate) confirmation: Key,
}

/// An open data directory.
pub(crate) struct Store {
    pub(crate) data: DataDir,
    pub(crate) accounts: Arc<Database<Accounts>>,
    pub(crate) keys: Keys,
    in_use: Arc<InUse>,
    root: Root,
    open: Mutex<VecDeque<(NotebookId, Arc<Database<Notebook>>)>>,
}

impl Store {
    /// Makes a data directory, or goes on with one whose making was interrupted.
    ///
    /// # Errors
    /// `Conflict` when the folder holds data without a keyring.
    pub(crate) fn create(path: &Path, secret: &Secret<String>, entropy: &dyn Entropy) -> Result<Self> {
        let data = DataDir::new(path);
        if !data.keyring().exists() {
            data.check_free()?;
            files::make_folder(path)?;
            files::check_folder(path)?;
            let (keyring, _) = Keyring::create(secret, entropy)?;
            keyring_file::write(&data, &keyring)?;
        }
        data.make()?;
        let in_use = InUse::share(&data)?;
        let root = keyring_file::read(&data)?.open(secret)?;
        let key = root.derive(Label::AccountsDatabase);
        // Where there are notebooks there were accounts, and their keys with them: never begun anew.
        let accounts = if data.has_notebooks() {
            Database::open(&data.accounts(), &key, &data.lock())?
        } else {
            Database::create(&data.accounts(), &key, &data.lock())?
        };
        Ok(Self::assemble(data, in_use, root, accounts))
    }

    /// Opens a data directory.
    ///
    /// # Errors
    /// `NotFound` when there is none; `Conflict` for loose modes, a missing keyring or a
    /// damaged database; `Unauthenticated` for a wrong secret; `Limited` while it is being re-keyed or restored.
    pub(crate) fn open(path: &Path, secret: &Secret<String>) -> Result<Self> {
        Self::open_by(path, |keyring| keyring.open(secret))
    }

    /// Opens a data directory whose keys are known otherwise: from a recovery kit or a backup.
    ///
    /// # Errors
    /// As [`Self::open`]; `Conflict` for the keys of another data directory.
    pub(crate) fn open_with(path: &Path, root: &Root) -> Result<Self> {
        Self::open_by(path, |keyring| {
            if root.fingerprint() == keyring.fingerprint {
                return Ok(root.clone());
            }
            Err(Error::conflict("these are the keys of another journal")
                .hint("compare the fingerprint with that of `journal doctor`"))
        })
    }

    fn open_by(path: &Path, unlock: impl FnOnce(&Keyring) -> Result<Root>) -> Result<Self> {
        let data = DataDir::new(path);
        // Looked at first: what is no data directory gets no lock file either.
        keyring_file::read(&data)?;
        // Copies of a data directory tend to leave empty folders out.
        files::make_folder(&data.tmp())?;
        for folder in [data.root().to_owned(), data.notebooks(), data.tmp()] {
            files::check_folder(&folder)?;
        }
        let in_use = InUse::share(&data)?;
        let root = unlock(&keyring_file::read(&data)?)?;
        let (root, accounts) = rekey::open_accounts(&data, &root)?;
        Ok(Self::assemble(data, in_use, root, accounts))
    }

    fn assemble(data: DataDir, in_use: InUse, root: Root, accounts: Database<Accounts>) -> Self {
        let keys = Keys {
            password_pepper: root.derive(Label::PasswordPepper),
            token_pepper: root.derive(Label::TokenPepper),
            audit: TrailKeys {
                mac: root.derive(Label::AuditMac),
                identity: Identity::new(root.derive(Label::ServerIdentity)),
            },
            activity: root.derive(Label::ActivityMac),
            confirmation: root.derive(Label::Confirmation),
        };
        let (accounts, in_use) = (Arc::new(accounts), Arc::new(in_use));
        Self { data, accounts, keys, in_use, root, open: Mutex::new(VecDeque::new()) }
    }

    /// Returns the part in the lock of the data directory, which stays held as long as what is returned.
    pub(crate) fn in_use(&self) -> Arc<InUse> {
        self.in_use.clone()
    }

    /// Tells when a recovery kit was made last, and whether it is of the keys that are in use.
    pub(crate) fn recovery_kit(&self) -> Result<Option<(String, bool)>> {
        let last = self.accounts.read(|db| accounts::upkeep::last(db, accounts::upkeep::Kind::RecoveryKit))?;
        Ok(last.map(|last| {
            let detail: Option<serde_json::Value> = serde_json::from_str(&last.detail).ok();
            let generation = detail.as_ref().and_then(|detail| detail.get("generation")?.as_str());
            let current = generation == Some(self.root.generation().as_str());
            (last.at, current)
        }))
    }

    /// Returns the keys as they are in use, for wrapping them anew.
    pub(crate) fn root(&self) -> &Root {
        &self.root
    }

    /// Makes a notebook's files under a new random key and returns that key wrapped, bound to the id.
    ///
    /// The notebook exists for others only once its row is in the accounts database; files
    /// without a row are reported by `doctor`.
    pub(crate) fn create_notebook(&self, id: NotebookId, entropy: &dyn Entropy) -> Result<Vec<u8>> {
        files::make_folder(&self.data.notebook(id))?;
        files::make_folder(&self.data.media(id))?;
        let key = Key::draw(entropy)?;
        let database = Database::create(&self.data.notebook_database(id), &key, &self.data.lock())?;
        database.write(|db| notebook::state::begin(db, &MediaIdentity::draw().to_text()))?;
        files::sync_parent(&self.data.notebook(id))?;
        rekey::wrap(&self.root, &key, id, entropy)
    }

    /// Returns a notebook, opening it if it is not in use.
    pub(crate) fn notebook(&self, id: NotebookId) -> Result<Arc<Database<Notebook>>> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(position) = open.iter().position(|(other, _)| *other == id) {
            let found = open.remove(position).expect("the position was just found");
            let database = found.1.clone();
            open.push_back(found);
            return Ok(database);
        }
        let keys = self.accounts.read(|db| accounts::notebooks::keys(db, id))?;
        let keys = keys.ok_or_else(|| Error::not_found("notebook"))?;
        files::check_folder(&self.data.notebook(id))?;
        let database = rekey::open_notebook(&self.data, &self.root, &keys, id)?;
        let database = Arc::new(database);
        if open.len() >= OPEN_NOTEBOOKS {
            open.pop_front();
        }
        open.push_back((id, database.clone()));
        Ok(database)
    }

    /// Unwraps a notebook's key, as its row in the accounts database holds it.
    ///
    /// # Errors
    /// `Conflict` for another notebook's or a damaged one.
    pub(crate) fn unwrap_key(&self, id: NotebookId, wrapped: &[u8]) -> Result<Key> {
        rekey::unwrap(&self.root, wrapped, id)
    }

    /// Counts what there is in a notebook, whoever's it is: the one way in that needs no caller, and it hands out numbers.
    pub(crate) fn counts(&self, id: NotebookId, since: &str) -> Result<Counts> {
        self.notebook(id)?.read(|db| notebook::counts::all(db, since))
    }

    /// Counts what would go with a notebook, whoever's it is; hands out numbers alone too.
    pub(crate) fn holdings(&self, id: NotebookId) -> Result<Holdings> {
        self.notebook(id)?.read(notebook::counts::holdings)
    }

    /// Takes the lock on a notebook's queue until the file is dropped, or `None` while another process holds it.
    pub(crate) fn lock_queue(&self, id: NotebookId) -> Result<Option<File>> {
        files::try_lock(&self.data.notebook(id).join("queue.lock"))
    }

    /// Says, until the file is dropped, that this process may hold claims on jobs that call somebody; `None` when another
    /// one is just finding out whether it is alone.
    ///
    /// `alone` is called first when no process says so: what is claimed then belongs to one that died.
    pub(crate) fn hold_claims(&self, id: NotebookId, alone: impl FnOnce() -> Result<()>) -> Result<Option<File>> {
        let path = self.data.notebook(id).join("claims.lock");
        let Some(file) = files::try_lock(&path)? else { return files::try_share(&path) };
        alone()?;
        Ok(files::share(&file, &path)?.then_some(file))
    }

    /// Returns when a notebook's files last changed; every commit of any process moves it.
    pub(crate) fn changed_at(&self, id: NotebookId) -> Option<SystemTime> {
        let database = self.data.notebook_database(id);
        let log = database.with_extension("db-wal");
        [database, log].iter().filter_map(|path| std::fs::metadata(path).ok()?.modified().ok()).max()
    }

    /// Forgets an open notebook and destroys its files. The key's row goes first, so nothing opens them again.
    pub(crate) fn destroy_notebook(&self, id: NotebookId) -> Result<()> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).retain(|(other, _)| *other != id);
        let folder = self.data.notebook(id);
        match std::fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(failure::io("removing", &folder, error)),
            _ => Ok(()),
        }
    }
}
