//! Thousands of wrong passwords from many addresses, forged or not.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;
use std::time::Instant;

use serde_json::json;

use crate::memory::kib;
use crate::support::ADA;
use crate::support::World;
use crate::support::server::Client;
use crate::support::server::Reply;
use crate::support::server::Server;
use crate::support::server::UNLIMITED;
use crate::support::switch;

const PASSWORD: &str = "violet anchor mountain";
/// Forged addresses.
const ADDRESSES: u64 = 100;
/// Attackers at once: more than may queue for a hash.
const AT_ONCE: u64 = 24;
/// Most that a server may hold while it is attacked, KiB.
const MOST_MEMORY: u64 = 200 * 1024;

fn login(client: &Client, password: &str) -> Reply {
    client.post("/api/auth/login", &json!({ "email": ADA, "password": password }))
}

/// Attacks, while the owner logs in again and again with a known browser; returns how the attackers fared.
fn attack(server: &Server, known: &str) -> BTreeMap<u16, u64> {
    let logins = switch("JOURNAL_ABUSE_LOGINS").unwrap_or(200);
    let tried = AtomicU64::new(0);
    let fared = std::thread::scope(|scope| {
        let attackers: Vec<_> = (0..AT_ONCE)
            .map(|_| {
                scope.spawn(|| {
                    let mut fared = BTreeMap::<u16, u64>::new();
                    loop {
                        let number = tried.fetch_add(1, Ordering::Relaxed);
                        if number >= logins {
                            return fared;
                        }
                        let forged = format!("192.0.2.{}", number % ADDRESSES);
                        let reply = login(&server.stranger().with("x-forwarded-for", &forged), "wrong wrong wrong");
                        *fared.entry(reply.status).or_default() += 1;
                    }
                })
            })
            .collect();
        let mut waits = Vec::new();
        while attackers.iter().any(|attacker| !attacker.is_finished()) && waits.len() < 8 {
            let begun = Instant::now();
            // The owner stays the owner throughout: neither locked, nor limited, nor crowded out.
            login(&server.stranger().with("cookie", known), PASSWORD).ok();
            waits.push(begun.elapsed());
        }
        println!("the owner's logins during {logins} wrong ones took {waits:?}");
        assert!(waits.iter().all(|wait| *wait < Duration::from_secs(20)), "{waits:?}");
        let mut all = BTreeMap::new();
        for attacker in attackers {
            for (status, count) in attacker.join().unwrap() {
                *all.entry(status).or_default() += count;
            }
        }
        all
    });
    assert!(fared.keys().all(|status| [401, 429, 503].contains(status)), "{fared:?}");
    fared
}

/// A server, and the cookie of a browser that Ada's server knows.
fn served(world: &World, variables: &[(&str, &str)]) -> (Server, String) {
    let server = world.serve_with(&[], variables);
    let cookies = login(&server.stranger(), PASSWORD).ok().cookies();
    let device = cookies.split("; ").find(|cookie| cookie.contains("device_id")).unwrap().to_owned();
    (server, device)
}

fn world() -> World {
    let world = World::new();
    let file = world.file("password", PASSWORD);
    world.ok(&["user", "passwd", ADA, "--password-file", file.to_str().unwrap()]);
    world
}

fn assert_small(server: &Server, fared: &BTreeMap<u16, u64>) {
    let most = kib(server.pid(), "VmHWM");
    println!("the attackers fared {fared:?}; the server held {} MiB at most", most / 1024);
    assert!(most <= MOST_MEMORY, "{} MiB", most / 1024);
}

#[test]
fn wrong_logins_from_forged_addresses_are_one_address() {
    let world = world();
    let (server, known) = served(&world, &[]);

    let fared = attack(&server, &known);

    assert!(fared.get(&401).copied().unwrap_or(0) <= 40, "ten a minute, from wherever: {fared:?}");
    assert_small(&server, &fared);
}

#[test]
fn wrong_logins_that_a_trusted_proxy_vouches_for_do_not_keep_the_owner_out() {
    let world = world();
    let (server, known) = served(&world, &[("JOURNAL_TRUSTED_PROXIES", "127.0.0.1")]);

    let fared = attack(&server, &known);

    assert_small(&server, &fared);
    assert!(world.json(&["user", "show", ADA])["locked_until"].is_string(), "strangers are locked out");
    world.ok(&["audit", "verify"]);
}

#[test]
fn with_every_limit_off_two_passwords_at_most_are_hashed_at_once() {
    let world = world();
    let (server, known) = served(&world, &UNLIMITED);

    let fared = attack(&server, &known);

    // A hash takes 64 MiB: with a third one the server could not stay below the bound.
    assert!(fared.contains_key(&503), "the queue has an end: {fared:?}");
    assert_small(&server, &fared);
    let trail = world.json(&["audit", "list", "--limit", "1000"]);
    let lines = trail["items"].as_array().unwrap().iter().filter(|event| event["action"] == "FAILED_AUTH").count();
    println!("the trail has {lines} lines of it");
    world.ok(&["audit", "verify"]);
}
