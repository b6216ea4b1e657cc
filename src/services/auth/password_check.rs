//! Password checks and hashing, through the bounded Argon2 queue.

use crate::app::state::AppState;
use crate::crypto::password::{self, StoredPasswordHash};
use crate::error::{Error, ErrorKind, Result};
use crate::secret::Secret;

/// Checks the strength of a password; `about` holds the account's address and name, which it must not contain.
///
/// # Errors
/// `Invalid` with code `weak_password`.
pub(crate) fn check_strength(app: &AppState, password: &Secret<String>, about: &[&str]) -> Result<()> {
    password::check_strength(password, app.config.password_min_length, about)
        .map_err(|error| error.code("weak_password"))
}

/// Hashes a password that passed [`check_strength`].
///
/// # Errors
/// `Limited` when the hashing queue is full.
pub(crate) async fn hash(app: &AppState, password: Secret<String>) -> Result<String> {
    let (pepper, entropy) = (app.store.keys.password_pepper.clone(), app.entropy.clone());
    app.hashing.run(move || password::hash(&password, &pepper, entropy.as_ref())).await
}

/// Verifies a password; takes the same time if none is stored.
///
/// # Errors
/// `Limited` when the hashing queue is full.
pub(crate) async fn verify(
    app: &AppState,
    password: Secret<String>,
    stored: Option<StoredPasswordHash>,
) -> Result<bool> {
    let pepper = app.store.keys.password_pepper.clone();
    let work = move || {
        if let Some(stored) = stored.filter(|stored| password::is_parsable(&stored.hash)) {
            return password::verify(&password, &stored, &pepper);
        }
        password::verify_dummy(&password, &pepper);
        Ok(false)
    };
    app.hashing.run(work).await
}

/// Returns the error for a wrong password of a logged-in user.
pub(crate) fn wrong_password_error() -> Error {
    Error::new(ErrorKind::Forbidden, "the current password is wrong, or the account is temporarily locked")
        .code("invalid_credentials")
        .hint("try again, or ask for a link that sets a new one")
}
