//! `backup prune`: retention rules for archives and their originals.

use std::path::Path;

use serde_json::Value;

use crate::backup::create::{AgeKeyPair, back_up, files, journal_with_photo};
use crate::support::{World, text_of};

/// Adds a copy of a backup with an earlier creation time; returns its file name.
fn add_older_copy(to: &Path, created: &Value, at: &str) -> String {
    let name = text_of(created, "archive");
    let (from, description) = (to.join(name), to.join(name.replace(".tar.age", ".json")));
    let stem = format!("journal-{}", at.replace(':', ""));
    std::fs::copy(from, to.join(format!("{stem}.tar.age"))).unwrap();
    let mut described: Value = serde_json::from_slice(&std::fs::read(description).unwrap()).unwrap();
    described["created_at"] = at.into();
    std::fs::write(to.join(format!("{stem}.json")), described.to_string()).unwrap();
    format!("{stem}.tar.age")
}

/// Removes all originals from the description of a backup.
fn remove_originals(to: &Path, archive: &str) {
    let path = to.join(archive.replace(".tar.age", ".json"));
    let mut described: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    described["originals"] = serde_json::json!([]);
    std::fs::write(path, described.to_string()).unwrap();
}

fn archive_names(to: &Path) -> Vec<String> {
    files(to).into_iter().filter(|name| name.ends_with(".tar.age")).collect()
}

fn count_originals(to: &Path) -> usize {
    let folders = files(&to.join("media"));
    folders.iter().map(|folder| files(&to.join("media").join(folder)).len()).sum()
}

fn prune(world: &World, to: &Path, args: &[&str]) -> Value {
    world.json(&[&["backup", "prune", to.to_str().unwrap(), "--yes"], args].concat())
}

#[test]
fn only_the_newest_of_each_day_is_kept_with_its_description() {
    let (world, key_pair) = (World::new(), AgeKeyPair::new());
    let to = world.path("backups");
    let created = back_up(&world, &key_pair, &to, &[]);
    let newest = text_of(&created, "archive").to_owned();
    let [evening, morning, before] = ["2024-03-02T20:00:00Z", "2024-03-02T08:00:00Z", "2024-02-28T08:00:00Z"]
        .map(|at| add_older_copy(&to, &created, at));
    let listed = world.json(&["backup", "list", to.to_str().unwrap()]);
    let names: Vec<&str> = listed["items"].as_array().unwrap().iter().map(|item| text_of(item, "archive")).collect();
    assert_eq!(names, [&before, &morning, &evening, &newest]);

    let planned = prune(&world, &to, &["--keep-daily", "2", "--dry-run"]);
    assert_eq!(archive_names(&to).len(), 4, "the dry run removed an archive");
    world.run(&["backup", "prune", to.to_str().unwrap(), "--keep-daily", "2"]).refused(2).says("--yes");
    let pruned = prune(&world, &to, &["--keep-daily", "2"]);

    assert_eq!(planned, pruned);
    assert_eq!(pruned["removed"], serde_json::json!([before, morning]));
    assert_eq!(archive_names(&to), [evening.clone(), newest]);
    let descriptions = files(&to).into_iter().filter(|name| name.contains(".json") || name.contains(".new"));
    assert_eq!(descriptions.count(), 2, "{:?}", files(&to));
    assert!(world.ok(&["audit", "list"]).contains("BACKUP_PRUNED"));
}

#[test]
fn create_applies_the_given_retention_rules() {
    let (world, key_pair) = (World::new(), AgeKeyPair::new());
    let to = world.path("backups");
    let created = back_up(&world, &key_pair, &to, &[]);
    let old = add_older_copy(&to, &created, "2024-03-02T20:00:00Z");

    let next = back_up(&world, &key_pair, &to, &["--keep-daily", "1", "--keep-monthly", "2"]);

    assert_eq!(next["pruned"]["removed"], serde_json::json!([text_of(&created, "archive")]), "the older one of today");
    assert_eq!(archive_names(&to), [old, text_of(&next, "archive").to_owned()]);
}

#[test]
fn nothing_is_pruned_unless_a_kept_backup_verifies() {
    let (world, key_pair) = (World::new(), AgeKeyPair::new());
    let to = world.path("backups");
    let created = back_up(&world, &key_pair, &to, &[]);
    let newest = text_of(&created, "archive").to_owned();
    let [whole, old] = ["2024-03-02T20:00:00Z", "2024-02-28T08:00:00Z"].map(|at| add_older_copy(&to, &created, at));
    let mut bytes = std::fs::read(to.join(&newest)).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(to.join(&newest), &bytes).unwrap();

    let pruned = prune(&world, &to, &["--keep-daily", "1"]);

    assert_eq!(pruned["removed"], serde_json::json!([old]));
    assert_eq!(archive_names(&to), [whole.clone(), newest.clone()]);
    assert!(pruned["warnings"].to_string().contains("is damaged"), "{pruned}");
    std::fs::write(to.join(&whole), "short").unwrap();
    let listed = world.json(&["backup", "list", to.to_str().unwrap()]);
    assert_eq!(listed["items"][0]["state"], "wrong_size");
    let pruned = prune(&world, &to, &["--keep-daily", "1"]);
    assert_eq!(
        (pruned["removed"].to_string(), archive_names(&to).len()),
        ("[]".to_owned(), 2),
        "no good backup is left"
    );
}

#[test]
fn undescribed_archives_and_their_originals_are_kept() {
    let (world, key_pair) = (journal_with_photo(), AgeKeyPair::new());
    let to = world.path("backups");
    let created = back_up(&world, &key_pair, &to, &[]);
    let newest = text_of(&created, "archive").to_owned();
    let [undescribed, old] =
        ["2024-03-02T20:00:00Z", "2024-02-28T08:00:00Z"].map(|at| add_older_copy(&to, &created, at));
    std::fs::write(to.join(undescribed.replace(".tar.age", ".json")), "{}").unwrap();
    std::fs::write(to.join("notes.txt"), "mine").unwrap();
    remove_originals(&to, &newest);

    let pruned = prune(&world, &to, &["--keep-daily", "1"]);

    assert_eq!(pruned["removed"], serde_json::json!([old]));
    assert_eq!((archive_names(&to), count_originals(&to)), (vec![undescribed.clone(), newest], 1));
    assert!(pruned["warnings"].to_string().contains("no originals are removed"), "{pruned}");
    for name in [undescribed.clone(), undescribed.replace(".tar.age", ".json")] {
        std::fs::remove_file(to.join(name)).unwrap();
    }
    assert_eq!(prune(&world, &to, &["--keep-daily", "1"])["originals"], 1);
    assert_eq!(count_originals(&to), 0);
    assert!(to.join("notes.txt").exists());
}

#[test]
fn originals_are_kept_while_any_description_names_them() {
    let (world, key_pair) = (journal_with_photo(), AgeKeyPair::new());
    let to = world.path("backups");
    let created = back_up(&world, &key_pair, &to, &[]);
    let moved = add_older_copy(&to, &created, "2024-03-02T20:00:00Z");
    std::fs::remove_file(to.join(moved)).unwrap();
    remove_originals(&to, text_of(&created, "archive"));

    let pruned = prune(&world, &to, &["--keep-daily", "1"]);

    assert_eq!((pruned["originals"].as_u64(), count_originals(&to)), (Some(0), 1));
    let listed = world.json(&["backup", "list", to.to_str().unwrap()]);
    assert_eq!(listed["items"][0]["state"], "missing");
}

#[test]
fn backups_of_another_journal_are_not_counted() {
    let (world, other, key_pair) = (World::new(), World::new(), AgeKeyPair::new());
    let to = world.path("backups");
    let created = back_up(&world, &key_pair, &to, &[]);
    let old = add_older_copy(&to, &created, "2024-03-02T20:00:00Z");
    let theirs = back_up(&other, &key_pair, &to, &[]);

    let pruned = prune(&world, &to, &["--keep-daily", "1"]);

    assert_eq!(pruned["removed"], serde_json::json!([old]));
    assert!(archive_names(&to).contains(&text_of(&theirs, "archive").to_owned()));
}
