//! What an owner sees of their journal and their account.

use serde_json::Value;
use serde_json::json;

use crate::login::PASSWORD;
use crate::login::world;
use crate::support::ADA;
use crate::support::World;
use crate::support::server::Client;

const BOB: &str = "bob@home.example";

fn lines(client: &Client, query: &str) -> Vec<Value> {
    client.get(&format!("/api/activity{query}")).ok().json()["items"].as_array().unwrap().clone()
}

fn find<'l>(lines: &'l [Value], action: &str) -> Vec<&'l Value> {
    lines.iter().filter(|line| line["action"] == action).collect()
}

/// Bob, who has a password, in Ada's world.
fn bob(world: &World) {
    let file = world.file("password", PASSWORD);
    world.ok(&["user", "add", BOB, "--password-file", file.to_str().unwrap()]);
}

#[test]
fn an_owner_sees_logins_writes_and_reads_with_where_they_came_from() {
    let world = world();
    let id = world.ada().write("The lamplighter came late.", "2024-05-01");
    world.ada().run(&["edit", &id.to_string(), "--title", "Lamps"]).ok();
    let (key_id, key) = world.ada().key("tablet", &["entries:read", "search"]);
    let server = world.serve();
    server
        .stranger()
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

    let lines = lines(&browser, "");

    let lists: Vec<&Value> = find(&lines, "READ").into_iter().filter(|line| line["resource"] == "list").collect();
    assert_eq!(lists.len(), 1, "{lines:#?}");
    assert_eq!((&lists[0]["requests"], &lists[0]["entries"]), (&json!(3), &json!(3)));
    assert_eq!(lists[0]["via"], format!("key:{key_id}"));
    assert_eq!(lists[0]["ip"], "127.0.0.1");
    let shown: Vec<&Value> = find(&lines, "READ").into_iter().filter(|line| line["resource"] == "entry").collect();
    assert_eq!((shown.len(), &shown[0]["requests"]), (1, &json!(1)), "what was not found was not read");
    let edited = find(&lines, "ENTRY_EDITED");
    assert_eq!(edited[0]["changed"], json!(["title"]));
    assert_eq!((edited[0]["actor"].as_str(), edited[0]["on_behalf"].as_str()), (Some("operator"), Some("user:1")));
    assert_eq!(find(&lines, "ENTRY_CREATED")[0]["resource"], format!("entry:{id}"));
    let refused = find(&lines, "FAILED_AUTH");
    assert_eq!((&refused[0]["result"], &refused[0]["user_agent"]), (&json!("refused"), &json!("guesser/1")));
    assert_eq!(find(&lines, "LOGIN").len(), 1);
    assert_eq!(find(&lines, "TOKEN_ISSUED")[0]["resource"], format!("key:{key_id}"));
    let at: Vec<&str> = lines.iter().map(|line| line["at"].as_str().unwrap()).collect();
    assert!(at.is_sorted_by(|newer, older| newer >= older), "{at:?}");
}

#[test]
fn nobody_sees_anothers_activity_admins_included() {
    let world = world();
    bob(&world);
    let server = world.serve();
    let (ada, his) = (server.login(ADA, PASSWORD), server.login(BOB, PASSWORD));
    his.get("/api/entries").ok();
    world.ok(&["user", "unlock", BOB]);

    let (hers, his) = (lines(&ada, "?limit=200"), lines(&his, "?limit=200"));

    let of = |lines: &[Value], user: &str| {
        lines
            .iter()
            .filter(|line| [&line["actor"], &line["resource"], &line["on_behalf"]].iter().any(|f| **f == user))
            .count()
    };
    assert!(of(&hers, "user:1") > 0 && of(&hers, "user:2") == 0, "{hers:#?}");
    assert!(of(&his, "user:2") > 0 && of(&his, "user:1") == 0, "{his:#?}");
    assert_eq!(find(&his, "USER_UNLOCKED").len(), 1, "what was done to his account is his to see");
    assert_eq!(find(&hers, "READ").len(), 0, "{hers:#?}");
}

#[test]
fn pages_are_clamped_and_a_since_that_is_none_is_refused() {
    let world = world();
    for day in 1..=5 {
        world.ada().write("A day.", &format!("2024-05-0{day}"));
    }
    let server = world.serve();
    let ada = server.login(ADA, PASSWORD);
    let total = ada.get("/api/activity?limit=200").ok().json()["total"].as_i64().unwrap();
    let page = |query: &str| ada.get(&format!("/api/activity?{query}")).ok().json();

    assert_eq!(total, i64::try_from(lines(&ada, "?limit=200").len()).unwrap());
    assert_eq!(page("limit=-3")["items"].as_array().unwrap().len(), 1);
    assert_eq!(page("limit=9223372036854775807")["limit"], 200);
    assert_eq!(page("offset=9223372036854775807")["items"], json!([]));
    assert_eq!(page("offset=-1")["offset"], 0);
    assert_eq!(page("since=2199-01-01T00:00:00Z")["total"], 0);
    let halves = [lines(&ada, "?limit=3"), lines(&ada, "?limit=197&offset=3")].concat();
    assert_eq!(halves, lines(&ada, "?limit=200"));
    for wrong in ["since=yesterday", "since=", "limit=x", "offset=1.5"] {
        assert_eq!(ada.get(&format!("/api/activity?{wrong}")).status, 400, "{wrong}");
    }
    let (_, key) = world.ada().key("reader", &["entries:read"]);
    server.key(&key).get("/api/activity").refused(403, "forbidden");
    server.stranger().get("/api/activity").refused(401, "unauthorized");
}

#[test]
fn reads_that_were_counted_survive_a_stop() {
    let world = world();
    world.ada().write("The only entry.", "2024-05-01");
    let (_, key) = world.ada().key("tablet", &["entries:read"]);
    let server = world.serve();
    for _ in 0..7 {
        server.key(&key).get("/api/entries").ok();
    }

    assert_eq!(server.stop().0, 0);

    let lines = world.ada().json(&["activity"]);
    let read = lines["items"].as_array().unwrap().iter().find(|line| line["action"] == "READ").unwrap().clone();
    assert_eq!((&read["requests"], &read["entries"]), (&json!(7), &json!(7)));
}
