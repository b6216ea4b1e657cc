//! A whole journal, put back.

use crate::reading::Backup;
use crate::reading::WORD;
use crate::reading::tree;
use crate::support::ADA;
use crate::support::World;
use crate::support::chmod;
use crate::support::text_of;

#[test]
fn a_restored_journal_is_the_one_it_was_under_a_secret_of_its_own() {
    let (world, machine) = (crate::reading::journal(), World::empty());
    let (_, key) = world.ada().key("laptop", &["search"]);
    let backup = Backup::of(world, &[]);

    let restored = backup.run_on(&machine, "restore", &["--json"]).ok().document();

    assert_eq!(restored["secret_made"], true, "{restored}");
    assert_ne!(std::fs::read(machine.secret()).unwrap(), std::fs::read(backup.world.secret()).unwrap());
    assert_eq!(machine.ada().export()["entries"], backup.world.ada().export()["entries"]);
    assert_eq!(machine.json(&["search", WORD])["items"].as_array().unwrap().len(), 2);
    assert_eq!(machine.json(&["user", "list"]), backup.world.json(&["user", "list"]));
    let with_key = machine.run_with(&["search", WORD, "--json"], &[("JOURNAL_API_KEY", &key)], None);
    assert_eq!(with_key.ok().document()["items"].as_array().unwrap().len(), 2, "keys keep working");
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
fn a_secret_and_a_configuration_that_are_there_are_used_and_kept() {
    let (backup, machine) = (Backup::new(), World::new());
    std::fs::remove_dir_all(machine.data()).unwrap();
    let config = machine.config().join("config.toml");
    std::fs::write(&config, "author_name = \"Bob\"\n").unwrap();
    let before = tree(&machine.config());

    let restored = backup.run_on(&machine, "restore", &["--json"]).ok().document();

    assert_eq!((&restored["secret_made"], &restored["config_file"]), (&false.into(), &serde_json::Value::Null));
    assert!(tree(&machine.config()) == before);
    assert_eq!(machine.doctor().0, 0);

    let given = "Zm9yIHRlc3RzIG9ubHksIG5vdCBmb3IgYSByZWFsIGpvdXJuYWw";
    let bare = World::empty();
    let args = ["restore", backup.archive.to_str().unwrap(), "-i", backup.identity.to_str().unwrap()];
    bare.run_with(&args, &[("JOURNAL_SECRET_KEY", given)], None).ok();
    assert!(!bare.secret().exists());
    bare.run_with(&["list"], &[("JOURNAL_SECRET_KEY", given)], None).ok();
    bare.run(&["list"]).refused(5);
}

#[test]
fn settings_come_along_where_there_are_none() {
    let world = crate::reading::journal();
    std::fs::write(world.config().join("config.toml"), "author_name = \"Ada L.\"\n[server]\nport = 8500\n").unwrap();
    let (backup, machine) = (Backup::of(world, &[]), World::empty());

    let restored = backup.run_on(&machine, "restore", &["--json"]).ok().document();

    assert_eq!(text_of(&restored, "config_file"), machine.config().join("config.toml").to_str().unwrap());
    let settings = machine.json(&["config"]).to_string();
    assert!(settings.contains("Ada L.") && settings.contains("8500"), "{settings}");
}

#[test]
fn nothing_is_restored_over_what_is_there() {
    let (backup, machine) = (Backup::new(), World::empty());
    let data = machine.data();
    let refused = |words: &str| {
        let before = tree(&machine.path(""));
        backup.run_on(&machine, "restore", &[]).refused(4).says(words);
        assert!(tree(&machine.path("")) == before, "something changed: {words}");
    };

    std::fs::create_dir_all(data.parent().unwrap()).unwrap();
    std::fs::create_dir(machine.path("elsewhere")).unwrap();
    std::os::unix::fs::symlink(machine.path("elsewhere"), &data).unwrap();
    refused("is a link");
    std::fs::remove_file(&data).unwrap();
    std::fs::write(&data, "a file").unwrap();
    refused("is not a folder");
    std::fs::remove_file(&data).unwrap();
    std::fs::create_dir(&data).unwrap();
    std::fs::write(data.join("diary.txt"), "dear").unwrap();
    refused("is not empty");
    std::fs::remove_file(data.join("diary.txt")).unwrap();

    backup.run_on(&machine, "restore", &[]).ok();
    refused("there is already a journal");
    machine.run(&["doctor"]).ok();
    let world = &backup.world;
    backup.run_on(world, "restore", &["--data-dir", world.config().join("inside").to_str().unwrap()]).ok();
    let around = world.path("home/.config");
    backup.run_on(world, "restore", &["--data-dir", around.to_str().unwrap()]).refused(4);
}

#[test]
fn the_secret_never_lies_inside_what_it_protects() {
    let (backup, machine) = (Backup::new(), World::empty());
    let inside = machine.config();

    backup.run_on(&machine, "restore", &["--data-dir", inside.to_str().unwrap()]).refused(4).says("inside");

    assert!(!inside.exists());
}

#[test]
fn what_fails_leaves_nothing_behind() {
    let (backup, machine) = (Backup::new(), World::empty());
    let before = tree(&machine.path(""));
    let files = backup.media();
    let mut bytes = std::fs::read(&files[1]).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(&files[1], bytes).unwrap();

    // The databases are all in place by then.
    backup.run_on(&machine, "restore", &[]).refused(4).says("damaged or was swapped");
    assert!(tree(&machine.path("")) == before);

    let home = machine.path("home");
    chmod(&home, 0o500);
    let run = backup.run_on(&machine, "restore", &[]);
    chmod(&home, 0o700);
    if run.code == 0 {
        println!("skipped: whoever may do everything is refused nothing");
    } else {
        run.refused(4);
        assert!(tree(&machine.path("")) == before);
    }
}

#[test]
fn without_an_original_only_who_says_so_goes_on_and_is_told_which() {
    let (backup, machine) = (Backup::new(), World::empty());
    let gone = backup.media().remove(0);
    std::fs::remove_file(&gone).unwrap();
    let id = gone.file_stem().unwrap().to_str().unwrap();

    backup.run_on(&machine, "restore", &[]).refused(4).says("1 of 2 originals");
    let restored = backup.run_on(&machine, "restore", &["--without-missing-media", "--json"]).ok().document();

    assert_eq!(restored["missing_originals"], serde_json::json!([id]));
    assert_eq!(machine.doctor().0, 0);
    assert_eq!(machine.json(&["user", "show", ADA])["email"], ADA);
}

#[test]
fn what_a_killed_restore_left_goes_with_the_next() {
    let (backup, machine) = (Backup::new(), World::empty());
    let beside = machine.data().with_file_name(".journal.restoring-left");
    std::fs::create_dir_all(&beside).unwrap();
    std::fs::write(beside.join("accounts.db"), "sealed").unwrap();

    backup.run_on(&machine, "restore", &[]).ok();

    assert!(!beside.exists());
    let names = std::fs::read_dir(machine.data().parent().unwrap()).unwrap().count();
    assert_eq!(names, 1, "only the journal");
}
