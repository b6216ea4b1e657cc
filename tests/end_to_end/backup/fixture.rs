//! Restores the backups of earlier versions in `tests/fixtures/`.

use std::path::{Path, PathBuf};

use crate::support::{Person, World, chmod};

const BOB: &str = "bob@home.example";

/// Copies a fixture with the file modes of a backup; returns the paths of its archive and its identity.
fn copy_fixture(world: &World, name: &str) -> (PathBuf, PathBuf) {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name);
    let to = world.path("backups");
    let (mut archive, mut identity) = (None, None);
    for item in walkdir::WalkDir::new(&from).into_iter().map(Result::unwrap) {
        let path = to.join(item.path().strip_prefix(&from).unwrap());
        if item.file_type().is_dir() {
            std::fs::create_dir(&path).unwrap();
            chmod(&path, 0o700);
            continue;
        }
        std::fs::copy(item.path(), &path).unwrap();
        chmod(&path, 0o600);
        match item.file_name().to_str().unwrap() {
            "identity.txt" => identity = Some(path),
            name if name.ends_with(".tar.age") => archive = Some(path),
            _ => {}
        }
    }
    (archive.unwrap(), identity.unwrap())
}

#[test]
fn a_backup_in_format_1_is_restored() {
    let world = World::empty();
    let (archive, identity) = copy_fixture(&world, "backup-1");
    let with = [archive.to_str().unwrap(), "-i", identity.to_str().unwrap()];
    let run = |command: &[&str]| world.run(&[command, &with].concat()).ok();

    run(&["backup", "verify"]);
    run(&["backup", "drill"]);
    run(&["restore"]);

    let (ada, bob) = (world.ada(), Person { world: &world, email: BOB });
    let entry = ada.json(&["show", "1"]);
    assert_eq!((&entry["title"], &entry["entry_date"]), (&"The garden".into(), &"2024-05-01".into()));
    assert_eq!(entry["tags"], serde_json::json!(["birds", "garden"]));
    assert!(entry["final_text"].as_str().unwrap().ends_with("and then it flew."));
    assert_eq!(ada.json(&["show", "1", "--history"])["items"].as_array().unwrap().len(), 1);
    assert_eq!(ada.json(&["search", "heron"])["items"].as_array().unwrap().len(), 2);
    assert_eq!(bob.json(&["list"])["total"], 1);
    assert_eq!(
        ada.json(&["job", "list", "--status", "queued"])["total"],
        1,
        "the job of the photograph is still queued"
    );
    let (code, report) = world.doctor();
    assert_eq!(code, 0, "{report:#}");
}
