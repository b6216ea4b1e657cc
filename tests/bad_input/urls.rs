//! Addresses that lead to private machines are refused by the real binary, before anything is connected to.

use std::io::ErrorKind;
use std::net::TcpListener;

use crate::support::World;

/// A machine that nobody may reach; the kernel keeps who came.
fn private() -> (TcpListener, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

fn nobody_came(listener: &TcpListener) -> bool {
    listener.accept().is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
}

#[test]
fn an_address_of_a_private_machine_is_refused_and_nobody_comes() {
    let world = World::new();
    let (listener, port) = private();

    for host in ["127.0.0.1", "2130706433", "0x7f.1", "0", "[::1]", "[::ffff:127.0.0.1]", "169.254.169.254"] {
        world.run(&["ingest", &format!("http://{host}/")]).refused(2).says("public machine");
        world.run(&["ingest", &format!("http://{host}:{port}/")]).refused(2).says("unusual port");
    }
    world.run(&["ingest", &format!("http://site.example@127.0.0.1:{port}/")]).refused(2).says("user name");
    world.run(&["ingest", &format!("HTTP://127.0.0.1:{port}/")]).refused(2).says("unusual port");

    assert!(nobody_came(&listener));
}

#[test]
fn a_local_notebook_fetches_nothing_and_a_key_needs_its_scope() {
    let world = World::new();
    let (listener, port) = private();
    let names = format!("127.0.0.1:{port}");
    let fetch = |variables: &[(&str, &str)]| {
        let variables = [variables, &[("JOURNAL_NAME_SERVER", names.as_str())]].concat();
        world.run_with(&["ingest", "http://site.example/"], &variables, None)
    };
    let (_, key) = world.ada().key("writer", &["ingest"]);

    fetch(&[("JOURNAL_API_KEY", &key)]).refused(6).says("ingest:url");
    fetch(&[("JOURNAL_PROVIDER_PURPOSES", "none")]).refused(6);
    world.ok(&["egress", "policy", "--local-only", "on"]);
    fetch(&[]).refused(6);

    assert!(nobody_came(&listener), "not even a name was asked for");
}
