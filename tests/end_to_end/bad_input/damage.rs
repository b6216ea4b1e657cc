//! Truncated, overwritten and swapped database files: an error or a failing check, never a panic or wrong data.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::rng::Rng;
use crate::support::{Run, World};

const TEXT: &str = "The ferry left without us, so we walked the whole coast.";

struct DamageFixture {
    world: World,
    export: Value,
}

impl DamageFixture {
    fn new() -> Self {
        let world = World::new();
        for day in 1..=6 {
            world.ada().write(&format!("{TEXT} {}", "And on. ".repeat(200)), &format!("2024-05-0{day}"));
        }
        let export = world.ada().export();
        Self { world, export }
    }

    /// Asserts that damage is reported by `doctor`, or else that no command failed and the export is unchanged.
    fn assert_reported_or_intact(&self, damage: &str) {
        let world = &self.world;
        let runs = [&["list", "--limit", "50"][..], &["show", "3"], &["search", "ferry"], &["user", "list"]];
        let mut reported = false;
        for args in runs {
            let run = world.run(&[args, &["--json"]].concat());
            reported |= is_reported(&run, damage);
        }
        let (code, report) = world.doctor();
        if code != 0 {
            return;
        }
        assert!(!reported, "{damage}: a command failed, and doctor finds nothing: {report:#}");
        assert_eq!(world.ada().export(), self.export, "{damage}: wrong data without an error");
    }
}

fn is_reported(run: &Run, damage: &str) -> bool {
    if run.code == 0 {
        return false;
    }
    assert!((2..=8).contains(&run.code), "{damage}: {run:#?}");
    let error: Value = serde_json::from_str(&run.stderr).unwrap_or_else(|_| panic!("{damage}: {run:#?}"));
    assert!(error["hint"].is_string(), "{damage}: no next step: {run:#?}");
    true
}

fn databases(world: &World) -> [PathBuf; 2] {
    [world.accounts(), world.notebook()]
}

#[test]
fn flipped_bits_are_never_read_as_data() {
    let fixture = DamageFixture::new();
    let mut rng = Rng::new(11);
    for path in databases(&fixture.world) {
        let whole = std::fs::read(&path).unwrap();
        // The salt, the first page, page borders, and anywhere.
        let pages = (whole.len() / 4096) as u64;
        let mut places: Vec<u64> = vec![0, 15, 16, 17, 24, 28, 100, 4000, 4080, 4095, 4096, whole.len() as u64 - 1];
        places.extend((0..14).map(|_| rng.below(pages) * 4096 + rng.below(4096)));
        for at in places {
            let mut damaged = whole.clone();
            damaged[usize::try_from(at).unwrap()] ^= 1 << rng.below(8);
            restore(&path, &damaged);

            fixture.assert_reported_or_intact(&format!("bit flipped in byte {at} of {}", path.display()));
        }
        restore(&path, &whole);
    }
    assert_eq!(fixture.world.ada().export(), fixture.export);
}

#[test]
fn a_truncated_database_is_not_read_as_a_smaller_journal() {
    let fixture = DamageFixture::new();
    for path in databases(&fixture.world) {
        let whole = std::fs::read(&path).unwrap();
        for length in [1, 15, 16, 100, 4095, 4096, 8192, whole.len() / 2, whole.len() - 4096, whole.len() - 1] {
            restore(&path, &whole[..length]);
            let damage = format!("{} cut to {length} of {} bytes", path.display(), whole.len());

            let listed = fixture.world.run(&["list", "--json"]);
            assert!(is_reported(&listed, &damage) || listed.document()["total"] == 6, "{damage}: {listed:#?}");
            fixture.assert_reported_or_intact(&damage);
        }
        restore(&path, &whole);
    }
    assert_eq!(fixture.world.ada().export(), fixture.export);
}

#[test]
fn an_emptied_notebook_is_reported_and_not_recreated() {
    let fixture = DamageFixture::new();
    let path = fixture.world.notebook();
    restore(&path, b"");

    fixture.world.run(&["list"]).refused(4);
    fixture.world.run(&["write", "Over the damage."]).refused(4);
    assert_eq!(fixture.world.doctor().0, 4);

    assert_eq!(std::fs::metadata(&path).unwrap().len(), 0, "the damaged file was written to");
}

#[test]
fn an_emptied_accounts_database_is_not_recreated() {
    let fixture = DamageFixture::new();
    restore(&fixture.world.accounts(), b"");

    fixture.world.run(&["list"]).refused(4);
    fixture.world.run(&["user", "list"]).refused(4);
    let (code, report) = fixture.world.doctor();
    assert_eq!(code, 4, "{report:#}");
    assert!(!report.to_string().contains("can be removed"), "{report:#}");
    assert_ne!(
        fixture.world.run(&["init", "--email", "eve@home.example"]).code,
        0,
        "init took over the damaged accounts"
    );
}

#[test]
fn a_missing_notebook_file_or_folder_is_reported() {
    let fixture = DamageFixture::new();
    let path = fixture.world.notebook();
    let folder = path.parent().unwrap().to_owned();
    let aside = fixture.world.path("inbox/aside");

    std::fs::rename(&path, &aside).unwrap();
    fixture.world.run(&["list"]).refused(4).says("missing");
    assert_eq!(fixture.world.doctor().0, 4);
    std::fs::rename(&aside, &path).unwrap();

    std::fs::rename(&folder, &aside).unwrap();
    let run = fixture.world.run(&["list"]);
    run.assert_clear_error();
    assert_eq!(fixture.world.doctor().0, 4);
    std::fs::rename(&aside, &folder).unwrap();

    assert_eq!(fixture.world.ada().export(), fixture.export);
}

#[test]
fn swapped_notebooks_do_not_open() {
    let world = World::new();
    world.ada().write("Ada's.", "2024-01-01");
    let hers = world.notebook();
    let bob = world.user("bob@home.example");
    bob.write("Bob's.", "2024-01-01");
    let folders = std::fs::read_dir(world.data().join("notebooks")).unwrap().flatten().map(|item| item.path());
    let his = folders.map(|folder| folder.join("notebook.db")).find(|path| *path != hers).unwrap();
    let aside = world.path("inbox/aside");
    for (from, to) in [(&hers, &aside), (&his, &hers), (&aside, &his)] {
        std::fs::rename(from, to).unwrap();
    }

    world.ada().run(&["list"]).refused(4);
    bob.run(&["list"]).refused(4);
    assert_eq!(world.doctor().0, 4);
}

#[test]
fn old_database_pages_are_detected_or_read_without_a_panic() {
    let fixture = DamageFixture::new();
    let path = fixture.world.notebook();
    let old = std::fs::read(&path).unwrap();
    fixture.world.ok(&["delete", "1", "2", "3", "--yes"]);
    fixture.world.ada().write("Another one, after the deletion.", "2024-06-01");
    let export = fixture.world.ada().export();
    let new = std::fs::read(&path).unwrap();

    for page in 1..old.len().min(new.len()) / 4096 {
        let mut mixed = new.clone();
        mixed[page * 4096..(page + 1) * 4096].copy_from_slice(&old[page * 4096..(page + 1) * 4096]);
        if mixed == new || page % 3 != 0 {
            continue;
        }
        restore(&path, &mixed);
        let run = fixture.world.run(&["list", "--json"]);
        // A page of the right position and key is authentic, so only the structure can reveal it; it must not panic.
        assert!(run.code == 0 || is_reported(&run, &format!("page {page} is an old one")), "{run:#?}");
        assert!(!run.stderr.contains("panicked"), "{run:#?}");
    }
    restore(&path, &new);
    assert_eq!(fixture.world.ada().export(), export);
}

/// Overwrites a database that no process has open, and removes its WAL files.
fn restore(path: &Path, bytes: &[u8]) {
    for ending in ["-wal", "-shm"] {
        drop(std::fs::remove_file(format!("{}{ending}", path.display())));
    }
    std::fs::write(path, bytes).unwrap();
}
