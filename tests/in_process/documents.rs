//! Checks that the commands, flags, settings, exit codes and tests in the documentation exist.

use std::collections::BTreeSet;
use std::path::Path;

use regex::Regex;

use journal::config::SETTING_DEFINITIONS;
use journal::error::ErrorKind;

fn read(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

fn pattern(text: &str) -> Regex {
    Regex::new(text).unwrap()
}

/// Returns the names of all tests in the repository.
fn test_names() -> BTreeSet<String> {
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
fn every_test_named_in_security_md_exists() {
    let text = read("SECURITY.md");
    // The tables of threats and controls follow this heading.
    let table = text.split_once("## Threats").unwrap().1;
    let named: BTreeSet<&str> =
        pattern(r"`(\w+)`").captures_iter(table).map(|found| found.extract::<1>().1[0]).collect();
    let tests = test_names();

    let missing: Vec<_> = named.iter().filter(|name| !tests.contains(**name)).collect();
    let rows: Vec<&str> = table.lines().filter(|line| line.starts_with("| ") && !line.ends_with(" by |")).collect();
    let unproven: Vec<_> = rows.iter().filter(|row| !row.rsplit('|').nth(1).unwrap().contains('`')).collect();

    assert!(named.len() >= 200 && rows.len() > 100, "the tables were not found");
    assert!(missing.is_empty(), "these tests do not exist: {missing:#?}");
    assert!(unproven.is_empty(), "threats or controls without a test: {unproven:#?}");
}

#[test]
fn the_exit_code_table_in_readme_is_correct() {
    let text = read("README.md");
    let row = pattern(r"(?m)^\| (\d) \| `(\w+)` \|");
    let documented: Vec<(u8, &str)> = row
        .captures_iter(&text)
        .map(|found| found.extract::<2>().1)
        .map(|[code, name]| (code.parse().unwrap(), name))
        .collect();

    let kinds = [
        ErrorKind::Internal,
        ErrorKind::Invalid,
        ErrorKind::NotFound,
        ErrorKind::Conflict,
        ErrorKind::Unauthenticated,
        ErrorKind::Forbidden,
        ErrorKind::Limited,
        ErrorKind::Upstream,
    ];
    assert_eq!(documented, kinds.map(|kind| (kind.exit_code(), kind.code())));
}

#[test]
fn every_setting_in_the_docs_exists() {
    let text = read("README.md");
    let row = pattern(r"(?m)^\| `([a-z_.]+)` \| (.*?) \| (.*?) \|$");
    let variable = pattern(r"`((?:JOURNAL|MIN)_[A-Z_]+)`");

    let rows: Vec<_> = row.captures_iter(&text).map(|found| found.extract::<3>().1).collect();

    assert!(rows.len() >= 5, "the table was not found");
    for [key, variables, default] in rows {
        let known = SETTING_DEFINITIONS
            .iter()
            .find(|known| known.key == key)
            .unwrap_or_else(|| panic!("{key} is not a setting"));
        assert!(variables.contains(known.variable), "{key} is set by {}", known.variable);
        if let Some(value) = known.default {
            assert_eq!(default, format!("`{value}`"), "{key}");
        }
    }
    for found in variable.captures_iter(&(text + &read("SECURITY.md"))) {
        let name = found[1].strip_suffix("_FILE").unwrap_or(&found[1]);
        assert!(
            SETTING_DEFINITIONS.iter().any(|known| known.variable == name),
            "{name} is not a variable of any setting"
        );
    }
}

/// Returns the man page of a command; another test checks that the man pages match the command definitions.
fn man_page(words: &[&str]) -> Option<String> {
    let name = ["journal"].iter().chain(words).copied().collect::<Vec<_>>().join("-");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("man/{name}.1"));
    std::fs::read_to_string(path).ok().map(|page| page.replace("\\-", "-"))
}

#[test]
fn every_command_in_the_docs_exists_with_its_flags() {
    let text = ["README.md", "SECURITY.md", "CHANGELOG.md"].map(read).concat();
    let command = pattern(r"(?m)(?:^|`)journal ([^`\n]+)");
    let flag = pattern(r"(?:^| )(--?[a-z][a-z-]*)");
    let quoted = pattern(r#""[^"]*""#);
    let mut seen = 0;

    for found in command.captures_iter(&text) {
        let line = found[1].split(" #").next().unwrap();
        let line = quoted.replace_all(line, "TEXT").into_owned();
        // A global flag with its value may precede the command.
        let words: Vec<&str> = line.split_whitespace().collect();
        let start = words.iter().position(|word| man_page(&[word]).is_some());
        let Some(start) = start else {
            assert!(words.iter().all(|word| word.starts_with('-')), "`journal {line}` has no command");
            continue;
        };
        let subcommand = words.get(start + 1).and_then(|word| man_page(&[words[start], word]));
        let page = subcommand.or_else(|| man_page(&[words[start]])).unwrap();
        for flag in flag.captures_iter(&line) {
            assert!(page.contains(&format!("\\fB{}\\fR", &flag[1])), "`journal {line}` has no {}", &flag[1]);
        }
        seen += 1;
    }

    assert!(seen > 40, "only {seen} commands were found");
}

#[test]
fn the_numbers_in_readme_match_the_code() {
    let text = read("README.md").split_whitespace().collect::<Vec<_>>().join(" ");
    let fused =
        SETTING_DEFINITIONS.iter().find(|known| known.key == "search.fused").and_then(|known| known.default).unwrap();
    let rust = env!("CARGO_PKG_RUST_VERSION");
    let search = read("src/search/ranking.rs");
    let min_cosine = &pattern(r"MIN_COSINE: f32 = ([0-9.]+);").captures(&search).unwrap()[1];

    assert_eq!(journal::services::accounts::users::UNDO_DAYS, 7);
    for claim in [
        format!("plus up to {:.2} for the words", journal::services::search::fusion::WORD_WEIGHT),
        format!("One search ranks at most {fused} entries"),
        format!("An entry holds up to {} MiB", journal::domain::text::MAX_TEXT >> 20),
        format!("Rust {rust} or newer"),
        format!("below a cosine of {min_cosine} are left out"),
        "after seven days".to_owned(),
    ] {
        assert!(text.contains(&claim), "README.md does not say: {claim}");
    }
}
