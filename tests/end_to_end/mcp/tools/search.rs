//! Search, questions and topic frequency.

use serde_json::json;

use crate::mcp::tools::{delimited, on_every_transport};

#[test]
fn search_results_show_id_date_relevance_and_text() {
    let long = format!("The heron waited by the river. {}", "It rained and rained. ".repeat(60));
    on_every_transport(
        |world| {
            world.ada().write(&long, "2026-05-12");
            world.ada().write("We baked bread.", "2026-05-13");
        },
        |transport, client| {
            let result = client.call("journal_search_entries", json!({ "query": "heron river", "limit": 1 })).ok();

            assert!(result.text.starts_with("1 entry found for \"heron river\":\n"), "{transport}: {result:?}");
            let inside = delimited(&result.text);
            let head = inside.lines().next().unwrap();
            assert!(head.starts_with("[1] 2026-05-12 | relevance "), "{transport}: {head}");
            assert!(head.contains("% | ") && head.ends_with("matching parts"), "{transport}: {head}");
            let length = long.trim().chars().count();
            assert!(inside.ends_with(&format!("... ({length} characters in all)")), "{transport}: {inside}");
            let none = json!({ "query": "heron", "start_date": "2027-01-01" });
            assert_eq!(client.call("journal_search_entries", none).ok().text, "No entries found for \"heron\".");
        },
    );
}

#[test]
fn without_a_model_a_question_returns_matching_entries() {
    on_every_transport(
        |world| {
            world.ada().write("The heron waited by the river.", "2026-05-12");
        },
        |transport, client| {
            let result = client.call("journal_ask", json!({ "question": "Where did the heron wait?" })).ok();

            assert!(result.text.starts_with("No model is available for answers"), "{transport}: {result:?}");
            assert_eq!(delimited(&result.text), "[1] 2026-05-12: The heron waited by the river.", "{transport}");
            let in_may = json!({ "question": "Where did the heron wait?", "end_date": "2026-05-01" });
            assert!(
                client.call("journal_ask", in_may).ok().text.starts_with("I could not find anything"),
                "{transport}"
            );
            let words = client.call("journal_ask", json!({ "question": "heron river" })).ok();
            assert_eq!(
                words.text, "This is not a question; use journal_search_entries to search by words.",
                "{transport}"
            );
        },
    );
}

#[test]
fn topic_frequency_counts_and_shows_the_newest_entries() {
    on_every_transport(
        |world| {
            for day in 10..=22 {
                world.ada().write(&format!("A heron on day {day}."), &format!("2026-05-{day}"));
            }
            world.ada().write("No bird at all.", "2026-05-23");
        },
        |transport, client| {
            let result = client.call("journal_get_topic_frequency", json!({ "topic": "heron" })).ok();

            assert!(result.text.starts_with("\"heron\" comes up in 13 entries:\n"), "{transport}: {result:?}");
            let lines: Vec<&str> = delimited(&result.text).lines().collect();
            assert_eq!((lines.len(), lines[0]), (10, "2026-05-22: A heron on day 22."), "{transport}");
            assert!(result.text.ends_with("\n... and 3 more"), "{transport}: {result:?}");
            let in_may = json!({ "topic": "heron day", "start_date": "2026-05-12", "end_date": "2026-05-13" });
            assert!(
                client.call("journal_get_topic_frequency", in_may).ok().text.contains("in 2 entries"),
                "{transport}"
            );
            for absent in ["lighthouse", "*-*", "heron NOT day"] {
                let result = client.call("journal_get_topic_frequency", json!({ "topic": absent })).ok();
                assert_eq!(result.text, format!("\"{absent}\" comes up in 0 entries."), "{transport}");
            }
        },
    );
}
