//! API keys and opaque tokens: generation and stored form.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::crypto::key::SymmetricKey;
use crate::crypto::key_derivation;
use crate::entropy::{self, Entropy};
use crate::error::Result;
use crate::secret::Secret;

/// Length of the prefix shown in lists, in characters.
pub(crate) const PREFIX_CHARS: usize = 12;

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const RANDOM_CHARS: usize = 37;
const CHECK_CHARS: usize = 6;

/// Generates an API key: `jnl_`, 37 random base62 characters (220 bits), and 6 for the CRC-32 of the rest, so that
/// secret scanners can validate a leaked key offline.
pub(crate) fn draw(entropy: &dyn Entropy) -> Result<Secret<String>> {
    let mut token = String::with_capacity(4 + RANDOM_CHARS + CHECK_CHARS);
    token.push_str("jnl_");
    while token.len() < 4 + RANDOM_CHARS {
        // 248 is the largest multiple of 62 in a byte; higher values would bias the first characters.
        let [byte] = entropy::draw::<1>(entropy)?;
        if byte < 248 {
            token.push(char::from(BASE62[usize::from(byte % 62)]));
        }
    }
    token.push_str(&check_digits(&token));
    Ok(Secret::new(token))
}

/// Generates a token for a cookie or an e-mailed link: 32 random bytes, 43 characters of base64url.
pub(crate) fn draw_opaque_token(entropy: &dyn Entropy) -> Result<Secret<String>> {
    let bytes = zeroize::Zeroizing::new(entropy::draw::<32>(entropy)?);
    Ok(Secret::new(data_encoding::BASE64URL_NOPAD.encode(bytes.as_slice())))
}

/// Returns the stored form of a token: HMAC-SHA256(pepper, SHA-256(token)).
///
/// The inner hash is the stored form of the Python server, so its keys can be imported.
pub(crate) fn stored_form(token: &Secret<String>, pepper: &SymmetricKey) -> [u8; 32] {
    stored_form_of_digest(&Sha256::digest(token.expose().as_bytes()), pepper)
}

/// Returns the stored form of a token given only its SHA-256.
pub(crate) fn stored_form_of_digest(digest: &[u8], pepper: &SymmetricKey) -> [u8; 32] {
    key_derivation::mac(pepper, &[digest])
}

/// Compares two stored forms in constant time.
pub(crate) fn constant_time_eq(one: &[u8], other: &[u8]) -> bool {
    one.ct_eq(other).into()
}

fn check_digits(text: &str) -> String {
    let mut rest = crc32fast::hash(text.as_bytes());
    let mut digits = [b'0'; CHECK_CHARS];
    for digit in digits.iter_mut().rev() {
        *digit = BASE62[(rest % 62) as usize];
        rest /= 62;
    }
    digits.iter().copied().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::OsEntropy;

    #[test]
    fn a_key_has_47_characters_and_the_last_6_are_a_checksum() {
        let token = draw(&OsEntropy).unwrap();
        let text = token.expose();

        assert_eq!(text.len(), 47);
        assert!(text.starts_with("jnl_") && text[4..].bytes().all(|byte| BASE62.contains(&byte)));
        assert_eq!(check_digits(&text[..41]), text[41..]);
    }

    #[test]
    fn the_stored_form_depends_on_the_pepper() {
        let token = Secret::new("jnl_x".to_owned());

        let stored_once = stored_form(&token, &SymmetricKey::from_array([1; 32]));

        assert!(constant_time_eq(&stored_once, &stored_form(&token, &SymmetricKey::from_array([1; 32]))));
        assert!(!constant_time_eq(&stored_once, &stored_form(&token, &SymmetricKey::from_array([2; 32]))));
    }
}
