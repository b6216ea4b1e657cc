//! Media ingest tools: photographs and recordings, with local Tesseract or a scripted provider.

use std::time::Duration;

use data_encoding::BASE64;
use serde_json::{Value, json};

use crate::mcp::client::{McpClient, StdioClient, ToolResult, all_transports};
use crate::mcp::tools::{ALL, delimited, on_every_transport};
use crate::support::media_fixtures::PAGES;
use crate::support::provider::{Answer, OPENAI_KEY, Provider, Route};
use crate::support::server::{UNLIMITED, wait_for};
use crate::support::{World, page, pictures};

const LOCAL: [(&str, &str); 1] = [("OCR_PROVIDER", "tesseract")];
const MEDIA: &str = "journal_ingest_media";
const PAGES_TOOL: &str = "journal_ingest_multi_page";

fn image(bytes: &[u8], media_type: &str) -> Value {
    json!({ "source_type": "image", "data_base64": BASE64.encode(bytes), "media_type": media_type })
}

/// A journal and the scripted provider that does its OCR and transcription.
struct MediaFixture {
    world: World,
    provider: Provider,
    url: String,
}

impl MediaFixture {
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

    fn stdio(&self) -> StdioClient {
        StdioClient::connect(&self.world, &[], &self.settings())
    }

    fn entries(&self) -> Value {
        self.world.json(&["list"])["total"].clone()
    }
}

#[test]
fn a_photographed_page_becomes_an_entry_on_every_transport() {
    if !crate::support::media_fixtures::tools_available(&["convert", "tesseract"]) {
        return;
    }
    let world = World::new();
    let server = world.serve_with(&[], &[&UNLIMITED[..], &LOCAL].concat());
    let key = world.ada().key("laptop", &ALL).1;
    let mut clients = all_transports(&world, &server, &key);
    clients[0].1 = Box::new(StdioClient::connect(&world, &[], &[LOCAL[0], ("JOURNAL_API_KEY", &key)]));
    for (page, (transport, mut client)) in [&PAGES[0], &PAGES[2], &PAGES[5]].into_iter().zip(clients) {
        let bytes = std::fs::read(page.render(&world)).unwrap();
        let media_type = match page.file.rsplit_once('.').unwrap().1 {
            "jpg" => "image/jpeg",
            "webp" => "image/webp",
            _ => "image/png",
        };
        // A data URL as browsers write it, with line breaks as in MIME.
        let folded =
            BASE64.encode(&bytes).as_bytes().chunks(76).map(String::from_utf8_lossy).collect::<Vec<_>>().join("\r\n");
        let data = format!("data:{media_type};base64,{folded}");
        let given = json!({ "source_type": "image", "data_base64": data, "media_type": media_type });

        let result = client.call(MEDIA, given.clone()).ok();

        assert!(result.text.starts_with("Entry stored:\n  ID: "), "{transport}: {result:?}");
        assert!(
            result.text.contains(&format!("\n  Date: {}\n  Source: photo\n", page.date)),
            "{transport}: {result:?}"
        );
        let preview = delimited(&result.text).to_lowercase();
        assert!(preview.starts_with("  preview: "), "{transport}: {preview}");
        assert!(page.words.iter().any(|word| preview.contains(&word.to_lowercase())), "{transport}: {preview}");
        client.call(MEDIA, given).refused("page 1 is already in entry");
    }
    assert_eq!(world.json(&["list"])["total"], 3);
}

#[test]
fn several_pages_become_one_entry_with_progress_reports() {
    let fixture = MediaFixture::new();
    let mut client = fixture.stdio();
    let pages: Vec<String> = (1..=3).map(|number| BASE64.encode(&page::numbered(number))).collect();
    let arguments =
        json!({ "images_base64": pages, "media_types": ["image/png", "image/png", "image/png"], "date": "2026-05-12" });
    let call = json!({ "name": PAGES_TOOL, "arguments": arguments, "_meta": { "progressToken": "p" } });

    client.send(&json!({ "jsonrpc": "2.0", "id": 77, "method": "tools/call", "params": call }).to_string());
    let mut progress = Vec::new();
    let result = loop {
        let message = client.receive().unwrap();
        if message["id"] == 77 {
            break ToolResult::parse(&message["result"]).ok();
        }
        assert_eq!(
            (&message["method"], &message["params"]["progressToken"]),
            (&"notifications/progress".into(), &"p".into())
        );
        assert_eq!(message["params"]["total"], 3.0, "{message}");
        progress.push(message["params"]["progress"].as_f64().unwrap());
    };

    assert!(result.text.contains("\n  Date: 2026-05-12\n  Pages: 3\n"), "{result:?}");
    assert!(progress.windows(2).all(|pair| pair[0] < pair[1]), "{progress:?}");
    assert_eq!(progress.last(), Some(&3.0), "{progress:?}");
    assert_eq!(fixture.provider.received_on(Route::OpenAiOcr).len(), 3);
}

#[test]
fn a_recording_is_transcribed_in_its_language() {
    let fixture = MediaFixture::new();
    let given = json!({
        "source_type": "voice", "data_base64": BASE64.encode(&pictures::wav(4000, 7)), "media_type": "audio/wav",
        "date": "2026-05-12", "language": "nl",
    });

    let result = fixture.stdio().call(MEDIA, given).ok();

    assert!(result.text.contains("\n  Date: 2026-05-12\n  Source: voice\n"), "{result:?}");
    assert_eq!(fixture.provider.received_on(Route::OpenAiSpeech)[0].field("language").unwrap().text(), "nl");
}

#[test]
fn a_cancelled_call_stores_nothing_and_blocks_no_other_call() {
    let fixture = MediaFixture::new();
    fixture.provider.always(Route::OpenAiOcr, Answer::text("Too late.").after(Duration::from_mins(10)));
    let mut client = fixture.stdio();
    let call = json!({ "name": MEDIA, "arguments": image(&page::numbered(1), "image/png") });
    client.send(&json!({ "jsonrpc": "2.0", "id": 77, "method": "tools/call", "params": call }).to_string());
    wait_for("the page to be read", || (fixture.provider.received_on(Route::OpenAiOcr).len() == 1).then_some(()));

    let meanwhile = client.call("journal_list_entries", json!({})).ok();
    assert_eq!(meanwhile.text, "0 of 0 entries.");
    let params = json!({ "requestId": 77, "reason": "the user left" });
    client.send(&json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": params }).to_string());

    let job = wait_for("the job to be cancelled", || {
        let jobs = fixture.world.json(&["job", "list"]);
        (jobs["items"][0]["status"] == "cancelled").then(|| jobs["items"][0].clone())
    });
    let shown = client.call("journal_get_job_status", json!({ "job_id": job["id"] })).ok();
    assert_eq!(
        (&shown.data["status"], &shown.data["type"]),
        (&"cancelled".into(), &"ingest_images".into()),
        "{shown:?}"
    );
    assert_eq!(fixture.entries(), 0);
}

#[test]
fn a_slow_ingest_returns_a_job_id_to_poll() {
    let fixture = MediaFixture::new();
    fixture.provider.always(Route::OpenAiOcr, Answer::status(503).retry_after(900));
    let server = fixture.world.serve_with(&[], &[UNLIMITED.to_vec(), fixture.settings()].concat());
    // A key with only the scope `ingest` may read the status of its jobs.
    let key = fixture.world.ada().key("scanner", &["ingest"]).1;

    for (number, (transport, mut client)) in (1..).zip(all_transports(&fixture.world, &server, &key)).skip(1) {
        let result = client.call(MEDIA, image(&page::numbered(number), "image/png")).ok();

        assert!(result.text.starts_with("Still running ("), "{transport}: {result:?}");
        assert!(result.text.ends_with("Call journal_get_job_status for its status."), "{transport}: {result:?}");
        let id = result.text.split("Job: ").nth(1).unwrap().lines().next().unwrap();
        let shown = client.call("journal_get_job_status", json!({ "job_id": id })).ok();
        let fields: Vec<&str> = shown.data.as_object().unwrap().keys().map(String::as_str).collect();
        let expected = [
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
        assert_eq!(fields, expected, "{transport}");
        assert_eq!((&shown.data["id"], &shown.data["progress_total"]), (&id.into(), &1.into()), "{transport}");
        let absent = client.call("journal_get_job_status", json!({ "job_id": "7" })).refused("Job not found");
        assert_eq!(absent.data, json!({ "error": "Job not found", "job_id": "7" }), "{transport}");
    }
}

#[test]
fn an_ingest_only_key_is_not_shown_the_ocr_text() {
    let fixture = MediaFixture::new();
    let key = fixture.world.ada().key("scanner", &["ingest"]).1;
    let variables = [fixture.settings(), vec![("JOURNAL_API_KEY", key.as_str())]].concat();
    let mut client = StdioClient::connect(&fixture.world, &[], &variables);

    let result = client.call(MEDIA, image(&page::numbered(1), "image/png")).ok();

    assert!(result.text.starts_with("Entry stored:\n  ID: 1\n"), "{result:?}");
    assert!(!result.text.contains("Preview") && !result.text.contains("ferry"), "{result:?}");
}

#[test]
fn invalid_files_get_one_sentence_that_echoes_none() {
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
        (MEDIA, media("image", "%%%%", "image/png"), "not valid base64: error at character 0"),
        (MEDIA, media("image", &good[..good.len() - 3], "image/png"), "is not valid base64"),
        (MEDIA, media("image", &good, "application/pdf"), "has unsupported type 'application/pdf'"),
        (MEDIA, media("image", &good, "image/jpeg"), "declared as image/jpeg, but its content is image/png"),
        (MEDIA, media("voice", &good, "audio/mpeg"), "has unsupported type 'image/png'"),
        (MEDIA, media("image", &BASE64.encode(b"just words"), "image/png"), "has unsupported type"),
        (MEDIA, media("image", &BASE64.encode(&png[..60]), "image/png"), "page 1"),
        (MEDIA, dated("2026-02-30"), "not a day of the calendar"),
        (MEDIA, dated("2999-01-01"), "outside the allowed range"),
        (MEDIA, json!({ "source_type": "image", "media_type": "image/png" }), "\"data_base64\" is missing"),
        (
            MEDIA,
            json!({ "source_type": "voice", "data_base64": BASE64.encode(&pictures::wav(400, 1)), "media_type": "audio/wav", "language": "Klingon!" }),
            "the language is not a language code",
        ),
        (PAGES_TOOL, json!({ "images_base64": two, "media_types": ["image/png"] }), "2 items in images_base64, but 1"),
        (PAGES_TOOL, json!({ "images_base64": [], "media_types": [] }), "At least one image"),
        (
            PAGES_TOOL,
            json!({ "images_base64": good, "media_types": ["image/png"] }),
            "\"images_base64\" must be a list",
        ),
        (PAGES_TOOL, json!({ "images_base64": [good, "%"], "media_types": ["image/png", "image/png"] }), "item 2 of"),
        (
            PAGES_TOOL,
            json!({ "images_base64": [good, good], "media_types": ["image/png", "image/png"] }),
            "page 2 is the same file as page 1",
        ),
        ("journal_ingest_media_from_url", url("picture", "https://site.example/"), "neither image nor voice"),
        ("journal_ingest_media_from_url", url("image", "http://127.0.0.1/x.png"), "not a public address"),
        ("journal_ingest_media_from_url", url("image", "file:///etc/passwd"), "http"),
        ("journal_ingest_multi_page_from_url", json!({ "urls": [] }), "1 to 20 addresses"),
        ("journal_ingest_multi_page_from_url", json!({ "urls": ["http://[::1]/"] }), "not a public address"),
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

    on_every_transport(
        |_| {},
        |transport, client| {
            for (tool, arguments, words) in &cases {
                let result = client.call(tool, arguments.clone()).refused(words);
                assert!(result.text.len() < 600 && !result.text.contains(&good[..40]), "{transport}: {result:?}");
            }
            assert_eq!(client.call("journal_list_entries", json!({})).ok().text, "0 of 0 entries.", "{transport}");
        },
    );
}
