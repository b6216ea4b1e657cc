//! Passwords set by a link, and by who knows the present one.

use std::sync::Arc;

use jiff::SignedDuration;
use jiff::Timestamp;
use journal::account;
use journal::app::App;
use journal::clock::FixedClock;
use journal::config::Config;
use journal::config::Environment;
use journal::entropy::OsEntropy;
use serde_json::Value;
use serde_json::json;

use crate::login::PASSWORD;
use crate::login::world;
use crate::support::ADA;
use crate::support::World;
use crate::support::server::Reply;
use crate::support::server::Server;
use crate::support::server::wait_for;
use crate::support::text_of;

const NEW: &str = "orchid tunnel harvest";

fn token(world: &World) -> String {
    let made = world.json(&["user", "reset-link", ADA]);
    text_of(&made, "url").split_once("?token=").unwrap().1.to_owned()
}

fn reset(server: &Server, token: &str, password: &str) -> Reply {
    server.stranger().post("/api/auth/reset-password", &json!({ "token": token, "password": password }))
}

fn login(server: &Server, password: &str) -> Reply {
    server.stranger().post("/api/auth/login", &json!({ "email": ADA, "password": password }))
}

#[test]
fn a_reset_ends_every_login_and_lifts_the_lock_and_leaves_keys_alone() {
    let world = world();
    let server = world.serve();
    let (_, key) = world.ada().key("reader", &["entries:read"]);
    let known = login(&server, PASSWORD).ok().cookies();
    let browser = server.stranger().with("cookie", &known);
    for _ in 0..5 {
        login(&server, "violet anchor molehill").refused(401, "invalid_credentials");
    }
    login(&server, PASSWORD).refused(401, "invalid_credentials");

    reset(&server, &token(&world), NEW).ok();

    browser.get("/api/auth/me").refused(401, "unauthorized");
    login(&server, NEW).ok();
    login(&server, PASSWORD).refused(401, "invalid_credentials");
    server.key(&key).get("/api/entries").ok();
    // The browser was known before, and is no longer: five wrong passwords in it lock the account for it too.
    let device = known.split("; ").find(|cookie| cookie.contains("device_id")).unwrap();
    let browser = server.stranger().with("cookie", device);
    let attempt = |password: &str| browser.post("/api/auth/login", &json!({ "email": ADA, "password": password }));
    for _ in 0..5 {
        attempt("violet anchor molehill").refused(401, "invalid_credentials");
    }
    assert!(world.json(&["user", "list"])["items"][0]["locked_until"].is_string());
    let audit = world.json(&["audit", "list"]).to_string();
    assert!(audit.contains("RESET_LINK_ISSUED") && audit.contains("PASSWORD_CHANGED"));
}

#[test]
fn a_link_sets_a_password_once_however_many_use_it_at_once() {
    let world = world();
    let server = world.serve();
    let token = token(&world);

    let replies = std::thread::scope(|scope| {
        let tasks: Vec<_> = (0..4)
            .map(|number| {
                let (server, token) = (&server, &token);
                // Passwords are hashed a few at a time; whoever waits too long for that is told to come again.
                let once = move || Some(reset(server, token, &format!("{NEW} {number}")).status);
                scope.spawn(move || wait_for("an answer", || once().filter(|&status| status != 503)))
            })
            .collect();
        tasks.into_iter().map(|task| task.join().unwrap()).collect::<Vec<_>>()
    });

    assert_eq!(replies.iter().filter(|&&status| status == 200).count(), 1, "{replies:?}");
    assert_eq!(replies.iter().filter(|&&status| status == 400).count(), 3, "{replies:?}");
}

#[test]
fn a_link_is_worthless_after_half_an_hour_and_after_another_was_used() {
    let world = world();
    let server = world.serve();
    let (first, second) = (token(&world), token(&world));
    let good = |at: Timestamp| {
        let pairs = [("HOME".to_owned(), world.path("home").into_os_string())];
        let config = Config::load(Vec::new(), None, &Environment::from_iter(pairs)).unwrap();
        let app = Arc::new(App::open(config, Arc::new(FixedClock(at)), Arc::new(OsEntropy)).unwrap());
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(account::check_reset_token(&app, &first)).is_ok()
    };
    let now: Timestamp = text_of(&world.json(&["audit", "list"])["items"][0], "at").parse().unwrap();

    assert!(good(now + SignedDuration::from_mins(29)));
    assert!(!good(now + SignedDuration::from_mins(31)));
    reset(&server, &second, NEW).ok();
    reset(&server, &first, NEW).refused(400, "invalid_token");
}

#[test]
fn what_is_wrong_with_a_reset_is_said_in_the_order_of_the_contract() {
    let world = world();
    let server = world.serve();
    let good = token(&world);

    reset(&server, " ", "short").refused(400, "missing_fields");
    reset(&server, "nonsense", "").refused(400, "missing_fields");
    reset(&server, "nonsense", "short").refused(400, "weak_password");
    reset(&server, &good, "ada@home.example-1").refused(400, "weak_password");
    reset(&server, "nonsense", NEW).refused(400, "invalid_token");
    reset(&server, &good, NEW).ok();
}

#[test]
fn a_link_of_a_deleted_account_opens_nothing() {
    let world = world();
    let server = world.serve();
    world.ok(&["user", "add", "bob@home.example", "--role", "admin"]);
    let token = token(&world);
    world.ok(&["user", "delete", ADA, "--yes"]);

    reset(&server, &token, NEW).refused(400, "invalid_token");
}

fn change(browser: &crate::support::server::Client, present: &str, new: &str) -> Reply {
    browser.post("/api/auth/password", &json!({ "current_password": present, "new_password": new }))
}

#[test]
fn a_changed_password_ends_every_other_login() {
    let world = world();
    let server = world.serve();
    let (here, there) = (server.login(ADA, PASSWORD), server.login(ADA, PASSWORD));

    change(&here, PASSWORD, "short").refused(400, "weak_password");
    change(&here, "", NEW).refused(400, "missing_fields");
    change(&here, PASSWORD, NEW).ok();

    here.get("/api/auth/me").ok();
    there.get("/api/auth/me").refused(401, "unauthorized");
    login(&server, PASSWORD).refused(401, "invalid_credentials");
    login(&server, NEW).ok();
}

#[test]
fn a_stolen_session_does_not_get_to_guess_the_password() {
    let world = world();
    let server = world.serve();
    let stolen = server.login(ADA, PASSWORD);

    for number in 0..5 {
        change(&stolen, &format!("violet anchor {number}"), NEW).refused(403, "invalid_credentials");
    }

    change(&stolen, PASSWORD, NEW).refused(403, "invalid_credentials");
    let refused: Vec<Value> = world.json(&["audit", "list"])["items"].as_array().unwrap().clone();
    let refused = refused.iter().filter(|event| event["result"] == "refused" && event["action"] == "PASSWORD_CHANGED");
    assert_eq!(refused.count(), 5);
}
