//! Cookies and keys: good, over, revoked, garbled, two at once.

use std::sync::Arc;

use jiff::SignedDuration;
use jiff::Timestamp;
use serde_json::json;

use crate::login::PASSWORD;
use crate::login::world;
use crate::support::ADA;
use crate::support::World;
use crate::support::server::Server;
use crate::support::server::UNLIMITED;

fn cookie<'c>(cookies: &'c str, name: &str) -> &'c str {
    cookies.split("; ").find(|cookie| cookie.contains(name)).unwrap()
}

fn log_in(server: &Server) -> String {
    server.stranger().post("/api/auth/login", &json!({ "email": ADA, "password": PASSWORD })).ok().cookies()
}

#[test]
fn garbled_credentials_are_refused_alike() {
    let world = world();
    let (id, revoked) = world.ada().key("revoked", &["entries:read"]);
    world.ok(&["key", "revoke", &id.to_string(), "--yes"]);
    let server = world.serve();
    let good = log_in(&server);
    let session = cookie(&good, "session_id").to_owned();
    let shortened = session[..session.len() - 1].to_owned();

    for (name, value) in [
        ("cookie", "__Host-session_id=garbage"),
        ("cookie", "__Host-session_id="),
        ("cookie", shortened.as_str()),
        ("cookie", "session_id=x"),
        ("cookie", "=;=;;;"),
        ("authorization", "Bearer jnl_garbage"),
        ("authorization", "Bearer "),
        ("authorization", "Bearer"),
        ("authorization", "Basic YWRhOmFkYQ=="),
        ("authorization", "bearer\tx"),
        ("authorization", &format!("Bearer {revoked}")),
        ("authorization", &format!("Bearer {}", "a".repeat(10_000))),
    ] {
        let reply = server.stranger().with(name, value).get("/api/auth/me").refused(401, "unauthorized");
        assert_eq!(reply.json()["message"], "Authentication required", "{name}: {value}");
        assert_eq!(reply.header("www-authenticate"), Some("Bearer"));
    }
}

#[test]
fn two_credentials_at_once_are_refused() {
    let world = world();
    let (_, key) = world.ada().key("reader", &["entries:read"]);
    let server = world.serve();
    let browser = server.login(ADA, PASSWORD);
    let bearer = format!("Bearer {key}");

    browser.with("authorization", &bearer).get("/api/entries").refused(400, "two_credentials");
    server.key(&key).with("authorization", &bearer).get("/api/entries").refused(400, "two_credentials");
    browser.with("authorization", &bearer).get("/health").refused(400, "two_credentials");
}

#[test]
fn a_login_ends_the_session_that_the_browser_held() {
    let world = world();
    let server = world.serve();
    let first = log_in(&server);
    let browser = server.stranger().with("cookie", &first);
    browser.get("/api/auth/me").ok();

    let second = browser.post("/api/auth/login", &json!({ "email": ADA, "password": PASSWORD })).ok();

    browser.get("/api/auth/me").refused(401, "unauthorized");
    let set = second.cookies();
    assert_ne!(cookie(&set, "session_id"), cookie(&first, "session_id"));
    assert!(!set.contains("device_id"), "the browser is known by the cookie it has");
    server.stranger().with("cookie", &set).get("/api/auth/me").ok();
}

#[test]
fn logging_out_twice_without_a_session_or_disabled_is_fine() {
    let world = world();
    world.user("bob@home.example");
    let file = world.file("bobs", PASSWORD);
    world.ok(&["user", "passwd", "bob@home.example", "--password-file", file.to_str().unwrap()]);
    let server = world.serve();
    let bob = server.login("bob@home.example", PASSWORD);
    world.ok(&["user", "disable", "bob@home.example"]);
    bob.get("/api/auth/me").refused(403, "forbidden");

    for client in [&bob, &bob, &server.stranger(), &server.stranger().with("cookie", "__Host-session_id=x")] {
        let reply = client.post("/api/auth/logout", &json!({})).ok();
        assert_eq!(reply.json(), json!({ "ok": true }));
        let cleared = reply.header("set-cookie").unwrap();
        for part in ["__Host-session_id=;", "Max-Age=0", "HttpOnly", "Secure", "SameSite=Lax", "Path=/"] {
            assert!(cleared.contains(part), "{cleared}");
        }
    }
    world.ok(&["user", "enable", "bob@home.example"]);
    bob.get("/api/auth/me").refused(401, "unauthorized");
}

#[test]
fn the_cookie_lives_as_long_as_the_session() {
    let world = world();
    let days = [&UNLIMITED[..], &[("SESSION_EXPIRY_DAYS", "3")]].concat();
    let server = world.serve_with(&[], &days);
    let reply = server.stranger().post("/api/auth/login", &json!({ "email": ADA, "password": PASSWORD })).ok();

    assert!(reply.header("set-cookie").unwrap().contains("Max-Age=259200"), "{reply:#?}");
}

#[test]
fn without_tls_a_plain_cookie_is_used_when_the_operator_says_so() {
    let world = world();
    let plain = [&UNLIMITED[..], &[("COOKIE_SECURE", "false")]].concat();
    let server = world.serve_with(&[], &plain);
    let cookies = log_in(&server);

    assert!(cookies.starts_with("session_id=") && cookies.contains("; device_id="), "{cookies}");
    server.stranger().with("cookie", &cookies).get("/api/auth/me").ok();
}

#[test]
fn a_shut_door_counts_from_the_next_request_on() {
    let world = world();
    let (_, key) = world.ada().key("reader", &["entries:read"]);
    world.user("bob@home.example");
    world.ok(&["user", "admin", "bob@home.example"]);
    let server = world.serve();
    let browser = server.login(ADA, PASSWORD);
    browser.get("/api/entries").ok();

    world.ok(&["user", "disable", ADA]);

    browser.get("/api/entries").refused(403, "forbidden");
    server.key(&key).get("/api/entries").refused(403, "forbidden");
}

/// The library with a clock of our own, on the journal that a server wrote.
mod later {
    use super::*;
    use journal::app::App;
    use journal::auth;
    use journal::auth::SessionToken;
    use journal::clock::FixedClock;
    use journal::config::Config;
    use journal::config::Environment;
    use journal::ctx::Origin;
    use journal::entropy::OsEntropy;
    use journal::secret::Secret;

    fn app(world: &World, after: SignedDuration) -> Arc<App> {
        #[expect(clippy::disallowed_methods, reason = "the instant at which the server wrote")]
        let now = Timestamp::now();
        let home = world.path("home");
        let variables = [
            ("HOME", home.clone()),
            ("XDG_CONFIG_HOME", home.join(".config")),
            ("XDG_DATA_HOME", home.join(".local/share")),
        ];
        let variables = variables.map(|(name, path)| (name.to_owned(), path.into_os_string()));
        let config = Config::load(Vec::new(), None, &Environment::from_iter(variables)).unwrap();
        Arc::new(App::open(config, Arc::new(FixedClock(now + after)), Arc::new(OsEntropy)).unwrap())
    }

    fn finds(world: &World, cookies: &str, after: SignedDuration) -> bool {
        let token = Secret::new(cookie(cookies, "session_id").split_once('=').unwrap().1.to_owned());
        let app = app(world, after);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let found = runtime.block_on(auth::with_session(&app, &SessionToken::own(token), &Arc::new(Origin::default())));
        found.unwrap().is_some()
    }

    #[test]
    fn a_session_ends_after_a_day_of_silence_and_after_a_week_in_any_case() {
        let world = world();
        let cookies = log_in(&world.serve());

        assert!(finds(&world, &cookies, SignedDuration::from_hours(23)));
        // That was a use; the next day of silence begins there.
        for days in 1..=6 {
            assert!(finds(&world, &cookies, SignedDuration::from_hours(23 * (days + 1))), "day {days}");
        }
        assert!(finds(&world, &cookies, SignedDuration::from_hours(7 * 24 - 1)));
        assert!(!finds(&world, &cookies, SignedDuration::from_hours(7 * 24)), "not until the end of that day");
        let idle = log_in(&world.serve());
        assert!(!finds(&world, &idle, SignedDuration::from_hours(25)));
    }

    #[test]
    fn a_key_ends_at_its_instant_and_not_at_the_end_of_that_day() {
        let world = world();
        let made = world.ada().json(&["key", "add", "short", "--scope", "entries:read", "--expires", "1d"]);
        let key = Secret::new(made["key"].as_str().unwrap().to_owned());
        let good = |after| auth::with_key(&app(&world, after), &key, "test").is_ok();

        assert!(good(SignedDuration::from_hours(23)));
        assert!(!good(SignedDuration::from_hours(24)));
    }
}
