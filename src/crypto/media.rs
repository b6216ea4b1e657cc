//! Originals sealed as age files (age-encryption.org/v1) to an identity that lives inside the notebook.

use std::io;
use std::io::Read;
use std::io::Write;
use std::iter;

use age::secrecy::ExposeSecret;
use age::stream::StreamReader;
use age::stream::StreamWriter;
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

    /// Begins to seal into `to`; what is written to the stream is sealed, and whole only once it was finished.
    ///
    /// The id is sealed in front of the content, so that two files that were swapped are found out.
    pub(crate) fn seal<W: Write>(&self, id: Uuid, to: W) -> io::Result<StreamWriter<W>> {
        let recipient = self.0.to_public();
        let encryptor = age::Encryptor::with_recipients(iter::once(&recipient as &dyn age::Recipient))
            .map_err(|error| io::Error::other(error.to_string()))?;
        let mut stream = encryptor.wrap_output(to)?;
        stream.write_all(id.as_bytes())?;
        Ok(stream)
    }

    /// Opens a sealed stream.
    ///
    /// age authenticates piece by piece, so a reader may give good bytes before an error: whoever keeps them waits for
    /// the end.
    ///
    /// # Errors
    /// `Conflict` when the file is damaged, foreign or another one than `id`.
    pub(crate) fn open<R: Read>(&self, id: Uuid, from: R) -> Result<StreamReader<R>> {
        let decryptor = age::Decryptor::new(from).map_err(|error| damaged().caused_by(error))?;
        let mut stream =
            decryptor.decrypt(iter::once(&self.0 as &dyn age::Identity)).map_err(|error| damaged().caused_by(error))?;
        let mut sealed_id = [0; 16];
        stream.read_exact(&mut sealed_id).map_err(|error| damaged().caused_by(error))?;
        if sealed_id != *id.as_bytes() {
            return Err(damaged());
        }
        Ok(stream)
    }
}

/// The refusal of a sealed file that is not as it was written.
pub(crate) fn damaged() -> Error {
    Error::conflict("a media file is damaged or was swapped").hint("put it back from a backup")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(identity: &MediaIdentity, id: Uuid, sealed: &[u8]) -> Result<Vec<u8>> {
        let mut plain = Vec::new();
        identity.open(id, sealed)?.read_to_end(&mut plain).map_err(|error| damaged().caused_by(error))?;
        Ok(plain)
    }

    #[test]
    fn a_sealed_file_opens_only_under_its_own_name_and_identity() {
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
