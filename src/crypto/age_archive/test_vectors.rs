//! Published age test vectors, stored in `tests/age/`.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use age::armor::ArmoredReader;
use flate2::read::ZlibDecoder;
use sha2::{Digest, Sha256};

use super::*;

/// Stanzas without a final short line: the library also accepts headers that its early versions wrote that way. Their
/// MAC is checked nonetheless.
const LENIENT: [&str; 2] = ["stanza_missing_body", "stanza_missing_final_line"];

/// Test vector: header fields and age file.
struct AgeTestVector {
    headers: Vec<(String, String)>,
    file: Vec<u8>,
}

impl AgeTestVector {
    fn read(bytes: &[u8]) -> Self {
        let end = bytes.windows(2).position(|pair| pair == b"\n\n").unwrap();
        let head = std::str::from_utf8(&bytes[..end]).unwrap();
        let headers = head.lines().map(|line| line.split_once(": ").unwrap());
        let headers: Vec<_> = headers.map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        let mut vector = Self { headers, file: bytes[end + 2..].to_vec() };
        if vector.one("compressed") == Some("zlib") {
            let mut file = Vec::new();
            ZlibDecoder::new(vector.file.as_slice()).read_to_end(&mut file).unwrap();
            vector.file = file;
        }
        vector
    }

    fn all(&self, key: &str) -> Vec<&str> {
        self.headers.iter().filter(|(known, _)| known == key).map(|(_, value)| value.as_str()).collect()
    }

    fn one(&self, key: &str) -> Option<&str> {
        self.all(key).first().copied()
    }

    /// Returns the identities, or `None` if a key type is not supported.
    fn identities(&self) -> Option<ArchiveIdentities> {
        let mut identities = ArchiveIdentities::default();
        for identity in self.all("identity") {
            identities.add(identity, None).ok()?;
        }
        for passphrase in self.all("passphrase") {
            identities.add_passphrase(&Secret::new(passphrase.to_owned()));
        }
        Some(identities)
    }
}

/// Decrypts a file to its end; returns the plaintext that was released, and the outcome.
fn decrypt_to_end(identities: &ArchiveIdentities, from: impl Read) -> (Vec<u8>, &'static str) {
    let mut given = Vec::new();
    let mut stream = match identities.open(from) {
        Ok(stream) => stream,
        Err(error) if error.kind() == ErrorKind::Unauthenticated => return (given, "no match"),
        Err(_) => return (given, "header failure"),
    };
    let mut piece = [0; 1000];
    loop {
        match stream.read(&mut piece) {
            Ok(0) => return (given, "success"),
            Ok(count) => given.extend(&piece[..count]),
            Err(_) => return (given, "payload failure"),
        }
    }
}

#[test]
fn the_published_test_vectors_pass() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/age");
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for item in std::fs::read_dir(folder).unwrap() {
        let path = item.unwrap().path();
        if path.extension().is_some() {
            continue;
        }
        let vector = AgeTestVector::read(&std::fs::read(&path).unwrap());
        let Some(identities) = vector.identities() else {
            *counts.entry("with unsupported keys").or_default() += 1;
            continue;
        };

        let armored = vector.one("armored") == Some("yes");
        let (given, ended) = if armored {
            // As for identity files, leading white space is allowed.
            decrypt_to_end(&identities, ArmoredReader::new(vector.file.trim_ascii_start()))
        } else {
            decrypt_to_end(&identities, vector.file.as_slice())
        };

        let name = path.display();
        let expected = vector.one("expect").unwrap();
        match expected {
            _ if LENIENT.iter().any(|lenient| path.ends_with(lenient)) => {
                assert_eq!(ended, "success", "{name}");
                *counts.entry("accepted leniently").or_default() += 1;
                continue;
            }
            "success" => assert_eq!(ended, "success", "{name}"),
            "payload failure" => assert_eq!(ended, "payload failure", "{name}"),
            "no match" => assert_eq!(ended, "no match", "{name}"),
            // Armor errors in the header or body, and stanza and header errors, are not distinguished.
            _ => assert_ne!(ended, "success", "{name}"),
        }
        if let Some(hash) = vector.one("payload") {
            assert_eq!(data_encoding::HEXLOWER.encode(&Sha256::digest(&given)), hash, "{name}");
        } else {
            assert!(given.is_empty(), "{name}");
        }
        if armored {
            // Archives are never armored, so an armored file must not be accepted.
            assert_ne!(decrypt_to_end(&identities, vector.file.as_slice()).1, "success", "{name}");
        }
        *counts.entry("passed").or_default() += 1;
    }
    assert_eq!(counts, BTreeMap::from([("with unsupported keys", 19), ("accepted leniently", 2), ("passed", 122)]));
}
