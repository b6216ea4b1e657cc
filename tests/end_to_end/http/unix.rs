//! Listening on a Unix domain socket.

use std::io::{Read, Write};
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::os::unix::net::UnixStream;
use std::path::Path;

use crate::support::server::{Server, UNLIMITED};
use crate::support::{World, raw};

fn serve(world: &World, path: &Path) -> Server {
    world.serve_at(&["--unix", path.to_str().unwrap()], &UNLIMITED)
}

fn request_status(path: &Path, head: &str) -> u16 {
    let mut stream = UnixStream::connect(path).unwrap();
    stream.write_all(format!("{head}\r\nConnection: close\r\n\r\n").as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    raw::status(&answer)
}

#[test]
fn the_socket_is_private_and_removed_at_shutdown() {
    let world = World::new();
    let path = world.path("run/journal.sock");
    let server = serve(&world, &path);

    assert_eq!(server.base, path.to_str().unwrap());
    let metadata = std::fs::symlink_metadata(&path).unwrap();
    assert!(metadata.file_type().is_socket());
    assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
    assert_eq!(request_status(&path, "GET /health HTTP/1.1\r\nHost: localhost"), 200);
    assert_eq!(request_status(&path, "GET /health HTTP/1.1\r\nHost: evil.example"), 421);
    assert_eq!(server.stop().0, 0);
    assert!(!path.exists());
}

#[test]
fn a_stale_socket_is_replaced_and_one_in_use_is_not() {
    let world = World::new();
    let path = world.path("run/journal.sock");
    let given = path.to_str().unwrap();
    serve(&world, &path).kill();
    assert!(path.exists());

    let server = serve(&world, &path);

    world.run(&["serve", "--unix", given]).refused(4).says("cannot listen");
    assert_eq!(request_status(&path, "GET /health HTTP/1.1\r\nHost: localhost"), 200);
    drop(server);
}

#[test]
fn a_file_that_is_no_socket_is_left_unchanged() {
    let world = World::new();
    let path = world.file("diary.txt", "mine");

    world.run(&["serve", "--unix", path.to_str().unwrap()]).refused(4);

    assert_eq!(std::fs::read_to_string(&path).unwrap(), "mine");
    let long = world.path(&"a".repeat(120));
    world.run(&["serve", "--unix", long.to_str().unwrap()]).refused(4).says("shorter");
}
