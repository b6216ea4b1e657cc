//! What is found, and how often a topic comes up.

use serde_json::json;

use crate::tools::at_every_door;
use crate::tools::fenced;

#[test]
fn what_is_found_has_its_number_date_relevance_and_text() {
    let long = format!("The heron stood by the river. {}", "It rained and rained. ".repeat(60));
    at_every_door(
        |world| {
            world.ada().write(&long, "2026-05-12");
            world.ada().write("We baked bread.", "2026-05-13");
        },
        |door, client| {
            let told = client.call("journal_search_entries", json!({ "query": "heron river", "limit": 1 })).ok();

            assert!(told.text.starts_with("1 entry found for \"heron river\":\n"), "{door}: {told:?}");
            let inside = fenced(&told.text);
            let head = inside.lines().next().unwrap();
            assert!(head.starts_with("[1] 2026-05-12 | relevance "), "{door}: {head}");
            assert!(head.contains("% | ") && head.ends_with("matching parts"), "{door}: {head}");
            let length = long.trim().chars().count();
            assert!(inside.ends_with(&format!("... ({length} characters in all)")), "{door}: {inside}");
            let none = json!({ "query": "heron", "start_date": "2027-01-01" });
            assert_eq!(client.call("journal_search_entries", none).ok().text, "No entries found for \"heron\".");
        },
    );
}

#[test]
fn a_question_without_anybody_to_answer_it_shows_the_entries_that_fit() {
    at_every_door(
        |world| {
            world.ada().write("The heron stood by the river.", "2026-05-12");
        },
        |door, client| {
            let told = client.call("journal_ask", json!({ "question": "Where did the heron stand?" })).ok();

            assert!(told.text.starts_with("No model is asked here, so this is no answer"), "{door}: {told:?}");
            assert_eq!(fenced(&told.text), "[1] 2026-05-12: The heron stood by the river.", "{door}");
            let may = json!({ "question": "Where did the heron stand?", "end_date": "2026-05-01" });
            assert!(client.call("journal_ask", may).ok().text.starts_with("I could not find anything"), "{door}");
            let words = client.call("journal_ask", json!({ "question": "heron river" })).ok();
            assert_eq!(words.text, "That is no question; journal_search_entries finds entries by words.", "{door}");
        },
    );
}

#[test]
fn a_topic_is_counted_and_its_newest_entries_shown() {
    at_every_door(
        |world| {
            for day in 10..=22 {
                world.ada().write(&format!("A heron on day {day}."), &format!("2026-05-{day}"));
            }
            world.ada().write("No bird at all.", "2026-05-23");
        },
        |door, client| {
            let told = client.call("journal_get_topic_frequency", json!({ "topic": "heron" })).ok();

            assert!(told.text.starts_with("\"heron\" comes up in 13 entries:\n"), "{door}: {told:?}");
            let lines: Vec<&str> = fenced(&told.text).lines().collect();
            assert_eq!((lines.len(), lines[0]), (10, "2026-05-22: A heron on day 22."), "{door}");
            assert!(told.text.ends_with("\n... and 3 more"), "{door}: {told:?}");
            let may = json!({ "topic": "heron day", "start_date": "2026-05-12", "end_date": "2026-05-13" });
            assert!(client.call("journal_get_topic_frequency", may).ok().text.contains("in 2 entries"), "{door}");
            for nowhere in ["lighthouse", "*-*", "heron NOT day"] {
                let told = client.call("journal_get_topic_frequency", json!({ "topic": nowhere })).ok();
                assert_eq!(told.text, format!("\"{nowhere}\" comes up in 0 entries."), "{door}");
            }
        },
    );
}
