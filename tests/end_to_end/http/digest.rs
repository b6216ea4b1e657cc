//! This day in earlier years, streaks and the weekly digest: over HTTP and by the commands.

use serde_json::{Value, json};

use crate::http::entries::{ada, bob, store_entry};
use crate::http::login::{PASSWORD, with_bob};
use crate::http::notifications::Pushover;
use crate::support::{ADA, World};

/// Returns date, years ago and number of entries of each earlier year.
fn earlier_years(today: &Value) -> Vec<(String, i64, usize)> {
    let years = today["years"].as_array().unwrap().iter();
    years
        .map(|year| {
            let items = year["items"].as_array().unwrap().len();
            (year["date"].as_str().unwrap().to_owned(), year["years_ago"].as_i64().unwrap(), items)
        })
        .collect()
}

#[test]
fn a_day_shows_the_same_date_in_earlier_years_only() {
    let world = World::new();
    let server = world.serve();
    let (ada, bob) = (ada(&world, &server), bob(&world, &server));
    for date in ["2020-02-29", "2021-02-28", "2022-05-12", "2023-05-12", "2023-05-12", "2024-05-12", "2024-05-11"] {
        store_entry(&ada, "plum brandy", date);
    }
    store_entry(&bob, "not hers", "2021-05-12");
    let shown = |date: &str| earlier_years(&ada.get(&format!("/api/today?date={date}")).ok().json());
    let day = |date: &str, ago, items| (date.to_owned(), ago, items);

    assert_eq!(shown("2024-05-12"), [day("2023-05-12", 1, 2), day("2022-05-12", 2, 1)]);
    assert_eq!(shown("2024-02-29"), [day("2021-02-28", 3, 1), day("2020-02-29", 4, 1)]);
    assert_eq!(shown("2025-02-28"), [day("2021-02-28", 4, 1), day("2020-02-29", 5, 1)]);
    assert_eq!(shown("2019-05-12"), []);
    let printed = world.ada().json(&["today", "--date", "2024-05-12"]);
    assert_eq!(printed, ada.get("/api/today?date=2024-05-12").ok().json());
    let text = world.ada().run(&["today", "--date", "2024-05-12"]).ok().stdout;
    assert!(text.contains("2023-05-12 · 1 year ago · 2 entries") && text.contains("plum brandy"), "{text}");
    assert!(world.ada().run(&["today", "--date", "2019-05-12"]).ok().stdout.contains("no entries on this day"));
    for wrong in ["2024-02-30", "12.5.2024", "yesterday", "2023-02-29"] {
        ada.get(&format!("/api/today?date={wrong}")).refused(400, "invalid_request");
    }
    for wrong in ["2024-02-30", "2023-02-29", "someday"] {
        world.ada().run(&["today", "--date", wrong]).refused(2);
    }
}

#[test]
fn the_digest_command_prints_the_routes_result() {
    let world = World::new();
    let server = world.serve();
    let (ada, bob) = (ada(&world, &server), bob(&world, &server));
    for (text, date) in [
        ("one two", "2024-05-06"),
        ("three", "2024-05-07"),
        ("four", "2024-05-07"),
        ("a sunday", "2024-05-12"),
        ("next", "2024-05-13"),
        ("the week before", "2024-05-05"),
        ("a year before, plum brandy", "2023-05-08"),
    ] {
        store_entry(&ada, text, date);
    }
    store_entry(&bob, "not hers", "2024-05-08");

    let week = ada.get("/api/digest?week=2024-W19").ok().json();

    assert_eq!(week["written"], json!({ "entries": 4, "words": 6, "days": 3 }));
    assert_eq!(week["before"], json!({ "entries": 1, "words": 3, "days": 1 }));
    assert_eq!(week["streaks"], json!({ "current": 1, "longest": 3 }));
    assert_eq!(week["on_this_day"][0]["preview"], "a year before, plum brandy");
    for args in [["--week", "2024-W19"], ["--date", "2024-05-06"], ["--date", "2024-05-12"]] {
        assert_eq!(world.ada().json(&["digest", args[0], args[1]]), week, "{args:?}");
    }
    assert_eq!(world.ada().json(&["digest", "--week", "--date", "2024-05-08"]), week);
    let text = world.ada().run(&["digest", "--week", "2024-W19"]).ok().stdout;
    assert!(text.contains("4 entries · 6 words · 3 of 7 days") && text.contains("plum brandy"), "{text}");
    let numbers = ada.get("/api/digest?week=2024-W19&content_free=true").ok();
    assert!(!numbers.text.contains("plum") && numbers.json()["entries_in_earlier_years"] == 1, "{}", numbers.text);
    let empty = ada.get("/api/digest?week=2001-W01").ok().json();
    assert_eq!((&empty["written"]["entries"], &empty["people"]), (&json!(0), &json!([])));
    for wrong in ["2024-W54", "2024W19", "2024-W1", "x", "", "2025-W53"] {
        ada.get(&format!("/api/digest?week={wrong}")).refused(400, "invalid_request");
    }
    world.ada().run(&["digest", "--week", "2025-W53"]).refused(2);
    world.ada().run(&["digest", "--date", "2024-02-30"]).refused(2);
    world.ada().run(&["digest", "--week", "2024-W19", "--date", "2024-05-06"]).refused(2);
}

#[test]
fn statistics_include_streaks() {
    let world = World::new();
    let server = world.serve();
    let ada = ada(&world, &server);
    let none = ada.get("/api/stats").ok().json();
    for date in ["2024-05-01", "2024-05-02", "2024-05-02", "2024-05-03", "2024-06-01"] {
        store_entry(&ada, "plum brandy", date);
    }

    let stats = world.json(&["stats"]);

    assert_eq!(none["streaks"], json!({ "current": 0, "longest": 0 }));
    assert_eq!(stats["streaks"], json!({ "current": 0, "longest": 3 }));
    assert_eq!(ada.get("/api/stats?start_date=2024-05-02").ok().json()["streaks"]["longest"], 2);
    assert!(world.ok(&["stats"]).contains("days in a row: 0, at most 3"));
}

#[test]
fn a_digest_notification_has_no_text_and_a_ledger_row() {
    let (world, pushover) = (with_bob(), Pushover::start());
    let variables = [("JOURNAL_PUSHOVER_URL", pushover.url.as_str())];
    let server = world.serve_with(&[], &variables);
    let ada = server.login(ADA, PASSWORD);
    let digest = ["digest", "--week", "2024-W19", "--notify", "--user", ADA];
    world.run_with(&digest, &variables, None).refused(4).says("no notification channel is configured");
    let credentials = json!({ "user_key": "user-good", "app_token": "app-good" });
    ada.post("/api/notifications/validate", &credentials).ok();
    let words = "heliotrope barometer with Wilhelmina";
    let stored = ada.post("/api/entries/ingest/text", &json!({ "text": words, "entry_date": "2024-05-07" })).ok();
    let path = format!("/api/entries/{}", stored.json()["entry"]["id"]);
    ada.patch(&path, &json!({ "title": "Quitzow" })).ok();

    let run = world.run_with(&digest, &variables, None).ok();

    assert_eq!(run.stdout, "Sent to pushover\n");
    let request = pushover.requests.lock().unwrap().last().unwrap().clone();
    assert!(request.starts_with("POST /1/messages.json ") && request.contains("Your+week+2024-W19"), "{request}");
    for word in ["heliotrope", "barometer", "Wilhelmina", "Quitzow"] {
        assert!(!request.contains(word), "{request}");
    }
    let ledger = world.ada().json(&["egress", "list"]);
    let row = &ledger["items"][0];
    assert_eq!((&row["provider"], &row["purpose"]), (&json!("pushover"), &json!("notification")), "{ledger}");
}
