//! Key wrapping with XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03) and associated data.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use crate::crypto::key::SymmetricKey;
use crate::entropy::{self, Entropy};
use crate::error::{Error, ErrorKind, Result};

const NONCE: usize = 24;

/// Encrypts bytes; returns nonce, ciphertext and tag concatenated.
///
/// `bound_to` is the associated data: authenticated, not stored, and required to decrypt.
pub(crate) fn seal(key: &SymmetricKey, plain: &[u8], bound_to: &[u8], entropy: &dyn Entropy) -> Result<Vec<u8>> {
    let nonce = entropy::draw::<NONCE>(entropy)?;
    let cipher = XChaCha20Poly1305::new(key.expose().into());
    let sealed = cipher
        .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: bound_to })
        .map_err(|_| Error::new(ErrorKind::Internal, "sealing a key"))?;
    Ok([nonce.as_slice(), &sealed].concat())
}

/// Decrypts the output of [`seal`]; `None` if the key, the associated data or any byte differs.
pub(crate) fn open(key: &SymmetricKey, sealed: &[u8], bound_to: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, body) = sealed.split_first_chunk::<NONCE>()?;
    let cipher = XChaCha20Poly1305::new(key.expose().into());
    cipher.decrypt(&XNonce::from(*nonce), Payload { msg: body, aad: bound_to }).ok().map(Zeroizing::new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::OsEntropy;

    #[test]
    fn a_wrong_key_binding_or_flipped_bit_does_not_decrypt() {
        let (key, other) = (SymmetricKey::from_array([1; 32]), SymmetricKey::from_array([2; 32]));
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
