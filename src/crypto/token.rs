//! API keys: how they look, how they are stored.

use sha2::Digest;
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::crypto::hierarchy;
use crate::crypto::key::Key;
use crate::entropy;
use crate::entropy::Entropy;
use crate::error::Result;
use crate::secret::Secret;

/// Characters that stay visible in lists.
pub(crate) const PREFIX_CHARS: usize = 12;

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const RANDOM_CHARS: usize = 37;
const CHECK_CHARS: usize = 6;

/// Draws a key: `jnl_`, 37 random base62 characters (220 bits), and 6 that are the CRC-32 of the rest,
/// so that a scanner knows a leaked one from a look-alike without asking.
pub(crate) fn draw(entropy: &dyn Entropy) -> Result<Secret<String>> {
    let mut token = String::with_capacity(4 + RANDOM_CHARS + CHECK_CHARS);
    token.push_str("jnl_");
    while token.len() < 4 + RANDOM_CHARS {
        // 248 is the largest multiple of 62 in a byte; values above would favour the first letters.
        let [byte] = entropy::draw::<1>(entropy)?;
        if byte < 248 {
            token.push(char::from(BASE62[usize::from(byte % 62)]));
        }
    }
    token.push_str(&check_digits(&token));
    Ok(Secret::new(token))
}

/// Draws a token for a cookie or a mailed link: 32 random bytes, 43 characters of base64url.
pub(crate) fn random(entropy: &dyn Entropy) -> Result<Secret<String>> {
    let bytes = zeroize::Zeroizing::new(entropy::draw::<32>(entropy)?);
    Ok(Secret::new(data_encoding::BASE64URL_NOPAD.encode(bytes.as_slice())))
}

/// Returns what is stored of a token: HMAC-SHA256(pepper, SHA-256(token)).
///
/// The inner hash is what the Python server stored, so its keys are imported by applying the outer one.
pub(crate) fn stored(token: &Secret<String>, pepper: &Key) -> [u8; 32] {
    stored_digest(&Sha256::digest(token.expose().as_bytes()), pepper)
}

/// Returns what is stored of a token of which only the SHA-256 is known.
pub(crate) fn stored_digest(digest: &[u8], pepper: &Key) -> [u8; 32] {
    hierarchy::mac(pepper, &[digest])
}

/// Compares two stored forms in constant time.
pub(crate) fn same(one: &[u8], other: &[u8]) -> bool {
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
    fn a_key_has_47_characters_of_which_the_last_6_check_the_rest() {
        let token = draw(&OsEntropy).unwrap();
        let text = token.expose();

        assert_eq!(text.len(), 47);
        assert!(text.starts_with("jnl_") && text[4..].bytes().all(|byte| BASE62.contains(&byte)));
        assert_eq!(check_digits(&text[..41]), text[41..]);
    }

    #[test]
    fn the_stored_form_needs_the_pepper() {
        let token = Secret::new("jnl_x".to_owned());

        let stored_once = stored(&token, &Key::from_array([1; 32]));

        assert!(same(&stored_once, &stored(&token, &Key::from_array([1; 32]))));
        assert!(!same(&stored_once, &stored(&token, &Key::from_array([2; 32]))));
    }
}
