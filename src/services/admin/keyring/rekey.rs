//! Re-keying: a new secret and new keys for all databases.

use std::path::Path;

use serde::Serialize;

use crate::app::context::Ctx;
use crate::domain::audit::AuditAction;
use crate::error::Result;
use crate::services::admin::keyring::rotation::{rewrap_root_key, secret_file};
use crate::storage::{accounts, rekey as steps};

/// Result of a re-keying.
#[derive(Debug, Serialize)]
pub struct RekeyResult {
    /// Fingerprint of the root key, which is unchanged.
    pub fingerprint: String,
    /// New generation of the database keys.
    pub generation: String,
    /// Number of re-keyed notebooks.
    pub notebooks: usize,
    /// Path of the new secret; `None` when `new_secret` named its file.
    pub secret_file: Option<std::path::PathBuf>,
}

/// Wraps the root key under a new secret and gives every database a new key, so that old copies of the keyring, the
/// secret or a database key do not open anything written from now on.
///
/// Passwords, API keys, sessions, the audit log and the fingerprint stay valid. Originals keep their identity inside
/// the notebook: an old copy of a notebook with its key still opens the files of originals. The data directory must not
/// be used by other processes meanwhile. An interrupted run leaves a journal that opens; the next command with
/// exclusive access finishes it, and so does this one. `progress` receives the bytes done and the total bytes.
///
/// # Errors
/// `Forbidden` for all but the operator; `Conflict` when another process uses the data directory, for too little space
/// and for a corrupt database, before anything is changed.
pub async fn rekey(ctx: Ctx, new_secret: Option<&Path>, progress: &dyn Fn(u64, u64)) -> Result<RekeyResult> {
    ctx.caller.require_operator()?;
    let store = &ctx.app.store;
    let (alone, data, entropy) = (store.data_dir_lock(), store.data.clone(), ctx.app.entropy.clone());
    alone.upgrade_to_exclusive(&data)?;
    let ids = store.accounts.read(accounts::notebooks::list_ids)?;
    steps::check_space(&data, &ids)?;
    let secret = rewrap_root_key(&ctx, new_secret, &[AuditAction::KeyringRekeyed, AuditAction::KeyringRotated]).await?;
    let secret_file = secret_file(&ctx);
    // Closes every database; the lock stays.
    drop(ctx);
    let root = steps::rekey_all(&data, &secret, entropy.as_ref(), progress)?;
    Ok(RekeyResult {
        fingerprint: root.fingerprint(),
        generation: root.data_key_generation(),
        notebooks: ids.len(),
        secret_file,
    })
}
