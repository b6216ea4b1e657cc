//! What README.md and SECURITY.md name is there: commands, flags, settings, exit codes, tests.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;
use std::path::Path;

use journal::config::KNOWN;
use journal::error::Kind;
use regex::Regex;

fn read(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

fn pattern(text: &str) -> Regex {
    Regex::new(text).unwrap()
}

/// The names of every test in the repository.
fn tests() -> BTreeSet<String> {
    let function = pattern(r"#\[(?:tokio::)?test(?:\([^)]*\))?\]\s*(?:#\[[^\]]*\]\s*)*(?:async )?fn (\w+)");
    let mut names = BTreeSet::new();
    for folder in ["src", "commands", "tests"] {
        let items = walkdir::WalkDir::new(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder));
        for item in
            items.into_iter().map(Result::unwrap).filter(|item| item.path().extension().is_some_and(|e| e == "rs"))
        {
            let text = std::fs::read_to_string(item.path()).unwrap();
            names.extend(function.captures_iter(&text).map(|found| found[1].to_owned()));
        }
    }
    names
}

#[test]
fn every_test_that_security_names_is_a_test() {
    let text = read("SECURITY.md");
    // Threats, then controls: everything from here on.
    let table = text.split_once("## Threats").unwrap().1;
    let named: BTreeSet<&str> =
        pattern(r"`(\w+)`").captures_iter(table).map(|found| found.extract::<1>().1[0]).collect();
    let tests = tests();

    let missing: Vec<_> = named.iter().filter(|name| !tests.contains(**name)).collect();
    let rows: Vec<&str> = table.lines().filter(|line| line.starts_with("| ") && !line.ends_with(" by |")).collect();
    let unproven: Vec<_> = rows.iter().filter(|row| !row.rsplit('|').nth(1).unwrap().contains('`')).collect();

    assert!(named.len() >= 200 && rows.len() > 100, "the tables were not found");
    assert!(missing.is_empty(), "no such tests: {missing:#?}");
    assert!(unproven.is_empty(), "threats or controls without a test: {unproven:#?}");
}

#[test]
fn the_exit_codes_are_those_of_the_table_in_readme() {
    let text = read("README.md");
    let row = pattern(r"(?m)^\| (\d) \| `(\w+)` \|");
    let shown: Vec<(u8, &str)> = row
        .captures_iter(&text)
        .map(|found| found.extract::<2>().1)
        .map(|[code, name]| (code.parse().unwrap(), name))
        .collect();

    let kinds = [
        Kind::Internal,
        Kind::Invalid,
        Kind::NotFound,
        Kind::Conflict,
        Kind::Unauthenticated,
        Kind::Forbidden,
        Kind::Limited,
        Kind::Upstream,
    ];
    assert_eq!(shown, kinds.map(|kind| (kind.exit_code(), kind.code())));
}

#[test]
fn every_setting_in_readme_is_one() {
    let text = read("README.md");
    let row = pattern(r"(?m)^\| `([a-z_.]+)` \| (.*?) \| (.*?) \|$");
    let variable = pattern(r"`((?:JOURNAL|MIN)_[A-Z_]+)`");

    let rows: Vec<_> = row.captures_iter(&text).map(|found| found.extract::<3>().1).collect();

    assert!(rows.len() >= 5, "the table was not found");
    for [key, variables, default] in rows {
        let known = KNOWN.iter().find(|known| known.key == key).unwrap_or_else(|| panic!("{key} is no setting"));
        assert!(variables.contains(known.variable), "{key} is set by {}", known.variable);
        if let Some(value) = known.default {
            assert_eq!(default, format!("`{value}`"), "{key}");
        }
    }
    for found in variable.captures_iter(&(text + &read("SECURITY.md"))) {
        let name = found[1].strip_suffix("_FILE").unwrap_or(&found[1]);
        assert!(KNOWN.iter().any(|known| known.variable == name), "{name} sets nothing");
    }
}

/// The man pages are made from the command line's definition, and another test keeps them current.
fn page(words: &[&str]) -> Option<String> {
    let name = ["journal"].iter().chain(words).copied().collect::<Vec<_>>().join("-");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("man/{name}.1"));
    std::fs::read_to_string(path).ok().map(|page| page.replace("\\-", "-"))
}

#[test]
fn every_command_that_the_documents_show_exists_with_its_flags() {
    let text = ["README.md", "SECURITY.md", "CHANGELOG.md"].map(read).concat();
    let command = pattern(r"(?m)(?:^|`)journal ([^`\n]+)");
    let flag = pattern(r"(?:^| )(--?[a-z][a-z-]*)");
    let quoted = pattern(r#""[^"]*""#);
    let mut seen = 0;

    for found in command.captures_iter(&text) {
        let line = found[1].split(" #").next().unwrap();
        let line = quoted.replace_all(line, "TEXT").into_owned();
        // A global flag with its value may stand before the verb.
        let words: Vec<&str> = line.split_whitespace().collect();
        let start = words.iter().position(|word| page(&[word]).is_some());
        let Some(start) = start else {
            assert!(words.iter().all(|word| word.starts_with('-')), "`journal {line}` has no command");
            continue;
        };
        let inner = words.get(start + 1).and_then(|word| page(&[words[start], word]));
        let page = inner.or_else(|| page(&[words[start]])).unwrap();
        for flag in flag.captures_iter(&line) {
            assert!(page.contains(&format!("\\fB{}\\fR", &flag[1])), "`journal {line}` has no {}", &flag[1]);
        }
        seen += 1;
    }

    assert!(seen > 40, "only {seen} commands were found");
}

#[test]
fn the_numbers_in_readme_are_those_of_the_code() {
    let text = read("README.md").split_whitespace().collect::<Vec<_>>().join(" ");
    let fused = KNOWN.iter().find(|known| known.key == "search.fused").and_then(|known| known.default).unwrap();
    let rust = env!("CARGO_PKG_RUST_VERSION");
    let search = read("src/search/ranking.rs");
    let floor = &pattern(r"MIN_COSINE: f32 = ([0-9.]+);").captures(&search).unwrap()[1];

    assert_eq!(journal::users::UNDO_DAYS, 7);
    for claim in [
        format!("plus up to {:.2} for the words", journal::search::fusion::WORD_WEIGHT),
        format!("One search ranks at most {fused} entries"),
        format!("An entry holds up to {} MiB", journal::model::text::MAX_TEXT >> 20),
        format!("Rust {rust} or newer"),
        format!("below a cosine of {floor} are left out"),
        "after seven days".to_owned(),
    ] {
        assert!(text.contains(&claim), "README.md does not say: {claim}");
    }
}
