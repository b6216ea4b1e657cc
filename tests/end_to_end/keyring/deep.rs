//! `keyring rotate --deep`: new keys for every database.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use crate::support::{World, page, text_of};

/// Returns the data that a rotation must not change.
fn user_data(world: &World, people: &[&str]) -> Vec<Value> {
    people
        .iter()
        .flat_map(|email| {
            let person = crate::support::Person { world, email };
            [person.export()["entries"].clone(), person.json(&["key", "list"]), person.json(&["stats"])]
        })
        .collect()
}

fn database_files(world: &World) -> Vec<Vec<u8>> {
    let files = walkdir::WalkDir::new(world.data()).into_iter().flatten();
    files
        .filter(|file| file.path().extension() == Some("db".as_ref()))
        .map(|file| std::fs::read(file.path()).unwrap())
        .collect()
}

/// Returns every whole page; encrypted pages are equal only if one was copied without re-encryption.
fn pages(files: &[Vec<u8>]) -> BTreeSet<&[u8]> {
    files.iter().flat_map(|file| file.chunks_exact(4096)).collect()
}

#[test]
fn a_deep_rotation_rekeys_every_database_and_keeps_all_data() {
    let world = World::new();
    let people = ["ada@home.example", "bob@home.example"];
    world.user("bob@home.example").write("What Bob saw.", "2024-03-01");
    let ada = world.ada();
    for day in 1..=5 {
        ada.write(&format!("Day {day} of the harvest."), &format!("2024-05-{day:02}"));
    }
    let password = world.file("password", "a long and winding password");
    world.ok(&["user", "passwd", ada.email, "--password-file", password.to_str().unwrap()]);
    let (_, key) = ada.key("phone", &["entries:read"]);
    world.ok(&["job", "run", "--user", ada.email]);
    let (before, files, status) =
        (user_data(&world, &people), database_files(&world), world.json(&["keyring", "status"]));
    let old = world.copy();

    let done = world.json(&["keyring", "rotate", "--deep"]);

    let after = database_files(&world);
    assert!(pages(&files).is_disjoint(&pages(&after)), "a page was not re-encrypted");
    assert_eq!(done["notebooks"], 2);
    assert_eq!(text_of(&done, "fingerprint"), text_of(&status, "fingerprint"));
    let now = world.json(&["keyring", "status"]);
    assert_eq!((&now["generation"], &now["rekeying_unfinished"]), (&done["generation"], &Value::Bool(false)));
    assert_ne!(now["generation"], status["generation"]);
    assert_eq!(user_data(&world, &people), before);
    assert_eq!(world.doctor().0, 0);
    let by_key = world.run_with(&["list", "--json"], &[("JOURNAL_API_KEY", &key)], None).ok().document();
    assert_eq!(by_key["total"], 5);
    let trail = world.json(&["audit", "list"]).to_string();
    assert!(trail.contains("KEYRING_REKEYED"), "{trail}");
    world.ok(&["audit", "verify"]);
    // The old secret with the old keyring no longer opens the accounts.
    std::fs::copy(old.keyring(), world.keyring()).unwrap();
    std::fs::copy(old.secret(), world.secret()).unwrap();
    world.run(&["list", "--user", ada.email]).refused(4);
}

#[test]
fn sessions_and_passwords_survive_a_deep_rotation() {
    let world = World::new();
    let (ada, passphrase) = ("ada@home.example", "a long and winding password");
    let password = world.file("password", passphrase);
    world.ok(&["user", "passwd", ada, "--password-file", password.to_str().unwrap()]);
    let server = world.serve();
    let login = serde_json::json!({ "email": ada, "password": passphrase });
    let cookies = server.anonymous().post("/api/auth/login", &login).ok().cookies();
    server.stop();

    world.ok(&["keyring", "rotate", "--deep"]);

    let server = world.serve();
    server.anonymous().with("cookie", &cookies).get("/api/auth/me").ok();
    server.login(ada, passphrase).get("/api/auth/me").ok();
}

#[test]
fn originals_are_unchanged_by_a_deep_rotation() {
    let world = World::new();
    let photo = world.path("inbox/page.jpg");
    std::fs::write(&photo, page::numbered(1)).unwrap();
    world.ada().run(&["ingest", "--no-wait", photo.to_str().unwrap()]).ok();
    let sealed = encrypted_originals(&world.data());
    assert!(!sealed.is_empty());

    world.ok(&["keyring", "rotate", "--deep"]);

    assert_eq!(encrypted_originals(&world.data()), sealed);
    assert_eq!(world.doctor().0, 0);
}

fn encrypted_originals(data: &Path) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let files = walkdir::WalkDir::new(data).sort_by_file_name().into_iter().flatten();
    files
        .filter(|file| file.path().extension() == Some("age".as_ref()))
        .map(|file| (file.path().to_owned(), std::fs::read(file.path()).unwrap()))
        .collect()
}

#[test]
fn deep_and_ordinary_rotations_can_be_repeated() {
    let world = World::new();
    world.ada().write("The only entry.", "2024-01-01");

    let first = world.json(&["keyring", "rotate", "--deep"]);
    world.ok(&["keyring", "rotate"]);
    let second = world.json(&["keyring", "rotate", "--deep"]);

    assert_ne!(first["generation"], second["generation"]);
    assert_eq!(world.json(&["list"])["total"], 1);
    assert_eq!(world.doctor().0, 0);
    world.user("bob@home.example").write("Written later.", "2024-01-02");
    let keyring: Value = serde_json::from_slice(&std::fs::read(world.keyring()).unwrap()).unwrap();
    assert_eq!(keyring["version"], 2, "versions without data keys must refuse it");
}

#[test]
fn a_truncated_database_is_found_before_anything_is_rekeyed() {
    let world = World::new();
    world.ada().write("The only entry.", "2024-01-01");
    let intact = std::fs::read(world.notebook()).unwrap();
    std::fs::write(world.notebook(), &intact[..100]).unwrap();
    let generation = world.json(&["keyring", "status"])["generation"].clone();

    world.run(&["keyring", "rotate", "--deep"]).refused(4).says("notebook.db");

    let status = world.json(&["keyring", "status"]);
    assert_eq!((&status["generation"], &status["rekeying_unfinished"]), (&generation, &Value::Bool(false)));
    std::fs::write(world.notebook(), intact).unwrap();
    assert_eq!(world.json(&["list"])["total"], 1);
    world.ok(&["keyring", "rotate", "--deep"]);
}

#[test]
fn a_damaged_page_is_found_before_its_database_is_replaced() {
    let world = World::new();
    world.ada().write("The only entry.", "2024-01-01");
    let intact = std::fs::read(world.notebook()).unwrap();
    let mut damaged = intact.clone();
    let last = damaged.len() - 2000;
    damaged[last] ^= 1;
    std::fs::write(world.notebook(), &damaged).unwrap();

    world.run(&["keyring", "rotate", "--deep"]).refused(4);

    assert_eq!(std::fs::read(world.notebook()).unwrap(), damaged, "the damaged notebook is unchanged");
    std::fs::write(world.notebook(), intact).unwrap();
    assert_eq!(world.json(&["list"])["total"], 1);
    assert_eq!(
        world.json(&["keyring", "status"])["rekeying_unfinished"],
        false,
        "the next command finishes the re-keying"
    );
    assert_eq!(world.doctor().0, 0);
}

#[test]
fn an_api_key_cannot_rotate_keys_or_create_a_kit() {
    let world = World::new();
    let (_, key) = world.ada().key("admin", &["admin:users"]);
    let kit = world.file("kit", "1: ABCD");

    for command in [
        &["keyring", "rotate"][..],
        &["keyring", "rotate", "--deep"],
        &["keyring", "rotate", "--kit", kit.to_str().unwrap()],
        &["keyring", "recover-kit", "--yes"],
        &["keyring", "check-kit", kit.to_str().unwrap()],
    ] {
        let run = world.run_with(command, &[("JOURNAL_API_KEY", &key)], None);
        assert_eq!(run.stdout, "");
        run.refused(6).says("only the operator");
    }
}
