//! Mood routes: dashboards, backfill and owner scores.

use serde_json::{Value, json};

use crate::support::mood_fixture::{AGENCY, CALM, MoodFixture, dimensions};
use crate::support::server::{Client, Server, UNLIMITED, wait_for};

const SCOPES: [&str; 5] = ["entries:read", "entries:write", "ingest", "admin:settings", "admin:reload"];

fn serve(fixture: &MoodFixture) -> (Server, Client) {
    let server = fixture.world.serve_with(&[], &[&UNLIMITED[..], &fixture.settings()].concat());
    let client = server.key(&fixture.world.ada().key("tests", &SCOPES).1);
    (server, client)
}

fn set_score(client: &Client, entry: i64, dimension: &str, score: f64) -> Value {
    let body = json!({ "score": score }).to_string().into_bytes();
    client.send("PUT", &format!("/api/entries/{entry}/moods/{dimension}"), "application/json", body).ok().json()
}

/// Writes an entry for each day and sets the owner's score of it.
fn diary(fixture: &MoodFixture, client: &Client, dimension: &str, days: &[(&str, f64)]) {
    for (day, score) in days {
        let entry = fixture.write("Rain.", day);
        set_score(client, entry, dimension, *score);
    }
}

fn wait_for_job(client: &Client, job: &str) -> Value {
    wait_for("the job to end", || {
        let job = client.get(&format!("/api/jobs/{job}")).ok().json();
        (job["status"] != "queued" && job["status"] != "running").then_some(job)
    })
}

#[test]
fn trends_average_each_period_and_omit_empty_ones() {
    let fixture = MoodFixture::new();
    let (_server, ada) = serve(&fixture);
    assert_eq!(
        ada.get("/api/dashboard/mood-trends").ok().json(),
        json!({ "from": null, "to": null, "bin": "week", "bins": [] })
    );
    diary(
        &fixture,
        &ada,
        CALM.0,
        &[("2023-12-31", -1.0), ("2024-01-01", 0.5), ("2024-01-07", 0.0), ("2024-02-29", 1.0), ("2024-05-20", 0.25)],
    );
    let bars = |query: &str| -> Value {
        let body = ada.get(&format!("/api/dashboard/mood-trends?{query}")).ok().json();
        let bars = body["bins"].as_array().unwrap().iter();
        bars.map(|bar| json!([bar["period"], bar["avg_score"], bar["entry_count"], bar["score_min"], bar["score_max"]]))
            .collect()
    };

    // The query, and its periods with mean, number of entries, lowest and highest score.
    let cases = [
        (
            "",
            json!([
                ["2023-12-25", -1.0, 1, -1.0, -1.0],
                ["2024-01-01", 0.25, 2, 0.0, 0.5],
                ["2024-02-26", 1.0, 1, 1.0, 1.0],
                ["2024-05-20", 0.25, 1, 0.25, 0.25]
            ]),
        ),
        (
            "bin=day&from=2024-01-01&to=2024-01-31",
            json!([["2024-01-01", 0.5, 1, 0.5, 0.5], ["2024-01-07", 0.0, 1, 0.0, 0.0]]),
        ),
        (
            "bin=month&to=2024-02-29",
            json!([
                ["2023-12-01", -1.0, 1, -1.0, -1.0],
                ["2024-01-01", 0.25, 2, 0.0, 0.5],
                ["2024-02-01", 1.0, 1, 1.0, 1.0]
            ]),
        ),
        (
            "bin=quarter",
            json!([
                ["2023-10-01", -1.0, 1, -1.0, -1.0],
                ["2024-01-01", 0.5, 3, 0.0, 1.0],
                ["2024-04-01", 0.25, 1, 0.25, 0.25]
            ]),
        ),
        (
            "bin=year&dimension=calm_restless",
            json!([["2023-01-01", -1.0, 1, -1.0, -1.0], ["2024-01-01", 0.4375, 4, 0.0, 1.0]]),
        ),
        ("bin=year&dimension=agency", json!([])),
        ("from=2024-06-01", json!([])),
        ("from=2024-05-20&to=2024-05-20&dimension=", json!([["2024-05-20", 0.25, 1, 0.25, 0.25]])),
    ];
    for (query, wanted) in cases {
        assert_eq!(bars(query), wanted, "{query}");
    }
    for bin in ["", "DAY", "decade"] {
        ada.get(&format!("/api/dashboard/mood-trends?bin={bin}")).refused(400, "invalid_bin");
    }
    let unknown = ada.get("/api/dashboard/mood-trends?dimension=plum").refused(400, "unknown_dimension").json();
    assert!(unknown.to_string().contains("calm_restless, agency"), "{unknown}");
    ada.get("/api/dashboard/mood-trends?from=2024-02-30").refused(400, "invalid_request");
}

#[test]
fn the_drilldown_lists_effective_scores_by_date() {
    let fixture = MoodFixture::new();
    let (_server, ada) = serve(&fixture);
    diary(&fixture, &ada, CALM.0, &[("2024-05-02", 0.5), ("2024-05-01", -0.5), ("2024-05-02", 0.0)]);
    let path = "/api/dashboard/mood-drilldown?dimension=calm_restless";

    let all = ada.get(&format!("{path}&from=2024-05-01&to=2024-05-31")).ok().json();
    let none = ada.get(&format!("{path}&from=2023-05-01&to=2023-05-31")).ok().json();

    let entry = |id: i64, date: &str, score: f64| json!({ "entry_id": id, "entry_date": date, "score": score, "confidence": null, "rationale": null });
    assert_eq!(
        all,
        json!({ "dimension": "calm_restless", "from": "2024-05-01", "to": "2024-05-31",
                "entries": [entry(2, "2024-05-01", -0.5), entry(1, "2024-05-02", 0.5), entry(3, "2024-05-02", 0.0)] })
    );
    assert_eq!(none["entries"], json!([]));
    ada.get("/api/dashboard/mood-drilldown?from=2024-01-01&to=2024-01-02").refused(400, "missing_dimension");
    ada.get(&format!("{path}&from=2024-01-01")).refused(400, "missing_dates");
    ada.get(&format!("{path}&from=&to=2024-01-01")).refused(400, "missing_dates");
    ada.get("/api/dashboard/mood-drilldown?dimension=plum&from=2024-01-01&to=2024-01-02")
        .refused(400, "unknown_dimension");
}

#[test]
fn owner_scores_can_be_set_and_cleared_over_http() {
    let fixture = MoodFixture::new();
    let (server, ada) = serve(&fixture);
    let entry = fixture.write("Rain.", "2024-05-01");
    let path = format!("/api/entries/{entry}/moods");
    let put = |dimension: &str, body: &str| {
        ada.send("PUT", &format!("{path}/{dimension}"), "application/json", body.as_bytes().to_vec())
    };

    assert_eq!(ada.get(&path).ok().json()["items"], json!([]));
    let stored = put(CALM.0, r#"{"score":0.5,"note":" Quiet. "}"#).ok().json();

    assert_eq!(stored, ada.get(&path).ok().json());
    assert_eq!(
        (&stored["items"][0]["owner_score"], &stored["items"][0]["owner_note"]),
        (&json!(0.5), &json!("Quiet."))
    );
    let drill = format!("/api/dashboard/mood-drilldown?dimension={}&from=2024-05-01&to=2024-05-01", CALM.0);
    assert_eq!(
        ada.get(&drill).ok().json()["entries"][0]["rationale"],
        "Quiet.",
        "the owner's note, not a model's rationale"
    );
    let wrong = [
        (CALM.0, r#"{"score":1.5}"#, 400, "score_out_of_range"),
        (AGENCY.0, r#"{"score":-0.5}"#, 400, "score_out_of_range"),
        (CALM.0, r#"{"score":"0.5"}"#, 400, "invalid_field"),
        (CALM.0, r#"{"score":null}"#, 400, "invalid_field"),
        (CALM.0, r#"{"score":0.5,"model":"me"}"#, 400, "invalid_field"),
        (CALM.0, r"{}", 400, "invalid_field"),
        (CALM.0, r#"{"score":1e999}"#, 400, "invalid_body"),
        (CALM.0, "plum", 400, "invalid_body"),
        ("plum", r#"{"score":0.5}"#, 404, "unknown_dimension"),
        ("a%2Fb", r#"{"score":0.5}"#, 404, "unknown_dimension"),
    ];
    for (dimension, body, status, code) in wrong {
        put(dimension, body).refused(status, code);
    }
    ada.delete(&format!("{path}/{}", AGENCY.0)).refused(404, "no_owner_score");
    assert_eq!(ada.delete(&format!("{path}/{}", CALM.0)).ok().json()["items"], json!([]));
    ada.get("/api/entries/99/moods").refused(404, "not_found");
    let reads = server.key(&fixture.world.ada().key("reads", &["entries:read"]).1);
    reads.get(&path).ok();
    reads
        .send("PUT", &format!("{path}/{}", CALM.0), "application/json", br#"{"score":0.5}"#.to_vec())
        .refused(403, "forbidden");
}

#[test]
fn b12_bug_13_bug_14_the_runtime_setting_controls_scoring() {
    let fixture = MoodFixture::new();
    let entry = fixture.write("Rain.", "2024-05-01");
    let (_server, ada) = serve(&fixture);
    let names = || -> Vec<Value> {
        let body = ada.get("/api/dashboard/mood-dimensions").ok().json();
        body["dimensions"].as_array().unwrap().iter().map(|one| one["name"].clone()).collect()
    };
    let order = json!({ "mode": "stale-only" });
    assert_eq!(names(), ["calm_restless", "agency"]);

    ada.patch("/api/settings/runtime", &json!({ "enable_mood_scoring": false })).ok();
    assert!(names().is_empty());
    ada.post("/api/mood/backfill", &order).refused(409, "mood_scoring_off");
    ada.patch("/api/settings/runtime", &json!({ "enable_mood_scoring": true })).ok();

    assert_eq!(names(), ["calm_restless", "agency"]);
    let queued = ada.post("/api/mood/backfill", &order);
    assert_eq!(queued.status, 202);
    let queued = queued.json();
    assert_eq!(queued["status"], "queued");
    let job = wait_for_job(&ada, queued["job_id"].as_str().unwrap());
    assert_eq!(job["result"], json!({ "scored": 1, "skipped": 0, "scores_written": 2, "errors": [] }), "{job}");
    assert_eq!(ada.get(&format!("/api/entries/{entry}/moods")).ok().json()["total"], 2);
    ada.post("/api/mood/backfill", &json!({})).refused(400, "invalid_params");
    ada.post("/api/mood/backfill", &json!({ "mode": "force", "start_date": "soon" })).refused(400, "invalid_request");
}

/// A reload with a valid file replaces them.
#[test]
fn a_reload_with_a_broken_file_keeps_the_old_dimensions() {
    let fixture = MoodFixture::new();
    let entry = fixture.write("Rain.", "2024-05-01");
    let (_server, ada) = serve(&fixture);
    let run = || {
        let queued = ada.post("/api/mood/backfill", &json!({ "mode": "stale-only" })).ok().json();
        wait_for_job(&ada, queued["job_id"].as_str().unwrap())["result"]["scored"].clone()
    };
    let reload = || ada.post("/api/admin/reload/mood-dimensions", &json!({}));
    assert_eq!(run(), 1);
    let before = ada.get("/api/dashboard/mood-dimensions").ok().json();

    for broken in [
        "[[dimension]\n".to_owned(),
        String::new(),
        dimensions(&[CALM, ("agency", "tripolar")]),
        dimensions(&[CALM, CALM]),
    ] {
        fixture.write_dimensions(&broken);
        let refused = reload().refused(409, "reload_unavailable").json();
        assert!(refused["message"].as_str().unwrap().contains("moods.toml"), "{refused}");
        assert_eq!(ada.get("/api/dashboard/mood-dimensions").ok().json(), before);
        assert_eq!(run(), 0, "the old dimensions are still complete");
    }
    fixture.set_dimensions(&[CALM, ("zeal", "unipolar")]);
    reload().ok();

    assert_eq!(run(), 1);
    let moods = ada.get(&format!("/api/entries/{entry}/moods")).ok().json();
    let names: Vec<_> = moods["items"].as_array().unwrap().iter().map(|score| score["dimension"].clone()).collect();
    assert_eq!(names, ["calm_restless", "zeal", "agency"]);
    let retired = ada.get("/api/dashboard/mood-trends?dimension=agency").ok().json();
    assert_eq!(retired["bins"].as_array().unwrap().len(), 1, "a retired dimension is still listed");
    ada.get("/api/dashboard/mood-drilldown?dimension=agency&from=2024-01-01&to=2024-12-31").ok();
}

#[test]
fn a_restricted_key_sees_its_own_moods_and_no_dashboard() {
    let fixture = MoodFixture::new();
    let (server, ada) = serve(&fixture);
    diary(&fixture, &ada, CALM.0, &[("2024-05-01", 0.5), ("2024-06-01", 0.5)]);
    let args =
        ["key", "add", "june", "--scope", "entries:read", "--scope", "entries:write", "--from", "2024-06-01", "--json"];
    let created = fixture.world.run(&args).ok().document();
    let june = server.key(created["key"].as_str().unwrap());

    june.get("/api/entries/2/moods").ok();
    june.get("/api/entries/1/moods").refused(404, "not_found");
    let put = |entry: i64| {
        june.send("PUT", &format!("/api/entries/{entry}/moods/agency"), "application/json", br#"{"score":1}"#.to_vec())
    };
    put(2).ok();
    put(1).refused(404, "not_found");
    june.delete("/api/entries/1/moods/calm_restless").refused(404, "not_found");
    june.get("/api/dashboard/mood-trends").refused(403, "outside_boundary");
    june.get("/api/dashboard/mood-drilldown?dimension=agency&from=2024-01-01&to=2024-12-31")
        .refused(403, "outside_boundary");
    june.post("/api/mood/backfill", &json!({ "mode": "force" })).refused(403, "outside_boundary");
}
