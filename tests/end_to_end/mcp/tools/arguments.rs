//! Invalid arguments: the error is a sentence that a model can act on and does not echo the input.

use serde_json::json;

use crate::mcp::tools::on_every_transport;
use crate::support::World;

#[test]
fn invalid_arguments_get_one_sentence_that_echoes_none() {
    let long = "Zq".repeat(5 * 1024 * 1024);
    let cases = [
        ("journal_search_entries", json!({}), "\"query\" is missing"),
        ("journal_search_entries", json!({ "query": null }), "\"query\" is missing"),
        ("journal_search_entries", json!({ "query": 7 }), "\"query\" must be a string"),
        ("journal_search_entries", json!({ "query": " " }), "the query is empty"),
        ("journal_search_entries", json!({ "query": long }), "longer than 2000 characters"),
        ("journal_search_entries", json!({ "query": "rain", "limit": "many" }), "\"limit\" must be a whole number"),
        ("journal_search_entries", json!({ "query": "rain", "limit": 1.5 }), "\"limit\" must be a whole number"),
        ("journal_search_entries", json!({ "query": "rain", "sort": "date" }), "unknown argument \"sort\""),
        ("journal_search_entries", json!({ "query": "rain", "start_date": "2026-02-30" }), "not a day of the calendar"),
        ("journal_search_entries", json!({ "query": "rain", "start_date": "yesterday" }), "YYYY-MM-DD"),
        ("journal_list_entries", json!({ "start_date": "2026-05-02", "end_date": "2026-05-01" }), "ends (2026-05-01)"),
        ("journal_list_entries", json!({ "limit": [1] }), "\"limit\" must be a whole number, not a list"),
        ("journal_list_entries", json!({ long.as_str(): 1 }), "unknown argument \"Zq"),
        ("journal_get_entries_by_date", json!({ "date": "2026-13-01" }), "not a day of the calendar"),
        ("journal_get_entries_by_date", json!({ "date": "" }), "YYYY-MM-DD"),
        ("journal_get_entry", json!({ "entry_id": "first" }), "\"entry_id\" must be a whole number"),
        ("journal_get_entry", json!({ "entry_id": 99 }), "no such entry: 99. Next step: journal_list_entries"),
        ("journal_get_entry", json!({ "entry_id": -1 }), "no such entry: -1"),
        ("journal_get_entry", json!({ "entry_id": 1e30 }), "no such entry"),
        ("journal_update_entry_text", json!({ "entry_id": 99, "final_text": "x" }), "no such entry: 99"),
        ("journal_update_entry_text", json!({ "entry_id": 99, "final_text": " " }), "the text is empty"),
        ("journal_delete_entry", json!({ "entry_id": 99 }), "no such entry: 99"),
        ("journal_delete_entry", json!({ "entry_id": 99, "confirmation_token": "x" }), "confirmation token"),
        ("journal_get_topic_frequency", json!({ "topic": "" }), "the query is empty"),
        ("journal_get_topic_frequency", json!({ "topic": long }), "longer than 2000 characters"),
        ("journal_ask", json!({ "question": " " }), "the question is empty"),
        ("journal_ask", json!({ "question": long }), "longer than 2000 characters"),
        ("journal_ask", json!({ "question": "when?", "end_date": "soon" }), "YYYY-MM-DD"),
        ("journal_ingest_text", json!({ "text": "" }), "the text is empty"),
        ("journal_ingest_text", json!({ "text": format!("{long}x") }), "longer than 10 MiB"),
        ("journal_ingest_text", json!({ "text": "x", "date": "2999-01-01" }), "outside the allowed range"),
        ("journal_ingest_text", json!({ "text": "x", "source_type": long }), "unknown source type"),
        ("journal_ingest_text", json!({ "text": "x", "source_type": "dream" }), "one of photo, voice, text_entry"),
        ("journal_get_job_status", json!({ "job_id": 7 }), "\"job_id\" must be a string"),
        ("journal_get_job_status", json!({ "job_id": "7" }), "Job not found"),
        ("journal_get_job_status", json!({ "job_id": long }), "Job not found"),
        ("journal_get_job_status", json!({ "job_id": "00000000-0000-4000-8000-000000000000" }), "Job not found"),
    ];

    on_every_transport(
        |_| {},
        |transport, client| {
            for (tool, arguments, words) in &cases {
                let result = client.call(tool, arguments.clone()).refused(words);
                assert!(result.text.len() < 700, "{transport}: {tool}: {}", result.text.len());
                assert!(result.text.starts_with("Error: ") || *words == "Job not found", "{transport}: {result:?}");
                assert!(!result.text.contains(&"Zq".repeat(40)), "{transport}: {result:?}");
            }
            assert!(
                client.call("journal_list_entries", json!({})).ok().text.starts_with("0 of 0 entries"),
                "{transport}"
            );
        },
    );
}

#[test]
fn lenient_number_and_date_arguments_are_accepted() {
    on_every_transport(
        |world: &World| {
            for day in 1..=3 {
                world.ada().write("Rain.", &format!("2026-05-0{day}"));
            }
        },
        |transport, client| {
            let cases = [
                (json!({ "limit": "2", "offset": "0" }), "2 of 3"),
                (json!({ "limit": 2.0, "start_date": "", "end_date": null }), "2 of 3"),
                (json!({ "limit": -5 }), "1 of 3"),
                (json!({ "limit": 1_000_000_000_000_000_i64 }), "3 of 3"),
                (json!({ "offset": "-3", "start_date": "2026-05-02" }), "2 of 2"),
                (json!({ "offset": 1e30 }), "0 of 3"),
            ];
            for (arguments, head) in cases {
                let result = client.call("journal_list_entries", arguments.clone()).ok();
                assert!(result.text.starts_with(head), "{transport}: {arguments}: {result:?}");
            }
        },
    );
}

#[test]
fn an_unknown_tool_is_a_protocol_error() {
    on_every_transport(
        |_| {},
        |transport, client| {
            let (code, words) = client.error("tools/call", json!({ "name": "journal_burn", "arguments": {} }));
            assert!(code == -32602 && words.contains("no such tool"), "{transport}: {code} {words}");
        },
    );
}
