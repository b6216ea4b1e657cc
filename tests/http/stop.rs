//! Stopping, and what makes a server not start.

use std::io::Write;

use crate::login::PASSWORD;
use crate::login::world;
use crate::raw;
use crate::support::ADA;
use crate::support::World;
use crate::support::chmod;
use crate::support::server::wait_for;

#[test]
fn a_request_that_runs_is_finished_and_idle_connections_do_not_delay_the_end() {
    let world = world();
    for signal in ["TERM", "INT"] {
        let server = world.serve();
        let idle = raw::connect(&server);
        let mut running = raw::connect(&server);
        let body = serde_json::json!({ "email": ADA, "password": PASSWORD }).to_string();
        let (first, second) = body.split_at(5);
        let head = format!(
            "POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\nExpect: 100-continue\r\n\r\n",
            body.len()
        );
        running.write_all(head.as_bytes()).unwrap();
        // The server asks for the body: the request has begun.
        let mut asked = [0; 25];
        std::io::Read::read_exact(&mut running, &mut asked).unwrap();
        running.write_all(first.as_bytes()).unwrap();

        server.signal(signal);
        wait_for("the word that it stops", || server.log().contains("Stopping").then_some(()));
        running.write_all(second.as_bytes()).unwrap();

        let answer = raw::rest(&mut running);
        assert_eq!(raw::status(&answer), 200, "{answer}");
        let (code, log) = server.ended();
        assert_eq!(code, 0, "{log}");
        assert!(!log.contains("cut off"), "{log}");
        drop(idle);
    }
}

#[test]
fn a_request_that_does_not_end_is_cut_off_after_ten_seconds() {
    let world = World::new();
    let server = world.serve();
    let mut running = raw::connect(&server);
    running
        .write_all(
            b"POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n",
        )
        .unwrap();
    std::io::Read::read_exact(&mut running, &mut [0; 25]).unwrap();

    let begun = std::time::Instant::now();
    let (code, log) = server.stop();

    assert_eq!(code, 0, "{log}");
    assert!(log.contains("cut off"), "{log}");
    assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
}

#[test]
fn a_hangup_signal_ends_nothing() {
    let world = World::new();
    let server = world.serve();

    server.signal("HUP");
    server.signal("HUP");

    server.stranger().get("/health").ok();
    assert_eq!(server.stop().0, 0);
}

#[test]
fn an_address_in_use_is_told() {
    let world = World::new();
    let server = world.serve();
    let port = server.base.rsplit_once(':').unwrap().1;

    world.run(&["serve", "--port", port]).refused(4).says("another program listens there");
}

#[test]
fn cleartext_beyond_the_loopback_address_needs_a_word() {
    let world = World::new();
    for address in ["0.0.0.0", "192.0.2.1", "::"] {
        world.run(&["serve", "--check", "--bind", address]).refused(2).says("could be read by the network");
        world.run(&["serve", "--bind", address, "--port", "0"]).refused(2).says("could be read by the network");
        world.ok(&["serve", "--check", "--bind", address, "--behind-proxy"]);
    }
    for address in ["127.0.0.1", "::1"] {
        world.ok(&["serve", "--check", "--bind", address]);
    }
}

#[test]
fn a_check_finds_what_a_start_would_stumble_over_and_listens_nowhere() {
    let world = World::new();
    let ready = world.run(&["serve", "--check", "--json"]).ok();
    assert_eq!(ready.document()["ok"], true);
    assert_eq!(ready.document()["listen"], "127.0.0.1:8400");

    chmod(&world.keyring(), 0o644);
    world.run(&["serve", "--check"]).refused(4).says("open to others");
    world.run(&["serve", "--port", "0"]).refused(4).says("open to others");
    chmod(&world.keyring(), 0o600);
    chmod(&world.accounts(), 0o640);
    world.run(&["serve", "--check"]).refused(4).says("open to others");
    chmod(&world.accounts(), 0o600);
    std::fs::rename(world.secret(), world.path("inbox/secret")).unwrap();
    world.run(&["serve", "--check"]).refused(5);
    std::fs::rename(world.path("inbox/secret"), world.secret()).unwrap();
    let notebook = world.notebook();
    let bytes = std::fs::read(&notebook).unwrap();
    let mut damaged = bytes.clone();
    damaged[8000] ^= 1;
    std::fs::write(&notebook, damaged).unwrap();
    let found = world.run(&["serve", "--check"]);
    assert_ne!(found.code, 0, "{found:#?}");
    found.is_clear();
    std::fs::write(&notebook, bytes).unwrap();
    world.ok(&["serve", "--check"]);
    World::empty().run(&["serve", "--check"]).refused(3);
}

#[test]
fn wrong_settings_refuse_to_start() {
    let world = World::new();
    for (name, value) in [
        ("MCP_PORT", "65536"),
        ("MCP_HOST", "example.org"),
        ("SESSION_EXPIRY_DAYS", "0"),
        ("COOKIE_SECURE", "maybe"),
        ("APP_BASE_URL", "journal.example"),
        ("JOURNAL_RATE_ANONYMOUS", "-1"),
        ("AUTH_RATE_LIMIT_WINDOW_SECONDS", "0"),
    ] {
        world.run_with(&["serve", "--check"], &[(name, value)], None).refused(2);
    }
}
