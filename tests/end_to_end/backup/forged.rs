//! Archives that decrypt correctly but whose contents are invalid.

use crate::backup::reading::{ArchivePart, Backup};
use crate::support::World;

/// Asserts that every reading command refuses an archive and creates no file.
#[track_caller]
fn assert_refused(backup: &Backup, parts: &[ArchivePart], after: &[u8], words: &str) {
    let machine = World::empty();
    let archive = backup.forge("forged.tar.age", parts, after);

    for command in ["backup verify", "backup drill", "restore"] {
        backup.run_on_archive(&machine, command, &archive, &[]).refused(4).says(words);
    }

    assert!(!machine.data().exists() && !machine.secret().exists(), "{words}");
    let items = std::fs::read_dir(backup.folder()).unwrap().flatten();
    let leftovers = items.filter(|item| item.file_name().to_str().unwrap().starts_with(".journal-scratch"));
    assert_eq!(leftovers.count(), 0, "work files remain: {words}");
    std::fs::remove_file(archive).unwrap();
}

#[test]
fn missing_reordered_repeated_or_extra_parts_are_refused() {
    let backup = Backup::new();
    let parts = backup.parts();
    let with = |change: &dyn Fn(&mut Vec<ArchivePart>)| {
        let mut parts = parts.clone();
        change(&mut parts);
        parts
    };

    assert_refused(&backup, &with(&|parts| drop(parts.pop())), &[], "is missing");
    assert_refused(&backup, &with(&|parts| drop(parts.remove(0))), &[], "expected manifest.json, found another part");
    assert_refused(&backup, &with(&|parts| parts.swap(1, 2)), &[], "expected keys.json, found another part");
    assert_refused(&backup, &with(&|parts| parts.swap(3, 4)), &[], "expected accounts.db, found another part");
    assert_refused(
        &backup,
        &with(&|parts| parts.push(parts[4].clone())),
        &[],
        "a part that its manifest does not list",
    );
    assert_refused(
        &backup,
        &with(&|parts| parts[4].name = "../notebook.db.x".replace("../", "")),
        &[],
        "found another part",
    );
    assert_refused(&backup, &with(&|parts| parts[3].link = true), &[], "expected accounts.db, found another part");
    assert_refused(&backup, &[], &[], "is missing");
}

#[test]
fn parts_that_differ_from_the_manifest_are_refused() {
    let backup = Backup::new();
    let parts = backup.parts();
    let with = |change: &dyn Fn(&mut Vec<ArchivePart>)| {
        let mut parts = parts.clone();
        change(&mut parts);
        parts
    };

    assert_refused(&backup, &with(&|parts| parts[3].bytes.truncate(5000)), &[], "the size of accounts.db differs");
    assert_refused(&backup, &with(&|parts| parts[4].bytes.push(0)), &[], "the size of notebooks/");
    assert_refused(&backup, &with(&|parts| parts[4].bytes[5000] ^= 1), &[], "the hash of notebooks/");
    assert_refused(&backup, &with(&|parts| parts[1].bytes.truncate(10)), &[], "cannot be parsed");
    assert_refused(&backup, &with(&|parts| parts[0].bytes.truncate(10)), &[], "is damaged");
    assert_refused(&backup, &parts, b"and more", "data after its last part");
    assert_refused(&backup, &with(&|parts| parts[0].edit(|manifest| manifest["novel"] = 1.into())), &[], "is damaged");
    let reordered = |parts: &mut Vec<ArchivePart>| {
        parts[0].edit(|manifest| manifest["notebooks"][0]["part"]["name"] = "../../evil.db".into());
    };
    assert_refused(&backup, &with(&reordered), &[], "does not use the expected part names or order");
    let rows = |parts: &mut Vec<ArchivePart>| {
        parts[0].edit(|manifest| manifest["notebooks"][0]["part"]["rows"]["entries"] = 9.into());
    };
    assert_refused(&backup, &with(&rows), &[], "");
    let keys = |parts: &mut Vec<ArchivePart>| {
        parts[1].edit(|keys| keys["root"] = "00".repeat(32).into());
    };
    assert_refused(&backup, &with(&keys), &[], "root key");
}

#[test]
fn a_newer_archive_format_is_refused() {
    let backup = Backup::new();
    let mut parts = backup.parts();
    parts[0].edit(|manifest| {
        *manifest = serde_json::json!({ "format": 2, "something": ["else"] });
    });
    assert_refused(&backup, &parts, &[], "a newer version of journal");
    parts[0].edit(|manifest| manifest["format"] = 0.into());
    assert_refused(&backup, &parts, &[], "has no format version");

    // In the description, before anything is decrypted.
    let description = backup.archive.to_str().unwrap().replace(".tar.age", ".json");
    std::fs::write(&description, "{\"format\": 2}").unwrap();
    let machine = World::empty();
    backup.run_on(&machine, "restore", &[]).refused(4).says("a newer version of journal");
    assert!(!machine.data().exists());
}

#[test]
fn a_file_that_is_not_an_archive_is_refused() {
    let (backup, machine) = (Backup::new(), World::empty());
    for (name, bytes) in [("empty", &b""[..]), ("text", b"dear diary"), ("half", b"age-encryption.org/v1\n-> X25519 ")]
    {
        let path = backup.world.file(name, bytes);
        for command in ["backup verify", "backup drill", "restore"] {
            backup.run_on_archive(&machine, command, &path, &[]).refused(4);
        }
    }
    backup.run_on_archive(&machine, "restore", &backup.world.path("nowhere"), &[]).refused(3);
    backup.run_on_archive(&machine, "restore", &backup.folder(), &[]).refused(2).says("is not a file");
    assert!(!machine.data().exists());
}
