//! Server identity: an Ed25519 key pair (RFC 8032) for signatures that others can verify.

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};

use crate::crypto::key::SymmetricKey;

/// Key pair, stored as its seed.
#[derive(Debug, Clone)]
pub(crate) struct ServerIdentity(SymmetricKey);

impl ServerIdentity {
    /// Creates the key pair of a seed derived from the root key.
    pub(crate) fn new(seed: SymmetricKey) -> Self {
        Self(seed)
    }

    /// Returns the public key.
    pub(crate) fn public_key(&self) -> [u8; 32] {
        SigningKey::from_bytes(self.0.expose()).verifying_key().to_bytes()
    }

    /// Signs a message, which must start with its purpose so that no signature is valid for two purposes.
    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        SigningKey::from_bytes(self.0.expose()).sign(message).to_bytes()
    }
}

/// Returns whether a signature of the message is valid. Strict: weak keys and malleable signatures are refused.
pub(crate) fn verify_signature(public: &[u8; 32], message: &[u8], signature: &[u8]) -> bool {
    let (Ok(key), Ok(signature)) = (VerifyingKey::from_bytes(public), Signature::from_slice(signature)) else {
        return false;
    };
    key.verify_strict(message, &signature).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8032, section 7.1, test 2.
    #[test]
    fn a_signature_matches_the_published_test_vector() {
        let hex = |text: &str| data_encoding::HEXLOWER.decode(text.as_bytes()).unwrap();
        let seed = hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
        let identity = ServerIdentity::new(SymmetricKey::from_slice(&seed).unwrap());

        let signature = identity.sign(&[0x72]);

        assert_eq!(
            identity.public_key().to_vec(),
            hex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
        );
        assert_eq!(
            signature.to_vec(),
            hex(
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
            )
        );
    }

    #[test]
    fn a_wrong_message_key_or_length_fails_verification() {
        let (one, other) = (
            ServerIdentity::new(SymmetricKey::from_array([1; 32])),
            ServerIdentity::new(SymmetricKey::from_array([2; 32])),
        );
        let signature = one.sign(b"message");

        assert!(verify_signature(&one.public_key(), b"message", &signature));
        assert!(!verify_signature(&one.public_key(), b"massage", &signature));
        assert!(!verify_signature(&other.public_key(), b"message", &signature));
        assert!(!verify_signature(&one.public_key(), b"message", &signature[..63]));
        assert!(!verify_signature(&[0; 32], b"message", &signature));
    }
}
