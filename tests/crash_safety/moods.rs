//! Crash safety of rescoring: after repeated kills no entry is half scored and none is paid for twice.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Stdio;

use serde_json::Value;

use crate::support::env_number;
use crate::support::mood_fixture::{MoodFixture, score_all};
use crate::support::provider::Route;
use crate::support::rng::Rng;
use crate::support::server::wait_for;

/// Number of entries in the journal.
const ENTRIES: usize = 12;
/// Concurrent requests of a run.
const MAX_CONCURRENT_REQUESTS: u64 = 4;

/// Returns the score of each scored entry, after asserting that its scores are complete and of one run.
fn stored_scores(fixture: &MoodFixture) -> BTreeMap<usize, String> {
    let mut scored = BTreeMap::new();
    for number in 1..=ENTRIES {
        let moods = fixture.json(&["mood", "show", &number.to_string()]);
        let items = moods["items"].as_array().unwrap();
        let times: BTreeSet<&str> = items.iter().map(|score| score["scored_at"].as_str().unwrap()).collect();
        let values: BTreeSet<String> = items.iter().map(|score| score["model_score"].to_string()).collect();
        assert!(items.is_empty() || items.len() == 2, "entry {number} is half scored: {moods}");
        assert!(times.len() <= 1 && values.len() <= 1, "entry {number} has scores of two runs: {moods}");
        if let Some(at) = values.iter().next() {
            scored.insert(number, at.clone());
        }
    }
    scored
}

/// Returns the number of requests for each entry.
fn requests_per_entry(fixture: &MoodFixture) -> BTreeMap<usize, usize> {
    let mut requests = BTreeMap::new();
    for request in fixture.mood_requests() {
        let text = request.user();
        let number = text.lines().find_map(|line| line.strip_prefix("This is day ")).unwrap();
        *requests.entry(number.trim_end_matches('.').parse().unwrap()).or_default() += 1;
    }
    requests
}

#[test]
fn a_killed_run_leaves_no_entry_half_scored_or_scored_twice() {
    let rounds = env_number("JOURNAL_CRASH_ROUNDS").unwrap_or(6);
    let fixture = MoodFixture::new();
    for number in 1..=ENTRIES {
        fixture.write(&format!("This is day {number}."), &format!("2024-05-{number:02}"));
    }
    let mut rng = Rng::new(77);
    let (mut killed, mut runs, mut attempts) = (0, 0, 0);
    while killed < rounds {
        runs += 1;
        // Each run has its own value, which distinguishes its scores from those of the previous run.
        let value = f64::from(runs % 200) / 256.0;
        fixture.provider.respond_with(Route::AnthropicChat, move |request| score_all(request, value));
        let job = fixture.json(&["mood", "rescore", "--force", "--no-wait"])["job_id"].as_str().unwrap().to_owned();
        let mut stored: BTreeSet<usize> = BTreeSet::new();
        loop {
            let before = (fixture.mood_requests().len(), requests_per_entry(&fixture));
            attempts += 1;
            let stop_at = before.0 + usize::try_from(rng.below(ENTRIES as u64 / 2)).unwrap();
            let mut command = fixture.world.command();
            let command = command.args(["job", "run"]).envs(fixture.settings());
            let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            // The request has arrived; its answer may be in transit, half stored, or stored.
            wait_for("a request or the end of the run", || {
                (fixture.mood_requests().len() > stop_at || child.try_wait().unwrap().is_some()).then_some(())
            });
            let ended = child.try_wait().unwrap().is_some();
            if !ended {
                child.kill().unwrap();
                child.wait().unwrap();
                killed += 1;
            }
            let now = stored_scores(&fixture);
            let done: BTreeSet<usize> = now
                .iter()
                .filter(|(_, at)| (at.parse::<f64>().unwrap() - value).abs() < 1e-9)
                .map(|(number, _)| *number)
                .collect();
            assert!(stored.is_subset(&done), "stored scores are missing");
            for (number, times) in requests_per_entry(&fixture) {
                let earlier = before.1.get(&number).copied().unwrap_or(0);
                assert!(times == earlier || !stored.contains(&number), "entry {number} was stored and requested again");
            }
            stored = done;
            if ended {
                break;
            }
        }
        for (number, times) in requests_per_entry(&fixture) {
            assert!(times <= attempts, "entry {number} was requested twice in one attempt");
        }
        let ended: Value = fixture.json(&["job", "show", &job]);
        assert_eq!((&ended["status"], &ended["result"]["scored"]), (&"succeeded".into(), &ENTRIES.into()), "{ended}");
        assert_eq!(ended["result"]["scores_written"], 2 * ENTRIES, "nothing is counted twice: {ended}");
        // The ledger records a call before it is sent, so calls killed in between are in it and never arrived.
        let calls = fixture.json(&["egress", "report"])["total"]["calls"].as_u64().unwrap();
        let arrived = fixture.mood_requests().len() as u64;
        assert!(
            (arrived..=arrived + MAX_CONCURRENT_REQUESTS * killed).contains(&calls),
            "{calls} calls in the ledger, {arrived} arrived"
        );
    }
    println!("{killed} runs were killed in {runs} jobs");
    assert_eq!(fixture.world.doctor().0, 0);
}
