//! Runs scripts that mount file systems: small, full or read-only ones.

use std::process::{Command, Stdio};

use super::{Run, World, is_available, run_with_input};

/// Runs a shell script in its own mount namespace.
///
/// Prints the reason and returns `None` where mounting is not permitted; the script reports that with exit code 99.
/// `$J` is the binary, `$D` the parent of the data directory.
pub fn run_in_mount_namespace(world: &World, script: &str) -> Option<Run> {
    let namespace_args: &[&str] = if is_available("unshare", &["-m", "true"]) {
        &["-m"]
    } else if is_available("unshare", &["-rm", "true"]) {
        &["-rm"]
    } else {
        println!("skipped: unshare is missing, or may not mount");
        return None;
    };
    let mut command = Command::new("unshare");
    command
        .args(namespace_args)
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
    let run = run_with_input(command, None);
    if run.code == 99 {
        println!("skipped: mounting is not permitted here");
        return None;
    }
    Some(run)
}
