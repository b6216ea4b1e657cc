//! Builds a data directory from an unpacked archive: wraps the root key with a new secret, and rewraps database keys.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::app::state::AppState;
use crate::backup::archive_reader::ArchiveContents;
use crate::clock::Clock;
use crate::config::{Config, EnvironmentSnapshot, FlagOverride, SecretSource};
use crate::crypto::key::SymmetricKey;
use crate::crypto::key_derivation::{KeyHierarchy, KeyPurpose};
use crate::crypto::keyring::Keyring;
use crate::domain::backup::{ACCOUNTS_FILE, BackupKeys, BackupManifest, notebook_file};
use crate::domain::id::NotebookId;
use crate::entropy::Entropy;
use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::storage::accounts::{self, AccountsKind};
use crate::storage::data_dir::DataDir;
use crate::storage::database::EncryptedDatabase;
use crate::storage::{files, keyring_file, rekey};

/// Injected clock and random source.
#[derive(Debug, Clone)]
pub struct ClockAndRng {
    /// Current time.
    pub clock: Arc<dyn Clock>,
    /// Random source for keys and ids.
    pub entropy: Arc<dyn Entropy>,
}

/// Returns the root key of an archive.
///
/// # Errors
/// `Conflict` if its fingerprint is not the manifest's.
pub(super) fn root_key(contents: &ArchiveContents) -> Result<KeyHierarchy> {
    let root = KeyHierarchy::from_text(&Secret::new(contents.keys.root.clone()))
        .map_err(|error| damaged_keys_error().caused_by(error))?;
    if root.fingerprint() == contents.manifest.fingerprint {
        return Ok(root);
    }
    Err(Error::conflict("the archive's root key does not match its manifest").hint("use another backup"))
}

/// Returns the key of a database in an archive.
pub(super) fn database_key(keys: &BackupKeys, name: &str) -> Result<SymmetricKey> {
    let text = keys.databases.get(name).ok_or_else(damaged_keys_error)?;
    SymmetricKey::from_text(&Secret::new(text.clone())).map_err(|error| damaged_keys_error().caused_by(error))
}

/// Turns a folder with an archive's databases into a data directory for `secret` and opens it. Runs pending migrations.
///
/// Only notebooks whose databases are in the folder are touched.
pub(super) fn build_data_dir(
    folder: &Path,
    contents: &ArchiveContents,
    secret: &Secret<String>,
    sources: &ClockAndRng,
) -> Result<Arc<AppState>> {
    let entropy = sources.entropy.as_ref();
    let (data, root) = (DataDir::new(folder), root_key(contents)?);
    data.create()?;
    keyring_file::write(&data, &Keyring::for_root_key(&root, secret, entropy)?)?;
    let (given, wanted) = (database_key(&contents.keys, ACCOUNTS_FILE)?, root.derive(KeyPurpose::AccountsDatabase));
    if given.expose() != wanted.expose() {
        let accounts = EncryptedDatabase::<AccountsKind>::open(&data.accounts(), &given, &data.migration_lock())?;
        accounts.replace_with_rekeyed_copy(&wanted, &data.migration_lock(), |_| Ok(()), &|_, _| ())?;
    }
    let app = AppState::open(isolated_config(folder, secret)?, sources.clock.clone(), sources.entropy.clone())?;
    for id in unpacked_notebooks(&data, &contents.manifest) {
        files::create_private_dir(&data.media(id))?;
        let key = database_key(&contents.keys, &notebook_file(id))?;
        let wrapped = rekey::wrap_notebook_key(app.store.root_key(), &key, id, entropy)?;
        app.store.accounts.write(|db| accounts::notebooks::set_key(db, id, &wrapped))?;
        app.store.notebook(id)?;
    }
    Ok(Arc::new(app))
}

/// Returns the notebooks of the manifest whose databases are in the folder.
pub(super) fn unpacked_notebooks(data: &DataDir, manifest: &BackupManifest) -> Vec<NotebookId> {
    let ids = manifest.notebooks.iter().map(|notebook| notebook.id);
    ids.filter(|id| data.notebook_database(*id).exists()).collect()
}

/// Configuration without environment, config file or provider keys, so no provider is called.
fn isolated_config(folder: &Path, secret: &Secret<String>) -> Result<Config> {
    let places = ["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"];
    let nowhere = folder.join("tmp").join("none");
    let environment: EnvironmentSnapshot =
        places.into_iter().map(|name| (name.to_owned(), OsString::from(&nowhere))).collect();
    let data_dir = folder.to_str().ok_or_else(|| {
        Error::invalid(format!("{} is not UTF-8", folder.display())).hint("use a folder with a UTF-8 name")
    })?;
    let flag = FlagOverride { key: "data_dir", flag: "--data-dir", value: data_dir.to_owned() };
    let config = Config::load(vec![flag], None, &environment)?;
    Ok(Config { secret: SecretSource::Inline(secret.clone()), data_dir: PathBuf::from(folder), ..config })
}

fn damaged_keys_error() -> Error {
    Error::conflict("the archive does not contain the keys of its databases").hint("use another backup")
}
