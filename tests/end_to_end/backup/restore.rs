//! `restore` of a whole journal.

use crate::backup::reading::{Backup, SEARCH_WORD, file_tree};
use crate::support::{ADA, World, chmod, text_of};

#[test]
fn a_restored_journal_is_identical_under_a_new_secret() {
    let (world, machine) = (crate::backup::reading::journal_with_entries(), World::empty());
    let (_, key) = world.ada().key("laptop", &["search"]);
    let backup = Backup::from_world(world, &[]);

    let restored = backup.run_on(&machine, "restore", &["--json"]).ok().document();

    assert_eq!(restored["secret_made"], true, "{restored}");
    assert_ne!(std::fs::read(machine.secret()).unwrap(), std::fs::read(backup.world.secret()).unwrap());
    assert_eq!(machine.ada().export()["entries"], backup.world.ada().export()["entries"]);
    assert_eq!(machine.json(&["search", SEARCH_WORD])["items"].as_array().unwrap().len(), 2);
    assert_eq!(machine.json(&["user", "list"]), backup.world.json(&["user", "list"]));
    let with_key = machine.run_with(&["search", SEARCH_WORD, "--json"], &[("JOURNAL_API_KEY", &key)], None);
    assert_eq!(with_key.ok().document()["items"].as_array().unwrap().len(), 2, "API keys remain valid");
    let (code, report) = machine.doctor();
    assert_eq!(code, 0, "{report}");
    assert!(machine.ok(&["audit", "list"]).contains("RESTORED"));
    machine.ok(&["audit", "verify"]);
    assert_eq!(
        machine.json(&["keyring", "status"])["fingerprint"],
        backup.world.json(&["keyring", "status"])["fingerprint"]
    );
}

#[test]
fn an_existing_secret_and_configuration_are_used_and_kept() {
    let (backup, machine) = (Backup::new(), World::new());
    std::fs::remove_dir_all(machine.data()).unwrap();
    let config = machine.config().join("config.toml");
    std::fs::write(&config, "author_name = \"Bob\"\n").unwrap();
    let before = file_tree(&machine.config());

    let restored = backup.run_on(&machine, "restore", &["--json"]).ok().document();

    assert_eq!((&restored["secret_made"], &restored["config_file"]), (&false.into(), &serde_json::Value::Null));
    assert!(file_tree(&machine.config()) == before);
    assert_eq!(machine.doctor().0, 0);

    let secret = "Zm9yIHRlc3RzIG9ubHksIG5vdCBmb3IgYSByZWFsIGpvdXJuYWw";
    let fresh_machine = World::empty();
    let args = ["restore", backup.archive.to_str().unwrap(), "-i", backup.identity.to_str().unwrap()];
    fresh_machine.run_with(&args, &[("JOURNAL_SECRET_KEY", secret)], None).ok();
    assert!(!fresh_machine.secret().exists());
    fresh_machine.run_with(&["list"], &[("JOURNAL_SECRET_KEY", secret)], None).ok();
    fresh_machine.run(&["list"]).refused(5);
}

#[test]
fn settings_are_restored_if_there_is_no_configuration() {
    let world = crate::backup::reading::journal_with_entries();
    std::fs::write(world.config().join("config.toml"), "author_name = \"Ada L.\"\n[server]\nport = 8500\n").unwrap();
    let (backup, machine) = (Backup::from_world(world, &[]), World::empty());

    let restored = backup.run_on(&machine, "restore", &["--json"]).ok().document();

    assert_eq!(text_of(&restored, "config_file"), machine.config().join("config.toml").to_str().unwrap());
    let settings = machine.json(&["config"]).to_string();
    assert!(settings.contains("Ada L.") && settings.contains("8500"), "{settings}");
}

#[test]
fn restore_refuses_to_overwrite_existing_files() {
    let (backup, machine) = (Backup::new(), World::empty());
    let data = machine.data();
    let assert_refused = |words: &str| {
        let before = file_tree(&machine.path(""));
        backup.run_on(&machine, "restore", &[]).refused(4).says(words);
        assert!(file_tree(&machine.path("")) == before, "files changed: {words}");
    };

    std::fs::create_dir_all(data.parent().unwrap()).unwrap();
    std::fs::create_dir(machine.path("elsewhere")).unwrap();
    std::os::unix::fs::symlink(machine.path("elsewhere"), &data).unwrap();
    assert_refused("is a symbolic link");
    std::fs::remove_file(&data).unwrap();
    std::fs::write(&data, "a file").unwrap();
    assert_refused("is not a folder");
    std::fs::remove_file(&data).unwrap();
    std::fs::create_dir(&data).unwrap();
    std::fs::write(data.join("diary.txt"), "dear").unwrap();
    assert_refused("is not empty");
    std::fs::remove_file(data.join("diary.txt")).unwrap();

    backup.run_on(&machine, "restore", &[]).ok();
    assert_refused("there is already a journal");
    machine.run(&["doctor"]).ok();
    let world = &backup.world;
    backup.run_on(world, "restore", &["--data-dir", world.config().join("inside").to_str().unwrap()]).ok();
    let around = world.path("home/.config");
    backup.run_on(world, "restore", &["--data-dir", around.to_str().unwrap()]).refused(4);
}

#[test]
fn a_data_directory_that_would_contain_the_secret_is_refused() {
    let (backup, machine) = (Backup::new(), World::empty());
    let inside = machine.config();

    backup.run_on(&machine, "restore", &["--data-dir", inside.to_str().unwrap()]).refused(4).says("inside");

    assert!(!inside.exists());
}

#[test]
fn a_failed_restore_leaves_no_files() {
    let (backup, machine) = (Backup::new(), World::empty());
    let before = file_tree(&machine.path(""));
    let files = backup.media();
    let mut bytes = std::fs::read(&files[1]).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(&files[1], bytes).unwrap();

    // The databases are all written by then.
    backup.run_on(&machine, "restore", &[]).refused(4).says("damaged or was replaced");
    assert!(file_tree(&machine.path("")) == before);

    let home = machine.path("home");
    chmod(&home, 0o500);
    let run = backup.run_on(&machine, "restore", &[]);
    chmod(&home, 0o700);
    if run.code == 0 {
        println!("skipped: root ignores file modes");
    } else {
        run.refused(4);
        assert!(file_tree(&machine.path("")) == before);
    }
}

#[test]
fn missing_originals_need_a_flag_and_are_listed() {
    let (backup, machine) = (Backup::new(), World::empty());
    let missing = backup.media().remove(0);
    std::fs::remove_file(&missing).unwrap();
    let id = missing.file_stem().unwrap().to_str().unwrap();

    backup.run_on(&machine, "restore", &[]).refused(4).says("1 of 2 originals");
    let restored = backup.run_on(&machine, "restore", &["--without-missing-media", "--json"]).ok().document();

    assert_eq!(restored["missing_originals"], serde_json::json!([id]));
    assert_eq!(machine.doctor().0, 0);
    assert_eq!(machine.json(&["user", "show", ADA])["email"], ADA);
}

#[test]
fn leftovers_of_a_killed_restore_are_removed_by_the_next() {
    let (backup, machine) = (Backup::new(), World::empty());
    let leftover = machine.data().with_file_name(".journal.restoring-left");
    std::fs::create_dir_all(&leftover).unwrap();
    std::fs::write(leftover.join("accounts.db"), "sealed").unwrap();

    backup.run_on(&machine, "restore", &[]).ok();

    assert!(!leftover.exists());
    let names = std::fs::read_dir(machine.data().parent().unwrap()).unwrap().count();
    assert_eq!(names, 1, "only the data directory");
}
