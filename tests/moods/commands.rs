//! What the owner sees and says on the command line.

use serde_json::json;

use crate::AGENCY;
use crate::CALM;
use crate::Scene;
use crate::pairs;
use crate::scores;
use crate::support::provider::Route;

#[test]
fn what_the_owner_says_counts_and_survives_every_run() {
    let scene = Scene::new();
    let id = scene.write("Rain.", "2024-05-01");
    let entry = id.to_string();
    scene.run(&["mood", "rescore"]).ok();

    let said = scene.json(&["mood", "set", &entry, CALM.0, "-0.75", "--note", "I was not calm at all."]);
    scene.provider.habit(Route::AnthropicChat, |arrived| scores(arrived, 1.0));
    scene.run(&["mood", "rescore", "--force"]).ok();

    let score = &said["items"][0];
    assert_eq!(
        (&score["score"], &score["model_score"], &score["owner_score"]),
        (&json!(-0.75), &json!(0.25), &json!(-0.75))
    );
    assert_eq!(score["owner_note"], "I was not calm at all.");
    assert_eq!(scene.counted(id), pairs(&[(CALM.0, -0.75), (AGENCY.0, 1.0)]));
    let shown = scene.run(&["mood", "show", "2024-05-01"]).ok().stdout;
    assert!(shown.contains("-0.75") && shown.contains("+1.00") && shown.contains("I was not calm"), "{shown}");
    scene.run(&["mood", "clear", &entry, CALM.0]).ok();
    assert_eq!(scene.counted(id), pairs(&[(CALM.0, 1.0), (AGENCY.0, 1.0)]));
    scene.run(&["mood", "clear", &entry, CALM.0]).refused(3).says("you said nothing");
    let activity = scene.world.json(&["activity"]);
    let changed = activity["items"].as_array().unwrap().iter().filter(|line| line["changed"] == json!(["mood"]));
    assert_eq!(changed.count(), 2, "{activity}");
}

#[test]
fn the_owner_may_speak_before_anybody_scored_and_that_is_no_score() {
    let scene = Scene::new();
    let id = scene.write("Rain.", "2024-05-01");
    let entry = id.to_string();

    scene.run(&["mood", "set", &entry, AGENCY.0, "0"]).ok();
    let alone = scene.json(&["mood", "show", &entry])["items"][0].clone();
    scene.run(&["mood", "rescore"]).ok();

    assert_eq!((&alone["model"], &alone["model_score"], &alone["score"]), (&json!("owner"), &json!(null), &json!(0.0)));
    assert_eq!(scene.counted(id), pairs(&[(CALM.0, 0.25), (AGENCY.0, 0.0)]), "the entry was scored all the same");
    scene.run(&["mood", "clear", &entry, AGENCY.0]).ok();
    assert_eq!(scene.counted(id), pairs(&[(CALM.0, 0.25), (AGENCY.0, 0.25)]));
}

#[test]
fn what_cannot_be_said_is_refused_with_what_can() {
    let scene = Scene::new();
    let entry = scene.write("Rain.", "2024-05-01").to_string();
    let long = "x".repeat(501);
    let cases: [(&[&str], i32, &str); 12] = [
        (&["mood", "set", &entry, CALM.0, "1.01"], 2, "calm_restless goes from -1 to 1"),
        (&["mood", "set", &entry, CALM.0, "-2"], 2, "calm_restless goes from -1 to 1"),
        (&["mood", "set", &entry, AGENCY.0, "-0.1"], 2, "agency goes from 0 to 1"),
        (&["mood", "set", &entry, AGENCY.0, "NaN"], 2, "agency goes from 0 to 1"),
        (&["mood", "set", &entry, AGENCY.0, "inf"], 2, "agency goes from 0 to 1"),
        (&["mood", "set", &entry, "plum", "0"], 3, "there are calm_restless, agency"),
        (&["mood", "set", "99", CALM.0, "0"], 3, "no such entry"),
        (&["mood", "set", &entry, CALM.0, "0", "--note", &long], 2, "longer than 500"),
        (&["mood", "clear", "99", CALM.0], 3, "no such entry"),
        (&["mood", "show", "99"], 3, "no such entry"),
        (&["mood", "show", "soon"], 2, "YYYY-MM-DD"),
        (&["mood", "trend", "--dimension", "plum"], 2, "there are calm_restless, agency"),
    ];
    for (args, code, words) in cases {
        scene.run(args).refused(code).says(words);
    }
    assert!(scene.counted(1).is_empty());
}

#[test]
fn trends_are_plain_numbers_where_no_terminal_is() {
    let scene = Scene::new();
    for (day, value) in [("2024-05-01", "1"), ("2024-05-02", "-0.5"), ("2024-05-08", "0.25")] {
        let entry = scene.write("Rain.", day).to_string();
        scene.run(&["mood", "set", &entry, CALM.0, value]).ok();
    }

    let empty = Scene::new().run(&["mood", "trend"]).ok().stdout;
    let weeks = scene.run(&["mood", "trend"]).ok().stdout;
    let days = scene.run(&["mood", "trend", "--heatmap", "--dimension", CALM.0]).ok().stdout;
    let json = scene.json(&["mood", "trend", "--bin", "month"]);

    assert!(empty.contains("no score so far"), "{empty}");
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
    scene.run(&["mood", "trend", "--heatmap"]).refused(2).says("--dimension");
}

#[test]
fn pruning_asks_and_spares_what_the_owner_said() {
    let scene = Scene::new();
    let (one, other) = (scene.write("Rain.", "2024-05-01"), scene.write("Sun.", "2024-05-02"));
    scene.run(&["mood", "rescore"]).ok();
    scene.run(&["mood", "set", &one.to_string(), CALM.0, "1"]).ok();
    scene.measured_by(&[AGENCY]);

    scene.run(&["mood", "rescore", "--prune", "--no-input"]).refused(2).says("--yes");
    let plan = scene.run(&["mood", "rescore", "--dry-run", "--prune"]).ok().stdout;
    assert!(plan.contains("1 scores of calm_restless, 1 of yours stay"), "{plan}");
    assert_eq!(scene.counted(other).len(), 2, "nothing is gone yet");
    let done = scene.json(&["mood", "rescore", "--prune", "--yes"]);

    assert_eq!(done["pruned"]["removed"], 1);
    assert_eq!(scene.counted(other), pairs(&[(AGENCY.0, 0.25)]));
    assert_eq!(scene.counted(one), pairs(&[(AGENCY.0, 0.25), (CALM.0, 1.0)]));
    scene.run(&["mood", "rescore", "--prune", "--with-my-scores", "--yes"]).ok();
    assert_eq!(scene.counted(one), pairs(&[(AGENCY.0, 0.25)]));
    let actions = scene.world.json(&["activity"]).to_string();
    assert!(actions.contains("MOODS_PRUNED") && actions.contains("WORK_ORDERED"), "{actions}");
}

#[test]
fn dimensions_are_listed_as_their_file_has_them() {
    let scene = Scene::new();

    let listed = scene.json(&["mood", "dimensions"]);

    assert_eq!(listed["meta"], json!({ "version": "2026-01-15", "description": "For a test." }));
    assert_eq!(
        listed["dimensions"][1],
        json!({
            "name": "agency", "positive_pole": "high", "negative_pole": "low", "scale_type": "unipolar",
            "score_min": 0.0, "score_max": 1.0, "notes": "About agency.",
        })
    );
    assert!(scene.run(&["mood", "dimensions"]).ok().stdout.contains("-1 low"), "for people, too");
}
