//! The OpenAPI document.
//!
//! `JOURNAL_WRITE_GENERATED=1 cargo test --test end_to_end openapi` rewrites the committed copy.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use crate::support::World;

fn committed_path() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/end_to_end/http/openapi.json")
}

/// Calls a closure for every object of a document.
fn for_each_object<'v>(value: &'v Value, visit: &mut impl FnMut(&'v serde_json::Map<String, Value>)) {
    match value {
        Value::Object(object) => {
            visit(object);
            object.values().for_each(|inner| for_each_object(inner, visit));
        }
        Value::Array(items) => items.iter().for_each(|inner| for_each_object(inner, visit)),
        _ => {}
    }
}

fn operations(document: &Value) -> Vec<(String, &Value)> {
    let paths = document["paths"].as_object().unwrap().iter();
    let named = paths.flat_map(|(path, methods)| {
        methods.as_object().unwrap().iter().map(move |(method, operation)| (format!("{method} {path}"), operation))
    });
    named.collect()
}

#[test]
fn the_committed_document_matches_the_routes() {
    let mut generated = serde_json::to_string_pretty(&journal::http::document()).unwrap();
    generated.push('\n');
    if crate::support::env_number("JOURNAL_WRITE_GENERATED").is_some() {
        std::fs::write(committed_path(), &generated).unwrap();
    }

    let committed = std::fs::read_to_string(committed_path()).unwrap_or_default();

    assert!(
        committed == generated,
        "tests/end_to_end/http/openapi.json is out of date; run JOURNAL_WRITE_GENERATED=1 cargo test --test end_to_end openapi"
    );
}

#[test]
fn the_document_is_served_to_authenticated_clients_only() {
    let world = World::new();
    let (_, key) = world.ada().key("narrow", &["search"]);
    let server = world.serve();

    server.anonymous().get("/api/openapi.json").refused(401, "unauthorized");

    assert_eq!(server.key(&key).get("/api/openapi.json").ok().json(), journal::http::document());
}

#[test]
fn references_resolve_and_operations_are_described() {
    let document = journal::http::document();
    let tags: BTreeSet<&str> =
        document["tags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap()).collect();

    assert_eq!(document["openapi"], "3.1.0");
    for_each_object(&document, &mut |object| {
        if let Some(Value::String(reference)) = object.get("$ref") {
            let pointer = reference.strip_prefix('#').unwrap();
            assert!(document.pointer(pointer).is_some(), "{reference}");
        }
    });
    let mut names = BTreeSet::new();
    for (place, operation) in operations(&document) {
        assert!(names.insert(operation["operationId"].as_str().unwrap()), "{place}: duplicate operationId");
        assert!(operation["summary"].as_str().is_some_and(|text| text.len() > 5), "{place}");
        assert!(tags.contains(operation["tags"][0].as_str().unwrap()), "{place}");
        assert!(operation["security"].is_array(), "{place}");
        for parameter in operation["parameters"].as_array().unwrap() {
            let text = parameter["description"].as_str();
            assert!(text.is_some_and(|text| !text.is_empty()), "{place}: {parameter}");
            let of_path = place.contains(&format!("{{{}}}", parameter["name"].as_str().unwrap()));
            assert_eq!(parameter["in"] == "path", of_path, "{place}: {parameter}");
        }
        for (status, reply) in operation["responses"].as_object().unwrap() {
            assert!(reply["description"].as_str().is_some_and(|text| !text.is_empty()), "{place} {status}");
        }
    }
}

#[test]
fn no_parameter_is_nullable() {
    for (place, operation) in operations(&journal::http::document()) {
        for parameter in operation["parameters"].as_array().unwrap() {
            assert!(!parameter["schema"].to_string().contains("\"null\""), "{place}: {parameter}");
        }
    }
}
