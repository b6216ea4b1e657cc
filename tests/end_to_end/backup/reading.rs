//! A backup with its key, and helpers that read or forge its archive.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use age::secrecy::ExposeSecret;
use serde_json::Value;

use crate::backup::create::{AgeKeyPair, back_up};
use crate::support::{Run, World, chmod, pictures, text_of};

/// Word that every entry of [`journal_with_entries`] contains.
pub const SEARCH_WORD: &str = "heron";

/// A journal, a backup of it, and the age identity that decrypts it.
pub struct Backup {
    pub world: World,
    pub key_pair: AgeKeyPair,
    pub archive: PathBuf,
    pub identity: PathBuf,
}

impl Backup {
    /// Creates a backup of a journal.
    pub fn from_world(world: World, more: &[&str]) -> Self {
        let key_pair = AgeKeyPair::new();
        let created = back_up(&world, &key_pair, &world.path("backups"), more);
        Self::from_report(world, key_pair, &created)
    }

    /// Wraps an existing backup, described by the report of `backup create`.
    pub fn from_report(world: World, key_pair: AgeKeyPair, created: &Value) -> Self {
        let identity = world.file("identity.txt", key_pair.identity.to_string().expose_secret());
        chmod(&identity, 0o600);
        Self { archive: PathBuf::from(text_of(created, "path")), world, key_pair, identity }
    }

    /// Ada's journal with entries and two photographs, backed up.
    pub fn new() -> Self {
        Self::from_world(journal_with_entries(), &[])
    }

    pub fn folder(&self) -> PathBuf {
        self.world.path("backups")
    }

    /// Runs a reading command on this backup, on another machine.
    pub fn run_on(&self, machine: &World, command: &str, more: &[&str]) -> Run {
        self.run_on_archive(machine, command, &self.archive, more)
    }

    /// Runs a reading command on any archive, on another machine.
    pub fn run_on_archive(&self, machine: &World, command: &str, archive: &Path, more: &[&str]) -> Run {
        let words = command.split(' ').chain([archive.to_str().unwrap(), "-i", self.identity.to_str().unwrap()]);
        machine.run(&words.chain(more.iter().copied()).collect::<Vec<_>>())
    }

    /// Returns the parts of the archive, to be changed and passed to `forge`.
    pub fn parts(&self) -> Vec<ArchivePart> {
        let parts = self.key_pair.open(&self.archive).into_iter();
        parts.map(|(name, bytes)| ArchivePart { name, bytes, link: false }).collect()
    }

    /// Encrypts parts as a new archive in the backup folder, with `after` appended to the tar.
    pub fn forge(&self, name: &str, parts: &[ArchivePart], after: &[u8]) -> PathBuf {
        let path = self.folder().join(name);
        let recipient = self.key_pair.identity.to_public();
        let encryptor = age::Encryptor::with_recipients(std::iter::once(&recipient as &dyn age::Recipient)).unwrap();
        let mut sealed = encryptor.wrap_output(std::fs::File::create(&path).unwrap()).unwrap();
        let mut tar = tar::Builder::new(Vec::new());
        for part in parts {
            let mut header = tar::Header::new_ustar();
            header.set_mode(0o600);
            if part.link {
                header.set_entry_type(tar::EntryType::Symlink);
                header.set_size(0);
                tar.append_link(&mut header, &part.name, "/etc/passwd").unwrap();
            } else {
                header.set_size(part.bytes.len() as u64);
                tar.append_data(&mut header, &part.name, part.bytes.as_slice()).unwrap();
            }
        }
        sealed.write_all(&tar.into_inner().unwrap()).unwrap();
        sealed.write_all(after).unwrap();
        sealed.finish().unwrap();
        path
    }

    /// Returns the paths of the encrypted originals.
    pub fn media(&self) -> Vec<PathBuf> {
        let items = walkdir::WalkDir::new(self.folder().join("media")).sort_by_file_name();
        let files = items.into_iter().map(Result::unwrap).filter(|item| item.file_type().is_file());
        files.map(walkdir::DirEntry::into_path).collect()
    }
}

/// One part of an archive.
#[derive(Clone)]
pub struct ArchivePart {
    pub name: String,
    pub bytes: Vec<u8>,
    pub link: bool,
}

impl ArchivePart {
    /// Edits a JSON part.
    pub fn edit(&mut self, change: impl FnOnce(&mut Value)) {
        let mut value = serde_json::from_slice(&self.bytes).unwrap();
        change(&mut value);
        self.bytes = serde_json::to_vec(&value).unwrap();
    }
}

/// Creates Ada's journal with two entries, one of them edited, and two photographs.
pub fn journal_with_entries() -> World {
    let world = World::new();
    let ada = world.ada();
    let id = ada.write("The heron stood in the lighthouse garden.", "2024-05-01");
    ada.write("Plum brandy with the keeper; the heron did not come.", "2024-05-02");
    ada.run(&["edit", &id.to_string(), "--text", world.file("new.txt", "A heron, and then two.").to_str().unwrap()])
        .ok();
    for ink in [3, 90] {
        let photo = world.file(&format!("page{ink}.png"), pictures::png(64, 64, ink));
        world.ok(&["ingest", "--no-wait", photo.to_str().unwrap()]);
    }
    world
}

/// Returns every path below a folder with its mode and, for a file, its content.
pub fn file_tree(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    use std::os::unix::fs::MetadataExt;

    let items = walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap);
    let snapshot = items.map(|item| {
        let metadata = item.path().symlink_metadata().unwrap();
        let content = if metadata.is_file() { std::fs::read(item.path()).unwrap() } else { Vec::new() };
        (item.path().to_owned(), [&metadata.mode().to_be_bytes()[..], &content].concat())
    });
    snapshot.collect()
}

/// Returns the check of a report whose name starts with `name`.
#[track_caller]
pub fn find_check<'r>(report: &'r Value, name: &str) -> &'r Value {
    let checks = report["checks"].as_array().unwrap();
    checks.iter().find(|check| text_of(check, "name").starts_with(name)).unwrap_or_else(|| panic!("{name}: {report}"))
}
