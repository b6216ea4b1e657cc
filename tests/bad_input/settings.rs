//! Settings that nobody knows, or that contradict each other.

use std::os::unix::ffi::OsStrExt;

use crate::support::World;
use crate::support::chmod;

#[test]
fn unknown_settings_and_variables_are_reported_with_what_was_meant() {
    let world = World::new();
    std::fs::write(world.config().join("config.toml"), "serch.fused = 3\n[log]\nfitler = \"warn\"\n").unwrap();
    let variables = [("JOURNAL_DATA_DIRR", "/nowhere"), ("JOURNAL_FOO", "1")];

    let list = world.run_with(&["list"], &variables, None).ok();
    let config = world.run_with(&["config", "--json"], &variables, None).ok();

    for words in ["serch.fused", "log.fitler", "JOURNAL_DATA_DIRR", "JOURNAL_FOO"] {
        assert!(list.stderr.contains(words), "{list:#?}");
        assert!(config.document()["warnings"].to_string().contains(words), "{config:#?}");
    }
    assert!(list.stderr.contains("JOURNAL_DATA_DIR?"), "what was meant: {list:#?}");
}

#[test]
fn a_variable_and_its_file_twin_are_not_both_taken() {
    let world = World::new();
    let secret = std::fs::read_to_string(world.secret()).unwrap();
    let file = world.secret().display().to_string();

    let both = [("JOURNAL_SECRET_KEY", secret.trim()), ("JOURNAL_SECRET_KEY_FILE", file.as_str())];
    world.run_with(&["list"], &both, None).refused(2).says("both set");
    let both = [("JOURNAL_LOG", "info"), ("JOURNAL_LOG_FILE", "/dev/null")];
    world.run_with(&["list"], &both, None).refused(2).says("both set");

    world.run_with(&["list"], &both[..1], None).ok();
    world.run_with(&["list"], &[("JOURNAL_SECRET_KEY_FILE", &file)], None).ok();
    world
        .run_with(&["list"], &[("JOURNAL_SECRET_KEY_FILE", "/nowhere/at/all")], None)
        .refused(5)
        .says("/nowhere/at/all");
}

#[test]
fn a_secret_file_that_a_variable_names_is_checked_like_the_usual_one() {
    let world = World::new();
    let file = world.file("elsewhere.key", std::fs::read(world.secret()).unwrap());
    std::fs::remove_file(world.secret()).unwrap();
    let variables = [("JOURNAL_SECRET_KEY_FILE", file.to_str().unwrap())];

    chmod(&file, 0o600);
    world.run_with(&["list"], &variables, None).ok();
    chmod(&file, 0o644);
    world.run_with(&["list"], &variables, None).refused(4).says("open to others");
}

#[test]
fn settings_out_of_range_are_named_with_where_they_come_from() {
    let world = World::new();
    for (name, value) in [
        ("JOURNAL_LOG_FORMAT", "xml"),
        ("JOURNAL_LOG", "=,="),
        ("MIN_ENTRY_DATE", "yesterday"),
        ("JOURNAL_PASSWORD_MIN_LENGTH", "3"),
        ("CHUNKING_MAX_TOKENS", "many"),
        ("HYBRID_FUSION_TOP_M", "0"),
    ] {
        world.run_with(&["list"], &[(name, value)], None).refused(2);
    }
    for text in ["log = [", "secret_key = \"x\"", "user = [1]", "log.format = \"xml\""] {
        std::fs::write(world.config().join("config.toml"), text).unwrap();
        world.run(&["list"]).refused(2);
    }
    world.run(&["list", "--config", "/nowhere.toml"]).refused(3).says("--config");
}

#[test]
fn a_folder_whose_name_is_no_utf8_is_used_as_it_is_named() {
    let world = World::empty();
    let named = world.path("inbox").join(std::ffi::OsStr::from_bytes(b"caf\xe9"));
    let mut command = world.command();
    command.args(["init", "--email", "a@b.example", "--data-dir"]).arg(&named);

    let run = crate::support::feed(command, None);

    let refused = run.code == 2 && run.stderr.contains("UTF-8");
    assert!(refused || (run.code == 0 && named.join("keyring.json").exists()), "another folder was used: {run:#?}");
}

#[test]
fn a_weak_password_makes_no_user() {
    let world = World::new();
    for weak in ["short", "password1234", "bob@home.example!", "qwertyuiop12", ""] {
        let file = world.file("password", weak);
        let file = file.to_str().unwrap();
        world.run(&["user", "add", "bob@home.example", "--password-file", file]).refused(2);
    }
    world.run(&["user", "add", "bob@home.example", "--password-file", "/nowhere"]).refused(2).says("--password-file");
    for wrong in ["", "bob", "@home.example", "bob@", "bob smith@home.example"] {
        assert_eq!(world.run(&["user", "add", wrong]).code, 2, "{wrong:?}");
    }
    world.run(&["user", "add", crate::support::ADA]).refused(4).says("already");
    world.run(&["user", "delete", crate::support::ADA, "--yes"]).refused(4).says("last admin");

    assert_eq!(world.json(&["user", "list"])["items"].as_array().unwrap().len(), 1);
}

#[test]
fn limits_that_contradict_are_refused() {
    let world = World::new();
    let add = |flags: &[&str]| world.ada().run(&[&["key", "add", "odd"], flags].concat());

    add(&["--read-only", "--scope", "ingest"]).refused(2).says("only reads");
    add(&["--from", "2024-06-01", "--to", "2024-05-01"]).refused(2);
    add(&["--from", "2024-02-30"]).refused(2);
    add(&["--entries-per-day", "0"]).refused(2);
    add(&["--without-tag", " "]).refused(2);
    add(&["--from", "2024-06-01", "--scope", "export"]).refused(2).says("export");
    add(&["--entries-per-day", "5", "--scope", "admin:audit"]).refused(2);
    let shown = {
        add(&["--read-only", "--from", "2024-06-01", "--entries-per-day", "20", "--without-tag", "private"]).ok();
        world.ada().run(&["key", "list"]).ok().stdout
    };
    assert!(shown.contains("from 2024-06-01; not private; 20 entries a day"), "{shown}");
}
