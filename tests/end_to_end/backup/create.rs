//! Contents of a backup archive: parts, hashes, descriptions and sealed originals.

use std::io::Read;
use std::path::{Path, PathBuf};

use age::x25519::Identity;
use serde_json::Value;

use crate::support::{World, needles, pictures, text_of};

/// The age key pair that backups are encrypted to.
pub struct AgeKeyPair {
    pub identity: Identity,
    pub recipient: String,
}

impl AgeKeyPair {
    pub fn new() -> Self {
        let identity = Identity::generate();
        let recipient = identity.to_public().to_string();
        Self { identity, recipient }
    }

    /// Decrypts an archive and returns its parts in order.
    pub fn open(&self, archive: &Path) -> Vec<(String, Vec<u8>)> {
        let file = std::fs::File::open(archive).unwrap();
        let decryptor = age::Decryptor::new(std::io::BufReader::new(file)).unwrap();
        let plain = decryptor.decrypt(std::iter::once(&self.identity as &dyn age::Identity)).unwrap();
        let mut tar = tar::Archive::new(plain);
        let parts = tar.entries().unwrap().map(|part| {
            let mut part = part.unwrap();
            let name = part.path().unwrap().to_str().unwrap().to_owned();
            let mut bytes = Vec::new();
            part.read_to_end(&mut bytes).unwrap();
            (name, bytes)
        });
        parts.collect()
    }

    /// Returns an archive's manifest.
    pub fn manifest(&self, archive: &Path) -> Value {
        serde_json::from_slice(&self.open(archive)[0].1).unwrap()
    }
}

/// Creates a backup and returns the JSON report of the command.
pub fn back_up(world: &World, key_pair: &AgeKeyPair, to: &Path, more: &[&str]) -> Value {
    let args = ["backup", "create", "--to", to.to_str().unwrap(), "-r", &key_pair.recipient];
    world.json(&[&args, more].concat())
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest;

    data_encoding::HEXLOWER.encode(&sha2::Sha256::digest(bytes))
}

pub fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        std::fs::read_dir(folder).unwrap().map(|item| item.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Creates Ada's journal with an entry and a photograph whose job is queued.
pub fn journal_with_photo() -> World {
    let world = World::new();
    world.ada().write("The heron stood in the lighthouse garden.", "2024-05-01");
    let photo = world.file("page.png", pictures::png(64, 64, 3));
    world.ok(&["ingest", "--no-wait", photo.to_str().unwrap()]);
    world
}

#[test]
fn an_archive_has_every_part_with_its_hash_and_is_unreadable() {
    let (world, key_pair) = (journal_with_photo(), AgeKeyPair::new());
    let to = world.path("backups");

    let created = back_up(&world, &key_pair, &to, &["--check"]);

    let archive = PathBuf::from(text_of(&created, "path"));
    let parts = key_pair.open(&archive);
    let manifest: Value = serde_json::from_slice(&parts[0].1).unwrap();
    let notebook = text_of(&manifest["notebooks"][0]["part"], "name");
    let names: Vec<&str> = parts.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["manifest.json", "keys.json", "settings.json", "accounts.db", notebook]);
    for (part, said) in [(&parts[3], &manifest["accounts"]), (&parts[4], &manifest["notebooks"][0]["part"])] {
        assert_eq!(sha256(&part.1), text_of(said, "sha256"));
        assert_eq!(said["bytes"], part.1.len());
    }
    assert_eq!(manifest["notebooks"][0]["part"]["rows"]["entries"], 1);
    assert_eq!(manifest["accounts"]["rows"]["users"], 1);
    assert_eq!(manifest["format"], 1);
    assert_eq!(manifest["derived"], true);

    let sealed = std::fs::read(&archive).unwrap();
    let description = to.join(text_of(&created, "archive").replace(".tar.age", ".json"));
    let described: Value = serde_json::from_slice(&std::fs::read(description).unwrap()).unwrap();
    assert_eq!((text_of(&described, "sha256"), &described["bytes"]), (sha256(&sealed).as_str(), &sealed.len().into()));
    assert_eq!(described["originals"], manifest["originals"]);
    assert_eq!(described["recipients"][0], key_pair.recipient.as_str());

    let original = &manifest["originals"][0];
    let copy = to.join(format!("media/{}/{}.age", text_of(original, "notebook"), text_of(original, "id")));
    assert_eq!(sha256(&std::fs::read(&copy).unwrap()), text_of(original, "sha256"));
    assert_eq!(created["originals"]["copied"], 1);
    assert!(files(&world.data().join("tmp")).is_empty(), "work files remain");

    let planted = needles::needles(&["The heron stood", "lighthouse garden", "ada@home.example"]);
    let (finds, looked_at) = needles::scan(&to, &planted);
    assert!(finds.is_empty() && looked_at >= 3, "{finds:#?}");
}
