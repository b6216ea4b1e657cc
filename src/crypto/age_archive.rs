//! Backups and exports as age files (age-encryption.org/v1): recipients and identities.
//!
//! Encryption needs public keys only. Recipients are age keys (`age1…`), SSH keys (`ssh-ed25519`, `ssh-rsa`), or a
//! single passphrase: the format does not mix a passphrase with keys.

use std::collections::HashSet;
use std::fmt;
use std::io::{BufRead, Read, Write};

use age::armor::ArmoredReader;
use age::secrecy::SecretString;
use age::stream::{StreamReader, StreamWriter};
use age::{Callbacks, DecryptError, EncryptError};
use age_core::format::{FileKey, Stanza};
use parking_lot::Mutex;

use crate::error::{Error, ErrorKind, Result};
use crate::secret::Secret;

/// First line of every age file.
const VERSION: &str = "age-encryption.org/v1";
/// Base-2 logarithm of the scrypt cost for passphrases: 256 MiB and about a second, as in the reference tool `age`.
const WORK_FACTOR: u8 = 18;
/// Maximum accepted scrypt cost: 1 GiB. Bounds the time and memory that a forged header can use.
const MAX_WORK_FACTOR: u8 = 20;
/// Name of a passphrase in lists of recipients.
const PASSPHRASE: &str = "passphrase";

/// Recipient that an archive is encrypted to.
pub(crate) struct ArchiveRecipient {
    display_name: String,
    inner: Box<dyn age::Recipient + Send + Sync>,
}

impl ArchiveRecipient {
    /// Parses `age1…` or a line of an SSH public key file.
    ///
    /// # Errors
    /// `Invalid` for anything else; a secret key passed by mistake is not repeated in the message.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        if text.to_ascii_uppercase().starts_with("AGE-SECRET-KEY-") || text.contains("PRIVATE KEY") {
            return Err(Error::invalid("that is a secret key, not a recipient")
                .hint("give the public key, `age1…`; `age-keygen -y FILE` prints it"));
        }
        if let Ok(key) = text.parse::<age::x25519::Recipient>() {
            return Ok(Self { display_name: text.to_owned(), inner: Box::new(key) });
        }
        if let Ok(key) = text.parse::<age::ssh::Recipient>() {
            // The comment is dropped; it names a person or a machine.
            let shown = text.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
            return Ok(Self { display_name: shown, inner: Box::new(key) });
        }
        Err(Error::invalid("not a recipient: neither an age1… key nor a line of an SSH public key")
            .hint("`age-keygen -o key.txt` creates a key and prints its recipient"))
    }

    /// Creates a passphrase recipient.
    pub(crate) fn from_passphrase(passphrase: &Secret<String>) -> Self {
        let mut inner = age::scrypt::Recipient::new(SecretString::from(passphrase.expose().clone()));
        inner.set_work_factor(WORK_FACTOR);
        Self { display_name: PASSPHRASE.to_owned(), inner: Box::new(inner) }
    }

    /// Returns the public key, or `passphrase`.
    pub(crate) fn display_name(&self) -> &str {
        &self.display_name
    }
}

impl fmt::Debug for ArchiveRecipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.display_name)
    }
}

/// Recipient stanza lines that a header must contain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ExpectedAgeHeader(Vec<String>);

impl ExpectedAgeHeader {
    /// Returns whether a file starts with exactly these recipient stanzas.
    ///
    /// age adds a stanza with a random name ending in `-grease`, so that readers keep ignoring unknown stanzas.
    pub(crate) fn matches(&self, file: &mut dyn BufRead) -> std::io::Result<bool> {
        let (mut line, mut found, mut first) = (Vec::new(), Vec::new(), true);
        // Limits the header size: a few lines of at most 64 characters per recipient.
        let mut rest = file.take(64 * 1024);
        loop {
            line.clear();
            if rest.read_until(b'\n', &mut line)? == 0 || line.pop() != Some(b'\n') {
                return Ok(false);
            }
            let Ok(text) = std::str::from_utf8(&line) else { return Ok(false) };
            if std::mem::take(&mut first) && text != VERSION {
                return Ok(false);
            }
            if text.starts_with("---") {
                break;
            }
            if let Some(stanza) = text.strip_prefix("-> ")
                && !stanza.split(' ').next().is_some_and(|tag| tag.ends_with("-grease"))
            {
                found.push(stanza.to_owned());
            }
        }
        Ok(found == self.0)
    }
}

/// age recipient that records the stanza lines it produces.
struct RecordingRecipient<'r> {
    recipient: &'r ArchiveRecipient,
    lines: &'r Mutex<Vec<String>>,
}

impl age::Recipient for RecordingRecipient<'_> {
    fn wrap_file_key(&self, key: &FileKey) -> std::result::Result<(Vec<Stanza>, HashSet<String>), EncryptError> {
        let (stanzas, labels) = self.recipient.inner.wrap_file_key(key)?;
        let lines = stanzas.iter().map(|stanza| {
            std::iter::once(&stanza.tag).chain(&stanza.args).map(String::as_str).collect::<Vec<_>>().join(" ")
        });
        self.lines.lock().extend(lines);
        Ok((stanzas, labels))
    }
}

/// Starts encrypting to `to`; the output is complete only after `finish`. The returned header can verify the start of
/// the file.
///
/// # Errors
/// `Invalid` without a recipient, or for a passphrase mixed with other recipients.
pub(crate) fn seal<W: Write>(recipients: &[ArchiveRecipient], to: W) -> Result<(StreamWriter<W>, ExpectedAgeHeader)> {
    let lines = Mutex::default();
    let marked: Vec<RecordingRecipient<'_>> =
        recipients.iter().map(|recipient| RecordingRecipient { recipient, lines: &lines }).collect();
    let encryptor = age::Encryptor::with_recipients(marked.iter().map(|recipient| recipient as &dyn age::Recipient))
        .map_err(|error| match error {
            EncryptError::MissingRecipients => Error::invalid("there is no recipient to encrypt to")
                .hint("pass --recipient age1…; `age-keygen -o key.txt` creates a key and prints its recipient"),
            EncryptError::MixedRecipientAndPassphrase => {
                Error::invalid("a passphrase cannot be mixed with other recipients")
                    .hint("encrypt to keys, or to a passphrase alone")
            }
            error => Error::internal("encrypting to the recipients", error),
        })?;
    let stream = encryptor.wrap_output(to).map_err(|error| Error::internal("writing the header", error))?;
    drop(marked);
    Ok((stream, ExpectedAgeHeader(lines.into_inner())))
}

/// age identities that can decrypt an archive.
#[derive(Default)]
pub(crate) struct ArchiveIdentities(Vec<Box<dyn age::Identity>>);

impl ArchiveIdentities {
    /// Adds the identities of a file: `AGE-SECRET-KEY-1…` lines or an SSH private key, with or without passphrase.
    ///
    /// # Errors
    /// `Invalid` for a file without an identity.
    pub(crate) fn add(&mut self, file: &str, passphrase: Option<&Secret<String>>) -> Result<()> {
        let answers = PassphraseCallbacks(passphrase.map(|passphrase| SecretString::from(passphrase.expose().clone())));
        let text = file.trim_start();
        let none = || {
            Error::invalid("the identity file contains no identity")
                .hint("give the file that `age-keygen -o` wrote, or an SSH private key")
        };
        if text.contains("PRIVATE KEY-----") {
            let identity =
                age::ssh::Identity::from_buffer(text.as_bytes(), None).map_err(|error| none().caused_by(error))?;
            if matches!(identity, age::ssh::Identity::Unsupported(_)) {
                return Err(Error::invalid("that kind of SSH key cannot open age files")
                    .hint("use an ed25519 or RSA key in OpenSSH's own format"));
            }
            if matches!(identity, age::ssh::Identity::Encrypted(_)) && passphrase.is_none() {
                return Err(passphrase_needed_error());
            }
            self.0.push(Box::new(identity.with_callbacks(answers)));
            return Ok(());
        }
        if text.starts_with(VERSION) || text.starts_with("-----BEGIN AGE ENCRYPTED FILE-----") {
            if passphrase.is_none() {
                return Err(passphrase_needed_error());
            }
            let bytes = std::io::Cursor::new(text.as_bytes().to_vec());
            let identity =
                age::encrypted::Identity::from_buffer(ArmoredReader::new(bytes), None, answers, Some(MAX_WORK_FACTOR));
            let identity = identity.map_err(|error| none().caused_by(error))?.ok_or_else(none)?;
            self.0.push(Box::new(identity));
            return Ok(());
        }
        let identities = age::IdentityFile::from_buffer(text.as_bytes()).map_err(|error| none().caused_by(error))?;
        let identities = identities.into_identities().map_err(|error| none().caused_by(error))?;
        if identities.is_empty() {
            return Err(none());
        }
        for identity in identities {
            self.0.push(identity);
        }
        Ok(())
    }

    /// Adds the passphrase that an archive was encrypted with.
    pub(crate) fn add_passphrase(&mut self, passphrase: &Secret<String>) {
        let passphrase = SecretString::from(passphrase.expose().clone());
        let mut identity = age::scrypt::Identity::new(passphrase);
        identity.set_max_work_factor(MAX_WORK_FACTOR);
        self.0.push(Box::new(identity));
    }

    /// Opens an encrypted stream.
    ///
    /// age authenticates chunk by chunk: a reader can return valid bytes before an error, so callers must discard them
    /// then.
    ///
    /// # Errors
    /// `Unauthenticated` if no identity matches a recipient; `Conflict` for a damaged file or one not in age format.
    pub(crate) fn open<R: Read>(&self, from: R) -> Result<StreamReader<R>> {
        let decryptor = age::Decryptor::new(from).map_err(|error| decrypt_error(&error).caused_by(error))?;
        decryptor
            .decrypt(self.0.iter().map(|identity| identity.as_ref() as &dyn age::Identity))
            .map_err(|error| decrypt_error(&error).caused_by(error))
    }
}

fn passphrase_needed_error() -> Error {
    Error::invalid("the identity is protected by a passphrase")
        .code("passphrase_needed")
        .hint("pass --passphrase-file FILE")
}

fn decrypt_error(error: &DecryptError) -> Error {
    match error {
        DecryptError::NoMatchingKeys => {
            Error::new(ErrorKind::Unauthenticated, "none of these identities can decrypt the archive").hint(
                "the description next to the archive names its recipients; pass the identity of one of them with -i",
            )
        }
        DecryptError::KeyDecryptionFailed | DecryptError::DecryptionFailed => {
            Error::new(ErrorKind::Unauthenticated, "the passphrase or the key does not decrypt the archive")
                .hint("try the passphrase or the identity that it was encrypted to")
        }
        DecryptError::ExcessiveWork { .. } => {
            Error::conflict("the scrypt cost of the archive's passphrase is too high")
                .hint("open it with the program `age`")
        }
        DecryptError::UnknownFormat | DecryptError::InvalidHeader => {
            Error::conflict("the file is not an age file, or it is damaged")
                .hint("check that it is an archive of `journal backup create` and was copied completely")
        }
        _ => Error::conflict("the archive is damaged").hint("use another copy or an older backup"),
    }
}

/// age callbacks that answer a passphrase prompt with the given passphrase.
#[derive(Clone)]
struct PassphraseCallbacks(Option<SecretString>);

impl Callbacks for PassphraseCallbacks {
    fn display_message(&self, _: &str) {}

    fn confirm(&self, _: &str, _: &str, _: Option<&str>) -> Option<bool> {
        None
    }

    fn request_public_string(&self, _: &str) -> Option<String> {
        None
    }

    fn request_passphrase(&self, _: &str) -> Option<SecretString> {
        self.0.clone()
    }
}

#[cfg(test)]
mod test_vectors;

#[cfg(test)]
mod tests {
    use age::secrecy::ExposeSecret;

    use super::*;

    fn sealed(recipients: &[ArchiveRecipient], text: &[u8]) -> (Vec<u8>, ExpectedAgeHeader) {
        let mut file = Vec::new();
        let (mut stream, header) = seal(recipients, &mut file).unwrap();
        stream.write_all(text).unwrap();
        stream.finish().unwrap();
        (file, header)
    }

    fn pair() -> (ArchiveRecipient, ArchiveIdentities) {
        let key = age::x25519::Identity::generate();
        let mut identities = ArchiveIdentities::default();
        identities.add(key.to_string().expose_secret(), None).unwrap();
        (ArchiveRecipient::parse(&key.to_public().to_string()).unwrap(), identities)
    }

    fn read(identities: &ArchiveIdentities, file: &[u8]) -> Result<String> {
        let mut text = String::new();
        identities.open(file)?.read_to_string(&mut text).map_err(|error| Error::conflict(error.to_string()))?;
        Ok(text)
    }

    #[test]
    fn every_recipient_decrypts_the_archive_and_no_other_key() {
        let ((one, ones), (other, others), (_, outsiders)) = (pair(), pair(), pair());

        let (file, header) = sealed(&[one, other], b"heron");

        assert!(header.matches(&mut file.as_slice()).unwrap());
        assert_eq!(read(&ones, &file).unwrap(), "heron");
        assert_eq!(read(&others, &file).unwrap(), "heron");
        assert_eq!(read(&outsiders, &file).unwrap_err().kind(), ErrorKind::Unauthenticated);
    }

    #[test]
    fn the_header_does_not_match_a_file_for_other_recipients() {
        let ((one, _), (other, _)) = (pair(), pair());
        let (_, header) = sealed(&[one], b"heron");
        let (foreign, _) = sealed(&[other], b"heron");

        for file in [foreign.as_slice(), b"heron", b"", b"age-encryption.org/v1\n"] {
            assert!(!header.matches(&mut &file[..]).unwrap());
        }
    }

    #[test]
    fn a_secret_key_passed_as_recipient_is_not_repeated() {
        let key = age::x25519::Identity::generate().to_string();

        let refused = ArchiveRecipient::parse(key.expose_secret()).unwrap_err();

        assert!(refused.to_string().contains("secret key"));
        assert!(!refused.to_string().contains(&key.expose_secret()[16..]));
    }

    #[test]
    fn a_passphrase_is_not_mixed_with_keys() {
        let passphrase = Secret::new("correct horse battery".to_owned());
        let (one, _) = pair();

        let mixed = seal(&[one, ArchiveRecipient::from_passphrase(&passphrase)], Vec::new()).map(drop).unwrap_err();
        let (file, _) = sealed(&[ArchiveRecipient::from_passphrase(&passphrase)], b"heron");
        let mut identities = ArchiveIdentities::default();
        identities.add_passphrase(&passphrase);

        assert_eq!(mixed.kind(), ErrorKind::Invalid);
        assert_eq!(read(&identities, &file).unwrap(), "heron");
    }
}
