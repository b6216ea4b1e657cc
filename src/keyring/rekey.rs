//! New keys for every database.

use std::path::Path;

use serde::Serialize;

use crate::ctx::Ctx;
use crate::error::Result;
use crate::keyring::wrap_anew;
use crate::model::audit::Action;
use crate::storage::accounts;
use crate::storage::rekey as steps;

/// What a re-keying left.
#[derive(Debug, Serialize)]
pub struct Rekeyed {
    /// Names the root key, which is the same as before.
    pub fingerprint: String,
    /// Names the key that the databases hang on now.
    pub generation: String,
    /// Notebooks that have a new key.
    pub notebooks: usize,
    /// Where the new secret is; `None` when it is in the file that was named.
    pub secret_file: Option<std::path::PathBuf>,
}

/// Wraps the root key under a new secret and gives every database a new key, so that whoever has an old copy of the keyring,
/// of the secret or of a database's key opens nothing that is written from now on.
///
/// Passwords, API keys, sessions, the audit trail and the fingerprint stay good. Originals keep their identity inside the
/// notebook: somebody who had a copy of the notebook and its key opens the files of originals still. Nothing else may use
/// the data directory meanwhile. A run that was interrupted leaves a journal that opens; the next command that finds itself
/// alone finishes it, and so does this one. `progress` is told bytes done and all bytes.
///
/// # Errors
/// `Forbidden` for everybody but the operator; `Conflict` when another process uses the data directory, for too little space
/// and for a database that is not sound, before anything was changed.
pub async fn rekey(ctx: Ctx, new_secret: Option<&Path>, progress: &dyn Fn(u64, u64)) -> Result<Rekeyed> {
    ctx.caller.operate()?;
    let store = &ctx.app.store;
    let (alone, data, entropy) = (store.in_use(), store.data.clone(), ctx.app.entropy.clone());
    alone.take(&data)?;
    let ids = store.accounts.read(accounts::notebooks::all)?;
    steps::check_space(&data, &ids)?;
    let secret = wrap_anew(&ctx, new_secret, &[Action::KeyringRekeyed, Action::KeyringRotated]).await?;
    let secret_file = super::secret_file(&ctx);
    // Closes every database; the lock stays.
    drop(ctx);
    let root = steps::run(&data, &secret, entropy.as_ref(), progress)?;
    Ok(Rekeyed { fingerprint: root.fingerprint(), generation: root.generation(), notebooks: ids.len(), secret_file })
}
