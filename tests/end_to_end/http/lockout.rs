//! Account lockout after wrong passwords, and refusals that reveal no account state.

use serde_json::{Value, json};

use crate::http::login::{PASSWORD, world};
use crate::support::server::{Client, Reply};
use crate::support::{ADA, World};

const WRONG: &str = "violet anchor molehill";

fn login(client: &Client, email: &str, password: &str) -> Reply {
    client.post("/api/auth/login", &json!({ "email": email, "password": password }))
}

fn lock_account(world: &World, client: &Client) {
    for _ in 0..5 {
        login(client, ADA, WRONG).refused(401, "invalid_credentials");
    }
    assert!(world.json(&["user", "show", ADA])["locked_until"].is_string());
}

fn device_cookie(cookies: &str) -> &str {
    cookies.split("; ").find(|cookie| cookie.contains("device_id")).unwrap()
}

#[test]
fn five_wrong_passwords_lock_out_unknown_browsers_only() {
    let world = world();
    let (_, key) = world.ada().key("reader", &["entries:read"]);
    let server = world.serve();
    let cookies = login(&server.anonymous(), ADA, PASSWORD).ok().cookies();
    let session = cookies.split("; ").find(|cookie| cookie.contains("session_id")).unwrap();

    lock_account(&world, &server.anonymous());

    login(&server.anonymous(), ADA, PASSWORD).refused(401, "invalid_credentials");
    server.anonymous().with("cookie", session).get("/api/auth/me").ok();
    server.key(&key).get("/api/entries").ok();
    login(&server.anonymous().with("cookie", device_cookie(&cookies)), ADA, PASSWORD).ok();
    // A login by the owner does not unlock the account for unknown browsers.
    login(&server.anonymous(), ADA, PASSWORD).refused(401, "invalid_credentials");
}

#[test]
fn an_operator_unlocks_an_account() {
    let world = world();
    let server = world.serve();
    lock_account(&world, &server.anonymous());

    world.ok(&["user", "unlock", ADA]);

    login(&server.anonymous(), ADA, PASSWORD).ok();
}

#[test]
fn a_correct_password_resets_the_failure_count() {
    let world = world();
    let server = world.serve();
    for _ in 0..2 {
        for _ in 0..4 {
            login(&server.anonymous(), ADA, WRONG).refused(401, "invalid_credentials");
        }
        login(&server.anonymous(), ADA, PASSWORD).ok();
    }
}

#[test]
fn five_failures_make_a_known_browser_unknown() {
    let world = world();
    let server = world.serve();
    let cookies = login(&server.anonymous(), ADA, PASSWORD).ok().cookies();
    let browser = server.anonymous().with("cookie", device_cookie(&cookies));
    for _ in 0..5 {
        login(&browser, ADA, WRONG).refused(401, "invalid_credentials");
    }
    assert!(world.json(&["user", "show", ADA])["locked_until"].is_null(), "the device failed, not the account");
    lock_account(&world, &server.anonymous());

    login(&browser, ADA, PASSWORD).refused(401, "invalid_credentials");
}

#[test]
fn a_browser_known_to_another_user_is_unknown() {
    let world = world();
    let file = world.file("bobs", "copper lantern meadow");
    world.user("bob@home.example");
    world.ok(&["user", "passwd", "bob@home.example", "--password-file", file.to_str().unwrap()]);
    let server = world.serve();
    let cookies = login(&server.anonymous(), "bob@home.example", "copper lantern meadow").ok().cookies();
    lock_account(&world, &server.anonymous());

    let bobs = server.anonymous().with("cookie", device_cookie(&cookies));

    login(&bobs, ADA, PASSWORD).refused(401, "invalid_credentials");
}

#[test]
fn concurrent_guesses_cannot_exceed_the_lockout_limit() {
    let world = world();
    let server = world.serve();
    // All guesses may be checked before the first is counted; a correct one after the fifth must be refused.
    let answers: Vec<u16> = std::thread::scope(|scope| {
        let guess = || login(&server.anonymous(), ADA, WRONG).status;
        let guesses: Vec<_> = (0..12).map(|_| scope.spawn(guess)).collect();
        guesses.into_iter().map(|guess| guess.join().unwrap()).collect()
    });
    // A busy server refuses some unchecked; those do not count as guesses.
    for _ in answers.iter().filter(|status| **status == 401).count()..5 {
        login(&server.anonymous(), ADA, WRONG);
    }

    let shown = world.json(&["user", "show", ADA]);

    assert!(shown["locked_until"].is_string(), "{shown}");
    login(&server.anonymous(), ADA, PASSWORD).refused(401, "invalid_credentials");
}

#[test]
fn a_flood_of_refusals_is_summarized_in_the_audit_log() {
    let world = world();
    let (id, _) = world.ada().key("spare", &["entries:read"]);
    world.ok(&["key", "revoke", &id.to_string(), "--yes"]);
    let server = world.serve();
    let before = refusals(&world).len();
    for _ in 0..40 {
        server.key("jnl_wrong").get("/api/entries").refused(401, "unauthorized");
    }
    login(&server.anonymous(), "unknown@home.example", WRONG).refused(401, "invalid_credentials");
    login(&server.anonymous(), ADA, WRONG).refused(401, "invalid_credentials");

    let found = refusals(&world);

    let count =
        |resource: &str| found.iter().filter(|event| event["resource"].as_str().unwrap().starts_with(resource)).count();
    // If the minute changes in between, there is a second batch and the summary of the first.
    assert!((10..=21).contains(&count("key")), "{found:#?}");
    assert_eq!((count("login"), count("user:")), (1, 1), "one flood does not hide other refusals: {found:#?}");
    assert!(found.len() - before <= 23, "{found:#?}");
    world.ok(&["audit", "verify"]);
}

fn refusals(world: &World) -> Vec<Value> {
    let events = world.json(&["audit", "list", "--limit", "200"]);
    let events = events["items"].as_array().cloned().unwrap_or_default();
    events.into_iter().filter(|event| event["action"] == "FAILED_AUTH").collect()
}

#[test]
fn refused_logins_look_alike_and_cost_as_much() {
    const ROUNDS: usize = 9;
    let world = world();
    for email in ["locked@home.example", "disabled@home.example", "wrong@home.example"] {
        world.user(email);
        let file = world.file("password", PASSWORD);
        world.ok(&["user", "passwd", email, "--password-file", file.to_str().unwrap()]);
    }
    world.ok(&["user", "disable", "disabled@home.example"]);
    let (_, key) = world.ada().key("metrics", &["admin:metrics"]);
    let server = world.serve();
    for _ in 0..5 {
        login(&server.anonymous(), "locked@home.example", WRONG).refused(401, "invalid_credentials");
    }
    let cases = [
        ("unknown@home.example", WRONG),
        ("wrong@home.example", WRONG),
        ("locked@home.example", WRONG),
        ("locked@home.example", PASSWORD),
        ("disabled@home.example", PASSWORD),
    ];

    let mut bodies = Vec::new();
    for round in 0..ROUNDS {
        for (email, password) in cases {
            if round % 4 == 3 {
                world.ok(&["user", "unlock", "wrong@home.example"]);
            }
            let before = server.password_hashes(&key);
            let reply = login(&server.anonymous(), email, password).refused(401, "invalid_credentials");
            assert_eq!(server.password_hashes(&key) - before, 1, "round {round}: {email} with {password}");
            let mut body = reply.json();
            body["request_id"].take();
            bodies.push(body);
        }
    }

    assert!(bodies.iter().all(|body| *body == bodies[0]), "{bodies:#?}");
}
