//! Backup and restore under faults: the source stays intact, a published archive is valid, and a restore target is
//! either unchanged or complete.

use std::path::{Path, PathBuf};

use age::secrecy::ExposeSecret;
use serde_json::Value;

use crate::fault_injection::layer::for_every_fault_with;
use crate::support::{ADA, Person, World, chmod, pictures};

const BOB: &str = "bob@home.example";

/// Ada with two entries and a photograph, Bob with one entry, and the recipient of their backups.
struct BackupSource {
    world: World,
    recipient: String,
}

impl BackupSource {
    fn new() -> Self {
        let world = World::new();
        let ada = world.ada();
        ada.write("The heron stood in the lighthouse garden.", "2024-05-01");
        ada.write("Plum brandy with the keeper.", "2024-05-02");
        world.user(BOB).write("What Bob saw.", "2024-03-01");
        let photo = world.file("page.png", pictures::png(64, 64, 3));
        ada.run(&["ingest", "--no-wait", photo.to_str().unwrap()]).ok();
        let identity = age::x25519::Identity::generate();
        chmod(&world.file("identity.txt", identity.to_string().expose_secret()), 0o600);
        Self { recipient: identity.to_public().to_string(), world }
    }

    /// Creates the same journal with one backup.
    fn with_backup() -> Self {
        let source = Self::new();
        let args = source.create_args(&source.world);
        source.world.ok(&args);
        source
    }

    fn create_args(&self, world: &World) -> Vec<String> {
        let to = world.path("backups").display().to_string();
        ["backup", "create", "--to", &to, "--recipient", &self.recipient].map(str::to_owned).to_vec()
    }
}

fn archives(world: &World) -> Vec<PathBuf> {
    let Ok(items) = std::fs::read_dir(world.path("backups")) else { return Vec::new() };
    let mut found: Vec<PathBuf> = items.map(|item| item.unwrap().path()).collect();
    found.retain(|path| is_archive(path));
    found.sort();
    found
}

/// Returns true for a finished archive; unfinished ones have hidden names.
fn is_archive(path: &Path) -> bool {
    let name = path.file_name().unwrap().to_str().unwrap();
    !name.starts_with('.') && name.ends_with(".tar.age")
}

/// Returns the arguments of a command that reads an archive with the identity in the inbox.
fn read_args(world: &World, command: &[&str], archive: &Path) -> Vec<String> {
    let identity = world.path("inbox/identity.txt");
    let more = [archive.display().to_string(), "-i".to_owned(), identity.display().to_string()];
    command.iter().map(|word| (*word).to_owned()).chain(more).collect()
}

fn exported_entries(world: &World, email: &str) -> Value {
    Person { world, email }.export()["entries"].clone()
}

fn assert_healthy(world: &World, when: &str) {
    let (code, report) = world.doctor();
    assert_eq!(code, 0, "{when}\n{report:#}");
}

#[test]
fn a_backup_with_any_file_fault_is_valid_or_absent() {
    let source = BackupSource::new();
    let before = [ADA, BOB].map(|email| exported_entries(&source.world, email));

    for_every_fault_with(
        &source.world,
        |world| source.create_args(world),
        |world, run, when| {
            let found = archives(world);
            assert!(run.code != 0 || found.len() == 1, "{when}: a success without an archive: {run:#?}");
            for archive in &found {
                world.ok(&read_args(world, &["backup", "verify"], archive));
            }
            assert_eq!([ADA, BOB].map(|email| exported_entries(world, email)), before, "{when}");
            assert_healthy(world, when);
            world.ok(&source.create_args(world));
            let newest = archives(world).pop().unwrap();
            world.ok(&read_args(world, &["backup", "verify"], &newest));
        },
    );
}

/// Creates a home without a journal, with the backups and their identity.
fn machine_with_backups(source: &BackupSource) -> World {
    let machine = World::empty();
    for folder in ["backups", "inbox"] {
        let done = std::process::Command::new("cp")
            .args(["-a", "-T"])
            .args([source.world.path(folder), machine.path(folder)])
            .status();
        assert!(done.unwrap().success());
    }
    machine
}

#[test]
fn a_restore_with_any_file_fault_is_complete_or_absent() {
    let source = BackupSource::with_backup();
    let before = [ADA, BOB].map(|email| exported_entries(&source.world, email));
    let machine = machine_with_backups(&source);
    let args = |world: &World| read_args(world, &["restore"], &archives(world)[0]);

    for_every_fault_with(&machine, args, |world, run, when| {
        let has_journal = std::fs::read_dir(world.data()).is_ok_and(|mut items| items.next().is_some());
        assert!(run.code != 0 || has_journal, "{when}: a success without a journal: {run:#?}");
        if !has_journal {
            world.ok(&args(world));
        }
        assert_eq!([ADA, BOB].map(|email| exported_entries(world, email)), before, "{when}");
        assert_healthy(world, when);
        world.ok(&read_args(world, &["backup", "verify"], &archives(world)[0]));
    });
}

#[test]
fn a_user_restore_with_any_file_fault_is_complete_or_undone() {
    let source = BackupSource::with_backup();
    let (adas, bobs_backup) = (exported_entries(&source.world, ADA), exported_entries(&source.world, BOB));
    Person { world: &source.world, email: BOB }.write("Written after the backup.", "2024-03-02");
    let bobs_current = exported_entries(&source.world, BOB);
    let args = |world: &World| {
        let mut args = read_args(world, &["restore"], &archives(world)[0]);
        args.extend(["--user", BOB, "--yes"].map(str::to_owned));
        args
    };

    for_every_fault_with(&source.world, args, |world, run, when| {
        let found = exported_entries(world, BOB);
        assert!(found == bobs_backup || (run.code != 0 && found == bobs_current), "{when}\n{run:#?}\n{found:#}");
        assert_eq!(exported_entries(world, ADA), adas, "{when}");
        assert_healthy(world, when);
        world.ok(&args(world));
        assert_eq!(
            (exported_entries(world, BOB), exported_entries(world, ADA)),
            (bobs_backup.clone(), adas.clone()),
            "{when}"
        );
        assert_healthy(world, when);
    });
}
