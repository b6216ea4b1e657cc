//! A server killed while pages stream in and jobs read them: every upload that it took becomes one entry, with its pages
//! as they came, and no file is left that nobody has.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;
use std::time::Instant;

use serde_json::Value;

use crate::serve::is_whole;
use crate::support::World;
use crate::support::page;
use crate::support::provider::Answer;
use crate::support::provider::OPENAI_KEY;
use crate::support::provider::Provider;
use crate::support::provider::Route;
use crate::support::rng::Rng;
use crate::support::server::Client;
use crate::support::server::Reply;
use crate::support::server::Server;
use crate::support::server::UNLIMITED;
use crate::support::server::wait_for;
use crate::support::switch;
use crate::support::text_of;

/// Who uploads at once.
const WRITERS: u64 = 3;
/// Longest time that a server lives, milliseconds.
const LONGEST: u64 = 4000;
/// Pages of the uploads, in turn.
const SIZES: [u64; 5] = [50, 1, 3, 2, 7];
/// Rounds that may follow while none of the first ones took an upload of the largest size.
const LONGER: u64 = 5;
/// Rounds after which the uploads are allowed to become entries, and are looked at.
const PAUSE: u64 = 10;
/// How long nothing may happen to the jobs, and how often they are looked at. It is less than a claim stands by itself: what
/// a dead server had claimed is taken over at once.
const PATIENCE: Duration = Duration::from_secs(90);
const LOOK: Duration = Duration::from_millis(200);
/// Jobs of a page of the list.
const LISTED: usize = 500;

/// The pages of an upload, by their numbers.
type Pages = std::ops::Range<u64>;

/// What was uploaded and taken, by job.
type Taken = BTreeMap<String, Pages>;

fn rounds() -> u64 {
    switch("JOURNAL_CRASH_ROUNDS").unwrap_or(12).div_ceil(2)
}

fn serve(world: &World, provider: &Provider) -> Server {
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

/// A provider that takes its time, and now and then has none.
fn provider() -> Provider {
    let provider = Provider::start();
    let asked = AtomicU64::new(0);
    provider.habit(Route::OpenAiOcr, move |_| {
        let number = asked.fetch_add(1, Ordering::Relaxed);
        let answer = if number % 97 == 96 { Answer::status(503).retry_after(31) } else { Answer::text("A page.") };
        answer.after(Duration::from_millis(number * 7 % 40))
    });
    provider
}

/// Uploads one upload after the other until the server dies.
fn upload_on(client: &Client, writer: u64, next: &AtomicU64, taken: &Mutex<Taken>) {
    for turn in writer.. {
        let count = SIZES[usize::try_from(turn).unwrap() % SIZES.len()];
        let first = next.fetch_add(count, Ordering::Relaxed);
        let pages: Vec<_> = (first..first + count).map(page::numbered).collect();
        let (kind, body) = page::form(&pages);
        let reply = client.attempt("POST", "/api/entries/ingest/images", kind, body);
        let Some(reply) = reply.ok().map(Reply::ok) else { return };
        assert_eq!(reply.status, 202, "{reply:#?}");
        taken.lock().unwrap().insert(text_of(&reply.json(), "job_id").to_owned(), first..first + count);
    }
}

/// Waits until nothing is left to do, and as long as it goes on.
fn settle(client: &Client) {
    let open = || -> Vec<Value> {
        let of = |status: &str| client.get(&format!("/api/jobs?limit={LISTED}&status={status}")).ok().json();
        ["queued", "running"].iter().flat_map(|status| of(status)["items"].as_array().unwrap().clone()).collect()
    };
    let (mut left, mut since) = (open(), Instant::now());
    while !left.is_empty() {
        let now = open();
        if now != left {
            (left, since) = (now, Instant::now());
        }
        assert!(since.elapsed() < PATIENCE, "nothing goes on: {left:#?}");
        std::thread::sleep(LOOK);
    }
}

fn jobs(client: &Client) -> Vec<Value> {
    let mut all = Vec::new();
    loop {
        let query = format!("/api/jobs?type=ingest_images&limit={LISTED}&offset={}", all.len());
        let page = client.get(&query).ok().json()["items"].as_array().unwrap().clone();
        let last = page.len() < LISTED;
        all.extend(page);
        if last {
            return all;
        }
    }
}

/// Counts the sealed files, and tells whether there is any other.
fn files(world: &World) -> (usize, Vec<PathBuf>) {
    let folder = world.notebook().with_file_name("media");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let (sealed, others): (Vec<_>, Vec<_>) = files.partition(|path| path.extension().is_some_and(|end| end == "age"));
    (sealed.len(), others)
}

/// Asserts that every upload that was taken is one entry with its pages, and that there is nothing else.
fn all_is_there(world: &World, client: &Client, taken: &Taken) {
    let jobs = jobs(client);
    let (mut entries, mut pages) = (BTreeSet::new(), 0);
    for job in &jobs {
        assert_eq!(job["status"], "succeeded", "{job:#}");
        let result = &job["result"];
        assert!(entries.insert(result["entry_id"].as_i64().unwrap()), "an entry of two uploads: {job:#}");
        pages += usize::try_from(result["page_count"].as_u64().unwrap()).unwrap();
    }
    let stored = client.get("/api/entries?limit=1").ok().json()["total"].as_i64().unwrap();
    assert_eq!(usize::try_from(stored).unwrap(), jobs.len(), "an entry without its upload");
    for (id, numbers) in taken {
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
    // What the last death left goes with the sweep of the next start.
    wait_for("the sweep", || (files(world) == (pages, Vec::new())).then_some(()));
}

#[test]
fn every_upload_that_a_killed_server_took_becomes_one_entry() {
    let (world, provider) = (World::new(), provider());
    let (_, key) = world.ada().key("phone", &["entries:read", "ingest"]);
    let mut rng = Rng::new(31);
    let (next, taken) = (AtomicU64::new(1), Mutex::new(Taken::new()));
    let is_large = |pages: &Pages| pages.end - pages.start == SIZES[0];
    let (mut round, mut longest, mut is_over) = (0, LONGEST, false);
    while !is_over {
        round += 1;
        let server = serve(&world, &provider);
        let life = Duration::from_millis(20 + rng.below(longest));
        std::thread::scope(|scope| {
            for writer in 0..WRITERS {
                let (server, key, next, taken) = (&server, &key, &next, &taken);
                scope.spawn(move || upload_on(&server.key(key), writer + round, next, taken));
            }
            // The delay is the fault that is injected; nothing is synchronised by it.
            std::thread::sleep(life);
            server.signal("KILL");
        });
        server.kill();
        if round >= rounds() {
            // A machine that is busy takes no large upload in so short a life; then lives grow longer until one is taken.
            is_over = taken.lock().unwrap().values().any(is_large);
            longest *= 2;
            assert!(is_over || round < rounds() + LONGER, "there was no storm");
        }
        if round % PAUSE == 0 || is_over {
            let server = serve(&world, &provider);
            let client = server.key(&key);
            settle(&client);
            all_is_there(&world, &client, &taken.lock().unwrap());
            server.stop();
            is_whole(&world);
            println!("{round} kills; {} uploads taken so far", taken.lock().unwrap().len());
        }
    }
    provider.proper();
    let taken = taken.into_inner().unwrap();
    let (uploads, large) = (taken.len(), taken.values().filter(|pages| is_large(pages)).count());
    let pages: u64 = taken.values().map(|pages| pages.end - pages.start).sum();
    let asked = provider.of(Route::OpenAiOcr).len();
    println!("{round} kills; {uploads} uploads taken, {large} of 50 pages; {pages} pages, {asked} readings");
}
