//! Uploads and their jobs through the real binary with a mock provider, over HTTP and on the command line.

use serde_json::{Value, json};

use crate::support::provider::{Answer, OPENAI_KEY, Provider, Route};
use crate::support::server::{Client, Server, UNLIMITED, wait_for};
use crate::support::{Run, World, page, text_of};

/// Ada's journal and the mock provider that transcribes her pages.
struct UploadFixture {
    world: World,
    provider: Provider,
    url: String,
}

impl UploadFixture {
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

    /// Lets the provider answer 503 with `Retry-After: 900`.
    fn overload_provider(&self) {
        self.provider.always(Route::OpenAiOcr, Answer::status(503).retry_after(900));
    }
}

/// Uploads the pages with these numbers as one entry and returns the job ID.
fn upload_pages(client: &Client, numbers: std::ops::Range<u64>) -> String {
    let pages: Vec<_> = numbers.map(page::numbered).collect();
    let (kind, body) = page::form(&pages);
    let reply = client.send("POST", "/api/entries/ingest/images", kind, body).ok();
    assert_eq!((reply.status, &reply.json()["status"]), (202, &json!("queued")));
    text_of(&reply.json(), "job_id").to_owned()
}

fn get_job(client: &Client, job: &str) -> Value {
    client.get(&format!("/api/jobs/{job}")).ok().json()
}

/// Waits until a job ends and asserts its status.
#[track_caller]
fn wait_until_ended(client: &Client, job: &str, status: &str) -> Value {
    let ended = |job: &Value| !["queued", "running"].contains(&text_of(job, "status"));
    let job = wait_for(status, || Some(get_job(client, job)).filter(ended));
    assert_eq!(job["status"], status, "{job:#}");
    job
}

/// Waits until a job waits for its next attempt.
#[track_caller]
fn wait_until_delayed(client: &Client, job: &str) -> Value {
    wait_for("a delayed job", || Some(get_job(client, job)).filter(|job| !job["status_detail"].is_null()))
}

#[test]
fn an_upload_becomes_a_searchable_entry() {
    let fixture = UploadFixture::new();
    let (_server, client) = fixture.serve();
    fixture.provider.always(Route::OpenAiOcr, Answer::text("The lighthouse keeper served plum brandy."));

    let job = upload_pages(&client, 1..4);
    let job = wait_until_ended(&client, &job, "succeeded");

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
    fixture.provider.assert_well_formed();
}

#[test]
fn a_job_waits_for_its_provider_and_resumes_at_the_next_page() {
    let fixture = UploadFixture::new();
    let (_server, client) = fixture.serve();
    fixture.overload_provider();
    fixture.provider.next(Route::OpenAiOcr, Answer::text("The first page."));

    let job = upload_pages(&client, 1..4);
    let waiting = wait_until_delayed(&client, &job);

    assert_eq!((&waiting["status"], &waiting["progress_current"]), (&json!("running"), &json!(1)));
    let detail = text_of(&waiting, "status_detail");
    assert!(detail.contains("trying again in 15 minutes, at "), "{detail}");
    assert_eq!(client.get("/api/jobs?status=running").ok().json()["items"][0]["id"], job.as_str());
    assert_eq!(client.get("/api/entries").ok().json()["total"], 0);
    let cancelled = client.post(&format!("/api/jobs/{job}/cancel"), &json!({})).ok().json();
    assert_eq!((&cancelled["status"], &cancelled["status_detail"]), (&json!("cancelled"), &Value::Null));
    fixture.provider.reset();
    let before = fixture.provider.received_on(Route::OpenAiOcr).len();

    // The first server sends the overloaded provider nothing for a while, so another server retries.
    let (_server, client) = fixture.serve();
    client.post(&format!("/api/jobs/{job}/retry"), &json!({})).ok();
    wait_until_ended(&client, &job, "succeeded");

    assert_eq!(fixture.provider.received_on(Route::OpenAiOcr).len() - before, 2, "the first page is not sent again");
    assert_eq!(client.get("/api/entries/1").ok().json()["page_count"], 3);
}

#[test]
fn a_permanent_error_fails_the_job_and_keeps_the_upload() {
    let fixture = UploadFixture::new();
    let (server, client) = fixture.serve();
    fixture.provider.always(Route::OpenAiOcr, Answer::status(401));

    let job = upload_pages(&client, 1..2);
    let failed = wait_until_ended(&client, &job, "failed");

    assert!(
        failed["error_message"].as_str().is_some_and(|why| why.contains("openai") || why.contains("OpenAI")),
        "{failed}"
    );
    assert_eq!(failed["status_detail"], Value::Null);
    server.stop();
    fixture.provider.reset();
    let shown = fixture.run(&["job", "show", &job]).ok().stdout;
    assert!(shown.contains("status    failed") && shown.contains("error     "), "{shown}");
    fixture.run(&["job", "retry", &job]).ok();
    let run = fixture.run(&["job", "run"]).ok();
    assert!(run.stdout.starts_with("1 jobs done, 0 failed"), "{run:#?}");
    let done = fixture.run(&["job", "show", &job, "--json"]).ok().document();
    assert_eq!(
        (&done["status"], &done["result"]["entry_id"], &done["error_message"]),
        (&json!("succeeded"), &json!(1), &Value::Null)
    );
}

#[test]
fn commands_report_delayed_jobs_without_waiting() {
    let fixture = UploadFixture::new();
    fixture.overload_provider();
    let file = fixture.world.file("page.png", page::numbered(1));

    let ingested = fixture.run(&["ingest", file.to_str().unwrap()]).ok();

    assert!(ingested.stdout.contains("Queued as job ") && ingested.stdout.contains("trying again in"), "{ingested:#?}");
    let run = fixture.run(&["job", "run"]).ok();
    assert!(run.stdout.starts_with("0 jobs done, 0 failed, 1 waiting for a retry, the next at 20"), "{run:#?}");
    let list = fixture.run(&["job", "list", "--status", "running"]).ok().stdout;
    assert!(list.contains("ingest_images") && list.contains("trying again in"), "{list}");
    assert_eq!(fixture.world.json(&["stats"])["total_entries"], 0);
}

#[test]
fn cancel_and_retry_of_an_ended_job_are_refused() {
    let fixture = UploadFixture::new();
    let (_server, client) = fixture.serve();
    let job = upload_pages(&client, 1..2);
    wait_until_ended(&client, &job, "succeeded");

    client.post(&format!("/api/jobs/{job}/cancel"), &json!({})).refused(409, "job_ended");
    client.post(&format!("/api/jobs/{job}/retry"), &json!({})).refused(409, "job_not_failed");

    fixture.run(&["job", "cancel", &job]).refused(4).says("the job has ended: it succeeded");
    fixture.run(&["job", "retry", &job]).refused(4).says("the job has not failed");
    fixture.run(&["job", "show", "00000000-0000-4000-8000-000000000000"]).refused(3);
    fixture.run(&["job", "show", "7"]).refused(2);
}

#[test]
fn an_indexing_job_cannot_be_cancelled() {
    let world = World::new();
    let file = world.file("rain.txt", "Rain on the roof.");
    world.ada().run(&["ingest", file.to_str().unwrap(), "--no-wait"]).ok();
    let list = ["job", "list", "--type", "reprocess_embeddings"];
    let job = world.json(&list)["items"][0]["id"].as_str().unwrap().to_owned();

    world.ada().run(&["job", "cancel", &job]).refused(4).says("needed for the entry to be found");

    assert_eq!(world.json(&["job", "show", &job])["status"], "queued");
}

#[test]
fn a_duplicate_page_fails_the_job_and_creates_no_entry() {
    let fixture = UploadFixture::new();
    let (_server, client) = fixture.serve();
    let first = upload_pages(&client, 1..3);
    wait_until_ended(&client, &first, "succeeded");

    let second = upload_pages(&client, 2..5);
    let failed = wait_until_ended(&client, &second, "failed");

    assert!(text_of(&failed, "error_message").starts_with("page 1 is already in entry 1; "), "{failed}");
    assert_eq!(client.get("/api/entries").ok().json()["total"], 1);
}
