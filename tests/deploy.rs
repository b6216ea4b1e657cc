//! What lies in `deploy/` keeps the promises that are made of it.

#![allow(clippy::unwrap_used, reason = "tests")]
#![allow(clippy::print_stdout, reason = "what is skipped is told")]

mod support;

use std::collections::BTreeSet;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;

use regex::Regex;

use crate::support::World;
use crate::support::works;

fn deploy(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy").join(name)
}

fn read(name: &str) -> String {
    std::fs::read_to_string(deploy(name)).unwrap()
}

fn can_analyze() -> bool {
    let can = works("systemd-analyze", &["--version"]);
    if !can {
        println!("skipped: systemd-analyze is not here");
    }
    can
}

#[test]
fn the_units_are_exposed_no_more_than_two_of_ten() {
    if !can_analyze() {
        return;
    }
    for unit in ["journal.service", "journal-backup.service"] {
        let run = Command::new("systemd-analyze")
            .args(["security", "--offline=true", "--threshold=20", "--no-pager"])
            .arg(deploy(unit))
            .output()
            .unwrap();

        assert!(run.status.success(), "{unit}: {}", String::from_utf8_lossy(&run.stdout));
    }
}

/// The system calls that a unit's filter lets through.
fn allowed(unit: &str) -> BTreeSet<String> {
    let mut allowed = BTreeSet::new();
    for line in read(unit).lines().filter_map(|line| line.strip_prefix("SystemCallFilter=")) {
        let (taken_away, names) = line.strip_prefix('~').map_or((false, line), |rest| (true, rest));
        let calls: BTreeSet<String> = names.split(' ').flat_map(calls_of).collect();
        if taken_away {
            allowed.retain(|call| !calls.contains(call));
        } else {
            allowed.extend(calls);
        }
    }
    // Every filter lets these through, whatever it says (systemd.exec(5)).
    allowed.extend(calls_of("@default"));
    allowed
}

/// A group's calls, or the call itself.
fn calls_of(name: &str) -> Vec<String> {
    if !name.starts_with('@') {
        return vec![name.to_owned()];
    }
    let run = Command::new("systemd-analyze").args(["syscall-filter", "--no-pager", name]).output().unwrap();
    let text = String::from_utf8(run.stdout).unwrap();
    let inside = text.lines().skip(1).map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    inside.flat_map(|line| if line == name { Vec::new() } else { calls_of(line) }).collect()
}

/// The system calls that a command makes, its children's included.
fn made(world: &World, args: &[&str]) -> BTreeSet<String> {
    let log = world.path("tmp/calls");
    let mut command = world.wrapped(&["strace", "-f", "-qq", "-o", log.to_str().unwrap()]);
    let run = command.args(args).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let call = Regex::new(r"(?m)^\d+ +(\w+)\(").unwrap();
    let text = String::from_utf8_lossy(&std::fs::read(log).unwrap()).into_owned();
    call.captures_iter(&text).map(|found| found[1].to_owned()).collect()
}

#[test]
fn the_filters_of_the_units_let_through_what_the_program_calls() {
    if !can_analyze() || !works("strace", &["-f", "-o", "/dev/null", "true"]) {
        return;
    }
    let world = World::new();
    world.ada().write("The heron was back.", "2026-03-01");
    let recipient = age::x25519::Identity::generate().to_public().to_string();
    let to = world.path("home/backups");

    let served = made(&world, &["serve", "--check"]);
    let searched = made(&world, &["search", "heron"]);
    let backed_up =
        made(&world, &["backup", "create", "--to", to.to_str().unwrap(), "--recipient", &recipient, "--check"]);

    for (unit, calls) in [
        ("journal.service", served.union(&searched).cloned().collect::<BTreeSet<_>>()),
        ("journal-backup.service", backed_up),
    ] {
        let allowed = allowed(unit);
        // SQLite gives its log the owner of its database, where it is root; the units are not.
        let root = |call: &str| call == "fchown" && rustix::process::geteuid().is_root();
        let refused: Vec<_> = calls.difference(&allowed).filter(|call| !root(call)).collect();
        assert!(allowed.len() > 100 && calls.len() > 20);
        assert!(refused.is_empty(), "{unit} refuses {refused:?}");
    }
}

#[test]
fn the_container_is_published_on_the_loopback_address_alone_and_cannot_write_to_itself() {
    let compose = read("compose.yml");
    let ports = Regex::new(r#"(?m)^ +- "([^"]*8400[^"]*)"$"#).unwrap();

    let published: Vec<&str> = ports.captures_iter(&compose).map(|found| found.extract::<1>().1[0]).collect();

    assert_eq!(published, ["127.0.0.1:8400:8400"]);
    for line in
        ["read_only: true", "cap_drop: [ALL]", r#"security_opt: ["no-new-privileges:true"]"#, r#"user: "10001:10001""#]
    {
        assert!(compose.contains(line), "{line}");
    }
    let dockerfile = read("Dockerfile");
    assert_eq!(dockerfile.matches("\nFROM ").count() + usize::from(dockerfile.starts_with("FROM ")), 2);
    assert!(dockerfile.contains("\nUSER 10001:10001\n"));
}

#[test]
fn what_runs_by_itself_is_a_command_that_exists() {
    let commands = [read("journal-backup.service"), read("crontab")];
    let found = Regex::new(r"/usr/local/bin/journal ([^\n]*)").unwrap();
    let world = World::empty();
    let mut seen = BTreeSet::new();

    for text in &commands {
        for line in found.captures_iter(text) {
            let mut args: Vec<&str> = line.get(1).unwrap().as_str().split(' ').collect();
            args.push("--help");
            world.ok(&args);
            seen.extend(["backup", "digest"].into_iter().filter(|command| args.contains(command)));
        }
    }

    assert_eq!(seen.len(), 2);
}
