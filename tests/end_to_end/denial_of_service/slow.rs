//! Slow connections (slowloris): requests that arrive byte by byte or never end.

use std::io::ErrorKind;
use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::denial_of_service::memory::process_kib;
use crate::support::server::Server;
use crate::support::{World, env_number};

fn connections() -> u64 {
    env_number("JOURNAL_ABUSE_CONNECTIONS").unwrap_or(60)
}

/// Opens connections and sends the same partial request on each.
fn open_partial_requests(server: &Server, partial: &str) -> Vec<TcpStream> {
    let address = server.base.split_once("://").unwrap().1;
    let open = (0..connections()).map(|_| {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(partial.as_bytes()).unwrap();
        stream
    });
    open.collect()
}

/// Requests `/health` 200 times while the slow connections send bytes; returns the latencies, sorted.
fn measure_health_latency(server: &Server, slow_streams: &mut [TcpStream], more: &[u8]) -> Vec<Duration> {
    let mut times: Vec<Duration> = (0..200)
        .map(|round| {
            if round % 20 == 0 {
                for stream in slow_streams.iter_mut() {
                    // Some are closed by the server already, as intended.
                    let _ = stream.write_all(more);
                }
            }
            let start = Instant::now();
            server.anonymous().get("/health").ok();
            start.elapsed()
        })
        .collect();
    times.sort();
    times
}

fn report_latency(label: &str, times: &[Duration], server: &Server) {
    let (median, p95) = (times[times.len() / 2], times[times.len() * 95 / 100]);
    let memory = process_kib(server.pid(), "VmRSS") / 1024;
    println!("{} {label}: other requests took {median:?}, 95 % at most {p95:?}; {memory} MiB", connections());
}

#[test]
fn slow_request_heads_do_not_delay_other_requests() {
    let world = World::new();
    let server = world.serve();
    let mut slow_streams = open_partial_requests(&server, "GET /health HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");

    let times = measure_health_latency(&server, &mut slow_streams, b"a");

    report_latency("slow heads", &times, &server);
}

#[test]
fn slow_request_bodies_do_not_delay_other_requests() {
    let world = World::new();
    let server = world.serve();
    let partial = "POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n{";
    let mut slow_streams = open_partial_requests(&server, partial);

    let times = measure_health_latency(&server, &mut slow_streams, b" ");

    report_latency("slow bodies", &times, &server);
}

#[test]
fn an_unfinished_request_head_is_timed_out() {
    let world = World::new();
    let server = world.serve();
    let mut slow_streams = open_partial_requests(&server, "GET /health HTTP/1.1\r\nHost: localhost\r\n");
    let start = Instant::now();

    for stream in &mut slow_streams {
        stream.set_read_timeout(Some(Duration::from_mins(2))).unwrap();
        // Only the end of the connection matters, not the response.
        if let Err(error) = std::io::Read::read_to_end(stream, &mut Vec::new()) {
            assert_eq!(error.kind(), ErrorKind::ConnectionReset, "{error}");
        }
    }

    println!("{} unfinished heads were closed after {:?}", slow_streams.len(), start.elapsed());
}
