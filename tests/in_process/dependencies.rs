//! Checks the documented properties of the linked crates with `cargo metadata` and `cargo tree`.
//!
//! `cargo deny` checks the further rules of `.deny.toml`; these tests need cargo only.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

/// Features of rustls that select a crypto provider.
const PROVIDERS: [&str; 3] = ["aws_lc_rs", "ring", "fips"];
/// Other TLS and crypto libraries.
const OTHER_TLS: [&str; 9] =
    ["boring", "gnutls", "mbedtls", "native-tls", "openssl", "ring", "s2n-tls", "schannel", "security-framework"];
/// Other client libraries.
const OTHER_CLIENTS: [&str; 9] = ["async-std", "attohttpc", "awc", "curl", "curl-sys", "h3", "isahc", "quinn", "ureq"];
/// Crates that may use sockets: the runtime, and the clients and servers on it.
const SOCKETS: [&str; 3] = ["hyper-util", "lettre", "tokio"];

/// Dependency graph on Linux, with the enabled features.
struct DependencyGraph {
    packages: Vec<Value>,
    nodes: Vec<Value>,
}

impl DependencyGraph {
    fn read() -> Self {
        let target = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
        let args = ["metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform", &target];
        let output = Command::new(env!("CARGO")).args(args).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
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

    fn dependents_of(&self, name: &str) -> BTreeSet<&str> {
        let names = self.names();
        let uses = |node: &&Value| items(node, "dependencies").any(|id| names[id] == name);
        self.nodes.iter().filter(uses).map(|node| names[text(node, "id")]).collect()
    }
}

/// Returns the names of the crates linked into the program.
///
/// [`DependencyGraph`] also contains crates that only disabled features need.
fn linked_crates() -> BTreeSet<String> {
    let target = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let args =
        ["tree", "--edges", "normal", "--prefix", "none", "--format", "{p}", "--locked", "--offline", "--target"];
    let mut command = Command::new(env!("CARGO"));
    let output = command.args(args).arg(target).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
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
    let graph = DependencyGraph::read();

    let sources: Vec<Option<&str>> = graph.packages.iter().map(|package| package["source"].as_str()).collect();
    let kinds: BTreeSet<&str> = sources.iter().flatten().copied().collect();

    assert_eq!(sources.iter().filter(|source| source.is_none()).count(), 2, "only journal and minilm have no source");
    assert_eq!(kinds.len(), 1, "{kinds:?}");
    assert!(kinds.iter().all(|kind| kind.starts_with("registry+")), "{kinds:?}");
}

#[test]
fn openssl_is_linked_for_sqlcipher_alone() {
    assert_eq!(DependencyGraph::read().dependents_of("openssl-sys"), BTreeSet::from(["libsqlite3-sys"]));
}

#[test]
fn tls_is_rustls_with_one_crypto_provider() {
    let graph = DependencyGraph::read();
    let providers: BTreeSet<&str> =
        graph.node("rustls").flat_map(|node| items(node, "features")).filter(|name| PROVIDERS.contains(name)).collect();
    let others: Vec<String> = linked_crates().into_iter().filter(|name| OTHER_TLS.contains(&name.as_str())).collect();

    assert_eq!(graph.node("rustls").count(), 1, "one version");
    assert_eq!((providers, others), (BTreeSet::from(["aws_lc_rs"]), vec![]));
}

#[test]
fn only_allowed_crates_open_or_accept_connections() {
    let graph = DependencyGraph::read();
    let dependents = |name: &str| graph.dependents_of(name);

    assert_eq!(graph.node("tokio").count(), 1);
    // Another client library would bypass `src/net`, the only module that may open connections.
    let linked = linked_crates();
    let others: Vec<&String> = linked.iter().filter(|name| OTHER_CLIENTS.contains(&name.as_str())).collect();
    assert_eq!(others, Vec::<&String>::new());
    assert_eq!(dependents("reqwest"), BTreeSet::from(["journal"]), "requests");
    assert_eq!(dependents("lettre"), BTreeSet::from(["journal"]), "mail");
    assert_eq!(dependents("axum"), BTreeSet::from(["journal"]), "the HTTP server");
    let socket_users: BTreeSet<&str> =
        dependents("socket2").into_iter().filter(|name| linked.contains(*name)).collect();
    assert!(
        socket_users.iter().all(|name| SOCKETS.contains(name)),
        "crates that use sockets themselves: {socket_users:?}"
    );
}
