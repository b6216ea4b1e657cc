//! Moods through tools: their course in text, and a run over many entries.

use serde_json::Value;
use serde_json::json;

use crate::client::Speaks;
use crate::client::Stdio;
use crate::support::World;
use crate::support::provider::Answer;
use crate::support::provider::Provider;
use crate::support::provider::Route;
use crate::tools::at_every_door;

const TRENDS: &str = "journal_get_mood_trends";
const BACKFILL: &str = "journal_backfill_mood_scores_batch";

/// Keeps what comes in from being scored at once.
const OFF: (&str, &str) = ("JOURNAL_ENABLE_MOOD_SCORING", "false");

fn diary(world: &World) {
    for (day, score) in [("2024-05-01", "1"), ("2024-05-02", "0"), ("2024-05-08", "-0.5")] {
        let args = ["write", "Rain.", "--date", day, "--json"];
        let entry = world.run_with(&args, &[OFF], None).ok().document()["id"].to_string();
        world.ok(&["mood", "set", &entry, "joy_sadness", score]);
        world.ok(&["mood", "set", &entry, "agency", "0.25"]);
    }
}

#[test]
fn trends_are_a_line_a_period_and_dimension_at_every_door() {
    at_every_door(diary, |door, client| {
        let weeks = client.call(TRENDS, json!({})).ok();
        let years = client.call(TRENDS, json!({ "granularity": "year", "start_date": "2024-05-02" })).ok();

        assert_eq!(
            weeks.text,
            "Moods by week:\n\
             2024-04-29 agency +0.25 (2 entries) +++\n\
             2024-04-29 joy_sadness +0.50 (2 entries) ++++++++\n\
             2024-05-06 agency +0.25 (1 entry) +++\n\
             2024-05-06 joy_sadness -0.50 (1 entry) +++",
            "{door}"
        );
        assert_eq!(weeks.data, json!({ "result": weeks.text }));
        assert!(years.text.contains("\n2024-01-01 joy_sadness -0.25 (2 entries) ++++"), "{door}: {years:?}");
        assert_eq!(client.call(TRENDS, json!({ "start_date": "2030-01-01" })).ok().text, "No mood scores there.");
        client.call(TRENDS, json!({ "granularity": "decade" })).refused("day, week, month, quarter or year");
        client.call(TRENDS, json!({ "start_date": "soon" })).refused("YYYY-MM-DD");
    });
}

#[test]
fn of_more_lines_than_a_model_can_read_the_newest_are_told() {
    let world = World::new();
    let notes = world.path("inbox/notes");
    std::fs::create_dir_all(&notes).unwrap();
    let mut day: jiff::civil::Date = "2022-01-01".parse().unwrap();
    for _ in 0..52 {
        std::fs::write(notes.join(format!("{day}.md")), format!("Day {day}.")).unwrap();
        day = day.tomorrow().unwrap();
    }
    world.run_with(&["ingest", notes.to_str().unwrap()], &[OFF], None).ok();
    let provider = Provider::start();
    provider.habit(Route::AnthropicChat, |arrived| {
        let names = arrived.json["tools"][0]["input_schema"]["required"].as_array().unwrap().iter();
        let score = |name: &Value| (name.as_str().unwrap().to_owned(), json!({ "value": 0.5, "rationale": "So." }));
        Answer::text(&Value::Object(names.map(score).collect()).to_string())
    });
    let settings = provider.settings();
    let settings: Vec<_> = settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let mut client = Stdio::of(&world, &[], &settings);

    let done = client.call(BACKFILL, json!({ "mode": "force", "start_date": "2022-01-01" })).ok();

    assert_eq!((&done.data["status"], &done.data["error_message"]), (&json!("succeeded"), &json!(null)), "{done:?}");
    assert_eq!(done.data["result"]["scored"], 52);
    let days = client.call(TRENDS, json!({ "granularity": "day" })).ok();
    assert!(days.text.contains("(20 earlier lines left out"), "{}", &days.text[..200]);
    assert_eq!(days.text.lines().count(), 502);
}

#[test]
fn an_order_that_cannot_be_given_is_an_object_that_says_so() {
    let world = World::new();
    let mut off = Stdio::of(&world, &[], &[("JOURNAL_ENABLE_MOOD_SCORING", "false")]);
    let mut on = Stdio::of(&world, &[], &[]);

    let cases = [
        (off.call(BACKFILL, json!({ "mode": "force" })), "switched off"),
        (on.call(BACKFILL, json!({ "mode": "everything" })), "neither stale-only nor force"),
        (on.call(BACKFILL, json!({ "mode": "force", "end_date": "soon" })), "YYYY-MM-DD"),
    ];

    for (told, words) in cases {
        assert_eq!((&told.data["status"], &told.data["job_id"]), (&json!("failed"), &json!(null)), "{told:?}");
        assert!(told.data["error_message"].as_str().unwrap().contains(words), "{told:?}");
        told.refused(words);
    }
    on.call(BACKFILL, json!({})).refused("\"mode\" is missing");
}

#[test]
fn what_an_assistant_wrote_counts_once_its_owner_accepts_it() {
    let world = World::new();
    let mut client = Stdio::of(&world, &[], &[OFF]);
    let left = |world: &World| {
        let args = ["job", "list", "--type", "mood_score_entry", "--json"];
        world.run_with(&args, &[], None).ok().document()["total"].as_i64().unwrap()
    };
    let accepted = |world: &World| world.json(&["show", "1"])["accepted_at"].clone();

    client.call("journal_ingest_text", json!({ "text": "Rain on the roof.", "date": "2024-05-01" })).ok();
    world.ok(&["mood", "rescore"]);

    assert_eq!((left(&world), accepted(&world)), (0, Value::Null), "nobody accepted it");
    assert_eq!(world.json(&["mood", "show", "1"])["items"], json!([]));

    world.ok(&["edit", "1", "--accept"]);

    assert_eq!(left(&world), 1);
    assert!(accepted(&world).is_string());
    world.ok(&["job", "run"]);
    assert_eq!(world.json(&["mood", "show", "1"])["items"].as_array().map(Vec::len), Some(10));

    client.call("journal_update_entry_text", json!({ "entry_id": 1, "final_text": "Hail on the roof." })).ok();

    assert_eq!(accepted(&world), Value::Null, "these are other words");
}
