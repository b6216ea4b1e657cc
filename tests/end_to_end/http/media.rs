//! Download of originals: byte for byte to their owner, or not at all.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::http::entries::{ada, bob};
use crate::support::form::Form;
use crate::support::provider::Provider;
use crate::support::server::{Client, Server, UNLIMITED, wait_for};
use crate::support::{World, pictures};

/// Starts a server that reads pages with the scripted provider.
fn serve_with_provider(world: &World) -> (Provider, Server) {
    let provider = Provider::start();
    let settings = provider.settings();
    let settings = settings.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let variables: Vec<(&str, &str)> = UNLIMITED.into_iter().chain(settings).collect();
    let server = world.serve_with(&[], &variables);
    (provider, server)
}

/// Uploads pages and returns the id of their entry.
fn ingest_pages(client: &Client, pages: &[&[u8]]) -> i64 {
    let form =
        pages.iter().fold(Form::default(), |form, page| form.file("images", "../a \"page\".jpg", "image/jpeg", page));
    let reply = form.send(client, "/api/entries/ingest/images");
    assert_eq!(reply.status, 202, "{reply:#?}");
    let id = reply.json()["job_id"].as_str().unwrap().to_owned();
    let job: Value = wait_for("the pages to be read", || {
        let job = client.get(&format!("/api/jobs/{id}")).ok().json();
        assert_ne!(job["status"], "failed", "{job}");
        (job["status"] == "succeeded").then_some(job)
    });
    job["result"]["entry_id"].as_i64().unwrap()
}

fn original_files(world: &World) -> Vec<PathBuf> {
    let notebooks = std::fs::read_dir(world.data().join("notebooks")).unwrap().map(|item| item.unwrap().path());
    let items = notebooks.flat_map(|notebook| std::fs::read_dir(notebook.join("media")).unwrap());
    items.map(|item| item.unwrap().path()).collect()
}

#[test]
fn an_original_is_returned_unchanged_and_sandboxed() {
    let world = World::new();
    let (_provider, server) = serve_with_provider(&world);
    let ada = ada(&world, &server);
    let first = pictures::with_exif(&pictures::jpeg(90, 60, 0), 6, "kept for its owner");
    // A PNG declared as a JPEG.
    let second = pictures::png(80, 40, 9);
    let entry = ingest_pages(&ada, &[&first, &second]);

    let list = ada.get(&format!("/api/entries/{entry}/media")).ok().json();
    assert_eq!(list["entry_id"], entry);
    let items = list["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    assert_eq!(
        (&items[0]["n"], &items[0]["media_type"], &items[0]["bytes"]),
        (&json!(1), &json!("image/jpeg"), &json!(first.len()))
    );
    assert_eq!(
        (&items[1]["n"], &items[1]["media_type"]),
        (&json!(2), &json!("image/png")),
        "the detected type, not the declared one"
    );

    for (n, bytes, media_type, name) in [(1, &first, "image/jpeg", "jpg"), (2, &second, "image/png", "png")] {
        let (headers, body) = ada.download(&format!("/api/entries/{entry}/media/{n}"));
        let header = |name: &str| headers.get(name).unwrap_or_else(|| panic!("{name}")).to_str().unwrap();
        assert_eq!(&body.unwrap(), bytes);
        assert_eq!(header("content-type"), media_type);
        assert_eq!(header("content-length"), bytes.len().to_string());
        assert_eq!(header("content-disposition"), format!("attachment; filename=\"entry-{entry}-{n}.{name}\""));
        assert_eq!((header("x-content-type-options"), header("cache-control")), ("nosniff", "no-store"));
        assert!(header("content-security-policy").starts_with("sandbox; default-src 'none'"));
    }
    for path in ["media/0", "media/3", "media/01", "media/x", "media/-1"] {
        ada.get(&format!("/api/entries/{entry}/{path}")).refused(404, "not_found");
    }
    let reads = server.key(&world.ada().key("owner", &["account"]).1).get("/api/activity").ok().json();
    assert!(
        reads["items"].as_array().unwrap().iter().any(|line| line["action"] == "READ" && line["resource"] == "entry"),
        "{reads}"
    );
}

#[test]
fn another_users_original_reads_as_absent() {
    let world = World::new();
    let (_provider, server) = serve_with_provider(&world);
    let (ada, bob) = (ada(&world, &server), bob(&world, &server));
    let entry = ingest_pages(&ada, &[&pictures::jpeg(90, 60, 0)]);

    bob.get(&format!("/api/entries/{entry}/media")).refused(404, "not_found");
    bob.get(&format!("/api/entries/{entry}/media/1")).refused(404, "not_found");
    server.anonymous().get(&format!("/api/entries/{entry}/media/1")).refused(401, "unauthorized");

    let searcher = server.key(&world.ada().key("searcher", &["search"]).1);
    searcher.get(&format!("/api/entries/{entry}/media/1")).refused(403, "forbidden");
}

#[test]
fn a_damaged_original_is_never_returned_as_complete() {
    let world = World::new();
    let (_provider, server) = serve_with_provider(&world);
    let ada = ada(&world, &server);
    let entry = ingest_pages(&ada, &[&pictures::jpeg_of_size(1 << 20, 0)]);
    let path = format!("/api/entries/{entry}/media/1");
    let sealed = original_files(&world).remove(0);
    let complete = std::fs::read(&sealed).unwrap();
    let corrupt = |at: usize| {
        let mut damaged = complete.clone();
        damaged[at] ^= 1;
        std::fs::write(&sealed, damaged).unwrap();
    };

    corrupt(complete.len() - 100);
    let (_, body) = ada.download(&path);
    assert!(body.is_err(), "the last chunk is damaged, so the reply is aborted");
    std::fs::write(&sealed, &complete[..complete.len() / 2]).unwrap();
    assert!(ada.download(&path).1.is_err(), "a truncated file");
    corrupt(300);
    ada.get(&path).refused(409, "conflict");
    std::fs::remove_file(&sealed).unwrap();
    ada.get(&path).refused(409, "conflict");
    std::fs::write(&sealed, &complete).unwrap();
    crate::support::chmod(&sealed, 0o600);
    assert_eq!(ada.download(&path).1.unwrap().len(), 1 << 20);
}

#[test]
fn deleting_an_entry_deletes_its_originals() {
    let world = World::new();
    let (_provider, server) = serve_with_provider(&world);
    let ada = ada(&world, &server);
    let entry = ingest_pages(&ada, &[&pictures::jpeg(90, 60, 0), &pictures::jpeg(90, 60, 50)]);
    let other = ingest_pages(&ada, &[&pictures::jpeg(90, 60, 99)]);
    assert_eq!(original_files(&world).len(), 3);

    ada.delete(&format!("/api/entries/{entry}?now=true")).ok();

    assert_eq!(original_files(&world).len(), 1);
    ada.get(&format!("/api/entries/{entry}/media/1")).refused(404, "not_found");
    world.ok(&["delete", &other.to_string(), "--now", "--yes"]);
    assert_eq!(original_files(&world).len(), 0);
}

#[test]
fn show_writes_private_files_and_overwrites_none() {
    use std::os::unix::fs::PermissionsExt;

    let world = World::new();
    let (_provider, server) = serve_with_provider(&world);
    let ada = ada(&world, &server);
    let picture = pictures::jpeg_of_size(1 << 20, 0);
    let entry = ingest_pages(&ada, &[&picture]).to_string();
    let folder = world.path("inbox/out");
    let to = ["show", &entry, "--media", "--to", folder.to_str().unwrap()];

    assert!(world.ok(&["show", &entry]).contains("1 original"));
    assert_eq!(world.json(&["show", &entry, "--media"])["items"][0]["bytes"], 1 << 20);
    world.ok(&to);
    let file = folder.join(format!("entry-{entry}-1.jpg"));
    assert_eq!(std::fs::read(&file).unwrap(), picture);
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    world.run(&to).refused(4).says("already exists");

    std::fs::remove_file(&file).unwrap();
    let sealed = original_files(&world).remove(0);
    let mut damaged = std::fs::read(&sealed).unwrap();
    let last = damaged.len() - 1;
    damaged[last] ^= 1;
    std::fs::write(&sealed, damaged).unwrap();
    world.run(&to).refused(4).says("damaged");
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0, "no partial file is left");
    let typed = world.ada().write("typed", "2026-01-01").to_string();
    world.run(&["show", &typed, "--media", "--to", folder.to_str().unwrap()]).refused(3);
}
