//! Language of code and documents: type names, banned words, first words of doc comments, names of tests, standard terms.
//!
//! `docs/contributing.md` gives the rules. Product files are those of `src/` and `commands/` without their test modules.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;

use crate::layering::rust_files;
use crate::rust_source::SourceFile;

/// Longest name of a test, in characters.
const MAX_TEST_NAME: usize = 60;
/// Largest share of type names that are one bare word, in percent.
const MAX_BARE_NAMES: usize = 20;
/// Type names that every command file may have.
const SHARED_NAMES: &[&str] = &["Args", "Command"];

/// Words that are metaphors or literary here, and say less than the field's term.
static BANNED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(anew|told|whoever|whomever|somebody|beside|work(?:s|ed)? off|stands?|lies|veil\w*|unveil\w*|desks?|bells?|doors?|floors?|fenced?|strangers?|guests?|put right|come to nothing)\b",
    )
});
/// Names of variables, functions and fields, whose parts are words.
static IDENTIFIER: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b[a-z][a-z0-9_]*\b"));
static DEFINITION: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(?:struct|enum|trait|union)\s+([A-Z]\w*)\s*(?:[<{(;:]|where\b)"));
static BARE_NAME: LazyLock<Regex> = LazyLock::new(|| pattern(r"^[A-Z][a-z0-9]*$"));
static OPENING: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(?:What|Who|Whom|How|Where|Whether)\b"));
static TEST: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"#\[(?:tokio::)?test(?:\([^)]*\))?\]\s*(?:#\[[^\]]*\]\s*)*(?:async )?fn (\w+)"));

/// Product files whose string literals are data in natural language: prompts to models, patterns of prompt injection,
/// and the sample journal.
const NATURAL_LANGUAGE: &[&str] = &[
    "commands/demo.rs",
    "src/domain/prompt_injection.rs",
    "src/egress/delimited_text.rs",
    "src/mcp/content_delimiter.rs",
    "src/mcp/prompts.rs",
    "src/mcp/server.rs",
    "src/providers/ocr/prompt.rs",
    "src/providers/transcription/gemini.rs",
    "src/services/entities/extraction/prompt.rs",
    "src/services/ingest/llm_date_heading.rs",
    "src/services/mood/prompt.rs",
    "src/services/search/answer/classifier.rs",
    "src/services/search/answer/generate.rs",
];

/// Terms that a reviewer searches for; each is found in `src/`, whatever its case.
const STANDARD_TERMS: &[&str] = &[
    "circuit breaker",
    "backpressure",
    "rate limit",
    "lease",
    "heartbeat",
    "idempoten",
    "rollback",
    "atomic",
    "ssrf",
    "graceful shutdown",
    "connection pool",
    "redact",
    "prompt injection",
    "elicitation",
    "retry",
    "snapshot",
];

fn pattern(text: &str) -> Regex {
    Regex::new(text).unwrap()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}

/// Returns the product's files, test modules included as far as they are in the same file.
fn product_files() -> Vec<String> {
    let files = [rust_files("src"), rust_files("commands")].concat();
    files.into_iter().filter(|path| !path.contains("/tests/") && !path.ends_with("/tests.rs")).collect()
}

/// Returns the Markdown documents of the repository.
pub fn documents() -> Vec<String> {
    let entries = std::fs::read_dir(root().join("docs")).unwrap().map(|entry| entry.unwrap().file_name());
    let docs = entries.map(|name| format!("docs/{}", name.to_str().unwrap()));
    let top = ["README.md", "SECURITY.md", "CHANGELOG.md"].map(ToOwned::to_owned);
    top.into_iter()
        .chain(docs.filter(|path| Path::new(path).extension().is_some_and(|ending| ending == "md")))
        .collect()
}

fn banned_words(path: &str, lines: impl Iterator<Item = (usize, String)>) -> Vec<String> {
    let found = lines.filter_map(|(number, line)| {
        let word = BANNED.find(&line)?.as_str().to_owned();
        Some(format!("{path}:{number}: {word}: {}", line.trim()))
    });
    found.collect()
}

fn assert_none(findings: impl IntoIterator<Item = String>) {
    let findings: Vec<String> = findings.into_iter().collect();
    assert!(findings.is_empty(), "\n{}\n{} in all\n", findings.join("\n"), findings.len());
}

#[test]
fn type_names_are_unique_and_say_their_role() {
    let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for path in product_files() {
        let source = SourceFile::read(root(), &path);
        for found in DEFINITION.captures_iter(&source.code) {
            if !SHARED_NAMES.contains(&&found[1]) {
                names.entry(found[1].to_owned()).or_default().push(source.location(found.get(0).unwrap().start()));
            }
        }
    }

    assert!(names.len() > 500, "the types were not found");
    let bare = names.keys().filter(|name| BARE_NAME.is_match(name)).count();
    assert!(bare * 100 <= names.len() * MAX_BARE_NAMES, "{bare} of {} type names are one bare word", names.len());
    assert_none(
        names.iter().filter(|(_, places)| places.len() > 1).map(|(name, places)| format!("{name}: {places:?}")),
    );
}

#[test]
fn comments_use_no_banned_words() {
    let folders = ["src", "commands", "tests", "benches", "examples"];
    let files = folders.iter().flat_map(|folder| rust_files(folder)).filter(|path| !path.ends_with("style.rs"));

    assert_none(files.flat_map(|path| {
        let text = read(&path);
        let comments = text.lines().enumerate().filter(|(_, line)| line.trim_start().starts_with("//"));
        banned_words(&path, comments.map(|(number, line)| (number + 1, line.to_owned())))
    }));
}

#[test]
fn messages_and_help_use_no_banned_words() {
    let files = product_files().into_iter().filter(|path| !NATURAL_LANGUAGE.contains(&path.as_str()));

    assert_none(files.flat_map(|path| {
        let source = SourceFile::read(root(), &path);
        let literals = source.literals.iter().filter(|literal| BANNED.is_match(&literal.text));
        literals.map(|literal| format!("{}: {}", source.location(literal.offset), literal.text)).collect::<Vec<_>>()
    }));
}

#[test]
fn identifiers_use_no_banned_words() {
    assert_none(product_files().into_iter().flat_map(|path| {
        let source = SourceFile::read(root(), &path);
        let names = IDENTIFIER.find_iter(&source.code);
        // A method of the standard library.
        let names = names.filter(|name| name.as_str() != "floor_char_boundary");
        let findings = names.filter(|name| BANNED.is_match(&name.as_str().replace('_', " ")));
        findings.map(|name| format!("{}: {}", source.location(name.start()), name.as_str())).collect::<Vec<_>>()
    }));
}

#[test]
fn documents_use_no_banned_words() {
    assert_none(documents().into_iter().flat_map(|path| {
        let text = read(&path);
        let lines = text.lines().enumerate().map(|(number, line)| (number + 1, line.to_owned()));
        banned_words(&path, lines)
    }));
}

#[test]
fn man_pages_use_no_banned_words() {
    let pages = std::fs::read_dir(root().join("man")).unwrap().map(|entry| entry.unwrap().file_name());

    assert_none(pages.flat_map(|name| {
        let path = format!("man/{}", name.to_str().unwrap());
        let text = read(&path);
        banned_words(&path, text.lines().enumerate().map(|(number, line)| (number + 1, line.to_owned())))
    }));
}

#[test]
fn doc_comments_begin_with_what_the_item_is_or_does() {
    assert_none(product_files().into_iter().flat_map(|path| {
        let text = read(&path);
        let mut findings = Vec::new();
        let mut previous_is_doc = false;
        for (number, line) in text.lines().enumerate() {
            let doc = line.trim_start().strip_prefix("///").or_else(|| line.trim_start().strip_prefix("//!"));
            if let Some(doc) = doc
                && !previous_is_doc
                && OPENING.is_match(doc.trim_start())
            {
                findings.push(format!("{path}:{}:{doc}", number + 1));
            }
            previous_is_doc = doc.is_some();
        }
        findings
    }));
}

#[test]
fn test_names_are_short() {
    let folders = ["src", "commands", "tests", "benches", "examples"];

    assert_none(folders.iter().flat_map(|folder| rust_files(folder)).flat_map(|path| {
        let text = read(&path);
        let names = TEST.captures_iter(&text).map(|found| found[1].to_owned());
        names.filter(|name| name.len() > MAX_TEST_NAME).map(|name| format!("{path}: {name}")).collect::<Vec<_>>()
    }));
}

#[test]
fn standard_terms_are_found_in_the_sources() {
    let text: String = rust_files("src").iter().map(|path| read(path).to_lowercase()).collect();

    assert_none(STANDARD_TERMS.iter().filter(|term| !text.contains(**term)).map(|term| format!("no {term}")));
}
