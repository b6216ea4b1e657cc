//! A model's order of what a search found: it moves hits, and never loses one or shows one that was not found.

use serde_json::json;

use crate::asked::Asked;
use crate::asked::Purpose;
use crate::asked::client;
use crate::asked::ids;
use crate::asked::ranking;
use crate::asked::told;
use crate::support::World;
use crate::support::provider::Answer;

const WITHOUT: [(&str, &str); 1] = [("HYBRID_RERANKER", "none")];

fn zeppelins(world: &World, number: i64) {
    for day in 1..=number {
        world.ada().write(&format!("The zeppelin number {day} landed."), &format!("2024-05-{day:02}"));
    }
}

#[test]
fn p_13_what_a_model_leaves_out_comes_after_what_it_named() {
    let asked = Asked::new();
    zeppelins(&asked.world, 5);
    let found = asked.world.json(&["search", "zeppelin landed"]);
    let fused = ids(&found);
    assert_eq!(found["reranker"], "NoopReranker");
    asked.says(|purpose, _| (purpose == Purpose::Rerank).then(|| ranking(&[(4, 0.9), (2, 0.4), (4, 0.8), (77, 1.0)])));
    let server = asked.serve(&[]);
    let ada = client(&asked.world, &server);

    let found = ada.get("/api/search?q=zeppelin+landed").ok().json();

    assert_eq!(ids(&found), [fused[3], fused[1], fused[0], fused[2], fused[4]]);
    assert_eq!((&found["reranker"], &found["items"][0]["score"]), (&json!("AnthropicReranker"), &json!(0.9)));
    asked.provider.proper();
    let ledger = asked.world.json(&["egress", "list"]);
    let row = &ledger["items"][0];
    assert_eq!((&row["purpose"], &row["model"]), (&json!("rerank"), &json!("claude-haiku-4-5")));
    assert_eq!(row["entry_ids"].as_array().unwrap().len(), 5, "{row}");
    assert!(row["cost_usd"].as_f64().unwrap() > 0.0, "its model has a price: {row}");
}

#[test]
fn pages_of_a_search_and_both_ways_to_ask_share_one_order() {
    let asked = Asked::new();
    zeppelins(&asked.world, 6);
    asked.says(|purpose, _| {
        (purpose == Purpose::Rerank).then(|| ranking(&[6, 5, 4, 3, 2, 1].map(|at| (at, 0.1 * at as f64))))
    });
    let server = asked.serve(&[]);
    let ada = client(&asked.world, &server);
    let page = |query: &str| ids(&ada.get(&format!("/api/search?q=zeppelin&{query}")).ok().json());

    let whole = page("limit=6");
    let pages = [page("limit=2"), page("limit=2&offset=2"), page("limit=2&offset=4")].concat();

    assert_eq!(pages, whole);
    assert_eq!(asked.questions(Purpose::Rerank).len(), 1, "paging asks once");
    // Dates decide by themselves, so nobody is asked.
    assert_eq!(page("sort=date_asc"), [1, 2, 3, 4, 5, 6]);
    assert_eq!(ada.get("/api/search?q=zeppelin&sort=date_desc").ok().json()["reranker"], "NoopReranker");
    assert_eq!(asked.questions(Purpose::Rerank).len(), 1);
    // A write moves everything: the order is asked for anew.
    ada.patch("/api/entries/1", &json!({ "entry_date": "2020-02-02" })).ok();
    assert_eq!(page("limit=6").len(), 6);
    assert_eq!(asked.questions(Purpose::Rerank).len(), 2);
    ada.delete("/api/entries/6").ok();
    assert!(!page("limit=6").contains(&6), "bug 9: a deletion shows at once");
    // The same at the same time is asked once.
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| ada.get("/api/search?q=landed+zeppelin").ok());
        }
    });
    assert_eq!(asked.questions(Purpose::Rerank).len(), 4);
}

#[test]
fn whatever_goes_wrong_leaves_the_order_in_which_it_was_found() {
    let asked = Asked::new();
    zeppelins(&asked.world, 4);
    let fused = ids(&asked.world.json(&["search", "zeppelin"]));
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
        ranking(&[(3, 1.0)]).stopped("max_tokens"),
    ];
    for answer in wrong {
        asked.says(move |purpose, _| (purpose == Purpose::Rerank).then(|| answer.clone()));
        // A server of its own for each: a provider that fails several times is left alone for a while.
        let server = asked.serve(&[]);
        let ada = client(&asked.world, &server);

        let found = ada.get("/api/search?q=zeppelin").ok().json();

        assert_eq!((ids(&found), &found["reranker"]), (fused.clone(), &json!("NoopReranker")));
        let (_, log) = server.stop();
        assert!(log.contains("a search goes on in the order in which it was found"), "{log}");
        assert!(!log.contains("zeppelin"), "{log}");
    }
}

#[test]
fn nobody_is_asked_where_it_is_switched_off_or_kept_in() {
    let asked = Asked::new();
    zeppelins(&asked.world, 3);
    let search = |more: &[(&str, &str)]| {
        let server = asked.serve(more);
        client(&asked.world, &server).get("/api/search?q=zeppelin").ok().json()
    };

    let off = search(&WITHOUT);
    let kept_by_the_server = search(&[("JOURNAL_PROVIDER_PURPOSES", "ocr,answer")]);
    asked.world.ok(&["egress", "policy", "--purposes", "answer"]);
    let kept_by_the_owner = search(&[]);
    asked.world.ok(&["egress", "policy", "--purposes", "all", "--local-only", "on"]);
    let local = search(&[]);

    for found in [off, kept_by_the_server, kept_by_the_owner, local] {
        assert_eq!((found["reranker"].as_str(), ids(&found).len()), (Some("NoopReranker"), 3), "{found}");
    }
    assert!(asked.provider.arrived().is_empty());
    assert_eq!(asked.world.json(&["egress", "list"])["total"], 0);
}

#[test]
fn what_a_bounded_key_does_not_reach_is_never_sent() {
    let asked = Asked::new();
    let ada = asked.world.ada();
    ada.write("The zeppelin of the plum brandy.", "2024-05-01");
    ada.write("The zeppelin of the violet hippopotamus.", "2024-07-02");
    ada.write("The zeppelin of July.", "2024-07-03");
    asked.says(|purpose, _| (purpose == Purpose::Rerank).then(|| ranking(&[(2, 0.9), (1, 0.8), (3, 0.7)])));
    let server = asked.serve(&[]);
    let made = ada.json(&["key", "add", "july", "--scope", "search", "--from", "2024-07-01"]);
    let july = server.key(made["key"].as_str().unwrap());

    let whole = client(&asked.world, &server).get("/api/search?q=zeppelin").ok().json();
    let part = july.get("/api/search?q=zeppelin").ok().json();

    assert_eq!((ids(&whole).len(), ids(&part).len()), (3, 2));
    let questions = asked.questions(Purpose::Rerank);
    assert_eq!(questions.len(), 2, "an order of everything is not an order of a part");
    assert!(told(&questions[0]).contains("brandy") && !told(&questions[1]).contains("brandy"));
    let ledger = asked.world.json(&["egress", "list"]);
    assert_eq!(ledger["items"][0]["entry_ids"], json!([3, 2]), "{ledger}");
}

#[test]
fn a_long_entry_is_shown_to_the_model_in_part() {
    let asked = Asked::new();
    asked.world.ada().write(&format!("The zeppelin. {}", "It rained and rained. ".repeat(300)), "2024-05-01");
    asked.world.ada().write("Airships over the lake.", "2024-05-02");
    asked.says(|purpose, _| (purpose == Purpose::Rerank).then(|| ranking(&[(1, 0.5), (2, 0.4)])));
    let server = asked.serve(&[]);

    client(&asked.world, &server).get("/api/search?q=an+airship+in+the+sky").ok();

    let text = told(&asked.questions(Purpose::Rerank)[0]);
    assert!(text.chars().count() < 2 * 600 + 400, "{}", text.len());
    assert!(!text.contains('\u{2}'), "{text}");
}
