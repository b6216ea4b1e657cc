//! SSRF guard of the real binary: private addresses are refused before any connection.

use std::io::ErrorKind;
use std::net::TcpListener;

use crate::support::World;

/// Returns a listener on a private address; the kernel queues any connection to it.
fn private_listener() -> (TcpListener, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

fn has_no_connection(listener: &TcpListener) -> bool {
    listener.accept().is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
}

#[test]
fn a_private_address_is_refused_without_connecting() {
    let world = World::new();
    let (listener, port) = private_listener();

    for host in ["127.0.0.1", "2130706433", "0x7f.1", "0", "[::1]", "[::ffff:127.0.0.1]", "169.254.169.254"] {
        world.run(&["ingest", &format!("http://{host}/")]).refused(2).says("not a public address");
        world.run(&["ingest", &format!("http://{host}:{port}/")]).refused(2).says("port that is not allowed");
    }
    world.run(&["ingest", &format!("http://site.example@127.0.0.1:{port}/")]).refused(2).says("user name");
    world.run(&["ingest", &format!("HTTP://127.0.0.1:{port}/")]).refused(2).says("port that is not allowed");

    assert!(has_no_connection(&listener));
}

#[test]
fn fetching_needs_its_scope_its_purpose_and_no_local_only() {
    let world = World::new();
    let (listener, port) = private_listener();
    let name_server = format!("127.0.0.1:{port}");
    let fetch = |variables: &[(&str, &str)]| {
        let variables = [variables, &[("JOURNAL_NAME_SERVER", name_server.as_str())]].concat();
        world.run_with(&["ingest", "http://site.example/"], &variables, None)
    };
    let (_, key) = world.ada().key("writer", &["ingest"]);

    fetch(&[("JOURNAL_API_KEY", &key)]).refused(6).says("ingest:url");
    fetch(&[("JOURNAL_PROVIDER_PURPOSES", "none")]).refused(6);
    world.ok(&["egress", "policy", "--local-only", "on"]);
    fetch(&[]).refused(6);

    assert!(has_no_connection(&listener), "no DNS query was sent");
}
