//! Executes the shell blocks of README and the guide.
//!
//! The ```` ```sh ```` blocks of a file run from top to bottom in one empty home directory, without a terminal. Blocks marked
//! `illustrative` need a provider, a server or another machine and are not run; lines that start with `cargo` are skipped.

use std::path::Path;

use regex::Regex;

use crate::support::World;

/// Fewest executed blocks of all files together.
const MIN_BLOCKS: usize = 20;

#[test]
fn shell_blocks_of_the_documents_run() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let block = Regex::new(r"(?ms)^```sh\n(.*?)^```$").unwrap();
    let guides = std::fs::read_dir(root.join("docs")).unwrap().map(|entry| entry.unwrap().path());
    let files = guides.filter(|path| path.extension().is_some_and(|ending| ending == "md"));
    let programs = Path::new(env!("CARGO_BIN_EXE_journal")).parent().unwrap();
    let search_path = format!("{}:/usr/local/bin:/usr/bin:/bin", programs.display());
    let mut count = 0;

    for path in files.chain([root.join("README.md")]) {
        let world = World::empty();
        let text = std::fs::read_to_string(&path).unwrap();
        for found in block.captures_iter(&text) {
            let script: Vec<&str> = found[1].lines().filter(|line| !line.starts_with("cargo")).collect();
            let mut shell = world.program("sh");
            let output = shell.args(["-eu", "-c", &script.join("\n")]).env("PATH", &search_path).output().unwrap();
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{}:\n{}\n{stderr}", path.display(), &found[1]);
            count += 1;
        }
    }

    assert!(count >= MIN_BLOCKS, "only {count} blocks were found");
}
