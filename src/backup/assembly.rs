//! Makes a data directory of what was unpacked: the same root key under another secret, databases under its keys.

use std::ffi::OsString;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

use crate::app::App;
use crate::backup::archive::Contents;
use crate::clock::Clock;
use crate::config::Config;
use crate::config::Environment;
use crate::config::Flag;
use crate::config::SecretSource;
use crate::crypto::hierarchy::Label;
use crate::crypto::hierarchy::Root;
use crate::crypto::key::Key;
use crate::crypto::keyring::Keyring;
use crate::entropy::Entropy;
use crate::error::Error;
use crate::error::Result;
use crate::model::backup::ACCOUNTS;
use crate::model::backup::Keys;
use crate::model::backup::Manifest;
use crate::model::backup::notebook_part;
use crate::model::id::NotebookId;
use crate::secret::Secret;
use crate::storage::accounts;
use crate::storage::accounts::Accounts;
use crate::storage::data_dir::DataDir;
use crate::storage::database::Database;
use crate::storage::files;
use crate::storage::keyring_file;
use crate::storage::rekey;

/// Time and randomness, as every service has them from its door.
#[derive(Debug, Clone)]
pub struct Sources {
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Draws keys and ids.
    pub entropy: Arc<dyn Entropy>,
}

/// Returns the root key of an archive.
///
/// # Errors
/// `Conflict` when it is not the one that the manifest names.
pub(super) fn root(contents: &Contents) -> Result<Root> {
    let root = Root::from_text(&Secret::new(contents.keys.root.clone()))
        .map_err(|error| keys_are_damaged().caused_by(error))?;
    if root.fingerprint() == contents.manifest.fingerprint {
        return Ok(root);
    }
    Err(Error::conflict("the archive's root key is not the one that its manifest names").hint("take another backup"))
}

/// Returns the key of a database in an archive.
pub(super) fn key_of(keys: &Keys, name: &str) -> Result<Key> {
    let text = keys.databases.get(name).ok_or_else(keys_are_damaged)?;
    Key::from_text(&Secret::new(text.clone())).map_err(|error| keys_are_damaged().caused_by(error))
}

/// Makes a folder with an archive's databases a data directory that the secret opens, and opens it as the program would:
/// databases of older versions are brought up to date.
///
/// Of the notebooks only those are touched whose databases are there.
pub(super) fn open(folder: &Path, contents: &Contents, secret: &Secret<String>, sources: &Sources) -> Result<Arc<App>> {
    let entropy = sources.entropy.as_ref();
    let (data, root) = (DataDir::new(folder), root(contents)?);
    data.make()?;
    keyring_file::write(&data, &Keyring::of(&root, secret, entropy)?)?;
    let (given, wanted) = (key_of(&contents.keys, ACCOUNTS)?, root.derive(Label::AccountsDatabase));
    if given.expose() != wanted.expose() {
        let accounts = Database::<Accounts>::open(&data.accounts(), &given, &data.lock())?;
        accounts.replace(&wanted, &data.lock(), |_| Ok(()), &|_, _| ())?;
    }
    let app = App::open(configuration(folder, secret)?, sources.clock.clone(), sources.entropy.clone())?;
    for id in unpacked(&data, &contents.manifest) {
        files::make_folder(&data.media(id))?;
        let key = key_of(&contents.keys, &notebook_part(id))?;
        let wrapped = rekey::wrap(app.store.root(), &key, id, entropy)?;
        app.store.accounts.write(|db| accounts::notebooks::set_key(db, id, &wrapped))?;
        app.store.notebook(id)?;
    }
    Ok(Arc::new(app))
}

/// Returns the notebooks of an archive whose databases are in a folder.
pub(super) fn unpacked(data: &DataDir, manifest: &Manifest) -> Vec<NotebookId> {
    let ids = manifest.notebooks.iter().map(|notebook| notebook.id);
    ids.filter(|id| data.notebook_database(*id).exists()).collect()
}

/// The configuration of a data directory that nothing outside says anything about: no keys, so nobody is called.
fn configuration(folder: &Path, secret: &Secret<String>) -> Result<Config> {
    let places = ["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"];
    let nowhere = folder.join("tmp").join("none");
    let environment: Environment = places.into_iter().map(|name| (name.to_owned(), OsString::from(&nowhere))).collect();
    let data_dir = folder.to_str().ok_or_else(|| {
        Error::invalid(format!("{} is not UTF-8", folder.display())).hint("name a folder in plain text")
    })?;
    let flag = Flag { key: "data_dir", flag: "--data-dir", value: data_dir.to_owned() };
    let config = Config::load(vec![flag], None, &environment)?;
    Ok(Config { secret: SecretSource::Given(secret.clone()), data_dir: PathBuf::from(folder), ..config })
}

fn keys_are_damaged() -> Error {
    Error::conflict("the archive does not hold the keys that open it").hint("take another backup")
}
