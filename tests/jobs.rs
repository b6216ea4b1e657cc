//! Uploads and their jobs through the real binary, with a provider that a test plays: over HTTP and on the command line.

#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "support/mod.rs"]
mod support;

use serde_json::Value;
use serde_json::json;

use crate::support::Run;
use crate::support::World;
use crate::support::page;
use crate::support::provider::Answer;
use crate::support::provider::OPENAI_KEY;
use crate::support::provider::Provider;
use crate::support::provider::Route;
use crate::support::server::Client;
use crate::support::server::Server;
use crate::support::server::UNLIMITED;
use crate::support::server::wait_for;
use crate::support::text_of;

/// Ada's journal, and who reads her pages.
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
            ("OPENAI_API_KEY", OPENAI_KEY),
            ("PREPROCESS_IMAGES", "false"),
            ("DATE_HEADING_DETECTION", "false"),
            ("JOURNAL_ENABLE_MOOD_SCORING", "false"),
        ]
    }

    fn run(&self, args: &[&str]) -> Run {
        self.world.run_with(args, &self.settings(), None)
    }

    fn serve(&self) -> (Server, Client) {
        let variables = [UNLIMITED.to_vec(), self.settings()].concat();
        let server = self.world.serve_with(&[], &variables);
        let key = self.world.ada().key("phone", &["entries:read", "entries:write", "ingest", "search"]).1;
        let client = server.key(&key);
        (server, client)
    }

    /// The provider is overloaded, and says for how long.
    fn overloaded(&self) {
        self.provider.always(Route::OpenAiOcr, Answer::status(503).retry_after(900));
    }
}

/// Uploads pages of these numbers as one entry and returns the job.
fn uploaded(client: &Client, numbers: std::ops::Range<u64>) -> String {
    let pages: Vec<_> = numbers.map(page::numbered).collect();
    let (kind, body) = page::form(&pages);
    let reply = client.send("POST", "/api/entries/ingest/images", kind, body).ok();
    assert_eq!((reply.status, &reply.json()["status"]), (202, &json!("queued")));
    text_of(&reply.json(), "job_id").to_owned()
}

fn shown(client: &Client, job: &str) -> Value {
    client.get(&format!("/api/jobs/{job}")).ok().json()
}

#[track_caller]
fn until(client: &Client, job: &str, status: &str) -> Value {
    let ended = |job: &Value| !["queued", "running"].contains(&text_of(job, "status"));
    let job = wait_for(status, || Some(shown(client, job)).filter(ended));
    assert_eq!(job["status"], status, "{job:#}");
    job
}

#[track_caller]
fn until_waiting(client: &Client, job: &str) -> Value {
    wait_for("a wait", || Some(shown(client, job)).filter(|job| !job["status_detail"].is_null()))
}

#[test]
fn an_upload_is_an_entry_that_is_found_once_its_job_has_succeeded() {
    let scene = Scene::new();
    let (_server, client) = scene.serve();
    scene.provider.always(Route::OpenAiOcr, Answer::text("The lighthouse keeper served plum brandy."));

    let job = uploaded(&client, 1..4);
    let job = until(&client, &job, "succeeded");

    let result = &job["result"];
    assert_eq!(
        (&job["type"], &job["progress_current"], &job["progress_total"]),
        (&json!("ingest_images"), &json!(3), &json!(3))
    );
    assert_eq!((&result["entry_id"], &result["source_type"]), (&json!(1), &json!("photo")));
    assert_eq!((&result["page_count"], &result["follow_up_jobs"]), (&json!(3), &json!({})));
    assert!(result["word_count"].as_i64().unwrap() >= 18 && result["chunk_count"].as_i64().unwrap() >= 1, "{result}");
    assert!(job["input_tokens"].as_i64().unwrap() > 0 && job["output_tokens"].as_i64().unwrap() > 0, "{job}");
    let found = client.get("/api/search?q=spirits%20made%20of%20fruit").ok().json();
    assert_eq!(found["items"][0]["entry_id"], 1, "by meaning: {found:#}");
    scene.provider.proper();
}

#[test]
fn a_job_waits_for_its_provider_and_goes_on_where_it_was() {
    let scene = Scene::new();
    let (_server, client) = scene.serve();
    scene.overloaded();
    scene.provider.next(Route::OpenAiOcr, Answer::text("The first page."));

    let job = uploaded(&client, 1..4);
    let waiting = until_waiting(&client, &job);

    assert_eq!((&waiting["status"], &waiting["progress_current"]), (&json!("running"), &json!(1)));
    let detail = text_of(&waiting, "status_detail");
    assert!(detail.contains("trying again in 15 minutes, at "), "{detail}");
    assert_eq!(client.get("/api/jobs?status=running").ok().json()["items"][0]["id"], job.as_str());
    assert_eq!(client.get("/api/entries").ok().json()["total"], 0);
    let cancelled = client.post(&format!("/api/jobs/{job}/cancel"), &json!({})).ok().json();
    assert_eq!((&cancelled["status"], &cancelled["status_detail"]), (&json!("cancelled"), &Value::Null));
    scene.provider.reset();
    let asked = scene.provider.of(Route::OpenAiOcr).len();

    // Whoever is overloaded is left alone for a while, so it is another server that tries again.
    let (_server, client) = scene.serve();
    client.post(&format!("/api/jobs/{job}/retry"), &json!({})).ok();
    until(&client, &job, "succeeded");

    assert_eq!(scene.provider.of(Route::OpenAiOcr).len() - asked, 2, "the first page was not paid for again");
    assert_eq!(client.get("/api/entries/1").ok().json()["page_count"], 3);
}

#[test]
fn what_will_not_pass_fails_with_its_reason_and_keeps_the_upload() {
    let scene = Scene::new();
    let (server, client) = scene.serve();
    scene.provider.always(Route::OpenAiOcr, Answer::status(401));

    let job = uploaded(&client, 1..2);
    let failed = until(&client, &job, "failed");

    assert!(
        failed["error_message"].as_str().is_some_and(|why| why.contains("openai") || why.contains("OpenAI")),
        "{failed}"
    );
    assert_eq!(failed["status_detail"], Value::Null);
    server.stop();
    scene.provider.reset();
    let shown = scene.run(&["job", "show", &job]).ok().stdout;
    assert!(shown.contains("status    failed") && shown.contains("error     "), "{shown}");
    scene.run(&["job", "retry", &job]).ok();
    let run = scene.run(&["job", "run"]).ok();
    assert!(run.stdout.starts_with("1 jobs done, 0 failed"), "{run:#?}");
    let done = scene.run(&["job", "show", &job, "--json"]).ok().document();
    assert_eq!(
        (&done["status"], &done["result"]["entry_id"], &done["error_message"]),
        (&json!("succeeded"), &json!(1), &Value::Null)
    );
}

#[test]
fn a_command_says_what_waits_and_does_not_wait_for_it() {
    let scene = Scene::new();
    scene.overloaded();
    let file = scene.world.file("page.png", page::numbered(1));

    let ingested = scene.run(&["ingest", file.to_str().unwrap()]).ok();

    assert!(ingested.stdout.contains("Queued as job ") && ingested.stdout.contains("trying again in"), "{ingested:#?}");
    let run = scene.run(&["job", "run"]).ok();
    assert!(run.stdout.starts_with("0 jobs done, 0 failed, 1 waiting, the next until 20"), "{run:#?}");
    let list = scene.run(&["job", "list", "--status", "running"]).ok().stdout;
    assert!(list.contains("ingest_images") && list.contains("trying again in"), "{list}");
    assert_eq!(scene.world.json(&["stats"])["total_entries"], 0);
}

#[test]
fn an_order_that_comes_too_late_is_refused_with_its_reason() {
    let scene = Scene::new();
    let (_server, client) = scene.serve();
    let job = uploaded(&client, 1..2);
    until(&client, &job, "succeeded");

    client.post(&format!("/api/jobs/{job}/cancel"), &json!({})).refused(409, "job_ended");
    client.post(&format!("/api/jobs/{job}/retry"), &json!({})).refused(409, "job_not_failed");

    scene.run(&["job", "cancel", &job]).refused(4).says("the job has ended: it succeeded");
    scene.run(&["job", "retry", &job]).refused(4).says("the job has not failed");
    scene.run(&["job", "show", "00000000-0000-4000-8000-000000000000"]).refused(3);
    scene.run(&["job", "show", "7"]).refused(2);
}

#[test]
fn what_makes_an_entry_findable_is_not_called_off() {
    let world = World::new();
    let file = world.file("rain.txt", "Rain on the roof.");
    world.ada().run(&["ingest", file.to_str().unwrap(), "--no-wait"]).ok();
    let kind = ["job", "list", "--type", "reprocess_embeddings"];
    let job = world.json(&kind)["items"][0]["id"].as_str().unwrap().to_owned();

    world.ada().run(&["job", "cancel", &job]).refused(4).says("needed for the entry to be found");

    assert_eq!(world.json(&["job", "show", &job])["status"], "queued");
}

#[test]
fn a_page_that_the_notebook_has_already_is_named_and_makes_no_second_entry() {
    let scene = Scene::new();
    let (_server, client) = scene.serve();
    let first = uploaded(&client, 1..3);
    until(&client, &first, "succeeded");

    let second = uploaded(&client, 2..5);
    let failed = until(&client, &second, "failed");

    assert!(text_of(&failed, "error_message").starts_with("page 1 is already in entry 1; "), "{failed}");
    assert_eq!(client.get("/api/entries").ok().json()["total"], 1);
}
