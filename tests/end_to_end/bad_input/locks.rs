//! The secret, the keyring and file permissions.

use std::os::unix::fs::symlink;

use crate::support::{World, chmod};

const OTHER_SECRET: &str = "c2VjcmV0LW9mLXNvbWVib2R5LWVsc2Utd2l0aC0zMi1ieXRlcw";

fn with_entry() -> World {
    let world = World::new();
    world.ada().write("The only entry.", "2024-01-01");
    world
}

#[test]
fn a_wrong_secret_decrypts_nothing() {
    let world = with_entry();

    std::fs::write(world.secret(), format!("{OTHER_SECRET}\n")).unwrap();
    world.run(&["list"]).refused(5).says("does not decrypt");
    world.run(&["init", "--email", "eve@home.example"]).refused(5);
    assert_eq!(world.doctor().0, 4);

    std::fs::remove_file(world.secret()).unwrap();
    world.run_with(&["list"], &[("JOURNAL_SECRET_KEY", OTHER_SECRET)], None).refused(5).says("does not decrypt");
}

#[test]
fn a_weak_secret_is_refused_before_use() {
    for weak in
        ["hunter2", "0123456789abcdef0123456789abcdef", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]
    {
        let fresh = World::empty();
        fresh.run_with(&["init", "--email", "a@b.example"], &[("JOURNAL_SECRET_KEY", weak)], None).refused(2);
        assert!(!fresh.data().exists(), "no data is created with a weak secret");

        let world = with_entry();
        world.run_with(&["list"], &[("JOURNAL_SECRET_KEY", weak)], None).refused(2).says("32 random bytes");
        let file = world.file("next.key", weak);
        chmod(&file, 0o600);
        world.run(&["keyring", "rotate", "--new-secret-file", file.to_str().unwrap()]).refused(2);
        assert_eq!(world.json(&["list"])["total"], 1);
    }
}

#[test]
fn a_missing_secret_is_reported_and_not_recreated() {
    let world = with_entry();
    std::fs::remove_file(world.secret()).unwrap();

    world.run(&["list"]).refused(5).says("secret.key").says("JOURNAL_SECRET_KEY_FILE");
    world.run(&["init", "--email", "eve@home.example"]).refused(5);

    assert!(!world.secret().exists());
}

#[test]
fn a_missing_keyring_is_not_recreated_over_existing_data() {
    let world = with_entry();
    std::fs::remove_file(world.keyring()).unwrap();

    world.run(&["list"]).refused(4).says("keyring.json is missing");
    let init = world.run(&["init", "--email", "eve@home.example"]);

    assert!(init.code == 4, "{init:#?}");
    assert!(!world.keyring().exists());
}

#[test]
fn a_missing_accounts_database_is_not_recreated() {
    let world = with_entry();
    let accounts = std::fs::read(world.accounts()).unwrap();
    std::fs::remove_file(world.accounts()).unwrap();

    world.run(&["list"]).refused(4).says("accounts.db is missing");
    let init = world.run(&["init", "--email", "eve@home.example"]);

    assert_eq!(init.code, 4, "init took over existing notebooks: {init:#?}");
    std::fs::write(world.accounts(), accounts).unwrap();
    chmod(&world.accounts(), 0o600);
    assert_eq!(world.json(&["list"])["total"], 1);
}

#[test]
fn a_foreign_keyring_is_refused_with_either_secret() {
    let (world, other) = (with_entry(), World::new());
    std::fs::copy(other.keyring(), world.keyring()).unwrap();

    world.run(&["list"]).refused(5);
    std::fs::copy(other.secret(), world.secret()).unwrap();
    world.run(&["list"]).refused(4).says("belongs to another keyring");

    assert_ne!(world.doctor().0, 0);
}

#[test]
fn a_keyring_with_a_flipped_bit_is_refused() {
    let world = with_entry();
    let whole = std::fs::read(world.keyring()).unwrap();

    for at in (0..whole.len()).step_by(3) {
        let mut damaged = whole.clone();
        damaged[at] ^= 1 << (at % 8);
        std::fs::write(world.keyring(), damaged).unwrap();

        let run = world.run(&["list"]);
        assert!([4, 5].contains(&run.code), "byte {at}: {run:#?}");
        run.assert_clear_error();
    }
    for length in [0, 1, whole.len() / 2, whole.len() - 3] {
        std::fs::write(world.keyring(), &whole[..length]).unwrap();
        world.run(&["list"]).refused(4).says("keyring");
    }
    std::fs::write(world.keyring(), whole).unwrap();
    assert_eq!(world.json(&["list"])["total"], 1);
}

#[test]
fn loose_permissions_are_refused_with_the_command_to_fix_them() {
    let world = with_entry();
    let notebooks = world.data().join("notebooks");
    let folder = world.notebook().parent().unwrap().to_owned();
    let places = [
        (world.data(), 0o755, 0o700),
        (world.keyring(), 0o644, 0o600),
        (world.accounts(), 0o640, 0o600),
        (notebooks, 0o711, 0o700),
        (folder, 0o750, 0o700),
        (world.notebook(), 0o604, 0o600),
    ];

    for (path, loose, tight) in &places {
        chmod(path, *loose);
        world.run(&["list"]).refused(4).says("open to others").says("journal doctor --fix");
        assert_eq!(world.doctor().0, 4, "{}", path.display());
        world.ok(&["doctor", "--fix"]);
        assert_eq!(world.json(&["list"])["total"], 1);
        let mode = std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(path).unwrap());
        assert_eq!(mode & 0o777, *tight, "{}", path.display());
    }

    chmod(&world.secret(), 0o644);
    world.run(&["list"]).refused(4).says("chmod 600");
    chmod(&world.secret(), 0o600);
    chmod(&world.config(), 0o777);
    world.run(&["list"]).refused(4).says("chmod go-w");
}

#[test]
fn symbolic_links_in_place_of_data_files_are_refused() {
    let world = with_entry();
    for path in [world.secret(), world.keyring(), world.accounts(), world.notebook()] {
        let real = world.path("inbox/real");
        std::fs::rename(&path, &real).unwrap();
        symlink(&real, &path).unwrap();

        world.run(&["list"]).refused(4).says("link");

        std::fs::remove_file(&path).unwrap();
        std::fs::rename(&real, &path).unwrap();
    }
    assert_eq!(world.json(&["list"])["total"], 1);
}

#[test]
fn files_of_another_owner_are_refused() {
    let world = with_entry();
    let Ok(()) = std::os::unix::fs::chown(world.accounts(), Some(65534), Some(65534)) else {
        println!("skipped: only root gives files away");
        return;
    };

    world.run(&["list"]).refused(4).says("belongs to another user");
    assert_eq!(world.doctor().0, 4);
}

#[test]
fn a_secret_inside_the_data_directory_is_refused() {
    let world = World::empty();
    let data = world.config();

    let run = world.run(&["init", "--email", "a@b.example", "--data-dir", data.to_str().unwrap()]);

    run.refused(4).says("inside the data directory");
    assert!(!data.join("keyring.json").exists());
    // Relative paths, which resolve in the home directory, are refused as well.
    for file in [".local/share/journal/secret.key", ".config/../.local/share/journal/secret.key"] {
        let run = world.run_with(&["init", "--email", "a@b.example"], &[("JOURNAL_SECRET_KEY_FILE", file)], None);
        assert_eq!(run.code, 4, "{file}: {run:#?}");
        assert!(!world.keyring().exists() && !world.data().join("secret.key").exists(), "{file}");
    }
}

#[test]
fn an_unknown_or_missing_user_gets_a_hint() {
    let world = with_entry();
    world.user("bob@home.example");

    world.run(&["list", "--user", "absent@home.example"]).refused(3).says("journal user list");
    world.run_with(&["list"], &[("JOURNAL_USER", "absent@home.example")], None).refused(3);
    // Without the default user, nobody is left whose journal is meant.
    world.user("carol@home.example");
    world.ok(&["user", "admin", "bob@home.example"]);
    world.ok(&["user", "delete", crate::support::ADA, "--yes"]);
    for args in [&["list"][..], &["write", "whose?"], &["key", "list"], &["search", "x"]] {
        world.run(args).refused(2).says("--user");
    }
}
