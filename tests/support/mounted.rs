//! Disks of a test's own: small ones, full ones, read-only ones.

use std::process::Command;
use std::process::Stdio;

use super::Run;
use super::World;
use super::feed;
use super::works;

/// Runs a script in a mount namespace of its own; `None`, which is told, where that is not allowed: a script that may not
/// mount ends with 99. `$J` is the binary, `$D` the data directory's parent.
pub fn mounted(world: &World, script: &str) -> Option<Run> {
    let inside: &[&str] = if works("unshare", &["-m", "true"]) {
        &["-m"]
    } else if works("unshare", &["-rm", "true"]) {
        &["-rm"]
    } else {
        println!("skipped: unshare is not here, or may not mount");
        return None;
    };
    let mut command = Command::new("unshare");
    command
        .args(inside)
        .args(["sh", "-c", script])
        .env_clear()
        .env("PATH", "/usr/bin:/bin:/usr/sbin:/sbin")
        .env("HOME", world.path("home"))
        .env("TMPDIR", world.path("tmp"))
        .env("TZ", "UTC")
        .env("J", env!("CARGO_BIN_EXE_journal"))
        .env("D", world.data().parent().unwrap())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let run = feed(command, None);
    if run.code == 99 {
        println!("skipped: this may not be mounted here");
        return None;
    }
    Some(run)
}
