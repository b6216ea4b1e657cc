//! Photographed pages with local Tesseract OCR.

use std::fmt::Write as _;

use serde_json::Value;

use crate::support::World;
use crate::support::media_fixtures::{PAGES, Page, tools_available};
use crate::support::server::{Client, UNLIMITED, wait_for};

const LOCAL: [(&str, &str); 1] = [("OCR_PROVIDER", "tesseract")];
const REQUIRED_TOOLS: [&str; 3] = ["convert", "heif-enc", "tesseract"];

fn media_type(file: &str) -> &'static str {
    match file.rsplit_once('.').unwrap().1 {
        "jpg" => "image/jpeg",
        "png" => "image/png",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "heic" => "image/heic",
        other => panic!("{other}"),
    }
}

/// Uploads pages as one entry and returns the job once it has ended.
fn upload_and_wait(client: &Client, pages: &[&Page], world: &World) -> Value {
    let mut body = Vec::new();
    for page in pages {
        let mut head = String::new();
        write!(head, "--limit\r\nContent-Disposition: form-data; name=\"images\"; filename=\"{}\"\r\n", page.file)
            .unwrap();
        write!(head, "Content-Type: {}\r\n\r\n", media_type(page.file)).unwrap();
        body.extend(head.bytes());
        body.extend(std::fs::read(page.render(world)).unwrap());
        body.extend(b"\r\n");
    }
    body.extend(b"--limit--\r\n");
    let reply = client.send("POST", "/api/entries/ingest/images", "multipart/form-data; boundary=limit", body);
    assert_eq!(reply.status, 202, "{reply:#?}");
    let id = reply.json()["job_id"].as_str().unwrap().to_owned();
    wait_for("the pages to be read", || {
        let job = client.get(&format!("/api/jobs/{id}")).ok().json();
        matches!(job["status"].as_str(), Some("succeeded" | "failed")).then_some(job)
    })
}

fn assert_words(text: &str, page: &Page) {
    for word in page.words {
        assert!(text.to_lowercase().contains(&word.to_lowercase()), "{}: {word:?} is not in {text:?}", page.file);
    }
}

#[test]
fn pages_of_every_format_are_read_by_local_ocr_and_found() {
    if !tools_available(&REQUIRED_TOOLS) {
        return;
    }
    let world = World::new();
    for page in &PAGES {
        let file = page.render(&world);
        let run = world.run_with(&["ingest", file.to_str().unwrap(), "--json"], &LOCAL, None).ok().document();
        let item = &run["items"][0];
        let id = item["id"].as_i64().unwrap_or_else(|| panic!("{run}"));

        let entry = world.json(&["show", &id.to_string()]);
        assert_eq!((&entry["entry_date"], &entry["source_type"]), (&page.date.into(), &"photo".into()), "{entry}");
        assert_eq!(entry["page_count"], 1);
        assert_words(entry["final_text"].as_str().unwrap(), page);
        let hits = world.json(&["search", page.words[0]]);
        assert_eq!(hits["items"][0]["entry_id"], id, "{hits}");
        let folder = world.path(&format!("inbox/back-{id}"));
        world.ok(&["show", &id.to_string(), "--media", "--to", folder.to_str().unwrap()]);
        let files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|item| item.unwrap().path()).collect();
        assert_eq!(files.len(), 1);
        assert_eq!(std::fs::read(&files[0]).unwrap(), std::fs::read(&file).unwrap(), "{}", page.file);

        let again = world.run_with(&["ingest", file.to_str().unwrap(), "--json"], &LOCAL, None).ok().document();
        assert_eq!(again["already_there"], 1, "{again}");
    }
    assert_eq!(world.json(&["list"])["total"], PAGES.len());
}

/// The original files are kept.
#[test]
fn pages_uploaded_together_become_one_entry() {
    if !tools_available(&REQUIRED_TOOLS) {
        return;
    }
    let world = World::new();
    let server = world.serve_with(&[], &[&UNLIMITED[..], &LOCAL].concat());
    let client = server.key(&world.ada().key("phone", &[]).1);
    let pages: Vec<&Page> = PAGES.iter().collect();

    let job = upload_and_wait(&client, &pages, &world);

    assert_eq!(job["status"], "succeeded", "{job}");
    assert_eq!((&job["progress_current"], &job["progress_total"]), (&6.into(), &6.into()));
    assert_eq!((&job["result"]["page_count"], &job["result"]["source_type"]), (&6.into(), &"photo".into()));
    let id = job["result"]["entry_id"].as_i64().unwrap();
    let entry = client.get(&format!("/api/entries/{id}")).ok().json();
    assert_eq!((&entry["page_count"], &entry["entry_date"]), (&6.into(), &PAGES[0].date.into()));
    for (number, page) in (1..).zip(&PAGES) {
        assert_words(entry["raw_text"].as_str().unwrap(), page);
        let media = client.get(&format!("/api/entries/{id}/media/{number}")).ok();
        assert_eq!(media.header("content-type"), Some(media_type(page.file)));
        let length = std::fs::metadata(world.path("inbox").join(page.file)).unwrap().len();
        assert_eq!(media.header("content-length"), Some(length.to_string().as_str()), "{}", page.file);
    }
    let found = client.get("/api/search?q=garden+bees+planted").ok().json();
    assert_eq!(found["items"][0]["entry_id"], id, "{found}");
    let again = upload_and_wait(&client, &pages[..1], &world);
    assert_eq!(again["status"], "failed", "the same page again: {again}");
    assert!(again["error_message"].as_str().unwrap().contains("already"), "{again}");
}
