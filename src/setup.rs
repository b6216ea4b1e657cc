//! Makes a journal: secret, keyring, accounts, the first admin with a notebook.

use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

use serde::Serialize;

use crate::app::App;
use crate::app::read_secret;
use crate::audit::Trail;
use crate::auth;
use crate::clock::Clock;
use crate::config::Config;
use crate::crypto::secret_key;
use crate::entropy::Entropy;
use crate::error::Error;
use crate::error::Result;
use crate::model::audit::Action;
use crate::model::scope::Scope;
use crate::model::user::Role;
use crate::model::user::User;
use crate::storage::accounts;
use crate::storage::data_dir::DataDir;
use crate::storage::files;
use crate::storage::keyring_file;
use crate::storage::store::Store;
use crate::users;

/// What was made and where.
#[derive(Debug, Serialize)]
pub struct Made {
    /// The first admin.
    pub user: User,
    /// Where the encrypted files live.
    pub data_dir: PathBuf,
    /// Where the secret lies; `None` when the environment gave it.
    pub secret_file: Option<PathBuf>,
    /// Names the root key.
    pub fingerprint: String,
}

/// Refuses a data directory that already has a first user.
///
/// # Errors
/// `Conflict`; as [`App::open`], for a directory that is there but does not open.
pub fn check_new(config: &Config) -> Result<()> {
    if !DataDir::new(&config.data_dir).has_notebooks() {
        return Ok(());
    }
    let store = Store::open(&config.data_dir, &read_secret(config)?)?;
    if store.accounts.read(accounts::users::all)?.is_empty() {
        return Ok(());
    }
    Err(Error::conflict(format!("there is already a journal in {}", config.data_dir.display()))
        .hint("`journal user add EMAIL` adds a person; another --data-dir makes another journal"))
}

/// Makes a journal; goes on where an interrupted run stopped.
///
/// # Errors
/// `Conflict` when there is one already, when the folder holds something else, or when the
/// secret would lie inside the data directory.
pub async fn init(config: Config, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>, admin: users::Add) -> Result<Made> {
    DataDir::new(&config.data_dir).check_free()?;
    let secret_file = check_secret(&config)?;
    files::make_folder(&config.data_dir)?;
    // Two at once would each draw a secret, and one of them would be lost.
    let _lock = files::lock_existing(&config.data_dir)?;
    check_new(&config)?;
    if let Some(path) = secret_file.as_ref().filter(|path| !path.exists()) {
        files::make_folder(path.parent().unwrap_or(&config.config_dir))?;
        keyring_file::write_secret(path, &secret_key::draw(entropy.as_ref())?)?;
    }
    let secret = read_secret(&config)?;
    drop(Store::create(&config.data_dir, &secret, entropy.as_ref())?);
    let app = Arc::new(App::open(config, clock, entropy)?);
    let fingerprint = app.store.root().fingerprint();
    let data_dir = app.config.data_dir.clone();
    let ctx = auth::administration(app);
    let trail = Trail::of(&ctx);
    let user = users::add(&ctx, users::Add { role: Role::Admin, ..admin }).await?;
    ctx.write_accounts(Scope::AdminUsers, move |db| trail.record(db, Action::JournalInitialised, "keyring")).await?;
    Ok(Made { user, data_dir, secret_file, fingerprint })
}

/// Refuses a weak secret, and a place for it that a copy of the data would carry along; returns the place.
fn check_secret(config: &Config) -> Result<Option<PathBuf>> {
    let path = config.secret_place()?.map(Path::to_owned);
    if path.as_ref().is_none_or(|path| path.exists()) {
        read_secret(config)?;
    }
    Ok(path)
}
