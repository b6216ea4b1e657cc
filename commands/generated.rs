//! The committed completions and man pages are what the command line's definition gives.
//!
//! `JOURNAL_WRITE_GENERATED=1 cargo test --bin journal` writes them anew.

use std::path::Path;
use std::path::PathBuf;

use clap::CommandFactory;
use clap_complete::Shell;

use crate::cli::Cli;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

#[expect(clippy::disallowed_methods, reason = "a switch for developers, not a setting of the program")]
fn compare(path: &Path, made: &[u8]) {
    if std::env::var_os("JOURNAL_WRITE_GENERATED").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, made).unwrap();
    }
    let committed = std::fs::read(path).unwrap_or_default();
    assert!(
        committed == made,
        "{} is out of date; run JOURNAL_WRITE_GENERATED=1 cargo test --bin journal",
        path.display()
    );
}

#[test]
fn the_definition_is_sound() {
    Cli::command().debug_assert();
}

#[test]
fn completions_are_those_of_the_definition() {
    for (shell, name) in [(Shell::Bash, "journal.bash"), (Shell::Zsh, "_journal"), (Shell::Fish, "journal.fish")] {
        let mut made = Vec::new();
        clap_complete::generate(shell, &mut Cli::command(), "journal", &mut made);

        compare(&root().join("completions").join(name), &made);
    }
}

#[test]
fn man_pages_are_those_of_the_definition() {
    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    pages(&command, "journal");
}

fn pages(command: &clap::Command, name: &str) {
    let shown: &'static str = name.to_owned().leak();
    let named = command.clone().name(shown).bin_name(name.replace('-', " "));
    let mut made = Vec::new();
    clap_mangen::Man::new(named).render(&mut made).unwrap();
    compare(&root().join("man").join(format!("{name}.1")), &made);
    for inner in command.get_subcommands().filter(|inner| !inner.is_hide_set() && inner.get_name() != "help") {
        pages(inner, &format!("{name}-{}", inner.get_name()));
    }
}
