//! A data directory that is in use says so.

use crate::support::World;

#[test]
fn a_server_keeps_the_databases_from_being_rekeyed_and_goes_on() {
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
fn who_comes_while_the_files_are_replaced_is_told_to_come_back() {
    let world = World::new();
    let lock = std::fs::File::options().write(true).open(world.data().join("in-use.lock")).unwrap();
    lock.lock().unwrap();

    for command in [&["list"][..], &["serve", "--check"], &["keyring", "status"], &["keyring", "rotate"]] {
        world.run(command).refused(7).says("being re-keyed or restored").says("in a moment");
    }

    drop(lock);
    assert_eq!(world.json(&["list"])["total"], 0);
}
