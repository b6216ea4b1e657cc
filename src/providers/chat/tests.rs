//! Questions about texts, over real HTTP.

use serde_json::json;

use super::*;
use crate::error::Kind;
use crate::providers::tests::Direct;
use crate::providers::tests::KEPT;
use crate::providers::tests::config;
use crate::providers::tests::pointed;
use crate::providers::tests::reveal;
use crate::providers::tests::server::Answer;
use crate::providers::tests::server::Provider;
use crate::providers::tests::server::Route;

const PROVIDERS: [(&str, Route); 3] =
    [("anthropic", Route::AnthropicChat), ("gemini", Route::GeminiChat), ("openai", Route::OpenAiChat)];

fn prompt(schema: Option<Value>) -> Prompt {
    Prompt {
        system: "Put in paragraphs.".to_owned(),
        user: format!("{} came by.", KEPT.0),
        model: "claude-haiku-4-5".to_owned(),
        max_tokens: 256,
        schema,
    }
}

async fn ask(server: &Provider, more: &[(&str, &str)], prompt: &Prompt) -> (Result<String>, Direct) {
    let line = Direct::default();
    let answer = Chat::chosen(&pointed(server, more), &reveal).unwrap().ask(&line, prompt).await;
    (answer, line)
}

#[tokio::test]
async fn every_provider_answers_in_its_own_format() {
    for ((provider, route), model) in PROVIDERS.into_iter().zip(["claude-haiku-4-5", "gemini-2.5-flash", "gpt-4o-mini"])
    {
        let server = Provider::start();
        server.next(route, Answer::text(&format!("{} came by, \"again\".", KEPT.1)));

        let (answer, line) = ask(&server, &[("JOURNAL_CHAT_PROVIDER", provider)], &prompt(None)).await;

        assert_eq!(answer.unwrap(), "Wilhelmina came by, \"again\".", "{provider}");
        server.proper();
        let arrived = &server.of(route)[0];
        assert_eq!((arrived.system().as_str(), arrived.user()), ("Put in paragraphs.", format!("{} came by.", KEPT.1)));
        assert!(!server.saw(KEPT.0.as_bytes()));
        let temperature = [&arrived.json["temperature"], &arrived.json["generationConfig"]["temperature"]];
        assert!(temperature.contains(&&json!(0)), "{provider}");
        let most = [&arrived.json["max_tokens"], &arrived.json["generationConfig"]["maxOutputTokens"]];
        assert!(most.contains(&&json!(256)), "{provider}");
        assert_eq!(line.tap.models(), [format!("{provider}/{model}")]);
        assert_eq!(line.tap.used.lock().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn an_answer_of_a_shape_is_json_and_stays_it() {
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {
            "is_heading": {"type": "boolean"},
            "source_phrase": {"type": ["string", "null"], "description": "verbatim"},
            "words": {"type": "array", "items": {"type": "string"}},
        },
        "required": ["is_heading"],
        "additionalProperties": false,
    });
    for (provider, route) in PROVIDERS {
        let server = Provider::start();
        server.next(route, Answer::text(&format!(r#"{{"is_heading": true, "words": ["{}"]}}"#, KEPT.1)));
        let more = [("JOURNAL_CHAT_PROVIDER", provider)];

        let (answer, _) = ask(&server, &more, &prompt(Some(schema.clone()))).await;

        let answer: Value = serde_json::from_str(&answer.unwrap()).unwrap();
        assert_eq!(answer, json!({"is_heading": true, "words": [KEPT.0]}), "{provider}");
        server.proper();

        for broken in ["{\"is_heading\": tr", "Certainly! Here it is.", ""] {
            server.next(route, Answer::text(broken));
            let (answer, _) = ask(&server, &more, &prompt(Some(schema.clone()))).await;
            let error = answer.unwrap_err();
            assert_eq!((error.wire_code(), error.is_passing()), ("answer_unusable", false), "{provider} {broken:?}");
        }
    }
}

#[tokio::test]
async fn models_that_think_are_asked_without_what_they_refuse() {
    for (provider, model, route) in [
        ("openai", "gpt-5-mini", Route::OpenAiChat),
        ("openai", "o3", Route::OpenAiChat),
        ("anthropic", "claude-opus-4-7", Route::AnthropicChat),
    ] {
        let server = Provider::start();
        let prompt = Prompt { model: model.to_owned(), ..prompt(None) };

        ask(&server, &[("JOURNAL_CHAT_PROVIDER", provider)], &prompt).await.0.unwrap();

        server.proper();
        assert!(server.of(route)[0].json.get("temperature").is_none(), "{model}");
    }
}

#[tokio::test]
async fn a_provider_is_asked_to_keep_nothing_where_it_has_a_word_for_it() {
    for (zero, wanted) in [("true", json!(false)), ("false", Value::Null)] {
        let server = Provider::start();
        let more = [("JOURNAL_CHAT_PROVIDER", "openai"), ("JOURNAL_ZERO_RETENTION", zero)];

        ask(&server, &more, &prompt(None)).await.0.unwrap();

        assert_eq!(server.of(Route::OpenAiChat)[0].json["store"], wanted);
    }
}

#[tokio::test]
async fn an_answer_that_breaks_off_or_is_refused_is_none() {
    for (provider, route, why) in [
        ("anthropic", Route::AnthropicChat, "max_tokens"),
        ("anthropic", Route::AnthropicChat, "refusal"),
        ("openai", Route::OpenAiChat, "length"),
        ("openai", Route::OpenAiChat, "refusal"),
        ("gemini", Route::GeminiChat, "MAX_TOKENS"),
        ("gemini", Route::GeminiChat, "RECITATION"),
        ("gemini", Route::GeminiChat, "BLOCKED"),
    ] {
        let server = Provider::start();
        server.next(route, Answer::text("half of").stopped(why));

        let (answer, line) = ask(&server, &[("JOURNAL_CHAT_PROVIDER", provider)], &prompt(None)).await;

        let error = answer.unwrap_err();
        assert_eq!((error.kind(), error.is_passing()), (Kind::Invalid, false), "{provider} {why}");
        assert_eq!(line.tap.used.lock().unwrap().len(), 1, "it was paid for");
    }
}

#[test]
fn nobody_answers_until_somebody_is_configured() {
    for (provider, key) in [("anthropic", "ANTHROPIC"), ("openai", "OPENAI"), ("gemini", "GOOGLE")] {
        let refused = Chat::chosen(&config(&[("JOURNAL_CHAT_PROVIDER", provider)]), &reveal).err().unwrap();

        assert_eq!(refused.kind(), Kind::Conflict);
        assert!(refused.next_step().unwrap().contains(key), "{refused}");
    }
}
