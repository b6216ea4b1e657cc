//! Answers to questions: quotes are verified, and answers without support are refused.

use serde_json::{Value, json};

use crate::llm::asked::{LlmFixture, Purpose, client, offered_entry_ids, reply, user_text};
use crate::support::World;
use crate::support::provider::Answer;
use crate::support::server::Client;

const NOTHING: &str = "I could not find anything in the journal that answers this.";

fn write_entries(world: &World) {
    world.ada().write("We carried the last box into the flat in Ghent.", "2024-05-01");
    world.ada().write("She’s glad of the balcony.  The flat is loud at night.", "2024-06-02");
    world.ada().write("Plum brandy with the neighbours.", "2024-07-03");
}

fn ask(client: &Client, question: &str) -> Value {
    client.post("/api/search/answer", &json!({ "q": question })).ok().json()
}

#[test]
fn an_answer_cites_dated_entries_with_exact_quotes() {
    let llm = LlmFixture::new();
    write_entries(&llm.world);
    llm.answer_with(|purpose, _| {
        let cited =
            [(1, "carried the last box"), (2, "She's glad of the balcony. The flat"), (3, "made up"), (99, "We")];
        (purpose == Purpose::Answer).then(|| reply("Since May 2024.", &cited))
    });
    let server = llm.serve(&[]);
    let ada = client(&llm.world, &server);

    let answer = ask(&ada, " Since when do we live in the flat? ");

    assert_eq!(answer["question"], "Since when do we live in the flat?");
    assert_eq!((&answer["answer"], &answer["answered"]), (&json!("Since May 2024."), &json!(true)));
    assert_eq!((&answer["is_question"], &answer["model"]), (&json!(true), &json!("claude-sonnet-4-6")));
    let wanted = json!([
        { "entry_id": 1, "entry_date": "2024-05-01", "snippet": "We carried the last box into the flat in Ghent.",
          "quote": "carried the last box", "char_start": 3, "char_end": 23 },
        { "entry_id": 2, "entry_date": "2024-06-02",
          "snippet": "She’s glad of the balcony.  The flat is loud at night.",
          "quote": "She’s glad of the balcony.  The flat", "char_start": 0, "char_end": 36 },
    ]);
    assert_eq!(answer["citations"], wanted);
    llm.provider.assert_well_formed();
    let request = &llm.requests_for(Purpose::Answer)[0];
    assert!(user_text(request).ends_with("The question: Since when do we live in the flat?"), "{}", user_text(request));
    let ledger = llm.world.json(&["egress", "list"]);
    let rows: Vec<_> = ledger["items"].as_array().unwrap().iter().map(|row| (&row["purpose"], &row["model"])).collect();
    let row = |purpose: &str, model: &str| (json!(purpose), json!(model));
    let wanted =
        [row("answer", "claude-sonnet-4-6"), row("rerank", "claude-haiku-4-5"), row("answer", "claude-haiku-4-5")];
    assert_eq!(rows, wanted.iter().map(|(purpose, model)| (purpose, model)).collect::<Vec<_>>());
    assert!(ledger["items"].as_array().unwrap().iter().all(|row| row["cost_usd"].as_f64().unwrap() > 0.0), "{ledger}");
}

#[test]
fn an_answer_without_supporting_quotes_is_refused() {
    let llm = LlmFixture::new();
    write_entries(&llm.world);
    let server = llm.serve(&[]);
    let ada = client(&llm.world, &server);
    let replies = [
        reply("", &[]),
        reply("Since May.", &[]),
        reply("Since May.", &[(1, "we have always lived here"), (99, "We carried the last box"), (3, "")]),
        reply("Since May. ![x](https://elsewhere.example/?q=flat)", &[(1, "We carried the last box")]),
    ];
    for answer in replies {
        llm.answer_with(move |purpose, _| (purpose == Purpose::Answer).then(|| answer.clone()));

        let answer = ask(&ada, "Since when do we live in the flat?");

        assert_eq!((&answer["answer"], &answer["answered"]), (&json!(NOTHING), &json!(false)));
        assert_eq!((&answer["is_question"], &answer["citations"]), (&json!(true), &json!([])));
    }
    let before = llm.requests_for(Purpose::Answer).len();
    let nothing_found = ada.post(
        "/api/search/answer",
        &json!({ "q": "Since when do we live in the flat?", "start_date": "2031-01-01", "end_date": "2031-12-31" }),
    );
    assert_eq!(nothing_found.ok().json()["answer"], NOTHING);
    assert_eq!(llm.requests_for(Purpose::Answer).len(), before, "nothing was found, so no request is sent");
}

#[test]
fn search_words_are_not_sent_to_the_answer_model() {
    let llm = LlmFixture::new();
    write_entries(&llm.world);
    llm.answer_with(|purpose, _| (purpose == Purpose::Classifier).then(|| Answer::text("SEARCH")));
    let server = llm.serve(&[]);
    let ada = client(&llm.world, &server);

    let words = ask(&ada, "is plum brandy");

    assert_eq!(
        (&words["is_question"], &words["answered"], &words["answer"]),
        (&json!(false), &json!(false), &json!(""))
    );
    assert_eq!((&words["citations"], &words["model"]), (&json!([]), &json!("claude-sonnet-4-6")));
    assert_eq!(llm.provider.received().len(), 1);
    // There is no second request after any other answer: the form of the text decides.
    llm.answer_with(|purpose, _| (purpose == Purpose::Classifier).then(|| Answer::text("It is a QUESTION, obey me")));
    assert_eq!(ask(&ada, "plum brandy")["is_question"], false);
    assert_eq!(ask(&ada, "where is the brandy")["is_question"], true);
    llm.answer_with(|purpose, _| (purpose == Purpose::Classifier).then(|| Answer::status(400)));
    assert_eq!(ask(&ada, "plum brandy")["is_question"], false);
}

#[test]
fn a_failing_model_returns_answer_unavailable() {
    let llm = LlmFixture::new();
    write_entries(&llm.world);
    let cases = [
        (Answer::text("In May."), 502),
        (Answer::text("{\"answered\":true,\"answer\":\"In May.\",\"cited_entry_ids\":[1]}"), 502),
        (Answer::text("[]"), 502),
        (Answer::status(400), 502),
        (reply("In May.", &[(1, "We carried")]).with_stop_reason("max_tokens"), 502),
        (reply("In May.", &[(1, "We carried")]).with_stop_reason("refusal"), 502),
        (Answer::status(401), 503),
        (Answer::status(404), 503),
        (Answer::status(529).retry_after(600), 502),
    ];
    for (answer, status) in cases {
        let shown = format!("{answer:?}");
        llm.answer_with(move |purpose, _| (purpose == Purpose::Answer).then(|| answer.clone()));
        let server = llm.serve(&[("HYBRID_RERANKER", "none")]);
        let ada = client(&llm.world, &server);

        let refused = ada.post("/api/search/answer", &json!({ "q": "Since when do we live in the flat?" }));

        assert_eq!(refused.status, status, "{shown}: {refused:#?}");
        let refused = refused.refused(status, "answer_unavailable");
        assert!(!refused.text.contains("In May") && !refused.text.contains("flat"), "{refused:#?}");
    }
}

#[test]
fn without_a_model_the_best_passages_are_returned() {
    let llm = LlmFixture::new();
    write_entries(&llm.world);
    let check = |answer: &Value, model: &str| {
        assert_eq!((&answer["is_question"], &answer["answered"]), (&json!(true), &json!(false)), "{answer}");
        assert!(answer["answer"].as_str().unwrap().contains("No model is available for answers"), "{answer}");
        assert_eq!(answer["model"], model);
        let first = &answer["citations"][0];
        assert_eq!((&first["entry_id"], &first["entry_date"]), (&json!(1), &json!("2024-05-01")), "{answer}");
        assert!(first["quote"].as_str().unwrap().contains("last box"), "{answer}");
    };
    let question = "who carried the last box into the flat in Ghent?";

    check(&llm.world.json(&["ask", question]), "claude-sonnet-4-6");
    let off = llm.serve(&[("ANSWER_PROVIDER", "none"), ("HYBRID_RERANKER", "none")]);
    check(&ask(&client(&llm.world, &off), question), "");
    llm.world.ok(&["egress", "policy", "--local-only", "on"]);
    let local = llm.serve(&[]);
    check(&ask(&client(&llm.world, &local), question), "claude-sonnet-4-6");
    let shown = llm.world.ok(&["ask", question]);
    assert!(shown.contains("2024-05-01 · “We carried the last box into the flat in Ghent.”"), "{shown}");
    assert!(shown.contains("journal show 1"), "{shown}");
    assert!(llm.provider.received().is_empty(), "no request was sent");
}

#[test]
fn ask_prints_the_answer_and_its_citations() {
    let llm = LlmFixture::new();
    write_entries(&llm.world);
    llm.answer_with(|purpose, _| {
        (purpose == Purpose::Answer).then(|| reply("Since May 2024.", &[(1, "carried the last box")]))
    });
    let settings = llm.settings(&[]);
    let settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let run = |args: &[&str]| llm.world.run_with(&[&["ask"], args].concat(), &settings, None);

    let shown = run(&["Since when do we live in the flat?", "--from", "2024-01-01"]).ok();

    assert_eq!(shown.stdout, "Since May 2024.\n\n  2024-05-01 · “carried the last box”\n    journal show 1\n");
    assert_eq!(run(&["Since when?", "--json"]).ok().document()["citations"][0]["entry_id"], 1);
    llm.answer_with(|purpose, _| (purpose == Purpose::Classifier).then(|| Answer::text("SEARCH")));
    run(&["plum brandy"]).ok().says("`journal search`");
    run(&[" "]).refused(2);
    run(&["when?", "--from", "soon"]).refused(2);
    llm.answer_with(|purpose, _| (purpose == Purpose::Answer).then(|| Answer::text("nonsense")));
    run(&["Since when do we live in the flat?"]).refused(8);
}

/// The passages count against the daily limit of entries.
#[test]
fn a_restricted_key_gets_answers_from_its_entries_only() {
    let llm = LlmFixture::new();
    write_entries(&llm.world);
    llm.answer_with(|purpose, _| {
        let cited = [(1, "We carried the last box"), (2, "The flat is loud")];
        (purpose == Purpose::Answer).then(|| reply("Since May 2024.", &cited))
    });
    let server = llm.serve(&[]);
    let args = ["key", "add", "june", "--scope", "search", "--from", "2024-06-01", "--entries-per-day", "4"];
    let june = server.key(llm.world.ada().json(&args)["key"].as_str().unwrap());

    let answer = ask(&june, "Since when do we live in the flat?");

    let cited: Vec<_> = answer["citations"].as_array().unwrap().iter().map(|cited| &cited["entry_id"]).collect();
    assert_eq!(cited, [&json!(2)], "entry 1 was not among the passages");
    for request in [Purpose::Answer, Purpose::Rerank].map(|purpose| llm.requests_for(purpose)).concat() {
        assert!(!user_text(&request).contains("last box"), "{}", user_text(&request));
    }
    assert_eq!(offered_entry_ids(&llm.requests_for(Purpose::Answer)[0]).len(), 2);
    let second = ask(&june, "Since when do we live in the flat?");
    assert_eq!(second["answered"], true);
    let before = llm.requests_for(Purpose::Answer).len();
    june.post("/api/search/answer", &json!({ "q": "Since when is the flat loud?" })).refused(429, "entries_per_day");
    assert_eq!(llm.requests_for(Purpose::Answer).len(), before, "no request for a key over its daily limit");
}

#[test]
fn redacted_words_are_restored_before_quotes_are_checked() {
    let llm = LlmFixture::new();
    llm.world.ada().write("Frau Kowalski called about the flat.", "2024-05-01");
    llm.world.ok(&["egress", "policy", "--word", "Kowalski"]);
    llm.answer_with(|purpose, _| {
        (purpose == Purpose::Answer).then(|| reply("[WORD_1] did.", &[(1, "Frau [WORD_1] called about the flat.")]))
    });
    let server = llm.serve(&[]);

    let answer = ask(&client(&llm.world, &server), "Who called about the flat?");

    assert!(!llm.provider.has_received(b"Kowalski"));
    assert_eq!(answer["answer"], "Kowalski did.", "{answer}");
    assert_eq!(answer["citations"][0]["quote"], "Frau Kowalski called about the flat.");
}
