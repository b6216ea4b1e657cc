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

/// A stored password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stored {
    /// As a PHC string.
    pub(crate) hash: String,
    /// Whether the pepper is in it; it is not where the hash came from another program.
    pub(crate) peppered: bool,
}

/// Tells whether the password is the stored one.
///
/// # Errors
/// `Internal` when the stored string is no PHC string.
pub(crate) fn verify(password: &Secret<String>, stored: &Stored, pepper: &Key) -> Result<bool> {
    let hasher = if stored.peppered { hasher(pepper) } else { Argon2::default() };
    check_with(&hasher, password, &stored.hash)
}

fn check_with(hasher: &Argon2<'_>, password: &Secret<String>, stored: &str) -> Result<bool> {
    let hash =
        PasswordHash::new(stored).map_err(|error| Error::internal("a stored password hash", error.to_string()))?;
    match hasher.verify_password(password.expose().as_bytes(), &hash) {
        Ok(()) => Ok(true),
        Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
        Err(error) => Err(Error::new(Kind::Internal, "checking a password").caused_by(error.to_string())),
    }
}

/// Tells whether a stored string is a hash that [`verify`] can check.
pub(crate) fn is_readable(stored: &str) -> bool {
    PasswordHash::new(stored).is_ok()
}

/// Most memory in KiB, passes and lanes of a hash that another program made: checking one must not cost more than a login may.
const BEARABLE: (u32, u32, u32) = (256 * 1024, 16, 16);

/// Tells whether a hash that another program made can be checked, and at what cost.
pub(crate) fn is_bearable(stored: &str) -> bool {
    let Ok(hash) = PasswordHash::new(stored) else { return false };
    let known = ["argon2id", "argon2i", "argon2d"].contains(&hash.algorithm.as_str());
    let within = |params: Params| {
        params.m_cost() <= BEARABLE.0 && params.t_cost() <= BEARABLE.1 && params.p_cost() <= BEARABLE.2
    };
    known && hash.salt.is_some() && hash.hash.is_some() && Params::try_from(&hash).is_ok_and(within)
}

/// Takes as long as [`verify`] does, for accounts that do not exist or have no password.
pub(crate) fn verify_nothing(password: &Secret<String>, pepper: &Key) {
    // What it returns is known: no password hashes to zeros.
    let _ = check_with(&hasher(pepper), password, NOBODYS);
}

/// A hash with the present parameters that no password has.
const NOBODYS: &str =
    "$argon2id$v=19$m=65536,t=3,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Tells whether a stored password was hashed as a new one would be.
pub(crate) fn is_current(stored: &Stored) -> bool {
    let parameters = format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}$");
    stored.peppered && stored.hash.starts_with(&parameters)
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
        let stored = Stored { hash: stored, peppered: true };
        assert!(verify(&password, &stored, &pepper).unwrap() && is_current(&stored));
        assert!(!verify(&password, &stored, &other).unwrap());
        assert!(!verify(&secret("violet anchor mountains"), &stored, &pepper).unwrap());
        assert!(!verify(&password, &Stored { peppered: false, ..stored }, &pepper).unwrap());
    }

    #[test]
    fn a_hash_of_another_program_is_checked_without_the_pepper_and_never_current() {
        // As argon2-cffi makes them.
        let hash = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(65_536, 3, 4, Some(32)).unwrap())
            .hash_password_with_salt(b"violet anchor mountain", &[7; 16])
            .unwrap()
            .to_string();
        let pepper = Key::from_array([3; 32]);
        let stored = Stored { hash, peppered: false };

        assert!(stored.hash.starts_with("$argon2id$v=19$m=65536,t=3,p=4$") && is_bearable(&stored.hash));
        assert!(verify(&secret("violet anchor mountain"), &stored, &pepper).unwrap());
        assert!(!verify(&secret("violet anchor mountains"), &stored, &pepper).unwrap());
        assert!(!is_current(&stored));
    }

    #[test]
    fn a_hash_that_cannot_be_checked_or_costs_too_much_is_not_borne() {
        let tail = "AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        assert!(is_bearable(&format!("$argon2id$v=19$m=65536,t=3,p=4${tail}")));
        for wrong in [
            String::new(),
            "plain words".to_owned(),
            "$argon2id$v=19$m=65536,t=3,p=4".to_owned(),
            format!("$argon2id$v=19$m=4194304,t=3,p=4${tail}"),
            format!("$argon2id$v=19$m=65536,t=4000,p=4${tail}"),
            format!("$scrypt$ln=16,r=8,p=1${tail}"),
        ] {
            assert!(!is_bearable(&wrong), "{wrong}");
        }
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
