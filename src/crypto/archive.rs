//! Backups and exports as age files (age-encryption.org/v1): whom they are sealed to, and what opens them.
//!
//! Sealing needs public keys only. Recipients are age's own (`age1…`), SSH keys (`ssh-ed25519`, `ssh-rsa`), or one
//! passphrase alone: the format does not mix a passphrase with keys.

use std::collections::HashSet;
use std::fmt;
use std::io::BufRead;
use std::io::Read;
use std::io::Write;
use std::sync::Mutex;
use std::sync::PoisonError;

use age::Callbacks;
use age::DecryptError;
use age::EncryptError;
use age::armor::ArmoredReader;
use age::secrecy::SecretString;
use age::stream::StreamReader;
use age::stream::StreamWriter;
use age_core::format::FileKey;
use age_core::format::Stanza;

use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::secret::Secret;

/// First line of every age file.
const VERSION: &str = "age-encryption.org/v1";
/// Base-2 logarithm of scrypt's cost for passphrases: 256 MiB and about a second, as the reference program `age` has it.
const WORK_FACTOR: u8 = 18;
/// The costliest that is followed: 1 GiB. A forged header cannot make this machine work longer, or take more.
const MAX_WORK_FACTOR: u8 = 20;
/// What a passphrase is called where recipients are listed.
const PASSPHRASE: &str = "passphrase";

/// Somebody who can open what is sealed to them.
pub(crate) struct Recipient {
    shown: String,
    inner: Box<dyn age::Recipient + Send + Sync>,
}

impl Recipient {
    /// Reads `age1…` or a line of an SSH public key file.
    ///
    /// # Errors
    /// `Invalid` for anything else; a secret key that was given by mistake is not repeated.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        if text.to_ascii_uppercase().starts_with("AGE-SECRET-KEY-") || text.contains("PRIVATE KEY") {
            return Err(Error::invalid("that is a secret key, not a recipient")
                .hint("give the public key, `age1…`; `age-keygen -y FILE` prints it"));
        }
        if let Ok(key) = text.parse::<age::x25519::Recipient>() {
            return Ok(Self { shown: text.to_owned(), inner: Box::new(key) });
        }
        if let Ok(key) = text.parse::<age::ssh::Recipient>() {
            // Without the comment, which names a person or a machine.
            let shown = text.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
            return Ok(Self { shown, inner: Box::new(key) });
        }
        Err(Error::invalid("that is no recipient: it is neither an age1… key nor a line of an SSH public key")
            .hint("`age-keygen -o key.txt` makes a key and prints its recipient"))
    }

    /// Takes a passphrase.
    pub(crate) fn passphrase(passphrase: &Secret<String>) -> Self {
        let mut inner = age::scrypt::Recipient::new(SecretString::from(passphrase.expose().clone()));
        inner.set_work_factor(WORK_FACTOR);
        Self { shown: PASSPHRASE.to_owned(), inner: Box::new(inner) }
    }

    /// Returns the public key, or `passphrase`.
    pub(crate) fn shown(&self) -> &str {
        &self.shown
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

/// The recipient lines that a header has to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Header(Vec<String>);

impl Header {
    /// Tells whether a file begins with these recipients' lines and with no others.
    ///
    /// age adds one line of its own with a random name that ends in `-grease`, so that readers keep skipping what they do
    /// not know.
    pub(crate) fn heads(&self, file: &mut dyn BufRead) -> std::io::Result<bool> {
        let (mut line, mut found, mut first) = (Vec::new(), Vec::new(), true);
        // A header has a few lines of at most 64 characters and a stanza each; what has none ends after this.
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

/// A recipient whose lines are written down.
struct Marked<'r> {
    recipient: &'r Recipient,
    lines: &'r Mutex<Vec<String>>,
}

impl age::Recipient for Marked<'_> {
    fn wrap_file_key(&self, key: &FileKey) -> std::result::Result<(Vec<Stanza>, HashSet<String>), EncryptError> {
        let (stanzas, labels) = self.recipient.inner.wrap_file_key(key)?;
        let lines = stanzas.iter().map(|stanza| {
            std::iter::once(&stanza.tag).chain(&stanza.args).map(String::as_str).collect::<Vec<_>>().join(" ")
        });
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).extend(lines);
        Ok((stanzas, labels))
    }
}

/// Begins to seal into `to`; what is written to the stream is whole only once it was finished. The header says what the
/// file must begin with.
///
/// # Errors
/// `Invalid` for no recipient, or a passphrase among others.
pub(crate) fn seal<W: Write>(recipients: &[Recipient], to: W) -> Result<(StreamWriter<W>, Header)> {
    let lines = Mutex::default();
    let marked: Vec<Marked<'_>> = recipients.iter().map(|recipient| Marked { recipient, lines: &lines }).collect();
    let encryptor = age::Encryptor::with_recipients(marked.iter().map(|recipient| recipient as &dyn age::Recipient))
        .map_err(|error| match error {
            EncryptError::MissingRecipients => Error::invalid("there is nobody to encrypt to")
                .hint("pass --recipient age1…; `age-keygen -o key.txt` makes a key and prints its recipient"),
            EncryptError::MixedRecipientAndPassphrase => {
                Error::invalid("a passphrase cannot be mixed with other recipients")
                    .hint("encrypt to keys, or to a passphrase alone")
            }
            error => Error::internal("encrypting to the recipients", error),
        })?;
    let stream = encryptor.wrap_output(to).map_err(|error| Error::internal("writing the header", error))?;
    drop(marked);
    Ok((stream, Header(lines.into_inner().unwrap_or_else(PoisonError::into_inner))))
}

/// What opens an archive.
#[derive(Default)]
pub(crate) struct Identities(Vec<Box<dyn age::Identity>>);

impl Identities {
    /// Adds what a file holds: lines of `AGE-SECRET-KEY-1…`, an SSH private key, or either behind a passphrase.
    ///
    /// # Errors
    /// `Invalid` for a file that holds none of it.
    pub(crate) fn add(&mut self, file: &str, passphrase: Option<&Secret<String>>) -> Result<()> {
        let answers = Answers(passphrase.map(|passphrase| SecretString::from(passphrase.expose().clone())));
        let text = file.trim_start();
        let none = || {
            Error::invalid("the identity file holds no identity")
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
                return Err(wants_passphrase());
            }
            self.0.push(Box::new(identity.with_callbacks(answers)));
            return Ok(());
        }
        if text.starts_with(VERSION) || text.starts_with("-----BEGIN AGE ENCRYPTED FILE-----") {
            if passphrase.is_none() {
                return Err(wants_passphrase());
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

    /// Adds the passphrase that an archive was sealed with.
    pub(crate) fn add_passphrase(&mut self, passphrase: &Secret<String>) {
        let passphrase = SecretString::from(passphrase.expose().clone());
        let mut identity = age::scrypt::Identity::new(passphrase);
        identity.set_max_work_factor(MAX_WORK_FACTOR);
        self.0.push(Box::new(identity));
    }

    /// Opens a sealed stream.
    ///
    /// age authenticates piece by piece, so a reader may give good bytes before an error: whoever keeps them waits for
    /// the end.
    ///
    /// # Errors
    /// `Unauthenticated` when none of the identities is a recipient; `Conflict` for what is no age file or a damaged one.
    pub(crate) fn open<R: Read>(&self, from: R) -> Result<StreamReader<R>> {
        let decryptor = age::Decryptor::new(from).map_err(|error| unopened(&error).caused_by(error))?;
        decryptor
            .decrypt(self.0.iter().map(|identity| identity.as_ref() as &dyn age::Identity))
            .map_err(|error| unopened(&error).caused_by(error))
    }
}

fn wants_passphrase() -> Error {
    Error::invalid("the identity is behind a passphrase").code("passphrase_needed").hint("pass --passphrase-file FILE")
}

fn unopened(error: &DecryptError) -> Error {
    match error {
        DecryptError::NoMatchingKeys => Error::new(Kind::Unauthenticated, "none of these identities opens the archive")
            .hint("the description beside it names its recipients; give the identity of one of them with -i"),
        DecryptError::KeyDecryptionFailed | DecryptError::DecryptionFailed => {
            Error::new(Kind::Unauthenticated, "the passphrase or the key does not open it")
                .hint("try the passphrase or the identity that it was made for")
        }
        DecryptError::ExcessiveWork { .. } => {
            Error::conflict("its passphrase was hardened further than this machine can follow")
                .hint("open it with the program `age`")
        }
        DecryptError::UnknownFormat | DecryptError::InvalidHeader => {
            Error::conflict("this is no age file, or a damaged one")
                .hint("check that it is an archive that `journal backup create` wrote, and was copied whole")
        }
        _ => Error::conflict("the archive is damaged").hint("take another copy or an older backup"),
    }
}

/// Answers age's question for a passphrase with the one that was given.
#[derive(Clone)]
struct Answers(Option<SecretString>);

impl Callbacks for Answers {
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
mod vectors;

#[cfg(test)]
mod tests {
    use age::secrecy::ExposeSecret;

    use super::*;

    fn sealed(recipients: &[Recipient], text: &[u8]) -> (Vec<u8>, Header) {
        let mut file = Vec::new();
        let (mut stream, header) = seal(recipients, &mut file).unwrap();
        stream.write_all(text).unwrap();
        stream.finish().unwrap();
        (file, header)
    }

    fn pair() -> (Recipient, Identities) {
        let key = age::x25519::Identity::generate();
        let mut identities = Identities::default();
        identities.add(key.to_string().expose_secret(), None).unwrap();
        (Recipient::parse(&key.to_public().to_string()).unwrap(), identities)
    }

    fn read(identities: &Identities, file: &[u8]) -> Result<String> {
        let mut text = String::new();
        identities.open(file)?.read_to_string(&mut text).map_err(|error| Error::conflict(error.to_string()))?;
        Ok(text)
    }

    #[test]
    fn every_recipient_opens_it_and_nobody_else() {
        let ((one, ones), (other, others), (_, strangers)) = (pair(), pair(), pair());

        let (file, header) = sealed(&[one, other], b"heron");

        assert!(header.heads(&mut file.as_slice()).unwrap());
        assert_eq!(read(&ones, &file).unwrap(), "heron");
        assert_eq!(read(&others, &file).unwrap(), "heron");
        assert_eq!(read(&strangers, &file).unwrap_err().kind(), Kind::Unauthenticated);
    }

    #[test]
    fn a_file_for_others_or_one_that_is_no_age_file_has_another_header() {
        let ((one, _), (other, _)) = (pair(), pair());
        let (_, header) = sealed(&[one], b"heron");
        let (foreign, _) = sealed(&[other], b"heron");

        for file in [foreign.as_slice(), b"heron", b"", b"age-encryption.org/v1\n"] {
            assert!(!header.heads(&mut &file[..]).unwrap());
        }
    }

    #[test]
    fn a_secret_key_given_for_a_recipient_is_not_repeated() {
        let key = age::x25519::Identity::generate().to_string();

        let refused = Recipient::parse(key.expose_secret()).unwrap_err();

        assert!(refused.to_string().contains("secret key"));
        assert!(!refused.to_string().contains(&key.expose_secret()[16..]));
    }

    #[test]
    fn a_passphrase_opens_alone_and_is_not_mixed() {
        let passphrase = Secret::new("correct horse battery".to_owned());
        let (one, _) = pair();

        let mixed = seal(&[one, Recipient::passphrase(&passphrase)], Vec::new()).map(drop).unwrap_err();
        let (file, _) = sealed(&[Recipient::passphrase(&passphrase)], b"heron");
        let mut identities = Identities::default();
        identities.add_passphrase(&passphrase);

        assert_eq!(mixed.kind(), Kind::Invalid);
        assert_eq!(read(&identities, &file).unwrap(), "heron");
    }
}
