//! Layers, import cycles, ownership of SQL, sockets and standard output, and size limits of files and functions.
//!
//! The layers are those of `docs/architecture.md`: a module imports only layers above it in [`LAYERS`].

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;

use crate::rust_source::{SourceFile, closing, cycles, module_path};

/// Longest file, in lines.
const MAX_FILE_LINES: usize = 500;
/// Longest function, in lines.
const MAX_FUNCTION_LINES: usize = 60;
/// Most modules directly under `src/`, `lib.rs` not counted.
const MAX_TOP_LEVEL_MODULES: usize = 22;
/// Longest chain of re-exports that is followed.
const MAX_REEXPORTS: usize = 5;
/// A crate of its own inside `src/`, which cannot name this one.
const EMBEDDER_CRATE: &str = "src/providers/minilm/";

/// Units of each layer, lowest layer first. A unit imports units of lower layers only, and what [`SAME_LAYER`] allows.
const LAYERS: &[(&str, &[&str])] = &[
    ("core", &["blocking", "clock", "entropy", "error", "secret"]),
    ("domain", &["domain"]),
    ("configuration", &["config"]),
    ("infrastructure", &["crypto", "net", "storage", "providers"]),
    ("application", &["app"]),
    ("egress", &["egress"]),
    (
        "services",
        &[
            "services::accounts",
            "services::admin",
            "services::audit",
            "services::auth",
            "services::drafts",
            "services::egress_settings",
            "services::embedding",
            "services::entities",
            "services::entries",
            "services::ingest",
            "services::mood",
            "services::notifications",
            "services::search",
        ],
    ),
    ("workflows", &["backup", "digest", "import_export", "jobs", "setup"]),
    ("interfaces", &["commands", "http", "mcp"]),
];

/// Imports allowed inside a layer: importing unit (`*` is any), imported unit.
const SAME_LAYER: &[(&str, &str)] = &[
    ("blocking", "error"),
    ("entropy", "error"),
    ("storage", "crypto"),
    ("providers", "net"),
    ("*", "services::audit"),
    ("*", "services::auth"),
    ("http", "mcp"),
    ("commands", "http"),
    ("commands", "mcp"),
];

fn pattern(text: &str) -> Regex {
    Regex::new(text).unwrap()
}

static SQL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?s)\b(?:SELECT\b.*\bFROM|INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|REPLACE\s+INTO|(?:CREATE|ALTER|DROP)\s+(?:TABLE|INDEX|VIEW|TRIGGER|VIRTUAL)|ATTACH\s+DATABASE|PRAGMA)\s",
    )
});
static DATABASE_CRATES: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b(?:rusqlite|refinery)\b"));
static STRING_BUILDING: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\b(?:format|format_args|write|writeln|concat)\s*!\s*\(|\.\s*(?:push_str|concat|join)\s*\(")
});
/// The method `stdout` of a child process prints nothing.
static PRINTING: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b(?:e?print(?:ln)?|dbg)!|(?:^|[^.\w])stdout\s*\("));
/// Types that open a connection to another host.
static OUTBOUND: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:TcpStream|TcpSocket|UdpSocket|UnixDatagram|reqwest|ToSocketAddrs|lookup_host|rustix\s*::\s*net|lettre\s*::\s*\w*[Tt]ransport)\b",
    )
});
/// Types that accept connections; a socket file is also connected to, to see whether a server is running.
static LISTENING: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b(?:TcpListener|UnixListener|UnixStream)\b"));
/// The provider client and the circuit breakers, which only the egress gateway may use.
static PROVIDER_CALLS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\bnet\s*::\s*(?:provider_client|circuit_breaker)\b"));
static HTTP_SERVER_CRATES: LazyLock<Regex> = LazyLock::new(|| pattern(r"\bhyper(?:_util)?\b"));

/// The layer rule.
struct LayerRule {
    /// Layer number and name by unit.
    layers: BTreeMap<&'static str, (usize, &'static str)>,
}

impl LayerRule {
    fn new() -> Self {
        let layers = LAYERS.iter().enumerate();
        let units = layers.flat_map(|(height, (name, units))| units.iter().map(move |unit| (*unit, (height, *name))));
        Self { layers: units.collect() }
    }

    /// Returns the unit of a module: its first segment, for services the first two.
    fn unit(&self, module: &[&str]) -> Option<&'static str> {
        let first = *module.first()?;
        let name = match module.get(1) {
            Some(second) if first == "services" => format!("services::{second}"),
            _ => first.to_owned(),
        };
        self.layers.keys().find(|unit| **unit == name).copied()
    }

    /// Says why one unit must not import another.
    fn breach(&self, from: &str, to: &str) -> Option<String> {
        let ((height, layer), (below, other)) = (self.layers[from], self.layers[to]);
        let allowed = from == to
            || height > below
            || SAME_LAYER.iter().any(|(a, b)| height == below && (*a == "*" || *a == from) && *b == to);
        let hidden = layer == "interfaces" && other == "infrastructure" && from != "commands" && to == "storage";
        (!allowed || hidden).then(|| format!("{from} ({layer}) imports {to} ({other})"))
    }
}

/// The files of the product with their imports.
struct Product {
    files: Vec<SourceFile>,
    /// Path by module of the library, then of the binary.
    library: BTreeMap<Vec<String>, String>,
    binary: BTreeMap<Vec<String>, String>,
    /// Path of the original by file and name of a re-export.
    reexports: BTreeMap<(String, String), Vec<String>>,
}

impl Product {
    fn read() -> Self {
        let mut files = [rust_files("src"), rust_files("commands")].concat();
        files.retain(|path| !path.starts_with(EMBEDDER_CRATE));
        let mut files: Vec<SourceFile> = files.iter().map(|path| SourceFile::read(root(), path)).collect();
        assert!(files.len() > 50, "the sources were not found");
        let tests: Vec<String> = files.iter().flat_map(|file| file.test_files.clone()).collect();
        let of_test = |path: &str| {
            tests.iter().any(|test| path == test || path.starts_with(&format!("{}/", test.trim_end_matches(".rs"))))
        };
        files.retain(|file| !of_test(&file.path));
        let modules = |folder: &str| {
            let files = files.iter().filter(|file| file.path.starts_with(folder));
            files.map(|file| (file.module().iter().map(ToString::to_string).collect(), file.path.clone())).collect()
        };
        let (library, binary): (BTreeMap<_, _>, BTreeMap<_, _>) = (modules("src/"), modules("commands/"));
        let mut reexports = BTreeMap::new();
        for file in &files {
            for mut path in file.reexports() {
                let Some(name) = path.last().cloned() else { continue };
                if path[0] == "crate" {
                    path.remove(0);
                } else {
                    path.splice(0..0, file.module().iter().map(ToString::to_string));
                }
                reexports.insert((file.path.clone(), name), path);
            }
        }
        Self { files, library, binary, reexports }
    }

    /// Returns the file that defines what a path names; re-exports are followed to it.
    fn defining_file(&self, modules: &BTreeMap<Vec<String>, String>, mut path: Vec<String>) -> Option<String> {
        for _ in 0..MAX_REEXPORTS {
            let length = (0..=path.len()).rev().find(|length| modules.contains_key(&path[..*length]))?;
            let file = &modules[&path[..length]];
            let name = path.get(length)?;
            let Some(source) = self.reexports.get(&(file.clone(), name.clone())) else { return Some(file.clone()) };
            path = [&source[..], &path[length + 1..]].concat();
        }
        None
    }

    /// Returns the imports of a file: offset in its code and path of the imported file.
    fn imports(&self, file: &SourceFile) -> Vec<(usize, String)> {
        let own = if file.path.starts_with("commands/") { &self.binary } else { &self.library };
        let module: Vec<String> = file.module().iter().map(ToString::to_string).collect();
        let mut found = Vec::new();
        for (offset, path) in file.paths() {
            let (modules, mut absolute) = match path[0].as_str() {
                "crate" => (own, path[1..].to_vec()),
                "journal" if file.path.starts_with("commands/") => (&self.library, path[1..].to_vec()),
                "super" => {
                    let levels = path.iter().take_while(|segment| *segment == "super").count();
                    let Some(depth) = module.len().checked_sub(levels) else { continue };
                    (own, [&module[..depth], &path[levels..]].concat())
                }
                "self" => (own, [&module[..], &path[1..]].concat()),
                _ => {
                    let child = [&module[..], &path[..1]].concat();
                    if !own.contains_key(&child) {
                        continue;
                    }
                    (own, [&module[..], &path[..]].concat())
                }
            };
            // A path that ends at a module imports the module itself.
            if modules.contains_key(&absolute) {
                absolute.push(String::new());
            }
            let target = self.defining_file(modules, absolute);
            found.extend(target.filter(|target| *target != file.path).map(|target| (offset, target)));
        }
        found
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns the paths of a folder's Rust files, relative to the root of the repository.
pub fn rust_files(folder: &str) -> Vec<String> {
    let items = walkdir::WalkDir::new(root().join(folder)).sort_by_file_name();
    let paths = items.into_iter().map(|item| item.unwrap().into_path());
    let paths = paths.filter(|path| path.extension().is_some_and(|ending| ending == "rs"));
    paths.map(|path| path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned()).collect()
}

fn matches(source: &SourceFile, pattern: &Regex) -> Vec<String> {
    let places = pattern.find_iter(&source.code);
    places.map(|found| format!("{}: {}", source.location(found.start()), found.as_str())).collect()
}

fn sql(source: &SourceFile) -> Vec<String> {
    let literals = source.literals.iter().filter(|literal| SQL.is_match(&literal.text));
    literals.map(|literal| format!("{}: {}", source.location(literal.offset), literal.text)).collect()
}

fn assembled_sql(source: &SourceFile) -> Vec<String> {
    let calls = STRING_BUILDING.find_iter(&source.code).map(|call| call.end() - 1);
    let ranges = calls.map(|open| open..closing(&source.code, open));
    let literals = ranges.flat_map(|range| source.literals_in(&range).collect::<Vec<_>>());
    let wrong = literals.filter(|literal| SQL.is_match(&literal.text));
    wrong.map(|literal| format!("{}: {}", source.location(literal.offset), literal.text)).collect()
}

fn assert_none(breaches: impl IntoIterator<Item = String>) {
    let breaches: Vec<String> = breaches.into_iter().collect();
    assert!(breaches.is_empty(), "\n{}\n{} in all\n", breaches.join("\n"), breaches.len());
}

#[test]
fn every_module_belongs_to_a_layer() {
    let rule = LayerRule::new();
    let product = Product::read();

    let mut units = BTreeSet::new();
    for file in &product.files {
        let folder = file.path.starts_with("commands/");
        let module = if folder { vec!["commands"] } else { file.module() };
        if !module.is_empty() && module != ["services"] {
            units.insert(rule.unit(&module).unwrap_or_else(|| panic!("{} belongs to no layer", file.path)));
        }
    }

    let declared: BTreeSet<&str> = rule.layers.keys().copied().collect();
    assert_eq!(units, declared, "a unit of LAYERS does not exist");
}

#[test]
fn a_module_imports_only_lower_layers() {
    let rule = LayerRule::new();
    let product = Product::read();
    let unit_of = |path: &str| {
        if path.starts_with("commands/") { Some("commands") } else { rule.unit(&module_path(path)) }
    };

    assert_none(product.files.iter().flat_map(|file| {
        let Some(from) = unit_of(&file.path) else { return Vec::new() };
        let imports = product.imports(file).into_iter();
        let breaches = imports.filter_map(|(offset, target)| {
            let breach = rule.breach(from, unit_of(&target)?)?;
            Some(format!("{}: {breach}", file.location(offset)))
        });
        breaches.collect()
    }));
}

#[test]
fn no_import_cycle_exists_between_files() {
    let product = Product::read();
    let imports = product.files.iter().map(|file| {
        let targets = product.imports(file).into_iter().map(|(_, target)| target);
        (file.path.clone(), targets.collect::<BTreeSet<String>>())
    });

    assert_none(
        cycles(&imports.collect()).into_iter().map(|cycle| cycle.into_iter().collect::<Vec<_>>().join(" <-> ")),
    );
}

#[test]
fn sql_and_the_database_crates_stay_in_storage() {
    let product = Product::read();
    let outside = product.files.iter().filter(|source| !source.path.starts_with("src/storage/"));

    assert_none(outside.flat_map(|source| [sql(source), matches(source, &DATABASE_CRATES)].concat()));
}

#[test]
fn no_statement_is_assembled_or_selects_every_column() {
    let every_column = pattern(r"SELECT\s+(?:\w+\.)?\*");

    assert_none(Product::read().files.iter().flat_map(|source| {
        let wrong = source.literals.iter().filter(|literal| every_column.is_match(&literal.text));
        let wrong = wrong.map(|literal| format!("{}: {}", source.location(literal.offset), literal.text));
        assembled_sql(source).into_iter().chain(wrong).collect::<Vec<_>>()
    }));
}

/// Checks that a pattern occurs only in files whose path starts with one of `allowed`.
fn assert_only_in(allowed: &[&str], pattern: &Regex) {
    let product = Product::read();
    let others = product.files.iter().filter(|source| !allowed.iter().any(|folder| source.path.starts_with(folder)));

    assert_none(others.flat_map(|source| matches(source, pattern)));
}

#[test]
fn only_the_output_module_prints() {
    assert_only_in(&["commands/output.rs"], &PRINTING);
}

#[test]
fn only_net_opens_connections() {
    assert_only_in(&["src/net/"], &OUTBOUND);
}

#[test]
fn only_the_egress_gateway_calls_providers() {
    // The application state holds the client and the circuit breakers; it calls neither.
    assert_only_in(&["src/egress/", "src/net/", "src/app/state.rs"], &PROVIDER_CALLS);
}

#[test]
fn only_the_http_listener_accepts_connections() {
    assert_only_in(&["src/http/listener.rs"], &LISTENING);
}

#[test]
fn only_http_uses_the_http_server_crates() {
    assert_only_in(&["src/http/"], &HTTP_SERVER_CRATES);
}

#[test]
fn files_and_functions_keep_their_size_limits() {
    let folders = ["src", "commands", "tests", "benches", "examples"];
    let sources = folders.iter().flat_map(|folder| rust_files(folder)).map(|path| SourceFile::read(root(), &path));

    assert_none(sources.flat_map(|source| {
        let long = (source.lines > MAX_FILE_LINES).then(|| format!("{} has {} lines", source.path, source.lines));
        let product = (source.path.starts_with("src/") || source.path.starts_with("commands/"))
            && !source.path.contains("/tests");
        let functions = source.functions().into_iter().filter(|found| product && found.lines > MAX_FUNCTION_LINES);
        let functions = functions
            .map(|found| format!("{}: {} has {} lines", source.location(found.offset), found.name, found.lines));
        long.into_iter().chain(functions).collect::<Vec<_>>()
    }));
}

#[test]
fn the_top_level_of_src_stays_small() {
    let entries = std::fs::read_dir(root().join("src")).unwrap().map(|entry| entry.unwrap().file_name());
    let modules = entries.filter(|name| name != "lib.rs").count();

    assert!(modules <= MAX_TOP_LEVEL_MODULES, "{modules} modules directly under src/, at most {MAX_TOP_LEVEL_MODULES}");
}

#[test]
fn the_layer_rule_tells_up_from_down() {
    let rule = LayerRule::new();

    assert_eq!(rule.breach("services::search", "storage"), None);
    assert_eq!(rule.breach("services::search", "services::audit"), None);
    assert_eq!(rule.breach("storage", "crypto"), None);
    assert_eq!(rule.breach("jobs", "services::entities"), None);
    assert!(rule.breach("services::search", "services::entries").is_some(), "a service imports a service");
    assert!(rule.breach("services::search", "jobs").is_some(), "a service imports a workflow");
    assert!(rule.breach("crypto", "storage").is_some(), "infrastructure imports infrastructure");
    assert!(rule.breach("error", "domain").is_some(), "the core imports the domain");
    assert!(rule.breach("http", "storage").is_some(), "an interface imports storage");
    assert_eq!(rule.unit(&["services", "search", "fusion"]), Some("services::search"));
    assert_eq!(rule.unit(&["unknown"]), None);
}

#[test]
fn the_reader_finds_code_and_ignores_the_rest() {
    let read = |text: &str| SourceFile::parse("src/search/mod.rs", text);
    let paths = |text: &str| read(text).paths().into_iter().map(|(_, path)| path.join("::")).collect::<Vec<_>>();

    assert_eq!(paths("/// See [`crate::users`].\n// crate::users\nfn f() {}"), Vec::<String>::new());
    assert_eq!(paths(r#"const A: &str = " crate::users";"#), Vec::<String>::new());
    assert_eq!(paths("#[cfg(test)]\nmod tests { use crate::users; }"), Vec::<String>::new());
    assert_eq!(paths("use crate::a::{self, b::C, d::*};"), ["crate::a", "crate::a::b::C", "crate::a::d::*"]);
    assert_eq!(paths("use crate::a as b; fn f() { super::g::h(1); x.y }"), ["crate::a", "super::g::h"]);
    assert_eq!(read("#[cfg(test)]\nmod tests;").test_files, ["src/search/tests.rs"]);
    assert_eq!(SourceFile::parse("src/users.rs", "#[cfg(test)]\nmod tests;").test_files, ["src/users/tests.rs"]);
    assert_eq!(read("fn f() {\n\n\n}").functions()[0].lines, 4);
}

#[test]
fn the_reader_finds_each_kind_of_breach() {
    let read = |text: &str| SourceFile::parse("src/search/mod.rs", text);

    assert_eq!(
        sql(&read("fn a() { f(\"SELECT id FROM entries\"); g(\"UPDATE jobs SET a = 1\"); h(\"select\") }")).len(),
        2
    );
    assert_eq!(
        sql(&read("fn a() { f(r#\"DELETE FROM entries\"#); g(\"INSERT OR IGNORE INTO a (b) VALUES (1)\") }")).len(),
        2
    );
    assert_eq!(
        assembled_sql(&read("fn a() { format!(\"SELECT {x} FROM entries\"); f(\"SELECT id FROM e\") }")).len(),
        1
    );
    assert_eq!(assembled_sql(&read("fn a() { sql.push_str(\"DELETE FROM a \"); f(\"PRAGMA x \") }")).len(), 1);
    assert_eq!(matches(&read("use rusqlite::Row;"), &DATABASE_CRATES).len(), 1);
    assert_eq!(matches(&read("fn a() { println!(\"\"); io::stdout().lock(); use_stderr() }"), &PRINTING).len(), 2);
    assert_eq!(matches(&read("fn a() { TcpStream::connect(a) } use reqwest::Client;"), &OUTBOUND).len(), 2);
    assert_eq!(matches(&read("use crate::net::provider_client::X;"), &PROVIDER_CALLS).len(), 1);
}

#[test]
fn cycles_are_found_through_other_files() {
    let set = |names: &[&str]| names.iter().map(ToString::to_string).collect::<BTreeSet<String>>();
    let imports = [("a", set(&["b"])), ("b", set(&["c"])), ("c", set(&["a"])), ("d", set(&["a"]))];

    let found = cycles(&imports.map(|(name, targets)| (name.to_owned(), targets)).into());

    assert_eq!(found, [set(&["a", "b", "c"])]);
}
