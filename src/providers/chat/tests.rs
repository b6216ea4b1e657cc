//! Tests of the chat model over real HTTP.

use serde_json::json;

use super::*;
use crate::error::ErrorKind;
use crate::providers::tests::server::{Answer, Provider, Route};
use crate::providers::tests::{HttpTestTransport, REDACTED, config, config_for, read_secret};

const PROVIDERS: [(&str, Route); 3] =
    [("anthropic", Route::AnthropicChat), ("gemini", Route::GeminiChat), ("openai", Route::OpenAiChat)];

fn prompt(schema: Option<Value>) -> ChatPrompt {
    ChatPrompt {
        system: "Put in paragraphs.".to_owned(),
        user: format!("{} came by.", REDACTED.0),
        model: "claude-haiku-4-5".to_owned(),
        max_tokens: 256,
        schema,
    }
}

async fn ask(server: &Provider, more: &[(&str, &str)], prompt: &ChatPrompt) -> (Result<String>, HttpTestTransport) {
    let transport = HttpTestTransport::default();
    let answer =
        ChatModel::from_config(&config_for(server, more), &read_secret).unwrap().complete(&transport, prompt).await;
    (answer, transport)
}

#[tokio::test]
async fn every_provider_answers_in_its_own_format() {
    for ((provider, route), model) in PROVIDERS.into_iter().zip(["claude-haiku-4-5", "gemini-2.5-flash", "gpt-4o-mini"])
    {
        let server = Provider::start();
        server.next(route, Answer::text(&format!("{} came by, \"again\".", REDACTED.1)));

        let (answer, transport) = ask(&server, &[("JOURNAL_CHAT_PROVIDER", provider)], &prompt(None)).await;

        assert_eq!(answer.unwrap(), "Wilhelmina came by, \"again\".", "{provider}");
        server.assert_well_formed();
        let arrived = &server.received_on(route)[0];
        assert_eq!(
            (arrived.system().as_str(), arrived.user()),
            ("Put in paragraphs.", format!("{} came by.", REDACTED.1))
        );
        assert!(!server.has_received(REDACTED.0.as_bytes()));
        let temperature = [&arrived.json["temperature"], &arrived.json["generationConfig"]["temperature"]];
        assert!(temperature.contains(&&json!(0)), "{provider}");
        let most = [&arrived.json["max_tokens"], &arrived.json["generationConfig"]["maxOutputTokens"]];
        assert!(most.contains(&&json!(256)), "{provider}");
        assert_eq!(transport.recorder.models(), [format!("{provider}/{model}")]);
        assert_eq!(transport.recorder.usage.lock().len(), 1);
    }
}

#[tokio::test]
async fn an_answer_with_a_schema_is_json_after_restoring_words() {
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
        server.next(route, Answer::text(&format!(r#"{{"is_heading": true, "words": ["{}"]}}"#, REDACTED.1)));
        let more = [("JOURNAL_CHAT_PROVIDER", provider)];

        let (answer, _) = ask(&server, &more, &prompt(Some(schema.clone()))).await;

        let answer: Value = serde_json::from_str(&answer.unwrap()).unwrap();
        assert_eq!(answer, json!({"is_heading": true, "words": [REDACTED.0]}), "{provider}");
        server.assert_well_formed();

        for broken in ["{\"is_heading\": tr", "Certainly! Here it is.", ""] {
            server.next(route, Answer::text(broken));
            let (answer, _) = ask(&server, &more, &prompt(Some(schema.clone()))).await;
            let error = answer.unwrap_err();
            assert_eq!((error.wire_code(), error.is_transient()), ("answer_unusable", false), "{provider} {broken:?}");
        }
    }
}

#[tokio::test]
async fn reasoning_models_get_no_temperature() {
    for (provider, model, route) in [
        ("openai", "gpt-5-mini", Route::OpenAiChat),
        ("openai", "o3", Route::OpenAiChat),
        ("anthropic", "claude-opus-4-7", Route::AnthropicChat),
    ] {
        let server = Provider::start();
        let prompt = ChatPrompt { model: model.to_owned(), ..prompt(None) };

        ask(&server, &[("JOURNAL_CHAT_PROVIDER", provider)], &prompt).await.0.unwrap();

        server.assert_well_formed();
        assert!(server.received_on(route)[0].json.get("temperature").is_none(), "{model}");
    }
}

#[tokio::test]
async fn zero_retention_is_requested_where_the_api_supports_it() {
    for (zero, wanted) in [("true", json!(false)), ("false", Value::Null)] {
        let server = Provider::start();
        let more = [("JOURNAL_CHAT_PROVIDER", "openai"), ("JOURNAL_ZERO_RETENTION", zero)];

        ask(&server, &more, &prompt(None)).await.0.unwrap();

        assert_eq!(server.received_on(Route::OpenAiChat)[0].json["store"], wanted);
    }
}

#[tokio::test]
async fn truncated_or_refused_answers_are_errors() {
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
        server.next(route, Answer::text("half of").with_stop_reason(why));

        let (answer, transport) = ask(&server, &[("JOURNAL_CHAT_PROVIDER", provider)], &prompt(None)).await;

        let error = answer.unwrap_err();
        assert_eq!((error.kind(), error.is_transient()), (ErrorKind::Invalid, false), "{provider} {why}");
        assert_eq!(transport.recorder.usage.lock().len(), 1, "the usage is recorded");
    }
}

#[test]
fn an_unconfigured_provider_is_a_conflict_naming_the_key() {
    for (provider, key) in [("anthropic", "ANTHROPIC"), ("openai", "OPENAI"), ("gemini", "GOOGLE")] {
        let refused =
            ChatModel::from_config(&config(&[("JOURNAL_CHAT_PROVIDER", provider)]), &read_secret).err().unwrap();

        assert_eq!(refused.kind(), ErrorKind::Conflict);
        assert!(refused.hint_text().unwrap().contains(key), "{refused}");
    }
}
