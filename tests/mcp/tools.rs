//! Tools, the same at every door.

use serde_json::json;

use crate::client::Speaks;
use crate::client::Stdio;
use crate::client::Wire;
use crate::support::ADA;
use crate::support::World;

#[test]
fn entries_are_listed_over_pipes_and_over_http_in_both_eras() {
    let world = World::new();
    world.ok(&["write", "Rain all day; we baked bread.", "--date", "2026-05-12"]);
    let server = world.serve();
    let key = world.json(&["key", "add", "laptop", "--user", ADA])["key"].as_str().unwrap().to_owned();
    let (mut pipes, mut session) = (Stdio::of(&world, &[], &[]), Wire::legacy(&server.key(&key)));
    let mut single = Wire::modern(&server.key(&key));
    let everybody: [&mut dyn Speaks; 3] = [&mut pipes, &mut session, &mut single];

    for client in everybody {
        let told = client.call("journal_list_entries", json!({ "limit": "5" })).ok();

        assert!(told.text.contains("2026-05-12 | text_entry | 6 words | Rain all day"), "{told:?}");
        assert_eq!(told.data, json!({ "result": told.text }));
    }
    let (code, rest, log) = pipes.end();
    assert_eq!((code, rest.len()), (0, 0), "{log}");
}
