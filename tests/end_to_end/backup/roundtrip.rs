//! Backup under load and restore: entries with history and tags are equal, originals byte for byte.
//!
//! `JOURNAL_BACKUP_ENTRIES`, `JOURNAL_BACKUP_PHOTOS` and `JOURNAL_BACKUP_RECORDINGS` are the sizes (default 60, 4 and
//! 2; the full scale is 10,000, 200 and 20).

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use serde_json::Value;

use crate::backup::reading::Backup;
use crate::support::rng::Rng;
use crate::support::{World, env_number, people, pictures};

const WORDS: [&str; 12] = [
    "heron",
    "lighthouse",
    "brandy",
    "harbour",
    "winter",
    "letter",
    "garden",
    "Quitzow",
    "ferry",
    "orchard",
    "storm",
    "bread",
];

fn size_setting(name: &str, default: u64) -> u64 {
    env_number(name).unwrap_or(default)
}

/// Creates a journal of the configured size; jobs that need a provider stay queued.
fn populated_world() -> World {
    let (world, mut rng) = (World::new(), Rng::new(6));
    people::import_document(world.ada(), &people::sample_document());
    for words in [&["merge", "1", "2"][..], &["alias", "remove", "1", "rob"], &["delete", "5", "--yes"]] {
        world.ok(&[&["entity"], words].concat());
    }
    for number in 0..3 {
        let id = world.ada().write(&format!("To be edited, {number}."), "1989-01-01");
        let file = world.file("edit.txt", format!("Edited: {number}"));
        world.ada().run(&["edit", &id.to_string(), "--text", file.to_str().unwrap()]).ok();
    }
    let inbox = world.path("inbox/bulk");
    std::fs::create_dir(&inbox).unwrap();
    for number in 0..size_setting("JOURNAL_BACKUP_ENTRIES", 60) {
        let (day, month, year) = (1 + number % 28, 1 + number / 28 % 12, 1990 + number / 336 % 36);
        let mut text = format!("---\ndate: {year}-{month:02}-{day:02}\n---\nEntry number {number}.");
        for _ in 0..40 {
            write!(text, " {}", rng.pick(&WORDS)).unwrap();
        }
        std::fs::write(inbox.join(format!("{number:06}.md")), text).unwrap();
    }
    world.ok(&["ingest", "--no-wait", inbox.to_str().unwrap()]);
    for number in 0..size_setting("JOURNAL_BACKUP_PHOTOS", 4) {
        let [ink, more] = u16::try_from(number).unwrap().to_le_bytes();
        let photo = pictures::png(64 + u32::from(more), 64, ink);
        world.ok(&["ingest", "--no-wait", world.file(&format!("{number}.png"), photo).to_str().unwrap()]);
    }
    for number in 0..size_setting("JOURNAL_BACKUP_RECORDINGS", 2) {
        let recording = pictures::wav(100_000 + usize::try_from(number).unwrap() * 64, u8::try_from(number).unwrap());
        world.ok(&["ingest", "--no-wait", world.file(&format!("{number}.wav"), recording).to_str().unwrap()]);
    }
    world
}

/// Returns every entry with its history, by id.
fn entries_by_id(world: &World) -> BTreeMap<i64, Value> {
    let exported = world.ada().export();
    exported["entries"].as_array().unwrap().iter().map(|entry| (entry["id"].as_i64().unwrap(), entry.clone())).collect()
}

/// Returns all entity data of the export.
fn exported_entity_data(world: &World) -> Vec<Value> {
    let exported = world.ada().export();
    let lists =
        ["entities", "mentions", "relationships", "merge_candidates", "merges", "pair_decisions", "corrections"];
    let lists = lists.map(|list| exported[list].clone()).to_vec();
    assert!(
        !lists[4][0]["moves"].as_array().unwrap().is_empty() && !lists[6].as_array().unwrap().is_empty(),
        "{lists:?}"
    );
    lists
}

/// Returns every encrypted original by its path.
fn encrypted_originals(data: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let items = walkdir::WalkDir::new(data.join("notebooks")).into_iter().map(Result::unwrap);
    let sealed = items.filter(|item| item.path().extension().is_some_and(|ending| ending == "age"));
    sealed
        .map(|item| (item.path().strip_prefix(data).unwrap().to_owned(), std::fs::read(item.path()).unwrap()))
        .collect()
}

#[test]
fn a_backup_under_load_restores_an_identical_journal() {
    let world = populated_world();
    let before = entries_by_id(&world);
    let sealed = encrypted_originals(&world.data());
    let done = AtomicBool::new(false);

    let (key_pair, created, written) = std::thread::scope(|scope| {
        let load = scope.spawn(|| {
            let mut written = 0;
            while !done.load(Ordering::Relaxed) {
                let text = format!("---\ndate: 2026-01-01\n---\nUnder load, {written}.");
                let file = world.file(&format!("load/{written}.md"), text);
                world.ok(&["ingest", "--no-wait", file.to_str().unwrap()]);
                written += 1;
            }
            written
        });
        let key_pair = crate::backup::create::AgeKeyPair::new();
        let start = Instant::now();
        let created = crate::backup::create::back_up(&world, &key_pair, &world.path("backups"), &[]);
        println!("backed up {} bytes in {:?}", created["bytes"], start.elapsed());
        done.store(true, Ordering::Relaxed);
        (key_pair, created, load.join().unwrap())
    });
    let backup = Backup::from_report(world, key_pair, &created);

    let machine = World::empty();
    for command in ["backup verify", "backup drill", "restore"] {
        let start = Instant::now();
        backup.run_on(&machine, command, &[]).ok();
        println!("{command} in {:?}", start.elapsed());
    }

    assert_eq!(exported_entity_data(&machine), exported_entity_data(&backup.world));
    let (restored, after) = (entries_by_id(&machine), entries_by_id(&backup.world));
    assert!(before.iter().all(|(id, entry)| restored.get(id) == Some(entry)), "an entry differs");
    assert!(restored.iter().all(|(id, entry)| after.get(id) == Some(entry)), "an entry that was never written");
    let new_ids = |entries: &BTreeMap<i64, Value>| -> Vec<i64> {
        entries.keys().copied().filter(|id| !before.contains_key(id)).collect()
    };
    let (backed_up, all) = (new_ids(&restored), new_ids(&after));
    assert_eq!((all.len(), backed_up.as_slice()), (written, &all[..backed_up.len()]), "the snapshot is not consistent");
    assert!(encrypted_originals(&machine.data()) == sealed, "originals differ");
    println!(
        "{} entries, {} of {written} written meanwhile, {} originals",
        restored.len(),
        backed_up.len(),
        sealed.len()
    );
    let (code, report) = machine.doctor();
    assert_eq!(code, 0, "{report}");
}
