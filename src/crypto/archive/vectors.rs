//! The published test vectors of the format, which lie in `tests/age/`.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use age::armor::ArmoredReader;
use flate2::read::ZlibDecoder;
use sha2::Digest;
use sha2::Sha256;

use super::*;

/// Stanzas without a last short line: the library also reads headers that early versions of it wrote that way. Their MAC
/// is checked all the same.
const LENIENT: [&str; 2] = ["stanza_missing_body", "stanza_missing_final_line"];

/// A vector: what its header says, and the age file.
struct Vector {
    says: Vec<(String, String)>,
    file: Vec<u8>,
}

impl Vector {
    fn read(bytes: &[u8]) -> Self {
        let end = bytes.windows(2).position(|pair| pair == b"\n\n").unwrap();
        let head = std::str::from_utf8(&bytes[..end]).unwrap();
        let says = head.lines().map(|line| line.split_once(": ").unwrap());
        let says: Vec<_> = says.map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        let mut vector = Self { says, file: bytes[end + 2..].to_vec() };
        if vector.one("compressed") == Some("zlib") {
            let mut file = Vec::new();
            ZlibDecoder::new(vector.file.as_slice()).read_to_end(&mut file).unwrap();
            vector.file = file;
        }
        vector
    }

    fn all(&self, key: &str) -> Vec<&str> {
        self.says.iter().filter(|(known, _)| known == key).map(|(_, value)| value.as_str()).collect()
    }

    fn one(&self, key: &str) -> Option<&str> {
        self.all(key).first().copied()
    }

    /// Returns what opens it, or `None` where that is a kind of key that is not read.
    fn identities(&self) -> Option<Identities> {
        let mut identities = Identities::default();
        for identity in self.all("identity") {
            identities.add(identity, None).ok()?;
        }
        for passphrase in self.all("passphrase") {
            identities.add_passphrase(&Secret::new(passphrase.to_owned()));
        }
        Some(identities)
    }
}

/// Opens a file and reads it to its end; returns what was given out, and how it ended.
fn opened(identities: &Identities, from: impl Read) -> (Vec<u8>, &'static str) {
    let mut given = Vec::new();
    let mut stream = match identities.open(from) {
        Ok(stream) => stream,
        Err(error) if error.kind() == Kind::Unauthenticated => return (given, "no match"),
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
fn the_published_vectors_come_out_as_they_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/age");
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for item in std::fs::read_dir(folder).unwrap() {
        let path = item.unwrap().path();
        if path.extension().is_some() {
            continue;
        }
        let vector = Vector::read(&std::fs::read(&path).unwrap());
        let Some(identities) = vector.identities() else {
            *counts.entry("of keys that are not read").or_default() += 1;
            continue;
        };

        let armored = vector.one("armored") == Some("yes");
        let (given, ended) = if armored {
            // As identity files are read, blanks in front of the armour included.
            opened(&identities, ArmoredReader::new(vector.file.trim_ascii_start()))
        } else {
            opened(&identities, vector.file.as_slice())
        };

        let name = path.display();
        let expected = vector.one("expect").unwrap();
        match expected {
            _ if LENIENT.iter().any(|lenient| path.ends_with(lenient)) => {
                assert_eq!(ended, "success", "{name}");
                *counts.entry("that are read although they need not be").or_default() += 1;
                continue;
            }
            "success" => assert_eq!(ended, "success", "{name}"),
            "payload failure" => assert_eq!(ended, "payload failure", "{name}"),
            "no match" => assert_eq!(ended, "no match", "{name}"),
            // Where armour breaks, in the header or behind it, is not told apart; nor is a wrong stanza from a wrong header.
            _ => assert_ne!(ended, "success", "{name}"),
        }
        if let Some(hash) = vector.one("payload") {
            assert_eq!(data_encoding::HEXLOWER.encode(&Sha256::digest(&given)), hash, "{name}");
        } else {
            assert!(given.is_empty(), "{name}");
        }
        if armored {
            // An archive is never armoured, so nothing that is passes for one.
            assert_ne!(opened(&identities, vector.file.as_slice()).1, "success", "{name}");
        }
        *counts.entry("that ran").or_default() += 1;
    }
    assert_eq!(
        counts,
        BTreeMap::from([
            ("of keys that are not read", 19),
            ("that are read although they need not be", 2),
            ("that ran", 122)
        ])
    );
}
