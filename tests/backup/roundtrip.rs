//! What is restored is what there was: entries with their history and tags, originals byte for byte, made under load.
//!
//! `JOURNAL_BACKUP_ENTRIES`, `JOURNAL_BACKUP_PHOTOS` and `JOURNAL_BACKUP_RECORDINGS` are how many there are (default 60, 4
//! and 2; the bar is 10,000, 200 and 20).

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::time::Instant;

use serde_json::Value;

use crate::reading::Backup;
use crate::support::World;
use crate::support::people;
use crate::support::pictures;
use crate::support::rng::Rng;
use crate::support::switch;

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

fn count(name: &str, usual: u64) -> u64 {
    switch(name).unwrap_or(usual)
}

/// A journal of the size that is asked for; whatever calls a provider waits for one.
fn filled() -> World {
    let (world, mut rng) = (World::new(), Rng::new(6));
    people::bring(world.ada(), &people::harbour());
    for act in [&["merge", "1", "2"][..], &["alias", "remove", "1", "rob"], &["delete", "5", "--yes"]] {
        world.ok(&[&["entity"], act].concat());
    }
    for number in 0..3 {
        let id = world.ada().write(&format!("To be edited, {number}."), "1989-01-01");
        let file = world.file("edit.txt", format!("Edited: {number}"));
        world.ada().run(&["edit", &id.to_string(), "--text", file.to_str().unwrap()]).ok();
    }
    let inbox = world.path("inbox/bulk");
    std::fs::create_dir(&inbox).unwrap();
    for number in 0..count("JOURNAL_BACKUP_ENTRIES", 60) {
        let (day, month, year) = (1 + number % 28, 1 + number / 28 % 12, 1990 + number / 336 % 36);
        let mut text = format!("---\ndate: {year}-{month:02}-{day:02}\n---\nEntry number {number}.");
        for _ in 0..40 {
            write!(text, " {}", rng.pick(&WORDS)).unwrap();
        }
        std::fs::write(inbox.join(format!("{number:06}.md")), text).unwrap();
    }
    world.ok(&["ingest", "--no-wait", inbox.to_str().unwrap()]);
    for number in 0..count("JOURNAL_BACKUP_PHOTOS", 4) {
        let [ink, more] = u16::try_from(number).unwrap().to_le_bytes();
        let photo = pictures::png(64 + u32::from(more), 64, ink);
        world.ok(&["ingest", "--no-wait", world.file(&format!("{number}.png"), photo).to_str().unwrap()]);
    }
    for number in 0..count("JOURNAL_BACKUP_RECORDINGS", 2) {
        let recording = pictures::wav(100_000 + usize::try_from(number).unwrap() * 64, u8::try_from(number).unwrap());
        world.ok(&["ingest", "--no-wait", world.file(&format!("{number}.wav"), recording).to_str().unwrap()]);
    }
    world
}

/// Every entry with its history by its number.
fn entries(world: &World) -> BTreeMap<i64, Value> {
    let exported = world.ada().export();
    exported["entries"].as_array().unwrap().iter().map(|entry| (entry["id"].as_i64().unwrap(), entry.clone())).collect()
}

/// Whatever is said of people and places.
fn meaning(world: &World) -> Vec<Value> {
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

/// Every sealed original by its name.
fn originals(data: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let items = walkdir::WalkDir::new(data.join("notebooks")).into_iter().map(Result::unwrap);
    let sealed = items.filter(|item| item.path().extension().is_some_and(|ending| ending == "age"));
    sealed
        .map(|item| (item.path().strip_prefix(data).unwrap().to_owned(), std::fs::read(item.path()).unwrap()))
        .collect()
}

#[test]
fn what_was_backed_up_under_load_is_restored_as_it_was_then() {
    let world = filled();
    let before = entries(&world);
    let sealed = originals(&world.data());
    let done = AtomicBool::new(false);

    let (keeper, made, written) = std::thread::scope(|scope| {
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
        let keeper = crate::create::Keeper::new();
        let begun = Instant::now();
        let made = crate::create::back_up(&world, &keeper, &world.path("backups"), &[]);
        println!("backed up {} bytes in {:?}", made["bytes"], begun.elapsed());
        done.store(true, Ordering::Relaxed);
        (keeper, made, load.join().unwrap())
    });
    let backup = Backup::made(world, keeper, &made);

    let machine = World::empty();
    for command in ["backup verify", "backup drill", "restore"] {
        let begun = Instant::now();
        backup.run_on(&machine, command, &[]).ok();
        println!("{command} in {:?}", begun.elapsed());
    }

    assert_eq!(meaning(&machine), meaning(&backup.world));
    let (restored, after) = (entries(&machine), entries(&backup.world));
    assert!(before.iter().all(|(id, entry)| restored.get(id) == Some(entry)), "an entry is not as it was");
    assert!(restored.iter().all(|(id, entry)| after.get(id) == Some(entry)), "an entry that never was");
    let later = |entries: &BTreeMap<i64, Value>| -> Vec<i64> {
        entries.keys().copied().filter(|id| !before.contains_key(id)).collect()
    };
    let (taken, all) = (later(&restored), later(&after));
    assert_eq!((all.len(), taken.as_slice()), (written, &all[..taken.len()]), "the picture is of one instant");
    assert!(originals(&machine.data()) == sealed, "originals differ");
    println!("{} entries, {} of {written} written meanwhile, {} originals", restored.len(), taken.len(), sealed.len());
    let (code, report) = machine.doctor();
    assert_eq!(code, 0, "{report}");
}
