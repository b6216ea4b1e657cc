//! Recovery kit: the root key on paper, for when the secret is lost.

use std::path::Path;
use std::sync::Arc;

use serde::Serialize;

use crate::app::context::Ctx;
use crate::app::state::AppState;
use crate::clock::Clock;
use crate::config::{Config, SecretSource};
use crate::crypto::key_derivation::{KeyHierarchy, KeyPurpose};
use crate::crypto::recovery_kit;
use crate::domain::audit::AuditAction;
use crate::domain::scope::Scope;
use crate::entropy::Entropy;
use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::services::admin::keyring::rotation::{KeyringStatus, rotate};
use crate::services::audit::AuditRecorder;
use crate::services::auth;
use crate::storage::accounts::maintenance;
use crate::storage::data_dir::DataDir;
use crate::storage::data_dir_lock::DataDirLock;
use crate::storage::database::snapshot;
use crate::storage::{files, io_error, keyring_file};

/// Recovery kit that was created.
#[derive(Debug)]
pub struct RecoveryKit {
    /// Keys that it holds.
    pub kit: RecoveryKitKeys,
    /// Time of creation.
    pub made_at: String,
    /// Text of the sheet, if it was not written to a file.
    pub sheet: Option<Secret<String>>,
}

/// Identification of the keys in a recovery kit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecoveryKitKeys {
    /// Fingerprint of the root key.
    pub fingerprint: String,
    /// Generation of the database keys.
    pub generation: String,
}

impl RecoveryKitKeys {
    fn from_root(root: &KeyHierarchy) -> Self {
        Self { fingerprint: root.fingerprint(), generation: root.data_key_generation() }
    }
}

/// Creates the recovery kit, in a new file or as text.
///
/// # Errors
/// `Forbidden` for all but the operator; `Conflict` for a file that exists already or is inside the data directory.
pub async fn create_recovery_kit(ctx: &Ctx, to: Option<&Path>) -> Result<RecoveryKit> {
    ctx.caller.require_operator()?;
    let store = &ctx.app.store;
    let (root, trail) = (store.root_key(), AuditRecorder::from_ctx(ctx));
    let (kit, made_at) = (RecoveryKitKeys::from_root(root), trail.at().to_owned());
    let sheet = format_sheet(root, &kit, &made_at);
    if let Some(path) = to {
        write_sheet(path, store.data.root(), &sheet)?;
    }
    let detail = serde_json::json!({ "fingerprint": kit.fingerprint, "generation": kit.generation }).to_string();
    let recorded = ctx
        .write_accounts(Scope::AdminUsers, move |db| {
            maintenance::record(db, maintenance::MaintenanceKind::RecoveryKit, trail.at(), &detail)?;
            trail.record(db, AuditAction::RecoveryKitMade, "keyring")
        })
        .await;
    if let (Err(error), Some(path)) = (recorded, to) {
        // A kit that is not recorded must not stay.
        drop(std::fs::remove_file(path));
        return Err(error);
    }
    Ok(RecoveryKit { kit, made_at, sheet: to.is_none().then_some(sheet) })
}

/// Checks a typed kit without the secret: it must open this data directory in its current state.
///
/// # Errors
/// `Forbidden` with an API key; `Invalid` with the number of a mistyped line; `Conflict` for a kit of another journal,
/// or from before the databases were re-keyed.
pub fn check_kit(config: &Config, sheet: &Secret<String>) -> Result<RecoveryKitKeys> {
    auth::operator_only(config)?;
    let data = DataDir::new(&config.data_dir);
    keyring_file::read(&data)?;
    let _in_use = DataDirLock::acquire_shared(&data)?;
    let root = recovery_kit::parse_sheet(sheet.expose())?;
    check_matches(&data, &root)?;
    Ok(RecoveryKitKeys::from_root(&root))
}

/// Wraps the root key of a kit under a new secret, for when the secret is lost.
///
/// # Errors
/// As [`check_kit`] and [`rotate`]; `Conflict` for an existing secret of another journal.
pub async fn recover(
    config: Config,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    sheet: &Secret<String>,
    new_secret: Option<&Path>,
) -> Result<KeyringStatus> {
    check_kit(&config, sheet)?;
    if let SecretSource::File(path) = &config.secret {
        check_secret_path(path, &config)?;
    }
    let app = AppState::open_with(config, clock, entropy, &recovery_kit::parse_sheet(sheet.expose())?)?;
    rotate(&auth::administration(Arc::new(app)), new_secret).await
}

/// Checks that the new secret does not overwrite that of another journal.
fn check_secret_path(path: &Path, config: &Config) -> Result<()> {
    if !path.exists() {
        return files::create_private_dir(path.parent().unwrap_or(&config.config_dir));
    }
    let keyring = keyring_file::read(&DataDir::new(&config.data_dir))?;
    let opens = keyring_file::read_single_line(path).and_then(|secret| keyring.open(&secret));
    opens.map(drop).map_err(|error| {
        Error::conflict(format!("{} exists and does not open this journal", path.display()))
            .hint("it may belong to another journal: move it away and run the command again")
            .caused_by(error)
    })
}

fn check_matches(data: &DataDir, root: &KeyHierarchy) -> Result<()> {
    let keyring = keyring_file::read(data)?;
    if root.fingerprint() != keyring.fingerprint {
        return Err(Error::conflict("the kit belongs to another journal")
            .hint("compare the fingerprint on the sheet with that of `journal doctor`"));
    }
    let accounts = snapshot::summarize(&data.accounts(), &root.derive(KeyPurpose::AccountsDatabase));
    accounts.map(drop).map_err(|error| {
        Error::conflict("the kit does not open this data: it was made before the databases were re-keyed")
            .hint("use the kit that was made after `journal keyring rotate --deep`, or restore a backup")
            .caused_by(error)
    })
}

fn write_sheet(path: &Path, data: &Path, sheet: &Secret<String>) -> Result<()> {
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let real = |path: &Path| std::fs::canonicalize(path).map_err(|error| io_error::for_path("opening", path, error));
    if real(folder)?.starts_with(real(data)?) {
        return Err(Error::conflict("the kit would be inside the data directory that it opens")
            .hint("write it somewhere else, print it, and delete the file"));
    }
    files::write_new(path, sheet.expose().as_bytes())?;
    files::sync_parent(path)
}

fn format_sheet(root: &KeyHierarchy, kit: &RecoveryKitKeys, made_at: &str) -> Secret<String> {
    let lines = recovery_kit::format_lines(root);
    let mut indented = zeroize::Zeroizing::new(String::with_capacity(2 * lines.expose().len()));
    for line in lines.expose().lines() {
        for piece in ["    ", line, "\n"] {
            indented.push_str(piece);
        }
    }
    let (fingerprint, generation) = (&kit.fingerprint, &kit.generation);
    Secret::new(format!(
        "\
JOURNAL RECOVERY KIT

ANYONE WITH THIS SHEET AND A COPY OF THE DATA CAN READ ALL OF IT.
Keep it on paper, locked away, apart from the data and its backups.

It holds the root key, which unlocks all data in one data directory.
With it the journal can be opened if its secret is lost. It does not
replace backups: without the data there is nothing to open.

    root key    {fingerprint}
    databases   {generation}
    made        {made_at}, by journal {}

The key. Every line ends with four characters that check it. There is
no letter I, L, O or U: what looks like one is a 1 or a 0.

{}
To check this sheet, type the numbered lines into a file and run

    journal keyring check-kit FILE

This reports mistyped lines, and whether the kit opens the data as
it is now. After `journal keyring rotate --deep` it no longer does:
make a new kit and destroy this one.

If the secret is lost:

 a) Restore the data directory: keyring.json, accounts.db and
    the folder notebooks, from the machine or from a backup of it.
 b) Type the numbered lines into a file that only you can read.
 c) Run   journal keyring rotate --kit FILE
    This writes a new secret to secret.key next to the configuration.
 d) Run   journal doctor
    Then delete the file with the lines.

If the secret has leaked, `journal keyring rotate --deep` gives every
database a new key. Then make a new kit.
",
        env!("CARGO_PKG_VERSION"),
        indented.as_str(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::key::SymmetricKey;

    #[test]
    fn the_sheet_fits_a_page_and_parses_back() {
        let plain = KeyHierarchy::new(SymmetricKey::from_array([3; 32]));
        for root in [
            plain.clone(),
            plain.with_next_data_key(SymmetricKey::from_array([4; 32])).with_rekeying_completed().unwrap(),
        ] {
            let sheet = format_sheet(&root, &RecoveryKitKeys::from_root(&root), "2026-11-22T12:00:00Z");

            let text = sheet.expose();
            assert!(text.lines().all(|line| line.chars().count() <= 72), "{text}");
            assert!(text.lines().count() <= 60);
            assert!(text.is_ascii());
            assert_eq!(*recovery_kit::parse_sheet(text).unwrap().to_bytes(), *root.to_bytes());
        }
    }
}
