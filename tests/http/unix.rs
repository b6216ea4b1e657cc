//! A socket file instead of an address.

use std::io::Read;
use std::io::Write;
use std::os::unix::fs::FileTypeExt;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::Path;

use crate::raw;
use crate::support::World;
use crate::support::server::Server;
use crate::support::server::UNLIMITED;

fn serve(world: &World, path: &Path) -> Server {
    world.serve_at(&["--unix", path.to_str().unwrap()], &UNLIMITED)
}

fn ask(path: &Path, head: &str) -> u16 {
    let mut stream = UnixStream::connect(path).unwrap();
    stream.write_all(format!("{head}\r\nConnection: close\r\n\r\n").as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    raw::status(&answer)
}

#[test]
fn the_socket_file_is_private_answers_and_goes_with_the_server() {
    let world = World::new();
    let path = world.path("run/journal.sock");
    let server = serve(&world, &path);

    assert_eq!(server.base, path.to_str().unwrap());
    let facts = std::fs::symlink_metadata(&path).unwrap();
    assert!(facts.file_type().is_socket());
    assert_eq!(facts.permissions().mode() & 0o777, 0o600);
    assert_eq!(ask(&path, "GET /health HTTP/1.1\r\nHost: localhost"), 200);
    assert_eq!(ask(&path, "GET /health HTTP/1.1\r\nHost: evil.example"), 421);
    assert_eq!(server.stop().0, 0);
    assert!(!path.exists());
}

#[test]
fn a_socket_file_that_a_dead_server_left_is_replaced_and_one_that_answers_is_not() {
    let world = World::new();
    let path = world.path("run/journal.sock");
    let given = path.to_str().unwrap();
    serve(&world, &path).kill();
    assert!(path.exists());

    let server = serve(&world, &path);

    world.run(&["serve", "--unix", given]).refused(4).says("cannot listen");
    assert_eq!(ask(&path, "GET /health HTTP/1.1\r\nHost: localhost"), 200);
    drop(server);
}

#[test]
fn what_is_no_socket_is_left_alone() {
    let world = World::new();
    let path = world.file("diary.txt", "mine");

    world.run(&["serve", "--unix", path.to_str().unwrap()]).refused(4);

    assert_eq!(std::fs::read_to_string(&path).unwrap(), "mine");
    let long = world.path(&"a".repeat(120));
    world.run(&["serve", "--unix", long.to_str().unwrap()]).refused(4).says("shorter");
}
