//! Tests of transcription over real HTTP, and with scripted responses where time matters.

use std::io::Cursor;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::*;
use crate::error::ErrorKind;
use crate::providers::tests::server::{Answer, Provider, Route};
use crate::providers::tests::{HttpTestTransport, REDACTED, ScriptedTransport, config, config_for, read_secret};

fn recording(length: usize) -> AudioRecording {
    let bytes: Vec<u8> = (0..length).map(|number| u8::try_from(number * 7 % 251).unwrap()).collect();
    AudioRecording {
        bytes: length as u64,
        media_type: "audio/ogg".to_owned(),
        open: Arc::new(move || Ok(Box::new(Cursor::new(bytes.clone())))),
    }
}

fn transcriber(config: &Config) -> Result<SpeechTranscriber> {
    SpeechTranscriber::from_config(config, &config.runtime, &read_secret)
}

async fn transcribe(
    server: &Provider,
    more: &[(&str, &str)],
    length: usize,
    context: &str,
) -> (Result<SpeechTranscript>, HttpTestTransport) {
    let transport = HttpTestTransport::default();
    let transcriber = transcriber(&config_for(server, more)).unwrap();
    let transcript = transcriber.transcribe(&transport, &recording(length), "nl", context).await;
    (transcript, transport)
}

fn ranges(transcript: &SpeechTranscript) -> Vec<(i64, i64)> {
    transcript.spans.iter().map(|span| (span.char_start, span.char_end)).collect()
}

#[tokio::test]
async fn openai_transcribes_with_uncertain_spans() {
    let server = Provider::start();
    server.next(
        Route::OpenAiSpeech,
        Answer::tokens(&[("We", -0.1), (" met", -0.2), (" Il", -2.0), ("se", -0.1), (".", -0.1)]),
    );

    let (transcript, transport) = transcribe(&server, &[], 5000, "# people\n\n- **Ilse** (not Else)").await;

    let transcript = transcript.unwrap();
    assert_eq!((transcript.text.as_str(), ranges(&transcript)), ("We met Ilse.", vec![(7, 12)]));
    server.assert_well_formed();
    let arrived = &server.received_on(Route::OpenAiSpeech)[0];
    let text = |name: &str| arrived.field(name).map(|field| field.text().to_owned());
    assert_eq!(text("model").as_deref(), Some("gpt-4o-transcribe"));
    assert_eq!(text("language").as_deref(), Some("nl"));
    assert_eq!(text("prompt").as_deref(), Some("people Ilse (not Else)"));
    assert_eq!(text("response_format").as_deref(), Some("json"));
    assert_eq!(text("include[]").as_deref(), Some("logprobs"));
    let file = arrived.field("file").unwrap();
    assert_eq!((file.file_name.as_deref(), file.media_type.as_deref()), (Some("recording.ogg"), Some("audio/ogg")));
    assert_eq!(file.bytes, 5000);
    assert_eq!(transport.recorder.sent.lock()[0].attempts, 1);
    assert_eq!(transport.recorder.usage.lock()[0].input_tokens, Some(140));
}

#[tokio::test]
async fn log_probabilities_are_requested_from_supporting_models_only() {
    for (model, asked) in [("whisper-1", false), ("large-v3-turbo", false), ("gpt-4o-mini-transcribe", true)] {
        let server = Provider::start();

        let (transcript, transport) = transcribe(&server, &[("TRANSCRIPTION_MODEL", model)], 100, "").await;

        assert_eq!(transcript.unwrap().text, "We walked along the river.");
        server.assert_well_formed();
        let arrived = &server.received_on(Route::OpenAiSpeech)[0];
        for name in ["response_format", "include[]"] {
            assert_eq!(arrived.field(name).is_some(), asked, "{model} {name}");
        }
        assert!(arrived.field("prompt").is_none(), "no names, no prompt");
        assert_eq!(transport.recorder.models(), [format!("openai/{model}")]);
    }
}

#[tokio::test]
async fn gemini_gets_a_short_recording_inline() {
    let server = Provider::start();
    let heard = r#"{"text": "Zoë went to the quay, to the quay.", "uncertain_phrases": [
        {"phrase": "the quay", "reason": "faint"}, {"phrase": "Zoë", "reason": "name"}, {"phrase": "Paris", "reason": "x"},
        {"phrase": " quay,", "reason": "x"}, {"phrase": "", "reason": "x"}, {"reason": "x"}]}"#;
    server.next(Route::GeminiSpeech, Answer::text(heard));
    let context = format!("- **{}**", REDACTED.0);

    let (transcript, transport) = transcribe(&server, &[("TRANSCRIPTION_PROVIDER", "gemini")], 50_001, &context).await;

    let transcript = transcript.unwrap();
    assert_eq!(transcript.text, "Zoë went to the quay, to the quay.");
    assert_eq!(ranges(&transcript), [(0, 3), (12, 21)]);
    server.assert_well_formed();
    let arrived = &server.received_on(Route::GeminiSpeech)[0];
    assert_eq!(arrived.audio.as_ref().map(Vec::len), Some(50_001));
    assert_eq!(arrived.json["generationConfig"]["temperature"], 0);
    assert!(arrived.system().contains(REDACTED.1) && arrived.user().contains("\"nl\""));
    assert!(!server.has_received(REDACTED.0.as_bytes()));
    assert_eq!(
        transport.recorder.models(),
        ["gemini/gemini-2.5-pro"],
        "gpt-4o-transcribe is a model of another provider"
    );
}

#[tokio::test]
async fn gemini_gets_a_long_recording_as_a_file_that_is_deleted() {
    let server = Provider::start();
    server.next(Route::GeminiUpload, Answer::text("").ready_after(1));
    let long = (20 << 20) + 1;

    let (transcript, transport) = transcribe(&server, &[("TRANSCRIPTION_PROVIDER", "gemini")], long, "").await;

    assert_eq!(transcript.unwrap().text, "We walked along the river.");
    server.assert_well_formed();
    let routes: Vec<Route> = server.received().iter().map(|arrived| arrived.route).collect();
    let wanted = [Route::GeminiStart, Route::GeminiUpload, Route::GeminiFile, Route::GeminiSpeech, Route::GeminiDelete];
    assert_eq!(routes, wanted);
    assert_eq!(server.received_on(Route::GeminiUpload)[0].bytes, long as u64);
    assert!(transport.recorder.sent.lock().iter().all(|sent| !sent.url.contains("key")));
}

#[tokio::test]
async fn an_uploaded_file_is_deleted_after_a_failed_request() {
    let server = Provider::start();
    server.next(Route::GeminiSpeech, Answer::status(400));

    let (transcript, _) = transcribe(&server, &[("TRANSCRIPTION_PROVIDER", "gemini")], (20 << 20) + 1, "").await;

    assert_eq!(transcript.unwrap_err().kind(), ErrorKind::Invalid);
    assert_eq!(server.received_on(Route::GeminiDelete).len(), 1);
}

/// Response that starts an upload.
fn upload_response(url: &str) -> (u16, http::HeaderMap, String) {
    let headers = [(http::HeaderName::from_static("x-goog-upload-url"), url.parse().unwrap())];
    (200, headers.into_iter().collect(), String::new())
}

#[tokio::test]
async fn a_recording_is_never_sent_to_a_host_from_a_response() {
    let config = config(&[("GOOGLE_API_KEY", "k"), ("TRANSCRIPTION_PROVIDER", "gemini")]);
    for url in [
        "https://evil.example/upload?upload_id=1",
        "http://generativelanguage.googleapis.com/upload?upload_id=1",
        "https://generativelanguage.googleapis.com:8443/upload",
        "https://generativelanguage.googleapis.com@evil.example/upload",
        "/upload",
        "",
    ] {
        let transport = ScriptedTransport::with_responses(vec![upload_response(url)]);

        let heard = transcriber(&config).unwrap().transcribe(&transport, &recording((20 << 20) + 1), "en", "").await;

        assert_eq!(heard.unwrap_err().kind(), ErrorKind::Upstream, "{url}");
        assert_eq!(transport.recorder.sent.lock().len(), 1, "{url}");
    }
}

#[tokio::test(start_paused = true)]
async fn polling_a_file_times_out_and_deletes_it() {
    let config = config(&[("GOOGLE_API_KEY", "k"), ("TRANSCRIPTION_PROVIDER", "gemini")]);
    let file = r#"{"file": {"name": "files/a-1", "state": "PROCESSING", "uri": "u"}}"#.to_owned();
    let mut replies = vec![
        upload_response("https://generativelanguage.googleapis.com/upload/v1beta/files?upload_id=1"),
        (200, http::HeaderMap::new(), file),
    ];
    let waiting = r#"{"name": "files/a-1", "state": "PROCESSING"}"#;
    replies.extend((0..31).map(|_| (200, http::HeaderMap::new(), waiting.to_owned())));
    let transport = ScriptedTransport::with_responses(replies);
    let began = Instant::now();

    let heard = transcriber(&config).unwrap().transcribe(&transport, &recording((20 << 20) + 1), "en", "").await;

    assert!(heard.unwrap_err().is_transient());
    let took = began.elapsed();
    assert!((Duration::from_mins(4)..Duration::from_mins(6)).contains(&took), "{took:?}");
    let sent = transport.recorder.sent.lock();
    assert!(sent.last().unwrap().url.ends_with("/v1beta/files/a-1"), "{:?}", sent.last());
}

const OVERLOAD: (u16, &str) = (503, "{}");
const HEARD: (u16, &str) = (200, r#"{"text": "We walked."}"#);

#[tokio::test(start_paused = true)]
async fn transient_errors_are_retried_with_backoff_then_fall_back() {
    let key = ("OPENAI_API_KEY", "k");
    let five = ("TRANSCRIPTION_RETRY_MAX_ATTEMPTS", "5");
    let base = ("TRANSCRIPTION_RETRY_BASE_DELAY", "2");
    let most = ("TRANSCRIPTION_RETRY_MAX_DELAY", "5");
    let mini = ("TRANSCRIPTION_FALLBACK_MODEL", "gpt-4o-mini-transcribe");
    let off = ("TRANSCRIPTION_FALLBACK_ENABLED", "false");
    let same = ("TRANSCRIPTION_FALLBACK_MODEL", "gpt-4o-transcribe");
    let limit = (429, "{}");
    let wrong = (400, "{}");
    let first = "openai/gpt-4o-transcribe";
    for (variables, replies, models, waited, fails) in [
        (&[key][..], &[HEARD][..], vec![first], 0, None),
        (&[key], &[OVERLOAD, HEARD], vec![first; 2], 1, None),
        (&[key], &[limit, OVERLOAD, HEARD], vec![first; 3], 3, None),
        (&[key], &[OVERLOAD, OVERLOAD, OVERLOAD, HEARD], vec![first, first, first, "openai/whisper-1"], 3, None),
        (
            &[key, five, base, most, mini],
            &[OVERLOAD, OVERLOAD, OVERLOAD, OVERLOAD, HEARD],
            vec![first; 5],
            2 + 4 + 5 + 5,
            None,
        ),
        // Permanent errors.
        (&[key], &[wrong], vec![first], 0, Some(false)),
        (&[key], &[OVERLOAD, wrong], vec![first; 2], 1, Some(false)),
        // No fallback.
        (&[key, off], &[OVERLOAD], vec![first], 0, Some(true)),
        (&[key, same], &[OVERLOAD], vec![first], 0, Some(true)),
        // The fallback fails permanently; the first error stays transient.
        (&[key], &[OVERLOAD, OVERLOAD, OVERLOAD, wrong], vec![first, first, first, "openai/whisper-1"], 3, Some(true)),
    ] {
        let transport = ScriptedTransport::with_bodies(replies);
        let began = Instant::now();

        let heard = transcriber(&config(variables)).unwrap().transcribe(&transport, &recording(10), "en", "").await;

        assert_eq!(heard.as_ref().err().map(Error::is_transient), fails, "{replies:?}: {heard:?}");
        assert_eq!(transport.recorder.models(), models, "{replies:?}");
        assert_eq!(began.elapsed().as_secs(), waited, "{replies:?}");
    }
}

#[tokio::test]
async fn the_fallback_gets_no_context() {
    let server = Provider::start();
    for _attempt in 0..2 {
        server.next(Route::GeminiSpeech, Answer::status(503));
    }
    let more = [
        ("TRANSCRIPTION_PROVIDER", "gemini"),
        ("TRANSCRIPTION_RETRY_MAX_ATTEMPTS", "2"),
        ("TRANSCRIPTION_RETRY_BASE_DELAY", "0"),
    ];

    let (transcript, transport) = transcribe(&server, &more, 100, "- **Ilse**").await;

    assert_eq!(transcript.unwrap().text, "We walked along the river.");
    assert_eq!(transport.recorder.models(), ["gemini/gemini-2.5-pro", "gemini/gemini-2.5-pro", "openai/whisper-1"]);
    let arrived = &server.received_on(Route::OpenAiSpeech)[0];
    assert!(arrived.field("prompt").is_none() && !arrived.contains(b"Ilse"));
    server.assert_well_formed();
}

#[tokio::test]
async fn the_shadow_provider_does_not_change_the_result() {
    for (shadow, wanted) in
        [(Answer::text("We talked."), true), (Answer::status(400), true), (Answer::malformed(), true)]
    {
        let server = Provider::start();
        server.next(Route::GeminiSpeech, shadow);

        let (transcript, transport) =
            transcribe(&server, &[("TRANSCRIPTION_SHADOW_PROVIDER", "gemini")], 100, "").await;

        assert_eq!(transcript.is_ok_and(|transcript| transcript.text == "We walked along the river."), wanted);
        assert_eq!(transport.recorder.models().len(), 2);
        server.assert_well_formed();
    }
}

#[tokio::test]
async fn the_context_can_be_disabled() {
    let server = Provider::start();

    let (transcript, _) = transcribe(&server, &[("TRANSCRIPTION_CONTEXT_ENABLED", "false")], 100, "- **Ilse**").await;

    transcript.unwrap();
    assert!(!server.has_received(b"Ilse"));
}

#[tokio::test]
async fn every_failure_has_a_kind_and_transience() {
    let off = ("TRANSCRIPTION_FALLBACK_ENABLED", "false");
    for (provider, route) in [("openai", Route::OpenAiSpeech), ("gemini", Route::GeminiSpeech)] {
        for (answer, kind, passing) in [
            (Answer::status(401), ErrorKind::Conflict, false),
            (Answer::status(413), ErrorKind::Invalid, false),
            (Answer::status(429).retry_after(9), ErrorKind::Upstream, true),
            (Answer::malformed(), ErrorKind::Upstream, true),
            (Answer::raw(200, r#"{"segments": []}"#), ErrorKind::Upstream, false),
            (Answer::text("  "), ErrorKind::Invalid, false),
        ] {
            let server = Provider::start();
            server.next(route, answer.clone());

            let (heard, _) = transcribe(&server, &[off, ("TRANSCRIPTION_PROVIDER", provider)], 100, "").await;

            let error = heard.unwrap_err();
            assert_eq!((error.kind(), error.is_transient()), (kind, passing), "{provider} {answer:?}: {error}");
        }
    }
    let server = Provider::start();
    server.next(Route::GeminiSpeech, Answer::text(r#"{"text": 5}"#));
    let (heard, _) = transcribe(&server, &[off, ("TRANSCRIPTION_PROVIDER", "gemini")], 100, "").await;
    assert!(heard.unwrap_err().is_transient(), "another attempt may give valid JSON");
}

#[test]
fn an_unconfigured_provider_is_an_error_with_a_next_step() {
    for (variables, kind, words) in [
        (&[][..], ErrorKind::Conflict, "OPENAI_API_KEY"),
        (&[("TRANSCRIPTION_PROVIDER", "gemini")], ErrorKind::Conflict, "GOOGLE_API_KEY"),
        (&[("TRANSCRIPTION_PROVIDER", "anthropic")], ErrorKind::Invalid, "openai or gemini"),
        (
            &[("OPENAI_API_KEY", "k"), ("TRANSCRIPTION_SHADOW_PROVIDER", "gemini")],
            ErrorKind::Conflict,
            "GOOGLE_API_KEY",
        ),
        (&[("OPENAI_API_KEY", "k"), ("TRANSCRIPTION_SHADOW_PROVIDER", "echo")], ErrorKind::Invalid, "openai or gemini"),
    ] {
        let refused = transcriber(&config(variables)).err().unwrap();

        assert_eq!(refused.kind(), kind, "{variables:?}");
        assert!(refused.hint_text().unwrap().contains(words), "{variables:?}: {:?}", refused.hint_text());
    }
    assert!(transcriber(&config(&[("JOURNAL_TRANSCRIPTION_URL", "http://127.0.0.1:9000/v1")])).is_ok());
}
