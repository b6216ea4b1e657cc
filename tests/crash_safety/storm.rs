//! A server killed during uploads and OCR jobs: every accepted upload becomes one entry with unchanged pages, and no
//! orphaned file remains.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::serve::assert_consistent;
use crate::support::provider::{Answer, OPENAI_KEY, Provider, Route};
use crate::support::rng::Rng;
use crate::support::server::{Client, Reply, Server, UNLIMITED, wait_for};
use crate::support::{World, env_number, page, text_of};

/// Number of concurrent clients.
const CLIENTS: u64 = 3;
/// Maximum lifetime of a server, milliseconds.
const MAX_LIFETIME_MS: u64 = 4000;
/// Page counts of the uploads, in turn.
const PAGE_COUNTS: [u64; 5] = [50, 1, 3, 2, 7];
/// Extra rounds allowed until an upload of the largest size is accepted.
const EXTRA_ROUNDS: u64 = 5;
/// Rounds between checks, at which all jobs may finish.
const ROUNDS_PER_CHECK: u64 = 10;
/// Longest time without a change of the jobs. It is shorter than a job lease: leases of a killed server are taken over
/// at once.
const STALL_TIMEOUT: Duration = Duration::from_secs(90);
const POLL_INTERVAL: Duration = Duration::from_millis(200);
/// Jobs per page of the list.
const JOBS_PER_PAGE: usize = 500;

/// Page numbers of an upload.
type Pages = std::ops::Range<u64>;

/// Accepted uploads by job id.
type AcceptedUploads = BTreeMap<String, Pages>;

fn rounds() -> u64 {
    env_number("JOURNAL_CRASH_ROUNDS").unwrap_or(12).div_ceil(2)
}

fn start_server(world: &World, provider: &Provider) -> Server {
    let url = format!("{}/v1", provider.url());
    let mut variables = UNLIMITED.to_vec();
    variables.extend([
        ("OCR_PROVIDER", "openai"),
        ("JOURNAL_OCR_URL", url.as_str()),
        ("OPENAI_API_KEY", OPENAI_KEY),
        ("PREPROCESS_IMAGES", "false"),
        ("DATE_HEADING_DETECTION", "false"),
        ("JOURNAL_JOB_RETRY_SECONDS", "1,1,1,1,1,1,1,1,1,1,1,1"),
    ]);
    world.serve_with(&[], &variables)
}

/// Starts a slow OCR provider that sometimes responds 503.
fn slow_provider() -> Provider {
    let provider = Provider::start();
    let requests = AtomicU64::new(0);
    provider.respond_with(Route::OpenAiOcr, move |_| {
        let number = requests.fetch_add(1, Ordering::Relaxed);
        let answer = if number % 97 == 96 { Answer::status(503).retry_after(31) } else { Answer::text("A page.") };
        answer.after(Duration::from_millis(number * 7 % 40))
    });
    provider
}

/// Uploads continuously until the server is killed.
fn upload_until_killed(client: &Client, writer: u64, next: &AtomicU64, accepted: &Mutex<AcceptedUploads>) {
    for turn in writer.. {
        let count = PAGE_COUNTS[usize::try_from(turn).unwrap() % PAGE_COUNTS.len()];
        let first = next.fetch_add(count, Ordering::Relaxed);
        let pages: Vec<_> = (first..first + count).map(page::numbered).collect();
        let (kind, body) = page::form(&pages);
        let reply = client.attempt("POST", "/api/entries/ingest/images", kind, body);
        let Some(reply) = reply.ok().map(Reply::ok) else { return };
        assert_eq!(reply.status, 202, "{reply:#?}");
        accepted.lock().unwrap().insert(text_of(&reply.json(), "job_id").to_owned(), first..first + count);
    }
}

/// Waits until no job is open; panics if nothing changes for [`STALL_TIMEOUT`].
fn wait_until_idle(client: &Client) {
    let open = || -> Vec<Value> {
        let of = |status: &str| client.get(&format!("/api/jobs?limit={JOBS_PER_PAGE}&status={status}")).ok().json();
        ["queued", "running"].iter().flat_map(|status| of(status)["items"].as_array().unwrap().clone()).collect()
    };
    let (mut left, mut since) = (open(), Instant::now());
    while !left.is_empty() {
        let now = open();
        if now != left {
            (left, since) = (now, Instant::now());
        }
        assert!(since.elapsed() < STALL_TIMEOUT, "jobs make no progress: {left:#?}");
        std::thread::sleep(POLL_INTERVAL);
    }
}

fn list_jobs(client: &Client) -> Vec<Value> {
    let mut all = Vec::new();
    loop {
        let query = format!("/api/jobs?type=ingest_images&limit={JOBS_PER_PAGE}&offset={}", all.len());
        let page = client.get(&query).ok().json()["items"].as_array().unwrap().clone();
        let last = page.len() < JOBS_PER_PAGE;
        all.extend(page);
        if last {
            return all;
        }
    }
}

/// Returns the number of encrypted originals and the paths of all other files.
fn media_files(world: &World) -> (usize, Vec<PathBuf>) {
    let folder = world.notebook().with_file_name("media");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let (sealed, others): (Vec<_>, Vec<_>) = files.partition(|path| path.extension().is_some_and(|end| end == "age"));
    (sealed.len(), others)
}

/// Asserts that every accepted upload is one entry with its pages, and that no other entry or file exists.
fn assert_all_uploads_stored(world: &World, client: &Client, accepted: &AcceptedUploads) {
    let jobs = list_jobs(client);
    let (mut entries, mut pages) = (BTreeSet::new(), 0);
    for job in &jobs {
        assert_eq!(job["status"], "succeeded", "{job:#}");
        let result = &job["result"];
        assert!(entries.insert(result["entry_id"].as_i64().unwrap()), "an entry of two uploads: {job:#}");
        pages += usize::try_from(result["page_count"].as_u64().unwrap()).unwrap();
    }
    let stored = client.get("/api/entries?limit=1").ok().json()["total"].as_i64().unwrap();
    assert_eq!(usize::try_from(stored).unwrap(), jobs.len(), "an entry without its upload");
    for (id, numbers) in accepted {
        let job = jobs.iter().find(|job| job["id"] == id.as_str()).unwrap_or_else(|| panic!("{id} was lost"));
        let (entry, count) = (job["result"]["entry_id"].as_i64().unwrap(), numbers.end - numbers.start);
        assert_eq!(job["result"]["page_count"], count, "{job:#}");
        let shown = client.get(&format!("/api/entries/{entry}")).ok().json();
        assert_eq!((&shown["page_count"], &shown["chunk_count"]), (&Value::from(count), &job["result"]["chunk_count"]));
        for (number, position) in [(numbers.start, 1), (numbers.end - 1, count)] {
            let original = client.get_bytes(&format!("/api/entries/{entry}/media/{position}"));
            assert_eq!(original, page::numbered(number), "page {position} of entry {entry}");
        }
    }
    // Leftovers of the last kill are removed by the sweep of the next start.
    wait_for("the sweep", || (media_files(world) == (pages, Vec::new())).then_some(()));
}

#[test]
fn every_accepted_upload_becomes_one_entry_despite_kills() {
    let (world, provider) = (World::new(), slow_provider());
    let (_, key) = world.ada().key("phone", &["entries:read", "ingest"]);
    let mut rng = Rng::new(31);
    let (next, accepted) = (AtomicU64::new(1), Mutex::new(AcceptedUploads::new()));
    let is_large = |pages: &Pages| pages.end - pages.start == PAGE_COUNTS[0];
    let (mut round, mut max_lifetime, mut is_over) = (0, MAX_LIFETIME_MS, false);
    while !is_over {
        round += 1;
        let server = start_server(&world, &provider);
        let lifetime = Duration::from_millis(20 + rng.below(max_lifetime));
        std::thread::scope(|scope| {
            for writer in 0..CLIENTS {
                let (server, key, next, accepted) = (&server, &key, &next, &accepted);
                scope.spawn(move || upload_until_killed(&server.key(key), writer + round, next, accepted));
            }
            // The delay is the fault that is injected; nothing is synchronised by it.
            std::thread::sleep(lifetime);
            server.signal("KILL");
        });
        server.kill();
        if round >= rounds() {
            // A busy machine accepts no large upload in so short a time; then lifetimes grow until one is accepted.
            is_over = accepted.lock().unwrap().values().any(is_large);
            max_lifetime *= 2;
            assert!(is_over || round < rounds() + EXTRA_ROUNDS, "no large upload was accepted");
        }
        if round % ROUNDS_PER_CHECK == 0 || is_over {
            let server = start_server(&world, &provider);
            let client = server.key(&key);
            wait_until_idle(&client);
            assert_all_uploads_stored(&world, &client, &accepted.lock().unwrap());
            server.stop();
            assert_consistent(&world);
            println!("{round} kills; {} uploads accepted so far", accepted.lock().unwrap().len());
        }
    }
    provider.assert_well_formed();
    let accepted = accepted.into_inner().unwrap();
    let (uploads, large) = (accepted.len(), accepted.values().filter(|pages| is_large(pages)).count());
    let pages: u64 = accepted.values().map(|pages| pages.end - pages.start).sum();
    let requests = provider.received_on(Route::OpenAiOcr).len();
    println!("{round} kills; {uploads} uploads accepted, {large} of 50 pages; {pages} pages, {requests} OCR requests");
}
