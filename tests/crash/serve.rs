//! A server killed under load: what it acknowledged is there when it starts again, and what it ended stays ended.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use serde_json::Value;
use serde_json::json;

use crate::support::ADA;
use crate::support::World;
use crate::support::rng::Rng;
use crate::support::server::Client;
use crate::support::server::Reply;
use crate::support::server::Server;
use crate::support::switch;
use crate::support::text_of;

const PASSWORD: &str = "violet anchor mountain";
/// Who writes at once.
const WRITERS: u32 = 3;
/// Longest time that a server lives, milliseconds.
const LONGEST: u64 = 2500;

fn rounds() -> u64 {
    // The rounds are shared out between the two tests.
    switch("JOURNAL_CRASH_ROUNDS").unwrap_or(12).div_ceil(2)
}

/// What was asked of a thing that lives and dies, and what was acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Lives,
    /// Its end was asked for, and the server died before it answered.
    Unknown,
    Dead,
}

/// Sends one request; `None` if the server died before it answered.
fn sent(client: &Client, method: &str, path: &str, body: &Value) -> Option<Reply> {
    client.attempt(method, path, "application/json", body.to_string().into_bytes()).ok()
}

fn world() -> World {
    let world = World::new();
    let file = world.file("password", PASSWORD);
    world.ok(&["user", "passwd", ADA, "--password-file", file.to_str().unwrap()]);
    world
}

/// Kills a server after a random time during which everybody works on it.
fn kill_under_load(world: &World, rng: &mut Rng, work: impl Fn(&Server, u32) + Sync) {
    let server = world.serve();
    let life = Duration::from_millis(20 + rng.below(LONGEST));
    std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            let (server, work) = (&server, &work);
            scope.spawn(move || work(server, writer));
        }
        // The delay is the fault that is injected; nothing is synchronised by it.
        std::thread::sleep(life);
        server.signal("KILL");
    });
    server.kill();
}

/// Asserts that the audit trail is unbroken and that `doctor` finds nothing.
pub fn is_whole(world: &World) {
    world.ok(&["audit", "verify"]);
    let (code, report) = world.doctor();
    assert_eq!(code, 0, "{report:#}");
}

#[test]
fn a_killed_server_kept_every_login_and_raised_no_session_from_the_dead() {
    let world = world();
    let mut rng = Rng::new(21);
    let sessions = Mutex::new(BTreeMap::<String, Fate>::new());
    let given = json!({ "email": ADA, "password": PASSWORD });
    for round in 0..rounds() {
        kill_under_load(&world, &mut rng, |server, writer| {
            // One logs out what there is, but the last few; the others log in again and again.
            loop {
                if writer > 0 {
                    let Some(reply) = sent(&server.stranger(), "POST", "/api/auth/login", &given) else { return };
                    sessions.lock().unwrap().insert(reply.ok().cookies(), Fate::Lives);
                    continue;
                }
                let next = {
                    let mut sessions = sessions.lock().unwrap();
                    let living = sessions.values().filter(|fate| **fate == Fate::Lives).count();
                    let next = sessions.iter_mut().find(|(_, fate)| **fate == Fate::Lives);
                    next.filter(|_| living > 3).map(|(cookies, fate)| {
                        *fate = Fate::Unknown;
                        cookies.clone()
                    })
                };
                let client = server.stranger().with("cookie", next.as_deref().unwrap_or("none=none"));
                let Some(reply) = sent(&client, "POST", "/api/auth/logout", &json!({})) else { return };
                reply.ok();
                if let Some(cookies) = next {
                    sessions.lock().unwrap().insert(cookies, Fate::Dead);
                }
            }
        });

        let server = world.serve();
        let mut sessions = sessions.lock().unwrap();
        for (cookies, fate) in sessions.iter_mut() {
            let status = server.stranger().with("cookie", cookies).get("/api/auth/me").status;
            match fate {
                Fate::Lives => assert_eq!(status, 200, "round {round}: a session was lost"),
                Fate::Dead => assert_eq!(status, 401, "round {round}: a session rose from the dead"),
                Fate::Unknown => *fate = if status == 200 { Fate::Lives } else { Fate::Dead },
            }
        }
        is_whole(&world);
    }
    let sessions = sessions.into_inner().unwrap();
    let dead = sessions.values().filter(|fate| **fate == Fate::Dead).count();
    println!("{} kills; {} sessions, {dead} of them ended", rounds(), sessions.len());
    assert!(dead > 0 && sessions.len() > dead, "there was no load");
}

#[test]
fn a_killed_server_kept_every_entry_and_every_revocation_it_acknowledged() {
    let world = world();
    let (_, key) = world.ada().key("writer", &["entries:read", "ingest", "account"]);
    let mut rng = Rng::new(22);
    let entries = Mutex::new(BTreeMap::<i64, String>::new());
    let keys = Mutex::new(BTreeMap::<i64, (String, Fate)>::new());
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
                    let Some(reply) = sent(&client, "POST", "/api/entries/ingest/text", &body) else { return };
                    let entry = &reply.ok().json()["entry"];
                    entries.lock().unwrap().insert(entry["id"].as_i64().unwrap(), text);
                    continue;
                }
                let body = json!({ "name": "short-lived", "expires_days": 1, "scopes": ["entries:read"] });
                let Some(reply) = sent(&client, "POST", "/api/auth/api-keys", &body) else { return };
                let made = reply.ok().json();
                let (id, made) = (made["id"].as_i64().unwrap(), text_of(&made, "key").to_owned());
                keys.lock().unwrap().insert(id, (made.clone(), Fate::Unknown));
                let Some(reply) = sent(&client, "DELETE", &format!("/api/auth/api-keys/{id}"), &json!({})) else {
                    return;
                };
                reply.ok();
                keys.lock().unwrap().insert(id, (made, Fate::Dead));
            }
        });

        let server = world.serve();
        let client = server.key(&key);
        for (id, text) in entries.lock().unwrap().iter() {
            let entry = client.get(&format!("/api/entries/{id}")).ok().json();
            assert_eq!(entry["final_text"], *text, "round {round}: an entry is not as it was acknowledged");
        }
        for (id, (key, fate)) in keys.lock().unwrap().iter() {
            if *fate == Fate::Dead {
                let status = server.key(key).get("/api/entries").status;
                assert_eq!(status, 401, "round {round}: key {id} rose from the dead");
            }
        }
        drop(server);
        is_whole(&world);
    }
    let (entries, keys) = (entries.into_inner().unwrap(), keys.into_inner().unwrap());
    println!("{} kills; {} entries, {} keys", rounds(), entries.len(), keys.len());
    assert!(!entries.is_empty() && !keys.is_empty(), "there was no load");
}
