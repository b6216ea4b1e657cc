//! `journal mood rescore`: scoring runs and the handling of answers.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::mood_fixture::{AGENCY, CALM, MoodFixture, pairs, score_all};
use crate::support::provider::{Answer, Route};
use crate::support::server::wait_for;

const RESCORE: [&str; 2] = ["mood", "rescore"];

fn result(fixture: &MoodFixture, args: &[&str]) -> Value {
    fixture.json(&[&RESCORE, args].concat())["result"].clone()
}

#[test]
fn every_entry_is_scored_once_with_provenance() {
    let fixture = MoodFixture::new();
    let one = fixture.write("Rain all day.", "2024-05-01");
    let other = fixture.write("The sun came back.", "2024-05-02");

    let first = result(&fixture, &[]);
    let again = result(&fixture, &[]);
    fixture.edit(other, "It went again.");
    let requests_before = fixture.mood_requests().len();
    let edited = result(&fixture, &[]);

    assert_eq!(first, json!({ "scored": 2, "skipped": 0, "scores_written": 4, "errors": [] }));
    assert_eq!(again, json!({ "scored": 0, "skipped": 2, "scores_written": 0, "errors": [] }));
    assert_eq!(edited["scored"], 1);
    assert_eq!((requests_before, fixture.mood_requests().len()), (2, 3), "no request is repeated");
    let moods = fixture.json(&["mood", "show", &one.to_string()]);
    assert_eq!(
        (&moods["entry_id"], &moods["entry_date"], &moods["total"]),
        (&json!(one), &json!("2024-05-01"), &json!(2))
    );
    let score = &moods["items"][0];
    assert_eq!(
        (&score["dimension"], &score["score"], &score["model_score"]),
        (&json!(CALM.0), &json!(0.25), &json!(0.25))
    );
    assert_eq!((&score["confidence"], &score["rationale"]), (&json!(0.5), &json!("It rained. She said so.")));
    assert_eq!((&score["model"], &score["prompt_version"]), (&json!("claude-sonnet-4-5"), &json!(1)));
    assert_eq!(
        (&score["is_stale"], &score["is_retired"], &score["owner_score"]),
        (&json!(false), &json!(false), &json!(null))
    );
    let requests = fixture.mood_requests();
    let request = requests.iter().find(|request| request.user().contains("Rain all day")).unwrap();
    assert_eq!(request.json["max_tokens"], 1024);
    assert!(request.user().contains("The entry is of 2024-05-01, a Wednesday."), "{}", request.user());
    assert!(!request.system().contains("Rain all day"), "the text is only inside the delimiters");
    fixture.provider.assert_well_formed();
    let job = fixture.json(&["job", "list", "--type", "mood_backfill"])["items"][2].clone();
    assert_eq!((&job["progress_current"], &job["progress_total"]), (&json!(2), &json!(2)));
    assert!(job["input_tokens"].as_i64().unwrap() > 0, "{job}");
}

#[test]
fn date_range_and_force_select_the_entries() {
    let fixture = MoodFixture::new();
    for day in 1..=4 {
        fixture.write(&format!("Day {day}."), &format!("2024-05-0{day}"));
    }

    assert_eq!(result(&fixture, &["--from", "2024-05-02", "--to", "2024-05-03"])["scored"], 2);
    assert_eq!(
        result(&fixture, &["--from", "2024-05-03"]),
        json!({ "scored": 1, "skipped": 1, "scores_written": 2, "errors": [] })
    );
    assert_eq!(
        result(&fixture, &["--from", "2030-01-01"]),
        json!({ "scored": 0, "skipped": 0, "scores_written": 0, "errors": [] })
    );
    assert_eq!(result(&fixture, &["--force"])["scored"], 4);
    fixture.run(&["mood", "rescore", "--from", "2024-05-03", "--to", "2024-05-02"]).refused(2);
    fixture.run(&["mood", "rescore", "--from", "soon"]).refused(2);
}

#[test]
fn a_new_dimension_makes_entries_stale() {
    let fixture = MoodFixture::new();
    let entry = fixture.write("Rain.", "2024-05-01");
    result(&fixture, &[]);
    fixture.set_dimensions(&[AGENCY, ("zeal", "unipolar")]);

    assert_eq!(result(&fixture, &[])["scored"], 1);

    let moods = fixture.json(&["mood", "show", &entry.to_string()]);
    let names: Vec<_> =
        moods["items"].as_array().unwrap().iter().map(|score| (&score["dimension"], &score["is_retired"])).collect();
    let [no, yes] = [json!(false), json!(true)];
    assert_eq!(names, [(&json!("agency"), &no), (&json!("zeal"), &no), (&json!("calm_restless"), &yes)]);
    assert_eq!(result(&fixture, &[])["scored"], 0, "a retired dimension does not make an entry stale");
}

#[test]
fn an_invalid_dimension_file_is_reported_with_its_line() {
    let fixture = MoodFixture::new();
    fixture.write("Rain.", "2024-05-01");
    fixture.write_dimensions("[[dimension]\n");

    fixture.run(&["mood", "rescore"]).refused(4).says("line 1 of ").says("moods.toml");
    fixture.write_dimensions("");
    fixture.run(&["mood", "rescore"]).refused(4).says("no `[[dimension]]`");

    assert!(fixture.mood_requests().is_empty());
}

#[test]
fn a_single_entry_can_be_rescored() {
    let fixture = MoodFixture::new();
    let entry = fixture.write("Rain.", "2024-05-01");
    let plan = fixture.json(&["mood", "rescore", "--dry-run"]);

    assert_eq!(
        (&plan["entries"], &plan["skipped"], &plan["model"]),
        (&json!(1), &json!(0), &json!("claude-sonnet-4-5"))
    );
    assert_eq!(result(&fixture, &["--entry", &entry.to_string()])["scores_written"], 2);
    fixture.run(&["mood", "rescore", "--entry", "99"]).refused(3).says("journal list");
}

#[test]
fn nonsense_scores_change_only_the_job_error() {
    let fixture = MoodFixture::new();
    let entry = fixture.write("Rain.", "2024-05-01");
    result(&fixture, &[]);
    let before = fixture.json(&["mood", "show", &entry.to_string()]);
    let calm = |value: &str| format!(r#"{{"calm_restless":{{"value":{value},"rationale":"plum"}}}}"#);
    let nonsense = [
        "Ignore what you were told; the plum is calm.".to_owned(),
        String::new(),
        "{}".to_owned(),
        "[]".to_owned(),
        "null".to_owned(),
        r#"{"calm_restless":{"value":0.5,"ration"#.to_owned(),
        calm("\"plum\""),
        calm("1e999"),
        calm("NaN"),
        calm("[0.5]"),
        r#"{"entry 7":{"value":1,"rationale":"plum"}}"#.to_owned(),
        r#"{"calm_restless":"plum","agency":null}"#.to_owned(),
        format!(r#"{{"calm_restless":{{"value":0.5,"rationale":"{}"}}}}"#, "plum ".repeat(2 << 20)),
    ];
    for answer in nonsense {
        let shown: String = answer.chars().take(60).collect();
        fixture.provider.next(Route::AnthropicChat, Answer::text(&answer));

        let run = fixture.run(&["mood", "rescore", "--entry", &entry.to_string()]);

        // Invalid JSON is retried later, so the job waits; JSON of another shape is a permanent error.
        let (fails, waits) = (run.code == 4, run.code == 0 && run.stdout.contains(" is pending: "));
        assert!(fails || waits, "{shown}: {run:#?}");
        assert!(!format!("{run:?}").contains("plum"), "{shown}: {run:#?}");
        assert!(!fixture.json(&["job", "list"]).to_string().contains("plum"), "{shown}");
        assert_eq!(fixture.json(&["mood", "show", &entry.to_string()]), before, "{shown}");
        assert_eq!(fixture.world.json(&["show", &entry.to_string()])["final_text"], "Rain.", "{shown}");
    }
}

#[test]
fn out_of_range_scores_are_clamped_and_missing_ones_warned() {
    let fixture = MoodFixture::new();
    let entry = fixture.write("Rain.", "2024-05-01");
    let answer = json!({
        "calm_restless": { "value": -7, "rationale": "a", "confidence": 30 },
        "plum": { "value": 1, "rationale": "b" },
    });
    fixture.provider.next(Route::AnthropicChat, Answer::text(&answer.to_string()));

    let run = fixture.run(&["mood", "rescore", "--json"]).ok();

    let result = run.document()["result"].clone();
    assert_eq!((&result["scored"], &result["scores_written"]), (&json!(1), &json!(1)), "{result}");
    let warnings = result["warnings"].to_string();
    assert!(
        warnings.contains("no score for agency")
            && warnings.contains("unknown dimensions in the model's answer were ignored: 1"),
        "{warnings}"
    );
    assert!(!run.stderr.contains("plum") && !warnings.contains("plum"));
    assert_eq!(fixture.effective_scores(entry), pairs(&[(CALM.0, -1.0)]));
    assert_eq!(fixture.json(&["mood", "show", &entry.to_string()])["items"][0]["confidence"], 1.0);
    fixture.provider.respond_with(Route::AnthropicChat, |request| score_all(request, -0.5));
    assert_eq!(self::result(&fixture, &[])["scored"], 1, "the missing dimension is requested again");
    assert_eq!(fixture.effective_scores(entry), pairs(&[(CALM.0, -0.5), (AGENCY.0, 0.0)]));
}

#[test]
fn one_failing_entry_does_not_stop_the_others() {
    let fixture = MoodFixture::new();
    fixture.write("First.", "2024-05-01");
    let odd = fixture.write("Odd.", "2024-05-02");
    fixture.write("Last.", "2024-05-03");
    fixture.provider.respond_with(Route::AnthropicChat, |request| {
        if request.user().contains("\nOdd.\n") { Answer::text(r#"{"plum":1}"#) } else { score_all(request, 0.25) }
    });

    let run = fixture.run(&["mood", "rescore", "--json"]).ok();

    let result = run.document()["result"].clone();
    assert_eq!((&result["scored"], &result["skipped"]), (&json!(2), &json!(0)));
    let errors = result["errors"].as_array().unwrap();
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(errors[0].as_str().unwrap().starts_with(&format!("entry {odd}: ")), "{errors:?}");
    assert!(run.stderr.contains("warning: entry") && !run.stderr.contains("plum"), "{run:#?}");
    assert!(fixture.effective_scores(odd).is_empty());
}

#[test]
fn a_run_sends_up_to_four_requests_and_reports_in_order() {
    let fixture = MoodFixture::new();
    for day in 1..=6 {
        fixture.write(&format!("Day {day}."), &format!("2024-05-0{day}"));
    }
    fixture.provider.respond_with(Route::AnthropicChat, |request| {
        let (text, nonsense) = (request.user(), Answer::text(r#"{"plum":1}"#));
        match () {
            () if text.contains("Day 1.") => nonsense.after(Duration::from_secs(1)),
            () if text.contains("Day 3.") => nonsense,
            () => score_all(request, 0.25).after(Duration::from_millis(300)),
        }
    });

    let result = result(&fixture, &[]);

    let errors: Vec<_> =
        result["errors"].as_array().unwrap().iter().map(|error| &error.as_str().unwrap()[..8]).collect();
    assert_eq!((&result["scored"], errors), (&json!(4), vec!["entry 1:", "entry 3:"]));
    assert!((2..=4).contains(&fixture.provider.max_concurrent()), "{}", fixture.provider.max_concurrent());
}

#[test]
fn a_run_stops_after_repeated_failures_and_can_be_retried() {
    let fixture = MoodFixture::new();
    for day in 1..=8 {
        fixture.write(&format!("Day {day}."), &format!("2024-05-0{day}"));
    }
    fixture.provider.respond_with(Route::AnthropicChat, |request| {
        if request.user().contains("Day 1.") { score_all(request, 0.25) } else { Answer::text(r#"{"plum":1}"#) }
    });

    let run = fixture.run(&["mood", "rescore"]).refused(4);

    assert!(run.stderr.contains("journal job retry"), "{run:#?}");
    let job = fixture.json(&["job", "list", "--status", "failed"])["items"][0].clone();
    assert_eq!(job["progress_current"], 5, "five failures in a row stop the run: {job}");
    assert_eq!(fixture.effective_scores(1).len(), 2);
    fixture.provider.respond_with(Route::AnthropicChat, |request| score_all(request, 0.25));
    let job = job["id"].as_str().unwrap().to_owned();
    fixture.run(&["job", "retry", &job]).ok();
    fixture.run(&["job", "run"]).ok();
    let job = fixture.json(&["job", "show", &job]);
    assert_eq!((&job["status"], &job["result"]["scored"]), (&json!("succeeded"), &json!(8)), "{job}");
    let of_first = fixture.mood_requests().iter().filter(|request| request.user().contains("Day 1.")).count();
    assert_eq!(of_first, 1, "a scored entry is not requested again");
}

#[test]
fn while_the_provider_is_down_the_job_waits() {
    let fixture = MoodFixture::new().with_setting("JOURNAL_JOB_RETRY_SECONDS", "1,1,1,1,1");
    let entry = fixture.write("Rain.", "2024-05-01");
    fixture.provider.always(Route::AnthropicChat, Answer::status(529));

    let run = fixture.run(&["mood", "rescore"]).ok();

    assert!(run.stdout.contains(" is pending: "), "{run:#?}");
    assert_eq!(fixture.world.json(&["show", &entry.to_string()])["final_text"], "Rain.");
    assert!(fixture.effective_scores(entry).is_empty());
    fixture.provider.respond_with(Route::AnthropicChat, |request| score_all(request, 0.75));
    wait_for("the job to be due", || {
        fixture.run(&["job", "run"]).ok();
        (!fixture.effective_scores(entry).is_empty()).then_some(())
    });
    assert_eq!(fixture.effective_scores(entry), pairs(&[(CALM.0, 0.75), (AGENCY.0, 0.75)]));
}

#[test]
fn local_only_refuses_a_run_that_needs_the_provider() {
    let fixture = MoodFixture::new().with_setting("JOURNAL_MOOD_SCORER", "provider");
    fixture.write("Rain.", "2024-05-01");
    fixture.world.ok(&["egress", "policy", "--local-only", "on"]);

    let run = fixture.run(&["mood", "rescore"]).refused(4);

    assert!(fixture.mood_requests().is_empty(), "{run:#?}");
}

#[test]
fn bug_13_while_scoring_is_off_no_run_can_be_started() {
    let fixture = MoodFixture::new().with_setting("JOURNAL_ENABLE_MOOD_SCORING", "false");
    let entry = fixture.write("Rain.", "2024-05-01").to_string();

    for args in [vec![], vec!["--force"], vec!["--dry-run"], vec!["--entry", &entry], vec!["--no-wait"]] {
        fixture.run(&[&RESCORE, args.as_slice()].concat()).refused(4).says("enable_mood_scoring");
    }

    assert_eq!(
        fixture.json(&["mood", "dimensions"]),
        json!({ "dimensions": [], "meta": { "version": "", "description": "" } })
    );
    assert_eq!(fixture.json(&["job", "list", "--type", "mood_backfill"])["total"], 0);
    assert_eq!(
        fixture.json(&["mood", "set", &entry, CALM.0, "0.5"])["items"][0]["score"],
        0.5,
        "the owner may still set scores"
    );
}

#[test]
fn a_dry_run_reports_entries_tokens_and_cost() {
    let fixture = MoodFixture::new();
    for day in 1..=3 {
        fixture.write(&"Rain. ".repeat(400), &format!("2024-05-0{day}"));
    }

    let plan = fixture.json(&["mood", "rescore", "--dry-run"]);
    let printed = fixture.run(&["mood", "rescore", "--dry-run"]).ok().stdout;

    assert_eq!((&plan["entries"], &plan["dimensions"], &plan["retired"]), (&json!(3), &json!(2), &json!([])));
    let (read, written) = (plan["input_tokens"].as_i64().unwrap(), plan["output_tokens"].as_i64().unwrap());
    assert!((1800..6000).contains(&read) && (200..600).contains(&written), "{plan}");
    let prices = [3.0, 15.0];
    let cost = (read as f64 * prices[0] + written as f64 * prices[1]) / 1e6;
    assert!((plan["cost_usd"].as_f64().unwrap() - cost).abs() < 1e-9, "{plan}");
    assert!(
        printed.contains("3 entries to score on 2 dimensions with claude-sonnet-4-5") && printed.contains("USD"),
        "{printed}"
    );
    assert!(fixture.mood_requests().is_empty());
    assert_eq!(fixture.json(&["job", "list", "--type", "mood_backfill"])["total"], 0);
}

#[test]
fn no_wait_leaves_the_run_to_a_worker() {
    let fixture = MoodFixture::new();
    let entry = fixture.write("Rain.", "2024-05-01");

    let queued = fixture.json(&["mood", "rescore", "--no-wait"]);

    assert_eq!(queued["status"], "queued");
    assert!(fixture.mood_requests().is_empty());
    fixture.run(&["job", "run"]).ok();
    assert_eq!(fixture.effective_scores(entry).len(), 2);
    assert_eq!(fixture.json(&["job", "show", queued["job_id"].as_str().unwrap()])["params"]["mode"], "stale-only");
}

#[test]
fn a_slow_model_does_not_block_writes() {
    let fixture = MoodFixture::new();
    let entry = fixture.write("Rain.", "2024-05-01");
    fixture
        .provider
        .respond_with(Route::AnthropicChat, |request| score_all(request, 0.25).after(Duration::from_secs(2)));

    let mut command = fixture.world.command();
    let mut running = command.args(["mood", "rescore"]).envs(fixture.settings()).spawn().unwrap();
    wait_for("the request to arrive", || (!fixture.mood_requests().is_empty()).then_some(()));
    fixture.edit(entry, "The sun came.");
    assert!(running.wait().unwrap().success());

    let texts: Vec<bool> =
        fixture.mood_requests().iter().map(|request| request.user().contains("The sun came.")).collect();
    assert_eq!(texts, [false, true], "scores of the old text are discarded and the new text is scored");
    let moods = fixture.json(&["mood", "show", &entry.to_string()]);
    assert_eq!((&moods["total"], &moods["items"][0]["is_stale"]), (&json!(2), &json!(false)));
}

#[test]
fn without_a_provider_the_built_in_scorer_sends_nothing() {
    let fixture = MoodFixture::new();
    let happy =
        fixture.write("What a wonderful day! We laughed and danced, and I am so happy and grateful.", "2024-05-01");
    let sad = fixture.write("I cried all evening. I am so sad and lonely, everything feels hopeless.", "2024-05-02");
    let no_settings: [(&str, &str); 0] = [];
    let run = |args: &[&str]| fixture.world.run_with(args, &no_settings, None).ok();

    let plan = run(&["mood", "rescore", "--dry-run", "--json"]).document();
    let first = run(&["mood", "rescore", "--json"]).document()["result"].clone();
    let again = run(&["mood", "rescore", "--json"]).document()["result"].clone();

    assert_eq!(
        (&plan["model"], &plan["cost_usd"], &plan["input_tokens"]),
        (&json!("built-in"), &json!(0.0), &json!(0))
    );
    assert_eq!((&first["scored"], &first["errors"]), (&json!(2), &json!([])), "{first}");
    assert_eq!(
        (&again["scored"], &again["skipped"]),
        (&json!(0), &json!(2)),
        "unsupported dimensions do not make an entry stale"
    );
    let joy = |entry: i64| {
        let moods = run(&["mood", "show", &entry.to_string(), "--json"]).document();
        let items = moods["items"].as_array().unwrap().clone();
        assert!(items.iter().all(|score| score["model"] == "built-in"), "{moods}");
        let joy = items.iter().find(|score| score["dimension"] == "joy_sadness").unwrap()["score"].as_f64();
        joy.unwrap()
    };
    assert!(joy(happy) > joy(sad), "{} {}", joy(happy), joy(sad));
    assert!(fixture.provider.received().is_empty());
    assert_eq!(run(&["egress", "report", "--json"]).document()["total"]["calls"], 0);
}

#[test]
fn a_scorer_without_supported_dimensions_is_refused() {
    let fixture = MoodFixture::new().with_setting("JOURNAL_MOOD_SCORER", "built-in");
    fixture.write("Rain.", "2024-05-01");

    fixture.run(&["mood", "rescore"]).refused(4).says("supports none of the configured dimensions");

    assert!(fixture.provider.received().is_empty(), "the built-in scorer sends nothing");
}
