//! Status of the keyring, and rotation of the secret that wraps the root key.

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::app::context::Ctx;
use crate::config::SecretSource;
use crate::crypto::keyring::Keyring;
use crate::crypto::secret_key;
use crate::domain::audit::AuditAction;
use crate::domain::scope::Scope;
use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::services::audit::AuditRecorder;
use crate::storage::{files, keyring_file};

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

/// Rotates the secret: wraps the root key under a new one.
///
/// A secret in a file is replaced by a new random one in three durable steps: write both wrapped copies, replace the
/// secret, remove the old copy. After each step the keyring opens with the secret in the file. A secret that the
/// environment gives cannot be replaced here, so `new_secret` names a file with the next one.
///
/// # Errors
/// `Forbidden` for all but the operator; `Invalid` for a weak new secret, or a missing file name where one is needed.
pub async fn rotate(ctx: &Ctx, new_secret: Option<&Path>) -> Result<KeyringStatus> {
    rewrap_root_key(ctx, new_secret, &[AuditAction::KeyringRotated]).await?;
    status(ctx)
}

/// Records the actions, rewraps the root key, and returns the new secret.
pub(super) async fn rewrap_root_key(
    ctx: &Ctx,
    new_secret: Option<&Path>,
    actions: &'static [AuditAction],
) -> Result<Secret<String>> {
    ctx.caller.require_operator()?;
    let store = &ctx.app.store;
    // Lock: two interleaved rotations could leave a keyring and a secret that do not match.
    let _lock = files::lock_exclusive(&store.data.migration_lock())?;
    let entropy = ctx.app.entropy.as_ref();
    let next = match (new_secret, &ctx.app.config.secret) {
        (Some(path), _) => keyring_file::read_secret(path)?,
        (None, SecretSource::File(_)) => secret_key::draw(entropy)?,
        (None, SecretSource::Inline(_)) => {
            return Err(Error::invalid("the secret comes from the environment, so it cannot be replaced here")
                .hint("write the new one to a file with mode 0600 and pass --new-secret-file"));
        }
    };
    // Recorded first: a rotation that cannot be recorded must not happen.
    let trail = AuditRecorder::from_ctx(ctx);
    ctx.write_accounts(Scope::AdminUsers, move |db| {
        actions.iter().try_for_each(|action| trail.record(db, *action, "keyring"))
    })
    .await?;
    if let SecretSource::File(path) = &ctx.app.config.secret {
        let keyring = keyring_file::read(&store.data)?;
        keyring_file::write(&store.data, &keyring.with_additional_secret(store.root_key(), &next, entropy)?)?;
        keyring_file::write_secret(path, &next)?;
    }
    keyring_file::write(&store.data, &Keyring::for_root_key(store.root_key(), &next, entropy)?)?;
    Ok(next)
}
