//! What the root key and the data key are good for: one HKDF label each, so that no two uses share a key.

use hkdf::Hkdf;
use hmac::Hmac;
use hmac::KeyInit;
use hmac::Mac;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::crypto::key::Key;
use crate::error::Error;
use crate::error::Result;
use crate::secret::Secret;

/// A use of the root key or of the data key. The label is part of the format; it never changes.
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
    Generation,
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
            Self::Generation => "journal/v1/generation",
        }
    }
}

/// The keys everything else in a data directory hangs on.
///
/// What has to stay good for as long as the journal lives hangs on the root key: peppers, the chains of audit and
/// activity, the server's identity, the fingerprint. The databases hang on the data key, which is the root key itself until
/// they are re-keyed for the first time.
#[derive(Debug, Clone)]
pub(crate) struct Root {
    key: Key,
    data: Key,
    /// The data key that a re-keying is giving the databases.
    next: Option<Key>,
}

impl Root {
    /// Takes a new root key.
    pub(crate) fn new(key: Key) -> Self {
        Self { data: key.clone(), key, next: None }
    }

    /// Returns what the keyring seals: the root key; with the data key once there is one; with both data keys while the
    /// databases are being re-keyed.
    pub(crate) fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(3 * 32));
        bytes.extend_from_slice(self.key.expose());
        if self.next.is_some() || self.has_data_key() {
            bytes.extend_from_slice(self.data.expose());
        }
        if let Some(next) = &self.next {
            bytes.extend_from_slice(next.expose());
        }
        bytes
    }

    /// Reads what [`Self::to_bytes`] wrote.
    ///
    /// # Errors
    /// `Invalid` for another length.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let wrong = || Error::invalid("that is no root key");
        let (first, rest) = bytes.split_at_checked(32).ok_or_else(wrong)?;
        let key = Key::from_slice(first)?;
        match rest.len() {
            0 => Ok(Self::new(key)),
            32 => Ok(Self { key, data: Key::from_slice(rest)?, next: None }),
            64 => Ok(Self { key, data: Key::from_slice(&rest[..32])?, next: Some(Key::from_slice(&rest[32..])?) }),
            _ => Err(wrong()),
        }
    }

    /// Writes what [`Self::from_text`] reads, as backups carry it: hex. A data key that is only about to come is left out.
    pub(crate) fn to_text(&self) -> Secret<String> {
        Secret::new(data_encoding::HEXLOWER.encode(&self.settled().to_bytes()))
    }

    /// Reads what [`Self::to_text`] wrote.
    ///
    /// # Errors
    /// `Invalid` for anything else; nothing of it is repeated.
    pub(crate) fn from_text(text: &Secret<String>) -> Result<Self> {
        let bytes = data_encoding::HEXLOWER.decode(text.expose().as_bytes()).map(Zeroizing::new);
        Self::from_bytes(&bytes.map_err(|_| Error::invalid("that is no root key"))?)
    }

    /// Tells whether the databases were ever re-keyed.
    pub(crate) fn has_data_key(&self) -> bool {
        self.data.expose() != self.key.expose()
    }

    /// Tells whether the databases are being re-keyed.
    pub(crate) fn is_rekeying(&self) -> bool {
        self.next.is_some()
    }

    /// Returns these keys with a data key that the databases are about to get.
    pub(crate) fn with_next(&self, next: Key) -> Self {
        Self { next: Some(next), ..self.clone() }
    }

    /// Returns these keys as they are once the re-keying is done; `None` if there is none.
    pub(crate) fn rekeyed(&self) -> Option<Self> {
        self.next.as_ref().map(|next| Self { key: self.key.clone(), data: next.clone(), next: None })
    }

    /// Returns these keys without the data key that is about to come.
    pub(crate) fn settled(&self) -> Self {
        Self { next: None, ..self.clone() }
    }

    /// Derives the key of one use by HKDF-SHA256 (RFC 5869).
    pub(crate) fn derive(&self, label: Label) -> Key {
        let from = match label {
            Label::AccountsDatabase | Label::NotebookWrapping | Label::Generation => &self.data,
            _ => &self.key,
        };
        derive(from.expose(), None, label.info())
    }

    /// Returns the 128-bit tag that names this root key without telling it, as 32 hex digits.
    pub(crate) fn fingerprint(&self) -> String {
        let tag = mac(&self.derive(Label::Fingerprint), &[b"root"]);
        data_encoding::HEXLOWER.encode(&tag[..16])
    }

    /// Returns the 64-bit tag that names the data key without telling it, as 16 hex digits: another after every re-keying.
    pub(crate) fn generation(&self) -> String {
        let tag = mac(&self.derive(Label::Generation), &[b"data"]);
        data_encoding::HEXLOWER.encode(&tag[..8])
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
            Label::Generation,
        ];

        let keys: std::collections::BTreeSet<_> = labels.map(|label| *root.derive(label).expose()).into();

        assert_eq!(keys.len(), labels.len());
    }

    #[test]
    fn a_data_key_changes_what_the_databases_hang_on_and_nothing_else() {
        let before = Root::new(Key::from_array([7; 32]));

        let after = before.with_next(Key::from_array([8; 32])).rekeyed().unwrap();

        for label in [Label::AccountsDatabase, Label::NotebookWrapping] {
            assert_ne!(before.derive(label).expose(), after.derive(label).expose(), "{label:?}");
        }
        for label in [Label::PasswordPepper, Label::TokenPepper, Label::AuditMac, Label::ActivityMac] {
            assert_eq!(before.derive(label).expose(), after.derive(label).expose(), "{label:?}");
        }
        assert_eq!(before.fingerprint(), after.fingerprint());
        assert_ne!(before.generation(), after.generation());
    }

    #[test]
    fn keys_read_back_as_they_were_written_and_nothing_else_is_read() {
        let plain = Root::new(Key::from_array([7; 32]));
        let between = plain.with_next(Key::from_array([8; 32]));
        let after = between.rekeyed().unwrap();

        for (root, length) in [(&plain, 32), (&between, 96), (&after, 64)] {
            let bytes = root.to_bytes();
            assert_eq!(bytes.len(), length);
            assert_eq!(*Root::from_bytes(&bytes).unwrap().to_bytes(), *bytes);
        }
        assert_eq!(Root::from_text(&after.to_text()).unwrap().generation(), after.generation());
        assert_eq!(between.to_text().expose(), plain.to_text().expose(), "a key that is yet to come is not carried");
        for length in [0, 31, 33, 65, 97] {
            assert!(Root::from_bytes(&vec![7; length]).is_err(), "{length}");
        }
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
