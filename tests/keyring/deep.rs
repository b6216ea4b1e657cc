//! New keys for every database.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use crate::support::World;
use crate::support::page;
use crate::support::text_of;

/// Everything that has to be the same before and after.
fn told(world: &World, people: &[&str]) -> Vec<Value> {
    people
        .iter()
        .flat_map(|email| {
            let person = crate::support::Person { world, email };
            [person.export()["entries"].clone(), person.json(&["key", "list"]), person.json(&["stats"])]
        })
        .collect()
}

fn bytes(world: &World) -> Vec<Vec<u8>> {
    let files = walkdir::WalkDir::new(world.data()).into_iter().flatten();
    files
        .filter(|file| file.path().extension() == Some("db".as_ref()))
        .map(|file| std::fs::read(file.path()).unwrap())
        .collect()
}

/// Every whole page of a file; encrypted, so that no two are alike unless one was copied as it was.
fn pages(files: &[Vec<u8>]) -> BTreeSet<&[u8]> {
    files.iter().flat_map(|file| file.chunks_exact(4096)).collect()
}

#[test]
fn a_deep_rotation_gives_every_database_a_new_key_and_keeps_everything_else_good() {
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
    let (before, files, status) = (told(&world, &people), bytes(&world), world.json(&["keyring", "status"]));
    let old = world.copy();

    let done = world.json(&["keyring", "rotate", "--deep"]);

    let after = bytes(&world);
    assert!(pages(&files).is_disjoint(&pages(&after)), "a page is still as it was");
    assert_eq!(done["notebooks"], 2);
    assert_eq!(text_of(&done, "fingerprint"), text_of(&status, "fingerprint"));
    let now = world.json(&["keyring", "status"]);
    assert_eq!((&now["generation"], &now["rekeying_unfinished"]), (&done["generation"], &Value::Bool(false)));
    assert_ne!(now["generation"], status["generation"]);
    assert_eq!(told(&world, &people), before);
    assert_eq!(world.doctor().0, 0);
    let by_key = world.run_with(&["list", "--json"], &[("JOURNAL_API_KEY", &key)], None).ok().document();
    assert_eq!(by_key["total"], 5);
    let trail = world.json(&["audit", "list"]).to_string();
    assert!(trail.contains("KEYRING_REKEYED"), "{trail}");
    world.ok(&["audit", "verify"]);
    // The old secret with the old keyring opens the accounts no more.
    std::fs::copy(old.keyring(), world.keyring()).unwrap();
    std::fs::copy(old.secret(), world.secret()).unwrap();
    world.run(&["list", "--user", ada.email]).refused(4);
}

#[test]
fn logins_and_passwords_of_before_are_good_after_a_deep_rotation() {
    let world = World::new();
    let (ada, words) = ("ada@home.example", "a long and winding password");
    let password = world.file("password", words);
    world.ok(&["user", "passwd", ada, "--password-file", password.to_str().unwrap()]);
    let server = world.serve();
    let login = serde_json::json!({ "email": ada, "password": words });
    let cookies = server.stranger().post("/api/auth/login", &login).ok().cookies();
    server.stop();

    world.ok(&["keyring", "rotate", "--deep"]);

    let server = world.serve();
    server.stranger().with("cookie", &cookies).get("/api/auth/me").ok();
    server.login(ada, words).get("/api/auth/me").ok();
}

#[test]
fn originals_read_as_before_after_a_deep_rotation() {
    let world = World::new();
    let photo = world.path("inbox/page.jpg");
    std::fs::write(&photo, page::numbered(1)).unwrap();
    world.ada().run(&["ingest", "--no-wait", photo.to_str().unwrap()]).ok();
    let sealed = media(&world.data());
    assert!(!sealed.is_empty());

    world.ok(&["keyring", "rotate", "--deep"]);

    assert_eq!(media(&world.data()), sealed);
    assert_eq!(world.doctor().0, 0);
}

fn media(data: &Path) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let files = walkdir::WalkDir::new(data).sort_by_file_name().into_iter().flatten();
    files
        .filter(|file| file.path().extension() == Some("age".as_ref()))
        .map(|file| (file.path().to_owned(), std::fs::read(file.path()).unwrap()))
        .collect()
}

#[test]
fn a_second_deep_rotation_and_an_ordinary_one_after_it_go_well() {
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
    assert_eq!(keyring["version"], 2, "a program that knows no data key refuses it");
}

#[test]
fn an_unsound_database_is_found_before_anything_is_rekeyed() {
    let world = World::new();
    world.ada().write("The only entry.", "2024-01-01");
    let whole = std::fs::read(world.notebook()).unwrap();
    std::fs::write(world.notebook(), &whole[..100]).unwrap();
    let generation = world.json(&["keyring", "status"])["generation"].clone();

    world.run(&["keyring", "rotate", "--deep"]).refused(4).says("notebook.db");

    let status = world.json(&["keyring", "status"]);
    assert_eq!((&status["generation"], &status["rekeying_unfinished"]), (&generation, &Value::Bool(false)));
    std::fs::write(world.notebook(), whole).unwrap();
    assert_eq!(world.json(&["list"])["total"], 1);
    world.ok(&["keyring", "rotate", "--deep"]);
}

#[test]
fn a_page_that_does_not_read_is_found_before_its_database_is_replaced() {
    let world = World::new();
    world.ada().write("The only entry.", "2024-01-01");
    let whole = std::fs::read(world.notebook()).unwrap();
    let mut damaged = whole.clone();
    let last = damaged.len() - 2000;
    damaged[last] ^= 1;
    std::fs::write(world.notebook(), &damaged).unwrap();

    world.run(&["keyring", "rotate", "--deep"]).refused(4);

    assert_eq!(std::fs::read(world.notebook()).unwrap(), damaged, "a damaged notebook stays as it is");
    std::fs::write(world.notebook(), whole).unwrap();
    assert_eq!(world.json(&["list"])["total"], 1);
    assert_eq!(world.json(&["keyring", "status"])["rekeying_unfinished"], false, "the next command finished it");
    assert_eq!(world.doctor().0, 0);
}

#[test]
fn a_key_rotates_nothing_deep_and_makes_no_kit() {
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
