//! Graceful shutdown, and conditions that prevent startup.

use std::io::Write;

use crate::http::login::{PASSWORD, world};
use crate::support::server::wait_for;
use crate::support::{ADA, World, chmod, raw};

#[test]
fn shutdown_finishes_requests_and_ignores_idle_connections() {
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
        // The server answers 100 Continue: the request has begun.
        let mut interim = [0; 25];
        std::io::Read::read_exact(&mut running, &mut interim).unwrap();
        running.write_all(first.as_bytes()).unwrap();

        server.signal(signal);
        wait_for("the shutdown message", || server.log().contains("Shutting down").then_some(()));
        running.write_all(second.as_bytes()).unwrap();

        let answer = raw::read_to_close(&mut running);
        assert_eq!(raw::status(&answer), 200, "{answer}");
        let (code, log) = server.wait_for_exit();
        assert_eq!(code, 0, "{log}");
        assert!(!log.contains("grace period exceeded"), "{log}");
        drop(idle);
    }
}

#[test]
fn shutdown_aborts_a_request_after_ten_seconds() {
    let world = World::new();
    let server = world.serve();
    let mut running = raw::connect(&server);
    running
        .write_all(
            b"POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n",
        )
        .unwrap();
    std::io::Read::read_exact(&mut running, &mut [0; 25]).unwrap();

    let (code, log) = server.stop();

    assert_eq!(code, 0, "{log}");
    assert!(log.contains("grace period exceeded"), "{log}");
}

#[test]
fn sighup_does_not_stop_the_server() {
    let world = World::new();
    let server = world.serve();

    server.signal("HUP");
    server.signal("HUP");

    server.anonymous().get("/health").ok();
    assert_eq!(server.stop().0, 0);
}

#[test]
fn an_address_in_use_is_reported() {
    let world = World::new();
    let server = world.serve();
    let port = server.base.rsplit_once(':').unwrap().1;

    world.run(&["serve", "--port", port]).refused(4).says("another program is listening there");
}

#[test]
fn cleartext_beyond_loopback_needs_a_flag() {
    let world = World::new();
    for address in ["0.0.0.0", "192.0.2.1", "::"] {
        world.run(&["serve", "--check", "--bind", address]).refused(2).says("refusing to serve unencrypted HTTP");
        world.run(&["serve", "--bind", address, "--port", "0"]).refused(2).says("refusing to serve unencrypted HTTP");
        world.ok(&["serve", "--check", "--bind", address, "--behind-proxy"]);
    }
    for address in ["127.0.0.1", "::1"] {
        world.ok(&["serve", "--check", "--bind", address]);
    }
}

#[test]
fn serve_check_finds_startup_errors_without_listening() {
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
    found.assert_clear_error();
    std::fs::write(&notebook, bytes).unwrap();
    world.ok(&["serve", "--check"]);
    World::empty().run(&["serve", "--check"]).refused(3);
}

#[test]
fn invalid_settings_prevent_startup() {
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
