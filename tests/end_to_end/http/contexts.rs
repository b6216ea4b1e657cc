//! Context files for providers: loaded at startup, reloaded on request, never partly.

use serde_json::{Value, json};

use crate::http::login::{PASSWORD, world};
use crate::support::server::{Client, Server, wait_for};
use crate::support::{ADA, World};

const MOODS: &str = "[meta]\nversion = '2026-01-15'\n[[dimension]]\nname = 'calm_restless'\npositive_pole = 'calm'\n\
    negative_pole = 'restless'\nscale_type = 'bipolar'\nnotes = 'Settled or on edge.'\n";
const CASING: &str = "[exceptions]\nipad = 'iPad'\nmacos = 'macOS'\n";

/// Creates a world with every context file and the variables that name them.
fn world_with_files() -> (World, [(&'static str, String); 3]) {
    let world = world();
    world.file("words/people_here.md", "- **Ada** (not Adda)\n");
    world.file("words/places.md", "\n- **Lünd**");
    let path = |name: &str| world.path("inbox").join(name).to_str().unwrap().to_owned();
    world.file("moods.toml", MOODS);
    world.file("casing.toml", CASING);
    let variables = [
        ("OCR_CONTEXT_DIR", path("words")),
        ("MOOD_DIMENSIONS_PATH", path("moods.toml")),
        ("ENTITY_CASING_EXCEPTIONS_PATH", path("casing.toml")),
    ];
    (world, variables)
}

fn serve(world: &World, variables: &[(&'static str, String)]) -> Server {
    let variables: Vec<(&str, &str)> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    world.serve_with(&[], &variables)
}

fn admin(world: &World, server: &Server) -> Client {
    server.key(&world.ada().key("reload", &["admin:reload"]).1)
}

fn reload(client: &Client, what: &str) -> Value {
    client.post(&format!("/api/admin/reload/{what}"), &json!({})).ok().json()
}

/// Returns resource and result of the reload events of one kind, newest first.
fn reload_events(world: &World, what: &str) -> Vec<(String, String)> {
    let events = world.json(&["audit", "list"]);
    let reloads = events["items"].as_array().unwrap().iter().filter(|event| event["action"] == "CONFIG_RELOADED");
    let text = |event: &Value, field: &str| event[field].as_str().unwrap().to_owned();
    let pairs = reloads.map(|event| (text(event, "resource"), text(event, "result")));
    pairs.filter(|(resource, _)| resource.split(' ').next() == Some(what)).collect()
}

#[test]
fn each_reload_reports_the_size_of_the_new_content() {
    let (world, variables) = world_with_files();
    let server = serve(&world, &variables);
    let admin = admin(&world, &server);

    let ocr = reload(&admin, "ocr-context");
    assert_eq!(ocr["reloaded"], "ocr-context");
    assert_eq!(
        (&ocr["provider"], &ocr["model"], &ocr["dual_pass"]),
        (&json!("anthropic"), &json!("default"), &json!(false))
    );
    assert_eq!(ocr["context_files"], 2);
    let composed = "# people here\n\n- **Ada** (not Adda)\n\n# places\n\n- **Lünd**";
    assert_eq!(ocr["context_chars"], composed.chars().count());
    assert!(ocr["reloaded_at"].as_str().unwrap().ends_with('Z'));
    let transcription = reload(&admin, "transcription-context");
    assert_eq!(transcription["context_files"], 2);
    let moods = reload(&admin, "mood-dimensions");
    assert_eq!((&moods["dimension_count"], &moods["dimensions"]), (&json!(1), &json!(["calm_restless"])));
    assert_eq!(moods["version"], "2026-01-15");
    let casing = reload(&admin, "entity-casing");
    assert_eq!((&casing["exception_count"], &casing["path"]), (&json!(2), &json!(variables[2].1)));
    assert!(server.log().contains("4096 tokens"), "{}", server.log());
}

#[test]
fn an_invalid_file_is_named_and_the_loaded_version_kept() {
    let (world, variables) = world_with_files();
    let server = serve(&world, &variables);
    let admin = admin(&world, &server);
    let cases: [(&str, &str, &[u8], &str); 3] = [
        ("ocr-context", "words/places.md", b"one\n\xff", "line 2 of "),
        ("mood-dimensions", "moods.toml", b"[[dimension]]\nname = 'secret words'\n", "line 2 of "),
        ("entity-casing", "casing.toml", b"[exceptions]\niPad = 'secret words'\n", "line 2 of "),
    ];
    for (what, file, broken, location) in cases {
        reload(&admin, what);
        let good = std::fs::read(world.path("inbox").join(file)).unwrap();
        world.file(file, broken);

        let refused = admin.post(&format!("/api/admin/reload/{what}"), &json!({})).refused(409, "reload_unavailable");
        let message = refused.json()["message"].as_str().unwrap().to_owned();
        assert!(message.contains(location) && message.contains(file), "{message}");
        assert!(!message.contains("secret words"), "{message}");

        // The next reload replaces the valid version: the invalid one was never loaded.
        world.file(file, [good.as_slice(), b"\n# more\n"].concat());
        reload(&admin, what);
        let events = reload_events(&world, what);
        let results: Vec<_> = events.iter().map(|(_, result)| result.as_str()).collect();
        assert_eq!(results, ["ok", "refused", "ok"], "{what}");
        let hashes = |at: usize| events[at].0.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let (last, first) = (hashes(0), hashes(2));
        assert_eq!(first[1], first[3], "{what}: nothing had changed since the start");
        assert_eq!(last[1], first[3], "{what}");
        assert!(last[3] != last[1] && last[3].len() == 64, "{what}");
    }
}

#[test]
fn sighup_reloads_every_valid_file_and_skips_invalid_ones() {
    let (world, variables) = world_with_files();
    let server = serve(&world, &variables);
    world.file("words/more.md", "- **Bob**");
    world.file("casing.toml", "[exceptions\n");

    server.signal("HUP");

    let event = wait_for("the reload of the OCR context", || reload_events(&world, "ocr-context").pop());
    let hashes: Vec<_> = event.0.split(' ').collect();
    assert!(event.1 == "ok" && hashes[1] != hashes[3], "{event:?}");
    wait_for("the warning", || {
        let log = server.log();
        (log.contains("not reloaded") && log.contains("casing.toml: this is not valid TOML")).then_some(())
    });
    let admin = admin(&world, &server);
    assert_eq!(reload(&admin, "ocr-context")["context_files"], 3);
}

#[test]
fn invalid_ocr_context_or_mood_dimensions_prevent_startup() {
    let (world, variables) = world_with_files();
    let start = |more: &[(&str, &str)]| {
        let all: Vec<(&str, &str)> =
            variables.iter().map(|(name, value)| (*name, value.as_str())).chain(more.iter().copied()).collect();
        world.run_with(&["serve", "--port", "0"], &all, None)
    };

    world.file("moods.toml", "[[dimension]]\n");
    start(&[]).refused(4).says("line 1 of").says("no `name`");
    let check = [("MOOD_DIMENSIONS_PATH", variables[1].1.as_str())];
    world.run_with(&["serve", "--check"], &check, None).refused(4).says("no `name`");
    start(&[("OCR_CONTEXT_DIR", "/nowhere")]).refused(4).says("/nowhere cannot be read");
    // Mood scoring is off, and the casing file is optional.
    world.file("casing.toml", "[exceptions\n");
    let without = variables.iter().map(|(name, value)| (*name, value.clone()));
    let server =
        serve(&world, &without.chain([("JOURNAL_ENABLE_MOOD_SCORING", "false".to_owned())]).collect::<Vec<_>>());
    assert!(server.log().contains("casing.toml: this is not valid TOML"), "{}", server.log());
    let refused = admin(&world, &server).post("/api/admin/reload/mood-dimensions", &json!({}));
    assert!(refused.refused(409, "reload_unavailable").json()["message"].as_str().unwrap().contains("not scored"));
}

#[test]
fn b_12_mood_dimensions_do_not_reload_when_scoring_is_off() {
    let (world, variables) = world_with_files();
    let server = serve(&world, &variables);
    let ada = server.login(ADA, PASSWORD);
    reload(&ada, "mood-dimensions");

    ada.patch("/api/settings/runtime", &json!({ "enable_mood_scoring": false, "ocr_provider": "gemini" })).ok();

    ada.post("/api/admin/reload/mood-dimensions", &json!({})).refused(409, "reload_unavailable");
    assert_eq!(reload(&ada, "ocr-context")["provider"], "gemini");
}

#[test]
fn the_reply_describes_the_transcription_stack() {
    let (world, variables) = world_with_files();
    let cases: [(&[(&'static str, &str)], &str); 5] = [
        (&[], "retrying(openai/gpt-4o-transcribe)"),
        (&[("OPENAI_API_KEY", "sk-x")], "retrying(openai/gpt-4o-transcribe, fb=openai/whisper-1)"),
        (&[("TRANSCRIPTION_FALLBACK_ENABLED", "false")], "openai/gpt-4o-transcribe"),
        (&[("TRANSCRIPTION_MODEL", "whisper-1")], "openai/whisper-1"),
        (
            &[("TRANSCRIPTION_PROVIDER", "gemini"), ("TRANSCRIPTION_SHADOW_PROVIDER", "openai")],
            "shadow(retrying(gemini/gemini-2.5-pro), openai/gpt-4o-transcribe)",
        ),
    ];
    for (more, stack) in cases {
        let more = more.iter().map(|(name, value)| (*name, (*value).to_owned()));
        let server = serve(&world, &variables.iter().cloned().chain(more).collect::<Vec<_>>());

        assert_eq!(reload(&server.login(ADA, PASSWORD), "transcription-context")["stack"], stack);
    }
}

#[test]
fn the_reload_command_reloads_all_files() {
    let (world, variables) = world_with_files();
    let (_, key) = world.ada().key("reload", &["admin:reload"]);
    let server = serve(&world, &variables);
    let run = |args: &[&str]| {
        let variables = [("JOURNAL_URL", server.base.as_str()), ("JOURNAL_API_KEY", &key)];
        world.run_with(&[&["reload"], args].concat(), &variables, None)
    };

    let items = run(&["all", "--json"]).ok().document()["items"].clone();
    let results: Vec<_> = items.as_array().unwrap().iter().map(|item| (&item["what"], &item["ok"])).collect();
    assert_eq!(results.len(), 4);
    assert!(results.iter().all(|(_, ok)| **ok == json!(true)), "{items}");
    world.file("moods.toml", "dimension = 1\n");
    run(&["mood-dimensions"]).refused(4).says("moods.toml");
}
