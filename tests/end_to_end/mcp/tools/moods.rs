//! Mood tools: trends and backfill.

use serde_json::{Value, json};

use crate::mcp::client::{McpClient, StdioClient};
use crate::mcp::tools::on_every_transport;
use crate::support::World;
use crate::support::provider::{Answer, Provider, Route};

const TRENDS: &str = "journal_get_mood_trends";
const BACKFILL: &str = "journal_backfill_mood_scores_batch";

/// Setting that keeps new entries from being scored.
const SCORING_OFF: (&str, &str) = ("JOURNAL_ENABLE_MOOD_SCORING", "false");

fn diary(world: &World) {
    for (day, score) in [("2024-05-01", "1"), ("2024-05-02", "0"), ("2024-05-08", "-0.5")] {
        let args = ["write", "Rain.", "--date", day, "--json"];
        let entry = world.run_with(&args, &[SCORING_OFF], None).ok().document()["id"].to_string();
        world.ok(&["mood", "set", &entry, "joy_sadness", score]);
        world.ok(&["mood", "set", &entry, "agency", "0.25"]);
    }
}

#[test]
fn trends_are_one_line_per_period_and_dimension() {
    on_every_transport(diary, |transport, client| {
        let weeks = client.call(TRENDS, json!({})).ok();
        let years = client.call(TRENDS, json!({ "granularity": "year", "start_date": "2024-05-02" })).ok();

        assert_eq!(
            weeks.text,
            "Moods by week:\n\
             2024-04-29 agency +0.25 (2 entries) +++\n\
             2024-04-29 joy_sadness +0.50 (2 entries) ++++++++\n\
             2024-05-06 agency +0.25 (1 entry) +++\n\
             2024-05-06 joy_sadness -0.50 (1 entry) +++",
            "{transport}"
        );
        assert_eq!(weeks.data, json!({ "result": weeks.text }));
        assert!(years.text.contains("\n2024-01-01 joy_sadness -0.25 (2 entries) ++++"), "{transport}: {years:?}");
        assert_eq!(
            client.call(TRENDS, json!({ "start_date": "2030-01-01" })).ok().text,
            "No mood scores in this period."
        );
        client.call(TRENDS, json!({ "granularity": "decade" })).refused("day, week, month, quarter or year");
        client.call(TRENDS, json!({ "start_date": "soon" })).refused("YYYY-MM-DD");
    });
}

#[test]
fn long_trends_keep_the_newest_lines() {
    let world = World::new();
    let notes = world.path("inbox/notes");
    std::fs::create_dir_all(&notes).unwrap();
    let mut day: jiff::civil::Date = "2022-01-01".parse().unwrap();
    for _ in 0..52 {
        std::fs::write(notes.join(format!("{day}.md")), format!("Day {day}.")).unwrap();
        day = day.tomorrow().unwrap();
    }
    world.run_with(&["ingest", notes.to_str().unwrap()], &[SCORING_OFF], None).ok();
    let provider = Provider::start();
    provider.respond_with(Route::AnthropicChat, |request| {
        let names = request.json["tools"][0]["input_schema"]["required"].as_array().unwrap().iter();
        let score = |name: &Value| (name.as_str().unwrap().to_owned(), json!({ "value": 0.5, "rationale": "So." }));
        Answer::text(&Value::Object(names.map(score).collect()).to_string())
    });
    let settings = provider.settings();
    let settings: Vec<_> = settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let mut client = StdioClient::connect(&world, &[], &settings);

    let done = client.call(BACKFILL, json!({ "mode": "force", "start_date": "2022-01-01" })).ok();

    assert_eq!((&done.data["status"], &done.data["error_message"]), (&json!("succeeded"), &json!(null)), "{done:?}");
    assert_eq!(done.data["result"]["scored"], 52);
    let days = client.call(TRENDS, json!({ "granularity": "day" })).ok();
    assert!(days.text.contains("(20 earlier lines left out"), "{}", &days.text[..200]);
    assert_eq!(days.text.lines().count(), 502);
}

#[test]
fn a_refused_backfill_returns_a_failed_status_object() {
    let world = World::new();
    let mut off = StdioClient::connect(&world, &[], &[("JOURNAL_ENABLE_MOOD_SCORING", "false")]);
    let mut on = StdioClient::connect(&world, &[], &[]);

    let cases = [
        (off.call(BACKFILL, json!({ "mode": "force" })), "mood scoring is off"),
        (on.call(BACKFILL, json!({ "mode": "everything" })), "neither stale-only nor force"),
        (on.call(BACKFILL, json!({ "mode": "force", "end_date": "soon" })), "YYYY-MM-DD"),
    ];

    for (result, words) in cases {
        assert_eq!((&result.data["status"], &result.data["job_id"]), (&json!("failed"), &json!(null)), "{result:?}");
        assert!(result.data["error_message"].as_str().unwrap().contains(words), "{result:?}");
        result.refused(words);
    }
    on.call(BACKFILL, json!({})).refused("\"mode\" is missing");
}

#[test]
fn assistant_text_is_scored_after_the_owner_accepts_it() {
    let world = World::new();
    let mut client = StdioClient::connect(&world, &[], &[SCORING_OFF]);
    let scoring_jobs = |world: &World| {
        let args = ["job", "list", "--type", "mood_score_entry", "--json"];
        world.run_with(&args, &[], None).ok().document()["total"].as_i64().unwrap()
    };
    let accepted = |world: &World| world.json(&["show", "1"])["accepted_at"].clone();

    client.call("journal_ingest_text", json!({ "text": "Rain on the roof.", "date": "2024-05-01" })).ok();
    world.ok(&["mood", "rescore"]);

    assert_eq!((scoring_jobs(&world), accepted(&world)), (0, Value::Null), "not accepted yet");
    assert_eq!(world.json(&["mood", "show", "1"])["items"], json!([]));

    world.ok(&["edit", "1", "--accept"]);

    assert_eq!(scoring_jobs(&world), 1);
    assert!(accepted(&world).is_string());
    world.ok(&["job", "run"]);
    assert_eq!(world.json(&["mood", "show", "1"])["items"].as_array().map(Vec::len), Some(10));

    client.call("journal_update_entry_text", json!({ "entry_id": 1, "final_text": "Hail on the roof." })).ok();

    assert_eq!(accepted(&world), Value::Null, "an update resets the acceptance");
}
