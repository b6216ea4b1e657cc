//! A run over many entries is killed again and again: no entry is half scored, and none is paid for twice.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::process::Stdio;

use serde_json::Value;

use crate::Scene;
use crate::scores;
use crate::support::provider::Route;
use crate::support::rng::Rng;
use crate::support::server::wait_for;
use crate::support::switch;

/// Entries of the journal.
const ENTRIES: usize = 12;
/// Entries that a run asks about at once.
const AT_ONCE: u64 = 4;

/// Returns the entries with scores, each with when they were made; every one has all of them, from one moment.
fn scored(scene: &Scene) -> BTreeMap<usize, String> {
    let mut scored = BTreeMap::new();
    for number in 1..=ENTRIES {
        let moods = scene.json(&["mood", "show", &number.to_string()]);
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

/// Returns how often each entry was asked about.
fn asked(scene: &Scene) -> BTreeMap<usize, usize> {
    let mut asked = BTreeMap::new();
    for arrived in scene.asked() {
        let text = arrived.user();
        let number = text.lines().find_map(|line| line.strip_prefix("This is day ")).unwrap();
        *asked.entry(number.trim_end_matches('.').parse().unwrap()).or_default() += 1;
    }
    asked
}

#[test]
fn a_killed_run_leaves_no_entry_half_scored_and_asks_about_none_again_that_was_stored() {
    let rounds = switch("JOURNAL_CRASH_ROUNDS").unwrap_or(6);
    let scene = Scene::new();
    for number in 1..=ENTRIES {
        scene.write(&format!("This is day {number}."), &format!("2024-05-{number:02}"));
    }
    let mut rng = Rng::new(77);
    let (mut killed, mut runs, mut attempts) = (0, 0, 0);
    while killed < rounds {
        runs += 1;
        // Each run has a value of its own, so that its scores are told from those of the one before.
        let value = f64::from(runs % 200) / 256.0;
        scene.provider.habit(Route::AnthropicChat, move |arrived| scores(arrived, value));
        let job = scene.json(&["mood", "rescore", "--force", "--no-wait"])["job_id"].as_str().unwrap().to_owned();
        let mut stored: BTreeSet<usize> = BTreeSet::new();
        loop {
            let before = (scene.asked().len(), asked(&scene));
            attempts += 1;
            let stop_at = before.0 + usize::try_from(rng.below(ENTRIES as u64 / 2)).unwrap();
            let mut command = scene.world.command();
            let command = command.args(["job", "run"]).envs(scene.settings());
            let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            // The question has arrived; its answer may be on its way, half stored, or stored.
            wait_for("a question or the end", || {
                (scene.asked().len() > stop_at || child.try_wait().unwrap().is_some()).then_some(())
            });
            let ended = child.try_wait().unwrap().is_some();
            if !ended {
                child.kill().unwrap();
                child.wait().unwrap();
                killed += 1;
            }
            let now = scored(&scene);
            let done: BTreeSet<usize> = now
                .iter()
                .filter(|(_, at)| (at.parse::<f64>().unwrap() - value).abs() < 1e-9)
                .map(|(number, _)| *number)
                .collect();
            assert!(stored.is_subset(&done), "scores that were stored are gone");
            for (number, times) in asked(&scene) {
                let earlier = before.1.get(&number).copied().unwrap_or(0);
                assert!(
                    times == earlier || !stored.contains(&number),
                    "entry {number} was stored, and asked about again"
                );
            }
            stored = done;
            if ended {
                break;
            }
        }
        for (number, times) in asked(&scene) {
            assert!(times <= attempts, "entry {number} was asked about twice in one attempt");
        }
        let ended: Value = scene.json(&["job", "show", &job]);
        assert_eq!((&ended["status"], &ended["result"]["scored"]), (&"succeeded".into(), &ENTRIES.into()), "{ended}");
        assert_eq!(ended["result"]["scores_written"], 2 * ENTRIES, "nothing is counted twice: {ended}");
        // A call is written down before it leaves, so that those that were killed in between are there and never arrived.
        let calls = scene.json(&["egress", "report"])["total"]["calls"].as_u64().unwrap();
        let arrived = scene.asked().len() as u64;
        assert!(
            (arrived..=arrived + AT_ONCE * killed).contains(&calls),
            "{calls} calls in the ledger, {arrived} arrived"
        );
    }
    println!("{killed} runs were killed in {runs} jobs");
    assert_eq!(scene.world.doctor().0, 0);
}
