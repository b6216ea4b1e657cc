//! A key reaches what it may and nothing else, whatever tool it is used with.

use serde_json::Value;
use serde_json::json;

use crate::client::Speaks;
use crate::client::Stdio;
use crate::client::Wire;
use crate::support::ADA;
use crate::support::World;
use crate::support::people;
use crate::support::pictures;
use crate::support::text_of;

/// Words of entries outside of the range, and of one with the tag that is kept back; no other text has them.
const OUTSIDE: [&str; 4] = ["quince jelly", "Quitzow", "lamplighter", "2023-01-0"];

/// Ada's journal: two entries before May 2024, one tagged in it, two that a bounded key reaches.
struct Journal {
    world: World,
    /// Within: 2024-05-10 and 2024-05-20.
    within: [i64; 2],
    early: i64,
    tagged: i64,
}

impl Journal {
    fn new() -> Self {
        Self::of(World::new())
    }

    /// The same, with people and places outside of the range.
    fn with_people() -> Self {
        let world = World::new();
        people::bring(world.ada(), &people::hers());
        Self::of(world)
    }

    fn of(world: World) -> Self {
        let ada = world.ada();
        let early = ada.write("We made quince jelly in Quitzow with the plum brandy.", "2023-01-01");
        ada.write("Quince jelly again, Quitzow again, plum brandy.", "2023-01-02");
        let within = [
            ada.write("Rain all day; we baked bread and drank plum brandy.", "2024-05-10"),
            ada.write("Sun at last, and a walk by the river.", "2024-05-20"),
        ];
        let file =
            world.file("secret.md", "---\ndate: 2024-05-15\ntags: [Private]\n---\nThe lamplighter, plum brandy.");
        let ingested = ada.json(&["ingest", file.to_str().unwrap()]);
        let tagged = ingested["items"][0]["id"].as_i64().unwrap();
        Self { world, within, early, tagged }
    }

    /// Makes a key and returns it.
    fn key(&self, flags: &[&str]) -> String {
        let made = self.world.json(&[&["key", "add", "laptop", "--user", ADA], flags].concat());
        text_of(&made, "key").to_owned()
    }

    fn bounded(&self, more: &[&str]) -> String {
        let range = ["--from", "2024-05-01", "--to", "2024-05-31", "--without-tag", "private"];
        self.key(&[&range, more].concat())
    }

    fn pipes(&self, key: &str) -> Stdio {
        Stdio::of(&self.world, &[], &[("JOURNAL_API_KEY", key)])
    }
}

#[track_caller]
fn shows_nothing_of_the_rest(reply: &Value) {
    let shown = reply.to_string();
    for words in OUTSIDE {
        assert!(!shown.contains(words), "{words}: {reply:#}");
    }
}

const ALL_SCOPES: [&str; 10] = [
    "--scope",
    "entries:read",
    "--scope",
    "entries:write",
    "--scope",
    "ingest",
    "--scope",
    "ingest:url",
    "--scope",
    "search",
];

/// Each tool with arguments that reach for the whole journal.
fn calls(journal: &Journal) -> Vec<(&'static str, Value)> {
    let (early, tagged) = (journal.early, journal.tagged);
    let page = data_encoding::BASE64.encode(&pictures::png(8, 8, 0));
    vec![
        ("journal_search_entries", json!({ "query": "plum brandy", "limit": 50 })),
        (
            "journal_search_entries",
            json!({ "query": "plum brandy", "start_date": "2023-01-01", "end_date": "2023-12-31" }),
        ),
        ("journal_get_topic_frequency", json!({ "topic": "brandy" })),
        ("journal_get_entries_by_date", json!({ "date": "2023-01-01" })),
        ("journal_get_entries_by_date", json!({ "date": "2024-05-15" })),
        ("journal_list_entries", json!({ "limit": 50 })),
        ("journal_list_entries", json!({ "start_date": "2020-01-01", "end_date": "2024-01-01" })),
        ("journal_get_entry", json!({ "entry_id": early })),
        ("journal_get_entry", json!({ "entry_id": tagged })),
        ("journal_get_statistics", json!({})),
        ("journal_get_statistics", json!({ "start_date": "2023-01-01" })),
        ("journal_update_entry_text", json!({ "entry_id": early, "final_text": "taken over" })),
        ("journal_update_entry_text", json!({ "entry_id": tagged, "final_text": "taken over" })),
        ("journal_delete_entry", json!({ "entry_id": early })),
        ("journal_delete_entry", json!({ "entry_id": tagged })),
        ("journal_ingest_text", json!({ "text": "Words for a day outside.", "date": "2022-12-31" })),
        (
            "journal_ingest_media",
            json!({
                "source_type": "image", "data_base64": page, "media_type": "image/png", "date": "2022-12-31",
            }),
        ),
        (
            "journal_ingest_multi_page",
            json!({
                "images_base64": [page], "media_types": ["image/png"], "date": "2022-12-31",
            }),
        ),
        ("journal_ingest_media_from_url", json!({ "source_type": "image", "url": "http://127.0.0.1/x.png" })),
        ("journal_ingest_multi_page_from_url", json!({ "urls": ["http://127.0.0.1/x.png"] })),
        ("journal_list_entities", json!({})),
        ("journal_get_entity_mentions", json!({ "entity_id": people::HERS })),
        ("journal_get_entity_relationships", json!({ "entity_id": people::HERS })),
        ("journal_get_job_status", json!({ "job_id": "00000000-0000-0000-0000-000000000000" })),
        ("journal_ask", json!({ "question": "Who served plum brandy?" })),
        ("journal_get_mood_trends", json!({})),
        ("journal_backfill_mood_scores_batch", json!({ "mode": "force" })),
        ("journal_extract_entities", json!({})),
        ("journal_extract_entities", json!({ "entry_id": early })),
        ("journal_extract_entities_batch", json!({})),
    ]
}

#[test]
fn a_bounded_key_reaches_nothing_of_the_rest_by_any_tool_resource_or_completion() {
    let journal = Journal::with_people();
    let key = journal.bounded(&ALL_SCOPES);
    // What is derived is there before, so that nothing changes by itself.
    journal.world.ada().run(&["job", "run"]).ok();
    let server = journal.world.serve();
    let before = journal.world.ada().export();
    let (mut pipes, mut wire) = (journal.pipes(&key), Wire::modern(&server.key(&key)));
    let doors: [&mut dyn Speaks; 2] = [&mut pipes, &mut wire];

    for door in doors {
        let listed = door.result("tools/list", json!({}));
        let named: Vec<&str> = listed["tools"].as_array().unwrap().iter().map(|tool| text_of(tool, "name")).collect();
        let calls = calls(&journal);
        for tool in &named {
            assert!(calls.iter().any(|(name, _)| name == tool), "{tool} is not tried");
        }
        for (tool, arguments) in calls {
            let reply = door.ask("tools/call", json!({ "name": tool, "arguments": arguments }));

            shows_nothing_of_the_rest(&without_questions(reply));
        }
        for uri in ["journal://day/2023-01-01", "journal://day/2024-05-15"] {
            let reply = door.ask("resources/read", json!({ "uri": uri }));
            assert!(!reply.to_string().contains("jelly") && !reply.to_string().contains("lamplighter"), "{reply:#}");
        }
        for id in [journal.early, journal.tagged] {
            let reply = door.ask("resources/read", json!({ "uri": format!("journal://entry/{id}") }));
            shows_nothing_of_the_rest(&reply);
            assert!(reply.get("error").is_some(), "{reply:#}");
        }
        shows_nothing_of_the_rest(&door.ask("resources/list", json!({})));
        for (uri, name, value) in [
            ("journal://day/{date}", "date", "2023"),
            ("journal://day/{date}", "date", "2024-05-15"),
            ("journal://entry/{id}", "id", ""),
        ] {
            let asked =
                json!({ "ref": { "type": "ref/resource", "uri": uri }, "argument": { "name": name, "value": value } });
            let reply = door.ask("completion/complete", asked);
            let values =
                reply["result"]["completion"]["values"].as_array().unwrap_or_else(|| panic!("{reply:#}")).clone();
            let outside = [journal.early.to_string(), journal.tagged.to_string()];
            assert!(values.iter().all(|value| !outside.contains(&value.as_str().unwrap().to_owned())), "{reply:#}");
            shows_nothing_of_the_rest(&json!(values));
        }
    }
    assert_eq!(journal.world.ada().export(), before, "nothing was written outside, nor inside");
}

/// Returns a reply without what it repeats of the question: dates and words that the test itself asked with.
fn without_questions(mut reply: Value) -> Value {
    fn walk(value: &mut Value) {
        match value {
            Value::String(text) => *text = text.replace("2023-01-01", "").replace("2022-12-31", ""),
            Value::Array(items) => items.iter_mut().for_each(walk),
            Value::Object(fields) => fields.values_mut().for_each(walk),
            _ => {}
        }
    }
    walk(&mut reply);
    reply
}

#[test]
fn totals_and_finds_count_what_the_key_reaches_alone() {
    let journal = Journal::new();
    let mut pipes = journal.pipes(&journal.bounded(&[]));

    let list = pipes.call("journal_list_entries", json!({})).ok().text;
    let stats = pipes.call("journal_get_statistics", json!({})).ok().text;
    let topic = pipes.call("journal_get_topic_frequency", json!({ "topic": "brandy" })).ok().text;
    let found = pipes.call("journal_search_entries", json!({ "query": "plum brandy" })).ok().text;

    assert!(list.contains("2024-05-10") && list.contains("2024-05-20") && !list.contains("2024-05-15"), "{list}");
    assert!(stats.contains("2024-05-10") && stats.contains("2024-05-20") && stats.contains(": 2\n"), "{stats}");
    assert!(topic.contains("2024-05-10") && !topic.contains("2023-01-01"), "{topic}");
    assert!(found.contains("Rain all day"), "{found}");
    // What somebody who reaches everything asked just now is not what this key is shown, nor the other way round.
    let mut whole = Stdio::of(&journal.world, &[], &[]);
    let all = whole.call("journal_search_entries", json!({ "query": "plum brandy" })).ok().text;
    assert!(all.contains("quince jelly") && all.contains("lamplighter"), "{all}");
}

#[test]
fn results_of_one_key_are_not_another_keys() {
    let journal = Journal::new();
    let server = journal.world.serve();
    let (bounded, whole) = (journal.bounded(&[]), journal.key(&[]));
    let untagged = journal.key(&["--without-tag", "private"]);
    let asked = |key: &str| {
        let mut wire = Wire::modern(&server.key(key));
        wire.call("journal_search_entries", json!({ "query": "plum brandy", "limit": 50 })).ok().text
    };

    for key in [&whole, &bounded, &untagged, &bounded, &whole] {
        let text = asked(key);

        assert!(text.contains("Rain all day"), "{text}");
        assert_eq!(text.contains("quince jelly"), key != &bounded, "{text}");
        assert_eq!(text.contains("lamplighter"), key == &whole, "{text}");
    }
    // A tag takes effect with the next question.
    journal.world.ada().run(&["edit", &journal.within[0].to_string(), "--tag", "Private"]).ok();
    assert!(!asked(&bounded).contains("Rain all day") && asked(&whole).contains("Rain all day"));
    journal.world.ada().run(&["edit", &journal.within[0].to_string(), "--untag", "private"]).ok();
    assert!(asked(&bounded).contains("Rain all day"));
}

#[test]
fn a_bounded_key_writes_what_it_can_read_back_and_nothing_else() {
    let journal = Journal::new();
    let key = journal.bounded(&ALL_SCOPES);
    let mut pipes = journal.pipes(&key);

    let told = pipes.call("journal_ingest_text", json!({ "text": "A new one.", "date": "2024-05-21" })).ok();
    pipes.call("journal_ingest_text", json!({ "text": "Too late.", "date": "2024-06-01" })).refused("2024-05-01 to");
    pipes.call("journal_ingest_text", json!({ "text": "Today." })).refused("outside");
    let id = journal.within[1];
    pipes.call("journal_update_entry_text", json!({ "entry_id": id, "final_text": "Clouds." })).ok();

    assert!(told.text.contains("2024-05-21") && told.text.contains("agent"), "{told:?}");
    assert!(pipes.call("journal_list_entries", json!({})).ok().text.contains("A new one."));
    let client = journal.world.serve();
    let over_http = client.key(&key);
    over_http
        .patch(&format!("/api/entries/{id}"), &json!({ "entry_date": "2024-06-02" }))
        .refused(403, "outside_boundary");
    over_http.patch(&format!("/api/entries/{id}"), &json!({ "tags": ["private"] })).refused(403, "outside_boundary");
    let kept = over_http.patch(&format!("/api/entries/{id}"), &json!({ "tags": ["Walks"] })).ok().json();
    assert_eq!((&kept["entry_date"], &kept["tags"]), (&json!("2024-05-20"), &json!(["walks"])));
}

#[test]
fn a_file_outside_is_not_there_for_a_key_that_does_not_reach_it() {
    let journal = Journal::new();
    let server = journal.world.serve();
    let client = server.key(&journal.bounded(&ALL_SCOPES));
    let same = b"---\ndate: 2024-05-15\ntags: [Private]\n---\nThe lamplighter, plum brandy.";

    let refused = client.upload("/api/entries/ingest/file", "file", "secret.md", same, &[]);

    // Whether the journal has the file is not told: what the file says of itself is what is refused.
    assert_eq!(refused.status, 403, "{refused:#?}");
    assert!(
        refused.text.contains("tag") && !refused.text.contains(&format!("entry {}", journal.tagged)),
        "{refused:#?}"
    );
}

#[test]
fn a_read_only_key_is_offered_and_does_nothing_that_writes() {
    let journal = Journal::new();
    let mut pipes = journal.pipes(&journal.key(&["--read-only"]));

    let listed = pipes.result("tools/list", json!({}));
    let id = journal.within[0];

    for tool in listed["tools"].as_array().unwrap() {
        assert_eq!(tool["annotations"]["readOnlyHint"], true, "{tool}");
    }
    for (tool, arguments) in [
        ("journal_ingest_text", json!({ "text": "New." })),
        ("journal_update_entry_text", json!({ "entry_id": id, "final_text": "taken over" })),
        ("journal_delete_entry", json!({ "entry_id": id })),
    ] {
        pipes.call(tool, arguments).refused("scope");
    }
    pipes.call("journal_get_entry", json!({ "entry_id": id })).ok();
}

#[test]
fn entries_a_day_are_counted_at_every_door_together_and_never_exceeded() {
    let journal = Journal::new();
    let key = journal.key(&["--entries-per-day", "10"]);
    let server = journal.world.serve();
    let (id, other) = (journal.within[0], journal.within[1]);
    let rest = server.key(&key);
    let (mut pipes, mut wire) = (journal.pipes(&key), Wire::modern(&server.key(&key)));

    pipes.call("journal_list_entries", json!({})).ok();
    wire.call("journal_get_entry", json!({ "entry_id": id })).ok();
    rest.get(&format!("/api/entries/{other}")).ok();
    pipes.call("journal_get_statistics", json!({})).ok();
    // Three are left: five at once are refused whole.
    let refused = wire.call("journal_list_entries", json!({})).refused("3 are left");
    assert!(refused.text.contains("10 entries a day") && refused.text.contains("midnight UTC"), "{refused:?}");
    let refused = rest.get("/api/entries").refused(429, "entries_per_day");
    let seconds: u32 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=86_401).contains(&seconds), "{seconds}");
    pipes.call("journal_list_entries", json!({ "limit": 3 })).ok();
    pipes.call("journal_get_entry", json!({ "entry_id": id })).refused("0 are left");
    pipes.call("journal_get_statistics", json!({})).ok();
    // Another key of the same person is not this one.
    journal.pipes(&journal.key(&[])).call("journal_list_entries", json!({})).ok();
}

#[test]
fn readers_at_once_are_handed_no_more_entries_than_their_key_may_be() {
    let journal = Journal::new();
    let key = journal.key(&["--entries-per-day", "12"]);
    let server = journal.world.serve();
    let by_pipes = || {
        let mut pipes = journal.pipes(&key);
        (0..10).filter(|_| !pipes.call("journal_list_entries", json!({ "limit": 1 })).is_error).count()
    };
    let over_http = || (0..10).filter(|_| server.key(&key).get("/api/entries?limit=1").status == 200).count();

    let handed: usize = std::thread::scope(|scope| {
        let readers = [scope.spawn(by_pipes), scope.spawn(by_pipes)];
        let more = scope.spawn(over_http);
        readers.into_iter().map(|reader| reader.join().unwrap()).sum::<usize>() + more.join().unwrap()
    });

    assert_eq!(handed, 12);
}

#[test]
fn what_an_assistant_writes_says_so() {
    let journal = Journal::new();
    let key = journal.key(&ALL_SCOPES);
    let mut pipes = journal.pipes(&key);
    let id = journal.within[0];

    let claimed = json!({ "text": "Words of a model.", "date": "2024-05-30", "source_type": "text_entry" });
    pipes.call("journal_ingest_text", claimed).ok();
    pipes.call("journal_update_entry_text", json!({ "entry_id": id, "final_text": "Rewritten by a model." })).ok();

    let ada = journal.world.ada();
    let listed = ada.json(&["list"]);
    let agents: Vec<&Value> =
        listed["items"].as_array().unwrap().iter().filter(|item| item["source_type"] == "agent").collect();
    assert_eq!((agents.len(), &agents[0]["entry_date"]), (1, &json!("2024-05-30")));
    let via = format!("key:{}", ada.json(&["key", "list"])["items"][0]["id"]);
    let author = json!({ "via": via, "assistant": "laptop 1" });
    let new = ada.json(&["show", &agents[0]["id"].to_string()]);
    assert_eq!(new["provenance"], json!({ "added_by": author, "written_by": author }));
    let rewritten = ada.json(&["show", &id.to_string()]);
    assert_eq!(rewritten["provenance"], json!({ "added_by": null, "written_by": author }));
    assert_eq!(rewritten["source_type"], "text_entry", "where it came from is not where it went");
    // A person who takes the old text back takes a person's words back.
    ada.run(&["edit", &id.to_string(), "--restore", "1"]).ok();
    let restored = ada.json(&["show", &id.to_string()]);
    assert_eq!(restored["provenance"], json!({ "added_by": null, "written_by": null }));
    let history = ada.json(&["show", &id.to_string(), "--history"])["items"].clone();
    assert_eq!((&history[0]["written_by"], &history[1]["written_by"]), (&Value::Null, &author));
    let shown = ada.run(&["show", &agents[0]["id"].to_string()]).ok().stdout;
    assert!(shown.contains(&format!("written by laptop 1 ({via})")), "{shown}");
}

#[test]
fn what_an_assistant_brings_says_so_and_stays_what_it_is() {
    let journal = Journal::new();
    let mut pipes = journal.pipes(&journal.key(&ALL_SCOPES));
    let page = data_encoding::BASE64.encode(&pictures::png(8, 8, 0));

    // Nobody reads pages here, so the job waits or fails; who brought it is written down with it all the same.
    let media = json!({ "source_type": "image", "data_base64": page, "media_type": "image/png", "date": "2024-05-30" });
    pipes.ask("tools/call", json!({ "name": "journal_ingest_media", "arguments": media }));

    let lines = journal.world.ada().json(&["activity"])["items"].clone();
    let uploaded = lines.as_array().unwrap().iter().find(|line| line["action"] == "MEDIA_UPLOADED").unwrap();
    assert_eq!((&uploaded["assistant"], &uploaded["via_name"]), (&json!("laptop 1"), &json!("laptop")));
}

#[test]
fn every_read_of_an_assistant_is_a_line_told_from_those_of_a_program_with_the_same_key() {
    let journal = Journal::new();
    let key = journal.key(&ALL_SCOPES);
    let server = journal.world.serve();
    server.key(&key).get("/api/entries").ok();
    let mut pipes = journal.pipes(&key);

    pipes.call("journal_list_entries", json!({})).ok();
    pipes.call("journal_list_entries", json!({ "limit": 2 })).ok();
    pipes.call("journal_get_entry", json!({ "entry_id": journal.early })).ok();
    pipes.call("journal_get_entries_by_date", json!({ "date": "2023-01-01" })).ok();
    pipes.call("journal_search_entries", json!({ "query": "river" })).ok();
    pipes.call("journal_get_topic_frequency", json!({ "topic": "brandy" })).ok();
    pipes.call("journal_get_statistics", json!({})).ok();
    let id = text_of(&journal.world.ada().json(&["job", "list"])["items"][0], "id").to_owned();
    pipes.call("journal_get_job_status", json!({ "job_id": id })).ok();
    pipes.call("journal_ingest_text", json!({ "text": "New.", "date": "2024-05-30" })).ok();
    pipes.end();
    server.stop();

    let ada = journal.world.ada();
    let lines = ada.json(&["activity"])["items"].as_array().unwrap().clone();
    let reads = |what: &str, assistant: Value| {
        let found: Vec<&Value> = lines
            .iter()
            .filter(|line| line["action"] == "READ" && line["resource"] == what && line["assistant"] == assistant)
            .collect();
        assert_eq!(found.len(), 1, "{what} {assistant}: {lines:#?}");
        assert_eq!(found[0]["via_name"], "laptop", "{found:#?}");
        (found[0]["requests"].as_i64().unwrap(), found[0]["entries"].as_i64().unwrap())
    };
    assert_eq!(reads("list", Value::Null), (1, 5));
    assert_eq!(reads("list", json!("laptop 1")), (2, 7));
    assert_eq!(reads("entry", json!("laptop 1")), (2, 2));
    assert_eq!(reads("search", json!("laptop 1")).0, 2);
    assert_eq!(reads("statistics", json!("laptop 1")), (1, 0));
    assert_eq!(reads("job", json!("laptop 1")), (1, 0));
    let written = lines.iter().find(|line| line["action"] == "ENTRY_CREATED").unwrap();
    assert_eq!((&written["assistant"], &written["via_name"]), (&json!("laptop 1"), &json!("laptop")));
    let shown = ada.run(&["activity"]).ok().stdout;
    assert!(shown.contains("assistant \"laptop\" (laptop 1) read 7 entries (list ×2)"), "{shown}");
    assert!(shown.contains("by assistant \"laptop\" (laptop 1)"), "{shown}");
    assert_eq!(journal.world.doctor().0, 0, "the chain holds");
}
