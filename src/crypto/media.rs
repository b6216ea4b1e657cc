//! Originals sealed as age files (age-encryption.org/v1) to an identity that lives inside the notebook.

use std::io::Read;
use std::io::Write;
use std::iter;

use age::secrecy::ExposeSecret;
use age::x25519;
use uuid::Uuid;

use crate::error::Error;
use crate::error::Result;
use crate::secret::Secret;

/// A notebook's X25519 identity; what it seals, only it opens.
#[derive(Clone)]
pub(crate) struct MediaIdentity(x25519::Identity);

impl MediaIdentity {
    /// Draws a new identity. age brings its own source of randomness.
    pub(crate) fn draw() -> Self {
        Self(x25519::Identity::generate())
    }

    /// Reads the form that [`Self::to_text`] writes.
    pub(crate) fn parse(text: &Secret<String>) -> Result<Self> {
        text.expose().parse().map(Self).map_err(|error: &str| Error::internal("a stored media identity", error))
    }

    /// Writes `AGE-SECRET-KEY-1…`, for storing inside the notebook.
    pub(crate) fn to_text(&self) -> Secret<String> {
        Secret::new(self.0.to_string().expose_secret().to_owned())
    }

    /// Seals a stream into `to` and returns the number of plain bytes.
    ///
    /// The id is sealed in front of the content, so that two files that were swapped are found out.
    pub(crate) fn seal(&self, id: Uuid, mut from: impl Read, to: impl Write) -> Result<u64> {
        let recipient = self.0.to_public();
        let encryptor = age::Encryptor::with_recipients(iter::once(&recipient as &dyn age::Recipient))
            .map_err(|error| Error::internal("sealing media", error.to_string()))?;
        let sealed = |error: std::io::Error| Error::internal("sealing media", error);
        let mut stream = encryptor.wrap_output(to).map_err(sealed)?;
        stream.write_all(id.as_bytes()).map_err(sealed)?;
        let bytes = std::io::copy(&mut from, &mut stream).map_err(sealed)?;
        stream.finish().map_err(sealed)?;
        Ok(bytes)
    }

    /// Opens a sealed stream into `to`.
    ///
    /// age authenticates piece by piece, so `to` may hold good bytes before an error: the
    /// caller writes to a temporary name and keeps it only after `Ok`.
    ///
    /// # Errors
    /// `Conflict` when the file is damaged, foreign or another one than `id`.
    pub(crate) fn open(&self, id: Uuid, from: impl Read, mut to: impl Write) -> Result<u64> {
        let damaged = || Error::conflict("a media file is damaged or was swapped").hint("put it back from a backup");
        let decryptor = age::Decryptor::new(from).map_err(|error| damaged().caused_by(error))?;
        let mut stream =
            decryptor.decrypt(iter::once(&self.0 as &dyn age::Identity)).map_err(|error| damaged().caused_by(error))?;
        let mut sealed_id = [0; 16];
        stream.read_exact(&mut sealed_id).map_err(|error| damaged().caused_by(error))?;
        if sealed_id != *id.as_bytes() {
            return Err(damaged());
        }
        std::io::copy(&mut stream, &mut to).map_err(|error| damaged().caused_by(error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_file_opens_only_under_its_own_name_and_identity() {
        let (identity, other) = (MediaIdentity::draw(), MediaIdentity::draw());
        let identity = MediaIdentity::parse(&identity.to_text()).unwrap();
        let (id, another) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let mut sealed = Vec::new();
        identity.seal(id, &b"a photograph"[..], &mut sealed).unwrap();

        let mut opened = Vec::new();
        identity.open(id, sealed.as_slice(), &mut opened).unwrap();

        assert_eq!(opened, b"a photograph");
        assert!(identity.open(another, sealed.as_slice(), Vec::new()).is_err());
        assert!(other.open(id, sealed.as_slice(), Vec::new()).is_err());
        assert!(identity.open(id, &sealed[..sealed.len() - 1], Vec::new()).is_err());
        let last = sealed.len() - 1;
        sealed[last] ^= 1;
        assert!(identity.open(id, sealed.as_slice(), Vec::new()).is_err());
    }
}
