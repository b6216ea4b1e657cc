//! Executes the rule that stands at the top of `src/lib.rs`, and the house rules that go with it.
//!
//! The floors are read from that paragraph, so the sentence and the check cannot drift apart.

#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "layering/source.rs"]
mod source;

use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;

use crate::source::Source;
use crate::source::closing;

/// Longest file in lines.
const MAX_LINES: usize = 500;

/// A crate of its own, which cannot name this one.
const EMBEDDER: &str = "src/providers/minilm/";

/// One floor of the paragraph.
struct Floor {
    name: String,
    modules: Vec<String>,
    /// "each may name the ones before it"
    ordered: bool,
    /// "except `audit` and `auth`": named by everybody on the floor.
    open: Vec<String>,
    /// "except storage → crypto"
    arrows: Vec<(String, String)>,
}

/// The paragraph, lowest floor first.
struct Rule(Vec<Floor>);

fn pattern(text: &str) -> Regex {
    Regex::new(text).unwrap()
}

static BULLET: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?m)^- ([a-z ]+): (.*(?:\n  .*)*)"));
static NAME: LazyLock<Regex> = LazyLock::new(|| pattern(r"`(\w+)/?`"));
static ARROW: LazyLock<Regex> = LazyLock::new(|| pattern(r"(\w+) → (\w+)"));
static MODULE: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?m)^(?:pub )?mod (\w+);"));
static FROM_ROOT: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b(?:crate|journal)\s*::\s*(\w+)"));
static FROM_ABOVE: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b((?:super\s*::\s*)+)(\w+)"));
static BRANCHING_USE: LazyLock<Regex> = LazyLock::new(|| pattern(r"\buse\s+(?:crate|journal)\s*::[^;]*[{*,]"));
static SQL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?s)\b(?:SELECT\b.*\bFROM|INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|REPLACE\s+INTO|(?:CREATE|ALTER|DROP)\s+(?:TABLE|INDEX|VIEW|TRIGGER|VIRTUAL)|ATTACH\s+DATABASE|PRAGMA)\s",
    )
});
static DATABASE: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b(?:rusqlite|refinery)\b"));
static ASSEMBLING: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(?:format|format_args|write|writeln|concat)!\s*\(|\.(?:push_str|concat|join)\s*\("));
/// A child's standard output is set with a method of that name, which prints nothing.
static PRINTING: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b(?:e?print(?:ln)?|dbg)!|(?:^|[^.\w])stdout\s*\("));
/// What opens a connection to somewhere else.
static CALLING: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:TcpStream|TcpSocket|UdpSocket|UnixDatagram|reqwest|ToSocketAddrs|lookup_host|rustix\s*::\s*net|lettre\s*::\s*\w*[Tt]ransport)\b",
    )
});
/// What waits for connections; a socket file is also asked whether a server still answers there.
static LISTENING: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b(?:TcpListener|UnixListener|UnixStream)\b"));
/// What makes the client for providers, or hands out what only the gate may use.
static CALLING_PROVIDERS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\bnet\s*::\s*(?:http|breaker)\b|\.providers\s*\.\s*get|\bbreakers\s*\.\s*ask"));
static WIRE: LazyLock<Regex> = LazyLock::new(|| pattern(r"\bhyper(?:_util)?\b"));

impl Rule {
    fn read(paragraph: &str) -> Self {
        let bullets = BULLET.captures_iter(paragraph).map(|found| found.extract::<2>().1);
        let names = |text| NAME.captures_iter(text).map(|found| found[1].to_owned()).collect::<Vec<_>>();
        let floors = bullets.map(|[name, text]| {
            let (modules, remark) = text.split_once(';').unwrap_or((text, ""));
            Floor {
                name: name.to_owned(),
                modules: names(modules),
                ordered: remark.contains("each may name the ones before it"),
                open: remark.split_once("except").map_or_else(Vec::new, |(_, open)| names(open)),
                arrows: ARROW.captures_iter(remark).map(|found| (found[1].to_owned(), found[2].to_owned())).collect(),
            }
        });
        Self(floors.collect())
    }

    fn of_the_library() -> Self {
        let text = std::fs::read_to_string(root().join("src/lib.rs")).unwrap();
        let lines = text.lines().filter_map(|line| line.strip_prefix("//!"));
        let paragraph: Vec<_> = lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
        Self::read(&paragraph.join("\n"))
    }

    fn floor(&self, module: &str) -> Option<(usize, usize)> {
        self.0.iter().enumerate().find_map(|(height, floor)| {
            let place = floor.modules.iter().position(|name| name == module)?;
            Some((height, place))
        })
    }

    /// Says what is wrong with one module naming another.
    fn breach(&self, from: &str, to: &str) -> Option<String> {
        let (Some((height, place)), Some((below, before))) = (self.floor(from), self.floor(to)) else {
            return Some(format!("{from} or {to} is on no floor"));
        };
        let (own, other) = (&self.0[height], &self.0[below]);
        let doors_to_mechanisms = own.name == "doors" && other.name == "mechanisms";
        let allowed = match height.cmp(&below) {
            std::cmp::Ordering::Greater => !doors_to_mechanisms,
            std::cmp::Ordering::Less => false,
            std::cmp::Ordering::Equal => {
                from == to
                    || (own.ordered && before < place)
                    || own.open.iter().any(|name| name == to)
                    || own.arrows.iter().any(|(a, b)| a == from && b == to)
            }
        };
        (!allowed).then(|| format!("{from} ({}) names {to} ({})", own.name, other.name))
    }

    fn breaches(&self, source: &Source) -> Vec<String> {
        let module = source.module();
        let from = module[0];
        let inner = source.path.starts_with("commands/");
        let mut named: Vec<(usize, &str)> = Vec::new();
        for found in FROM_ROOT.captures_iter(&source.code) {
            // In the binary's own files `crate` is the door itself.
            if !(inner && found[0].starts_with("crate")) {
                named.push((found.get(0).unwrap().start(), found.get(1).unwrap().as_str()));
            }
        }
        for found in FROM_ABOVE.captures_iter(&source.code) {
            if found[1].matches("super").count() >= module.len() && !inner {
                named.push((found.get(0).unwrap().start(), found.get(2).unwrap().as_str()));
            }
        }
        let breaches = named.into_iter().filter_map(|(at, to)| Some((at, self.breach(from, to)?)));
        breaches.map(|(at, breach)| format!("{}: {breach}", source.place(at))).collect()
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &str) -> Vec<Source> {
    let mut files = Vec::new();
    let items = walkdir::WalkDir::new(root().join(folder)).sort_by_file_name();
    for item in items.into_iter().map(Result::unwrap) {
        let path = item.path();
        if path.extension().is_some_and(|ending| ending == "rs") {
            let name = path.strip_prefix(root()).unwrap().to_str().unwrap();
            files.push(Source::read(name, &std::fs::read_to_string(path).unwrap()));
        }
    }
    files
}

/// The files of the product, without its tests.
fn product() -> Vec<Source> {
    let mut files = [files("src"), files("commands")].into_iter().flatten().collect::<Vec<_>>();
    assert!(files.len() > 50, "the sources were not found");
    let tests: Vec<String> = files.iter().flat_map(|file| file.tests.clone()).collect();
    files.retain(|file| !tests.contains(&file.path));
    files
}

fn found(source: &Source, pattern: &Regex) -> Vec<String> {
    let places = pattern.find_iter(&source.code);
    places.map(|found| format!("{}: {}", source.place(found.start()), found.as_str())).collect()
}

fn sql(source: &Source) -> Vec<String> {
    let literals = source.literals.iter().filter(|literal| SQL.is_match(&literal.text));
    literals.map(|literal| format!("{}: {}", source.place(literal.at), literal.text)).collect()
}

fn assembled_sql(source: &Source) -> Vec<String> {
    let calls = ASSEMBLING.find_iter(&source.code).map(|call| call.end() - 1);
    let ranges = calls.map(|open| open..closing(&source.code, open));
    let literals = ranges.flat_map(|range| source.literals_in(&range).collect::<Vec<_>>());
    let wrong = literals.filter(|literal| SQL.is_match(&literal.text));
    wrong.map(|literal| format!("{}: {}", source.place(literal.at), literal.text)).collect()
}

fn assert_none(breaches: impl IntoIterator<Item = String>) {
    let breaches: Vec<String> = breaches.into_iter().collect();
    assert!(breaches.is_empty(), "\n{}\n", breaches.join("\n"));
}

#[test]
fn the_paragraph_puts_every_module_on_one_floor() {
    let rule = Rule::of_the_library();
    let names: Vec<&str> = rule.0.iter().map(|floor| floor.name.as_str()).collect();
    let mut placed: Vec<String> = rule.0.iter().flat_map(|floor| floor.modules.clone()).collect();
    let library = Source::read("src/lib.rs", &std::fs::read_to_string(root().join("src/lib.rs")).unwrap());
    let mut declared: Vec<String> = MODULE.captures_iter(&library.code).map(|found| found[1].to_owned()).collect();

    declared.push("commands".to_owned());
    declared.sort();
    placed.sort();

    assert_eq!(names, ["ground", "mechanisms", "context", "services", "on top", "doors"]);
    assert_eq!(placed, declared);
}

#[test]
fn a_module_names_only_floors_below_its_own() {
    let rule = Rule::of_the_library();

    let modules = product().into_iter();
    let modules = modules.filter(|source| source.path != "src/lib.rs" && !source.path.starts_with(EMBEDDER));

    assert_none(modules.flat_map(|source| rule.breaches(&source)));
}

#[test]
fn sql_and_the_database_library_stay_in_storage() {
    let outside = product().into_iter().filter(|source| !source.path.starts_with("src/storage/"));

    assert_none(outside.flat_map(|source| [sql(&source), found(&source, &DATABASE)].concat()));
}

#[test]
fn no_statement_is_assembled_and_none_selects_everything() {
    let all = pattern(r"SELECT\s+(?:\w+\.)?\*");

    assert_none(product().iter().flat_map(|source| {
        let everything = source.literals.iter().filter(|literal| all.is_match(&literal.text));
        let everything = everything.map(|literal| format!("{}: {}", source.place(literal.at), literal.text));
        assembled_sql(source).into_iter().chain(everything).collect::<Vec<_>>()
    }));
}

#[test]
fn only_out_prints() {
    let others = product().into_iter().filter(|source| source.path != "commands/out.rs");

    assert_none(others.flat_map(|source| found(&source, &PRINTING)));
}

#[test]
fn only_net_calls_out() {
    let others = product().into_iter().filter(|source| !source.path.starts_with("src/net/"));

    assert_none(others.flat_map(|source| found(&source, &CALLING)));
}

#[test]
fn only_the_gate_opens_lines_to_providers() {
    // The program holds the client and what is known of the hosts; it makes neither, and asks nobody.
    let allowed = ["src/egress/", "src/net/"];
    let others = product().into_iter().filter(|source| !allowed.iter().any(|folder| source.path.starts_with(folder)));

    assert_none(others.flat_map(|source| {
        let held = source.path == "src/app.rs";
        let named = found(&source, &CALLING_PROVIDERS).into_iter();
        named.filter(|place| !(held && place.contains("net::"))).collect::<Vec<_>>()
    }));
}

#[test]
fn only_the_door_listens_and_in_one_file() {
    let others = product().into_iter().filter(|source| source.path != "src/http/listen.rs");

    assert_none(others.flat_map(|source| found(&source, &LISTENING)));
}

#[test]
fn only_the_door_speaks_http_to_callers() {
    let others = product().into_iter().filter(|source| !source.path.starts_with("src/http/"));

    assert_none(others.flat_map(|source| found(&source, &WIRE)));
}

#[test]
fn every_use_of_this_crate_names_one_path() {
    assert_none(product().iter().flat_map(|source| found(source, &BRANCHING_USE)));
}

#[test]
fn no_file_is_longer_than_500_lines() {
    let all = ["src", "commands", "tests", "benches", "examples"].into_iter();
    let present = all.filter(|folder| root().join(folder).is_dir());
    let long = present.flat_map(files).filter(|source| source.lines > MAX_LINES);

    assert_none(long.map(|source| format!("{} has {} lines", source.path, source.lines)));
}

/// A paragraph as in `src/lib.rs`, for the checks of the checker.
const PARAGRAPH: &str = "\
- ground: [`error`], [`model`]; each may name the ones before it
- mechanisms: `crypto`, `net`, `storage`; they do not know each other, except storage → crypto
- context: [`app`]
- services: [`audit`], [`search`],
  [`users`]; they do not call each other except `audit`
- on top: [`jobs`], the only one that names all services
- doors: the binary in `commands/`; they never name a mechanism
";

#[test]
fn the_checker_knows_up_from_down() {
    let rule = Rule::read(PARAGRAPH);
    let breaches = |path, text| rule.breaches(&Source::read(path, text)).len();

    assert_eq!(breaches("src/search/mod.rs", "use crate::storage::rows;\nuse crate::audit::Trail;"), 0);
    assert_eq!(breaches("src/storage/rows.rs", "use crate::crypto::key::Key; use super::files;"), 0);
    assert_eq!(breaches("src/model/id.rs", "use crate::error::Error; use crate::model::day;"), 0);
    assert_eq!(breaches("src/jobs/mod.rs", "use crate::search; use crate::users;"), 0);
    assert_eq!(breaches("commands/show.rs", "use crate::out::Out; use journal::users; use journal::jobs;"), 0);

    assert_eq!(breaches("src/search/mod.rs", "use crate::users;"), 1, "a service names a service");
    assert_eq!(breaches("src/search/mod.rs", "use super::users;"), 1, "the same through super");
    assert_eq!(breaches("src/search/rank.rs", "fn f() { super::super::jobs::run() }"), 1, "a service names a job");
    assert_eq!(breaches("src/crypto/key.rs", "use crate::storage;"), 1, "crypto names storage");
    assert_eq!(breaches("src/net/mod.rs", "fn f() -> crate::crypto::Key {}"), 1, "mechanisms name each other");
    assert_eq!(breaches("src/error.rs", "use crate::model;"), 1, "the ground names what comes after");
    assert_eq!(breaches("src/app.rs", "use crate::users;"), 1, "the context names a service");
    assert_eq!(breaches("commands/show.rs", "use journal::storage;"), 1, "a door names a mechanism");
    assert_eq!(breaches("src/novel.rs", "use crate::error;"), 1, "a module on no floor");
}

#[test]
fn the_checker_reads_code_and_not_what_looks_like_it() {
    let rule = Rule::read(PARAGRAPH);
    let breaches = |text| rule.breaches(&Source::read("src/search/mod.rs", text)).len();

    assert_eq!(breaches("/// See [`crate::users`].\n// crate::users\n/* /* */ crate::users */"), 0);
    assert_eq!(breaches(r##"const A: &str = "\" crate::users"; const B: &str = r#"" crate::users"#;"##), 0);
    assert_eq!(breaches("#[cfg(test)]\nmod tests { use crate::users; fn f() { '}'; } }"), 0);
    assert_eq!(breaches("#[cfg(test)]\nmod tests { fn f() { \"}\"; } }\nuse crate::users;"), 1);
    assert_eq!(breaches("fn f<'a>(c: &'a char) { *c == '\"'; *c == '\\''; *c == 'ä' }\nuse crate::users;"), 1);
    assert_eq!(Source::read("src/search/mod.rs", "#[cfg(test)]\nmod tests;").tests, ["src/search/tests.rs"]);
    assert_eq!(Source::read("src/users.rs", "#[cfg(test)]\nmod tests;").tests, ["src/users/tests.rs"]);
}

#[test]
fn the_checker_finds_every_kind_of_breach() {
    let source = |text| Source::read("src/search/mod.rs", text);

    assert_eq!(
        sql(&source("f(\"SELECT id FROM entries\"); g(\"UPDATE jobs SET a = 1\"); h(\"select one from it\")")).len(),
        2
    );
    assert_eq!(sql(&source("f(r#\"DELETE FROM entries\"#); g(\"INSERT OR IGNORE INTO a (b) VALUES (1)\")")).len(), 2);
    assert_eq!(assembled_sql(&source("format!(\"SELECT {x} FROM entries\"); f(\"SELECT id FROM entries\")")).len(), 1);
    assert_eq!(
        assembled_sql(&source("sql.push_str(\"DELETE FROM a \"); format!(\"{}\", f(x)); f(\"PRAGMA x \")")).len(),
        1
    );
    assert_eq!(found(&source("use rusqlite::Row;"), &DATABASE).len(), 1);
    assert_eq!(found(&source("println!(\"\"); eprint!(\"\"); io::stdout().lock(); use_stderr()"), &PRINTING).len(), 3);
    let net = "use std::net::IpAddr; TcpStream::connect(a); UnixListener::bind(b); use reqwest::Client;
        use lettre::AsyncSmtpTransport; use lettre::message::Mailbox; use hyper::body::Body; use hyper_util::rt::TokioIo;";
    assert_eq!(found(&source(net), &CALLING).len(), 3, "an address is no connection, a message no transport");
    assert_eq!(found(&source(net), &LISTENING).len(), 1);
    assert_eq!(found(&source(net), &WIRE).len(), 2);
    let gate = "use crate::net::http::Client; use crate::net::wire::Line; app.providers.get(); x.breakers.ask(y);";
    assert_eq!(found(&source(gate), &CALLING_PROVIDERS).len(), 3, "a line is anybody's, the client is not");
    assert_eq!(found(&source("use crate::error::{Error, Result};\npub use crate::a::*;"), &BRANCHING_USE).len(), 2);
    assert_eq!(found(&source("use crate::error::Error;\nuse std::{fmt, io};"), &BRANCHING_USE).len(), 0);
    assert_eq!(source(&"\n".repeat(501)).lines, 501);
}
