//! What a model says of entries, and what becomes of it.

use std::time::Duration;

use serde_json::Value;
use serde_json::json;

use crate::AGENCY;
use crate::CALM;
use crate::Scene;
use crate::pairs;
use crate::scores;
use crate::support::provider::Answer;
use crate::support::provider::Route;
use crate::support::server::wait_for;

const RESCORE: [&str; 2] = ["mood", "rescore"];

fn result(scene: &Scene, args: &[&str]) -> Value {
    scene.json(&[&RESCORE, args].concat())["result"].clone()
}

#[test]
fn every_entry_is_scored_once_and_a_score_says_where_it_comes_from() {
    let scene = Scene::new();
    let one = scene.write("Rain all day.", "2024-05-01");
    let other = scene.write("The sun came back.", "2024-05-02");

    let first = result(&scene, &[]);
    let again = result(&scene, &[]);
    scene.edit(other, "It went again.");
    let asked = scene.asked().len();
    let edited = result(&scene, &[]);

    assert_eq!(first, json!({ "scored": 2, "skipped": 0, "scores_written": 4, "errors": [] }));
    assert_eq!(again, json!({ "scored": 0, "skipped": 2, "scores_written": 0, "errors": [] }));
    assert_eq!(edited["scored"], 1);
    assert_eq!((asked, scene.asked().len()), (2, 3), "nothing is asked twice");
    let moods = scene.json(&["mood", "show", &one.to_string()]);
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
    let questions = scene.asked();
    let question = questions.iter().find(|question| question.user().contains("Rain all day")).unwrap();
    assert_eq!(question.json["max_tokens"], 1024);
    assert!(question.user().contains("The entry is of 2024-05-01, a Wednesday."), "{}", question.user());
    assert!(!question.system().contains("Rain all day"), "the text stands in the fence alone");
    scene.provider.proper();
    let job = scene.json(&["job", "list", "--type", "mood_backfill"])["items"][2].clone();
    assert_eq!((&job["progress_current"], &job["progress_total"]), (&json!(2), &json!(2)));
    assert!(job["input_tokens"].as_i64().unwrap() > 0, "{job}");
}

#[test]
fn dates_and_force_choose_what_is_scored() {
    let scene = Scene::new();
    for day in 1..=4 {
        scene.write(&format!("Day {day}."), &format!("2024-05-0{day}"));
    }

    assert_eq!(result(&scene, &["--from", "2024-05-02", "--to", "2024-05-03"])["scored"], 2);
    assert_eq!(
        result(&scene, &["--from", "2024-05-03"]),
        json!({ "scored": 1, "skipped": 1, "scores_written": 2, "errors": [] })
    );
    assert_eq!(
        result(&scene, &["--from", "2030-01-01"]),
        json!({ "scored": 0, "skipped": 0, "scores_written": 0, "errors": [] })
    );
    assert_eq!(result(&scene, &["--force"])["scored"], 4);
    scene.run(&["mood", "rescore", "--from", "2024-05-03", "--to", "2024-05-02"]).refused(2);
    scene.run(&["mood", "rescore", "--from", "soon"]).refused(2);
}

#[test]
fn a_dimension_that_comes_later_is_what_is_missing() {
    let scene = Scene::new();
    let entry = scene.write("Rain.", "2024-05-01");
    result(&scene, &[]);
    scene.measured_by(&[AGENCY, ("zeal", "unipolar")]);

    assert_eq!(result(&scene, &[])["scored"], 1);

    let moods = scene.json(&["mood", "show", &entry.to_string()]);
    let names: Vec<_> =
        moods["items"].as_array().unwrap().iter().map(|score| (&score["dimension"], &score["is_retired"])).collect();
    let [no, yes] = [json!(false), json!(true)];
    assert_eq!(names, [(&json!("agency"), &no), (&json!("zeal"), &no), (&json!("calm_restless"), &yes)]);
    assert_eq!(result(&scene, &[])["scored"], 0, "what is retired is not missed");
}

#[test]
fn a_file_that_cannot_be_read_scores_nothing_and_is_named_with_its_line() {
    let scene = Scene::new();
    scene.write("Rain.", "2024-05-01");
    scene.write_dimensions("[[dimension]\n");

    scene.run(&["mood", "rescore"]).refused(4).says("line 1 of ").says("moods.toml");
    scene.write_dimensions("");
    scene.run(&["mood", "rescore"]).refused(4).says("no `[[dimension]]`");

    assert!(scene.asked().is_empty());
}

#[test]
fn a_single_entry_is_scored_when_it_is_named() {
    let scene = Scene::new();
    let entry = scene.write("Rain.", "2024-05-01");
    let plan = scene.json(&["mood", "rescore", "--dry-run"]);

    assert_eq!(
        (&plan["entries"], &plan["skipped"], &plan["model"]),
        (&json!(1), &json!(0), &json!("claude-sonnet-4-5"))
    );
    assert_eq!(result(&scene, &["--entry", &entry.to_string()])["scores_written"], 2);
    scene.run(&["mood", "rescore", "--entry", "99"]).refused(3).says("journal list");
}

#[test]
fn a_provider_that_answers_nonsense_changes_nothing_but_the_jobs_error() {
    let scene = Scene::new();
    let entry = scene.write("Rain.", "2024-05-01");
    result(&scene, &[]);
    let before = scene.json(&["mood", "show", &entry.to_string()]);
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
    for said in nonsense {
        let shown: String = said.chars().take(60).collect();
        scene.provider.next(Route::AnthropicChat, Answer::text(&said));

        let run = scene.run(&["mood", "rescore", "--entry", &entry.to_string()]);

        // What is no JSON at all may be better next time, so that the job waits; what has another shape will not be.
        let (fails, waits) = (run.code == 4, run.code == 0 && run.stdout.contains(" waits: "));
        assert!(fails || waits, "{shown}: {run:#?}");
        assert!(!format!("{run:?}").contains("plum"), "{shown}: {run:#?}");
        assert!(!scene.json(&["job", "list"]).to_string().contains("plum"), "{shown}");
        assert_eq!(scene.json(&["mood", "show", &entry.to_string()]), before, "{shown}");
        assert_eq!(scene.world.json(&["show", &entry.to_string()])["final_text"], "Rain.", "{shown}");
    }
}

#[test]
fn what_lies_off_a_scale_is_moved_onto_it_and_what_is_missing_is_told() {
    let scene = Scene::new();
    let entry = scene.write("Rain.", "2024-05-01");
    let said = json!({
        "calm_restless": { "value": -7, "rationale": "a", "confidence": 30 },
        "plum": { "value": 1, "rationale": "b" },
    });
    scene.provider.next(Route::AnthropicChat, Answer::text(&said.to_string()));

    let run = scene.run(&["mood", "rescore", "--json"]).ok();

    let result = run.document()["result"].clone();
    assert_eq!((&result["scored"], &result["scores_written"]), (&json!(1), &json!(1)), "{result}");
    let warnings = result["warnings"].to_string();
    assert!(warnings.contains("no score for agency") && warnings.contains("scored 1 that"), "{warnings}");
    assert!(!run.stderr.contains("plum") && !warnings.contains("plum"));
    assert_eq!(scene.counted(entry), pairs(&[(CALM.0, -1.0)]));
    assert_eq!(scene.json(&["mood", "show", &entry.to_string()])["items"][0]["confidence"], 1.0);
    scene.provider.habit(Route::AnthropicChat, |arrived| scores(arrived, -0.5));
    assert_eq!(self::result(&scene, &[])["scored"], 1, "what was missing is asked for again");
    assert_eq!(scene.counted(entry), pairs(&[(CALM.0, -0.5), (AGENCY.0, 0.0)]));
}

#[test]
fn one_entry_that_cannot_be_scored_does_not_keep_the_others_from_it() {
    let scene = Scene::new();
    scene.write("First.", "2024-05-01");
    let odd = scene.write("Odd.", "2024-05-02");
    scene.write("Last.", "2024-05-03");
    scene.provider.habit(Route::AnthropicChat, |arrived| {
        if arrived.user().contains("\nOdd.\n") { Answer::text(r#"{"plum":1}"#) } else { scores(arrived, 0.25) }
    });

    let run = scene.run(&["mood", "rescore", "--json"]).ok();

    let result = run.document()["result"].clone();
    assert_eq!((&result["scored"], &result["skipped"]), (&json!(2), &json!(0)));
    let errors = result["errors"].as_array().unwrap();
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(errors[0].as_str().unwrap().starts_with(&format!("entry {odd}: ")), "{errors:?}");
    assert!(run.stderr.contains("warning: entry") && !run.stderr.contains("plum"), "{run:#?}");
    assert!(scene.counted(odd).is_empty());
}

#[test]
fn a_run_asks_about_four_entries_at_once_and_tells_of_them_in_order() {
    let scene = Scene::new();
    for day in 1..=6 {
        scene.write(&format!("Day {day}."), &format!("2024-05-0{day}"));
    }
    scene.provider.habit(Route::AnthropicChat, |arrived| {
        let (text, nonsense) = (arrived.user(), Answer::text(r#"{"plum":1}"#));
        match () {
            () if text.contains("Day 1.") => nonsense.after(Duration::from_secs(1)),
            () if text.contains("Day 3.") => nonsense,
            () => scores(arrived, 0.25).after(Duration::from_millis(300)),
        }
    });

    let result = result(&scene, &[]);

    let errors: Vec<_> =
        result["errors"].as_array().unwrap().iter().map(|error| &error.as_str().unwrap()[..8]).collect();
    assert_eq!((&result["scored"], errors), (&json!(4), vec!["entry 1:", "entry 3:"]));
    assert!((2..=4).contains(&scene.provider.most_open()), "{}", scene.provider.most_open());
}

#[test]
fn a_run_gives_up_when_it_is_not_the_entries_and_goes_on_when_told_so() {
    let scene = Scene::new();
    for day in 1..=8 {
        scene.write(&format!("Day {day}."), &format!("2024-05-0{day}"));
    }
    scene.provider.habit(Route::AnthropicChat, |arrived| {
        if arrived.user().contains("Day 1.") { scores(arrived, 0.25) } else { Answer::text(r#"{"plum":1}"#) }
    });

    let run = scene.run(&["mood", "rescore"]).refused(4);

    assert!(run.stderr.contains("journal job retry"), "{run:#?}");
    let job = scene.json(&["job", "list", "--status", "failed"])["items"][0].clone();
    assert_eq!(job["progress_current"], 5, "five in a row are enough: {job}");
    assert_eq!(scene.counted(1).len(), 2);
    scene.provider.habit(Route::AnthropicChat, |arrived| scores(arrived, 0.25));
    let job = job["id"].as_str().unwrap().to_owned();
    scene.run(&["job", "retry", &job]).ok();
    scene.run(&["job", "run"]).ok();
    let job = scene.json(&["job", "show", &job]);
    assert_eq!((&job["status"], &job["result"]["scored"]), (&json!("succeeded"), &json!(8)), "{job}");
    let of_first = scene.asked().iter().filter(|arrived| arrived.user().contains("Day 1.")).count();
    assert_eq!(of_first, 1, "it is not asked about again");
}

#[test]
fn while_the_provider_is_down_the_job_waits_and_the_entry_is_unharmed() {
    let scene = Scene::new().with("JOURNAL_JOB_RETRY_SECONDS", "1,1,1,1,1");
    let entry = scene.write("Rain.", "2024-05-01");
    scene.provider.always(Route::AnthropicChat, Answer::status(529));

    let run = scene.run(&["mood", "rescore"]).ok();

    assert!(run.stdout.contains(" waits: "), "{run:#?}");
    assert_eq!(scene.world.json(&["show", &entry.to_string()])["final_text"], "Rain.");
    assert!(scene.counted(entry).is_empty());
    scene.provider.habit(Route::AnthropicChat, |arrived| scores(arrived, 0.75));
    wait_for("the job to be due", || {
        scene.run(&["job", "run"]).ok();
        (!scene.counted(entry).is_empty()).then_some(())
    });
    assert_eq!(scene.counted(entry), pairs(&[(CALM.0, 0.75), (AGENCY.0, 0.75)]));
}

#[test]
fn without_leave_nothing_is_asked_and_a_provider_that_must_be_asked_is_missed() {
    let scene = Scene::new().with("JOURNAL_MOOD_SCORER", "provider");
    scene.write("Rain.", "2024-05-01");
    scene.world.ok(&["egress", "policy", "--local-only", "on"]);

    let run = scene.run(&["mood", "rescore"]).refused(4);

    assert!(scene.asked().is_empty(), "{run:#?}");
}

#[test]
fn bug_13_while_scoring_is_off_no_run_is_ordered_and_nothing_is_listed() {
    let scene = Scene::new().with("JOURNAL_ENABLE_MOOD_SCORING", "false");
    let entry = scene.write("Rain.", "2024-05-01").to_string();

    for args in [vec![], vec!["--force"], vec!["--dry-run"], vec!["--entry", &entry], vec!["--no-wait"]] {
        scene.run(&[&RESCORE, args.as_slice()].concat()).refused(4).says("enable_mood_scoring");
    }

    assert_eq!(
        scene.json(&["mood", "dimensions"]),
        json!({ "dimensions": [], "meta": { "version": "", "description": "" } })
    );
    assert_eq!(scene.json(&["job", "list", "--type", "mood_backfill"])["total"], 0);
    assert_eq!(scene.json(&["mood", "set", &entry, CALM.0, "0.5"])["items"][0]["score"], 0.5, "the owner may speak");
}

#[test]
fn a_dry_run_tells_entries_tokens_and_cost_and_does_nothing() {
    let scene = Scene::new();
    for day in 1..=3 {
        scene.write(&"Rain. ".repeat(400), &format!("2024-05-0{day}"));
    }

    let plan = scene.json(&["mood", "rescore", "--dry-run"]);
    let said = scene.run(&["mood", "rescore", "--dry-run"]).ok().stdout;

    assert_eq!((&plan["entries"], &plan["dimensions"], &plan["retired"]), (&json!(3), &json!(2), &json!([])));
    let (read, written) = (plan["input_tokens"].as_i64().unwrap(), plan["output_tokens"].as_i64().unwrap());
    assert!((1800..6000).contains(&read) && (200..600).contains(&written), "{plan}");
    let prices = [3.0, 15.0];
    let cost = (read as f64 * prices[0] + written as f64 * prices[1]) / 1e6;
    assert!((plan["cost_usd"].as_f64().unwrap() - cost).abs() < 1e-9, "{plan}");
    assert!(said.contains("3 entries to score on 2 dimensions by claude-sonnet-4-5") && said.contains("USD"), "{said}");
    assert!(scene.asked().is_empty());
    assert_eq!(scene.json(&["job", "list", "--type", "mood_backfill"])["total"], 0);
}

#[test]
fn a_run_that_is_not_waited_for_is_left_to_whoever_works_on_jobs() {
    let scene = Scene::new();
    let entry = scene.write("Rain.", "2024-05-01");

    let queued = scene.json(&["mood", "rescore", "--no-wait"]);

    assert_eq!(queued["status"], "queued");
    assert!(scene.asked().is_empty());
    scene.run(&["job", "run"]).ok();
    assert_eq!(scene.counted(entry).len(), 2);
    assert_eq!(scene.json(&["job", "show", queued["job_id"].as_str().unwrap()])["params"]["mode"], "stale-only");
}

#[test]
fn a_slow_model_keeps_nobody_from_writing() {
    let scene = Scene::new();
    let entry = scene.write("Rain.", "2024-05-01");
    scene.provider.habit(Route::AnthropicChat, |arrived| scores(arrived, 0.25).after(Duration::from_secs(2)));

    let mut command = scene.world.command();
    let mut running = command.args(["mood", "rescore"]).envs(scene.settings()).spawn().unwrap();
    wait_for("the question to arrive", || (!scene.asked().is_empty()).then_some(()));
    scene.edit(entry, "The sun came.");
    assert!(running.wait().unwrap().success());

    let texts: Vec<bool> = scene.asked().iter().map(|arrived| arrived.user().contains("The sun came.")).collect();
    assert_eq!(texts, [false, true], "what was said of the old text is not kept; the new one is read");
    let moods = scene.json(&["mood", "show", &entry.to_string()]);
    assert_eq!((&moods["total"], &moods["items"][0]["is_stale"]), (&json!(2), &json!(false)));
}

#[test]
fn without_a_provider_what_is_built_in_scores_and_nothing_leaves() {
    let scene = Scene::new();
    let happy =
        scene.write("What a wonderful day! We laughed and danced, and I am so happy and grateful.", "2024-05-01");
    let sad = scene.write("I cried all evening. I am so sad and lonely, everything feels hopeless.", "2024-05-02");
    let nothing: [(&str, &str); 0] = [];
    let run = |args: &[&str]| scene.world.run_with(args, &nothing, None).ok();

    let plan = run(&["mood", "rescore", "--dry-run", "--json"]).document();
    let first = run(&["mood", "rescore", "--json"]).document()["result"].clone();
    let again = run(&["mood", "rescore", "--json"]).document()["result"].clone();

    assert_eq!(
        (&plan["model"], &plan["cost_usd"], &plan["input_tokens"]),
        (&json!("built-in"), &json!(0.0), &json!(0))
    );
    assert_eq!((&first["scored"], &first["errors"]), (&json!(2), &json!([])), "{first}");
    assert_eq!((&again["scored"], &again["skipped"]), (&json!(0), &json!(2)), "what it does not know is not missed");
    let joy = |entry: i64| {
        let moods = run(&["mood", "show", &entry.to_string(), "--json"]).document();
        let items = moods["items"].as_array().unwrap().clone();
        assert!(items.iter().all(|score| score["model"] == "built-in"), "{moods}");
        let joy = items.iter().find(|score| score["dimension"] == "joy_sadness").unwrap()["score"].as_f64();
        joy.unwrap()
    };
    assert!(joy(happy) > joy(sad), "{} {}", joy(happy), joy(sad));
    assert!(scene.provider.arrived().is_empty());
    assert_eq!(run(&["egress", "report", "--json"]).document()["total"]["calls"], 0);
}

#[test]
fn where_nobody_scores_an_order_is_refused_and_says_what_to_do() {
    let scene = Scene::new().with("JOURNAL_MOOD_SCORER", "built-in");
    scene.write("Rain.", "2024-05-01");

    scene.run(&["mood", "rescore"]).refused(4).says("knows none of the dimensions");

    assert!(scene.provider.arrived().is_empty(), "nothing leaves when what is built in is to score");
}
