//! What the root key is good for: one HKDF label each, so that no two uses share a key.

use hkdf::Hkdf;
use hmac::Hmac;
use hmac::KeyInit;
use hmac::Mac;
use sha2::Sha256;

use crate::crypto::key::Key;
use crate::error::Result;
use crate::secret::Secret;

/// A use of the root key. The label is part of the format; it never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Label {
    AccountsDatabase,
    NotebookWrapping,
    PasswordPepper,
    TokenPepper,
    AuditMac,
    Fingerprint,
    ActivityMac,
    ServerIdentity,
    Confirmation,
}

impl Label {
    const fn info(self) -> &'static str {
        match self {
            Self::AccountsDatabase => "journal/v1/accounts-database",
            Self::NotebookWrapping => "journal/v1/notebook-wrapping",
            Self::PasswordPepper => "journal/v1/password-pepper",
            Self::TokenPepper => "journal/v1/token-pepper",
            Self::AuditMac => "journal/v1/audit-mac",
            Self::Fingerprint => "journal/v1/fingerprint",
            Self::ActivityMac => "journal/v1/activity-mac",
            Self::ServerIdentity => "journal/v1/server-identity",
            Self::Confirmation => "journal/v1/confirmation",
        }
    }
}

/// The key everything else on this data directory hangs on.
#[derive(Debug, Clone)]
pub(crate) struct Root(Key);

impl Root {
    /// Takes an unwrapped or new root key.
    pub(crate) fn new(key: Key) -> Self {
        Self(key)
    }

    /// Shows the key for wrapping it under a new secret.
    pub(crate) fn key(&self) -> &Key {
        &self.0
    }

    /// Writes what [`Self::from_text`] reads, as backups and recovery kits carry it: hex.
    pub(crate) fn to_text(&self) -> Secret<String> {
        self.0.to_text()
    }

    /// Reads what [`Self::to_text`] wrote.
    ///
    /// # Errors
    /// `Invalid` for anything else; nothing of it is repeated.
    pub(crate) fn from_text(text: &Secret<String>) -> Result<Self> {
        Key::from_text(text).map(Self)
    }

    /// Derives the key of one use by HKDF-SHA256 (RFC 5869).
    pub(crate) fn derive(&self, label: Label) -> Key {
        derive(self.0.expose(), None, label.info())
    }

    /// Returns the 128-bit tag that names this root key without telling it, as 32 hex digits.
    pub(crate) fn fingerprint(&self) -> String {
        let tag = mac(&self.derive(Label::Fingerprint), &[b"root"]);
        data_encoding::HEXLOWER.encode(&tag[..16])
    }
}

/// Derives 32 bytes from key material by HKDF-SHA256 (RFC 5869).
pub(crate) fn derive(material: &[u8], salt: Option<&[u8]>, info: &str) -> Key {
    let mut bytes = [0; 32];
    Hkdf::<Sha256>::new(salt, material)
        .expand(info.as_bytes(), &mut bytes)
        .expect("32 bytes is a length HKDF-SHA256 can expand to");
    Key::from_array(bytes)
}

/// Returns HMAC-SHA256 over the parts, each preceded by its length so that no two lists of parts collide.
pub(crate) fn mac(key: &Key, parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key.expose()).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_label_gives_another_key() {
        let root = Root::new(Key::from_array([7; 32]));
        let labels = [
            Label::AccountsDatabase,
            Label::NotebookWrapping,
            Label::PasswordPepper,
            Label::TokenPepper,
            Label::AuditMac,
            Label::Fingerprint,
            Label::ActivityMac,
            Label::ServerIdentity,
            Label::Confirmation,
        ];

        let keys: std::collections::BTreeSet<_> = labels.map(|label| *root.derive(label).expose()).into();

        assert_eq!(keys.len(), labels.len());
    }

    /// RFC 5869, appendix A.1, cut to the first 32 bytes.
    #[test]
    fn hkdf_gives_the_published_vector() {
        let salt = data_encoding::HEXLOWER.decode(b"000102030405060708090a0b0c").unwrap();
        let info: String = (0xf0u8..=0xf9).map(char::from).collect();
        let mut okm = [0; 32];
        Hkdf::<Sha256>::new(Some(&salt), &[0x0b; 22])
            .expand(&info.chars().map(|c| c as u8).collect::<Vec<_>>(), &mut okm)
            .unwrap();

        assert_eq!(
            data_encoding::HEXLOWER.encode(&okm),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
        );
    }

    #[test]
    fn moving_a_byte_between_parts_changes_the_mac() {
        let key = Key::from_array([1; 32]);

        assert_ne!(mac(&key, &[b"ab", b"c"]), mac(&key, &[b"a", b"bc"]));
    }
}
