//! Restricted keys: date range, excluded tags, read-only and entries per day, with every tool.

use serde_json::{Value, json};

use crate::mcp::client::{HttpClient, McpClient, StdioClient};
use crate::support::{ADA, World, people, pictures, text_of};

/// Words that only the entries outside the range and the entry with the excluded tag contain.
const OUTSIDE: [&str; 4] = ["quince jelly", "Quitzow", "lamplighter", "2023-01-0"];

/// Ada's journal: two entries before May 2024, a tagged one in that month, and two that a restricted key reaches.
struct Journal {
    world: World,
    /// Reachable entries, of 2024-05-10 and 2024-05-20.
    within: [i64; 2],
    early: i64,
    tagged: i64,
    /// Deleted entry of the time before May 2024.
    trashed: i64,
}

impl Journal {
    fn new() -> Self {
        Self::in_world(World::new())
    }

    /// Returns the journal with additional entities that only entries outside the range mention.
    fn with_people() -> Self {
        let world = World::new();
        people::import_document(world.ada(), &people::private_document());
        Self::in_world(world)
    }

    fn in_world(world: World) -> Self {
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
        let trashed = ada.write("The quince jelly of Quitzow was thrown away.", "2023-01-03");
        ada.run(&["delete", &trashed.to_string(), "--yes"]).ok();
        Self { world, within, early, tagged, trashed }
    }

    /// Creates a key and returns its secret.
    fn key(&self, flags: &[&str]) -> String {
        let created = self.world.json(&[&["key", "add", "laptop", "--user", ADA], flags].concat());
        text_of(&created, "key").to_owned()
    }

    /// Creates a key for May 2024 without the tag `private`.
    fn restricted_key(&self, more: &[&str]) -> String {
        let range = ["--from", "2024-05-01", "--to", "2024-05-31", "--without-tag", "private"];
        self.key(&[&range, more].concat())
    }

    fn stdio(&self, key: &str) -> StdioClient {
        StdioClient::connect(&self.world, &[], &[("JOURNAL_API_KEY", key)])
    }
}

#[track_caller]
fn assert_shows_only_reachable(reply: &Value) {
    let shown = reply.to_string();
    for words in OUTSIDE {
        assert!(!shown.contains(words), "{words}: {reply:#}");
    }
}

const ALL_SCOPE_FLAGS: [&str; 10] = [
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

/// Calls of every tool with arguments that reach for the whole journal.
fn calls(journal: &Journal) -> Vec<(&'static str, Value)> {
    let (early, tagged) = (journal.early, journal.tagged);
    let page = data_encoding::BASE64.encode(&pictures::png(8, 8, 0));
    vec![
        ("journal_search_entries", json!({ "query": "plum brandy", "limit": 50 })),
        (
            "journal_search_entries",
            json!({ "query": "plum brandy", "start_date": "2023-01-01", "end_date": "2023-12-31" }),
        ),
        ("journal_search_entries", json!({ "query": "tag:private" })),
        ("journal_search_entries", json!({ "query": "brandy", "tags": ["private"] })),
        ("journal_search_entries", json!({ "query": "-tag:private before:2024-01-01" })),
        ("journal_search_entries", json!({ "query": "on:2023-01-01 \"plum brandy\"" })),
        ("journal_search_entries", json!({ "query": "2024-05-15" })),
        ("journal_search_entries", json!({ "query": "-bread" })),
        ("journal_search_entries", json!({ "query": "lamp* person:keeper" })),
        ("journal_search_entries", json!({ "query": "brandy", "without_tags": ["work"] })),
        ("journal_list_entries", json!({ "tags": ["private"] })),
        ("journal_list_entries", json!({ "without_tags": ["work"], "limit": 50 })),
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
        ("journal_list_trash", json!({})),
        ("journal_restore_entry", json!({ "entry_id": journal.trashed })),
        ("journal_empty_trash", json!({})),
        ("journal_empty_trash", json!({ "entry_ids": [journal.trashed] })),
        ("journal_ingest_text", json!({ "text": "Words for a day outside.", "date": "2022-12-31" })),
        ("journal_ingest_text", json!({ "text": "A hidden word.", "date": "2024-05-11", "tags": ["private/own"] })),
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
        ("journal_get_entity_mentions", json!({ "entity_id": people::PRIVATE_ID })),
        ("journal_get_entity_relationships", json!({ "entity_id": people::PRIVATE_ID })),
        ("journal_get_job_status", json!({ "job_id": "00000000-0000-0000-0000-000000000000" })),
        ("journal_ask", json!({ "question": "Who served plum brandy?" })),
        ("journal_get_mood_trends", json!({})),
        ("journal_backfill_mood_scores_batch", json!({ "mode": "force" })),
        ("journal_extract_entities", json!({})),
        ("journal_extract_entities", json!({ "entry_id": early })),
        ("journal_extract_entities_batch", json!({})),
    ]
}

/// Tries every tool, resource and completion over stdio and over HTTP.
#[test]
fn a_restricted_key_reaches_only_its_own_entries() {
    let journal = Journal::with_people();
    let key = journal.restricted_key(&ALL_SCOPE_FLAGS);
    // Background jobs run first, so that they do not change the export later.
    journal.world.ada().run(&["job", "run"]).ok();
    let server = journal.world.serve();
    let before = (journal.world.ada().export(), journal.world.ada().json(&["trash", "list"]));
    let (mut stdio, mut http) = (journal.stdio(&key), HttpClient::modern(&server.key(&key)));
    let clients: [&mut dyn McpClient; 2] = [&mut stdio, &mut http];

    for client in clients {
        let listed = client.result("tools/list", json!({}));
        let named: Vec<&str> = listed["tools"].as_array().unwrap().iter().map(|tool| text_of(tool, "name")).collect();
        let calls = calls(&journal);
        for tool in &named {
            assert!(calls.iter().any(|(name, _)| name == tool), "{tool} is not tried");
        }
        for (tool, arguments) in calls {
            let reply = client.request("tools/call", json!({ "name": tool, "arguments": arguments }));

            assert_shows_only_reachable(&without_echoed_dates(reply));
        }
        for uri in ["journal://day/2023-01-01", "journal://day/2024-05-15"] {
            let reply = client.request("resources/read", json!({ "uri": uri }));
            assert!(!reply.to_string().contains("jelly") && !reply.to_string().contains("lamplighter"), "{reply:#}");
        }
        for id in [journal.early, journal.tagged] {
            let reply = client.request("resources/read", json!({ "uri": format!("journal://entry/{id}") }));
            assert_shows_only_reachable(&reply);
            assert!(reply.get("error").is_some(), "{reply:#}");
        }
        assert_shows_only_reachable(&client.request("resources/list", json!({})));
        for (uri, name, value) in [
            ("journal://day/{date}", "date", "2023"),
            ("journal://day/{date}", "date", "2024-05-15"),
            ("journal://entry/{id}", "id", ""),
        ] {
            let params =
                json!({ "ref": { "type": "ref/resource", "uri": uri }, "argument": { "name": name, "value": value } });
            let reply = client.request("completion/complete", params);
            let values =
                reply["result"]["completion"]["values"].as_array().unwrap_or_else(|| panic!("{reply:#}")).clone();
            let outside = [journal.early.to_string(), journal.tagged.to_string()];
            assert!(values.iter().all(|value| !outside.contains(&value.as_str().unwrap().to_owned())), "{reply:#}");
            assert_shows_only_reachable(&json!(values));
        }
    }
    let after = (journal.world.ada().export(), journal.world.ada().json(&["trash", "list"]));
    assert_eq!(after, before, "nothing was written inside or outside the range");
}

/// Returns a response without the dates that it echoes from the request.
fn without_echoed_dates(mut reply: Value) -> Value {
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
fn totals_and_search_count_only_reachable_entries() {
    let journal = Journal::new();
    let mut stdio = journal.stdio(&journal.restricted_key(&[]));

    let list = stdio.call("journal_list_entries", json!({})).ok().text;
    let stats = stdio.call("journal_get_statistics", json!({})).ok().text;
    let topic = stdio.call("journal_get_topic_frequency", json!({ "topic": "brandy" })).ok().text;
    let found = stdio.call("journal_search_entries", json!({ "query": "plum brandy" })).ok().text;

    assert!(list.contains("2024-05-10") && list.contains("2024-05-20") && !list.contains("2024-05-15"), "{list}");
    assert!(stats.contains("2024-05-10") && stats.contains("2024-05-20") && stats.contains(": 2\n"), "{stats}");
    assert!(topic.contains("2024-05-10") && !topic.contains("2023-01-01"), "{topic}");
    assert!(found.contains("Rain all day"), "{found}");
    // Cached results of this key are not shown to an unrestricted client.
    let mut unrestricted = StdioClient::connect(&journal.world, &[], &[]);
    let all = unrestricted.call("journal_search_entries", json!({ "query": "plum brandy" })).ok().text;
    assert!(all.contains("quince jelly") && all.contains("lamplighter"), "{all}");
}

#[test]
fn cached_results_are_not_shared_between_keys() {
    let journal = Journal::new();
    let server = journal.world.serve();
    let (restricted, unrestricted) = (journal.restricted_key(&[]), journal.key(&[]));
    let untagged = journal.key(&["--without-tag", "private"]);
    let search = |key: &str| {
        let mut http = HttpClient::modern(&server.key(key));
        http.call("journal_search_entries", json!({ "query": "plum brandy", "limit": 50 })).ok().text
    };

    for key in [&unrestricted, &restricted, &untagged, &restricted, &unrestricted] {
        let text = search(key);

        assert!(text.contains("Rain all day"), "{text}");
        assert_eq!(text.contains("quince jelly"), key != &restricted, "{text}");
        assert_eq!(text.contains("lamplighter"), key == &unrestricted, "{text}");
    }
    // A tag takes effect with the next request.
    journal.world.ada().run(&["edit", &journal.within[0].to_string(), "--tag", "Private"]).ok();
    assert!(!search(&restricted).contains("Rain all day") && search(&unrestricted).contains("Rain all day"));
    journal.world.ada().run(&["edit", &journal.within[0].to_string(), "--untag", "private"]).ok();
    assert!(search(&restricted).contains("Rain all day"));
}

#[test]
fn a_restricted_key_writes_only_what_it_can_read() {
    let journal = Journal::new();
    let key = journal.restricted_key(&ALL_SCOPE_FLAGS);
    let mut stdio = journal.stdio(&key);

    let result = stdio.call("journal_ingest_text", json!({ "text": "A new one.", "date": "2024-05-21" })).ok();
    stdio.call("journal_ingest_text", json!({ "text": "Too late.", "date": "2024-06-01" })).refused("2024-05-01 to");
    stdio.call("journal_ingest_text", json!({ "text": "Today." })).refused("outside");
    let id = journal.within[1];
    stdio.call("journal_update_entry_text", json!({ "entry_id": id, "final_text": "Clouds." })).ok();

    assert!(result.text.contains("2024-05-21") && result.text.contains("agent"), "{result:?}");
    assert!(stdio.call("journal_list_entries", json!({})).ok().text.contains("A new one."));
    let server = journal.world.serve();
    let client = server.key(&key);
    client
        .patch(&format!("/api/entries/{id}"), &json!({ "entry_date": "2024-06-02" }))
        .refused(403, "outside_boundary");
    client.patch(&format!("/api/entries/{id}"), &json!({ "tags": ["private"] })).refused(403, "outside_boundary");
    let kept = client.patch(&format!("/api/entries/{id}"), &json!({ "tags": ["Walks"] })).ok().json();
    assert_eq!((&kept["entry_date"], &kept["tags"]), (&json!("2024-05-20"), &json!(["walks"])));
}

#[test]
fn an_unreachable_duplicate_is_not_revealed_on_upload() {
    let journal = Journal::new();
    let server = journal.world.serve();
    let client = server.key(&journal.restricted_key(&ALL_SCOPE_FLAGS));
    let same = b"---\ndate: 2024-05-15\ntags: [Private]\n---\nThe lamplighter, plum brandy.";

    let refused = client.upload("/api/entries/ingest/file", "file", "secret.md", same, &[]);

    // The refusal is about the date and tag in the file, and does not reveal that the journal has the file.
    assert_eq!(refused.status, 403, "{refused:#?}");
    assert!(
        refused.text.contains("tag") && !refused.text.contains(&format!("entry {}", journal.tagged)),
        "{refused:#?}"
    );
}

#[test]
fn a_read_only_key_can_list_and_call_no_writing_tool() {
    let journal = Journal::new();
    let mut stdio = journal.stdio(&journal.key(&["--read-only"]));

    let listed = stdio.result("tools/list", json!({}));
    let id = journal.within[0];

    for tool in listed["tools"].as_array().unwrap() {
        assert_eq!(tool["annotations"]["readOnlyHint"], true, "{tool}");
    }
    for (tool, arguments) in [
        ("journal_ingest_text", json!({ "text": "New." })),
        ("journal_update_entry_text", json!({ "entry_id": id, "final_text": "taken over" })),
        ("journal_delete_entry", json!({ "entry_id": id })),
    ] {
        stdio.call(tool, arguments).refused("scope");
    }
    stdio.call("journal_get_entry", json!({ "entry_id": id })).ok();
}

#[test]
fn the_daily_entry_limit_counts_all_transports_together() {
    let journal = Journal::new();
    let key = journal.key(&["--entries-per-day", "10"]);
    let server = journal.world.serve();
    let (id, other) = (journal.within[0], journal.within[1]);
    let rest = server.key(&key);
    let (mut stdio, mut http) = (journal.stdio(&key), HttpClient::modern(&server.key(&key)));

    stdio.call("journal_list_entries", json!({})).ok();
    http.call("journal_get_entry", json!({ "entry_id": id })).ok();
    rest.get(&format!("/api/entries/{other}")).ok();
    stdio.call("journal_get_statistics", json!({})).ok();
    // Three are left: a list of five is refused as a whole.
    let refused = http.call("journal_list_entries", json!({})).refused("3 are left");
    assert!(refused.text.contains("10 entries a day") && refused.text.contains("midnight UTC"), "{refused:?}");
    let refused = rest.get("/api/entries").refused(429, "entries_per_day");
    let seconds: u32 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=86_401).contains(&seconds), "{seconds}");
    stdio.call("journal_list_entries", json!({ "limit": 3 })).ok();
    stdio.call("journal_get_entry", json!({ "entry_id": id })).refused("0 are left");
    stdio.call("journal_get_statistics", json!({})).ok();
    // Another key of the same user has its own limit.
    journal.stdio(&journal.key(&[])).call("journal_list_entries", json!({})).ok();
}

#[test]
fn concurrent_readers_do_not_exceed_the_daily_entry_limit() {
    let journal = Journal::new();
    let key = journal.key(&["--entries-per-day", "12"]);
    let server = journal.world.serve();
    let over_stdio = || {
        let mut stdio = journal.stdio(&key);
        (0..10).filter(|_| !stdio.call("journal_list_entries", json!({ "limit": 1 })).is_error).count()
    };
    let over_http = || (0..10).filter(|_| server.key(&key).get("/api/entries?limit=1").status == 200).count();

    let returned: usize = std::thread::scope(|scope| {
        let readers = [scope.spawn(over_stdio), scope.spawn(over_stdio)];
        let more = scope.spawn(over_http);
        readers.into_iter().map(|reader| reader.join().unwrap()).sum::<usize>() + more.join().unwrap()
    });

    assert_eq!(returned, 12);
}

#[test]
fn text_written_by_an_assistant_is_marked() {
    let journal = Journal::new();
    let key = journal.key(&ALL_SCOPE_FLAGS);
    let mut stdio = journal.stdio(&key);
    let id = journal.within[0];

    let claimed = json!({ "text": "Words of a model.", "date": "2024-05-30", "source_type": "text_entry" });
    stdio.call("journal_ingest_text", claimed).ok();
    stdio.call("journal_update_entry_text", json!({ "entry_id": id, "final_text": "Rewritten by a model." })).ok();

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
    assert_eq!(rewritten["source_type"], "text_entry", "an edit keeps the source type");
    // A restored version is attributed to the author of that version.
    ada.run(&["edit", &id.to_string(), "--restore", "1"]).ok();
    let restored = ada.json(&["show", &id.to_string()]);
    assert_eq!(restored["provenance"], json!({ "added_by": null, "written_by": null }));
    let history = ada.json(&["show", &id.to_string(), "--history"])["items"].clone();
    assert_eq!((&history[0]["written_by"], &history[1]["written_by"]), (&Value::Null, &author));
    let shown = ada.run(&["show", &agents[0]["id"].to_string()]).ok().stdout;
    assert!(shown.contains(&format!("written by laptop 1 ({via})")), "{shown}");
}

#[test]
fn media_uploaded_by_an_assistant_is_marked() {
    let journal = Journal::new();
    let mut stdio = journal.stdio(&journal.key(&ALL_SCOPE_FLAGS));
    let page = data_encoding::BASE64.encode(&pictures::png(8, 8, 0));

    // No OCR is configured, so the job waits or fails; the upload is recorded with its author all the same.
    let media = json!({ "source_type": "image", "data_base64": page, "media_type": "image/png", "date": "2024-05-30" });
    stdio.request("tools/call", json!({ "name": "journal_ingest_media", "arguments": media }));

    let lines = journal.world.ada().json(&["activity"])["items"].clone();
    let uploaded = lines.as_array().unwrap().iter().find(|line| line["action"] == "MEDIA_UPLOADED").unwrap();
    assert_eq!((&uploaded["assistant"], &uploaded["via_name"]), (&json!("laptop 1"), &json!("laptop")));
}

/// Both use the same key.
#[test]
fn activity_separates_assistant_reads_from_api_reads() {
    let journal = Journal::new();
    let key = journal.key(&ALL_SCOPE_FLAGS);
    let server = journal.world.serve();
    server.key(&key).get("/api/entries").ok();
    let mut stdio = journal.stdio(&key);

    stdio.call("journal_list_entries", json!({})).ok();
    stdio.call("journal_list_entries", json!({ "limit": 2 })).ok();
    stdio.call("journal_get_entry", json!({ "entry_id": journal.early })).ok();
    stdio.call("journal_get_entries_by_date", json!({ "date": "2023-01-01" })).ok();
    stdio.call("journal_search_entries", json!({ "query": "river" })).ok();
    stdio.call("journal_get_topic_frequency", json!({ "topic": "brandy" })).ok();
    stdio.call("journal_get_statistics", json!({})).ok();
    let id = text_of(&journal.world.ada().json(&["job", "list"])["items"][0], "id").to_owned();
    stdio.call("journal_get_job_status", json!({ "job_id": id })).ok();
    stdio.call("journal_ingest_text", json!({ "text": "New.", "date": "2024-05-30" })).ok();
    stdio.end();
    server.stop();

    let ada = journal.world.ada();
    let lines = ada.json(&["activity"])["items"].as_array().unwrap().clone();
    let reads = |resource: &str, assistant: Value| {
        let found: Vec<&Value> = lines
            .iter()
            .filter(|line| line["action"] == "READ" && line["resource"] == resource && line["assistant"] == assistant)
            .collect();
        assert_eq!(found.len(), 1, "{resource} {assistant}: {lines:#?}");
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
    assert_eq!(journal.world.doctor().0, 0, "the audit chain is intact");
}
