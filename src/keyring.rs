//! The keyring: what opens it, wrapping the root key under a new secret, and new keys for everything.

mod kit;
mod rekey;

pub use kit::Checked;
pub use kit::Made;
pub use kit::check_kit;
pub use kit::recover;
pub use kit::recovery_kit;
pub use rekey::Rekeyed;
pub use rekey::rekey;

use std::path::Path;
use std::path::PathBuf;

use serde::Serialize;

use crate::audit::Trail;
use crate::config::SecretSource;
use crate::crypto::keyring::Keyring;
use crate::crypto::secret_key;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Result;
use crate::model::audit::Action;
use crate::model::scope::Scope;
use crate::secret::Secret;
use crate::storage::files;
use crate::storage::keyring_file;

/// What the keyring says of itself.
#[derive(Debug, Serialize)]
pub struct Status {
    /// 128-bit tag that names the root key, hex.
    pub fingerprint: String,
    /// 64-bit tag that names the key the databases hang on, hex: another after every `rotate --deep`.
    pub generation: String,
    /// Ids of the wraps, newest last. Two mean that a rotation was interrupted; both secrets open.
    pub key_ids: Vec<String>,
    /// Whether a rotation waits to be finished.
    pub rotation_unfinished: bool,
    /// Whether some databases still have the keys they had before a `rotate --deep`.
    pub rekeying_unfinished: bool,
    /// Where the keyring is.
    pub keyring: PathBuf,
    /// Where the secret is; `None` when the environment gives it.
    pub secret_file: Option<PathBuf>,
    /// The recovery kit that was made last.
    pub recovery_kit: Option<LastKit>,
}

/// A recovery kit that was made.
#[derive(Debug, Serialize)]
pub struct LastKit {
    /// When.
    pub made_at: String,
    /// Whether it opens the databases as they are: one from before a `rotate --deep` does not.
    pub opens: bool,
}

/// Describes the keyring that is in use.
///
/// # Errors
/// `Forbidden` for keys without the scope.
pub fn status(ctx: &Ctx) -> Result<Status> {
    ctx.caller.authorize(Scope::AdminUsers)?;
    let store = &ctx.app.store;
    let keyring = keyring_file::read(&store.data)?;
    let key_ids = keyring.key_ids();
    Ok(Status {
        fingerprint: keyring.fingerprint.clone(),
        generation: store.root().generation(),
        rotation_unfinished: key_ids.len() > 1,
        rekeying_unfinished: store.root().is_rekeying(),
        key_ids,
        keyring: store.data.keyring(),
        secret_file: secret_file(ctx),
        recovery_kit: store.recovery_kit()?.map(|(made_at, opens)| LastKit { made_at, opens }),
    })
}

/// Wraps the root key under a new secret.
///
/// A secret that lies in a file is replaced by a new random one in three durable steps, and
/// after each of them the keyring opens with the secret that is in the file: both wraps,
/// the new secret, the old wrap gone. A secret that the environment gives cannot be replaced
/// from here, so `new_secret` names a file with the next one.
///
/// # Errors
/// `Forbidden` for everybody but the operator; `Invalid` for a weak new secret, or a missing file name where one is needed.
pub async fn rotate(ctx: &Ctx, new_secret: Option<&Path>) -> Result<Status> {
    wrap_anew(ctx, new_secret, &[Action::KeyringRotated]).await?;
    status(ctx)
}

/// Records what is done, does it, and returns the new secret.
async fn wrap_anew(ctx: &Ctx, new_secret: Option<&Path>, actions: &'static [Action]) -> Result<Secret<String>> {
    ctx.caller.operate()?;
    let store = &ctx.app.store;
    // One rotation at a time: two that interleave could leave a keyring and a secret that do not belong together.
    let _lock = files::lock(&store.data.lock())?;
    let entropy = ctx.app.entropy.as_ref();
    let next = match (new_secret, &ctx.app.config.secret) {
        (Some(path), _) => keyring_file::read_secret(path)?,
        (None, SecretSource::File(_)) => secret_key::draw(entropy)?,
        (None, SecretSource::Given(_)) => {
            return Err(Error::invalid("the secret comes from the environment, so it cannot be replaced from here")
                .hint("write the new one to a file with mode 0600 and pass --new-secret-file"));
        }
    };
    // Recorded first: a rotation that cannot be recorded does not happen.
    let trail = Trail::of(ctx);
    ctx.write_accounts(Scope::AdminUsers, move |db| {
        actions.iter().try_for_each(|action| trail.record(db, *action, "keyring"))
    })
    .await?;
    if let SecretSource::File(path) = &ctx.app.config.secret {
        let keyring = keyring_file::read(&store.data)?;
        keyring_file::write(&store.data, &keyring.with(store.root(), &next, entropy)?)?;
        keyring_file::write_secret(path, &next)?;
    }
    keyring_file::write(&store.data, &Keyring::of(store.root(), &next, entropy)?)?;
    Ok(next)
}

fn secret_file(ctx: &Ctx) -> Option<PathBuf> {
    ctx.app.config.secret.file().map(Path::to_owned)
}
