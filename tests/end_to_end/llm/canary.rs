//! LLM input and output is readable in no log, no file, no ledger row and no metric.

use serde_json::json;

use crate::llm::asked::{LlmFixture, Purpose, ranking, reply};
use crate::support::Run;
use crate::support::needles::{find_in, is_log, needles, scan};
use crate::support::provider::Answer;
use crate::support::server::wait_for;

const ENTRY_TEXT: &str = "heliotrope barometer on the sill";
const QUESTION: &str = "where is the umber theodolite kept";
const ANSWERED: &str = "beneath the vermilion staircase";
const REASON: &str = "because of the magenta sextant";
const NAME: &str = "Cornelius Zwetschgenbaum";
const ALIAS: &str = "old saffron gyroscope";
const DESCRIPTION: &str = "keeper of the cobalt astrolabe";
const PREDICATE: &str = "envies the clavichord of";
const RATIONALE: &str = "glad about the quince harvest";
const SECOND: &str = "Philippa Nachtigallenberg";
const NOTE: &str = "owner says periwinkle mood";
const INVALID: &str = "ochre metronome nowhere";

const PHRASES: [&str; 12] =
    [ENTRY_TEXT, QUESTION, ANSWERED, REASON, NAME, ALIAS, DESCRIPTION, PREDICATE, RATIONALE, SECOND, NOTE, INVALID];

/// Every route that returns derived data; `{id}` is an entity id.
const READ: [&str; 18] = [
    "/api/entities",
    "/api/entities/{id}",
    "/api/entities/{id}/mentions",
    "/api/entities/{id}/relationships",
    "/api/entities/{id}/merge-history",
    "/api/entities/merge-candidates",
    "/api/entities/pair-decisions",
    "/api/entities/quarantined",
    "/api/entries/1/entities",
    "/api/dashboard/mood-dimensions",
    "/api/dashboard/mood-trends",
    "/api/dashboard/mood-drilldown?dimension=joy_sadness&from=2024-01-01&to=2024-12-31",
    "/api/dashboard/mood-entity-correlation?dimension=joy_sadness",
    "/api/dashboard/entity-distribution",
    "/api/dashboard/entity-trends",
    "/api/jobs?limit=50",
    "/api/egress",
    "/api/activity",
];

fn answer(purpose: Purpose) -> Answer {
    match purpose {
        Purpose::Classifier => Answer::text("QUESTION"),
        Purpose::Answer => reply(&format!("It is kept {ANSWERED}."), &[(1, ENTRY_TEXT)]),
        Purpose::Rerank => {
            Answer::text(&json!({ "ranking": [{ "index": 2, "score": 0.5, "reason": REASON }] }).to_string())
        }
        Purpose::Entities => {
            let one = |name: &str, alias: Option<&str>| {
                json!({ "entity_type": "person", "canonical_name": name, "quote": name, "confidence": 0.9,
                        "description": DESCRIPTION, "aliases": alias.into_iter().collect::<Vec<_>>(),
                        "matches_known_id": null, "match_justification": REASON })
            };
            let relationship = json!({ "subject": NAME, "predicate": PREDICATE, "object": SECOND, "quote": ENTRY_TEXT,
                                  "confidence": 1 });
            Answer::text(
                &json!({ "entities": [one(NAME, Some(ALIAS)), one(SECOND, None)], "relationships": [relationship] })
                    .to_string(),
            )
        }
        Purpose::Mood => Answer::text(
            &json!({ "joy_sadness": { "value": 0.5, "rationale": RATIONALE, "confidence": 1 } }).to_string(),
        ),
        Purpose::Heading | Purpose::Formatting => Answer::text("no"),
        Purpose::Other => ranking(&[]),
    }
}

#[test]
fn model_input_and_output_are_in_no_file_log_or_metric() {
    for format in ["human", "json"] {
        let llm = LlmFixture::new();
        llm.answer_with(|purpose, _| Some(answer(purpose)));
        let logs = [("JOURNAL_LOG", "trace"), ("JOURNAL_LOG_FORMAT", format), ("JOURNAL_MOOD_SCORER", "provider")];
        let server = llm.serve(&logs);
        let scopes = ["entries:read", "entries:write", "ingest", "search", "account", "admin:metrics"];
        let ada = server.key(&llm.world.ada().key("laptop", &scopes).1);
        for day in 1..=2 {
            let text = format!("{NAME} and {SECOND} put the {ENTRY_TEXT}, number {day}.");
            ada.post("/api/entries/ingest/text", &json!({ "text": text, "entry_date": format!("2024-05-0{day}") }))
                .ok();
        }
        wait_for("the jobs to end", || {
            let jobs = ada.get("/api/jobs?limit=50").ok().json();
            let jobs = jobs["items"].as_array().unwrap().clone();
            let ended =
                |kind: &str| jobs.iter().filter(|job| job["type"] == kind && job["status"] == "succeeded").count() == 2;
            (ended("entity_extraction") && ended("mood_score_entry")).then_some(())
        });
        let answered = ada.post("/api/search/answer", &json!({ "q": format!("{QUESTION}?") })).ok().json();
        assert_eq!(answered["answered"], true, "{answered}");
        assert_eq!(ada.get("/api/search?q=heliotrope").ok().json()["reranker"], "AnthropicReranker");
        let listed = ada.get("/api/entities").ok().json();
        assert!(listed.to_string().contains(NAME), "the entity was extracted: {listed}");
        let id = listed["items"][0]["id"].to_string();
        let replies: Vec<_> = READ.map(|path| ada.get(&path.replace("{id}", &id))).into();
        let with_rationale: Vec<_> =
            replies.iter().filter(|reply| reply.text.contains(RATIONALE)).map(|reply| &reply.request).collect();
        assert_eq!(with_rationale.len(), 1, "only the drill-down returns the rationale: {with_rationale:?}");
        let words = INVALID.replace(' ', "%20");
        let refusals = [
            ada.patch(&format!("/api/entities/{id}"), &json!({ "entity_type": INVALID })),
            ada.post(&format!("/api/entities/{id}/aliases"), &json!({ "alias": [INVALID] })),
            ada.post("/api/entities/merge", &json!({ "survivor_id": INVALID, "absorbed_ids": [INVALID] })),
            ada.get(&format!("/api/entities/{words}")),
            ada.get(&format!("/api/dashboard/entity-distribution?type={words}")),
            ada.get(&format!("/api/dashboard/mood-trends?bin={words}")),
            ada.post("/api/search/answer", &json!({ "q": "when?", "end_date": INVALID })),
        ];
        let needles = needles(&PHRASES);
        let assert_no_phrase = |place: &str, text: &str| {
            let leaked: Vec<_> =
                find_in(text.as_bytes(), &needles).iter().map(|needle| needle.phrase.clone()).collect();
            assert!(leaked.is_empty(), "{leaked:?} in {place}: {text:.2000}");
        };
        for refusal in &refusals {
            assert!((400..500).contains(&refusal.status), "{refusal:#?}");
            assert_no_phrase("an error response", &refusal.text);
        }
        for reply in
            replies.iter().filter(|reply| ["jobs", "egress", "activity"].iter().any(|own| reply.request.contains(own)))
        {
            assert_no_phrase(&reply.request, &reply.text);
        }
        assert_no_phrase("metrics", &ada.get("/metrics").text);
        let commands = commands(&llm, &id);
        for run in &commands {
            for line in run.stderr.lines().filter(|line| is_log(line)) {
                assert_no_phrase(&run.args, line);
            }
        }
        let assert_not_stored = || {
            let world = &llm.world;
            for folder in [world.data(), world.config(), world.path("tmp"), world.path("run")] {
                assert_eq!(scan(&folder, &needles).0, [""; 0], "{format}");
            }
        };
        assert_not_stored();
        let log = server.log();
        server.kill();
        assert_not_stored();
        assert!(log.lines().any(is_log), "{log}");
        for line in log.lines() {
            assert_no_phrase("the log", line);
        }
    }
}

/// Runs commands that read and change derived data, with valid and invalid arguments.
fn commands(llm: &LlmFixture, id: &str) -> Vec<Run> {
    let settings = llm.settings(&[("JOURNAL_LOG", "trace"), ("JOURNAL_MOOD_SCORER", "provider")]);
    let settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let question = format!("{QUESTION}?");
    let all = [
        &["ask", &question][..],
        &["ask", &question, "--json"],
        &["ask", "when?", "--from", INVALID],
        &["entity", "list"],
        &["entity", "show", id],
        &["entity", "show", INVALID],
        &["entity", "rename", id, INVALID],
        &["entity", "alias", id, "--add", INVALID],
        &["entity", "merge", id, id],
        &["mood", "show", "1"],
        &["mood", "show", INVALID],
        &["mood", "set", "1", "joy_sadness", "0.5", "--note", NOTE],
        &["mood", "trend", "--dimension", INVALID],
        &["mood", "trend"],
    ];
    all.into_iter().map(|args| llm.world.run_with(args, &settings, None)).collect()
}
