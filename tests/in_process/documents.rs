//! Checks that the commands, flags, settings, exit codes and tests in the documentation exist.

use std::fmt::Write as _;
use std::path::Path;

use regex::Regex;

use crate::style::documents;
use journal::config::SETTING_DEFINITIONS;
use journal::config::runtime::{RUNTIME_SETTING_DEFINITIONS, RuntimeSettingKind};
use journal::error::ErrorKind;

fn read(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

fn pattern(text: &str) -> Regex {
    Regex::new(text).unwrap()
}

/// Returns whether a file contains tests.
fn contains_tests(path: &str) -> bool {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap_or_default();
    pattern(r"#\[(?:tokio::)?test\b").is_match(&text)
}

#[test]
fn each_threat_in_security_md_links_one_module_with_tests() {
    let text = read("SECURITY.md");
    let row = pattern(r"(?m)^\| (.+) \| (.+) \| (.+) \|$");
    let link = pattern(r"^\[[^\]]+\]\(([^)#]+\.rs)\)$");
    let mut rows = 0;
    let mut unproven = Vec::new();
    let mut is_threat_table = false;

    for line in text.lines() {
        is_threat_table = line == "| threat | mitigation | test |" || (is_threat_table && line.starts_with('|'));
        if !is_threat_table || line.starts_with("|---") || line == "| threat | mitigation | test |" {
            continue;
        }
        let cells = row.captures(line).unwrap_or_else(|| panic!("no row of three cells: {line}"));
        let proven = link.captures(&cells[3]).is_some_and(|found| contains_tests(&found[1]));
        if !proven {
            unproven.push(line);
        }
        rows += 1;
    }

    assert!(rows > 100, "only {rows} rows were found");
    assert!(unproven.is_empty(), "threats without a link to a file with tests: {unproven:#?}");
}

#[test]
fn links_between_documents_lead_to_files() {
    let link = pattern(r"\]\(([^)#:]+)(?:#[^)]*)?\)");
    for path in documents() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(&path).parent().unwrap().to_owned();
        for found in link.captures_iter(&read(&path)) {
            assert!(folder.join(&found[1]).exists(), "{path} links {}, which does not exist", &found[1]);
        }
    }
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
    // The page for contributors names variables of the tests.
    let pages = documents().into_iter().filter(|path| path != "docs/contributing.md").map(|path| read(&path));
    for found in variable.captures_iter(&pages.collect::<String>()) {
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
    let text = documents().iter().map(|path| read(path)).collect::<String>();
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
    let search = read("src/services/search/ranking.rs");
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

const HEAD: &str = "\
<!-- generated from the table of settings; JOURNAL_WRITE_GENERATED=1 cargo test rewrites it -->

# Configuration reference

A value comes from the first of these sources that has one:

1. a command line flag, such as `--data-dir`
2. the environment variable; with the suffix `_FILE` it names a file that contains the value
3. the config file, `~/.config/journal/config.toml` or the file named by `--config`
4. the default

The config file is TOML. A key with a dot is written in a table or with the dot:

```toml
min_entry_date = \"1950-01-01\"

[server]
allowed_hosts = \"127.0.0.1,localhost,journal.example\"
```

A list is one text with commas. A switch is `true` or `false`. `journal config` prints the effective value and the source of each setting,
`journal config --changed` only those without their default. Unknown keys and unknown `JOURNAL_*` variables are reported.

Settings marked *secret* are rejected in the config file and never printed. Use the `_FILE` variable with a file of mode 0600, or a systemd
credential with the lower-case name of the variable.

## Settings

| key | variable | default | meaning |
|---|---|---|---|
";

const RUNTIME_HEAD: &str = "
## Settings that an admin can change at run time

`GET` and `PATCH /api/settings/runtime` read and change these. Until a value is changed there, the configured one applies.

| name | configured by | values | meaning |
|---|---|---|---|
";

/// Returns a text for a cell of a Markdown table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

/// Returns `docs/configuration.md`.
fn configuration_reference() -> String {
    let mut page = HEAD.to_owned();
    for setting in SETTING_DEFINITIONS {
        let default = setting.default.map_or_else(|| "–".to_owned(), |value| format!("`{}`", cell(value)));
        let secret = if setting.secret { " (*secret*)" } else { "" };
        let (key, variable, about) = (setting.key, setting.variable, cell(setting.about));
        writeln!(page, "| `{key}` | `{variable}` | {default} | {about}{secret} |").unwrap();
    }
    page.push_str(RUNTIME_HEAD);
    for setting in RUNTIME_SETTING_DEFINITIONS {
        let values = match setting.kind {
            RuntimeSettingKind::Switch => "`true`, `false`".to_owned(),
            RuntimeSettingKind::Choice(choices) => {
                choices.iter().map(|c| format!("`{c}`")).collect::<Vec<_>>().join(", ")
            }
        };
        let (key, configured, about) = (setting.key, setting.configured, cell(setting.about));
        writeln!(page, "| `{key}` | `{configured}` | {values} | {about} |").unwrap();
    }
    page
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a switch for developers, not a setting of the program")]
fn configuration_reference_matches_the_settings() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/configuration.md");
    let generated = configuration_reference();
    if std::env::var_os("JOURNAL_WRITE_GENERATED").is_some() {
        std::fs::write(&path, &generated).unwrap();
    }

    let committed = std::fs::read_to_string(&path).unwrap_or_default();

    assert!(
        committed == generated,
        "docs/configuration.md is out of date; run JOURNAL_WRITE_GENERATED=1 cargo test --test in_process"
    );
}
