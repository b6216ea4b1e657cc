//! Checks the files in `deploy/`: systemd units, container and crontab.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use regex::Regex;

use crate::support::{World, is_available};

fn deploy_path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy").join(name)
}

fn read(name: &str) -> String {
    std::fs::read_to_string(deploy_path(name)).unwrap()
}

fn can_analyze() -> bool {
    let available = is_available("systemd-analyze", &["--version"]);
    if !available {
        println!("skipped: systemd-analyze is missing");
    }
    available
}

/// The scale of `systemd-analyze security` is 0 (safe) to 10 (exposed).
#[test]
fn the_units_have_an_exposure_of_at_most_two() {
    if !can_analyze() {
        return;
    }
    for unit in ["journal.service", "journal-backup.service"] {
        let run = Command::new("systemd-analyze")
            .args(["security", "--offline=true", "--threshold=20", "--no-pager"])
            .arg(deploy_path(unit))
            .output()
            .unwrap();

        assert!(run.status.success(), "{unit}: {}", String::from_utf8_lossy(&run.stdout));
    }
}

/// Returns the system calls that the filter of a unit allows.
fn allowed_calls(unit: &str) -> BTreeSet<String> {
    let mut allowed = BTreeSet::new();
    for line in read(unit).lines().filter_map(|line| line.strip_prefix("SystemCallFilter=")) {
        let (is_denied, names) = line.strip_prefix('~').map_or((false, line), |rest| (true, rest));
        let calls: BTreeSet<String> = names.split(' ').flat_map(expand_group).collect();
        if is_denied {
            allowed.retain(|call| !calls.contains(call));
        } else {
            allowed.extend(calls);
        }
    }
    // Every filter allows these implicitly (systemd.exec(5)).
    allowed.extend(expand_group("@default"));
    allowed
}

/// Expands a group of system calls such as `@default`, or returns the call itself.
fn expand_group(name: &str) -> Vec<String> {
    if !name.starts_with('@') {
        return vec![name.to_owned()];
    }
    let run = Command::new("systemd-analyze").args(["syscall-filter", "--no-pager", name]).output().unwrap();
    let text = String::from_utf8(run.stdout).unwrap();
    let inside = text.lines().skip(1).map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    inside.flat_map(|line| if line == name { Vec::new() } else { expand_group(line) }).collect()
}

/// Runs a command under strace and returns the system calls of it and its children.
fn traced_calls(world: &World, args: &[&str]) -> BTreeSet<String> {
    let log = world.path("tmp/calls");
    let mut command = world.command_under(&["strace", "-f", "-qq", "-o", log.to_str().unwrap()]);
    let run = command.args(args).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let call = Regex::new(r"(?m)^\d+ +(\w+)\(").unwrap();
    let text = String::from_utf8_lossy(&std::fs::read(log).unwrap()).into_owned();
    call.captures_iter(&text).map(|found| found[1].to_owned()).collect()
}

#[test]
fn the_unit_filters_allow_every_system_call_used() {
    if !can_analyze() || !is_available("strace", &["-f", "-o", "/dev/null", "true"]) {
        return;
    }
    let world = World::new();
    world.ada().write("The heron was back.", "2026-03-01");
    let recipient = age::x25519::Identity::generate().to_public().to_string();
    let to = world.path("home/backups");

    let served = traced_calls(&world, &["serve", "--check"]);
    let searched = traced_calls(&world, &["search", "heron"]);
    let backed_up =
        traced_calls(&world, &["backup", "create", "--to", to.to_str().unwrap(), "--recipient", &recipient, "--check"]);

    for (unit, calls) in [
        ("journal.service", served.union(&searched).cloned().collect::<BTreeSet<_>>()),
        ("journal-backup.service", backed_up),
    ] {
        let allowed = allowed_calls(unit);
        // As root, SQLite sets the owner of its write-ahead log; the units do not run as root.
        let is_root_only = |call: &str| call == "fchown" && rustix::process::geteuid().is_root();
        let denied: Vec<_> = calls.difference(&allowed).filter(|call| !is_root_only(call)).collect();
        assert!(allowed.len() > 100 && calls.len() > 20);
        assert!(denied.is_empty(), "{unit} denies {denied:?}");
    }
}

#[test]
fn the_container_is_read_only_and_bound_to_loopback() {
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
fn scheduled_commands_exist() {
    let commands = [read("journal-backup.service"), read("crontab")];
    let journal_command = Regex::new(r"/usr/local/bin/journal ([^\n]*)").unwrap();
    let world = World::empty();
    let mut seen = BTreeSet::new();

    for text in &commands {
        for line in journal_command.captures_iter(text) {
            let mut args: Vec<&str> = line.get(1).unwrap().as_str().split(' ').collect();
            args.push("--help");
            world.ok(&args);
            seen.extend(["backup", "digest"].into_iter().filter(|command| args.contains(command)));
        }
    }

    assert_eq!(seen.len(), 2);
}
