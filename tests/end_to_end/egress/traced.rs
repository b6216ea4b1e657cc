//! No network connections without a provider and in local-only mode, verified with `strace`.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::egress::provider::Provider;
use crate::support::server::{Client, UNLIMITED, wait_for};
use crate::support::{Run, World, is_available, run_with_input};

/// URL with a documentation address (RFC 5737); a connection attempt to it appears in the trace.
const UNREACHABLE_URL: &str = "https://192.0.2.7/v1";

fn can_trace() -> bool {
    let can = is_available("strace", &["-f", "-o", "/dev/null", "true"]);
    if !can {
        println!("SKIPPED: strace is missing or not permitted");
    }
    can
}

fn traced(world: &World, log: &Path, settings: &[(&str, &str)]) -> Command {
    let calls = "trace=connect,sendto,sendmsg,sendmmsg";
    let mut command = world.command_under(&["strace", "-f", "-qq", "-o", log.to_str().unwrap(), "-e", calls]);
    command.envs(settings.iter().copied());
    command
}

fn run(world: &World, log: &Path, args: &[&str], settings: &[(&str, &str)]) -> Run {
    let mut command = traced(world, log, settings);
    command.args(args);
    run_with_input(command, None)
}

/// Starts a server, writes an entry, requests several routes, and stops the server.
fn serve(world: &World, log: &Path, settings: &[(&str, &str)]) {
    let (_, key) = world.ada().key("own", &["entries:read", "search", "ingest", "account"]);
    let mut command = traced(world, log, &[UNLIMITED.as_slice(), settings].concat());
    let mut tracer = command.args(["serve", "--port", "0"]).spawn().unwrap();
    let mut lines = BufReader::new(tracer.stderr.take().unwrap()).lines();
    let base = lines.find_map(|line| line.unwrap().strip_prefix("Serving on ").map(str::to_owned)).unwrap();
    let reader = std::thread::spawn(move || lines.count());
    let ada = Client::new(&base).with("authorization", &format!("Bearer {key}"));
    let body = serde_json::json!({ "text": "Apples and pears.", "entry_date": "2024-06-01" });
    ada.post("/api/entries/ingest/text", &body).ok();
    for path in ["/api/search?q=apples", "/api/entries", "/api/egress", "/api/health", "/health"] {
        ada.get(path).ok();
    }
    wait_for("the jobs to end", || {
        let jobs = ada.get("/api/jobs").ok().json();
        let open = |job: &serde_json::Value| job["status"] == "queued" || job["status"] == "running";
        (!jobs["items"].as_array().unwrap().iter().any(open)).then_some(())
    });
    let children = format!("/proc/{0}/task/{0}/children", tracer.id());
    let child = std::fs::read_to_string(children).unwrap().trim().to_owned();
    assert!(Command::new("kill").args(["-TERM", &child]).status().unwrap().success());
    assert!(tracer.wait().unwrap().success());
    reader.join().unwrap();
}

/// Returns the traced system calls with an internet address.
fn connections(log: &PathBuf) -> Vec<String> {
    let text = std::fs::read_to_string(log).unwrap();
    text.lines().filter(|line| line.contains("sa_family=AF_INET")).map(str::to_owned).collect()
}

/// Runs all operations that need no provider and returns the connections that they made.
fn connections_of_all_commands(world: &World, settings: &[(&str, &str)]) -> Vec<String> {
    let log = world.path("inbox/trace");
    let file = world.file("note.md", "A line about violets.\n").display().to_string();
    let mut all = Vec::new();
    for args in [
        vec!["write", "Plum brandy by the lighthouse.", "--date", "2024-05-01"],
        vec!["ingest", &file],
        vec!["search", "brandy"],
        vec!["list"],
        vec!["show", "1"],
        vec!["egress", "preview", "1"],
        vec!["job", "run"],
        vec!["doctor"],
    ] {
        let run = run(world, &log, &args, settings);
        assert!(run.code == 0 || args == ["doctor"], "{run:#?}");
        all.extend(connections(&log));
    }
    serve(world, &log, settings);
    all.extend(connections(&log));
    all
}

#[test]
fn without_a_provider_no_connection_is_made() {
    if !can_trace() {
        return;
    }
    let world = World::new();

    assert_eq!(connections_of_all_commands(&world, &[]), Vec::<String>::new());
}

#[test]
fn local_only_makes_no_connection_despite_a_provider() {
    if !can_trace() {
        return;
    }
    let world = World::new();
    world.ok(&["egress", "policy", "--local-only", "on"]);
    let keys = ["OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GOOGLE_API_KEY"].map(|name| (name, "sk-none"));
    let urls =
        ["JOURNAL_OPENAI_URL", "JOURNAL_ANTHROPIC_URL", "JOURNAL_GEMINI_URL"].map(|name| (name, UNREACHABLE_URL));
    let settings = [[("JOURNAL_EMBEDDING_PROVIDER", "openai")].as_slice(), &keys, &urls].concat();

    assert_eq!(connections_of_all_commands(&world, &settings), Vec::<String>::new());
}

#[test]
fn the_trace_detects_a_connection() {
    if !can_trace() {
        return;
    }
    let (world, provider) = (World::new(), Provider::new());
    let log = world.path("inbox/trace");
    let settings = provider.settings();
    let settings: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();

    run(&world, &log, &["write", "Plum brandy.", "--date", "2024-05-01"], &settings).ok();

    let connections = connections(&log);
    assert!(connections.iter().any(|call| call.contains(&format!("htons({})", provider.port))), "{connections:?}");
}
