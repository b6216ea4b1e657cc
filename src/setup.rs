//! First-time setup: secret, keyring, accounts database, first admin with a notebook.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;

use crate::app::state::{AppState, read_secret};
use crate::clock::Clock;
use crate::config::Config;
use crate::crypto::secret_key;
use crate::domain::audit::AuditAction;
use crate::domain::scope::Scope;
use crate::domain::user::{User, UserRole};
use crate::entropy::Entropy;
use crate::error::{Error, Result};
use crate::services::accounts::users;
use crate::services::audit::AuditRecorder;
use crate::services::auth;
use crate::storage::data_dir::DataDir;
use crate::storage::store::DataStore;
use crate::storage::{accounts, files, keyring_file};

/// Result of the setup.
#[derive(Debug, Serialize)]
pub struct SetupResult {
    /// The first admin.
    pub user: User,
    /// Data directory.
    pub data_dir: PathBuf,
    /// File of the secret; `None` if the environment gives it.
    pub secret_file: Option<PathBuf>,
    /// Fingerprint of the root key.
    pub fingerprint: String,
}

/// Checks that the data directory has no user yet.
///
/// # Errors
/// `Conflict` if it has; as [`AppState::open`] for a directory that cannot be opened.
pub fn check_not_initialised(config: &Config) -> Result<()> {
    if !DataDir::new(&config.data_dir).has_notebooks() {
        return Ok(());
    }
    let store = DataStore::open(&config.data_dir, &read_secret(config)?)?;
    if store.accounts.read(accounts::users::all)?.is_empty() {
        return Ok(());
    }
    Err(Error::conflict(format!("there is already a journal in {}", config.data_dir.display()))
        .hint("`journal user add EMAIL` adds a user; another --data-dir creates another journal"))
}

/// Creates a journal; resumes an interrupted setup.
///
/// # Errors
/// `Conflict` when there is a journal already, when the folder has other content, or when the secret would be inside
/// the data directory.
pub async fn init(
    config: Config,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    admin: users::CreateUserRequest,
) -> Result<SetupResult> {
    DataDir::new(&config.data_dir).check_empty()?;
    let secret_file = check_secret(&config)?;
    files::create_private_dir(&config.data_dir)?;
    // Two concurrent runs would each draw a secret, and one of them would be lost.
    let _lock = files::lock_existing_exclusive(&config.data_dir)?;
    check_not_initialised(&config)?;
    if let Some(path) = secret_file.as_ref().filter(|path| !path.exists()) {
        files::create_private_dir(path.parent().unwrap_or(&config.config_dir))?;
        keyring_file::write_secret(path, &secret_key::draw(entropy.as_ref())?)?;
    }
    let secret = read_secret(&config)?;
    drop(DataStore::create(&config.data_dir, &secret, entropy.as_ref())?);
    let app = Arc::new(AppState::open(config, clock, entropy)?);
    let fingerprint = app.store.root_key().fingerprint();
    let data_dir = app.config.data_dir.clone();
    let ctx = auth::administration(app);
    let trail = AuditRecorder::from_ctx(&ctx);
    let user = users::add(&ctx, users::CreateUserRequest { role: UserRole::Admin, ..admin }).await?;
    ctx.write_accounts(Scope::AdminUsers, move |db| trail.record(db, AuditAction::JournalInitialised, "keyring"))
        .await?;
    Ok(SetupResult { user, data_dir, secret_file, fingerprint })
}

/// Rejects a weak secret and a path inside the data directory, which backups would include; returns the path.
fn check_secret(config: &Config) -> Result<Option<PathBuf>> {
    let path = config.secret_file()?.map(Path::to_owned);
    if path.as_ref().is_none_or(|path| path.exists()) {
        read_secret(config)?;
    }
    Ok(path)
}
