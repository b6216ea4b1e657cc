//! Archives that open and are not what they should be.

use crate::reading::Backup;
use crate::reading::Piece;
use crate::support::World;

/// Runs every reading command on an archive; each refuses it and nothing is made.
#[track_caller]
fn refused(backup: &Backup, parts: &[Piece], after: &[u8], words: &str) {
    let machine = World::empty();
    let archive = backup.forge("forged.tar.age", parts, after);

    for command in ["backup verify", "backup drill", "restore"] {
        backup.read(&machine, command, &archive, &[]).refused(4).says(words);
    }

    assert!(!machine.data().exists() && !machine.secret().exists(), "{words}");
    let items = std::fs::read_dir(backup.folder()).unwrap().flatten();
    let left = items.filter(|item| item.file_name().to_str().unwrap().starts_with(".journal-scratch"));
    assert_eq!(left.count(), 0, "work files are left: {words}");
    std::fs::remove_file(archive).unwrap();
}

#[test]
fn parts_that_are_missing_reordered_repeated_or_too_many_are_refused() {
    let backup = Backup::new();
    let parts = backup.parts();
    let with = |change: &dyn Fn(&mut Vec<Piece>)| {
        let mut parts = parts.clone();
        change(&mut parts);
        parts
    };

    refused(&backup, &with(&|parts| drop(parts.pop())), &[], "is missing");
    refused(&backup, &with(&|parts| drop(parts.remove(0))), &[], "something else is where manifest.json");
    refused(&backup, &with(&|parts| parts.swap(1, 2)), &[], "something else is where keys.json");
    refused(&backup, &with(&|parts| parts.swap(3, 4)), &[], "something else is where accounts.db");
    refused(&backup, &with(&|parts| parts.push(parts[4].clone())), &[], "more than its manifest names");
    refused(&backup, &with(&|parts| parts[4].name = "../notebook.db.x".replace("../", "")), &[], "something else");
    refused(&backup, &with(&|parts| parts[3].link = true), &[], "something else is where accounts.db");
    refused(&backup, &[], &[], "is missing");
}

#[test]
fn parts_that_are_not_as_the_manifest_says_are_refused() {
    let backup = Backup::new();
    let parts = backup.parts();
    let with = |change: &dyn Fn(&mut Vec<Piece>)| {
        let mut parts = parts.clone();
        change(&mut parts);
        parts
    };

    refused(&backup, &with(&|parts| parts[3].bytes.truncate(5000)), &[], "another size");
    refused(&backup, &with(&|parts| parts[4].bytes.push(0)), &[], "another size");
    refused(&backup, &with(&|parts| parts[4].bytes[5000] ^= 1), &[], "is not what its manifest says");
    refused(&backup, &with(&|parts| parts[1].bytes.truncate(10)), &[], "cannot be read");
    refused(&backup, &with(&|parts| parts[0].bytes.truncate(10)), &[], "is damaged");
    refused(&backup, &parts, b"and more", "something follows");
    refused(&backup, &with(&|parts| parts[0].edit(|manifest| manifest["novel"] = 1.into())), &[], "is damaged");
    let reordered = |parts: &mut Vec<Piece>| {
        parts[0].edit(|manifest| manifest["notebooks"][0]["part"]["name"] = "../../evil.db".into());
    };
    refused(&backup, &with(&reordered), &[], "names its parts in another way");
    let rows = |parts: &mut Vec<Piece>| {
        parts[0].edit(|manifest| manifest["notebooks"][0]["part"]["rows"]["entries"] = 9.into());
    };
    refused(&backup, &with(&rows), &[], "");
    let keys = |parts: &mut Vec<Piece>| {
        parts[1].edit(|keys| keys["root"] = "00".repeat(32).into());
    };
    refused(&backup, &with(&keys), &[], "root key");
}

#[test]
fn a_format_from_the_future_is_refused_whatever_else_is_in_it() {
    let backup = Backup::new();
    let mut parts = backup.parts();
    parts[0].edit(|manifest| {
        *manifest = serde_json::json!({ "format": 2, "something": ["else"] });
    });
    refused(&backup, &parts, &[], "a newer version of journal");
    parts[0].edit(|manifest| manifest["format"] = 0.into());
    refused(&backup, &parts, &[], "names no format");

    // In the description, before anything is decrypted.
    let description = backup.archive.to_str().unwrap().replace(".tar.age", ".json");
    std::fs::write(&description, "{\"format\": 2}").unwrap();
    let machine = World::empty();
    backup.run_on(&machine, "restore", &[]).refused(4).says("a newer version of journal");
    assert!(!machine.data().exists());
}

#[test]
fn what_is_no_archive_is_refused() {
    let (backup, machine) = (Backup::new(), World::empty());
    for (name, bytes) in [("empty", &b""[..]), ("text", b"dear diary"), ("half", b"age-encryption.org/v1\n-> X25519 ")]
    {
        let path = backup.world.file(name, bytes);
        for command in ["backup verify", "backup drill", "restore"] {
            backup.read(&machine, command, &path, &[]).refused(4);
        }
    }
    backup.read(&machine, "restore", &backup.world.path("nowhere"), &[]).refused(3);
    backup.read(&machine, "restore", &backup.folder(), &[]).refused(2).says("is no file");
    assert!(!machine.data().exists());
}
