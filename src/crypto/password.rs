//! Password policy and hashing.

use argon2::{Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version};

use crate::crypto::key::SymmetricKey;
use crate::entropy::{self, Entropy};
use crate::error::{Error, ErrorKind, Result};
use crate::secret::Secret;

/// Memory of one hash in KiB (64 MiB), passes and lanes.
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;
const LANES: u32 = 1;

/// Longest password in bytes.
const MAX_BYTES: usize = 1024;

/// Checks that a password is neither short, too long, common, nor contains the account's name.
///
/// There are no composition rules (NIST SP 800-63B §5.1.1.2). `about` are words a guesser would try first: the e-mail
/// address and the name.
///
/// # Errors
/// `Invalid` with the reason.
pub(crate) fn check_strength(password: &Secret<String>, min_length: usize, about: &[&str]) -> Result<()> {
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
        return Err(Error::invalid("the password is easy to guess")
            .hint("a few unrelated words are easy to remember and hard to guess"));
    }
    Ok(())
}

/// Hashes a password with Argon2id (RFC 9106), keyed with the pepper; returns a PHC string.
pub(crate) fn hash(password: &Secret<String>, pepper: &SymmetricKey, entropy: &dyn Entropy) -> Result<String> {
    let salt = entropy::draw::<16>(entropy)?;
    let hash = hasher(pepper)
        .hash_password_with_salt(password.expose().as_bytes(), &salt)
        .map_err(|error| Error::internal("hashing a password", error.to_string()))?;
    Ok(hash.to_string())
}

/// Stored password hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StoredPasswordHash {
    /// PHC string.
    pub(crate) hash: String,
    /// True if the pepper was used; false for hashes imported from another program.
    pub(crate) peppered: bool,
}

/// Returns whether the password matches the stored hash.
///
/// # Errors
/// `Internal` if the stored string is not a PHC string.
pub(crate) fn verify(password: &Secret<String>, stored: &StoredPasswordHash, pepper: &SymmetricKey) -> Result<bool> {
    let hasher = if stored.peppered { hasher(pepper) } else { Argon2::default() };
    verify_with(&hasher, password, &stored.hash)
}

fn verify_with(hasher: &Argon2<'_>, password: &Secret<String>, stored: &str) -> Result<bool> {
    let hash =
        PasswordHash::new(stored).map_err(|error| Error::internal("a stored password hash", error.to_string()))?;
    match hasher.verify_password(password.expose().as_bytes(), &hash) {
        Ok(()) => Ok(true),
        Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
        Err(error) => Err(Error::new(ErrorKind::Internal, "checking a password").caused_by(error.to_string())),
    }
}

/// Returns whether a stored string is a PHC string that [`verify`] can parse.
pub(crate) fn is_parsable(stored: &str) -> bool {
    PasswordHash::new(stored).is_ok()
}

/// Maximum memory in KiB, passes and lanes of an imported hash: verifying one must not cost more than a login may.
const MAX_IMPORTED_COST: (u32, u32, u32) = (256 * 1024, 16, 16);

/// Returns whether an imported hash can be verified at an acceptable cost.
pub(crate) fn is_affordable(stored: &str) -> bool {
    let Ok(hash) = PasswordHash::new(stored) else { return false };
    let known = ["argon2id", "argon2i", "argon2d"].contains(&hash.algorithm.as_str());
    let within = |params: Params| {
        params.m_cost() <= MAX_IMPORTED_COST.0
            && params.t_cost() <= MAX_IMPORTED_COST.1
            && params.p_cost() <= MAX_IMPORTED_COST.2
    };
    known && hash.salt.is_some() && hash.hash.is_some() && Params::try_from(&hash).is_ok_and(within)
}

/// Takes as long as [`verify`], for accounts that do not exist or have no password.
pub(crate) fn verify_dummy(password: &Secret<String>, pepper: &SymmetricKey) {
    // The result is always false: no password hashes to zeros.
    let _ = verify_with(&hasher(pepper), password, DUMMY_HASH);
}

/// Hash with the current parameters that no password matches.
const DUMMY_HASH: &str =
    "$argon2id$v=19$m=65536,t=3,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Returns whether a stored hash uses the current parameters and the pepper.
pub(crate) fn is_current(stored: &StoredPasswordHash) -> bool {
    let parameters = format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}$");
    stored.peppered && stored.hash.starts_with(&parameters)
}

fn hasher(pepper: &SymmetricKey) -> Argon2<'_> {
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
    fn a_hash_contains_its_parameters_and_needs_the_pepper() {
        let (pepper, other) = (SymmetricKey::from_array([3; 32]), SymmetricKey::from_array([4; 32]));
        let password = secret("violet anchor mountain");

        let stored = hash(&password, &pepper, &OsEntropy).unwrap();

        assert!(stored.starts_with("$argon2id$v=19$m=65536,t=3,p=1$"), "{stored}");
        let stored = StoredPasswordHash { hash: stored, peppered: true };
        assert!(verify(&password, &stored, &pepper).unwrap() && is_current(&stored));
        assert!(!verify(&password, &stored, &other).unwrap());
        assert!(!verify(&secret("violet anchor mountains"), &stored, &pepper).unwrap());
        assert!(!verify(&password, &StoredPasswordHash { peppered: false, ..stored }, &pepper).unwrap());
    }

    #[test]
    fn an_imported_hash_is_verified_without_pepper_and_not_current() {
        // Same parameters as argon2-cffi.
        let hash = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(65_536, 3, 4, Some(32)).unwrap())
            .hash_password_with_salt(b"violet anchor mountain", &[7; 16])
            .unwrap()
            .to_string();
        let pepper = SymmetricKey::from_array([3; 32]);
        let stored = StoredPasswordHash { hash, peppered: false };

        assert!(stored.hash.starts_with("$argon2id$v=19$m=65536,t=3,p=4$") && is_affordable(&stored.hash));
        assert!(verify(&secret("violet anchor mountain"), &stored, &pepper).unwrap());
        assert!(!verify(&secret("violet anchor mountains"), &stored, &pepper).unwrap());
        assert!(!is_current(&stored));
    }

    #[test]
    fn an_unparsable_or_too_costly_hash_is_refused() {
        let tail = "AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        assert!(is_affordable(&format!("$argon2id$v=19$m=65536,t=3,p=4${tail}")));
        for wrong in [
            String::new(),
            "plain words".to_owned(),
            "$argon2id$v=19$m=65536,t=3,p=4".to_owned(),
            format!("$argon2id$v=19$m=4194304,t=3,p=4${tail}"),
            format!("$argon2id$v=19$m=65536,t=4000,p=4${tail}"),
            format!("$scrypt$ln=16,r=8,p=1${tail}"),
        ] {
            assert!(!is_affordable(&wrong), "{wrong}");
        }
    }

    #[test]
    fn short_common_and_own_name_passwords_are_refused() {
        let about = ["ada.lovelace@home.example", "Ada Lovelace"];
        check_strength(&secret("violet anchor mountain"), 12, &about).unwrap();
        check_strength(&secret("dreizehn Äpfel"), 12, &about).unwrap();
        for weak in ["short", "password1234", "123456789012", "qwertyuiopas", "ada.lovelace-2026", "aaaaaaaaaaaaaa"] {
            assert!(check_strength(&secret(weak), 12, &about).is_err(), "{weak}");
        }
        assert!(check_strength(&secret(&"x7 ".repeat(400)), 12, &about).is_err());
    }
}
