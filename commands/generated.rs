//! Tests of the command line definition: committed completions and man pages are current, and examples parse.
//!
//! `JOURNAL_WRITE_GENERATED=1 cargo test --bin journal` regenerates them.

use std::path::{Path, PathBuf};

use clap_complete::Shell;

use crate::{cli, completions, man_pages};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

#[expect(clippy::disallowed_methods, reason = "a switch for developers, not a setting of the program")]
fn assert_current(path: &Path, generated: &[u8]) {
    if std::env::var_os("JOURNAL_WRITE_GENERATED").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, generated).unwrap();
    }
    let committed = std::fs::read(path).unwrap_or_default();
    assert!(
        committed == generated,
        "{} is out of date; run JOURNAL_WRITE_GENERATED=1 cargo test --bin journal",
        path.display()
    );
}

#[test]
fn command_definition_is_valid() {
    cli::command().debug_assert();
}

#[test]
fn completions_match_the_command_definition() {
    for (shell, name) in [(Shell::Bash, "journal.bash"), (Shell::Zsh, "_journal"), (Shell::Fish, "journal.fish")] {
        assert_current(&root().join("completions").join(name), &completions::generate(shell, cli::command()));
    }
}

#[test]
fn man_pages_match_the_command_definition() {
    for page in man_pages::render_all(cli::command()).unwrap() {
        assert_current(&root().join("man").join(page.file), &page.text);
    }
}

#[test]
fn every_leaf_command_has_an_example_that_parses() {
    let mut root = cli::command();
    root.build();
    check_examples(&root, &["journal".to_owned()]);
}

fn check_examples(command: &clap::Command, path: &[String]) {
    let below: Vec<_> = command.get_subcommands().filter(|inner| inner.get_name() != "help").collect();
    for inner in &below {
        check_examples(inner, &[path, &[inner.get_name().to_owned()]].concat());
    }
    if !below.is_empty() {
        return;
    }
    let help = command.get_after_long_help().map(ToString::to_string).unwrap_or_default();
    let examples = help.strip_prefix("Example:\n\n").or_else(|| help.strip_prefix("Examples:\n\n"));
    let examples = examples.unwrap_or_else(|| panic!("{path:?} has no example"));
    for example in examples.lines().map(str::trim) {
        let arguments = split_words(example);
        assert!(arguments.starts_with(path), "{path:?}: {example}");
        if let Err(error) = cli::command().try_get_matches_from(&arguments) {
            panic!("{example}: {error}");
        }
    }
}

/// Splits an example into arguments; double quotes group words.
fn split_words(example: &str) -> Vec<String> {
    let parts = example.split('"').enumerate();
    parts
        .flat_map(|(n, part)| match n % 2 {
            0 => part.split_whitespace().map(str::to_owned).collect(),
            _ => vec![part.to_owned()],
        })
        .collect()
}
