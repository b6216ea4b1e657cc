//! Photographs and recordings come in through tools: read by Tesseract on this machine, or by a scripted provider.

use std::time::Duration;

use data_encoding::BASE64;
use serde_json::Value;
use serde_json::json;

use crate::client::Speaks;
use crate::client::Stdio;
use crate::client::Told;
use crate::client::everywhere;
use crate::made;
use crate::made::PAGES;
use crate::support::World;
use crate::support::page;
use crate::support::pictures;
use crate::support::provider::Answer;
use crate::support::provider::OPENAI_KEY;
use crate::support::provider::Provider;
use crate::support::provider::Route;
use crate::support::server::UNLIMITED;
use crate::support::server::wait_for;
use crate::tools::ALL;
use crate::tools::at_every_door;
use crate::tools::fenced;

const LOCAL: [(&str, &str); 1] = [("OCR_PROVIDER", "tesseract")];
const MEDIA: &str = "journal_ingest_media";
const PAGES_TOOL: &str = "journal_ingest_multi_page";

fn image(bytes: &[u8], media_type: &str) -> Value {
    json!({ "source_type": "image", "data_base64": BASE64.encode(bytes), "media_type": media_type })
}

/// Whoever reads pages and hears recordings for a test.
struct Scene {
    world: World,
    provider: Provider,
    url: String,
}

impl Scene {
    fn new() -> Self {
        let provider = Provider::start();
        let url = format!("{}/v1", provider.url());
        Self { world: World::new(), provider, url }
    }

    fn settings(&self) -> Vec<(&str, &str)> {
        vec![
            ("OCR_PROVIDER", "openai"),
            ("JOURNAL_OCR_URL", &self.url),
            ("JOURNAL_OPENAI_URL", &self.url),
            ("OPENAI_API_KEY", OPENAI_KEY),
            ("PREPROCESS_IMAGES", "false"),
            ("DATE_HEADING_DETECTION", "false"),
        ]
    }

    fn pipes(&self) -> Stdio {
        Stdio::of(&self.world, &[], &self.settings())
    }

    fn entries(&self) -> Value {
        self.world.json(&["list"])["total"].clone()
    }
}

#[test]
fn a_photographed_page_becomes_an_entry_at_every_door() {
    if !made::tools(&["convert", "tesseract"]) {
        return;
    }
    let world = World::new();
    let server = world.serve_with(&[], &[&UNLIMITED[..], &LOCAL].concat());
    let key = world.ada().key("laptop", &ALL).1;
    let mut doors = everywhere(&world, &server, &key);
    doors[0].1 = Box::new(Stdio::of(&world, &[], &[LOCAL[0], ("JOURNAL_API_KEY", &key)]));
    for (page, (door, mut client)) in [&PAGES[0], &PAGES[2], &PAGES[5]].into_iter().zip(doors) {
        let bytes = std::fs::read(page.photograph(&world)).unwrap();
        let media_type = match page.file.rsplit_once('.').unwrap().1 {
            "jpg" => "image/jpeg",
            "webp" => "image/webp",
            _ => "image/png",
        };
        // As browsers write it, folded as mail does.
        let folded =
            BASE64.encode(&bytes).as_bytes().chunks(76).map(String::from_utf8_lossy).collect::<Vec<_>>().join("\r\n");
        let data = format!("data:{media_type};base64,{folded}");
        let given = json!({ "source_type": "image", "data_base64": data, "media_type": media_type });

        let told = client.call(MEDIA, given.clone()).ok();

        assert!(told.text.starts_with("Entry stored:\n  ID: "), "{door}: {told:?}");
        assert!(told.text.contains(&format!("\n  Date: {}\n  Source: photo\n", page.date)), "{door}: {told:?}");
        let preview = fenced(&told.text).to_lowercase();
        assert!(preview.starts_with("  preview: "), "{door}: {preview}");
        assert!(page.words.iter().any(|word| preview.contains(&word.to_lowercase())), "{door}: {preview}");
        client.call(MEDIA, given).refused("page 1 is already in entry");
    }
    assert_eq!(world.json(&["list"])["total"], 3);
}

#[test]
fn several_pages_become_one_entry_and_progress_is_told() {
    let scene = Scene::new();
    let mut client = scene.pipes();
    let pages: Vec<String> = (1..=3).map(|number| BASE64.encode(&page::numbered(number))).collect();
    let arguments =
        json!({ "images_base64": pages, "media_types": ["image/png", "image/png", "image/png"], "date": "2026-05-12" });
    let call = json!({ "name": PAGES_TOOL, "arguments": arguments, "_meta": { "progressToken": "p" } });

    client.send(&json!({ "jsonrpc": "2.0", "id": 77, "method": "tools/call", "params": call }).to_string());
    let mut progress = Vec::new();
    let told = loop {
        let message = client.receive().unwrap();
        if message["id"] == 77 {
            break Told::of(&message["result"]).ok();
        }
        assert_eq!(
            (&message["method"], &message["params"]["progressToken"]),
            (&"notifications/progress".into(), &"p".into())
        );
        assert_eq!(message["params"]["total"], 3.0, "{message}");
        progress.push(message["params"]["progress"].as_f64().unwrap());
    };

    assert!(told.text.contains("\n  Date: 2026-05-12\n  Pages: 3\n"), "{told:?}");
    assert!(progress.windows(2).all(|pair| pair[0] < pair[1]), "{progress:?}");
    assert_eq!(progress.last(), Some(&3.0), "{progress:?}");
    assert_eq!(scene.provider.of(Route::OpenAiOcr).len(), 3);
}

#[test]
fn a_recording_is_heard_in_its_language() {
    let scene = Scene::new();
    let given = json!({
        "source_type": "voice", "data_base64": BASE64.encode(&pictures::wav(4000, 7)), "media_type": "audio/wav",
        "date": "2026-05-12", "language": "nl",
    });

    let told = scene.pipes().call(MEDIA, given).ok();

    assert!(told.text.contains("\n  Date: 2026-05-12\n  Source: voice\n"), "{told:?}");
    assert_eq!(scene.provider.of(Route::OpenAiSpeech)[0].field("language").unwrap().text(), "nl");
}

#[test]
fn a_call_that_is_called_off_holds_nobody_up_and_stores_nothing() {
    let scene = Scene::new();
    scene.provider.always(Route::OpenAiOcr, Answer::text("Too late.").after(Duration::from_mins(10)));
    let mut client = scene.pipes();
    let call = json!({ "name": MEDIA, "arguments": image(&page::numbered(1), "image/png") });
    client.send(&json!({ "jsonrpc": "2.0", "id": 77, "method": "tools/call", "params": call }).to_string());
    wait_for("the page to be read", || (scene.provider.of(Route::OpenAiOcr).len() == 1).then_some(()));

    let meanwhile = client.call("journal_list_entries", json!({})).ok();
    assert_eq!(meanwhile.text, "0 of 0 entries.");
    let params = json!({ "requestId": 77, "reason": "the user left" });
    client.send(&json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": params }).to_string());

    let job = wait_for("the job to be called off", || {
        let jobs = scene.world.json(&["job", "list"]);
        (jobs["items"][0]["status"] == "cancelled").then(|| jobs["items"][0].clone())
    });
    let shown = client.call("journal_get_job_status", json!({ "job_id": job["id"] })).ok();
    assert_eq!(
        (&shown.data["status"], &shown.data["type"]),
        (&"cancelled".into(), &"ingest_images".into()),
        "{shown:?}"
    );
    assert_eq!(scene.entries(), 0);
}

#[test]
fn what_has_to_wait_is_left_to_be_asked_for() {
    let scene = Scene::new();
    scene.provider.always(Route::OpenAiOcr, Answer::status(503).retry_after(900));
    let server = scene.world.serve_with(&[], &[UNLIMITED.to_vec(), scene.settings()].concat());
    // A key that may only add follows what it sent.
    let key = scene.world.ada().key("scanner", &["ingest"]).1;

    for (number, (door, mut client)) in (1..).zip(everywhere(&scene.world, &server, &key)).skip(1) {
        let told = client.call(MEDIA, image(&page::numbered(number), "image/png")).ok();

        assert!(told.text.starts_with("Still being worked on ("), "{door}: {told:?}");
        assert!(told.text.ends_with("Ask journal_get_job_status for it."), "{door}: {told:?}");
        let id = told.text.split("Job: ").nth(1).unwrap().lines().next().unwrap();
        let shown = client.call("journal_get_job_status", json!({ "job_id": id })).ok();
        let fields: Vec<&str> = shown.data.as_object().unwrap().keys().map(String::as_str).collect();
        let promised = [
            "created_at",
            "error_message",
            "finished_at",
            "id",
            "params",
            "progress_current",
            "progress_total",
            "result",
            "started_at",
            "status",
            "type",
        ];
        assert_eq!(fields, promised, "{door}");
        assert_eq!((&shown.data["id"], &shown.data["progress_total"]), (&id.into(), &1.into()), "{door}");
        let absent = client.call("journal_get_job_status", json!({ "job_id": "7" })).refused("Job not found");
        assert_eq!(absent.data, json!({ "error": "Job not found", "job_id": "7" }), "{door}");
    }
}

#[test]
fn a_key_that_only_adds_is_not_shown_what_was_read() {
    let scene = Scene::new();
    let key = scene.world.ada().key("scanner", &["ingest"]).1;
    let variables = [scene.settings(), vec![("JOURNAL_API_KEY", key.as_str())]].concat();
    let mut client = Stdio::of(&scene.world, &[], &variables);

    let told = client.call(MEDIA, image(&page::numbered(1), "image/png")).ok();

    assert!(told.text.starts_with("Entry stored:\n  ID: 1\n"), "{told:?}");
    assert!(!told.text.contains("Preview") && !told.text.contains("ferry"), "{told:?}");
}

#[test]
fn bad_files_are_told_in_a_sentence_that_repeats_none_of_them() {
    let png = page::numbered(1);
    let good = BASE64.encode(&png);
    let two = json!([good, BASE64.encode(&page::numbered(2))]);
    let media = |source: &str, data: &str, media_type: &str| json!({ "source_type": source, "data_base64": data, "media_type": media_type });
    let dated =
        |date: &str| json!({ "source_type": "image", "data_base64": good, "media_type": "image/png", "date": date });
    let url = |source: &str, url: &str| json!({ "source_type": source, "url": url });
    let cases = [
        (MEDIA, media("picture", &good, "image/png"), "neither image nor voice"),
        (MEDIA, media("image", "", "image/png"), "data_base64 is empty"),
        (MEDIA, media("image", "%%%%", "image/png"), "not base64: it breaks at character 0"),
        (MEDIA, media("image", &good[..good.len() - 3], "image/png"), "is not base64"),
        (MEDIA, media("image", &good, "application/pdf"), "has unsupported type 'application/pdf'"),
        (MEDIA, media("image", &good, "image/jpeg"), "said to be image/jpeg, but it is image/png"),
        (MEDIA, media("voice", &good, "audio/mpeg"), "has unsupported type 'image/png'"),
        (MEDIA, media("image", &BASE64.encode(b"just words"), "image/png"), "has unsupported type"),
        (MEDIA, media("image", &BASE64.encode(&png[..60]), "image/png"), "page 1"),
        (MEDIA, dated("2026-02-30"), "not a day of the calendar"),
        (MEDIA, dated("2999-01-01"), "outside the allowed range"),
        (MEDIA, json!({ "source_type": "image", "media_type": "image/png" }), "\"data_base64\" is missing"),
        (
            MEDIA,
            json!({ "source_type": "voice", "data_base64": BASE64.encode(&pictures::wav(400, 1)), "media_type": "audio/wav", "language": "Klingon!" }),
            "language is no code",
        ),
        (PAGES_TOOL, json!({ "images_base64": two, "media_types": ["image/png"] }), "2 items in images_base64, but 1"),
        (PAGES_TOOL, json!({ "images_base64": [], "media_types": [] }), "At least one image"),
        (PAGES_TOOL, json!({ "images_base64": good, "media_types": ["image/png"] }), "\"images_base64\" is a list"),
        (PAGES_TOOL, json!({ "images_base64": [good, "%"], "media_types": ["image/png", "image/png"] }), "item 2 of"),
        (
            PAGES_TOOL,
            json!({ "images_base64": [good, good], "media_types": ["image/png", "image/png"] }),
            "page 2 is the same file as page 1",
        ),
        ("journal_ingest_media_from_url", url("picture", "https://site.example/"), "neither image nor voice"),
        ("journal_ingest_media_from_url", url("image", "http://127.0.0.1/x.png"), "public machine"),
        ("journal_ingest_media_from_url", url("image", "file:///etc/passwd"), "http"),
        ("journal_ingest_multi_page_from_url", json!({ "urls": [] }), "1 to 20 addresses"),
        ("journal_ingest_multi_page_from_url", json!({ "urls": ["http://[::1]/"] }), "public machine"),
        (
            "journal_ingest_multi_page_from_url",
            json!({ "urls": ["https://a.example/", "https://b.example/"], "media_types": ["image/png"] }),
            "2 items in urls, but 1",
        ),
        (
            "journal_ingest_multi_page_from_url",
            json!({ "urls": ["https://a.example/"], "date": "2999-01-01" }),
            "outside",
        ),
    ];

    at_every_door(
        |_| {},
        |door, client| {
            for (tool, arguments, words) in &cases {
                let told = client.call(tool, arguments.clone()).refused(words);
                assert!(told.text.len() < 600 && !told.text.contains(&good[..40]), "{door}: {told:?}");
            }
            assert_eq!(client.call("journal_list_entries", json!({})).ok().text, "0 of 0 entries.", "{door}");
        },
    );
}
