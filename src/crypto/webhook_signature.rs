//! Webhook signatures.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::secret::Secret;

/// Returns HMAC-SHA256 over `timestamp.body`, hex. The receiver verifies the sender, and detects replays by the
/// timestamp.
pub(crate) fn sign_webhook(secret: &Secret<String>, timestamp: &str, body: &[u8]) -> String {
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
    fn a_signature_matches_openssl() {
        let secret = Secret::new("correct horse".to_owned());

        // printf '1779000000.{"event":"test"}' | openssl dgst -sha256 -hmac 'correct horse'
        let known = "536ac4b4f8cecc6a4f7c477a18aa86990b47425f942bb84980a4547d7a8d85a3";

        assert_eq!(sign_webhook(&secret, "1779000000", br#"{"event":"test"}"#), known);
        assert_ne!(sign_webhook(&secret, "1779000001", br#"{"event":"test"}"#), known);
    }
}
