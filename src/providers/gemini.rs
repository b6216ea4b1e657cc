//! Gemini `generateContent` API: <https://ai.google.dev/api/generate-content>.

use data_encoding::BASE64;
use serde_json::{Map, Value, json};

use crate::net::transport::{ProviderRequest, TokenUsage};
use crate::providers::endpoint::ProviderEndpoint;
use crate::providers::llm_request::{LlmMedia, LlmRequest, LlmResponse, StopReason};

pub(super) fn build_request(endpoint: &ProviderEndpoint, question: &LlmRequest<'_>) -> ProviderRequest {
    // A model is one path segment, with or without the resource prefix.
    let model = question.model.strip_prefix("models/").unwrap_or(question.model);
    let url = endpoint.url_for(["v1beta", "models", &format!("{model}:generateContent")]);
    endpoint.json_request(url, question.model, &request_body(question))
}

fn request_body(question: &LlmRequest<'_>) -> Value {
    let mut parts = Vec::new();
    match question.media {
        Some(LlmMedia::Image { media_type, bytes }) => {
            parts.push(json!({"inline_data": {"mime_type": media_type, "data": BASE64.encode(bytes)}}));
        }
        Some(LlmMedia::Placeholder { media_type }) => {
            parts.push(json!({"inline_data": {"mime_type": media_type, "data": ""}}));
        }
        Some(LlmMedia::UploadedFile { media_type, uri }) => {
            parts.push(json!({"file_data": {"mime_type": media_type, "file_uri": uri}}));
        }
        None => {}
    }
    parts.push(json!({"text": question.user}));
    let mut settings = Map::new();
    if let Some(most) = question.max_tokens {
        settings.insert("maxOutputTokens".to_owned(), json!(most));
    }
    if question.deterministic {
        settings.insert("temperature".to_owned(), json!(0));
    }
    if let Some(schema) = question.schema {
        settings.insert("responseMimeType".to_owned(), json!("application/json"));
        settings.insert("responseSchema".to_owned(), to_gemini_schema(schema));
    }
    let mut body = json!({
        "system_instruction": {"parts": [{"text": question.system}]},
        "contents": [{"role": "user", "parts": parts}],
    });
    if !settings.is_empty() {
        body["generationConfig"] = Value::Object(settings);
    }
    body
}

/// Converts a JSON schema to the subset that Gemini accepts; it rejects unknown fields.
fn to_gemini_schema(schema: &Value) -> Value {
    let Some(fields) = schema.as_object() else { return schema.clone() };
    let mut kept = Map::new();
    for (name, value) in fields {
        match (name.as_str(), value) {
            ("type", Value::String(kind)) => {
                kept.insert("type".to_owned(), json!(kind.to_ascii_uppercase()));
            }
            // Gemini expresses `["string", "null"]` with a `nullable` field.
            ("type", Value::Array(kinds)) => {
                let kind = kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null").unwrap_or("string");
                kept.insert("type".to_owned(), json!(kind.to_ascii_uppercase()));
                kept.insert("nullable".to_owned(), json!(kinds.iter().any(|kind| kind == "null")));
            }
            ("properties", Value::Object(properties)) => {
                let properties =
                    properties.iter().map(|(name, schema)| (name.clone(), to_gemini_schema(schema))).collect();
                kept.insert("properties".to_owned(), Value::Object(properties));
            }
            ("items", value) => {
                kept.insert("items".to_owned(), to_gemini_schema(value));
            }
            ("anyOf", Value::Array(choices)) => {
                kept.insert("anyOf".to_owned(), choices.iter().map(to_gemini_schema).collect());
            }
            (
                "description" | "enum" | "format" | "nullable" | "required" | "minItems" | "maxItems" | "minimum"
                | "maximum" | "minLength" | "maxLength" | "pattern",
                value,
            ) => {
                kept.insert(name.clone(), value.clone());
            }
            _ => {}
        }
    }
    Value::Object(kept)
}

pub(super) fn parse_response(document: &Value) -> Option<LlmResponse> {
    let usage = &document["usageMetadata"];
    let number = |field: &str| usage[field].as_i64();
    let (said, thought) = (number("candidatesTokenCount"), number("thoughtsTokenCount"));
    let output = said.or(thought).map(|_| said.unwrap_or(0) + thought.unwrap_or(0));
    let usage = TokenUsage { input_tokens: number("promptTokenCount"), output_tokens: output };
    let Some(candidate) = document["candidates"].as_array().and_then(|candidates| candidates.first()) else {
        let why = document["promptFeedback"]["blockReason"].as_str()?;
        return Some(LlmResponse { text: String::new(), usage, stop_reason: StopReason::Refused(why.to_owned()) });
    };
    let parts = candidate["content"]["parts"].as_array().map_or(&[][..], Vec::as_slice);
    let visible = parts.iter().filter(|part| part["thought"] != true);
    Some(LlmResponse {
        text: visible.filter_map(|part| part["text"].as_str()).collect(),
        usage,
        stop_reason: match candidate["finishReason"].as_str()? {
            "STOP" => StopReason::Complete,
            "MAX_TOKENS" => StopReason::TokenLimit,
            why => StopReason::Refused(why.to_owned()),
        },
    })
}
