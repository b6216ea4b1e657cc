//! Benchmarks MCP on a journal of 10,000 entries of about 150 words: over stdio including process start, over HTTP with
//! eight clients per protocol revision, and over HTTP while another client ingests large texts.
//!
//! `cargo bench --bench mcp`; `-- 2000 1` sets the number of entries and the seconds per row.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark prints, and ends where anything fails")]

mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use journal::domain::scope::Scope;
use journal::jobs;
use support::BenchJournal;

const LEGACY: &str = "2025-11-25";
const MODERN: &str = "2026-07-28";
/// Number of measured process starts.
const STARTS: usize = 9;
/// Number of calls over stdio per tool.
const CALLS: usize = 100;
const CLIENTS: usize = 8;
const WORDS: [&str; 7] =
    ["garden", "washing machine", "karomi", "doctor", "rain on the roof", "tax", "train home late"];

fn main() {
    let mut numbers = std::env::args().filter_map(|argument| argument.parse::<usize>().ok());
    let (entries, seconds) = (numbers.next().unwrap_or(10_000), numbers.next().unwrap_or(5));
    let journal = support::runtime().block_on(create_journal(entries));
    let folder = journal.folder.path().to_owned();
    drop(journal.ctx);
    println!("{entries} entries");
    measure_stdio(&folder);
    let span = Duration::from_secs(seconds as u64);
    let server = McpBenchServer::start(&folder);
    for era in [LEGACY, MODERN] {
        let (rate, times) = server.measure(era, CLIENTS, span);
        let row = format!("journal_list_entries over HTTP, {era}, {CLIENTS} clients");
        println!("{row:<58}{rate:>8.0} calls/s; {}", percentiles(times));
    }
    let (_, alone) = server.measure(MODERN, 1, span);
    println!("{:<58}{}", "journal_list_entries, one client", percentiles(alone));
    let busy = server.measure_under_load(span);
    println!("{:<58}{}", "the same, while another client ingests 1 MiB texts", percentiles(busy));
}

/// Creates a journal with vectors of the instant embedder.
async fn create_journal(entries: usize) -> BenchJournal {
    let journal = BenchJournal::new(&[], Some(Arc::new(support::InstantEmbedder))).await;
    for (number, some) in support::generate_entries(entries).chunks(20).enumerate() {
        let day = format!("{}-{:02}-{:02}", 2000 + number / 336, 1 + number % 336 / 28, 1 + number % 28);
        journal.store_on(some, &day).await;
    }
    jobs::drain(&journal.ctx, Scope::Ingest, &|_, _| {}).await.unwrap();
    journal
}

fn command(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_journal"));
    command.args(args).arg("--data-dir").arg(folder.join("data"));
    command.arg("--config").arg(folder.join("config/config.toml"));
    command
}

/// Measures `journal mcp` over stdio.
fn measure_stdio(folder: &Path) {
    let mut starts = Vec::new();
    let mut memory = Vec::new();
    for _ in 0..STARTS {
        let begun = Instant::now();
        let mut pipes = StdioClient::start(folder);
        pipes.call("tools/list", &json!({}));
        starts.push(begun.elapsed());
        memory.push(megabytes(&pipes.child));
    }
    memory.sort_unstable_by(f64::total_cmp);
    println!("{:<58}{}", "`journal mcp`, process start to tools/list", percentiles(starts));
    println!("{:<58}{:.1} MB", "maximum memory after that", memory[STARTS - 1]);
    let mut pipes = StdioClient::start(folder);
    let cold = pipes.timed_call("journal_ingest_text", &json!({ "text": "The first rain of the year." }));
    let add =
        |at: usize| json!({ "text": format!("Walked home in rain number {at}, past the {} place.", WORDS[at % 7]) });
    let adds = (0..CALLS).map(|at| pipes.timed_call("journal_ingest_text", &add(at))).collect();
    println!("{:<58}{} (first call {:.1} ms)", "journal_ingest_text", percentiles(adds), ms(cold));
    let search = |at: usize| json!({ "query": format!("{} and what came of it {at}", WORDS[at % 7]) });
    let cold = pipes.timed_call("journal_search_entries", &search(CALLS));
    let searches = (0..CALLS).map(|at| pipes.timed_call("journal_search_entries", &search(at))).collect();
    println!(
        "{:<58}{} (first call {:.1} ms)",
        "journal_search_entries, unique queries",
        percentiles(searches),
        ms(cold)
    );
    println!("{:<58}{:.1} MB", "memory after that", megabytes(&pipes.child));
}

/// Running `journal mcp` process with its stdio pipes.
struct StdioClient {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl StdioClient {
    fn start(folder: &Path) -> Self {
        let mut command = command(folder, &["mcp"]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let (input, output) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        let mut pipes = Self { child, input, output };
        pipes.call("initialize", &initialize_params());
        pipes.send(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }));
        pipes
    }

    fn send(&mut self, message: &Value) {
        writeln!(self.input, "{message}").unwrap();
        self.input.flush().unwrap();
    }

    fn call(&mut self, method: &str, params: &Value) -> Value {
        self.send(&json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params }));
        loop {
            let mut line = String::new();
            assert_ne!(self.output.read_line(&mut line).unwrap(), 0, "the process closed its output");
            let message: Value = serde_json::from_str(&line).unwrap();
            if message["id"] == 1 {
                return successful_result(&message).clone();
            }
        }
    }

    fn timed_call(&mut self, tool: &str, arguments: &Value) -> Duration {
        let begun = Instant::now();
        self.call("tools/call", &json!({ "name": tool, "arguments": arguments }));
        begun.elapsed()
    }
}

impl Drop for StdioClient {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct McpBenchServer {
    child: Child,
    address: String,
    key: String,
}

impl McpBenchServer {
    fn start(folder: &Path) -> Self {
        let add = ["key", "add", "bench", "--scope", "entries:read", "--scope", "ingest", "--json"];
        let made: Value = serde_json::from_slice(&command(folder, &add).output().unwrap().stdout).unwrap();
        let limits = ["JOURNAL_RATE_ANONYMOUS", "JOURNAL_RATE_MEMBER", "JOURNAL_RATE_KEY", "JOURNAL_RATE_EXPENSIVE"];
        let mut serve = command(folder, &["serve", "--port", "0"]);
        let mut child = serve.envs(limits.map(|name| (name, "0"))).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let address =
            lines.find_map(|line| line.unwrap().strip_prefix("Serving on http://").map(str::to_owned)).unwrap();
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, address, key: made["key"].as_str().unwrap().to_owned() }
    }

    /// Runs clients that list entries in a loop; returns calls per second and the time of each call.
    fn measure(&self, era: &'static str, clients: usize, span: Duration) -> (f64, Vec<Duration>) {
        let begun = Instant::now();
        let one = || {
            let (mut connection, mut times) = (self.connect(era), Vec::new());
            while begun.elapsed() < span {
                times.push(connection.timed_call("journal_list_entries", &json!({})));
            }
            times
        };
        let times: Vec<Duration> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..clients).map(|_| scope.spawn(one)).collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });
        (times.len() as f64 / begun.elapsed().as_secs_f64(), times)
    }

    /// Lists entries while another client ingests texts of 1 MiB.
    fn measure_under_load(&self, span: Duration) -> Vec<Duration> {
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let busy = scope.spawn(|| {
                let (mut connection, mut at) = (self.connect(MODERN), 0);
                while !done.load(Ordering::Relaxed) {
                    let text = format!("Entry {at}. {}", "And it went on raining past the old mill. ".repeat(25_000));
                    connection.timed_call("journal_ingest_text", &json!({ "text": text }));
                    at += 1;
                }
                at
            });
            let (_, times) = self.measure(MODERN, 1, span);
            done.store(true, Ordering::Relaxed);
            println!("({} texts of 1 MiB were ingested meanwhile)", busy.join().unwrap());
            times
        })
    }

    fn connect(&self, era: &'static str) -> McpBenchConnection {
        let stream = TcpStream::connect(&self.address).unwrap();
        stream.set_nodelay(true).unwrap();
        let head = format!(
            "POST /mcp HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n\
             Accept: application/json, text/event-stream\r\nMCP-Protocol-Version: {era}\r\n",
            self.address, self.key
        );
        let mut connection = McpBenchConnection { head, era, stream: BufReader::with_capacity(1 << 16, stream) };
        if era == LEGACY {
            let (head, _) = connection.post("", &request("initialize", &initialize_params()));
            let session = head.lines().find_map(|line| line.strip_prefix("mcp-session-id: ")).unwrap();
            connection.head.extend(["Mcp-Session-Id: ", session, "\r\n"]);
            connection.post("", &json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }));
        }
        connection
    }
}

impl Drop for McpBenchServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// HTTP keep-alive connection.
struct McpBenchConnection {
    head: String,
    era: &'static str,
    stream: BufReader<TcpStream>,
}

impl McpBenchConnection {
    fn timed_call(&mut self, tool: &str, arguments: &Value) -> Duration {
        let mut params = json!({ "name": tool, "arguments": arguments });
        let mut more = String::new();
        if self.era == MODERN {
            params["_meta"] = json!({
                "io.modelcontextprotocol/protocolVersion": MODERN,
                "io.modelcontextprotocol/clientInfo": { "name": "bench", "version": "1" },
                "io.modelcontextprotocol/clientCapabilities": {},
            });
            more = format!("Mcp-Method: tools/call\r\nMcp-Name: {tool}\r\n");
        }
        let called = request("tools/call", &params);
        let begun = Instant::now();
        let (_, body) = self.post(&more, &called);
        let elapsed = begun.elapsed();
        successful_result(&serde_json::from_slice(&body).unwrap());
        elapsed
    }

    fn post(&mut self, more: &str, message: &Value) -> (String, Vec<u8>) {
        let body = message.to_string();
        let text = format!("{}{more}Content-Length: {}\r\n\r\n{body}", self.head, body.len());
        self.stream.get_mut().write_all(text.as_bytes()).unwrap();
        let (mut head, mut length, mut streams) = (String::new(), 0, false);
        loop {
            let begin = head.len();
            assert_ne!(self.stream.read_line(&mut head).unwrap(), 0, "the server closed the connection");
            let line = head[begin..].trim_end();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length: ") {
                length = value.parse().unwrap();
            }
            streams |= line == "transfer-encoding: chunked";
        }
        assert!(["200", "202"].contains(&&head[9..12]), "{head}");
        let body = if streams { self.last_event() } else { self.read_exactly(length) };
        (head, body)
    }

    fn read_exactly(&mut self, length: usize) -> Vec<u8> {
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).unwrap();
        body
    }

    /// Reads an SSE stream to its end and returns the data of the last event.
    fn last_event(&mut self) -> Vec<u8> {
        let mut events = Vec::new();
        loop {
            let mut size = String::new();
            self.stream.read_line(&mut size).unwrap();
            let size = usize::from_str_radix(size.trim_end(), 16).unwrap();
            let chunk = self.read_exactly(size + "\r\n".len());
            if size == 0 {
                break;
            }
            events.extend(&chunk[..size]);
        }
        let events = String::from_utf8(events).unwrap();
        events.lines().filter_map(|line| line.strip_prefix("data: ")).next_back().unwrap_or_default().into()
    }
}

fn initialize_params() -> Value {
    json!({ "protocolVersion": LEGACY, "capabilities": {}, "clientInfo": { "name": "bench", "version": "1" } })
}

fn request(method: &str, params: &Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params })
}

/// Returns the result of a successful reply.
fn successful_result(reply: &Value) -> &Value {
    let result = &reply["result"];
    assert!(result.is_object() && result["isError"] != true, "{reply}");
    result
}

fn percentiles(mut times: Vec<Duration>) -> String {
    times.sort_unstable();
    let at = |percent: usize| ms(times[(times.len() - 1) * percent / 100]);
    format!("p50 {:.2} ms, p99 {:.2} ms, max {:.2} ms", at(50), at(99), at(100))
}

/// Resident memory of a process in MB.
fn megabytes(child: &Child) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() / 1e3
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
