//! Wrong passwords: who is locked out, who is not, and what nobody can tell.

use std::time::Duration;
use std::time::Instant;

use serde_json::Value;
use serde_json::json;

use crate::login::PASSWORD;
use crate::login::world;
use crate::support::ADA;
use crate::support::World;
use crate::support::server::Client;
use crate::support::server::Reply;

const WRONG: &str = "violet anchor molehill";

fn login(client: &Client, email: &str, password: &str) -> Reply {
    client.post("/api/auth/login", &json!({ "email": email, "password": password }))
}

fn lock(world: &World, client: &Client) {
    for _ in 0..5 {
        login(client, ADA, WRONG).refused(401, "invalid_credentials");
    }
    assert!(world.json(&["user", "show", ADA])["locked_until"].is_string());
}

fn device(cookies: &str) -> &str {
    cookies.split("; ").find(|cookie| cookie.contains("device_id")).unwrap()
}

#[test]
fn five_wrong_passwords_lock_strangers_out_and_nobody_who_is_in_or_known() {
    let world = world();
    let (_, key) = world.ada().key("reader", &["entries:read"]);
    let server = world.serve();
    let cookies = login(&server.stranger(), ADA, PASSWORD).ok().cookies();
    let session = cookies.split("; ").find(|cookie| cookie.contains("session_id")).unwrap();

    lock(&world, &server.stranger());

    login(&server.stranger(), ADA, PASSWORD).refused(401, "invalid_credentials");
    server.stranger().with("cookie", session).get("/api/auth/me").ok();
    server.key(&key).get("/api/entries").ok();
    login(&server.stranger().with("cookie", device(&cookies)), ADA, PASSWORD).ok();
    // The owner's own login gives strangers no new guesses.
    login(&server.stranger(), ADA, PASSWORD).refused(401, "invalid_credentials");
}

#[test]
fn an_operator_lifts_a_lock() {
    let world = world();
    let server = world.serve();
    lock(&world, &server.stranger());

    world.ok(&["user", "unlock", ADA]);

    login(&server.stranger(), ADA, PASSWORD).ok();
}

#[test]
fn four_wrong_passwords_and_a_right_one_begin_anew() {
    let world = world();
    let server = world.serve();
    for _ in 0..2 {
        for _ in 0..4 {
            login(&server.stranger(), ADA, WRONG).refused(401, "invalid_credentials");
        }
        login(&server.stranger(), ADA, PASSWORD).ok();
    }
}

#[test]
fn a_known_browser_in_which_five_fail_is_known_no_more() {
    let world = world();
    let server = world.serve();
    let cookies = login(&server.stranger(), ADA, PASSWORD).ok().cookies();
    let browser = server.stranger().with("cookie", device(&cookies));
    for _ in 0..5 {
        login(&browser, ADA, WRONG).refused(401, "invalid_credentials");
    }
    assert!(world.json(&["user", "show", ADA])["locked_until"].is_null(), "the device failed, not the account");
    lock(&world, &server.stranger());

    login(&browser, ADA, PASSWORD).refused(401, "invalid_credentials");
}

#[test]
fn a_browser_known_to_somebody_else_is_a_stranger() {
    let world = world();
    let file = world.file("bobs", "copper lantern meadow");
    world.user("bob@home.example");
    world.ok(&["user", "passwd", "bob@home.example", "--password-file", file.to_str().unwrap()]);
    let server = world.serve();
    let cookies = login(&server.stranger(), "bob@home.example", "copper lantern meadow").ok().cookies();
    lock(&world, &server.stranger());

    let bobs = server.stranger().with("cookie", device(&cookies));

    login(&bobs, ADA, PASSWORD).refused(401, "invalid_credentials");
}

#[test]
fn many_guesses_at_once_are_no_more_than_five() {
    let world = world();
    let server = world.serve();
    // All are checked before the first has counted; a right one behind the fifth wrong one must not get in.
    let answers: Vec<u16> = std::thread::scope(|scope| {
        let guess = || login(&server.stranger(), ADA, WRONG).status;
        let guesses: Vec<_> = (0..12).map(|_| scope.spawn(guess)).collect();
        guesses.into_iter().map(|guess| guess.join().unwrap()).collect()
    });
    // A machine that is busy sends some away unchecked; those are no guesses.
    for _ in answers.iter().filter(|status| **status == 401).count()..5 {
        login(&server.stranger(), ADA, WRONG);
    }

    let shown = world.json(&["user", "show", ADA]);

    assert!(shown["locked_until"].is_string(), "{shown}");
    login(&server.stranger(), ADA, PASSWORD).refused(401, "invalid_credentials");
}

#[test]
fn an_attack_fills_the_audit_trail_with_a_few_lines_and_a_sum() {
    let world = world();
    let (id, _) = world.ada().key("spare", &["entries:read"]);
    world.ok(&["key", "revoke", &id.to_string(), "--yes"]);
    let server = world.serve();
    let before = refusals(&world).len();
    for _ in 0..40 {
        server.key("jnl_wrong").get("/api/entries").refused(401, "unauthorized");
    }
    login(&server.stranger(), "nobody@home.example", WRONG).refused(401, "invalid_credentials");
    login(&server.stranger(), ADA, WRONG).refused(401, "invalid_credentials");

    let found = refusals(&world);

    let of =
        |resource: &str| found.iter().filter(|event| event["resource"].as_str().unwrap().starts_with(resource)).count();
    // The minute may turn on the way; then there is a second handful and the sum of the first.
    assert!((10..=21).contains(&of("key")), "{found:#?}");
    assert_eq!((of("login"), of("user:")), (1, 1), "one flood does not drown the others: {found:#?}");
    assert!(found.len() - before <= 23, "{found:#?}");
    world.ok(&["audit", "verify"]);
}

fn refusals(world: &World) -> Vec<Value> {
    let events = world.json(&["audit", "list", "--limit", "200"]);
    let events = events["items"].as_array().cloned().unwrap_or_default();
    events.into_iter().filter(|event| event["action"] == "FAILED_AUTH").collect()
}

#[test]
fn unknown_wrong_locked_and_disabled_look_alike_and_take_as_long() {
    const ROUNDS: usize = 9;
    let world = world();
    for email in ["locked@home.example", "shut@home.example", "wrong@home.example"] {
        world.user(email);
        let file = world.file("password", PASSWORD);
        world.ok(&["user", "passwd", email, "--password-file", file.to_str().unwrap()]);
    }
    world.ok(&["user", "disable", "shut@home.example"]);
    let server = world.serve();
    for _ in 0..5 {
        login(&server.stranger(), "locked@home.example", WRONG).refused(401, "invalid_credentials");
    }
    let cases = [
        ("nobody@home.example", WRONG),
        ("wrong@home.example", WRONG),
        ("locked@home.example", WRONG),
        ("locked@home.example", PASSWORD),
        ("shut@home.example", PASSWORD),
    ];

    let mut times = vec![Vec::new(); cases.len()];
    let mut bodies = Vec::new();
    for round in 0..ROUNDS {
        for (case, (email, password)) in cases.into_iter().enumerate() {
            if round % 4 == 3 {
                world.ok(&["user", "unlock", "wrong@home.example"]);
            }
            let begun = Instant::now();
            let reply = login(&server.stranger(), email, password).refused(401, "invalid_credentials");
            times[case].push(begun.elapsed());
            let mut body = reply.json();
            body["request_id"].take();
            bodies.push(body);
        }
    }

    assert!(bodies.iter().all(|body| *body == bodies[0]), "{bodies:#?}");
    let medians: Vec<Duration> = times
        .into_iter()
        .map(|mut times| {
            times.sort();
            times[ROUNDS / 2]
        })
        .collect();
    println!("medians of unknown, wrong, locked, locked and right, disabled and right: {medians:?}");
    // A hash left out, or one too many, is a factor of two or more.
    let (least, most) = (medians.iter().min().unwrap(), medians.iter().max().unwrap());
    assert!(*most < least.mul_f64(1.6), "{medians:?}");
}
