//! Reranking by a model: it reorders hits, and never drops one or adds one that was not found.

use serde_json::json;

use crate::llm::asked::{LlmFixture, Purpose, client, ids, ranking, user_text};
use crate::support::World;
use crate::support::provider::Answer;

const NO_RERANKER: [(&str, &str); 1] = [("HYBRID_RERANKER", "none")];

fn zeppelins(world: &World, number: i64) {
    for day in 1..=number {
        world.ada().write(&format!("The zeppelin number {day} landed."), &format!("2024-05-{day:02}"));
    }
}

#[test]
fn p_13_hits_the_model_omits_follow_the_ranked_ones() {
    let llm = LlmFixture::new();
    zeppelins(&llm.world, 5);
    let found = llm.world.json(&["search", "zeppelin landed"]);
    let fused = ids(&found);
    assert_eq!(found["reranker"], "NoopReranker");
    llm.answer_with(|purpose, _| {
        (purpose == Purpose::Rerank).then(|| ranking(&[(4, 0.9), (2, 0.4), (4, 0.8), (77, 1.0)]))
    });
    let server = llm.serve(&[]);
    let ada = client(&llm.world, &server);

    let found = ada.get("/api/search?q=zeppelin+landed").ok().json();

    assert_eq!(ids(&found), [fused[3], fused[1], fused[0], fused[2], fused[4]]);
    assert_eq!((&found["reranker"], &found["items"][0]["score"]), (&json!("AnthropicReranker"), &json!(0.9)));
    llm.provider.assert_well_formed();
    let ledger = llm.world.json(&["egress", "list"]);
    let row = &ledger["items"][0];
    assert_eq!((&row["purpose"], &row["model"]), (&json!("rerank"), &json!("claude-haiku-4-5")));
    assert_eq!(row["entry_ids"].as_array().unwrap().len(), 5, "{row}");
    assert!(row["cost_usd"].as_f64().unwrap() > 0.0, "its model has a price: {row}");
}

#[test]
fn pages_share_one_cached_order_until_a_write() {
    let llm = LlmFixture::new();
    zeppelins(&llm.world, 6);
    llm.answer_with(|purpose, _| {
        (purpose == Purpose::Rerank).then(|| ranking(&[6, 5, 4, 3, 2, 1].map(|at| (at, 0.1 * at as f64))))
    });
    let server = llm.serve(&[]);
    let ada = client(&llm.world, &server);
    let page = |query: &str| ids(&ada.get(&format!("/api/search?q=zeppelin&{query}")).ok().json());

    let whole = page("limit=6");
    let pages = [page("limit=2"), page("limit=2&offset=2"), page("limit=2&offset=4")].concat();

    assert_eq!(pages, whole);
    assert_eq!(llm.requests_for(Purpose::Rerank).len(), 1, "one request for all pages");
    // Sorting by date needs no reranking.
    assert_eq!(page("sort=date_asc"), [1, 2, 3, 4, 5, 6]);
    assert_eq!(ada.get("/api/search?q=zeppelin&sort=date_desc").ok().json()["reranker"], "NoopReranker");
    assert_eq!(llm.requests_for(Purpose::Rerank).len(), 1);
    // A write invalidates the cached order.
    ada.patch("/api/entries/1", &json!({ "entry_date": "2020-02-02" })).ok();
    assert_eq!(page("limit=6").len(), 6);
    assert_eq!(llm.requests_for(Purpose::Rerank).len(), 2);
    ada.delete("/api/entries/6").ok();
    assert!(!page("limit=6").contains(&6), "bug 9: a deletion shows at once");
    // Concurrent identical searches share one request.
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| ada.get("/api/search?q=landed+zeppelin").ok());
        }
    });
    assert_eq!(llm.requests_for(Purpose::Rerank).len(), 4);
}

#[test]
fn a_failed_rerank_keeps_the_fused_order() {
    let llm = LlmFixture::new();
    zeppelins(&llm.world, 4);
    let fused = ids(&llm.world.json(&["search", "zeppelin"]));
    let wrong = [
        Answer::status(401),
        Answer::status(400),
        Answer::malformed(),
        Answer::cut_short(),
        Answer::text("Number 3 is best."),
        Answer::text("{\"ranking\":[{\"index\":\"3\",\"score\":1,\"reason\":\"\"}]}"),
        ranking(&[]),
        ranking(&[(0, 1.0), (5, 1.0), (-3, 1.0)]),
        ranking(&[(1, 2.0), (2, -1.0), (3, 1e308)]),
        ranking(&[(3, 1.0)]).with_stop_reason("max_tokens"),
    ];
    for answer in wrong {
        llm.answer_with(move |purpose, _| (purpose == Purpose::Rerank).then(|| answer.clone()));
        // A new server for each answer, because repeated failures would open the circuit breaker.
        let server = llm.serve(&[]);
        let ada = client(&llm.world, &server);

        let found = ada.get("/api/search?q=zeppelin").ok().json();

        assert_eq!((ids(&found), &found["reranker"]), (fused.clone(), &json!("NoopReranker")));
        let (_, log) = server.stop();
        assert!(log.contains("reranking failed, keeping the fused order"), "{log}");
        assert!(!log.contains("zeppelin"), "{log}");
    }
}

#[test]
fn no_rerank_request_when_disabled_or_denied_by_policy() {
    let llm = LlmFixture::new();
    zeppelins(&llm.world, 3);
    let search = |more: &[(&str, &str)]| {
        let server = llm.serve(more);
        client(&llm.world, &server).get("/api/search?q=zeppelin").ok().json()
    };

    let off = search(&NO_RERANKER);
    let denied_by_the_server = search(&[("JOURNAL_PROVIDER_PURPOSES", "ocr,answer")]);
    llm.world.ok(&["egress", "policy", "--purposes", "answer"]);
    let denied_by_the_owner = search(&[]);
    llm.world.ok(&["egress", "policy", "--purposes", "all", "--local-only", "on"]);
    let local = search(&[]);

    for found in [off, denied_by_the_server, denied_by_the_owner, local] {
        assert_eq!((found["reranker"].as_str(), ids(&found).len()), (Some("NoopReranker"), 3), "{found}");
    }
    assert!(llm.provider.received().is_empty());
    assert_eq!(llm.world.json(&["egress", "list"])["total"], 0);
}

#[test]
fn entries_a_restricted_key_cannot_reach_are_not_sent() {
    let llm = LlmFixture::new();
    let ada = llm.world.ada();
    ada.write("The zeppelin of the plum brandy.", "2024-05-01");
    ada.write("The zeppelin of the violet hippopotamus.", "2024-07-02");
    ada.write("The zeppelin of July.", "2024-07-03");
    llm.answer_with(|purpose, _| (purpose == Purpose::Rerank).then(|| ranking(&[(2, 0.9), (1, 0.8), (3, 0.7)])));
    let server = llm.serve(&[]);
    let created = ada.json(&["key", "add", "july", "--scope", "search", "--from", "2024-07-01"]);
    let july = server.key(created["key"].as_str().unwrap());

    let whole = client(&llm.world, &server).get("/api/search?q=zeppelin").ok().json();
    let part = july.get("/api/search?q=zeppelin").ok().json();

    assert_eq!((ids(&whole).len(), ids(&part).len()), (3, 2));
    let requests = llm.requests_for(Purpose::Rerank);
    assert_eq!(requests.len(), 2, "the cached order of all entries is not used for a part");
    assert!(user_text(&requests[0]).contains("brandy") && !user_text(&requests[1]).contains("brandy"));
    let ledger = llm.world.json(&["egress", "list"]);
    assert_eq!(ledger["items"][0]["entry_ids"], json!([3, 2]), "{ledger}");
}

#[test]
fn a_long_entry_is_sent_to_the_reranker_in_part() {
    let llm = LlmFixture::new();
    llm.world.ada().write(&format!("The zeppelin. {}", "It rained and rained. ".repeat(300)), "2024-05-01");
    llm.world.ada().write("Airships over the lake.", "2024-05-02");
    llm.answer_with(|purpose, _| (purpose == Purpose::Rerank).then(|| ranking(&[(1, 0.5), (2, 0.4)])));
    let server = llm.serve(&[]);

    client(&llm.world, &server).get("/api/search?q=an+airship+in+the+sky").ok();

    let text = user_text(&llm.requests_for(Purpose::Rerank)[0]);
    assert!(text.chars().count() < 2 * 600 + 400, "{}", text.len());
    assert!(!text.contains('\u{2}'), "{text}");
}
