//! Unknown, invalid and contradicting settings.

use std::os::unix::ffi::OsStrExt;

use crate::support::{World, chmod};

#[test]
fn unknown_settings_are_reported_with_a_suggestion() {
    let world = World::new();
    std::fs::write(world.config().join("config.toml"), "serch.fused = 3\n[log]\nfitler = \"warn\"\n").unwrap();
    let variables = [("JOURNAL_DATA_DIRR", "/nowhere"), ("JOURNAL_FOO", "1")];

    let list = world.run_with(&["list"], &variables, None).ok();
    let config = world.run_with(&["config", "--json"], &variables, None).ok();

    for words in ["serch.fused", "log.fitler", "JOURNAL_DATA_DIRR", "JOURNAL_FOO"] {
        assert!(list.stderr.contains(words), "{list:#?}");
        assert!(config.document()["warnings"].to_string().contains(words), "{config:#?}");
    }
    assert!(list.stderr.contains("JOURNAL_DATA_DIR?"), "the suggestion is missing: {list:#?}");
}

#[test]
fn a_variable_and_its_file_variant_cannot_both_be_set() {
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
fn a_secret_file_from_a_variable_gets_the_permission_check() {
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
fn out_of_range_settings_are_refused() {
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
fn a_non_utf8_data_directory_is_used_or_refused() {
    let world = World::empty();
    let named = world.path("inbox").join(std::ffi::OsStr::from_bytes(b"caf\xe9"));
    let mut command = world.command();
    command.args(["init", "--email", "a@b.example", "--data-dir"]).arg(&named);

    let run = crate::support::run_with_input(command, None);

    let refused = run.code == 2 && run.stderr.contains("UTF-8");
    assert!(refused || (run.code == 0 && named.join("keyring.json").exists()), "another folder was used: {run:#?}");
}

#[test]
fn a_weak_password_creates_no_user() {
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
fn contradicting_key_limits_are_refused() {
    let world = World::new();
    let add = |flags: &[&str]| world.ada().run(&[&["key", "add", "odd"], flags].concat());

    add(&["--read-only", "--scope", "ingest"]).refused(2).says("read-only key");
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
    assert!(shown.contains("from 2024-06-01; not private; 20 entries per day"), "{shown}");
}
