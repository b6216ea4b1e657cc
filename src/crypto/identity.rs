//! The server's identity: an Ed25519 key pair (RFC 8032) by which others know what this server vouched for.

use ed25519_dalek::Signature;
use ed25519_dalek::Signer;
use ed25519_dalek::SigningKey;
use ed25519_dalek::VerifyingKey;

use crate::crypto::key::Key;

/// The key pair, kept as its seed.
#[derive(Debug, Clone)]
pub(crate) struct Identity(Key);

impl Identity {
    /// Takes the seed that the root key gives.
    pub(crate) fn new(seed: Key) -> Self {
        Self(seed)
    }

    /// Returns the public key.
    pub(crate) fn public(&self) -> [u8; 32] {
        SigningKey::from_bytes(self.0.expose()).verifying_key().to_bytes()
    }

    /// Signs a message, which begins with what it is: no signature is good for two purposes.
    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        SigningKey::from_bytes(self.0.expose()).sign(message).to_bytes()
    }
}

/// Tells whether the holder of a public key signed the message. Strict: weak keys and second forms of a signature are
/// refused.
pub(crate) fn signed(public: &[u8; 32], message: &[u8], signature: &[u8]) -> bool {
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
    fn a_signature_is_the_published_one() {
        let hex = |text: &str| data_encoding::HEXLOWER.decode(text.as_bytes()).unwrap();
        let seed = hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
        let identity = Identity::new(Key::from_slice(&seed).unwrap());

        let signature = identity.sign(&[0x72]);

        assert_eq!(identity.public().to_vec(), hex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"));
        assert_eq!(
            signature.to_vec(),
            hex(
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
            )
        );
    }

    #[test]
    fn another_message_another_key_or_a_short_signature_is_not_signed() {
        let (one, other) = (Identity::new(Key::from_array([1; 32])), Identity::new(Key::from_array([2; 32])));
        let signature = one.sign(b"message");

        assert!(signed(&one.public(), b"message", &signature));
        assert!(!signed(&one.public(), b"massage", &signature));
        assert!(!signed(&other.public(), b"message", &signature));
        assert!(!signed(&one.public(), b"message", &signature[..63]));
        assert!(!signed(&[0; 32], b"message", &signature));
    }
}
