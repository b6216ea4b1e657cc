//! The activity list: logins, reads and writes, for the account's owner.

use serde_json::{Value, json};

use crate::http::login::{PASSWORD, world};
use crate::support::server::Client;
use crate::support::{ADA, World};

const BOB: &str = "bob@home.example";

fn activity_items(client: &Client, query: &str) -> Vec<Value> {
    client.get(&format!("/api/activity{query}")).ok().json()["items"].as_array().unwrap().clone()
}

fn with_action<'e>(events: &'e [Value], action: &str) -> Vec<&'e Value> {
    events.iter().filter(|event| event["action"] == action).collect()
}

/// Adds Bob, who has a password.
fn add_bob(world: &World) {
    let file = world.file("password", PASSWORD);
    world.ok(&["user", "add", BOB, "--password-file", file.to_str().unwrap()]);
}

#[test]
fn the_owner_sees_logins_reads_and_writes_with_their_origin() {
    let world = world();
    let id = world.ada().write("The lamplighter came late.", "2024-05-01");
    world.ada().run(&["edit", &id.to_string(), "--title", "Lamps"]).ok();
    let (key_id, key) = world.ada().key("tablet", &["entries:read", "search"]);
    let server = world.serve();
    server
        .anonymous()
        .with("user-agent", "guesser/1")
        .post("/api/auth/login", &json!({ "email": ADA, "password": "violet anchor molehill" }))
        .refused(401, "invalid_credentials");
    let reader = server.key(&key);
    for _ in 0..3 {
        reader.get("/api/entries").ok();
    }
    reader.get(&format!("/api/entries/{id}")).ok();
    reader.get("/api/entries/999").refused(404, "not_found");
    let browser = server.login(ADA, PASSWORD);

    let events = activity_items(&browser, "");

    let lists: Vec<&Value> =
        with_action(&events, "READ").into_iter().filter(|event| event["resource"] == "list").collect();
    assert_eq!(lists.len(), 1, "{events:#?}");
    assert_eq!((&lists[0]["requests"], &lists[0]["entries"]), (&json!(3), &json!(3)));
    assert_eq!(lists[0]["via"], format!("key:{key_id}"));
    assert_eq!(lists[0]["ip"], "127.0.0.1");
    let shown: Vec<&Value> =
        with_action(&events, "READ").into_iter().filter(|event| event["resource"] == "entry").collect();
    assert_eq!((shown.len(), &shown[0]["requests"]), (1, &json!(1)), "a missing entry counts no read");
    let edited = with_action(&events, "ENTRY_EDITED");
    assert_eq!(edited[0]["changed"], json!(["title"]));
    assert_eq!((edited[0]["actor"].as_str(), edited[0]["on_behalf"].as_str()), (Some("operator"), Some("user:1")));
    assert_eq!(with_action(&events, "ENTRY_CREATED")[0]["resource"], format!("entry:{id}"));
    let refused = with_action(&events, "FAILED_AUTH");
    assert_eq!((&refused[0]["result"], &refused[0]["user_agent"]), (&json!("refused"), &json!("guesser/1")));
    assert_eq!(with_action(&events, "LOGIN").len(), 1);
    assert_eq!(with_action(&events, "TOKEN_ISSUED")[0]["resource"], format!("key:{key_id}"));
    let at: Vec<&str> = events.iter().map(|event| event["at"].as_str().unwrap()).collect();
    assert!(at.is_sorted_by(|newer, older| newer >= older), "{at:?}");
}

#[test]
fn no_user_sees_anothers_activity_not_even_an_admin() {
    let world = world();
    add_bob(&world);
    let server = world.serve();
    let (ada, his) = (server.login(ADA, PASSWORD), server.login(BOB, PASSWORD));
    his.get("/api/entries").ok();
    world.ok(&["user", "unlock", BOB]);

    let (hers, his) = (activity_items(&ada, "?limit=200"), activity_items(&his, "?limit=200"));

    let involving = |events: &[Value], user: &str| {
        events
            .iter()
            .filter(|event| [&event["actor"], &event["resource"], &event["on_behalf"]].iter().any(|f| **f == user))
            .count()
    };
    assert!(involving(&hers, "user:1") > 0 && involving(&hers, "user:2") == 0, "{hers:#?}");
    assert!(involving(&his, "user:2") > 0 && involving(&his, "user:1") == 0, "{his:#?}");
    assert_eq!(with_action(&his, "USER_UNLOCKED").len(), 1, "he sees an admin's change to his account");
    assert_eq!(with_action(&hers, "READ").len(), 0, "{hers:#?}");
}

#[test]
fn pages_are_clamped_and_an_invalid_since_is_refused() {
    let world = world();
    for day in 1..=5 {
        world.ada().write("A day.", &format!("2024-05-0{day}"));
    }
    let server = world.serve();
    let ada = server.login(ADA, PASSWORD);
    let total = ada.get("/api/activity?limit=200").ok().json()["total"].as_i64().unwrap();
    let page = |query: &str| ada.get(&format!("/api/activity?{query}")).ok().json();

    assert_eq!(total, i64::try_from(activity_items(&ada, "?limit=200").len()).unwrap());
    assert_eq!(page("limit=-3")["items"].as_array().unwrap().len(), 1);
    assert_eq!(page("limit=9223372036854775807")["limit"], 200);
    assert_eq!(page("offset=9223372036854775807")["items"], json!([]));
    assert_eq!(page("offset=-1")["offset"], 0);
    assert_eq!(page("since=2199-01-01T00:00:00Z")["total"], 0);
    let halves = [activity_items(&ada, "?limit=3"), activity_items(&ada, "?limit=197&offset=3")].concat();
    assert_eq!(halves, activity_items(&ada, "?limit=200"));
    for wrong in ["since=yesterday", "since=", "limit=x", "offset=1.5"] {
        assert_eq!(ada.get(&format!("/api/activity?{wrong}")).status, 400, "{wrong}");
    }
    let (_, key) = world.ada().key("reader", &["entries:read"]);
    server.key(&key).get("/api/activity").refused(403, "forbidden");
    server.anonymous().get("/api/activity").refused(401, "unauthorized");
}

#[test]
fn counted_reads_are_saved_at_shutdown() {
    let world = world();
    world.ada().write("The only entry.", "2024-05-01");
    let (_, key) = world.ada().key("tablet", &["entries:read"]);
    let server = world.serve();
    for _ in 0..7 {
        server.key(&key).get("/api/entries").ok();
    }

    assert_eq!(server.stop().0, 0);

    let activity = world.ada().json(&["activity"]);
    let read = activity["items"].as_array().unwrap().iter().find(|event| event["action"] == "READ").unwrap().clone();
    assert_eq!((&read["requests"], &read["entries"]), (&json!(7), &json!(7)));
}
