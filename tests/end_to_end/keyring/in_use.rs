//! Lock of the data directory during re-keying.

use crate::support::World;

#[test]
fn a_running_server_blocks_a_deep_rotation_and_keeps_running() {
    let world = World::new();
    let before = (std::fs::read(world.keyring()).unwrap(), std::fs::read(world.secret()).unwrap());
    let server = world.serve();

    let refused = world.run(&["keyring", "rotate", "--deep"]);

    refused.refused(4).says("another process uses this data directory").says("stop the server");
    assert_eq!((std::fs::read(world.keyring()).unwrap(), std::fs::read(world.secret()).unwrap()), before);
    world.ok(&["write", "Meanwhile."]);
    world.ok(&["keyring", "rotate"]);
    server.stop();
    world.ok(&["keyring", "rotate", "--deep"]);
    assert_eq!(world.json(&["list"])["total"], 1);
}

#[test]
fn commands_during_a_rekeying_are_refused_with_a_retry_hint() {
    let world = World::new();
    let lock = std::fs::File::options().write(true).open(world.data().join("in-use.lock")).unwrap();
    lock.lock().unwrap();

    for command in [&["list"][..], &["serve", "--check"], &["keyring", "status"], &["keyring", "rotate"]] {
        world.run(command).refused(7).says("being re-keyed or restored").says("in a moment");
    }

    drop(lock);
    assert_eq!(world.json(&["list"])["total"], 0);
}
