//! Status of the keyring.

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::app::context::Ctx;
use crate::domain::scope::Scope;
use crate::error::Result;
use crate::storage::keyring_file;

/// Status of the keyring.
#[derive(Debug, Serialize)]
pub struct KeyringStatus {
    /// Fingerprint of the root key, 128 bits, hex.
    pub fingerprint: String,
    /// Generation of the database keys, 64 bits, hex; changes with every `rotate --deep`.
    pub generation: String,
    /// Ids of the wrapped copies of the root key, newest last. Two mean an interrupted rotation; both secrets open.
    pub key_ids: Vec<String>,
    /// True if a rotation is unfinished.
    pub rotation_unfinished: bool,
    /// True if a `rotate --deep` is unfinished: some databases still have their old key.
    pub rekeying_unfinished: bool,
    /// Path of the keyring.
    pub keyring: PathBuf,
    /// Path of the secret; `None` when the environment gives it.
    pub secret_file: Option<PathBuf>,
    /// The latest recovery kit.
    pub recovery_kit: Option<LatestRecoveryKit>,
}

/// The latest recovery kit.
#[derive(Debug, Serialize)]
pub struct LatestRecoveryKit {
    /// Time of creation.
    pub made_at: String,
    /// True if it opens the current databases: one from before a `rotate --deep` does not.
    pub opens: bool,
}

/// Returns the status of the keyring.
///
/// # Errors
/// `Forbidden` for keys without the scope.
pub fn status(ctx: &Ctx) -> Result<KeyringStatus> {
    ctx.caller.authorize(Scope::AdminUsers)?;
    let store = &ctx.app.store;
    let keyring = keyring_file::read(&store.data)?;
    let key_ids = keyring.key_ids();
    Ok(KeyringStatus {
        fingerprint: keyring.fingerprint.clone(),
        generation: store.root_key().data_key_generation(),
        rotation_unfinished: key_ids.len() > 1,
        rekeying_unfinished: store.root_key().is_rekeying(),
        key_ids,
        keyring: store.data.keyring(),
        secret_file: secret_file(ctx),
        recovery_kit: store.recovery_kit_status()?.map(|(made_at, opens)| LatestRecoveryKit { made_at, opens }),
    })
}

/// Returns the path of the secret; `None` when the environment gives it.
pub(super) fn secret_file(ctx: &Ctx) -> Option<PathBuf> {
    ctx.app.config.secret.file().map(Path::to_owned)
}
