//! Signatures that somebody else's program checks.

use hmac::Hmac;
use hmac::KeyInit;
use hmac::Mac;
use sha2::Sha256;

use crate::secret::Secret;

/// Returns HMAC-SHA256 over `timestamp.body`, in hexadecimal: whoever holds the secret knows that a message is ours, and
/// that it is no old one sent again.
pub(crate) fn hook(secret: &Secret<String>, timestamp: &str, body: &[u8]) -> String {
    let mut mac =
        <Hmac<Sha256> as KeyInit>::new_from_slice(secret.expose().as_bytes()).expect("HMAC takes keys of any length");
    for part in [timestamp.as_bytes(), b".", body] {
        mac.update(part);
    }
    data_encoding::HEXLOWER.encode(&mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_what_others_compute() {
        let secret = Secret::new("correct horse".to_owned());

        // printf '1779000000.{"event":"test"}' | openssl dgst -sha256 -hmac 'correct horse'
        let known = "536ac4b4f8cecc6a4f7c477a18aa86990b47425f942bb84980a4547d7a8d85a3";

        assert_eq!(hook(&secret, "1779000000", br#"{"event":"test"}"#), known);
        assert_ne!(hook(&secret, "1779000001", br#"{"event":"test"}"#), known);
    }
}
