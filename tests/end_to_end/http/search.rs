//! Search and answers.

use serde_json::{Value, json};

use crate::http::entries::{ada, bob, store_entry};
use crate::http::jobs::wait_for_job;
use crate::support::World;

fn ids(found: &Value) -> Vec<i64> {
    found["items"].as_array().unwrap().iter().map(|hit| hit["entry_id"].as_i64().unwrap()).collect()
}

#[test]
fn a_hit_marks_the_matching_words_and_chunks() {
    let world = World::new();
    let server = world.serve();
    let ada = ada(&world, &server);
    store_entry(&ada, "The plum brandy was strong.", "2024-05-01");

    let found = ada.get("/api/search?q=%20plum%20brandy%20&limit=20&sort=relevance").ok().json();

    assert_eq!((&found["query"], &found["limit"], &found["offset"]), (&json!("plum brandy"), &json!(20), &json!(0)));
    assert_eq!((&found["sort"], &found["reranker"]), (&json!("relevance"), &json!("NoopReranker")));
    let hit = &found["items"][0];
    assert_eq!((&hit["entry_id"], &hit["text"]), (&json!(1), &json!("The plum brandy was strong.")));
    assert_eq!(hit["snippet"], "The \u{2}plum\u{3} \u{2}brandy\u{3} was strong.");
    let chunk = &hit["matching_chunks"][0];
    assert_eq!((&chunk["chunk_index"], &chunk["char_start"], &chunk["char_end"]), (&json!(0), &json!(0), &json!(27)));
}

#[test]
fn search_errors_have_the_contracts_precedence() {
    let world = World::new();
    let server = world.serve();
    let ada = ada(&world, &server);

    ada.get("/api/search").refused(400, "missing_query");
    ada.get("/api/search?q=%20&mode=hybrid&sort=x").refused(400, "missing_query");
    ada.get("/api/search?q=rain&mode=&sort=x").refused(400, "mode_removed");
    ada.get("/api/search?q=rain&sort=x").refused(400, "invalid_sort");
    ada.get("/api/search?q=rain&sort=").refused(400, "invalid_sort");
    for query in ["%22", "NEAR(", "*", "a%00b", "-", "%E2%80%AE", "%3C%7Cendoftext%7C%3E", "title%3Arain"] {
        ada.get(&format!("/api/search?q={query}")).ok();
    }
    ada.get(&format!("/api/search?q={}", "a".repeat(2001))).refused(400, "invalid_request");
    ada.get("/api/search?q=rain&start_date=20240501").refused(400, "invalid_request");
}

#[test]
fn bug_9_a_search_after_a_write_is_never_stale() {
    let world = World::new();
    let server = world.serve();
    let ada = ada(&world, &server);
    let search = || ada.get("/api/search?q=zeppelin").ok().json();
    store_entry(&ada, "The zeppelin landed.", "2024-05-01");
    assert_eq!((ids(&search()), ids(&search())), (vec![1], vec![1]));

    store_entry(&ada, "Another zeppelin.", "2024-05-02");
    assert_eq!(search()["items"].as_array().unwrap().len(), 2, "a new entry");
    ada.patch("/api/entries/1", &json!({ "entry_date": "2020-02-02" })).ok();
    assert!(search()["items"].as_array().unwrap().iter().any(|hit| hit["entry_date"] == "2020-02-02"), "a new date");
    let edited = ada.patch("/api/entries/1", &json!({ "final_text": "The boat sank." })).ok().json();
    assert!(!search().to_string().contains("landed"), "a new text");
    wait_for_job(&ada, edited["reprocess_job_id"].as_str().unwrap());
    ada.delete("/api/entries/2").ok();
    assert!(!ids(&search()).contains(&2), "a deletion");
    // Another process writes to the same data.
    let third = world.ada().write("A third zeppelin.", "2024-05-03");
    assert!(ids(&search()).contains(&third), "a command's new entry");
    world.ada().run(&["delete", &third.to_string(), "--yes"]).ok();
    assert!(!ids(&search()).contains(&third), "a command's deletion");
}

#[test]
fn bug_10_a_narrow_range_of_dates_loses_no_hits() {
    let world = World::new();
    // More entries that are nearer to the query than one page of vectors holds, all outside the range.
    for number in 0..120 {
        world.file(&format!("many/{number}.txt"), format!("My grandmother's funeral was sad, number {number}."));
    }
    let many = world.path("inbox/many");
    world.ada().run(&["ingest", many.to_str().unwrap(), "--date", "2024-05-01"]).ok();
    let expected = world.ada().write("The burial was on a Tuesday.", "2022-03-03");
    let server = world.serve();
    let ada = ada(&world, &server);

    let found = ada.get("/api/search?q=a%20sad%20funeral&start_date=2022-01-01&end_date=2022-12-31").ok().json();

    assert_eq!(ids(&found), [expected]);
    assert!(!found["items"][0]["matching_chunks"].as_array().unwrap().is_empty(), "found by meaning");
}

#[test]
fn pages_and_sort_orders_are_consistent() {
    let world = World::new();
    let server = world.serve();
    let ada = ada(&world, &server);
    for day in 1..=4 {
        store_entry(&ada, "A zeppelin.", &format!("2024-05-0{day}"));
    }

    let page = |query: &str| ids(&ada.get(&format!("/api/search?q=zeppelin&{query}")).ok().json());

    assert_eq!(page("sort=date_asc"), [1, 2, 3, 4]);
    assert_eq!(page("sort=date_desc&limit=2"), [4, 3]);
    assert_eq!(page("sort=date_desc&limit=2&offset=2"), [2, 1]);
    assert!(page("offset=99999999999").is_empty());
}

#[test]
fn the_search_cache_is_not_shared_between_users() {
    let world = World::new();
    let server = world.serve();
    let (ada, bob) = (ada(&world, &server), bob(&world, &server));
    store_entry(&ada, "The zeppelin of Quitzow.", "2024-05-01");
    assert_eq!(ids(&ada.get("/api/search?q=zeppelin").ok().json()), [1]);

    let found = bob.get("/api/search?q=zeppelin").ok().json();

    assert!(ids(&found).is_empty());
    ada.delete("/api/entries/1").ok();
    let (_, log) = server.stop();
    assert!(!log.contains("zeppelin"), "searches are not logged");
}

#[test]
fn without_a_model_a_question_is_reported_as_unanswered() {
    let world = World::new();
    let server = world.serve();
    let ada = ada(&world, &server);
    let ask = |question: &str| ada.post("/api/search/answer", &json!({ "q": question })).ok().json();

    store_entry(&ada, "We moved to Ghent.", "2024-05-01");

    let question = ask(" When did we move? ");
    assert_eq!((&question["question"], &question["is_question"]), (&json!("When did we move?"), &json!(true)));
    assert_eq!(
        (&question["answered"], &question["citations"][0]["quote"]),
        (&json!(false), &json!("We moved to Ghent."))
    );
    assert!(question["answer"].as_str().unwrap().contains("No model is available for answers"), "{question}");
    let words = ask("plum brandy");
    assert_eq!((&words["is_question"], &words["answer"]), (&json!(false), &json!("")));
    for body in [json!({}), json!({ "q": "  " })] {
        ada.post("/api/search/answer", &body).refused(400, "missing_query");
    }
    for body in [json!({ "q": null }), json!({ "q": 1 }), json!({ "q": ["a"] })] {
        ada.post("/api/search/answer", &body).refused(400, "invalid_field");
    }
}
