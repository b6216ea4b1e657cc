//! Mood commands: scores, trends, pruning and dimensions.

use serde_json::json;

use crate::support::mood_fixture::{AGENCY, CALM, MoodFixture, pairs, score_all};
use crate::support::provider::Route;

#[test]
fn owner_scores_override_and_survive_rescoring() {
    let fixture = MoodFixture::new();
    let id = fixture.write("Rain.", "2024-05-01");
    let entry = id.to_string();
    fixture.run(&["mood", "rescore"]).ok();

    let stored = fixture.json(&["mood", "set", &entry, CALM.0, "-0.75", "--note", "I was not calm at all."]);
    fixture.provider.respond_with(Route::AnthropicChat, |request| score_all(request, 1.0));
    fixture.run(&["mood", "rescore", "--force"]).ok();

    let score = &stored["items"][0];
    assert_eq!(
        (&score["score"], &score["model_score"], &score["owner_score"]),
        (&json!(-0.75), &json!(0.25), &json!(-0.75))
    );
    assert_eq!(score["owner_note"], "I was not calm at all.");
    assert_eq!(fixture.effective_scores(id), pairs(&[(CALM.0, -0.75), (AGENCY.0, 1.0)]));
    let shown = fixture.run(&["mood", "show", "2024-05-01"]).ok().stdout;
    assert!(shown.contains("-0.75") && shown.contains("+1.00") && shown.contains("I was not calm"), "{shown}");
    fixture.run(&["mood", "clear", &entry, CALM.0]).ok();
    assert_eq!(fixture.effective_scores(id), pairs(&[(CALM.0, 1.0), (AGENCY.0, 1.0)]));
    fixture.run(&["mood", "clear", &entry, CALM.0]).refused(3).says("you have set no score");
    let activity = fixture.world.json(&["activity"]);
    let changed = activity["items"].as_array().unwrap().iter().filter(|line| line["changed"] == json!(["mood"]));
    assert_eq!(changed.count(), 2, "{activity}");
}

/// The owner may set it before the entry is scored.
#[test]
fn an_owner_score_does_not_count_as_scored() {
    let fixture = MoodFixture::new();
    let id = fixture.write("Rain.", "2024-05-01");
    let entry = id.to_string();

    fixture.run(&["mood", "set", &entry, AGENCY.0, "0"]).ok();
    let alone = fixture.json(&["mood", "show", &entry])["items"][0].clone();
    fixture.run(&["mood", "rescore"]).ok();

    assert_eq!((&alone["model"], &alone["model_score"], &alone["score"]), (&json!("owner"), &json!(null), &json!(0.0)));
    assert_eq!(
        fixture.effective_scores(id),
        pairs(&[(CALM.0, 0.25), (AGENCY.0, 0.0)]),
        "the other dimension is scored"
    );
    fixture.run(&["mood", "clear", &entry, AGENCY.0]).ok();
    assert_eq!(fixture.effective_scores(id), pairs(&[(CALM.0, 0.25), (AGENCY.0, 0.25)]));
}

#[test]
fn invalid_scores_are_refused_with_the_allowed_values() {
    let fixture = MoodFixture::new();
    let entry = fixture.write("Rain.", "2024-05-01").to_string();
    let long = "x".repeat(501);
    let cases: [(&[&str], i32, &str); 12] = [
        (&["mood", "set", &entry, CALM.0, "1.01"], 2, "the scale of calm_restless is -1 to 1"),
        (&["mood", "set", &entry, CALM.0, "-2"], 2, "the scale of calm_restless is -1 to 1"),
        (&["mood", "set", &entry, AGENCY.0, "-0.1"], 2, "the scale of agency is 0 to 1"),
        (&["mood", "set", &entry, AGENCY.0, "NaN"], 2, "the scale of agency is 0 to 1"),
        (&["mood", "set", &entry, AGENCY.0, "inf"], 2, "the scale of agency is 0 to 1"),
        (&["mood", "set", &entry, "plum", "0"], 3, "the dimensions are calm_restless, agency"),
        (&["mood", "set", "99", CALM.0, "0"], 3, "no such entry"),
        (&["mood", "set", &entry, CALM.0, "0", "--note", &long], 2, "longer than 500"),
        (&["mood", "clear", "99", CALM.0], 3, "no such entry"),
        (&["mood", "show", "99"], 3, "no such entry"),
        (&["mood", "show", "soon"], 2, "YYYY-MM-DD"),
        (&["mood", "trend", "--dimension", "plum"], 2, "the dimensions are calm_restless, agency"),
    ];
    for (args, code, words) in cases {
        fixture.run(args).refused(code).says(words);
    }
    assert!(fixture.effective_scores(1).is_empty());
}

#[test]
fn trends_are_plain_numbers_without_a_terminal() {
    let fixture = MoodFixture::new();
    for (day, value) in [("2024-05-01", "1"), ("2024-05-02", "-0.5"), ("2024-05-08", "0.25")] {
        let entry = fixture.write("Rain.", day).to_string();
        fixture.run(&["mood", "set", &entry, CALM.0, value]).ok();
    }

    let empty = MoodFixture::new().run(&["mood", "trend"]).ok().stdout;
    let weeks = fixture.run(&["mood", "trend"]).ok().stdout;
    let days = fixture.run(&["mood", "trend", "--heatmap", "--dimension", CALM.0]).ok().stdout;
    let json = fixture.json(&["mood", "trend", "--bin", "month"]);

    assert!(empty.contains("There are no scores"), "{empty}");
    let lines: Vec<Vec<&str>> = weeks.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(lines[0], ["FROM", "DIMENSION", "AVERAGE", "LOWEST", "HIGHEST", "ENTRIES"]);
    assert_eq!(lines[1], ["2024-04-29", "calm_restless", "+0.25", "-0.50", "+1.00", "2"]);
    assert_eq!(lines[2], ["2024-05-06", "calm_restless", "+0.25", "+0.25", "+0.25", "1"]);
    assert_eq!(days.lines().count(), 4, "{days}");
    assert_eq!(
        json,
        json!({ "from": null, "to": null, "bin": "month", "bins": [
            { "period": "2024-05-01", "dimension": CALM.0, "avg_score": 0.25, "entry_count": 3, "score_min": -0.5, "score_max": 1.0 },
        ] })
    );
    fixture.run(&["mood", "trend", "--heatmap"]).refused(2).says("--dimension");
}

#[test]
fn pruning_needs_confirmation_and_keeps_owner_scores() {
    let fixture = MoodFixture::new();
    let (one, other) = (fixture.write("Rain.", "2024-05-01"), fixture.write("Sun.", "2024-05-02"));
    fixture.run(&["mood", "rescore"]).ok();
    fixture.run(&["mood", "set", &one.to_string(), CALM.0, "1"]).ok();
    fixture.set_dimensions(&[AGENCY]);

    fixture.run(&["mood", "rescore", "--prune", "--no-input"]).refused(2).says("--yes");
    let plan = fixture.run(&["mood", "rescore", "--dry-run", "--prune"]).ok().stdout;
    assert!(plan.contains("1 scores of calm_restless, 1 of your own are kept"), "{plan}");
    assert_eq!(fixture.effective_scores(other).len(), 2, "a dry run removes nothing");
    let done = fixture.json(&["mood", "rescore", "--prune", "--yes"]);

    assert_eq!(done["pruned"]["removed"], 1);
    assert_eq!(fixture.effective_scores(other), pairs(&[(AGENCY.0, 0.25)]));
    assert_eq!(fixture.effective_scores(one), pairs(&[(AGENCY.0, 0.25), (CALM.0, 1.0)]));
    fixture.run(&["mood", "rescore", "--prune", "--with-my-scores", "--yes"]).ok();
    assert_eq!(fixture.effective_scores(one), pairs(&[(AGENCY.0, 0.25)]));
    let actions = fixture.world.json(&["activity"]).to_string();
    assert!(actions.contains("MOODS_PRUNED") && actions.contains("WORK_ORDERED"), "{actions}");
}

#[test]
fn dimensions_are_listed_as_configured() {
    let fixture = MoodFixture::new();

    let listed = fixture.json(&["mood", "dimensions"]);

    assert_eq!(listed["meta"], json!({ "version": "2026-01-15", "description": "For a test." }));
    assert_eq!(
        listed["dimensions"][1],
        json!({
            "name": "agency", "positive_pole": "high", "negative_pole": "low", "scale_type": "unipolar",
            "score_min": 0.0, "score_max": 1.0, "notes": "About agency.",
        })
    );
    assert!(fixture.run(&["mood", "dimensions"]).ok().stdout.contains("-1 low"), "plain output lists them too");
}
