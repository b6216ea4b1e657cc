//! What the documents promise about the crates that are linked, asked of cargo itself.
//!
//! `.deny.toml` says more, and `cargo deny` checks it; this needs nothing but cargo.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

/// Providers of rustls's primitives, as its features name them.
const PROVIDERS: [&str; 3] = ["aws_lc_rs", "ring", "fips"];
/// Other libraries that speak TLS, or hold its primitives.
const OTHER_TLS: [&str; 9] =
    ["boring", "gnutls", "mbedtls", "native-tls", "openssl", "ring", "s2n-tls", "schannel", "security-framework"];
/// Other libraries that call out.
const OTHER_CLIENTS: [&str; 9] = ["async-std", "attohttpc", "awc", "curl", "curl-sys", "h3", "isahc", "quinn", "ureq"];
/// Crates that may hold sockets: the runtime, and what connects and listens with it.
const SOCKETS: [&str; 3] = ["hyper-util", "lettre", "tokio"];

/// The packages that are linked on Linux, and the features they are built with.
struct Graph {
    packages: Vec<Value>,
    nodes: Vec<Value>,
}

impl Graph {
    fn read() -> Self {
        let target = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
        let asked = ["metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform", &target];
        let output = Command::new(env!("CARGO")).args(asked).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let mut metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
        let mut take = |pointer: &str| match metadata.pointer_mut(pointer).map(Value::take) {
            Some(Value::Array(items)) => items,
            other => panic!("{pointer} is {other:?}"),
        };
        Self { packages: take("/packages"), nodes: take("/resolve/nodes") }
    }

    fn names(&self) -> BTreeMap<&str, &str> {
        self.packages.iter().map(|package| (text(package, "id"), text(package, "name"))).collect()
    }

    fn node(&self, name: &str) -> impl Iterator<Item = &Value> {
        let names = self.names();
        self.nodes.iter().filter(move |node| names[text(node, "id")] == name)
    }

    fn users_of(&self, name: &str) -> BTreeSet<&str> {
        let names = self.names();
        let uses = |node: &&Value| items(node, "dependencies").any(|id| names[id] == name);
        self.nodes.iter().filter(uses).map(|node| names[text(node, "id")]).collect()
    }
}

/// Returns the names of what is linked into the program; the graph also has what only features nobody switched on need.
fn linked() -> BTreeSet<String> {
    let target = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let asked =
        ["tree", "--edges", "normal", "--prefix", "none", "--format", "{p}", "--locked", "--offline", "--target"];
    let mut command = Command::new(env!("CARGO"));
    let output = command.args(asked).arg(target).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    let names: BTreeSet<String> = lines.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect();
    assert!(names.contains("axum") && names.contains("rustls"), "{names:?}");
    names
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap()
}

fn items<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a str> {
    value[key].as_array().unwrap().iter().map(|item| item.as_str().unwrap())
}

#[test]
fn every_crate_comes_from_one_registry() {
    let graph = Graph::read();

    let sources: Vec<Option<&str>> = graph.packages.iter().map(|package| package["source"].as_str()).collect();
    let kinds: BTreeSet<&str> = sources.iter().flatten().copied().collect();

    assert_eq!(sources.iter().filter(|source| source.is_none()).count(), 2, "only journal and its embedder have none");
    assert_eq!(kinds.len(), 1, "{kinds:?}");
    assert!(kinds.iter().all(|kind| kind.starts_with("registry+")), "{kinds:?}");
}

#[test]
fn openssl_is_linked_for_sqlcipher_alone() {
    assert_eq!(Graph::read().users_of("openssl-sys"), BTreeSet::from(["libsqlite3-sys"]));
}

#[test]
fn tls_is_rustls_with_one_provider() {
    let graph = Graph::read();
    let providers: BTreeSet<&str> =
        graph.node("rustls").flat_map(|node| items(node, "features")).filter(|name| PROVIDERS.contains(name)).collect();
    let others: Vec<String> = linked().into_iter().filter(|name| OTHER_TLS.contains(&name.as_str())).collect();

    assert_eq!(graph.node("rustls").count(), 1, "one version");
    assert_eq!((providers, others), (BTreeSet::from(["aws_lc_rs"]), vec![]));
}

#[test]
fn only_these_crates_open_connections_or_accept_them() {
    let graph = Graph::read();
    let users = |name: &str| graph.users_of(name);

    assert_eq!(graph.node("tokio").count(), 1);
    // What is beside them would be a second way out, past the one that `src/net` is.
    let linked = linked();
    let others: Vec<&String> = linked.iter().filter(|name| OTHER_CLIENTS.contains(&name.as_str())).collect();
    assert_eq!(others, Vec::<&String>::new());
    assert_eq!(users("reqwest"), BTreeSet::from(["journal"]), "requests");
    assert_eq!(users("lettre"), BTreeSet::from(["journal"]), "mail");
    assert_eq!(users("axum"), BTreeSet::from(["journal"]), "the door");
    let holders: BTreeSet<&str> = users("socket2").into_iter().filter(|name| linked.contains(*name)).collect();
    assert!(holders.iter().all(|name| SOCKETS.contains(name)), "crates that hold sockets of their own: {holders:?}");
}
