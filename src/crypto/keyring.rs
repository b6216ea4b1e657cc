//! The keyring: the root key wrapped under the secret, as it stands in `keyring.json`.

use serde::Deserialize;
use serde::Serialize;

use crate::crypto::hierarchy;
use crate::crypto::hierarchy::Root;
use crate::crypto::key::Key;
use crate::crypto::wrap;
use crate::entropy;
use crate::entropy::Entropy;
use crate::error::Error;
use crate::error::Result;
use crate::secret::Secret;

/// Version of a file whose wraps hold the root key alone.
const PLAIN: u32 = 1;
/// Version of a file whose wraps hold a data key too.
const WITH_DATA_KEY: u32 = 2;

/// The file. Normally one wrap; two while a rotation is between its steps, so that
/// both the old and the new secret open it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Keyring {
    version: u32,
    /// Names the root key without telling it.
    pub(crate) fingerprint: String,
    /// Newest last.
    wraps: Vec<Wrap>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wrap {
    /// Random, hex; part of the associated data.
    key_id: String,
    /// Random 32 bytes for HKDF, hex.
    salt: String,
    /// Nonce, ciphertext and tag, hex.
    sealed: String,
}

impl Keyring {
    /// Makes a keyring with a new root key.
    pub(crate) fn create(secret: &Secret<String>, entropy: &dyn Entropy) -> Result<(Self, Root)> {
        let root = Root::new(Key::draw(entropy)?);
        Ok((Self::of(&root, secret, entropy)?, root))
    }

    /// Makes the keyring of a root key that there is already, which this secret alone opens.
    pub(crate) fn of(root: &Root, secret: &Secret<String>, entropy: &dyn Entropy) -> Result<Self> {
        let wraps = vec![Wrap::make(root, secret, entropy)?];
        Ok(Self { version: version_of(root), fingerprint: root.fingerprint(), wraps })
    }

    /// Unwraps the root key.
    ///
    /// # Errors
    /// `Unauthenticated` when no wrap opens with this secret.
    pub(crate) fn open(&self, secret: &Secret<String>) -> Result<Root> {
        let root = self.wraps.iter().rev().find_map(|wrap| wrap.open(secret, self.version));
        match root {
            Some(root) if root.fingerprint() == self.fingerprint => Ok(root),
            _ => Err(Error::new(crate::error::Kind::Unauthenticated, "the secret does not open this keyring")
                .hint("use the secret.key, or the JOURNAL_SECRET_KEY, that was made with this data directory")),
        }
    }

    /// Returns a keyring that both secrets open.
    pub(crate) fn with(&self, root: &Root, secret: &Secret<String>, entropy: &dyn Entropy) -> Result<Self> {
        let mut wider = Self::of(root, secret, entropy)?;
        // What a wrap of another shape holds is not this root with its data key, so it would open nothing.
        if wider.version == self.version {
            wider.wraps.splice(..0, self.wraps.iter().cloned());
        }
        Ok(wider)
    }

    /// Returns the ids of the wraps, newest last.
    pub(crate) fn key_ids(&self) -> Vec<String> {
        self.wraps.iter().map(|wrap| wrap.key_id.clone()).collect()
    }

    /// Reads the file's text.
    ///
    /// # Errors
    /// `Conflict` when it is no keyring, or one from a newer version.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let damaged = "the keyring file is damaged";
        let keyring: Self = serde_json::from_str(text)
            .map_err(|error| Error::conflict(damaged).hint("put back keyring.json from a backup").caused_by(error))?;
        if ![PLAIN, WITH_DATA_KEY].contains(&keyring.version) {
            return Err(Error::conflict("the keyring was written by another version of journal")
                .hint("use the version that wrote it, or a newer one"));
        }
        Ok(keyring)
    }

    /// Writes the file's text.
    pub(crate) fn to_text(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("a keyring is plain strings and numbers");
        text.push('\n');
        text
    }
}

impl Wrap {
    fn make(root: &Root, secret: &Secret<String>, entropy: &dyn Entropy) -> Result<Self> {
        let hex = &data_encoding::HEXLOWER;
        let key_id = hex.encode(&entropy::draw::<16>(entropy)?);
        let salt = entropy::draw::<32>(entropy)?;
        let kek = hierarchy::derive(secret.expose().as_bytes(), Some(&salt), KEK_INFO);
        let sealed = wrap::seal(&kek, &root.to_bytes(), &bound_to(version_of(root), &key_id), entropy)?;
        Ok(Self { key_id, salt: hex.encode(&salt), sealed: hex.encode(&sealed) })
    }

    fn open(&self, secret: &Secret<String>, version: u32) -> Option<Root> {
        let hex = &data_encoding::HEXLOWER;
        let salt = hex.decode(self.salt.as_bytes()).ok()?;
        let sealed = hex.decode(self.sealed.as_bytes()).ok()?;
        let kek = hierarchy::derive(secret.expose().as_bytes(), Some(&salt), KEK_INFO);
        let keys = wrap::open(&kek, &sealed, &bound_to(version, &self.key_id))?;
        Root::from_bytes(&keys).ok()
    }
}

const KEK_INFO: &str = "journal/v1/key-encryption-key";

fn version_of(root: &Root) -> u32 {
    if root.to_bytes().len() > 32 { WITH_DATA_KEY } else { PLAIN }
}

fn bound_to(version: u32, key_id: &str) -> Vec<u8> {
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
    fn during_a_rotation_both_secrets_open_and_afterwards_only_the_new_one() {
        let (old, new) = (secret("old"), secret("new"));
        let (keyring, root) = Keyring::create(&old, &OsEntropy).unwrap();

        let between = keyring.with(&root, &new, &OsEntropy).unwrap();
        let after = Keyring::of(&root, &new, &OsEntropy).unwrap();

        assert!(between.open(&old).is_ok() && between.open(&new).is_ok());
        assert!(after.open(&old).is_err() && after.open(&new).is_ok());
        assert_eq!(after.open(&new).unwrap().fingerprint(), root.fingerprint());
    }

    #[test]
    fn wraps_swapped_between_keyrings_do_not_open() {
        let (mut one, _) = Keyring::create(&secret("s"), &OsEntropy).unwrap();
        let (two, _) = Keyring::create(&secret("s"), &OsEntropy).unwrap();
        one.wraps = two.wraps;

        assert!(one.open(&secret("s")).is_err());
    }

    #[test]
    fn a_data_key_makes_it_a_keyring_that_older_programs_refuse() {
        let (plain, root) = Keyring::create(&secret("s"), &OsEntropy).unwrap();
        let between = root.with_next(Key::from_array([8; 32]));

        for root in [&between, &between.rekeyed().unwrap()] {
            let keyring = Keyring::parse(&Keyring::of(root, &secret("s"), &OsEntropy).unwrap().to_text()).unwrap();
            assert_eq!((plain.version, keyring.version), (PLAIN, WITH_DATA_KEY));
            assert_eq!(*keyring.open(&secret("s")).unwrap().to_bytes(), *root.to_bytes());
            let downgraded = keyring.to_text().replace("\"version\": 2", "\"version\": 1");
            assert!(Keyring::parse(&downgraded).unwrap().open(&secret("s")).is_err(), "the version is sealed in");
        }
    }

    #[test]
    fn the_file_reads_back_and_a_newer_one_is_refused() {
        let (keyring, _) = Keyring::create(&secret("s"), &OsEntropy).unwrap();

        assert_eq!(Keyring::parse(&keyring.to_text()).unwrap(), keyring);
        assert!(Keyring::parse(&keyring.to_text().replace("\"version\": 1", "\"version\": 3")).is_err());
        assert!(Keyring::parse("{").is_err());
    }
}
