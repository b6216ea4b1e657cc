//! Backups and what is restored of them: whatever fails, the source is whole, an archive that has its name is good, and a
//! target is as it was or as it shall be.

use std::path::Path;
use std::path::PathBuf;

use age::secrecy::ExposeSecret;
use serde_json::Value;

use crate::layer::everywhere_as;
use crate::support::ADA;
use crate::support::Person;
use crate::support::World;
use crate::support::chmod;
use crate::support::pictures;

const BOB: &str = "bob@home.example";

/// Ada with two entries and a photograph, Bob with one entry, and the key of their backups.
struct Source {
    world: World,
    recipient: String,
}

impl Source {
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

    /// The same with a backup.
    fn backed_up() -> Self {
        let source = Self::new();
        let words = source.create(&source.world);
        source.world.ok(&words);
        source
    }

    fn create(&self, world: &World) -> Vec<String> {
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

/// Hidden names are of archives that are not finished.
fn is_archive(path: &Path) -> bool {
    let name = path.file_name().unwrap().to_str().unwrap();
    !name.starts_with('.') && name.ends_with(".tar.age")
}

/// Words that read an archive with the key that lies in the inbox.
fn reading(world: &World, command: &[&str], archive: &Path) -> Vec<String> {
    let identity = world.path("inbox/identity.txt");
    let more = [archive.display().to_string(), "-i".to_owned(), identity.display().to_string()];
    command.iter().map(|word| (*word).to_owned()).chain(more).collect()
}

fn told(world: &World, email: &str) -> Value {
    Person { world, email }.export()["entries"].clone()
}

fn is_healthy(world: &World, when: &str) {
    let (code, report) = world.doctor();
    assert_eq!(code, 0, "{when}\n{report:#}");
}

#[test]
fn a_backup_in_which_any_file_operation_fails_is_good_or_not_there() {
    let source = Source::new();
    let before = [ADA, BOB].map(|email| told(&source.world, email));

    everywhere_as(
        &source.world,
        |world| source.create(world),
        |world, run, when| {
            let made = archives(world);
            assert!(run.code != 0 || made.len() == 1, "{when}: a success without an archive: {run:#?}");
            for archive in &made {
                world.ok(&reading(world, &["backup", "verify"], archive));
            }
            assert_eq!([ADA, BOB].map(|email| told(world, email)), before, "{when}");
            is_healthy(world, when);
            world.ok(&source.create(world));
            let newest = archives(world).pop().unwrap();
            world.ok(&reading(world, &["backup", "verify"], &newest));
        },
    );
}

/// A home without a journal, with the backups and their key.
fn machine(source: &Source) -> World {
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
fn a_restore_in_which_any_file_operation_fails_leaves_all_of_the_journal_or_none() {
    let source = Source::backed_up();
    let before = [ADA, BOB].map(|email| told(&source.world, email));
    let machine = machine(&source);
    let words = |world: &World| reading(world, &["restore"], &archives(world)[0]);

    everywhere_as(&machine, words, |world, run, when| {
        let there = std::fs::read_dir(world.data()).is_ok_and(|mut items| items.next().is_some());
        assert!(run.code != 0 || there, "{when}: a success without a journal: {run:#?}");
        if !there {
            world.ok(&words(world));
        }
        assert_eq!([ADA, BOB].map(|email| told(world, email)), before, "{when}");
        is_healthy(world, when);
        world.ok(&reading(world, &["backup", "verify"], &archives(world)[0]));
    });
}

#[test]
fn a_person_is_restored_as_a_whole_or_not_at_all_whatever_file_operation_fails() {
    let source = Source::backed_up();
    let (hers, then) = (told(&source.world, ADA), told(&source.world, BOB));
    Person { world: &source.world, email: BOB }.write("Written after the backup.", "2024-03-02");
    let now = told(&source.world, BOB);
    let words = |world: &World| {
        let mut words = reading(world, &["restore"], &archives(world)[0]);
        words.extend(["--user", BOB, "--yes"].map(str::to_owned));
        words
    };

    everywhere_as(&source.world, words, |world, run, when| {
        let found = told(world, BOB);
        assert!(found == then || (run.code != 0 && found == now), "{when}\n{run:#?}\n{found:#}");
        assert_eq!(told(world, ADA), hers, "{when}");
        is_healthy(world, when);
        world.ok(&words(world));
        assert_eq!((told(world, BOB), told(world, ADA)), (then.clone(), hers.clone()), "{when}");
        is_healthy(world, when);
    });
}
