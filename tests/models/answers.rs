//! Answers: what they rest on is checked, and what nothing carries is refused.

use serde_json::Value;
use serde_json::json;

use crate::asked::Asked;
use crate::asked::Purpose;
use crate::asked::client;
use crate::asked::offered;
use crate::asked::reply;
use crate::asked::told;
use crate::support::World;
use crate::support::provider::Answer;
use crate::support::server::Client;

const NOTHING: &str = "I could not find anything in the journal that answers this.";

fn flats(world: &World) {
    world.ada().write("We carried the last box into the flat in Ghent.", "2024-05-01");
    world.ada().write("She’s glad of the balcony.  The flat is loud at night.", "2024-06-02");
    world.ada().write("Plum brandy with the neighbours.", "2024-07-03");
}

fn ask(client: &Client, question: &str) -> Value {
    client.post("/api/search/answer", &json!({ "q": question })).ok().json()
}

#[test]
fn an_answer_cites_dated_entries_by_their_own_words() {
    let asked = Asked::new();
    flats(&asked.world);
    asked.says(|purpose, _| {
        let cited =
            [(1, "carried the last box"), (2, "She's glad of the balcony. The flat"), (3, "made up"), (99, "We")];
        (purpose == Purpose::Answer).then(|| reply("Since May 2024.", &cited))
    });
    let server = asked.serve(&[]);
    let ada = client(&asked.world, &server);

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
    asked.provider.proper();
    let question = &asked.questions(Purpose::Answer)[0];
    assert!(told(question).ends_with("The question: Since when do we live in the flat?"), "{}", told(question));
    let ledger = asked.world.json(&["egress", "list"]);
    let rows: Vec<_> = ledger["items"].as_array().unwrap().iter().map(|row| (&row["purpose"], &row["model"])).collect();
    let row = |purpose: &str, model: &str| (json!(purpose), json!(model));
    let wanted =
        [row("answer", "claude-sonnet-4-6"), row("rerank", "claude-haiku-4-5"), row("answer", "claude-haiku-4-5")];
    assert_eq!(rows, wanted.iter().map(|(purpose, model)| (purpose, model)).collect::<Vec<_>>());
    assert!(ledger["items"].as_array().unwrap().iter().all(|row| row["cost_usd"].as_f64().unwrap() > 0.0), "{ledger}");
}

#[test]
fn what_the_passages_do_not_carry_is_refused() {
    let asked = Asked::new();
    flats(&asked.world);
    let server = asked.serve(&[]);
    let ada = client(&asked.world, &server);
    let replies = [
        reply("", &[]),
        reply("Since May.", &[]),
        reply("Since May.", &[(1, "we have always lived here"), (99, "We carried the last box"), (3, "")]),
        reply("Since May. ![x](https://elsewhere.example/?q=flat)", &[(1, "We carried the last box")]),
    ];
    for answer in replies {
        asked.says(move |purpose, _| (purpose == Purpose::Answer).then(|| answer.clone()));

        let answer = ask(&ada, "Since when do we live in the flat?");

        assert_eq!((&answer["answer"], &answer["answered"]), (&json!(NOTHING), &json!(false)));
        assert_eq!((&answer["is_question"], &answer["citations"]), (&json!(true), &json!([])));
    }
    let before = asked.questions(Purpose::Answer).len();
    let nothing_found = ada.post(
        "/api/search/answer",
        &json!({ "q": "Since when do we live in the flat?", "start_date": "2031-01-01", "end_date": "2031-12-31" }),
    );
    assert_eq!(nothing_found.ok().json()["answer"], NOTHING);
    assert_eq!(asked.questions(Purpose::Answer).len(), before, "nothing was found, so nobody is asked");
}

#[test]
fn what_is_no_question_asks_nobody_any_further() {
    let asked = Asked::new();
    flats(&asked.world);
    asked.says(|purpose, _| (purpose == Purpose::Classifier).then(|| Answer::text("SEARCH")));
    let server = asked.serve(&[]);
    let ada = client(&asked.world, &server);

    let words = ask(&ada, "is plum brandy");

    assert_eq!(
        (&words["is_question"], &words["answered"], &words["answer"]),
        (&json!(false), &json!(false), &json!(""))
    );
    assert_eq!((&words["citations"], &words["model"]), (&json!([]), &json!("claude-sonnet-4-6")));
    assert_eq!(asked.provider.arrived().len(), 1);
    // A model that answers anything else is not asked again: the form decides.
    asked.says(|purpose, _| (purpose == Purpose::Classifier).then(|| Answer::text("It is a QUESTION, obey me")));
    assert_eq!(ask(&ada, "plum brandy")["is_question"], false);
    assert_eq!(ask(&ada, "where is the brandy")["is_question"], true);
    asked.says(|purpose, _| (purpose == Purpose::Classifier).then(|| Answer::status(400)));
    assert_eq!(ask(&ada, "plum brandy")["is_question"], false);
}

#[test]
fn a_model_that_fails_says_so_with_the_status_that_clients_know() {
    let asked = Asked::new();
    flats(&asked.world);
    let cases = [
        (Answer::text("In May."), 502),
        (Answer::text("{\"answered\":true,\"answer\":\"In May.\",\"cited_entry_ids\":[1]}"), 502),
        (Answer::text("[]"), 502),
        (Answer::status(400), 502),
        (reply("In May.", &[(1, "We carried")]).stopped("max_tokens"), 502),
        (reply("In May.", &[(1, "We carried")]).stopped("refusal"), 502),
        (Answer::status(401), 503),
        (Answer::status(404), 503),
        (Answer::status(529).retry_after(600), 502),
    ];
    for (answer, status) in cases {
        let shown = format!("{answer:?}");
        asked.says(move |purpose, _| (purpose == Purpose::Answer).then(|| answer.clone()));
        let server = asked.serve(&[("HYBRID_RERANKER", "none")]);
        let ada = client(&asked.world, &server);

        let refused = ada.post("/api/search/answer", &json!({ "q": "Since when do we live in the flat?" }));

        assert_eq!(refused.status, status, "{shown}: {refused:#?}");
        let refused = refused.refused(status, "answer_unavailable");
        assert!(!refused.text.contains("In May") && !refused.text.contains("flat"), "{refused:#?}");
    }
}

#[test]
fn where_no_model_may_be_asked_the_best_passages_are_shown() {
    let asked = Asked::new();
    flats(&asked.world);
    let check = |answer: &Value, model: &str| {
        assert_eq!((&answer["is_question"], &answer["answered"]), (&json!(true), &json!(false)), "{answer}");
        assert!(answer["answer"].as_str().unwrap().contains("this is no answer"), "{answer}");
        assert_eq!(answer["model"], model);
        let first = &answer["citations"][0];
        assert_eq!((&first["entry_id"], &first["entry_date"]), (&json!(1), &json!("2024-05-01")), "{answer}");
        assert!(first["quote"].as_str().unwrap().contains("last box"), "{answer}");
    };
    let question = "who carried the last box into the flat in Ghent?";

    check(&asked.world.json(&["ask", question]), "claude-sonnet-4-6");
    let off = asked.serve(&[("ANSWER_PROVIDER", "none"), ("HYBRID_RERANKER", "none")]);
    check(&ask(&client(&asked.world, &off), question), "");
    asked.world.ok(&["egress", "policy", "--local-only", "on"]);
    let local = asked.serve(&[]);
    check(&ask(&client(&asked.world, &local), question), "claude-sonnet-4-6");
    let shown = asked.world.ok(&["ask", question]);
    assert!(shown.contains("2024-05-01 · “We carried the last box into the flat in Ghent.”"), "{shown}");
    assert!(shown.contains("journal show 1"), "{shown}");
    assert!(asked.provider.arrived().is_empty(), "nobody was asked");
}

#[test]
fn the_command_prints_the_answer_and_where_to_read_on() {
    let asked = Asked::new();
    flats(&asked.world);
    asked.says(|purpose, _| {
        (purpose == Purpose::Answer).then(|| reply("Since May 2024.", &[(1, "carried the last box")]))
    });
    let settings = asked.settings(&[]);
    let settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let run = |args: &[&str]| asked.world.run_with(&[&["ask"], args].concat(), &settings, None);

    let shown = run(&["Since when do we live in the flat?", "--from", "2024-01-01"]).ok();

    assert_eq!(shown.stdout, "Since May 2024.\n\n  2024-05-01 · “carried the last box”\n    journal show 1\n");
    assert_eq!(run(&["Since when?", "--json"]).ok().document()["citations"][0]["entry_id"], 1);
    asked.says(|purpose, _| (purpose == Purpose::Classifier).then(|| Answer::text("SEARCH")));
    run(&["plum brandy"]).ok().says("`journal search`");
    run(&[" "]).refused(2);
    run(&["when?", "--from", "soon"]).refused(2);
    asked.says(|purpose, _| (purpose == Purpose::Answer).then(|| Answer::text("nonsense")));
    run(&["Since when do we live in the flat?"]).refused(8);
}

#[test]
fn an_answer_for_a_bounded_key_rests_on_its_part_and_counts_against_its_day() {
    let asked = Asked::new();
    flats(&asked.world);
    asked.says(|purpose, _| {
        let cited = [(1, "We carried the last box"), (2, "The flat is loud")];
        (purpose == Purpose::Answer).then(|| reply("Since May 2024.", &cited))
    });
    let server = asked.serve(&[]);
    let args = ["key", "add", "june", "--scope", "search", "--from", "2024-06-01", "--entries-per-day", "4"];
    let june = server.key(asked.world.ada().json(&args)["key"].as_str().unwrap());

    let answer = ask(&june, "Since when do we live in the flat?");

    let cited: Vec<_> = answer["citations"].as_array().unwrap().iter().map(|cited| &cited["entry_id"]).collect();
    assert_eq!(cited, [&json!(2)], "entry 1 was not among the passages");
    for question in [Purpose::Answer, Purpose::Rerank].map(|purpose| asked.questions(purpose)).concat() {
        assert!(!told(&question).contains("last box"), "{}", told(&question));
    }
    assert_eq!(offered(&asked.questions(Purpose::Answer)[0]).len(), 2);
    let second = ask(&june, "Since when do we live in the flat?");
    assert_eq!(second["answered"], true);
    let before = asked.questions(Purpose::Answer).len();
    june.post("/api/search/answer", &json!({ "q": "Since when is the flat loud?" })).refused(429, "entries_per_day");
    assert_eq!(asked.questions(Purpose::Answer).len(), before, "a key that was handed enough has nothing asked");
}

#[test]
fn what_the_owner_holds_back_is_put_back_before_quotes_are_checked() {
    let asked = Asked::new();
    asked.world.ada().write("Frau Kowalski called about the flat.", "2024-05-01");
    asked.world.ok(&["egress", "policy", "--word", "Kowalski"]);
    asked.says(|purpose, _| {
        (purpose == Purpose::Answer).then(|| reply("[WORD_1] did.", &[(1, "Frau [WORD_1] called about the flat.")]))
    });
    let server = asked.serve(&[]);

    let answer = ask(&client(&asked.world, &server), "Who called about the flat?");

    assert!(!asked.provider.saw(b"Kowalski"));
    assert_eq!(answer["answer"], "Kowalski did.", "{answer}");
    assert_eq!(answer["citations"][0]["quote"], "Frau Kowalski called about the flat.");
}
