//! New passwords and given ones, checked and hashed behind the gate before Argon2.

use crate::app::App;
use crate::crypto::password;
use crate::crypto::password::Stored;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::secret::Secret;

/// Refuses a password that would be guessed; `about` are the account's own address and name.
///
/// # Errors
/// `Invalid` with code `weak_password`.
pub(crate) fn check(app: &App, password: &Secret<String>, about: &[&str]) -> Result<()> {
    password::check(password, app.config.password_min_length, about).map_err(|error| error.code("weak_password"))
}

/// Hashes a password that was checked.
///
/// # Errors
/// `Limited` when too many are being hashed.
pub(crate) async fn hash(app: &App, password: Secret<String>) -> Result<String> {
    let (pepper, entropy) = (app.store.keys.password_pepper.clone(), app.entropy.clone());
    app.hashing.run(move || password::hash(&password, &pepper, entropy.as_ref())).await
}

/// Tells whether a password is the stored one; takes as long where none is stored.
///
/// # Errors
/// `Limited` when too many are being checked.
pub(crate) async fn is_right(app: &App, password: Secret<String>, stored: Option<Stored>) -> Result<bool> {
    let pepper = app.store.keys.password_pepper.clone();
    let work = move || {
        if let Some(stored) = stored.filter(|stored| password::is_readable(&stored.hash)) {
            return password::verify(&password, &stored, &pepper);
        }
        password::verify_nothing(&password, &pepper);
        Ok(false)
    };
    app.hashing.run(work).await
}

/// The refusal of a wrong password from somebody who is logged in.
pub(crate) fn wrong() -> Error {
    Error::new(Kind::Forbidden, "the present password is wrong, or the account is locked for a while")
        .code("invalid_credentials")
        .hint("try again, or ask for a link that sets a new one")
}
