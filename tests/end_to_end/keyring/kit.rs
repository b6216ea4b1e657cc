//! The recovery kit: a printed sheet that replaces a lost secret.

use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

use crate::support::{World, text_of};

/// Creates a journal with an entry and its recovery kit.
fn world_with_kit() -> (World, PathBuf) {
    let world = World::new();
    world.ada().write("The only entry.", "2024-01-01");
    let kit = world.path("inbox/kit.txt");
    world.ok(&["keyring", "recover-kit", "--to", kit.to_str().unwrap()]);
    (world, kit)
}

fn key_lines(sheet: &str) -> Vec<String> {
    let is_key = |line: &&str| line.trim().split_once(':').is_some_and(|(number, _)| number.parse::<u32>().is_ok());
    sheet.lines().filter(is_key).map(|line| line.trim().to_owned()).collect()
}

#[test]
fn a_kit_is_one_private_page_with_fingerprint_and_version() {
    let (world, kit) = world_with_kit();

    let sheet = std::fs::read_to_string(&kit).unwrap();
    let status = world.json(&["keyring", "status"]);

    assert_eq!(std::fs::metadata(&kit).unwrap().mode() & 0o777, 0o600);
    assert!(sheet.contains(text_of(&status, "fingerprint")) && sheet.contains(env!("CARGO_PKG_VERSION")), "{sheet}");
    assert!(sheet.lines().count() <= 60 && sheet.lines().all(|line| line.len() <= 72), "{sheet}");
    assert_eq!(status["recovery_kit"]["opens"], true);
    let trail = world.json(&["audit", "list"]).to_string();
    assert!(trail.contains("RECOVERY_KIT_MADE"), "{trail}");
    assert!(key_lines(&sheet).iter().all(|line| !trail.contains(line)));
}

#[test]
fn a_kit_is_printed_only_with_confirmation() {
    let world = World::new();

    let refused = world.run(&["keyring", "recover-kit"]);
    assert_eq!(refused.stdout, "");
    refused.refused(2).says("--yes");
    assert_eq!(world.json(&["keyring", "status"])["recovery_kit"], serde_json::Value::Null);

    let shown = world.ok(&["keyring", "recover-kit", "--yes"]);
    let document = world.json(&["keyring", "recover-kit", "--yes"]);
    assert_eq!(key_lines(&shown), key_lines(text_of(&document, "sheet")));
    assert_eq!(key_lines(&shown).len(), 4);
}

#[test]
fn a_kit_overwrites_no_file_and_stays_out_of_the_data_dir() {
    let (world, kit) = world_with_kit();
    let before = std::fs::read(&kit).unwrap();

    world.run(&["keyring", "recover-kit", "--to", kit.to_str().unwrap()]).refused(4).says("already exists");
    let inside = world.data().join("kit.txt");
    world
        .run(&["keyring", "recover-kit", "--to", inside.to_str().unwrap()])
        .refused(4)
        .says("inside the data directory");

    assert_eq!(std::fs::read(&kit).unwrap(), before);
    assert!(!inside.exists());
}

#[test]
fn a_mistyped_kit_line_is_named_but_not_repeated() {
    let (world, kit) = world_with_kit();
    let lines = key_lines(&std::fs::read_to_string(&kit).unwrap());
    let check = |text: &str| world.run_with(&["keyring", "check-kit", "-", "--json"], &[], Some(text.as_bytes()));

    // Checking a kit needs no secret.
    std::fs::rename(world.secret(), world.path("inbox/secret")).unwrap();
    world.ok(&["keyring", "check-kit", kit.to_str().unwrap()]);
    let checked = check(&lines.join("\n").to_lowercase().replace(' ', "")).ok().document();
    std::fs::rename(world.path("inbox/secret"), world.secret()).unwrap();

    assert_eq!(checked["fingerprint"], world.json(&["keyring", "status"])["fingerprint"]);
    for number in 1..=lines.len() {
        let mut typed = lines.clone();
        let line = &mut typed[number - 1];
        let position = line.len() - 6 - number;
        let other = if &line[position..=position] == "7" { "K" } else { "7" };
        line.replace_range(position..=position, other);
        let typed = typed.join("\n");
        let run = check(&typed);
        assert!(lines.iter().all(|line| !run.stderr.contains(&line[3..12])), "{run:#?}");
        assert_eq!(run.code, 2, "{run:#?}");
        run.says(&format!("line {number} of the kit is mistyped"));
    }
    for invalid in ["", "no kit at all", "\0\u{1}"] {
        assert_eq!(check(invalid).code, 2);
    }
    world.run(&["keyring", "check-kit", "/nowhere/kit"]).refused(2).says("cannot be read");
}

#[test]
fn a_kit_of_another_journal_is_refused() {
    let ((world, _), (other, kit)) = (world_with_kit(), world_with_kit());
    let (kit, secret) = (kit.to_str().unwrap(), std::fs::read(world.secret()).unwrap());

    world.run(&["keyring", "check-kit", kit]).refused(4).says("another journal");
    world.run(&["keyring", "rotate", "--kit", kit]).refused(4).says("another journal");

    assert_eq!(std::fs::read(world.secret()).unwrap(), secret);
    other.ok(&["keyring", "check-kit", kit]);
}

#[test]
fn a_lost_secret_is_replaced_with_a_kit() {
    let (world, kit) = world_with_kit();
    let lost_secret = std::fs::read(world.secret()).unwrap();
    std::fs::remove_dir_all(world.config()).unwrap();
    world.run(&["list"]).refused(5);

    world.ok(&["keyring", "rotate", "--kit", kit.to_str().unwrap()]);

    assert_eq!(world.json(&["list"])["total"], 1);
    assert_eq!(std::fs::metadata(world.secret()).unwrap().mode() & 0o777, 0o600);
    assert_ne!(std::fs::read(world.secret()).unwrap(), lost_secret);
    assert_eq!(world.json(&["keyring", "status"])["key_ids"].as_array().unwrap().len(), 1);
    assert!(world.json(&["audit", "list"]).to_string().contains("KEYRING_ROTATED"));
    world.ok(&["keyring", "check-kit", kit.to_str().unwrap()]);
    std::fs::write(world.secret(), lost_secret).unwrap();
    world.run(&["list"]).refused(5);
}

#[test]
fn a_kit_does_not_overwrite_an_existing_secret() {
    let (world, kit) = world_with_kit();
    let other = World::new();
    std::fs::copy(other.secret(), world.secret()).unwrap();
    let before = std::fs::read(world.secret()).unwrap();

    world.run(&["keyring", "rotate", "--kit", kit.to_str().unwrap()]).refused(4).says("move it away");

    assert_eq!(std::fs::read(world.secret()).unwrap(), before);
}

#[test]
fn a_kit_wraps_the_key_under_a_secret_of_the_environment() {
    let (world, kit) = world_with_kit();
    let kit = kit.to_str().unwrap();
    let next = "bmV4dC1zZWNyZXQtd2l0aC0zMi1yYW5kb20tYnl0ZXMhIQ";
    let file = world.file("next", next);
    crate::support::chmod(&file, 0o600);
    std::fs::remove_file(world.secret()).unwrap();
    let old_secret = [("JOURNAL_SECRET_KEY", "bG9zdC1zZWNyZXQtd2l0aC0zMi1yYW5kb20tYnl0ZXMhIQ")];

    world.run_with(&["keyring", "rotate", "--kit", kit], &old_secret, None).refused(2).says("--new-secret-file");
    let args = ["keyring", "rotate", "--kit", kit, "--new-secret-file", file.to_str().unwrap()];
    world.run_with(&args, &old_secret, None).ok();

    let listed = world.run_with(&["list", "--json"], &[("JOURNAL_SECRET_KEY", next)], None).ok().document();
    assert_eq!(listed["total"], 1);
}

#[test]
fn a_kit_from_before_a_deep_rotation_is_refused() {
    let (world, old_kit) = world_with_kit();
    world.ok(&["keyring", "rotate", "--deep", "--yes"]);
    let old_kit = old_kit.to_str().unwrap();

    assert_eq!(world.json(&["keyring", "status"])["recovery_kit"]["opens"], false);
    world.run(&["keyring", "check-kit", old_kit]).refused(4).says("before the databases were re-keyed");
    std::fs::remove_file(world.secret()).unwrap();
    world.run(&["keyring", "rotate", "--kit", old_kit]).refused(4).says("before the databases were re-keyed");
    assert!(!world.secret().exists());
}

#[test]
fn a_kit_from_after_a_deep_rotation_opens_the_journal() {
    let world = World::new();
    world.ada().write("The only entry.", "2024-01-01");
    world.ok(&["keyring", "rotate", "--deep", "--yes"]);
    let kit = world.path("inbox/kit.txt");
    let kit = kit.to_str().unwrap();
    world.ok(&["keyring", "recover-kit", "--to", kit]);
    std::fs::remove_file(world.secret()).unwrap();

    world.ok(&["keyring", "rotate", "--kit", kit]);

    assert_eq!(key_lines(&std::fs::read_to_string(kit).unwrap()).len(), 7);
    assert_eq!(world.json(&["list"])["total"], 1);
    assert_eq!(world.doctor().0, 0);
}
