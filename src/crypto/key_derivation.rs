//! Derivation of all keys from the root key and the data key, with one HKDF label per use.

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::crypto::key::SymmetricKey;
use crate::error::{Error, Result};
use crate::secret::Secret;

/// Purpose of a derived key. Its label is part of the file format and never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyPurpose {
    AccountsDatabase,
    NotebookWrapping,
    PasswordPepper,
    TokenPepper,
    AuditMac,
    Fingerprint,
    ActivityMac,
    ServerIdentity,
    Confirmation,
    Generation,
}

impl KeyPurpose {
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
            Self::Generation => "journal/v1/generation",
        }
    }
}

/// Root key and data key of a data directory.
///
/// Keys that must stay valid for the lifetime of the journal are derived from the root key: peppers, the MAC keys of
/// audit log and activity, the server's identity, the fingerprint. Database keys are derived from the data key, which
/// equals the root key until the first re-keying.
#[derive(Debug, Clone)]
pub(crate) struct KeyHierarchy {
    root: SymmetricKey,
    data: SymmetricKey,
    /// Data key of a re-keying in progress.
    next_data: Option<SymmetricKey>,
}

impl KeyHierarchy {
    /// Creates the hierarchy of a new root key.
    pub(crate) fn new(key: SymmetricKey) -> Self {
        Self { data: key.clone(), root: key, next_data: None }
    }

    /// Serializes the keys for the keyring: the root key, then the data key if it differs, then the next data key while
    /// re-keying.
    pub(crate) fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(3 * 32));
        bytes.extend_from_slice(self.root.expose());
        if self.next_data.is_some() || self.has_data_key() {
            bytes.extend_from_slice(self.data.expose());
        }
        if let Some(next) = &self.next_data {
            bytes.extend_from_slice(next.expose());
        }
        bytes
    }

    /// Parses the output of [`Self::to_bytes`].
    ///
    /// # Errors
    /// `Invalid` for any other length.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let wrong = || Error::invalid("not a valid root key");
        let (first, rest) = bytes.split_at_checked(32).ok_or_else(wrong)?;
        let key = SymmetricKey::from_slice(first)?;
        match rest.len() {
            0 => Ok(Self::new(key)),
            32 => Ok(Self { root: key, data: SymmetricKey::from_slice(rest)?, next_data: None }),
            64 => Ok(Self {
                root: key,
                data: SymmetricKey::from_slice(&rest[..32])?,
                next_data: Some(SymmetricKey::from_slice(&rest[32..])?),
            }),
            _ => Err(wrong()),
        }
    }

    /// Serializes the keys for backups as hex, without the next data key of a re-keying.
    pub(crate) fn to_text(&self) -> Secret<String> {
        Secret::new(data_encoding::HEXLOWER.encode(&self.without_next_data_key().to_bytes()))
    }

    /// Parses the output of [`Self::to_text`].
    ///
    /// # Errors
    /// `Invalid` for anything else, without repeating it.
    pub(crate) fn from_text(text: &Secret<String>) -> Result<Self> {
        let bytes = data_encoding::HEXLOWER.decode(text.expose().as_bytes()).map(Zeroizing::new);
        Self::from_bytes(&bytes.map_err(|_| Error::invalid("not a valid root key"))?)
    }

    /// Returns whether the databases were ever re-keyed.
    pub(crate) fn has_data_key(&self) -> bool {
        self.data.expose() != self.root.expose()
    }

    /// Returns whether a re-keying is in progress.
    pub(crate) fn is_rekeying(&self) -> bool {
        self.next_data.is_some()
    }

    /// Returns these keys with the next data key of a re-keying.
    pub(crate) fn with_next_data_key(&self, next: SymmetricKey) -> Self {
        Self { next_data: Some(next), ..self.clone() }
    }

    /// Returns the keys after the re-keying in progress; `None` without one.
    pub(crate) fn with_rekeying_completed(&self) -> Option<Self> {
        self.next_data.as_ref().map(|next| Self { root: self.root.clone(), data: next.clone(), next_data: None })
    }

    /// Returns these keys without the next data key.
    pub(crate) fn without_next_data_key(&self) -> Self {
        Self { next_data: None, ..self.clone() }
    }

    /// Derives the key of one purpose by HKDF-SHA256 (RFC 5869).
    pub(crate) fn derive(&self, label: KeyPurpose) -> SymmetricKey {
        let from = match label {
            KeyPurpose::AccountsDatabase | KeyPurpose::NotebookWrapping | KeyPurpose::Generation => &self.data,
            _ => &self.root,
        };
        derive(from.expose(), None, label.info())
    }

    /// Returns the 128-bit tag that identifies the root key without revealing it, as 32 hex digits.
    pub(crate) fn fingerprint(&self) -> String {
        let tag = mac(&self.derive(KeyPurpose::Fingerprint), &[b"root"]);
        data_encoding::HEXLOWER.encode(&tag[..16])
    }

    /// Returns the 64-bit tag that identifies the data key without revealing it, as 16 hex digits.
    pub(crate) fn data_key_generation(&self) -> String {
        let tag = mac(&self.derive(KeyPurpose::Generation), &[b"data"]);
        data_encoding::HEXLOWER.encode(&tag[..8])
    }
}

/// Derives 32 bytes from key material by HKDF-SHA256 (RFC 5869).
pub(crate) fn derive(material: &[u8], salt: Option<&[u8]>, info: &str) -> SymmetricKey {
    let mut bytes = [0; 32];
    Hkdf::<Sha256>::new(salt, material)
        .expand(info.as_bytes(), &mut bytes)
        .expect("32 bytes is a length HKDF-SHA256 can expand to");
    SymmetricKey::from_array(bytes)
}

/// Returns HMAC-SHA256 over the parts, each preceded by its length so that no two lists collide.
pub(crate) fn mac(key: &SymmetricKey, parts: &[&[u8]]) -> [u8; 32] {
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
    fn every_label_derives_a_distinct_key() {
        let root = KeyHierarchy::new(SymmetricKey::from_array([7; 32]));
        let labels = [
            KeyPurpose::AccountsDatabase,
            KeyPurpose::NotebookWrapping,
            KeyPurpose::PasswordPepper,
            KeyPurpose::TokenPepper,
            KeyPurpose::AuditMac,
            KeyPurpose::Fingerprint,
            KeyPurpose::ActivityMac,
            KeyPurpose::ServerIdentity,
            KeyPurpose::Confirmation,
            KeyPurpose::Generation,
        ];

        let keys: std::collections::BTreeSet<_> = labels.map(|label| *root.derive(label).expose()).into();

        assert_eq!(keys.len(), labels.len());
    }

    #[test]
    fn a_new_data_key_changes_only_the_database_keys() {
        let before = KeyHierarchy::new(SymmetricKey::from_array([7; 32]));

        let after = before.with_next_data_key(SymmetricKey::from_array([8; 32])).with_rekeying_completed().unwrap();

        for label in [KeyPurpose::AccountsDatabase, KeyPurpose::NotebookWrapping] {
            assert_ne!(before.derive(label).expose(), after.derive(label).expose(), "{label:?}");
        }
        for label in
            [KeyPurpose::PasswordPepper, KeyPurpose::TokenPepper, KeyPurpose::AuditMac, KeyPurpose::ActivityMac]
        {
            assert_eq!(before.derive(label).expose(), after.derive(label).expose(), "{label:?}");
        }
        assert_eq!(before.fingerprint(), after.fingerprint());
        assert_ne!(before.data_key_generation(), after.data_key_generation());
    }

    #[test]
    fn keys_round_trip_and_other_lengths_are_refused() {
        let plain = KeyHierarchy::new(SymmetricKey::from_array([7; 32]));
        let between = plain.with_next_data_key(SymmetricKey::from_array([8; 32]));
        let after = between.with_rekeying_completed().unwrap();

        for (root, length) in [(&plain, 32), (&between, 96), (&after, 64)] {
            let bytes = root.to_bytes();
            assert_eq!(bytes.len(), length);
            assert_eq!(*KeyHierarchy::from_bytes(&bytes).unwrap().to_bytes(), *bytes);
        }
        assert_eq!(
            KeyHierarchy::from_text(&after.to_text()).unwrap().data_key_generation(),
            after.data_key_generation()
        );
        assert_eq!(between.to_text().expose(), plain.to_text().expose(), "the next data key is not serialized");
        for length in [0, 31, 33, 65, 97] {
            assert!(KeyHierarchy::from_bytes(&vec![7; length]).is_err(), "{length}");
        }
    }

    /// RFC 5869, appendix A.1, cut to the first 32 bytes.
    #[test]
    fn hkdf_matches_the_published_test_vector() {
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
        let key = SymmetricKey::from_array([1; 32]);

        assert_ne!(mac(&key, &[b"ab", b"c"]), mac(&key, &[b"a", b"bc"]));
    }
}
