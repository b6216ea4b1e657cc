//! The document that describes the server.
//!
//! `JOURNAL_WRITE_GENERATED=1 cargo test --test http openapi` writes the committed copy anew.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use crate::support::World;

fn committed() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/http/openapi.json")
}

/// Hands every object of a document to a closure.
fn each<'v>(value: &'v Value, take: &mut impl FnMut(&'v serde_json::Map<String, Value>)) {
    match value {
        Value::Object(object) => {
            take(object);
            object.values().for_each(|inner| each(inner, take));
        }
        Value::Array(items) => items.iter().for_each(|inner| each(inner, take)),
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
fn the_committed_document_is_what_the_table_of_routes_gives() {
    let mut made = serde_json::to_string_pretty(&journal::http::document()).unwrap();
    made.push('\n');
    if crate::support::switch("JOURNAL_WRITE_GENERATED").is_some() {
        std::fs::write(committed(), &made).unwrap();
    }

    let kept = std::fs::read_to_string(committed()).unwrap_or_default();

    assert!(
        kept == made,
        "tests/http/openapi.json is out of date; run JOURNAL_WRITE_GENERATED=1 cargo test --test http openapi"
    );
}

#[test]
fn the_document_is_served_to_whoever_is_known_and_to_nobody_else() {
    let world = World::new();
    let (_, key) = world.ada().key("narrow", &["search"]);
    let server = world.serve();

    server.stranger().get("/api/openapi.json").refused(401, "unauthorized");

    assert_eq!(server.key(&key).get("/api/openapi.json").ok().json(), journal::http::document());
}

#[test]
fn every_reference_resolves_and_every_operation_is_named_and_described() {
    let document = journal::http::document();
    let tags: BTreeSet<&str> =
        document["tags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap()).collect();

    assert_eq!(document["openapi"], "3.1.0");
    each(&document, &mut |object| {
        if let Some(Value::String(reference)) = object.get("$ref") {
            let pointer = reference.strip_prefix('#').unwrap();
            assert!(document.pointer(pointer).is_some(), "{reference}");
        }
    });
    let mut names = BTreeSet::new();
    for (place, operation) in operations(&document) {
        assert!(names.insert(operation["operationId"].as_str().unwrap()), "{place}: its name is taken");
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
fn no_parameter_of_a_query_claims_to_take_null() {
    for (place, operation) in operations(&journal::http::document()) {
        for parameter in operation["parameters"].as_array().unwrap() {
            assert!(!parameter["schema"].to_string().contains("\"null\""), "{place}: {parameter}");
        }
    }
}
