//! A provider that fails in every way: named, sent again only where that can help, and nothing is lost by it.

use std::time::Instant;

use serde_json::Value;
use serde_json::json;

use crate::provider::Answer;
use crate::provider::Provider;
use crate::support::World;
use crate::support::server::UNLIMITED;
use crate::support::server::wait_for;

/// A journal with an entry that the provider made vectors of.
fn with_vectors(provider: &Provider) -> World {
    let world = World::new();
    provider.run(&world, &["write", "Plum brandy by the lighthouse.", "--date", "2024-05-01"], &[]).ok();
    world
}

/// Searches while the provider answers so; returns why nothing was looked for by meaning, and how often it was asked.
#[track_caller]
fn why(provider: &Provider, world: &World, answers: Vec<Answer>, more: &[(&str, &str)]) -> (String, usize) {
    let before = provider.heard().len();
    provider.answer(answers);
    let found = provider.run(world, &["search", "brandy", "--json"], more).ok().document();
    assert_eq!(found["items"][0]["entry_id"], 1, "it is found by word: {found}");
    (found["words_only"].as_str().unwrap_or("found by meaning").to_owned(), provider.heard().len() - before)
}

fn last_row(world: &World) -> Value {
    world.json(&["egress", "list", "--limit", "1"])["items"][0].clone()
}

#[test]
fn what_can_pass_is_sent_again_and_what_cannot_is_not() {
    let provider = Provider::new();
    let world = with_vectors(&provider);
    let status = |status| Answer::Status(status, "");

    for passing in [500, 502, 503, 529, 408, 429] {
        assert_eq!(why(&provider, &world, vec![status(passing)], &[]), ("found by meaning".to_owned(), 2), "{passing}");
    }
    for lasting in [400, 401, 403, 404, 422] {
        let (why, asked) = why(&provider, &world, vec![status(lasting)], &[]);
        assert_eq!(asked, 1, "{lasting}");
        assert!(why.contains(&format!("refused (status {lasting})")), "{why}");
        assert_eq!(last_row(&world)["result"], "refused");
    }
    let (why, asked) = why(&provider, &world, vec![status(503); 3], &[]);
    assert_eq!(asked, 3, "three times at most");
    assert!(why.contains("refused (status 503)"), "{why}");
}

#[test]
fn retry_after_is_honoured_up_to_half_a_minute() {
    let provider = Provider::new();
    let world = with_vectors(&provider);

    let begun = Instant::now();
    let soon = why(&provider, &world, vec![Answer::Status(429, "retry-after: 2\r\n")], &[]);
    assert!(begun.elapsed().as_secs() >= 2, "it did not wait");
    let late = why(&provider, &world, vec![Answer::Status(429, "retry-after: 120\r\n")], &[]);

    assert_eq!(soon, ("found by meaning".to_owned(), 2));
    assert_eq!(late.1, 1, "it comes back another time");
    assert!(late.0.contains("come back in 120 s"), "{}", late.0);
}

#[test]
fn silence_is_given_up_and_written_down() {
    let provider = Provider::new();
    let world = with_vectors(&provider);

    let (why, asked) = why(&provider, &world, vec![Answer::Silence; 3], &[("JOURNAL_PROVIDER_TIMEOUT", "1")]);

    assert_eq!(asked, 3);
    assert!(why.contains("did not answer in time"), "{why}");
    let row = last_row(&world);
    assert_eq!((&row["result"], &row["status"]), (&json!("timed_out"), &Value::Null));
    assert!(row["bytes_out"].as_u64().unwrap() > 0, "the request was out: {row}");
}

#[test]
fn an_answer_that_breaks_off_is_not_asked_for_twice() {
    let provider = Provider::new();
    let world = with_vectors(&provider);

    let (why, asked) = why(&provider, &world, vec![Answer::CutOff], &[]);

    assert_eq!(asked, 1);
    assert!(why.contains("broke the answer off"), "{why}");
    assert_eq!(last_row(&world)["result"], "failed");
}

#[test]
fn ten_megabytes_are_not_read() {
    let provider = Provider::new();
    let world = with_vectors(&provider);

    let (why, asked) = why(&provider, &world, vec![Answer::Endless], &[]);

    assert_eq!(asked, 1);
    assert!(why.contains("more than can be read"), "{why}");
    assert!(last_row(&world)["bytes_in"].as_u64().unwrap() < 2_000_000);
}

#[test]
fn an_answer_that_is_none_has_a_name() {
    let provider = Provider::new();
    let world = with_vectors(&provider);
    let cases: [(Answer, &str); 7] = [
        (Answer::Says("<html>".to_owned()), "not the API's JSON"),
        (Answer::Says(r#"{"data":"plum brandy"}"#.to_owned()), "not the API's JSON"),
        (Answer::Says(r#"{"data":[]}"#.to_owned()), "0 vectors for 1 texts"),
        (Answer::Wrong(|reply| reply["data"][0]["embedding"] = json!([1.0, 2.0])), "a vector of 2 numbers, not 64"),
        (Answer::Wrong(|reply| reply["data"][0]["index"] = json!(7)), "numbering is wrong"),
        (Answer::Wrong(|reply| reply["data"][0]["embedding"][3] = json!(1e300)), "no number"),
        (Answer::Wrong(|reply| reply["data"][0]["embedding"][3] = Value::Null), "not the API's JSON"),
    ];

    for (answer, name) in cases {
        let (why, asked) = why(&provider, &world, vec![answer], &[]);

        assert!(why.contains(name) && !why.contains("brandy"), "{why}");
        assert_eq!(asked, 1, "{name}");
    }
}

#[test]
fn an_expired_certificate_is_named_and_nothing_is_sent() {
    let (world, good) = (World::new(), Provider::new());
    good.run(&world, &["write", "Plum brandy.", "--date", "2024-05-01"], &[]).ok();
    let (valid, expired) = (Provider::secure(&world, "2"), "its certificate has expired");
    assert_eq!(why(&valid, &world, vec![], &[]), ("found by meaning".to_owned(), 1), "TLS works");
    let unknown = why(&valid, &world, vec![], &[("JOURNAL_PROVIDERS_CA", "")]);
    let over = Provider::secure(&world, "-1");

    let (why, asked) = why(&over, &world, vec![], &[]);

    assert!(why.contains(expired), "{why}");
    assert_eq!(asked, 0);
    assert_eq!(over.connections(), 1, "once is enough");
    let row = last_row(&world);
    assert_eq!((&row["result"], &row["bytes_out"]), (&json!("failed"), &json!(0)));
    assert!(unknown.0.contains("by nobody this machine trusts"), "{}", unknown.0);
}

#[test]
fn cleartext_goes_to_no_other_network() {
    let (world, good) = (World::new(), Provider::new());
    good.run(&world, &["write", "Plum brandy.", "--date", "2024-05-01"], &[]).ok();

    let (why, asked) = why(&good, &world, vec![], &[("JOURNAL_OPENAI_URL", "http://api.example/v1")]);

    assert_eq!(asked, 0);
    assert!(why.contains("in the clear"), "{why}");
}

#[test]
fn a_provider_that_fails_again_and_again_is_left_alone() {
    let provider = Provider::new();
    let world = with_vectors(&provider);
    let (_, key) = world.ada().key("own", &["search", "account"]);
    let settings = provider.settings();
    let own: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let server = world.serve_with(&[], &[UNLIMITED.as_slice(), &own].concat());
    let ada = server.key(&key);
    provider.answer(vec![Answer::Status(500, ""); 20]);
    let before = provider.heard().len();
    let mut number = 0;
    let mut why = || {
        number += 1;
        let found = ada.get(&format!("/api/search?q=brandy+{number}")).ok().json();
        found["words_only"].as_str().unwrap().to_owned()
    };

    let resting = wait_for("the breaker to open", || Some(why()).filter(|why| why.contains("is left alone")));
    let asked = provider.heard().len() - before;
    let connections = provider.connections();
    let rows = ada.get("/api/egress").ok().json()["total"].clone();
    let again = why();

    assert_eq!(asked, 5, "{resting}");
    assert!(again.contains("is left alone"), "{again}");
    assert_eq!(provider.heard().len() - before, 5, "nobody was asked");
    assert_eq!(provider.connections(), connections, "nor called");
    assert_eq!(ada.get("/api/egress").ok().json()["total"], rows, "and nothing left");
}

#[test]
fn an_entry_is_stored_whatever_becomes_of_its_vectors() {
    let (world, provider) = (World::new(), Provider::new());
    provider.answer(vec![Answer::Status(401, "")]);

    let run = provider.run(&world, &["write", "Plum brandy.", "--date", "2024-05-01"], &[]).ok();

    let job = &world.json(&["job", "list", "--type", "reprocess_embeddings"])["items"][0];
    assert!(run.stderr.contains("not findable by meaning"), "{run:#?}");
    assert_eq!(job["status"], "failed");
    assert!(job["error_message"].as_str().unwrap().contains("refused (status 401)"), "{job}");
    assert_eq!(provider.json(&world, &["search", "brandy"])["items"][0]["entry_id"], 1);
}
