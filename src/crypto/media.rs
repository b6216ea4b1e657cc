//! Encryption of originals as age files (age-encryption.org/v1) to an identity stored in the notebook.

use std::io::{self, Read, Write};
use std::iter;

use age::secrecy::ExposeSecret;
use age::stream::{StreamReader, StreamWriter};
use age::x25519;
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::secret::Secret;

/// X25519 identity of a notebook: recipient and identity of its originals.
#[derive(Clone)]
pub(crate) struct MediaIdentity(x25519::Identity);

impl MediaIdentity {
    /// Generates an identity. age uses its own source of randomness.
    pub(crate) fn draw() -> Self {
        Self(x25519::Identity::generate())
    }

    /// Parses the output of [`Self::to_text`].
    pub(crate) fn parse(text: &Secret<String>) -> Result<Self> {
        text.expose().parse().map(Self).map_err(|error: &str| Error::internal("a stored media identity", error))
    }

    /// Serializes as `AGE-SECRET-KEY-1…`, for storage in the notebook.
    pub(crate) fn to_text(&self) -> Secret<String> {
        Secret::new(self.0.to_string().expose_secret().to_owned())
    }

    /// Starts encrypting to `to`; the output is complete only after `finish`.
    ///
    /// The id is encrypted in front of the content, so that swapped files are detected.
    pub(crate) fn seal<W: Write>(&self, id: Uuid, to: W) -> io::Result<StreamWriter<W>> {
        let recipient = self.0.to_public();
        let encryptor = age::Encryptor::with_recipients(iter::once(&recipient as &dyn age::Recipient))
            .map_err(|error| io::Error::other(error.to_string()))?;
        let mut stream = encryptor.wrap_output(to)?;
        stream.write_all(id.as_bytes())?;
        Ok(stream)
    }

    /// Opens an encrypted stream.
    ///
    /// age authenticates chunk by chunk: a reader can return valid bytes before an error, so callers must discard them
    /// then.
    ///
    /// # Errors
    /// `Conflict` if the file is damaged, of another notebook, or does not have this `id`.
    pub(crate) fn open<R: Read>(&self, id: Uuid, from: R) -> Result<StreamReader<R>> {
        let decryptor = age::Decryptor::new(from).map_err(|error| damaged_media_error().caused_by(error))?;
        let mut stream = decryptor
            .decrypt(iter::once(&self.0 as &dyn age::Identity))
            .map_err(|error| damaged_media_error().caused_by(error))?;
        let mut sealed_id = [0; 16];
        stream.read_exact(&mut sealed_id).map_err(|error| damaged_media_error().caused_by(error))?;
        if sealed_id != *id.as_bytes() {
            return Err(damaged_media_error());
        }
        Ok(stream)
    }
}

/// Error for a media file that fails authentication.
pub(crate) fn damaged_media_error() -> Error {
    Error::conflict("a media file is damaged or was swapped").hint("restore it from a backup")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(identity: &MediaIdentity, id: Uuid, sealed: &[u8]) -> Result<Vec<u8>> {
        let mut plain = Vec::new();
        identity.open(id, sealed)?.read_to_end(&mut plain).map_err(|error| damaged_media_error().caused_by(error))?;
        Ok(plain)
    }

    #[test]
    fn a_file_opens_only_with_its_own_id_and_identity() {
        let (identity, other) = (MediaIdentity::draw(), MediaIdentity::draw());
        let identity = MediaIdentity::parse(&identity.to_text()).unwrap();
        let (id, another) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let mut stream = identity.seal(id, Vec::new()).unwrap();
        stream.write_all(b"a photograph").unwrap();
        let mut sealed = stream.finish().unwrap();

        assert_eq!(opened(&identity, id, &sealed).unwrap(), b"a photograph");

        assert!(opened(&identity, another, &sealed).is_err());
        assert!(opened(&other, id, &sealed).is_err());
        assert!(opened(&identity, id, &sealed[..sealed.len() - 1]).is_err());
        let last = sealed.len() - 1;
        sealed[last] ^= 1;
        assert!(opened(&identity, id, &sealed).is_err());
    }
}
