//! Recordings of a synthetic voice, transcribed by a scripted provider with the APIs of OpenAI and Gemini.

use crate::support::World;
use crate::support::media_fixtures::{speak, tools_available};
use crate::support::provider::{Answer, Provider, Route};
use crate::support::server::{UNLIMITED, wait_for};

const REQUIRED_TOOLS: [&str; 2] = ["espeak-ng", "ffmpeg"];
const FORMATS: [(&str, &str); 4] =
    [("walk.wav", "audio/wav"), ("walk.mp3", "audio/mpeg"), ("walk.ogg", "audio/ogg"), ("walk.webm", "audio/webm")];

/// Returns the settings that use the provider for transcription only.
fn settings(provider: &Provider) -> Vec<(String, String)> {
    let mut settings = provider.settings();
    settings.retain(|(name, _)| !name.contains("ANTHROPIC"));
    settings
}

fn as_strs(settings: &[(String, String)]) -> Vec<(&str, &str)> {
    settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

/// Words of low confidence are marked as uncertain.
#[test]
fn recordings_of_every_format_are_transcribed_and_found() {
    if !tools_available(&REQUIRED_TOOLS) {
        return;
    }
    let (world, provider) = (World::new(), Provider::start());
    let settings = settings(&provider);
    for (number, (name, media_type)) in FORMATS.into_iter().enumerate() {
        let file = speak(&world, name, &format!("Recording number {number}. We walked along the river."));
        let bird = format!("heron{number}");
        provider.next(
            Route::OpenAiSpeech,
            Answer::tokens(&[("We", -0.01), (" saw", -0.02), (&format!(" {bird}"), -2.5), (" fly.", -0.01)]),
        );

        let run = world
            .run_with(&["ingest", file.to_str().unwrap(), "--date", "2026-05-03", "--json"], &as_strs(&settings), None)
            .ok()
            .document();

        let id = run["items"][0]["id"].as_i64().unwrap_or_else(|| panic!("{run}"));
        let entry = world.json(&["show", &id.to_string()]);
        assert_eq!(entry["final_text"], format!("We saw {bird} fly."), "{entry}");
        assert_eq!((&entry["source_type"], &entry["entry_date"]), (&"voice".into(), &"2026-05-03".into()));
        assert_eq!(entry["uncertain_spans"], serde_json::json!([{ "char_start": 7, "char_end": 13 }]));
        assert_eq!(world.json(&["search", &bird])["items"][0]["entry_id"], id);
        let request = provider.received_on(Route::OpenAiSpeech).pop().unwrap();
        assert_eq!(
            request.audio.as_deref(),
            Some(std::fs::read(&file).unwrap().as_slice()),
            "{name} is sent unchanged"
        );
        assert_eq!(request.field("file").unwrap().media_type.as_deref(), Some(media_type));
    }
    provider.assert_well_formed();
    let ledger = world.json(&["egress", "report"]);
    let out: u64 = ledger["items"].as_array().unwrap().iter().map(|row| row["bytes_out"].as_u64().unwrap()).sum();
    assert_eq!(out, provider.bytes(), "the ledger counts the bytes that the provider received: {ledger}");
}

#[test]
fn recordings_uploaded_together_become_one_entry_in_order() {
    if !tools_available(&REQUIRED_TOOLS) {
        return;
    }
    let (world, provider) = (World::new(), Provider::start());
    let settings = settings(&provider);
    let server = world.serve_with(&[], &[&UNLIMITED[..], &as_strs(&settings)].concat());
    let client = server.key(&world.ada().key("phone", &[]).1);
    let mut body = Vec::new();
    for (number, (name, media_type)) in FORMATS.into_iter().enumerate() {
        let file = speak(&world, name, &format!("Part {number}."));
        provider.next(Route::OpenAiSpeech, Answer::text(&format!("Part {number} of the walk.")));
        let head = format!(
            "--limit\r\nContent-Disposition: form-data; name=\"audio\"; filename=\"recording-{number}.bin\"\r\nContent-Type: {media_type};codecs=opus\r\n\r\n"
        );
        body.extend(head.bytes());
        body.extend(std::fs::read(file).unwrap());
        body.extend(b"\r\n");
    }
    body.extend(b"--limit\r\nContent-Disposition: form-data; name=\"entry_date\"\r\n\r\n2026-05-04\r\n--limit--\r\n");

    let reply = client.send("POST", "/api/entries/ingest/audio", "multipart/form-data; boundary=limit", body);
    assert_eq!(reply.status, 202, "{reply:#?}");
    let path = format!("/api/jobs/{}", reply.json()["job_id"].as_str().unwrap());
    let job = wait_for("the recordings to be transcribed", || {
        let job = client.get(&path).ok().json();
        matches!(job["status"].as_str(), Some("succeeded" | "failed")).then_some(job)
    });

    assert_eq!((&job["status"], &job["result"]["recording_count"]), (&"succeeded".into(), &4.into()), "{job}");
    let entry = client.get(&format!("/api/entries/{}", job["result"]["entry_id"])).ok().json();
    let text = (0..4).map(|number| format!("Part {number} of the walk.")).collect::<Vec<_>>().join("\n\n");
    assert_eq!((&entry["final_text"], &entry["entry_date"]), (&text.into(), &"2026-05-04".into()));
    provider.assert_well_formed();
}
