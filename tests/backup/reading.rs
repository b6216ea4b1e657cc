//! A backup that tests read, and machines to read it on.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;

use age::secrecy::ExposeSecret;
use serde_json::Value;

use crate::create::Keeper;
use crate::create::back_up;
use crate::support::Run;
use crate::support::World;
use crate::support::chmod;
use crate::support::pictures;
use crate::support::text_of;

/// What every entry of the journal below is searched by.
pub const WORD: &str = "heron";

/// A journal, a backup of it, and the key that opens it.
pub struct Backup {
    pub world: World,
    pub keeper: Keeper,
    pub archive: PathBuf,
    pub identity: PathBuf,
}

impl Backup {
    /// Backs a journal up.
    pub fn of(world: World, more: &[&str]) -> Self {
        let keeper = Keeper::new();
        let made = back_up(&world, &keeper, &world.path("backups"), more);
        Self::made(world, keeper, &made)
    }

    /// Takes a backup that was made already.
    pub fn made(world: World, keeper: Keeper, made: &Value) -> Self {
        let identity = world.file("identity.txt", keeper.identity.to_string().expose_secret());
        chmod(&identity, 0o600);
        Self { archive: PathBuf::from(text_of(made, "path")), world, keeper, identity }
    }

    /// Ada's journal with entries and two photographs, backed up.
    pub fn new() -> Self {
        Self::of(journal(), &[])
    }

    pub fn folder(&self) -> PathBuf {
        self.world.path("backups")
    }

    /// Runs a command that reads the backup, on a machine.
    pub fn run_on(&self, machine: &World, command: &str, more: &[&str]) -> Run {
        self.read(machine, command, &self.archive, more)
    }

    /// Runs a command that reads an archive, on a machine.
    pub fn read(&self, machine: &World, command: &str, archive: &Path, more: &[&str]) -> Run {
        let words = command.split(' ').chain([archive.to_str().unwrap(), "-i", self.identity.to_str().unwrap()]);
        machine.run(&words.chain(more.iter().copied()).collect::<Vec<_>>())
    }

    /// Returns the parts of the archive, to be made another one of.
    pub fn parts(&self) -> Vec<Piece> {
        let parts = self.keeper.open(&self.archive).into_iter();
        parts.map(|(name, bytes)| Piece { name, bytes, link: false }).collect()
    }

    /// Seals parts as an archive of another name beside the true one, with something after the tar.
    pub fn forge(&self, name: &str, parts: &[Piece], after: &[u8]) -> PathBuf {
        let path = self.folder().join(name);
        let recipient = self.keeper.identity.to_public();
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

    /// Returns the sealed copies of the originals.
    pub fn media(&self) -> Vec<PathBuf> {
        let items = walkdir::WalkDir::new(self.folder().join("media")).sort_by_file_name();
        let files = items.into_iter().map(Result::unwrap).filter(|item| item.file_type().is_file());
        files.map(walkdir::DirEntry::into_path).collect()
    }
}

/// A part of an archive.
#[derive(Clone)]
pub struct Piece {
    pub name: String,
    pub bytes: Vec<u8>,
    pub link: bool,
}

impl Piece {
    /// Changes a part that is JSON.
    pub fn edit(&mut self, change: impl FnOnce(&mut Value)) {
        let mut value = serde_json::from_slice(&self.bytes).unwrap();
        change(&mut value);
        self.bytes = serde_json::to_vec(&value).unwrap();
    }
}

/// Ada's journal with entries, one of them edited, two photographs, a password and a key.
pub fn journal() -> World {
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

/// Everything below a folder: modes and contents of files, names of folders and links.
pub fn tree(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    use std::os::unix::fs::MetadataExt;

    let items = walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap);
    let told = items.map(|item| {
        let facts = item.path().symlink_metadata().unwrap();
        let content = if facts.is_file() { std::fs::read(item.path()).unwrap() } else { Vec::new() };
        (item.path().to_owned(), [&facts.mode().to_be_bytes()[..], &content].concat())
    });
    told.collect()
}

/// Returns a failed or good check of a report.
#[track_caller]
pub fn check<'r>(report: &'r Value, name: &str) -> &'r Value {
    let checks = report["checks"].as_array().unwrap();
    checks.iter().find(|check| text_of(check, "name").starts_with(name)).unwrap_or_else(|| panic!("{name}: {report}"))
}
