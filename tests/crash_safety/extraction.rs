//! Killed entity extraction: each entry has its old or all new mentions, and job costs match the egress ledger.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};

use crate::serve::assert_consistent;
use crate::support::provider::{ANTHROPIC_KEY, Answer, Provider, Route};
use crate::support::rng::Rng;
use crate::support::{World, env_number, text_of};

const ENTRIES: i64 = 40;
/// Maximum lifetime of a run, milliseconds.
const MAX_LIFETIME_MS: u64 = 500;

fn rounds() -> u64 {
    env_number("JOURNAL_CRASH_ROUNDS").unwrap_or(12)
}

fn reply(number: &str) -> String {
    let named = |kind: &str, name: &str| json!({ "entity_type": kind, "canonical_name": name, "quote": name, "confidence": 0.9, "aliases": [] });
    let related = json!({ "subject": "Bob", "predicate": "at", "object": format!("Pier {number}"), "quote": "Bob", "confidence": 1 });
    let entities = [named("person", "Bob"), named("place", &format!("Pier {number}")), named("topic", "tea")];
    json!({ "entities": entities, "relationships": [related] }).to_string()
}

/// Asserts that every entry has all of its mentions or none, and that none were lost; returns the extracted entries.
fn extracted(export: &Value, before: &[i64]) -> Vec<i64> {
    let count = |list: &str| {
        let mut counts: BTreeMap<i64, usize> = BTreeMap::new();
        for row in export[list].as_array().unwrap() {
            *counts.entry(row["entry_id"].as_i64().unwrap()).or_default() += 1;
        }
        counts
    };
    let (mentions, related) = (count("mentions"), count("relationships"));
    assert!(mentions.values().all(|count| *count == 3), "half extracted: {mentions:?}");
    assert!(related.values().all(|count| *count == 1) && related.keys().eq(mentions.keys()), "{related:?}");
    let lost: Vec<_> = before.iter().filter(|entry| !mentions.contains_key(entry)).collect();
    assert!(lost.is_empty(), "mentions were lost: {lost:?}");
    mentions.into_keys().collect()
}

#[test]
fn a_killed_extraction_is_atomic_and_counts_costs_once() {
    let (world, provider) = (World::new(), Provider::start());
    for number in 0..ENTRIES {
        world.ada().write(&format!("Bob had tea at Pier {number:02}."), &format!("2026-01-{:02}", 1 + number % 28));
    }
    provider.respond_with(Route::AnthropicChat, |request| {
        let body = String::from_utf8_lossy(&request.body).into_owned();
        let number = body.split("tea at Pier ").nth(1).map_or("", |rest| &rest[..2]);
        Answer::text(&reply(number)).after(Duration::from_millis(15))
    });
    let url = provider.url();
    let settings = [
        ("ANTHROPIC_API_KEY", ANTHROPIC_KEY),
        ("JOURNAL_ANTHROPIC_URL", &url),
        ("JOURNAL_ENABLE_MOOD_SCORING", "false"),
    ];
    let run = |args: &[&str]| world.run_with(args, &settings, None);
    let mut rng = Rng::new(31);
    let (mut kills, mut done, mut job) = (0, Vec::new(), None::<String>);
    while kills < rounds() {
        let id = job.get_or_insert_with(|| {
            let created = run(&["entity", "extract", "--no-wait", "--json"]).ok().document();
            text_of(&created, "job_id").to_owned()
        });
        let mut command = world.command();
        command.args(["job", "run"]).envs(settings).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        // The delay is the fault that is injected; nothing is synchronised by it.
        std::thread::sleep(Duration::from_millis(100 + rng.below(MAX_LIFETIME_MS)));
        let was_running = child.try_wait().unwrap().is_none();
        child.kill().unwrap();
        child.wait().unwrap();
        kills += u64::from(was_running);

        done = extracted(&world.ada().export(), &done);
        let shown = world.json(&["job", "show", id]);
        match text_of(&shown, "status") {
            "succeeded" => job = None,
            // The job was killed too often without progress.
            "failed" => drop(run(&["job", "retry", id]).ok()),
            _ => {}
        }
    }
    run(&["job", "run"]).ok();

    assert_eq!(i64::try_from(extracted(&world.ada().export(), &done).len()), Ok(ENTRIES));
    let jobs = world.json(&["job", "list", "--type", "entity_extraction", "--limit", "500"]);
    let mut spent: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    let mut offset = 0;
    let mut page = world.json(&["egress", "list", "--limit", "1000"]);
    while let Some(rows) = page["items"].as_array().filter(|rows| !rows.is_empty()) {
        offset += rows.len();
        for row in rows {
            let of_job = spent.entry(text_of(row, "job_id").to_owned()).or_default();
            of_job.0 += row["input_tokens"].as_i64().unwrap_or(0);
            of_job.1 += row["output_tokens"].as_i64().unwrap_or(0);
        }
        page = world.json(&["egress", "list", "--limit", "1000", "--offset", &offset.to_string()]);
    }
    for job in jobs["items"].as_array().unwrap() {
        assert_eq!(job["status"], "succeeded", "{job:#}");
        let counted = (job["input_tokens"].as_i64().unwrap(), job["output_tokens"].as_i64().unwrap());
        assert_eq!(counted, spent[text_of(job, "id")], "{job:#}");
        assert_eq!(job["result"]["entries_processed"], ENTRIES, "{job:#}");
        assert_eq!(job["result"]["mentions_created"], 3 * ENTRIES, "{job:#}");
    }
    assert_consistent(&world);
    println!("{kills} kills; {} jobs, {offset} provider requests", jobs["total"]);
}
