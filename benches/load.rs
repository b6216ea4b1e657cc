//! Load test of the HTTP server: requests per second, latency percentiles and memory, on a journal of 5,000 entries of
//! about 150 words with the built-in embedder. The clients share the machine's cores with the server.
//!
//! `cargo bench --bench load` includes one minute of mixed load; `-- 5000 600` sets entries and seconds.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark prints, and ends where anything fails")]

mod support;

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use journal::app::context::Ctx;
use journal::domain::scope::Scope;
use journal::jobs;
use support::BenchJournal;

const PASSWORD: &str = "violet anchor mountain";
/// Measurement time per row.
const SPAN: Duration = Duration::from_secs(5);
const WORDS: [&str; 7] =
    ["garden", "washing machine", "karomi", "doctor", "rain on the roof", "tax", "train home late"];

fn main() {
    let mut numbers = std::env::args().filter_map(|argument| argument.parse::<usize>().ok());
    let (entries, seconds) = (numbers.next().unwrap_or(5_000), numbers.next().unwrap_or(60));
    let journal = support::runtime().block_on(create_journal(entries));
    let server = LoadTestServer::start(&journal);
    println!("{entries} entries; started in {:.0} ms; idle {:.1} MB", ms(server.started), server.megabytes());
    println!("{:<44}{:>8}{:>9}{:>9}{:>9}{:>9}{:>11}", "", "clients", "req/s", "p50 ms", "p95 ms", "p99 ms", "CPU µs");
    let fresh = AtomicUsize::new(0);
    let count = || fresh.fetch_add(1, Ordering::Relaxed);
    server.row("GET /health", 1, |_| get("/health"));
    server.row("GET /api/auth/me (health + session)", 1, |_| get("/api/auth/me"));
    for clients in [1, 8] {
        server.row("GET /api/entries", clients, |_| get("/api/entries"));
        server.row("GET /api/entries/{id}", clients, |at| get(&format!("/api/entries/{}", 1 + at % entries)));
    }
    for clients in [1, 8] {
        server.row("GET /api/search, cached query", clients, |at| search(WORDS[at % 7], ""));
        server.row("GET /api/search, cached vector, new dates", clients, |_| {
            search(WORDS[count() % 7], &format!("&end_date={}", day(count())))
        });
    }
    server.row("GET /api/search, new query", 1, |_| search(&format!("{} number {}", WORDS[1], count()), ""));
    println!("after searches {:.1} MB", server.megabytes());
    let mut after = Vec::new();
    for part in 1..=4 {
        let span = Duration::from_secs(seconds as u64 / 4);
        server.measure(&format!("mixed load, part {part} of 4"), 8, span, |at| mixed(at, count(), entries));
        after.push(format!("{:.1}", server.megabytes()));
    }
    println!("after each part of the mixed load: {} MB", after.join(", "));
}

/// Creates a journal with vectors.
async fn create_journal(entries: usize) -> BenchJournal {
    let journal = BenchJournal::new(&[], None).await;
    let started = Instant::now();
    let texts = support::generate_entries(entries);
    for (number, some) in texts.chunks(50).enumerate() {
        journal.store_on(some, &day(number * 37)).await;
    }
    jobs::drain(&journal.ctx, Scope::Ingest, &|_, _| {}).await.unwrap();
    println!("stored and embedded in {:.0} s", started.elapsed().as_secs_f64());
    journal
}

/// Returns one of 5,000 dates.
fn day(number: usize) -> String {
    let number = number % 5_000;
    format!("{}-{:02}-{:02}", 2005 + number / 336, 1 + number % 336 / 28, 1 + number % 28)
}

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\n\r\n")
}

fn search(words: &str, more: &str) -> String {
    get(&format!("/api/search?q={}&limit=20{more}", words.replace(' ', "%20")))
}

fn post(path: &str, body: &str) -> String {
    format!("POST {path} HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

/// Returns a request of the mixed load: 98 % reads, 2 % new entries.
fn mixed(at: usize, count: usize, entries: usize) -> String {
    match at % 50 {
        0 => {
            post("/api/entries/ingest/text", &format!(r#"{{"text":"Entry {count}. The {count}th rain of the year."}}"#))
        }
        1..=15 => search(WORDS[at % 7], ""),
        16..=20 => search(WORDS[at % 7], &format!("&end_date={}", day(count))),
        21 => search(&format!("{} number {count}", WORDS[2]), ""),
        22..=32 => get(&format!("/api/entries/{}", 1 + count % entries)),
        33..=35 => get("/api/dashboard/writing-stats"),
        36 => get("/api/stats"),
        37..=39 => get("/api/jobs?status=queued&limit=50"),
        _ => get(&format!("/api/entries?offset={}", count % entries)),
    }
}

struct LoadTestServer {
    child: Child,
    started: Duration,
    port: u16,
    cookie: String,
}

impl LoadTestServer {
    fn start(journal: &BenchJournal) -> Self {
        let folder = journal.folder.path().to_owned();
        let command = |args: &[&str]| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_journal"));
            command.args(args).arg("--data-dir").arg(folder.join("data"));
            command.arg("--config").arg(folder.join("config/config.toml"));
            command
        };
        let password = folder.join("password");
        std::fs::write(&password, PASSWORD).unwrap();
        let email = email(&journal.ctx);
        let set = ["user", "passwd", &email, "--password-file", password.to_str().unwrap()];
        assert!(command(&set).status().unwrap().success());
        let log = folder.join("log");
        let begun = Instant::now();
        let limits = ["JOURNAL_RATE_ANONYMOUS", "JOURNAL_RATE_MEMBER", "JOURNAL_RATE_KEY", "JOURNAL_RATE_EXPENSIVE"];
        let child = command(&["serve", "--port", "0"])
            .envs(limits.map(|name| (name, "0")))
            .env("AUTH_RATE_LIMIT_ENABLED", "false")
            .stderr(File::create(&log).unwrap())
            .spawn()
            .unwrap();
        let port = port(&log);
        let mut server = Self { child, started: Duration::ZERO, port, cookie: String::new() };
        assert_eq!(server.connect().request(&get("/health"), "").0, 200);
        server.started = begun.elapsed();
        let login = post("/api/auth/login", &format!(r#"{{"email":"{email}","password":"{PASSWORD}"}}"#));
        let (status, head) = server.connect().request(&login, "");
        assert_eq!(status, 200, "{head}");
        let cookies = head.lines().filter_map(|line| line.strip_prefix("set-cookie: ")?.split(';').next());
        server.cookie = format!("Cookie: {}\r\n", cookies.collect::<Vec<_>>().join("; "));
        server
    }

    fn row(&self, name: &str, clients: usize, request: impl Fn(usize) -> String + Sync) {
        self.measure(name, clients, SPAN, request);
    }

    /// Runs clients that send requests in a loop for `span`, and prints a row of results.
    fn measure(&self, name: &str, clients: usize, span: Duration, request: impl Fn(usize) -> String + Sync) {
        let (begun, cpu) = (Instant::now(), self.cpu());
        let one = |client: usize| {
            let (mut connection, mut times, mut at) = (self.connect(), Vec::new(), client * 7);
            while begun.elapsed() < span {
                let text = request(at);
                let sent = Instant::now();
                let (status, head) = connection.request(&text, &self.cookie);
                times.push(sent.elapsed());
                assert!((200..300).contains(&status), "{text}: {head}");
                at += 1;
            }
            times
        };
        let mut times: Vec<Duration> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..clients).map(|client| scope.spawn(move || one(client))).collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });
        times.sort_unstable();
        let rate = times.len() as f64 / begun.elapsed().as_secs_f64();
        let at = |percent: usize| ms(times[times.len() * percent / 100]);
        let cpu = self.cpu().saturating_sub(cpu).as_micros() / times.len() as u128;
        println!("{name:<44}{clients:>8}{rate:>9.0}{:>9.2}{:>9.2}{:>9.2}{cpu:>11}", at(50), at(95), at(99));
    }

    fn connect(&self) -> LoadTestConnection {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_nodelay(true).unwrap();
        LoadTestConnection {
            host: format!("Host: 127.0.0.1:{}\r\n", self.port),
            stream: BufReader::with_capacity(1 << 16, stream),
        }
    }

    /// CPU time of the server process over all cores, which does not depend on other load on the machine.
    fn cpu(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        let ticks = stat.rsplit(' ').rev().skip(13).take(2).map(|field| field.parse::<u64>().unwrap()).sum::<u64>();
        Duration::from_millis(ticks * 10)
    }

    /// Resident memory of the server process in MB.
    fn megabytes(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() / 1e3
    }
}

impl Drop for LoadTestServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn email(ctx: &Ctx) -> String {
    ctx.caller.user().unwrap().email.clone()
}

/// Waits for the listening address in the server's log; returns the port.
fn port(log: &PathBuf) -> u16 {
    loop {
        let text = std::fs::read_to_string(log).unwrap();
        if let Some(line) = text.lines().find(|line| line.starts_with("Serving on ")) {
            return line.rsplit(':').next().unwrap().parse().unwrap();
        }
        std::thread::yield_now();
    }
}

/// HTTP keep-alive connection with minimal overhead, so that the client does not distort the results.
struct LoadTestConnection {
    host: String,
    stream: BufReader<TcpStream>,
}

impl LoadTestConnection {
    fn request(&mut self, request: &str, cookie: &str) -> (u16, String) {
        let (first, rest) = request.split_once("\r\n").unwrap();
        let text = format!("{first}\r\n{}{cookie}{rest}", self.host);
        self.stream.get_mut().write_all(text.as_bytes()).unwrap();
        let (mut head, mut length) = (String::new(), 0);
        loop {
            let begin = head.len();
            self.stream.read_line(&mut head).unwrap();
            let line = head[begin..].trim_end();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length: ") {
                length = value.parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).unwrap();
        (head[9..12].parse().unwrap(), head)
    }
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
