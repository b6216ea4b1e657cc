//! Server settings: shown to users, changed by admins.

use serde_json::{Value, json};

use crate::http::login::{PASSWORD, world};
use crate::support::server::{Client, Server};
use crate::support::{ADA, World};

const RUNTIME: &str = "/api/settings/runtime";
const PRICING: &str = "/api/settings/pricing";
const BOB: &str = "bob@home.example";

/// Starts a server with Ada (admin) and Bob (member) logged in.
fn serve_ada_and_bob() -> (World, Server, Client, Client) {
    let world = world();
    let file = world.path("inbox/password");
    world.ok(&["user", "add", BOB, "--password-file", file.to_str().unwrap()]);
    let server = world.serve();
    let (ada, bob) = (server.login(ADA, PASSWORD), server.login(BOB, PASSWORD));
    (world, server, ada, bob)
}

fn value(client: &Client, key: &str) -> Value {
    let settings = client.get(RUNTIME).ok().json()["settings"].clone();
    settings.as_array().unwrap().iter().find(|setting| setting["key"] == key).unwrap()["value"].clone()
}

fn price(client: &Client, model: &str) -> Value {
    let pricing = client.get(PRICING).ok().json()["pricing"].clone();
    pricing.as_array().unwrap().iter().find(|price| price["model"] == model).unwrap().clone()
}

#[test]
fn every_user_sees_all_blocks_that_the_web_client_reads() {
    let (_world, _server, _, bob) = serve_ada_and_bob();

    let shown = bob.get("/api/settings").ok().json();

    let present = [
        "/ocr/provider",
        "/ocr/model",
        "/transcription/fallback/enabled",
        "/transcription/shadow/enabled",
        "/transcription/retry/base_delay_seconds",
        "/transcript_formatting/model",
        "/embedding/dimensions",
        "/chunking/boundary_percentile",
        "/chunking/embed_metadata_prefix",
        "/entity_extraction/dedup_similarity_threshold",
        "/search/rrf_k",
        "/features/mood_scorer_model",
        "/features/strava_enabled",
        "/runtime/0/label",
        "/pricing/0/last_verified",
    ];
    for pointer in present {
        assert!(shown.pointer(pointer).is_some_and(|value| !value.is_null()), "{pointer}: {shown}");
    }
    assert_eq!(shown["features"]["journal_author_name"], "bob", "the author's name comes from the account");
    assert_eq!(shown["transcription"]["shadow"], json!({ "enabled": false, "provider": null, "model": null }));
    let order: Vec<&str> = shown["runtime"].as_array().unwrap().iter().map(|it| it["key"].as_str().unwrap()).collect();
    assert_eq!(order[..3], ["preprocess_images", "ocr_dual_pass", "enable_mood_scoring"]);
    assert_eq!(shown["runtime"][3]["choices"], json!(["anthropic", "gemini", "openai", "tesseract"]));
    assert!(shown["runtime"][0].get("choices").is_none());
    assert_eq!(shown["pricing"][0]["category"], "embedding");
}

#[test]
fn an_admins_change_overrides_the_environment_after_a_restart() {
    let world = world();
    let variables = [
        ("OCR_PROVIDER", "gemini"),
        ("JOURNAL_ENABLE_MOOD_SCORING", "false"),
        ("JOURNAL_AUTHOR_NAME", "A. Lovelace"),
        ("TRANSCRIPTION_SHADOW_PROVIDER", "gemini"),
    ];
    let start = || world.serve_with(&[], &[&crate::support::server::UNLIMITED, variables.as_slice()].concat());
    let server = start();
    assert!(!server.log().contains("warning") && !server.log().contains("unknown"), "{}", server.log());
    let ada = server.login(ADA, PASSWORD);
    let shown = ada.get("/api/settings").ok().json();
    assert_eq!(shown["ocr"], json!({ "provider": "gemini", "model": "gemini-2.5-pro" }));
    assert_eq!(shown["features"]["journal_author_name"], "A. Lovelace");
    assert_eq!(shown["transcription"]["shadow"]["enabled"], true);
    assert_eq!(shown["features"]["mood_scoring"], false);

    let changed = ada.patch(RUNTIME, &json!({ "enable_mood_scoring": true, "ocr_provider": "anthropic" })).ok().json();

    assert_eq!(changed["updated"], json!(["enable_mood_scoring", "ocr_provider"]));
    assert!(changed.get("warnings").is_none());
    drop(server);
    let server = start();
    let shown = server.login(ADA, PASSWORD).get("/api/settings").ok().json();
    assert_eq!(shown["features"]["mood_scoring"], true, "B12: what was changed counts after a restart");
    assert_eq!(shown["ocr"], json!({ "provider": "anthropic", "model": "claude-opus-4-6" }));
}

#[test]
fn an_invalid_setting_is_never_stored() {
    let (world, _server, ada, bob) = serve_ada_and_bob();
    let wrong = [
        json!({ "ocr_dual_pass": 1 }),
        json!({ "ocr_dual_pass": "true" }),
        json!({ "ocr_dual_pass": null }),
        json!({ "ocr_provider": "unknown" }),
        json!({ "ocr_provider": true }),
        json!({ "nonsense": true }),
    ];

    for change in wrong {
        ada.patch(RUNTIME, &change).refused(400, "invalid_field");
    }
    let some = ada.patch(RUNTIME, &json!({ "nonsense": true, "ocr_dual_pass": true, "ocr_provider": 7 })).ok().json();
    ada.send("PATCH", RUNTIME, "", b"[true]".to_vec()).refused(400, "invalid_body");
    bob.patch(RUNTIME, &json!({ "ocr_provider": "gemini" })).refused(403, "forbidden");
    bob.send("PATCH", RUNTIME, "", b"nonsense".to_vec()).refused(403, "forbidden");

    assert_eq!(some["updated"], json!(["ocr_dual_pass"]));
    assert_eq!(some["warnings"].as_array().unwrap().len(), 2);
    assert_eq!((value(&bob, "ocr_dual_pass"), value(&bob, "ocr_provider")), (json!(true), json!("anthropic")));
    assert_eq!(ada.patch(RUNTIME, &json!({})).ok().json()["updated"], json!([]));
    let audit = world.json(&["audit", "list"]);
    let events = audit["items"].as_array().unwrap().iter().filter(|event| event["action"] == "CONFIG_CHANGED");
    let named: Vec<&str> = events.map(|event| event["resource"].as_str().unwrap()).collect();
    assert_eq!(named, ["setting:ocr_dual_pass"]);
}

#[test]
fn a_price_is_a_number_or_null() {
    let (_world, _server, ada, bob) = serve_ada_and_bob();
    let before = bob.get(PRICING).ok().json();
    let costs = [json!("5"), json!(-1), json!(1e9), json!({ "a": 1 }), json!([]), json!(true)];

    for cost in costs {
        ada.patch(PRICING, &json!({ "gpt-4.1": { "input_cost_per_mtok": cost } })).refused(400, "invalid_field");
    }
    for date in [json!("2026-02-30"), json!("26-01-01"), json!("today"), json!(7), Value::Null] {
        ada.patch(PRICING, &json!({ "gpt-4.1": { "last_verified": date } })).refused(400, "invalid_field");
    }
    for change in [json!({ "gpt-4.1": {} }), json!({ "gpt-4.1": 7 }), json!({ "gpt-9": { "cost_per_minute": 1 } })] {
        ada.patch(PRICING, &change).refused(400, "invalid_field");
    }
    bob.patch(PRICING, &json!({ "gpt-4.1": { "cost_per_minute": 1 } })).refused(403, "forbidden");

    assert_eq!(bob.get(PRICING).ok().json(), before);
    assert_eq!(ada.patch(PRICING, &json!({})).ok().status, 200);
}

#[test]
fn one_models_invalid_price_does_not_affect_the_others() {
    let (_world, _server, ada, bob) = serve_ada_and_bob();
    let change = json!({
        "whisper-1": { "last_verified": "2026-11-22", "cost_per_minute": 0.005 },
        "gpt-4.1": { "input_cost_per_mtok": 3, "output_cost_per_mtok": "x" },
        "gpt-5.4": { "input_cost_per_mtok": null, "colour": "blue" },
    });

    let reply = ada.patch(PRICING, &change).ok();

    assert_eq!(reply.status, 207);
    let body = reply.json();
    assert_eq!(body["updated"], json!(["gpt-5.4", "whisper-1"]));
    assert!(body["errors"][0].as_str().unwrap().starts_with("gpt-4.1: "), "{body}");
    assert_eq!(price(&bob, "gpt-4.1")["input_cost_per_mtok"], 2.0, "no part of a refused change is stored");
    assert_eq!(price(&bob, "gpt-5.4")["input_cost_per_mtok"], Value::Null);
    assert_eq!(price(&bob, "whisper-1")["cost_per_minute"], 0.005);
    assert_eq!(price(&bob, "whisper-1")["last_verified"], "2026-11-22");
}

#[test]
fn every_default_model_has_a_price() {
    let world = World::new();
    let server = world.serve();
    let (_, key) = world.ada().key("laptop", &["entries:read"]);
    let pricing = server.key(&key).get(PRICING).ok().json()["pricing"].clone();
    let priced: Vec<&str> = pricing.as_array().unwrap().iter().map(|price| price["model"].as_str().unwrap()).collect();

    let named = journal::config::SETTING_DEFINITIONS.iter().filter(|known| known.key.ends_with("model"));
    // Models that are used when a setting names another provider's model.
    let fallbacks = ["claude-haiku-4-5", "gpt-4o-mini", "gemini-2.5-flash"];
    let models: Vec<&str> = named.filter_map(|known| known.default).chain(fallbacks).collect();

    assert!(models.len() > 10, "{models:?}");
    for model in models {
        assert!(priced.contains(&model), "{model} is not in {priced:?}");
    }
}
