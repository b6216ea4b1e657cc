//! Passwords: which are accepted, how they are hashed.

use argon2::Algorithm;
use argon2::Argon2;
use argon2::Params;
use argon2::PasswordHash;
use argon2::PasswordHasher;
use argon2::PasswordVerifier;
use argon2::Version;

use crate::crypto::key::Key;
use crate::entropy;
use crate::entropy::Entropy;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::secret::Secret;

/// Memory of one hash in KiB (64 MiB), passes and lanes.
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;
const LANES: u32 = 1;

/// Longest password in bytes.
const MAX_BYTES: usize = 1024;

/// Refuses passwords that are short, endless, common, or made of the account's own name.
///
/// There are no composition rules (NIST SP 800-63B §5.1.1.2). `about` are words a guesser
/// would try first: the e-mail address and the name.
///
/// # Errors
/// `Invalid` with the reason.
pub(crate) fn check(password: &Secret<String>, min_length: usize, about: &[&str]) -> Result<()> {
    let text = password.expose();
    if text.len() > MAX_BYTES {
        return Err(
            Error::invalid(format!("the password is longer than {MAX_BYTES} bytes")).hint("choose a shorter one")
        );
    }
    if text.chars().count() < min_length {
        return Err(Error::invalid(format!("the password has fewer than {min_length} characters"))
            .hint("a few unrelated words are easy to remember and hard to guess"));
    }
    let folded = text.to_lowercase();
    let mut names = about.iter().flat_map(|name| [Some(*name), name.split('@').next()]).flatten();
    if names.any(|name| name.chars().count() >= 4 && folded.contains(&name.to_lowercase())) {
        return Err(Error::invalid("the password contains the account's own name").hint("choose another one"));
    }
    if zxcvbn::zxcvbn(text, about).score() < zxcvbn::Score::Two {
        return Err(Error::invalid("the password is among the first that a guesser would try")
            .hint("a few unrelated words are easy to remember and hard to guess"));
    }
    Ok(())
}

/// Hashes a password with Argon2id (RFC 9106), the pepper as its secret input, as a PHC string.
pub(crate) fn hash(password: &Secret<String>, pepper: &Key, entropy: &dyn Entropy) -> Result<String> {
    let salt = entropy::draw::<16>(entropy)?;
    let hash = hasher(pepper)
        .hash_password_with_salt(password.expose().as_bytes(), &salt)
        .map_err(|error| Error::internal("hashing a password", error.to_string()))?;
    Ok(hash.to_string())
}

/// Tells whether the password is the one the PHC string was made of.
///
/// # Errors
/// `Internal` when the stored string is no PHC string.
pub(crate) fn verify(password: &Secret<String>, stored: &str, pepper: &Key) -> Result<bool> {
    let hash =
        PasswordHash::new(stored).map_err(|error| Error::internal("a stored password hash", error.to_string()))?;
    match hasher(pepper).verify_password(password.expose().as_bytes(), &hash) {
        Ok(()) => Ok(true),
        Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
        Err(error) => Err(Error::new(Kind::Internal, "checking a password").caused_by(error.to_string())),
    }
}

/// Tells whether a stored string is a hash that [`verify`] can check.
pub(crate) fn is_readable(stored: &str) -> bool {
    PasswordHash::new(stored).is_ok()
}

/// Takes as long as [`verify`] does, for accounts that do not exist or have no password.
pub(crate) fn verify_nothing(password: &Secret<String>, pepper: &Key) {
    // What it returns is known: no password hashes to zeros.
    let _ = verify(password, NOBODYS, pepper);
}

/// A hash with the present parameters that no password has.
const NOBODYS: &str =
    "$argon2id$v=19$m=65536,t=3,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Tells whether a stored hash was made with the present parameters.
pub(crate) fn is_current(stored: &str) -> bool {
    let parameters = format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}$");
    stored.starts_with(&parameters)
}

fn hasher(pepper: &Key) -> Argon2<'_> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).expect("the parameters are within Argon2's bounds");
    Argon2::new_with_secret(pepper.expose(), Algorithm::Argon2id, Version::V0x13, params)
        .expect("a 32-byte pepper is within Argon2's bounds")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::OsEntropy;

    fn secret(text: &str) -> Secret<String> {
        Secret::new(text.to_owned())
    }

    #[test]
    fn a_hash_says_its_parameters_and_needs_the_pepper() {
        let (pepper, other) = (Key::from_array([3; 32]), Key::from_array([4; 32]));
        let password = secret("violet anchor mountain");

        let stored = hash(&password, &pepper, &OsEntropy).unwrap();

        assert!(stored.starts_with("$argon2id$v=19$m=65536,t=3,p=1$"), "{stored}");
        assert!(verify(&password, &stored, &pepper).unwrap());
        assert!(!verify(&password, &stored, &other).unwrap());
        assert!(!verify(&secret("violet anchor mountains"), &stored, &pepper).unwrap());
    }

    #[test]
    fn short_common_and_own_name_passwords_are_refused() {
        let about = ["ada.lovelace@home.example", "Ada Lovelace"];
        check(&secret("violet anchor mountain"), 12, &about).unwrap();
        check(&secret("dreizehn Äpfel"), 12, &about).unwrap();
        for weak in ["short", "password1234", "123456789012", "qwertyuiopas", "ada.lovelace-2026", "aaaaaaaaaaaaaa"] {
            assert!(check(&secret(weak), 12, &about).is_err(), "{weak}");
        }
        assert!(check(&secret(&"x7 ".repeat(400)), 12, &about).is_err());
    }
}
