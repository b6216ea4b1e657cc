//! What the documents promise about the crates that are linked, asked of cargo itself.
//!
//! `.deny.toml` says more, and `cargo deny` checks it; this needs nothing but cargo.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

/// Crates that speak to a network, each the base of many others.
const NETWORK: [&str; 9] =
    ["curl-sys", "hyper", "mio", "native-tls", "openssl", "quinn-udp", "rustls", "socket2", "ureq"];

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

    assert_eq!(sources.iter().filter(|source| source.is_none()).count(), 1, "only journal itself has no source");
    assert_eq!(kinds.len(), 1, "{kinds:?}");
    assert!(kinds.iter().all(|kind| kind.starts_with("registry+")), "{kinds:?}");
}

#[test]
fn openssl_is_linked_for_sqlcipher_alone() {
    assert_eq!(Graph::read().users_of("openssl-sys"), BTreeSet::from(["libsqlite3-sys"]));
}

#[test]
fn no_crate_that_speaks_to_a_network_is_linked() {
    let graph = Graph::read();

    let linked: Vec<&str> = graph.names().into_values().filter(|name| NETWORK.contains(name)).collect();
    let sockets: Vec<(&str, &str)> = ["tokio", "rustix"]
        .into_iter()
        .flat_map(|name| graph.node(name).flat_map(|node| items(node, "features")).map(move |feature| (name, feature)))
        .filter(|(_, feature)| ["full", "net"].contains(feature))
        .collect();

    assert_eq!(graph.node("tokio").count(), 1);
    assert_eq!((linked, sockets), (vec![], vec![]));
}
