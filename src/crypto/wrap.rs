//! Small secrets sealed under a key with XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03), bound to what they belong to.

use chacha20poly1305::XChaCha20Poly1305;
use chacha20poly1305::XNonce;
use chacha20poly1305::aead::Aead;
use chacha20poly1305::aead::KeyInit;
use chacha20poly1305::aead::Payload;
use zeroize::Zeroizing;

use crate::crypto::key::Key;
use crate::entropy;
use crate::entropy::Entropy;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;

const NONCE: usize = 24;

/// Seals bytes; the result is nonce, ciphertext and tag in one.
///
/// `bound_to` is authenticated, not stored: opening needs the same bytes.
pub(crate) fn seal(key: &Key, plain: &[u8], bound_to: &[u8], entropy: &dyn Entropy) -> Result<Vec<u8>> {
    let nonce = entropy::draw::<NONCE>(entropy)?;
    let cipher = XChaCha20Poly1305::new(key.expose().into());
    let sealed = cipher
        .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: bound_to })
        .map_err(|_| Error::new(Kind::Internal, "sealing a key"))?;
    Ok([nonce.as_slice(), &sealed].concat())
}

/// Opens what [`seal`] made, or `None` if the key, the binding or any byte is another.
pub(crate) fn open(key: &Key, sealed: &[u8], bound_to: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, body) = sealed.split_first_chunk::<NONCE>()?;
    let cipher = XChaCha20Poly1305::new(key.expose().into());
    cipher.decrypt(&XNonce::from(*nonce), Payload { msg: body, aad: bound_to }).ok().map(Zeroizing::new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::OsEntropy;

    #[test]
    fn another_key_another_binding_or_a_flipped_bit_opens_nothing() {
        let (key, other) = (Key::from_array([1; 32]), Key::from_array([2; 32]));
        let sealed = seal(&key, b"notebook key", b"notebook 1", &OsEntropy).unwrap();

        assert_eq!(open(&key, &sealed, b"notebook 1").unwrap().as_slice(), b"notebook key");
        assert!(open(&other, &sealed, b"notebook 1").is_none());
        assert!(open(&key, &sealed, b"notebook 2").is_none());
        for position in 0..sealed.len() {
            let mut bent = sealed.clone();
            bent[position] ^= 1;
            assert!(open(&key, &bent, b"notebook 1").is_none(), "byte {position}");
        }
        assert!(open(&key, &sealed[..10], b"notebook 1").is_none());
    }
}
