//! A server killed under load: acknowledged writes survive the restart, and ended sessions and keys stay ended.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::rng::Rng;
use crate::support::server::{Client, Reply, Server};
use crate::support::{ADA, World, env_number, text_of};

const PASSWORD: &str = "violet anchor mountain";
/// Number of concurrent clients.
const CLIENTS: u32 = 3;
/// Maximum lifetime of a server, milliseconds.
const MAX_LIFETIME_MS: u64 = 2500;

fn rounds() -> u64 {
    // The rounds are split between the two tests.
    env_number("JOURNAL_CRASH_ROUNDS").unwrap_or(12).div_ceil(2)
}

/// Expected state of a session or API key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ExpectedState {
    Active,
    /// Its end was requested, and the server was killed before it responded.
    Unknown,
    Ended,
}

/// Sends one request; `None` if the server was killed before it responded.
fn try_send(client: &Client, method: &str, path: &str, body: &Value) -> Option<Reply> {
    client.attempt(method, path, "application/json", body.to_string().into_bytes()).ok()
}

fn world_with_password() -> World {
    let world = World::new();
    let file = world.file("password", PASSWORD);
    world.ok(&["user", "passwd", ADA, "--password-file", file.to_str().unwrap()]);
    world
}

/// Kills a server after a random time under load from all clients.
fn kill_under_load(world: &World, rng: &mut Rng, work: impl Fn(&Server, u32) + Sync) {
    let server = world.serve();
    let lifetime = Duration::from_millis(20 + rng.below(MAX_LIFETIME_MS));
    std::thread::scope(|scope| {
        for writer in 0..CLIENTS {
            let (server, work) = (&server, &work);
            scope.spawn(move || work(server, writer));
        }
        // The delay is the fault that is injected; nothing is synchronised by it.
        std::thread::sleep(lifetime);
        server.signal("KILL");
    });
    server.kill();
}

/// Asserts that the audit log verifies and that `doctor` reports no problem.
pub fn assert_consistent(world: &World) {
    world.ok(&["audit", "verify"]);
    let (code, report) = world.doctor();
    assert_eq!(code, 0, "{report:#}");
}

#[test]
fn a_killed_server_keeps_every_login_and_every_logout() {
    let world = world_with_password();
    let mut rng = Rng::new(21);
    let sessions = Mutex::new(BTreeMap::<String, ExpectedState>::new());
    let credentials = json!({ "email": ADA, "password": PASSWORD });
    for round in 0..rounds() {
        kill_under_load(&world, &mut rng, |server, writer| {
            // One client logs sessions out and leaves the last three; the others keep logging in.
            loop {
                if writer > 0 {
                    let Some(reply) = try_send(&server.anonymous(), "POST", "/api/auth/login", &credentials) else {
                        return;
                    };
                    sessions.lock().unwrap().insert(reply.ok().cookies(), ExpectedState::Active);
                    continue;
                }
                let next = {
                    let mut sessions = sessions.lock().unwrap();
                    let active = sessions.values().filter(|state| **state == ExpectedState::Active).count();
                    let next = sessions.iter_mut().find(|(_, state)| **state == ExpectedState::Active);
                    next.filter(|_| active > 3).map(|(cookies, state)| {
                        *state = ExpectedState::Unknown;
                        cookies.clone()
                    })
                };
                let client = server.anonymous().with("cookie", next.as_deref().unwrap_or("none=none"));
                let Some(reply) = try_send(&client, "POST", "/api/auth/logout", &json!({})) else { return };
                reply.ok();
                if let Some(cookies) = next {
                    sessions.lock().unwrap().insert(cookies, ExpectedState::Ended);
                }
            }
        });

        let server = world.serve();
        let mut sessions = sessions.lock().unwrap();
        for (cookies, state) in sessions.iter_mut() {
            let status = server.anonymous().with("cookie", cookies).get("/api/auth/me").status;
            match state {
                ExpectedState::Active => assert_eq!(status, 200, "round {round}: a session was lost"),
                ExpectedState::Ended => assert_eq!(status, 401, "round {round}: an ended session is valid again"),
                ExpectedState::Unknown => {
                    *state = if status == 200 { ExpectedState::Active } else { ExpectedState::Ended }
                }
            }
        }
        assert_consistent(&world);
    }
    let sessions = sessions.into_inner().unwrap();
    let ended = sessions.values().filter(|state| **state == ExpectedState::Ended).count();
    println!("{} kills; {} sessions, {ended} of them ended", rounds(), sessions.len());
    assert!(ended > 0 && sessions.len() > ended, "the clients did too little");
}

#[test]
fn a_killed_server_keeps_acknowledged_entries_and_revocations() {
    let world = world_with_password();
    let (_, key) = world.ada().key("writer", &["entries:read", "ingest", "account"]);
    let mut rng = Rng::new(22);
    let entries = Mutex::new(BTreeMap::<i64, String>::new());
    let keys = Mutex::new(BTreeMap::<i64, (String, ExpectedState)>::new());
    let written = Mutex::new(0_u32);
    for round in 0..rounds() {
        kill_under_load(&world, &mut rng, |server, writer| {
            let client = server.key(&key);
            loop {
                if writer > 0 {
                    let number = {
                        let mut written = written.lock().unwrap();
                        *written += 1;
                        *written
                    };
                    let text = format!("We walked along the river until dusk. marker{number:06}");
                    let day = format!("{:04}-{:02}-{:02}", 1950 + number / 336, 1 + number / 28 % 12, 1 + number % 28);
                    let body = json!({ "text": text, "entry_date": day });
                    let Some(reply) = try_send(&client, "POST", "/api/entries/ingest/text", &body) else { return };
                    let entry = &reply.ok().json()["entry"];
                    entries.lock().unwrap().insert(entry["id"].as_i64().unwrap(), text);
                    continue;
                }
                let body = json!({ "name": "short-lived", "expires_days": 1, "scopes": ["entries:read"] });
                let Some(reply) = try_send(&client, "POST", "/api/auth/api-keys", &body) else { return };
                let created = reply.ok().json();
                let (id, created) = (created["id"].as_i64().unwrap(), text_of(&created, "key").to_owned());
                keys.lock().unwrap().insert(id, (created.clone(), ExpectedState::Unknown));
                let Some(reply) = try_send(&client, "DELETE", &format!("/api/auth/api-keys/{id}"), &json!({})) else {
                    return;
                };
                reply.ok();
                keys.lock().unwrap().insert(id, (created, ExpectedState::Ended));
            }
        });

        let server = world.serve();
        let client = server.key(&key);
        for (id, text) in entries.lock().unwrap().iter() {
            let entry = client.get(&format!("/api/entries/{id}")).ok().json();
            assert_eq!(entry["final_text"], *text, "round {round}: an acknowledged entry differs");
        }
        for (id, (key, state)) in keys.lock().unwrap().iter() {
            if *state == ExpectedState::Ended {
                let status = server.key(key).get("/api/entries").status;
                assert_eq!(status, 401, "round {round}: revoked key {id} is valid again");
            }
        }
        drop(server);
        assert_consistent(&world);
    }
    let (entries, keys) = (entries.into_inner().unwrap(), keys.into_inner().unwrap());
    println!("{} kills; {} entries, {} keys", rounds(), entries.len(), keys.len());
    assert!(!entries.is_empty() && !keys.is_empty(), "the clients did too little");
}
