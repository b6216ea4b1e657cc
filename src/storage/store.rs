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
use crate::crypto::wrap;
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
use crate::storage::keyring_file;
use crate::storage::notebook;
use crate::storage::notebook::Notebook;
use crate::storage::notebook::counts::Counts;
use crate::storage::notebook::counts::Holdings;

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
        let root = keyring_file::read(&data)?.open(secret)?;
        let key = root.derive(Label::AccountsDatabase);
        // Where there are notebooks there were accounts, and their keys with them: never begun anew.
        let accounts = if data.has_notebooks() {
            Database::open(&data.accounts(), &key, &data.lock())?
        } else {
            Database::create(&data.accounts(), &key, &data.lock())?
        };
        Ok(Self::assemble(data, root, accounts))
    }

    /// Opens a data directory.
    ///
    /// # Errors
    /// `NotFound` when there is none; `Conflict` for loose modes, a missing keyring or a
    /// damaged database; `Unauthenticated` for a wrong secret.
    pub(crate) fn open(path: &Path, secret: &Secret<String>) -> Result<Self> {
        let data = DataDir::new(path);
        let keyring = keyring_file::read(&data)?;
        // Copies of a data directory tend to leave empty folders out.
        files::make_folder(&data.tmp())?;
        for folder in [data.root().to_owned(), data.notebooks(), data.tmp()] {
            files::check_folder(&folder)?;
        }
        let root = keyring.open(secret)?;
        let key = root.derive(Label::AccountsDatabase);
        let accounts = Database::open(&data.accounts(), &key, &data.lock())?;
        Ok(Self::assemble(data, root, accounts))
    }

    fn assemble(data: DataDir, root: Root, accounts: Database<Accounts>) -> Self {
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
        Self { data, accounts: Arc::new(accounts), keys, root, open: Mutex::new(VecDeque::new()) }
    }

    /// Returns the root key, for wrapping it anew.
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
        let wrapping = self.root.derive(Label::NotebookWrapping);
        wrap::seal(&wrapping, key.expose(), &bound_to(id), entropy)
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
        let wrapped = self.accounts.read(|db| accounts::notebooks::wrapped_key(db, id))?;
        let wrapped = wrapped.ok_or_else(|| Error::not_found("notebook"))?;
        let wrapping = self.root.derive(Label::NotebookWrapping);
        let key = wrap::open(&wrapping, &wrapped, &bound_to(id)).ok_or_else(|| {
            Error::conflict("a notebook's key is damaged, or belongs to another notebook")
                .hint("`journal doctor` says which")
        })?;
        files::check_folder(&self.data.notebook(id))?;
        let database = Database::open(&self.data.notebook_database(id), &Key::from_slice(&key)?, &self.data.lock())?;
        let database = Arc::new(database);
        if open.len() >= OPEN_NOTEBOOKS {
            open.pop_front();
        }
        open.push_back((id, database.clone()));
        Ok(database)
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

fn bound_to(id: NotebookId) -> Vec<u8> {
    format!("journal notebook v1 {id}").into_bytes()
}
