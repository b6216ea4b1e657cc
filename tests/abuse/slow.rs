//! Connections that are held open as slowly as possible.

use std::io::Write;
use std::net::TcpStream;
use std::time::Duration;
use std::time::Instant;

use crate::memory::kib;
use crate::support::World;
use crate::support::server::Server;
use crate::support::switch;

fn connections() -> u64 {
    switch("JOURNAL_ABUSE_CONNECTIONS").unwrap_or(60)
}

/// Opens connections, each of which has sent this much of a request.
fn hold(server: &Server, begun: &str) -> Vec<TcpStream> {
    let address = server.base.split_once("://").unwrap().1;
    let open = (0..connections()).map(|_| {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(begun.as_bytes()).unwrap();
        stream
    });
    open.collect()
}

/// Asks again and again while the others drip, and returns how long it took, sorted.
fn asked_meanwhile(server: &Server, held: &mut [TcpStream], more: &[u8]) -> Vec<Duration> {
    let mut times: Vec<Duration> = (0..200)
        .map(|round| {
            if round % 20 == 0 {
                for stream in held.iter_mut() {
                    // Some are cut off already, which is what is wanted.
                    let _ = stream.write_all(more);
                }
            }
            let begun = Instant::now();
            server.stranger().get("/health").ok();
            begun.elapsed()
        })
        .collect();
    times.sort();
    times
}

fn tell(what: &str, times: &[Duration], server: &Server) {
    let (middle, late) = (times[times.len() / 2], times[times.len() * 95 / 100]);
    let memory = kib(server.pid(), "VmRSS") / 1024;
    println!("{} {what}: others waited {middle:?}, 95 % at most {late:?}; {memory} MiB", connections());
    // Far above what is measured; a server that handled one connection after the other would not answer at all.
    assert!(late < Duration::from_secs(5), "{times:?}");
}

#[test]
fn heads_that_come_a_byte_at_a_time_hold_nobody_up() {
    let world = World::new();
    let server = world.serve();
    let mut held = hold(&server, "GET /health HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");

    let times = asked_meanwhile(&server, &mut held, b"a");

    tell("slow heads", &times, &server);
}

#[test]
fn bodies_that_come_a_byte_at_a_time_hold_nobody_up() {
    let world = World::new();
    let server = world.serve();
    let begun = "POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n{";
    let mut held = hold(&server, begun);

    let times = asked_meanwhile(&server, &mut held, b" ");

    tell("slow bodies", &times, &server);
}

#[test]
fn a_head_that_does_not_end_is_cut_off() {
    let world = World::new();
    let server = world.serve();
    let mut held = hold(&server, "GET /health HTTP/1.1\r\nHost: localhost\r\n");
    let begun = Instant::now();

    for stream in &mut held {
        stream.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
        // Whatever comes, the connection ends.
        let _ = std::io::Read::read_to_end(stream, &mut Vec::new()).unwrap_or(0);
    }

    println!("{} heads without an end were cut off after {:?}", held.len(), begun.elapsed());
    assert!(begun.elapsed() < Duration::from_secs(45), "{:?}", begun.elapsed());
}
