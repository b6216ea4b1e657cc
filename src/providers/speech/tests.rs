//! Transcribers, over real HTTP, and where time matters without.

use std::io::Cursor;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::*;
use crate::error::Kind;
use crate::providers::tests::Direct;
use crate::providers::tests::KEPT;
use crate::providers::tests::Told;
use crate::providers::tests::config;
use crate::providers::tests::pointed;
use crate::providers::tests::reveal;
use crate::providers::tests::server::Answer;
use crate::providers::tests::server::Provider;
use crate::providers::tests::server::Route;

fn sound(length: usize) -> Recording {
    let bytes: Vec<u8> = (0..length).map(|number| u8::try_from(number * 7 % 251).unwrap()).collect();
    Recording {
        bytes: length as u64,
        media_type: "audio/ogg".to_owned(),
        open: Arc::new(move || Ok(Box::new(Cursor::new(bytes.clone())))),
    }
}

fn transcriber(config: &Config) -> Result<Transcriber> {
    Transcriber::chosen(config, &config.runtime, &reveal)
}

async fn hear(server: &Provider, more: &[(&str, &str)], length: usize, context: &str) -> (Result<Transcript>, Direct) {
    let line = Direct::default();
    let transcriber = transcriber(&pointed(server, more)).unwrap();
    let transcript = transcriber.transcribe(&line, &sound(length), "nl", context).await;
    (transcript, line)
}

fn ranges(transcript: &Transcript) -> Vec<(i64, i64)> {
    transcript.spans.iter().map(|span| (span.char_start, span.char_end)).collect()
}

#[tokio::test]
async fn openai_hears_and_says_what_it_doubts() {
    let server = Provider::start();
    server.next(
        Route::OpenAiSpeech,
        Answer::tokens(&[("We", -0.1), (" met", -0.2), (" Il", -2.0), ("se", -0.1), (".", -0.1)]),
    );

    let (transcript, line) = hear(&server, &[], 5000, "# people\n\n- **Ilse** (not Else)").await;

    let transcript = transcript.unwrap();
    assert_eq!((transcript.text.as_str(), ranges(&transcript)), ("We met Ilse.", vec![(7, 12)]));
    server.proper();
    let arrived = &server.of(Route::OpenAiSpeech)[0];
    let text = |name: &str| arrived.field(name).map(|field| field.text().to_owned());
    assert_eq!(text("model").as_deref(), Some("gpt-4o-transcribe"));
    assert_eq!(text("language").as_deref(), Some("nl"));
    assert_eq!(text("prompt").as_deref(), Some("people Ilse (not Else)"));
    assert_eq!(text("response_format").as_deref(), Some("json"));
    assert_eq!(text("include[]").as_deref(), Some("logprobs"));
    let file = arrived.field("file").unwrap();
    assert_eq!((file.file_name.as_deref(), file.media_type.as_deref()), (Some("recording.ogg"), Some("audio/ogg")));
    assert_eq!(file.bytes, 5000);
    assert_eq!(line.tap.sent.lock().unwrap()[0].attempts, 1);
    assert_eq!(line.tap.used.lock().unwrap()[0].input_tokens, Some(140));
}

#[tokio::test]
async fn other_models_are_not_asked_for_their_doubts() {
    for (model, asked) in [("whisper-1", false), ("large-v3-turbo", false), ("gpt-4o-mini-transcribe", true)] {
        let server = Provider::start();

        let (transcript, line) = hear(&server, &[("TRANSCRIPTION_MODEL", model)], 100, "").await;

        assert_eq!(transcript.unwrap().text, "We walked along the river.");
        server.proper();
        let arrived = &server.of(Route::OpenAiSpeech)[0];
        for name in ["response_format", "include[]"] {
            assert_eq!(arrived.field(name).is_some(), asked, "{model} {name}");
        }
        assert!(arrived.field("prompt").is_none(), "no names, no hint");
        assert_eq!(line.tap.models(), [format!("openai/{model}")]);
    }
}

#[tokio::test]
async fn gemini_hears_a_short_recording_with_the_question() {
    let server = Provider::start();
    let heard = r#"{"text": "Zoë went to the quay, to the quay.", "uncertain_phrases": [
        {"phrase": "the quay", "reason": "faint"}, {"phrase": "Zoë", "reason": "name"}, {"phrase": "Paris", "reason": "x"},
        {"phrase": " quay,", "reason": "x"}, {"phrase": "", "reason": "x"}, {"reason": "x"}]}"#;
    server.next(Route::GeminiSpeech, Answer::text(heard));
    let context = format!("- **{}**", KEPT.0);

    let (transcript, line) = hear(&server, &[("TRANSCRIPTION_PROVIDER", "gemini")], 50_001, &context).await;

    let transcript = transcript.unwrap();
    assert_eq!(transcript.text, "Zoë went to the quay, to the quay.");
    assert_eq!(ranges(&transcript), [(0, 3), (12, 21)]);
    server.proper();
    let arrived = &server.of(Route::GeminiSpeech)[0];
    assert_eq!(arrived.audio.as_ref().map(Vec::len), Some(50_001));
    assert_eq!(arrived.json["generationConfig"]["temperature"], 0);
    assert!(arrived.system().contains(KEPT.1) && arrived.user().contains("\"nl\""));
    assert!(!server.saw(KEPT.0.as_bytes()));
    assert_eq!(line.tap.models(), ["gemini/gemini-2.5-pro"], "gpt-4o-transcribe is another's");
}

#[tokio::test]
async fn gemini_is_given_a_long_recording_as_a_file_that_does_not_stay() {
    let server = Provider::start();
    server.next(Route::GeminiUpload, Answer::text("").ready_after(1));
    let long = (20 << 20) + 1;

    let (transcript, line) = hear(&server, &[("TRANSCRIPTION_PROVIDER", "gemini")], long, "").await;

    assert_eq!(transcript.unwrap().text, "We walked along the river.");
    server.proper();
    let routes: Vec<Route> = server.arrived().iter().map(|arrived| arrived.route).collect();
    let wanted = [Route::GeminiStart, Route::GeminiUpload, Route::GeminiFile, Route::GeminiSpeech, Route::GeminiDelete];
    assert_eq!(routes, wanted);
    assert_eq!(server.of(Route::GeminiUpload)[0].bytes, long as u64);
    assert!(line.tap.sent.lock().unwrap().iter().all(|sent| !sent.url.contains("key")));
}

#[tokio::test]
async fn a_file_does_not_stay_where_the_question_about_it_fails() {
    let server = Provider::start();
    server.next(Route::GeminiSpeech, Answer::status(400));

    let (transcript, _) = hear(&server, &[("TRANSCRIPTION_PROVIDER", "gemini")], (20 << 20) + 1, "").await;

    assert_eq!(transcript.unwrap_err().kind(), Kind::Invalid);
    assert_eq!(server.of(Route::GeminiDelete).len(), 1);
}

/// Replies of an upload, up to the state of the file.
fn uploading(url: &str) -> (u16, http::HeaderMap, String) {
    let headers = [(http::HeaderName::from_static("x-goog-upload-url"), url.parse().unwrap())];
    (200, headers.into_iter().collect(), String::new())
}

#[tokio::test]
async fn a_recording_goes_to_no_host_that_only_a_reply_names() {
    let config = config(&[("GOOGLE_API_KEY", "k"), ("TRANSCRIPTION_PROVIDER", "gemini")]);
    for url in [
        "https://evil.example/upload?upload_id=1",
        "http://generativelanguage.googleapis.com/upload?upload_id=1",
        "https://generativelanguage.googleapis.com:8443/upload",
        "https://generativelanguage.googleapis.com@evil.example/upload",
        "/upload",
        "",
    ] {
        let line = Told::with(vec![uploading(url)]);

        let heard = transcriber(&config).unwrap().transcribe(&line, &sound((20 << 20) + 1), "en", "").await;

        assert_eq!(heard.unwrap_err().kind(), Kind::Upstream, "{url}");
        assert_eq!(line.tap.sent.lock().unwrap().len(), 1, "{url}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_file_that_never_gets_ready_is_given_up_and_taken_away() {
    let config = config(&[("GOOGLE_API_KEY", "k"), ("TRANSCRIPTION_PROVIDER", "gemini")]);
    let file = r#"{"file": {"name": "files/a-1", "state": "PROCESSING", "uri": "u"}}"#.to_owned();
    let mut replies = vec![
        uploading("https://generativelanguage.googleapis.com/upload/v1beta/files?upload_id=1"),
        (200, http::HeaderMap::new(), file),
    ];
    let waiting = r#"{"name": "files/a-1", "state": "PROCESSING"}"#;
    replies.extend((0..31).map(|_| (200, http::HeaderMap::new(), waiting.to_owned())));
    let line = Told::with(replies);
    let began = Instant::now();

    let heard = transcriber(&config).unwrap().transcribe(&line, &sound((20 << 20) + 1), "en", "").await;

    assert!(heard.unwrap_err().is_passing());
    let took = began.elapsed();
    assert!((Duration::from_mins(4)..Duration::from_mins(6)).contains(&took), "{took:?}");
    let sent = line.tap.sent.lock().unwrap();
    assert!(sent.last().unwrap().url.ends_with("/v1beta/files/a-1"), "{:?}", sent.last());
}

const OVERLOAD: (u16, &str) = (503, "{}");
const HEARD: (u16, &str) = (200, r#"{"text": "We walked."}"#);

#[tokio::test(start_paused = true)]
async fn what_may_pass_is_tried_again_with_growing_waits_and_then_another_model_takes_over() {
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
        // Nothing that passes.
        (&[key], &[wrong], vec![first], 0, Some(false)),
        (&[key], &[OVERLOAD, wrong], vec![first; 2], 1, Some(false)),
        // Nobody to take over.
        (&[key, off], &[OVERLOAD], vec![first], 0, Some(true)),
        (&[key, same], &[OVERLOAD], vec![first], 0, Some(true)),
        // The other one fails too, for good: the first may still come back.
        (&[key], &[OVERLOAD, OVERLOAD, OVERLOAD, wrong], vec![first, first, first, "openai/whisper-1"], 3, Some(true)),
    ] {
        let line = Told::of(replies);
        let began = Instant::now();

        let heard = transcriber(&config(variables)).unwrap().transcribe(&line, &sound(10), "en", "").await;

        assert_eq!(heard.as_ref().err().map(Error::is_passing), fails, "{replies:?}: {heard:?}");
        assert_eq!(line.tap.models(), models, "{replies:?}");
        assert_eq!(began.elapsed().as_secs(), waited, "{replies:?}");
    }
}

#[tokio::test]
async fn the_fallback_gets_no_hint() {
    let server = Provider::start();
    for _attempt in 0..2 {
        server.next(Route::GeminiSpeech, Answer::status(503));
    }
    let more = [
        ("TRANSCRIPTION_PROVIDER", "gemini"),
        ("TRANSCRIPTION_RETRY_MAX_ATTEMPTS", "2"),
        ("TRANSCRIPTION_RETRY_BASE_DELAY", "0"),
    ];

    let (transcript, line) = hear(&server, &more, 100, "- **Ilse**").await;

    assert_eq!(transcript.unwrap().text, "We walked along the river.");
    assert_eq!(line.tap.models(), ["gemini/gemini-2.5-pro", "gemini/gemini-2.5-pro", "openai/whisper-1"]);
    let arrived = &server.of(Route::OpenAiSpeech)[0];
    assert!(arrived.field("prompt").is_none() && !arrived.holds(b"Ilse"));
    server.proper();
}

#[tokio::test]
async fn a_shadow_listens_along_and_changes_nothing() {
    for (shadow, wanted) in
        [(Answer::text("We talked."), true), (Answer::status(400), true), (Answer::malformed(), true)]
    {
        let server = Provider::start();
        server.next(Route::GeminiSpeech, shadow);

        let (transcript, line) = hear(&server, &[("TRANSCRIPTION_SHADOW_PROVIDER", "gemini")], 100, "").await;

        assert_eq!(transcript.is_ok_and(|transcript| transcript.text == "We walked along the river."), wanted);
        assert_eq!(line.tap.models().len(), 2);
        server.proper();
    }
}

#[tokio::test]
async fn the_hint_can_be_switched_off() {
    let server = Provider::start();

    let (transcript, _) = hear(&server, &[("TRANSCRIPTION_CONTEXT_ENABLED", "false")], 100, "- **Ilse**").await;

    transcript.unwrap();
    assert!(!server.saw(b"Ilse"));
}

#[tokio::test]
async fn what_comes_back_wrong_has_a_name() {
    let off = ("TRANSCRIPTION_FALLBACK_ENABLED", "false");
    for (provider, route) in [("openai", Route::OpenAiSpeech), ("gemini", Route::GeminiSpeech)] {
        for (answer, kind, passing) in [
            (Answer::status(401), Kind::Conflict, false),
            (Answer::status(413), Kind::Invalid, false),
            (Answer::status(429).retry_after(9), Kind::Upstream, true),
            (Answer::malformed(), Kind::Upstream, true),
            (Answer::raw(200, r#"{"segments": []}"#), Kind::Upstream, false),
            (Answer::text("  "), Kind::Invalid, false),
        ] {
            let server = Provider::start();
            server.next(route, answer.clone());

            let (heard, _) = hear(&server, &[off, ("TRANSCRIPTION_PROVIDER", provider)], 100, "").await;

            let error = heard.unwrap_err();
            assert_eq!((error.kind(), error.is_passing()), (kind, passing), "{provider} {answer:?}: {error}");
        }
    }
    let server = Provider::start();
    server.next(Route::GeminiSpeech, Answer::text(r#"{"text": 5}"#));
    let (heard, _) = hear(&server, &[off, ("TRANSCRIPTION_PROVIDER", "gemini")], 100, "").await;
    assert!(heard.unwrap_err().is_passing(), "a model may do better the next time");
}

#[test]
fn nobody_listens_until_somebody_is_configured() {
    for (variables, kind, words) in [
        (&[][..], Kind::Conflict, "OPENAI_API_KEY"),
        (&[("TRANSCRIPTION_PROVIDER", "gemini")], Kind::Conflict, "GOOGLE_API_KEY"),
        (&[("TRANSCRIPTION_PROVIDER", "anthropic")], Kind::Invalid, "openai or gemini"),
        (&[("OPENAI_API_KEY", "k"), ("TRANSCRIPTION_SHADOW_PROVIDER", "gemini")], Kind::Conflict, "GOOGLE_API_KEY"),
        (&[("OPENAI_API_KEY", "k"), ("TRANSCRIPTION_SHADOW_PROVIDER", "echo")], Kind::Invalid, "openai or gemini"),
    ] {
        let refused = transcriber(&config(variables)).err().unwrap();

        assert_eq!(refused.kind(), kind, "{variables:?}");
        assert!(refused.next_step().unwrap().contains(words), "{variables:?}: {:?}", refused.next_step());
    }
    assert!(transcriber(&config(&[("JOURNAL_TRANSCRIPTION_URL", "http://127.0.0.1:9000/v1")])).is_ok());
}
