//! How often somebody may ask.

use serde_json::json;

use crate::login::PASSWORD;
use crate::login::world;
use crate::support::ADA;
use crate::support::World;
use crate::support::server::Client;
use crate::support::server::Reply;
use crate::support::server::Server;
use crate::support::server::UNLIMITED;

/// Nothing is limited but what these variables say.
fn only(world: &World, variables: &[(&'static str, &'static str)]) -> Server {
    let rest = UNLIMITED.iter().copied().filter(|(name, _)| variables.iter().all(|(other, _)| other != name));
    // Nobody may ask more often at once than in a minute, so that few requests show the limit.
    let bursts = variables.iter().filter_map(|(name, rate)| match *name {
        "JOURNAL_RATE_ANONYMOUS" => Some(("JOURNAL_RATE_ANONYMOUS_BURST", *rate)),
        "JOURNAL_RATE_MEMBER" => Some(("JOURNAL_RATE_MEMBER_BURST", *rate)),
        _ => None,
    });
    world.serve_with(&[], &rest.chain(variables.iter().copied()).chain(bursts).collect::<Vec<_>>())
}

fn wrong_login(client: &Client) -> Reply {
    client.post("/api/auth/login", &json!({ "email": "nobody@home.example", "password": "violet anchor molehill" }))
}

fn right_login(client: &Client) -> Reply {
    client.post("/api/auth/login", &json!({ "email": ADA, "password": PASSWORD }))
}

#[test]
fn a_stranger_is_told_when_to_come_back() {
    let world = World::new();
    let server = only(&world, &[("JOURNAL_RATE_ANONYMOUS", "3")]);
    let replies: Vec<Reply> = (0..4).map(|_| server.stranger().get("/api/entries")).collect();

    let statuses: Vec<u16> = replies.iter().map(|reply| reply.status).collect();
    assert_eq!(statuses, [401, 401, 401, 429]);
    let first = &replies[0];
    assert_eq!(first.header("ratelimit-policy"), Some("\"anonymous\";q=3;w=60"));
    assert!(first.header("ratelimit").unwrap().starts_with("\"anonymous\";r=2;t="), "{first:#?}");
    assert_eq!(first.header("retry-after"), None);
    let last = &replies[3];
    let wait: u32 = last.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=20).contains(&wait), "{last:#?}");
    assert_eq!(last.header("ratelimit"), Some(format!("\"anonymous\";r=0;t={wait}").as_str()));
    assert_eq!(last.json()["error"], "rate_limited");
    server.stranger().get("/health").ok();
}

#[test]
fn a_good_credential_is_not_counted_as_a_stranger() {
    let world = world();
    let (_, key) = world.ada().key("reader", &["entries:read"]);
    let server =
        only(&world, &[("JOURNAL_RATE_ANONYMOUS", "2"), ("JOURNAL_RATE_KEY", "2"), ("JOURNAL_RATE_MEMBER", "3")]);
    let browser = server.login(ADA, PASSWORD);
    for _ in 0..3 {
        server.key("jnl_wrong").get("/api/entries");
    }
    server.key("jnl_wrong").get("/api/entries").refused(429, "rate_limited");

    let by_key: Vec<u16> = (0..5).map(|_| server.key(&key).get("/api/entries").status).collect();
    let by_session: Vec<u16> = (0..4).map(|_| browser.get("/api/entries").status).collect();

    assert_eq!(by_key, [200, 200, 200, 200, 429], "a key's own limit, twice that at once");
    assert_eq!(by_session, [200, 200, 200, 429], "a user's own");
}

#[test]
fn logins_are_limited_by_address_and_a_known_browser_has_a_limit_of_its_own() {
    let world = world();
    let server = only(&world, &[("AUTH_RATE_LIMIT_ENABLED", "true"), ("AUTH_RATE_LIMIT_MAX_REQUESTS", "4")]);
    let known = right_login(&server.stranger()).ok().cookies();
    let device = known.split("; ").find(|cookie| cookie.contains("device_id")).unwrap();
    let statuses: Vec<u16> = (0..4).map(|_| wrong_login(&server.stranger()).status).collect();

    assert_eq!(statuses, [401, 401, 401, 429]);
    right_login(&server.stranger()).refused(429, "rate_limited");
    right_login(&server.stranger().with("cookie", "__Host-device_id=forged")).refused(429, "rate_limited");
    right_login(&server.stranger().with("cookie", device)).ok();
    let again: Vec<u16> = (0..4).map(|_| wrong_login(&server.stranger().with("cookie", device)).status).collect();
    assert_eq!(again, [401, 401, 401, 429], "but no more guesses than others");
}

#[test]
fn a_session_that_is_over_does_not_hinder_a_login() {
    let world = world();
    let server = only(&world, &[("JOURNAL_RATE_ANONYMOUS", "1")]);
    let stale = server.stranger().with("cookie", "__Host-session_id=long-over");
    stale.get("/api/auth/me");
    stale.get("/api/auth/me").refused(429, "rate_limited");

    right_login(&stale).ok();
}

#[test]
fn a_forged_forwarding_header_changes_nobodys_address() {
    let world = World::new();
    let server = only(&world, &[("JOURNAL_RATE_ANONYMOUS", "3")]);
    let ask = |number: u32| server.stranger().with("x-forwarded-for", &format!("192.0.2.{number}")).get("/api/entries");

    let statuses: Vec<u16> = (0..4).map(|number| ask(number).status).collect();

    assert_eq!(statuses, [401, 401, 401, 429]);
}

#[test]
fn behind_a_trusted_proxy_the_last_untrusted_address_counts() {
    let world = World::new();
    let trusted = ("JOURNAL_TRUSTED_PROXIES", "127.0.0.1,10.0.0.0/8");
    let server = only(&world, &[("JOURNAL_RATE_ANONYMOUS", "1"), trusted]);
    let ask = |chain: &str| server.stranger().with("x-forwarded-for", chain).get("/api/entries").status;

    assert_eq!(ask("192.0.2.1"), 401);
    assert_eq!(ask("192.0.2.1"), 429);
    assert_eq!(ask("198.51.100.9, 192.0.2.1"), 429, "what stands further left was written by the client");
    assert_eq!(ask("198.51.100.9, 192.0.2.1, 10.1.2.3"), 429, "a second trusted proxy is walked past");
    assert_eq!(ask("192.0.2.1, 198.51.100.9"), 401);
    assert_eq!(ask("192.0.2.2:4711"), 401, "a port does not matter");
    assert_eq!(ask("[2001:db8:1:2::1]:443"), 401);
    assert_eq!(ask("2001:db8:1:2:ffff::1"), 429, "the same /64");
    assert_eq!(ask("garbage"), 401, "the proxy itself");
    assert_eq!(ask("192.0.2.77, garbage"), 429, "nothing left of garbage is believed");
}
