//! Password guessing from many addresses, forged or vouched for by a proxy.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use serde_json::json;

use crate::denial_of_service::memory::process_kib;
use crate::support::server::{Client, Reply, Server, UNLIMITED};
use crate::support::{ADA, World, env_number};

const PASSWORD: &str = "violet anchor mountain";
/// Number of forged addresses.
const ADDRESSES: u64 = 100;
/// Wrong logins, one after the other, after which an account is locked in any case.
const MAX_SEQUENTIAL_LOGINS: u8 = 20;
/// Concurrent attackers: more than may queue for a password hash.
const CONCURRENT_ATTACKERS: u64 = 24;
/// Maximum resident memory of an attacked server, KiB.
const MAX_MEMORY_KIB: u64 = 200 * 1024;

fn login(client: &Client, password: &str) -> Reply {
    client.post("/api/auth/login", &json!({ "email": ADA, "password": password }))
}

/// Guesses passwords while the owner keeps logging in with a known browser; returns the attackers' statuses, counted.
fn attack(server: &Server, known: &str) -> BTreeMap<u16, u64> {
    let logins = env_number("JOURNAL_ABUSE_LOGINS").unwrap_or(200);
    let next_attempt = AtomicU64::new(0);
    let statuses = std::thread::scope(|scope| {
        let attackers: Vec<_> = (0..CONCURRENT_ATTACKERS)
            .map(|_| {
                scope.spawn(|| {
                    let mut statuses = BTreeMap::<u16, u64>::new();
                    loop {
                        let number = next_attempt.fetch_add(1, Ordering::Relaxed);
                        if number >= logins {
                            return statuses;
                        }
                        let forged = format!("192.0.2.{}", number % ADDRESSES);
                        let reply = login(&server.anonymous().with("x-forwarded-for", &forged), "wrong wrong wrong");
                        *statuses.entry(reply.status).or_default() += 1;
                    }
                })
            })
            .collect();
        let mut waits = Vec::new();
        while attackers.iter().any(|attacker| !attacker.is_finished()) && waits.len() < 8 {
            let start = Instant::now();
            // The owner is never locked out, rate limited or queued out.
            login(&server.anonymous().with("cookie", known), PASSWORD).ok();
            waits.push(start.elapsed());
        }
        println!("the owner's logins during {logins} wrong ones took {waits:?}");
        let mut all = BTreeMap::new();
        for attacker in attackers {
            for (status, count) in attacker.join().unwrap() {
                *all.entry(status).or_default() += count;
            }
        }
        all
    });
    assert!(statuses.keys().all(|status| [401, 429, 503].contains(status)), "{statuses:?}");
    statuses
}

/// Starts a server and returns it with the device cookie of a known browser.
fn serve_with_known_browser(world: &World, variables: &[(&str, &str)]) -> (Server, String) {
    let server = world.serve_with(&[], variables);
    let cookies = login(&server.anonymous(), PASSWORD).ok().cookies();
    let device = cookies.split("; ").find(|cookie| cookie.contains("device_id")).unwrap().to_owned();
    (server, device)
}

fn world_with_password() -> World {
    let world = World::new();
    let file = world.file("password", PASSWORD);
    world.ok(&["user", "passwd", ADA, "--password-file", file.to_str().unwrap()]);
    world
}

fn assert_memory_is_bounded(server: &Server, statuses: &BTreeMap<u16, u64>) {
    let peak = process_kib(server.pid(), "VmHWM");
    println!("the attackers got {statuses:?}; the server peaked at {} MiB", peak / 1024);
    assert!(peak <= MAX_MEMORY_KIB, "{} MiB", peak / 1024);
}

#[test]
fn forged_addresses_count_as_one_for_the_login_rate_limit() {
    let world = world_with_password();
    let (server, known) = serve_with_known_browser(&world, &[]);

    let statuses = attack(&server, &known);

    assert!(statuses.get(&401).copied().unwrap_or(0) <= 40, "ten a minute over all addresses: {statuses:?}");
    assert_memory_is_bounded(&server, &statuses);
}

#[test]
fn guesses_through_a_trusted_proxy_do_not_lock_the_owner_out() {
    let world = world_with_password();
    let (server, known) = serve_with_known_browser(&world, &[("JOURNAL_TRUSTED_PROXIES", "127.0.0.1")]);

    let statuses = attack(&server, &known);

    assert_memory_is_bounded(&server, &statuses);
    // On a busy machine most attempts of the attack got 503 without a check of the password.
    let is_locked = || world.json(&["user", "show", ADA])["locked_until"].is_string();
    for number in 0..MAX_SEQUENTIAL_LOGINS {
        if is_locked() {
            break;
        }
        let forged = format!("198.51.100.{number}");
        login(&server.anonymous().with("x-forwarded-for", &forged), "wrong wrong wrong")
            .refused(401, "invalid_credentials");
    }
    assert!(is_locked(), "unknown browsers are locked out");
    world.ok(&["audit", "verify"]);
}

#[test]
fn without_rate_limits_at_most_two_hashes_run_at_once() {
    let world = world_with_password();
    let (server, known) = serve_with_known_browser(&world, &UNLIMITED);

    let statuses = attack(&server, &known);

    // A hash takes 64 MiB: with a third one the server could not stay below the bound.
    assert!(statuses.contains_key(&503), "the queue is not bounded: {statuses:?}");
    assert_memory_is_bounded(&server, &statuses);
    let trail = world.json(&["audit", "list", "--limit", "1000"]);
    let events = trail["items"].as_array().unwrap().iter().filter(|event| event["action"] == "FAILED_AUTH").count();
    println!("the audit log has {events} events of it");
    world.ok(&["audit", "verify"]);
}
