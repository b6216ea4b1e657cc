//! Provider failures: each is reported, only transient ones are retried, and no entry is lost.

use std::time::Instant;

use serde_json::{Value, json};

use crate::egress::provider::{Answer, Provider};
use crate::support::World;
use crate::support::server::{UNLIMITED, wait_for};

/// Returns a journal with one entry that the provider embedded.
fn world_with_embedding(provider: &Provider) -> World {
    let world = World::new();
    provider.run(&world, &["write", "Plum brandy by the lighthouse.", "--date", "2024-05-01"], &[]).ok();
    world
}

/// Searches with these answers of the provider.
///
/// Returns the reason why the search used words only, and the number of requests.
#[track_caller]
fn words_only_reason(
    provider: &Provider,
    world: &World,
    answers: Vec<Answer>,
    more: &[(&str, &str)],
) -> (String, usize) {
    let before = provider.received().len();
    provider.answer(answers);
    let found = provider.run(world, &["search", "brandy", "--json"], more).ok().document();
    assert_eq!(found["items"][0]["entry_id"], 1, "word search finds it: {found}");
    (found["words_only"].as_str().unwrap_or("found by meaning").to_owned(), provider.received().len() - before)
}

fn last_row(world: &World) -> Value {
    world.json(&["egress", "list", "--limit", "1"])["items"][0].clone()
}

#[test]
fn transient_errors_are_retried_and_permanent_ones_are_not() {
    let provider = Provider::new();
    let world = world_with_embedding(&provider);
    let status = |status| Answer::Status(status, "");

    for transient in [500, 502, 503, 529, 408, 429] {
        assert_eq!(
            words_only_reason(&provider, &world, vec![status(transient)], &[]),
            ("found by meaning".to_owned(), 2),
            "{transient}"
        );
    }
    for permanent in [400, 401, 403, 404, 422] {
        let (reason, requests) = words_only_reason(&provider, &world, vec![status(permanent)], &[]);
        assert_eq!(requests, 1, "{permanent}");
        assert!(reason.contains(&format!("rejected the request (status {permanent})")), "{reason}");
        assert_eq!(last_row(&world)["result"], "refused");
    }
    let (reason, requests) = words_only_reason(&provider, &world, vec![status(503); 3], &[]);
    assert_eq!(requests, 3, "at most three attempts");
    assert!(reason.contains("rejected the request (status 503)"), "{reason}");
}

#[test]
fn retry_after_is_honoured_up_to_half_a_minute() {
    let provider = Provider::new();
    let world = world_with_embedding(&provider);

    let begun = Instant::now();
    let soon = words_only_reason(&provider, &world, vec![Answer::Status(429, "retry-after: 2\r\n")], &[]);
    assert!(begun.elapsed().as_secs() >= 2, "it did not wait");
    let late = words_only_reason(&provider, &world, vec![Answer::Status(429, "retry-after: 120\r\n")], &[]);

    assert_eq!(soon, ("found by meaning".to_owned(), 2));
    assert_eq!(late.1, 1, "a longer delay is left to a later retry");
    assert!(late.0.contains("retry in 120 s"), "{}", late.0);
}

#[test]
fn a_silent_provider_times_out_and_is_recorded() {
    let provider = Provider::new();
    let world = world_with_embedding(&provider);

    let (reason, requests) =
        words_only_reason(&provider, &world, vec![Answer::Silence; 3], &[("JOURNAL_PROVIDER_TIMEOUT", "1")]);

    assert_eq!(requests, 3);
    assert!(reason.contains("did not answer in time"), "{reason}");
    let row = last_row(&world);
    assert_eq!((&row["result"], &row["status"]), (&json!("timed_out"), &Value::Null));
    assert!(row["bytes_out"].as_u64().unwrap() > 0, "the request was sent: {row}");
}

#[test]
fn a_truncated_answer_is_not_retried() {
    let provider = Provider::new();
    let world = world_with_embedding(&provider);

    let (reason, requests) = words_only_reason(&provider, &world, vec![Answer::Truncated], &[]);

    assert_eq!(requests, 1);
    assert!(reason.contains("closed the connection before the response was complete"), "{reason}");
    assert_eq!(last_row(&world)["result"], "failed");
}

#[test]
fn an_oversized_answer_is_not_read() {
    let provider = Provider::new();
    let world = world_with_embedding(&provider);

    let (reason, requests) = words_only_reason(&provider, &world, vec![Answer::Oversized], &[]);

    assert_eq!(requests, 1);
    assert!(reason.contains("is too large"), "{reason}");
    assert!(last_row(&world)["bytes_in"].as_u64().unwrap() < 2_000_000);
}

#[test]
fn malformed_answers_have_specific_errors() {
    let provider = Provider::new();
    let world = world_with_embedding(&provider);
    let cases: [(Answer, &str); 7] = [
        (Answer::Body("<html>".to_owned()), "invalid JSON"),
        (Answer::Body(r#"{"data":"plum brandy"}"#.to_owned()), "invalid JSON"),
        (Answer::Body(r#"{"data":[]}"#.to_owned()), "0 vectors for 1 texts"),
        (Answer::Altered(|reply| reply["data"][0]["embedding"] = json!([1.0, 2.0])), "a vector of 2 numbers, not 64"),
        (Answer::Altered(|reply| reply["data"][0]["index"] = json!(7)), "wrong indices"),
        (Answer::Altered(|reply| reply["data"][0]["embedding"][3] = json!(1e300)), "not finite"),
        (Answer::Altered(|reply| reply["data"][0]["embedding"][3] = Value::Null), "invalid JSON"),
    ];

    for (answer, name) in cases {
        let (reason, requests) = words_only_reason(&provider, &world, vec![answer], &[]);

        assert!(reason.contains(name) && !reason.contains("brandy"), "{reason}");
        assert_eq!(requests, 1, "{name}");
    }
}

#[test]
fn an_expired_certificate_is_named_and_nothing_is_sent() {
    let (world, good) = (World::new(), Provider::new());
    good.run(&world, &["write", "Plum brandy.", "--date", "2024-05-01"], &[]).ok();
    let (valid, expired_message) = (Provider::secure(&world, "2"), "its certificate has expired");
    assert_eq!(words_only_reason(&valid, &world, vec![], &[]), ("found by meaning".to_owned(), 1), "TLS works");
    let unknown = words_only_reason(&valid, &world, vec![], &[("JOURNAL_PROVIDERS_CA", "")]);
    let expired_provider = Provider::secure(&world, "-1");

    let (reason, requests) = words_only_reason(&expired_provider, &world, vec![], &[]);

    assert!(reason.contains(expired_message), "{reason}");
    assert_eq!(requests, 0);
    assert_eq!(expired_provider.connections(), 1, "no second attempt");
    let row = last_row(&world);
    assert_eq!((&row["result"], &row["bytes_out"]), (&json!("failed"), &json!(0)));
    assert!(unknown.0.contains("not issued by a trusted CA"), "{}", unknown.0);
}

#[test]
fn cleartext_to_a_public_host_is_refused() {
    let (world, good) = (World::new(), Provider::new());
    good.run(&world, &["write", "Plum brandy.", "--date", "2024-05-01"], &[]).ok();

    let (reason, requests) =
        words_only_reason(&good, &world, vec![], &[("JOURNAL_OPENAI_URL", "http://api.example/v1")]);

    assert_eq!(requests, 0);
    assert!(reason.contains("without encryption"), "{reason}");
}

#[test]
fn the_circuit_breaker_opens_after_repeated_failures() {
    let provider = Provider::new();
    let world = world_with_embedding(&provider);
    let (_, key) = world.ada().key("own", &["search", "account"]);
    let settings = provider.settings();
    let own: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let server = world.serve_with(&[], &[UNLIMITED.as_slice(), &own].concat());
    let ada = server.key(&key);
    provider.answer(vec![Answer::Status(500, ""); 20]);
    let before = provider.received().len();
    let mut number = 0;
    let mut search_reason = || {
        number += 1;
        let found = ada.get(&format!("/api/search?q=brandy+{number}")).ok().json();
        found["words_only"].as_str().unwrap().to_owned()
    };

    let open_reason = wait_for("the breaker to open", || {
        Some(search_reason()).filter(|reason| reason.contains("its circuit breaker is open"))
    });
    let requests = provider.received().len() - before;
    let connections = provider.connections();
    let rows = ada.get("/api/egress").ok().json()["total"].clone();
    let repeated = search_reason();

    assert_eq!(requests, 5, "{open_reason}");
    assert!(repeated.contains("its circuit breaker is open"), "{repeated}");
    assert_eq!(provider.received().len() - before, 5, "no request was sent");
    assert_eq!(provider.connections(), connections, "no connection was opened");
    assert_eq!(ada.get("/api/egress").ok().json()["total"], rows, "no ledger row was added");
}

#[test]
fn an_entry_is_stored_even_if_embedding_fails() {
    let (world, provider) = (World::new(), Provider::new());
    provider.answer(vec![Answer::Status(401, "")]);

    let run = provider.run(&world, &["write", "Plum brandy.", "--date", "2024-05-01"], &[]).ok();

    let job = &world.json(&["job", "list", "--type", "reprocess_embeddings"])["items"][0];
    assert!(run.stderr.contains("not indexed for semantic search"), "{run:#?}");
    assert_eq!(job["status"], "failed");
    assert!(job["error_message"].as_str().unwrap().contains("rejected the request (status 401)"), "{job}");
    assert_eq!(provider.json(&world, &["search", "brandy"])["items"][0]["entry_id"], 1);
}
