//! The egress ledger matches the requests that the provider received.

use serde_json::{Value, json};

use crate::egress::provider::{Answer, Provider};
use crate::support::World;

/// Sums a column of the ledger.
fn sum(ledger: &Value, column: &str) -> u64 {
    ledger["items"].as_array().unwrap().iter().map(|row| row[column].as_u64().unwrap_or(0)).sum()
}

#[test]
fn every_byte_the_provider_received_is_in_the_ledger() {
    let (world, provider) = (World::new(), Provider::new());
    for (text, day) in [("Plum brandy by the lighthouse.", "2024-05-01"), ("Rain, and a long letter.", "2024-05-02")] {
        provider.run(&world, &["write", text, "--date", day], &[]).ok();
    }
    provider.answer([Answer::Status(500, ""), Answer::Status(429, "retry-after: 0\r\n")]);

    let found = provider.json(&world, &["search", "brandy lighthouse"]);

    let received = provider.received();
    let ledger = world.json(&["egress", "list", "--limit", "200"]);
    let rows = ledger["items"].as_array().unwrap();
    assert_eq!(found["items"][0]["entry_id"], 1);
    assert!(found["items"][0]["matching_chunks"][0]["score"].as_f64().unwrap() > 0.5, "found by meaning: {found}");
    assert_eq!(rows.len(), received.len());
    assert_eq!(ledger["total"], received.len());
    assert_eq!(sum(&ledger, "bytes_out"), received.iter().map(|received| received.body.len() as u64).sum::<u64>());
    // The ledger is sorted newest first.
    for (row, received) in rows.iter().zip(received.iter().rev()) {
        assert_eq!(row["bytes_out"], received.body.len());
        assert_eq!((&row["provider"], &row["purpose"]), (&json!("openai"), &json!("embedding")));
        assert_eq!(
            (&row["model"], &row["host"]),
            (&json!("text-embedding-3-small"), &json!(format!("127.0.0.1:{}", provider.port)))
        );
        assert!(row["bytes_in"].as_u64().unwrap() > 0 && row["duration_ms"].is_u64(), "{row}");
    }
    let results: Vec<(&str, i64)> =
        rows[..3].iter().map(|row| (row["result"].as_str().unwrap(), row["status"].as_i64().unwrap())).collect();
    assert_eq!(results, [("answered", 200), ("refused", 429), ("refused", 500)]);
    let of_first = rows.last().unwrap();
    assert_eq!(of_first["entry_ids"], json!([1]));
    assert!(of_first["job_id"].is_string(), "{of_first}");
    assert!(!ledger.to_string().contains("brandy"), "the ledger has no content");
}

#[test]
fn requests_match_the_documented_api() {
    let (world, provider) = (World::new(), Provider::new());

    provider.run(&world, &["write", "Plum brandy.", "--date", "2024-05-01"], &[("OPENAI_API_KEY", "sk-canary")]).ok();

    let received = provider.received();
    let body: Value = serde_json::from_slice(&received[0].body).unwrap();
    assert_eq!(received[0].line, "POST /v1/embeddings HTTP/1.1");
    assert_eq!(received[0].headers["authorization"], "Bearer sk-canary");
    assert_eq!(received[0].headers["content-type"], "application/json");
    assert_eq!(received[0].headers["user-agent"], format!("journal/{}", env!("CARGO_PKG_VERSION")));
    assert_eq!(body["model"], "text-embedding-3-small");
    assert!(body["input"].as_array().unwrap().iter().all(Value::is_string), "{body}");
    assert!(!world.ok(&["egress", "list", "--json"]).contains("sk-canary"));
}

#[test]
fn tokens_and_cost_are_in_the_ledger_and_the_job() {
    let (world, provider) = (World::new(), Provider::new());
    provider.run(&world, &["write", "Plum brandy by the lighthouse.", "--date", "2024-05-01"], &[]).ok();

    let ledger = world.json(&["egress", "list"]);
    let report = world.json(&["egress", "report"]);
    let jobs = world.json(&["job", "list", "--type", "reprocess_embeddings"]);

    let tokens = sum(&ledger, "input_tokens");
    let cost = tokens as f64 / 1e6 * 0.02;
    let near = |value: &Value| assert!((value.as_f64().unwrap() - cost).abs() < 1e-12, "{value} is not {cost}");
    assert!(tokens > 0);
    assert_eq!(jobs["items"][0]["input_tokens"], tokens);
    near(&jobs["items"][0]["cost_usd"]);
    assert_eq!(report["items"].as_array().unwrap().len(), 1);
    assert_eq!(report["items"][0]["model"], "text-embedding-3-small");
    for totals in [&report["items"][0], &report["total"]] {
        assert_eq!(totals["input_tokens"], tokens);
        assert_eq!(totals["bytes_out"], sum(&ledger, "bytes_out"));
        near(&totals["cost_usd"]);
    }
}

#[test]
fn commands_and_routes_return_the_same() {
    let (world, provider) = (World::new(), Provider::new());
    for day in 1..=3 {
        provider.run(&world, &["write", "Plum brandy.", "--date", &format!("2024-05-0{day}")], &[]).ok();
    }
    let (_, key) = world.ada().key("own", &["account"]);
    let server = world.serve();
    let ada = server.key(&key);

    assert_eq!(ada.get("/api/egress").ok().json(), world.json(&["egress", "list"]));
    assert_eq!(ada.get("/api/egress/report").ok().json(), world.json(&["egress", "report"]));
    assert_eq!(ada.get("/api/egress/policy").ok().json(), world.json(&["egress", "policy"]));
    let page = ada.get("/api/egress?limit=1&offset=1&purpose=embedding").ok().json();
    assert_eq!(page, world.json(&["egress", "list", "--limit", "1", "--offset", "1", "--purpose", "embedding"]));
    assert_eq!(page["items"].as_array().unwrap().len(), 1);
    let changed = ada.patch("/api/egress/policy", &json!({ "purposes": ["ocr"], "redact": ["emails"] })).ok().json();
    assert_eq!(changed, world.json(&["egress", "policy"]));
    assert_eq!(changed["allowed"], json!(["ocr"]));
    assert_eq!(ada.get("/api/egress?to=2020-01-01").ok().json()["total"], 0);
    assert_eq!(ada.get("/api/egress?purpose=fetch").ok().json()["total"], 0);
    ada.get("/api/egress?purpose=gossip").refused(400, "invalid_request");
    ada.get("/api/egress?from=yesterday").refused(400, "invalid_date");
    ada.get("/api/egress/report?from=2024-05-02&to=2024-05-01").refused(400, "invalid_request");
}

#[test]
fn a_changed_model_requires_a_reindex() {
    let (world, provider) = (World::new(), Provider::new());
    world.ada().write("Plum brandy by the lighthouse.", "2024-05-01");

    provider.run(&world, &["search", "brandy"], &[]).refused(4).says("reindex --embed");
    assert_eq!(provider.connections(), 0, "nothing is sent for vectors that could not be compared");
    provider.run(&world, &["reindex", "--embed"], &[]).ok();

    let found = provider.json(&world, &["search", "lighthouse brandy"]);
    assert!(!found["items"][0]["matching_chunks"].as_array().unwrap().is_empty(), "{found}");
    world.run(&["search", "brandy"]).refused(4).says("reindex --embed");
}
