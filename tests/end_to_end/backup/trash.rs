//! Backups carry the trash, with its originals.

use crate::backup::reading::Backup;
use crate::support::{ADA, World, pictures};

#[test]
fn a_backup_carries_the_trash_and_its_originals() {
    let world = World::new();
    world.file("notes/a.md", "---\ndate: 2024-05-01\n---\nA walk to the sea. ![](sea.jpg)");
    world.file("notes/sea.jpg", pictures::jpeg(64, 64, 3));
    world.ok(&["import", "markdown", world.path("inbox/notes").to_str().unwrap()]);
    world.ok(&["delete", "1", "--yes"]);
    let backup = Backup::from_world(world, &[]);
    let world = &backup.world;
    world.ok(&["trash", "empty", "--yes"]);

    backup.run_on(world, "restore", &["--user", ADA, "--yes"]).ok();

    assert_eq!(world.json(&["trash", "list"])["total"], 1);
    world.ok(&["trash", "restore", "1"]);
    assert_eq!(world.json(&["show", "1"])["final_text"], "A walk to the sea. ![](sea.jpg)");
    assert_eq!(world.json(&["show", "1", "--media"])["items"].as_array().unwrap().len(), 1);
    assert_eq!(world.doctor().0, 0);
}
