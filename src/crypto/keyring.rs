//! Keyring: the root key wrapped under the secret, stored in `keyring.json`.

use serde::{Deserialize, Serialize};

use crate::crypto::key::SymmetricKey;
use crate::crypto::key_derivation::{self, KeyHierarchy};
use crate::crypto::key_wrap;
use crate::entropy::{self, Entropy};
use crate::error::{Error, Result};
use crate::secret::Secret;

/// Format version of a file that wraps only the root key.
const PLAIN: u32 = 1;
/// Format version of a file that also wraps a data key.
const WITH_DATA_KEY: u32 = 2;

/// Contents of the keyring file. Has one wrapped key, or two during a rotation, so that the old and the new secret both
/// open it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Keyring {
    version: u32,
    /// Identifies the root key without revealing it.
    pub(crate) fingerprint: String,
    /// Wrapped keys, newest last.
    wraps: Vec<WrappedRootKey>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrappedRootKey {
    /// Random, hex; part of the associated data.
    key_id: String,
    /// Random HKDF salt of 32 bytes, hex.
    salt: String,
    /// Nonce, ciphertext and tag, hex.
    sealed: String,
}

impl Keyring {
    /// Creates a keyring with a new root key.
    pub(crate) fn create(secret: &Secret<String>, entropy: &dyn Entropy) -> Result<(Self, KeyHierarchy)> {
        let root = KeyHierarchy::new(SymmetricKey::draw(entropy)?);
        Ok((Self::for_root_key(&root, secret, entropy)?, root))
    }

    /// Creates the keyring of an existing root key for one secret.
    pub(crate) fn for_root_key(root: &KeyHierarchy, secret: &Secret<String>, entropy: &dyn Entropy) -> Result<Self> {
        let wraps = vec![WrappedRootKey::seal(root, secret, entropy)?];
        Ok(Self { version: format_version(root), fingerprint: root.fingerprint(), wraps })
    }

    /// Unwraps the root key.
    ///
    /// # Errors
    /// `Unauthenticated` if the secret opens no wrapped key.
    pub(crate) fn open(&self, secret: &Secret<String>) -> Result<KeyHierarchy> {
        let root = self.wraps.iter().rev().find_map(|wrap| wrap.open(secret, self.version));
        match root {
            Some(root) if root.fingerprint() == self.fingerprint => Ok(root),
            _ => Err(Error::new(crate::error::ErrorKind::Unauthenticated, "the secret does not decrypt this keyring")
                .hint("use the secret.key or JOURNAL_SECRET_KEY that was created with this data directory")),
        }
    }

    /// Returns a keyring that the existing secrets and another one open.
    pub(crate) fn with_additional_secret(
        &self,
        root: &KeyHierarchy,
        secret: &Secret<String>,
        entropy: &dyn Entropy,
    ) -> Result<Self> {
        let mut wider = Self::for_root_key(root, secret, entropy)?;
        // A wrapped key of another format version would not open, so it is dropped.
        if wider.version == self.version {
            wider.wraps.splice(..0, self.wraps.iter().cloned());
        }
        Ok(wider)
    }

    /// Returns the key ids, newest last.
    pub(crate) fn key_ids(&self) -> Vec<String> {
        self.wraps.iter().map(|wrap| wrap.key_id.clone()).collect()
    }

    /// Parses the file.
    ///
    /// # Errors
    /// `Conflict` if it is not a keyring, or from another version.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let damaged = "the keyring file is damaged";
        let keyring: Self = serde_json::from_str(text)
            .map_err(|error| Error::conflict(damaged).hint("restore keyring.json from a backup").caused_by(error))?;
        if ![PLAIN, WITH_DATA_KEY].contains(&keyring.version) {
            return Err(Error::conflict("the keyring was written by another version of journal")
                .hint("use the version that wrote it, or a newer one"));
        }
        Ok(keyring)
    }

    /// Serializes the file.
    pub(crate) fn to_text(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("a keyring is plain strings and numbers");
        text.push('\n');
        text
    }
}

impl WrappedRootKey {
    fn seal(root: &KeyHierarchy, secret: &Secret<String>, entropy: &dyn Entropy) -> Result<Self> {
        let hex = &data_encoding::HEXLOWER;
        let key_id = hex.encode(&entropy::draw::<16>(entropy)?);
        let salt = entropy::draw::<32>(entropy)?;
        let kek = key_derivation::derive(secret.expose().as_bytes(), Some(&salt), KEK_INFO);
        let sealed = key_wrap::seal(&kek, &root.to_bytes(), &associated_data(format_version(root), &key_id), entropy)?;
        Ok(Self { key_id, salt: hex.encode(&salt), sealed: hex.encode(&sealed) })
    }

    fn open(&self, secret: &Secret<String>, version: u32) -> Option<KeyHierarchy> {
        let hex = &data_encoding::HEXLOWER;
        let salt = hex.decode(self.salt.as_bytes()).ok()?;
        let sealed = hex.decode(self.sealed.as_bytes()).ok()?;
        let kek = key_derivation::derive(secret.expose().as_bytes(), Some(&salt), KEK_INFO);
        let keys = key_wrap::open(&kek, &sealed, &associated_data(version, &self.key_id))?;
        KeyHierarchy::from_bytes(&keys).ok()
    }
}

const KEK_INFO: &str = "journal/v1/key-encryption-key";

fn format_version(root: &KeyHierarchy) -> u32 {
    if root.to_bytes().len() > 32 { WITH_DATA_KEY } else { PLAIN }
}

fn associated_data(version: u32, key_id: &str) -> Vec<u8> {
    format!("journal keyring v{version} {key_id}").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::OsEntropy;

    fn secret(text: &str) -> Secret<String> {
        Secret::new(text.to_owned())
    }

    #[test]
    fn both_secrets_open_during_a_rotation_and_only_the_new_after() {
        let (old, new) = (secret("old"), secret("new"));
        let (keyring, root) = Keyring::create(&old, &OsEntropy).unwrap();

        let between = keyring.with_additional_secret(&root, &new, &OsEntropy).unwrap();
        let after = Keyring::for_root_key(&root, &new, &OsEntropy).unwrap();

        assert!(between.open(&old).is_ok() && between.open(&new).is_ok());
        assert!(after.open(&old).is_err() && after.open(&new).is_ok());
        assert_eq!(after.open(&new).unwrap().fingerprint(), root.fingerprint());
    }

    #[test]
    fn wrapped_keys_swapped_between_keyrings_do_not_open() {
        let (mut one, _) = Keyring::create(&secret("s"), &OsEntropy).unwrap();
        let (two, _) = Keyring::create(&secret("s"), &OsEntropy).unwrap();
        one.wraps = two.wraps;

        assert!(one.open(&secret("s")).is_err());
    }

    #[test]
    fn a_data_key_raises_the_keyring_format_version() {
        let (plain, root) = Keyring::create(&secret("s"), &OsEntropy).unwrap();
        let between = root.with_next_data_key(SymmetricKey::from_array([8; 32]));

        for root in [&between, &between.with_rekeying_completed().unwrap()] {
            let keyring =
                Keyring::parse(&Keyring::for_root_key(root, &secret("s"), &OsEntropy).unwrap().to_text()).unwrap();
            assert_eq!((plain.version, keyring.version), (PLAIN, WITH_DATA_KEY));
            assert_eq!(*keyring.open(&secret("s")).unwrap().to_bytes(), *root.to_bytes());
            let downgraded = keyring.to_text().replace("\"version\": 2", "\"version\": 1");
            assert!(Keyring::parse(&downgraded).unwrap().open(&secret("s")).is_err(), "the version is authenticated");
        }
    }

    #[test]
    fn the_file_round_trips_and_a_newer_version_is_refused() {
        let (keyring, _) = Keyring::create(&secret("s"), &OsEntropy).unwrap();

        assert_eq!(Keyring::parse(&keyring.to_text()).unwrap(), keyring);
        assert!(Keyring::parse(&keyring.to_text().replace("\"version\": 1", "\"version\": 3")).is_err());
        assert!(Keyring::parse("{").is_err());
    }
}
