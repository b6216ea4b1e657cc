//! Which backups go and which stay, and the originals with them.

use std::path::Path;

use serde_json::Value;

use crate::create::Keeper;
use crate::create::back_up;
use crate::create::files;
use crate::create::journal;
use crate::support::World;
use crate::support::text_of;

/// Puts a backup beside that is the same but older.
fn older(to: &Path, made: &Value, at: &str) -> String {
    let name = text_of(made, "archive");
    let (from, description) = (to.join(name), to.join(name.replace(".tar.age", ".json")));
    let stem = format!("journal-{}", at.replace(':', ""));
    std::fs::copy(from, to.join(format!("{stem}.tar.age"))).unwrap();
    let mut described: Value = serde_json::from_slice(&std::fs::read(description).unwrap()).unwrap();
    described["created_at"] = at.into();
    std::fs::write(to.join(format!("{stem}.json")), described.to_string()).unwrap();
    format!("{stem}.tar.age")
}

/// Says that a backup needs no originals.
fn without_originals(to: &Path, archive: &str) {
    let path = to.join(archive.replace(".tar.age", ".json"));
    let mut described: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    described["originals"] = serde_json::json!([]);
    std::fs::write(path, described.to_string()).unwrap();
}

fn archives(to: &Path) -> Vec<String> {
    files(to).into_iter().filter(|name| name.ends_with(".tar.age")).collect()
}

fn originals(to: &Path) -> usize {
    let folders = files(&to.join("media"));
    folders.iter().map(|folder| files(&to.join("media").join(folder)).len()).sum()
}

fn prune(world: &World, to: &Path, args: &[&str]) -> Value {
    world.json(&[&["backup", "prune", to.to_str().unwrap(), "--yes"], args].concat())
}

#[test]
fn the_newest_of_each_day_stays_and_the_rest_goes_with_its_description() {
    let (world, keeper) = (World::new(), Keeper::new());
    let to = world.path("backups");
    let made = back_up(&world, &keeper, &to, &[]);
    let newest = text_of(&made, "archive").to_owned();
    let [evening, morning, before] =
        ["2024-03-02T20:00:00Z", "2024-03-02T08:00:00Z", "2024-02-28T08:00:00Z"].map(|at| older(&to, &made, at));
    let listed = world.json(&["backup", "list", to.to_str().unwrap()]);
    let names: Vec<&str> = listed["items"].as_array().unwrap().iter().map(|item| text_of(item, "archive")).collect();
    assert_eq!(names, [&before, &morning, &evening, &newest]);

    let planned = prune(&world, &to, &["--keep-daily", "2", "--dry-run"]);
    assert_eq!(archives(&to).len(), 4, "a dry run removed something");
    world.run(&["backup", "prune", to.to_str().unwrap(), "--keep-daily", "2"]).refused(2).says("--yes");
    let pruned = prune(&world, &to, &["--keep-daily", "2"]);

    assert_eq!(planned, pruned);
    assert_eq!(pruned["removed"], serde_json::json!([before, morning]));
    assert_eq!(archives(&to), [evening.clone(), newest]);
    let left = files(&to).into_iter().filter(|name| name.ends_with(".json") || name.contains(".new"));
    assert_eq!(left.count(), 2, "{:?}", files(&to));
    assert!(world.ok(&["audit", "list"]).contains("BACKUP_PRUNED"));
}

#[test]
fn a_backup_that_was_just_made_is_followed_by_the_rules_it_was_given() {
    let (world, keeper) = (World::new(), Keeper::new());
    let to = world.path("backups");
    let made = back_up(&world, &keeper, &to, &[]);
    let old = older(&to, &made, "2024-03-02T20:00:00Z");

    let next = back_up(&world, &keeper, &to, &["--keep-daily", "1", "--keep-monthly", "2"]);

    assert_eq!(next["pruned"]["removed"], serde_json::json!([text_of(&made, "archive")]), "of today it is the older");
    assert_eq!(archives(&to), [old, text_of(&next, "archive").to_owned()]);
}

#[test]
fn nothing_goes_before_a_backup_that_stays_was_read_and_found_whole() {
    let (world, keeper) = (World::new(), Keeper::new());
    let to = world.path("backups");
    let made = back_up(&world, &keeper, &to, &[]);
    let newest = text_of(&made, "archive").to_owned();
    let [whole, old] = ["2024-03-02T20:00:00Z", "2024-02-28T08:00:00Z"].map(|at| older(&to, &made, at));
    let mut bytes = std::fs::read(to.join(&newest)).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(to.join(&newest), &bytes).unwrap();

    let pruned = prune(&world, &to, &["--keep-daily", "1"]);

    assert_eq!(pruned["removed"], serde_json::json!([old]));
    assert_eq!(archives(&to), [whole.clone(), newest.clone()]);
    assert!(pruned["warnings"].to_string().contains("is damaged"), "{pruned}");
    std::fs::write(to.join(&whole), "short").unwrap();
    let listed = world.json(&["backup", "list", to.to_str().unwrap()]);
    assert_eq!(listed["items"][0]["state"], "wrong_size");
    let pruned = prune(&world, &to, &["--keep-daily", "1"]);
    assert_eq!((pruned["removed"].to_string(), archives(&to).len()), ("[]".to_owned(), 2), "none is good any more");
}

#[test]
fn what_no_description_speaks_of_is_left_alone_and_so_is_what_it_may_need() {
    let (world, keeper) = (journal(), Keeper::new());
    let to = world.path("backups");
    let made = back_up(&world, &keeper, &to, &[]);
    let newest = text_of(&made, "archive").to_owned();
    let [stranger, old] = ["2024-03-02T20:00:00Z", "2024-02-28T08:00:00Z"].map(|at| older(&to, &made, at));
    std::fs::write(to.join(stranger.replace(".tar.age", ".json")), "{}").unwrap();
    std::fs::write(to.join("notes.txt"), "mine").unwrap();
    without_originals(&to, &newest);

    let pruned = prune(&world, &to, &["--keep-daily", "1"]);

    assert_eq!(pruned["removed"], serde_json::json!([old]));
    assert_eq!((archives(&to), originals(&to)), (vec![stranger.clone(), newest], 1));
    assert!(pruned["warnings"].to_string().contains("no originals are removed"), "{pruned}");
    for name in [stranger.clone(), stranger.replace(".tar.age", ".json")] {
        std::fs::remove_file(to.join(name)).unwrap();
    }
    assert_eq!(prune(&world, &to, &["--keep-daily", "1"])["originals"], 1);
    assert_eq!(originals(&to), 0);
    assert!(to.join("notes.txt").exists());
}

#[test]
fn originals_stay_as_long_as_a_description_names_them_even_without_its_archive() {
    let (world, keeper) = (journal(), Keeper::new());
    let to = world.path("backups");
    let made = back_up(&world, &keeper, &to, &[]);
    let moved = older(&to, &made, "2024-03-02T20:00:00Z");
    std::fs::remove_file(to.join(moved)).unwrap();
    without_originals(&to, text_of(&made, "archive"));

    let pruned = prune(&world, &to, &["--keep-daily", "1"]);

    assert_eq!((pruned["originals"].as_u64(), originals(&to)), (Some(0), 1));
    let listed = world.json(&["backup", "list", to.to_str().unwrap()]);
    assert_eq!(listed["items"][0]["state"], "missing");
}

#[test]
fn backups_of_another_journal_take_nobodys_place() {
    let (world, other, keeper) = (World::new(), World::new(), Keeper::new());
    let to = world.path("backups");
    let made = back_up(&world, &keeper, &to, &[]);
    let old = older(&to, &made, "2024-03-02T20:00:00Z");
    let theirs = back_up(&other, &keeper, &to, &[]);

    let pruned = prune(&world, &to, &["--keep-daily", "1"]);

    assert_eq!(pruned["removed"], serde_json::json!([old]));
    assert!(archives(&to).contains(&text_of(&theirs, "archive").to_owned()));
}
