//! Gemini `generateContent` API: <https://ai.google.dev/api/generate-content>.

use data_encoding::BASE64;
use serde_json::{Map, Value, json};

use crate::net::transport::{ProviderRequest, TokenUsage};
use crate::providers::endpoint::ProviderEndpoint;
use crate::providers::llm_request::{LlmMedia, LlmRequest, LlmResponse, StopReason};

pub(super) fn build_request(endpoint: &ProviderEndpoint, request: &LlmRequest<'_>) -> ProviderRequest {
    // A model is one path segment, with or without the resource prefix.
    let model = request.model.strip_prefix("models/").unwrap_or(request.model);
    let url = endpoint.url_for(["v1beta", "models", &format!("{model}:generateContent")]);
    endpoint.json_request(url, request.model, &request_body(request))
}

fn request_body(request: &LlmRequest<'_>) -> Value {
    let media = request.media.map(|media| match media {
        LlmMedia::Image { media_type, bytes } => {
            json!({"inline_data": {"mime_type": media_type, "data": BASE64.encode(bytes)}})
        }
        LlmMedia::Placeholder { media_type } => json!({"inline_data": {"mime_type": media_type, "data": ""}}),
        LlmMedia::UploadedFile { media_type, uri } => {
            json!({"file_data": {"mime_type": media_type, "file_uri": uri}})
        }
    });
    let parts: Vec<Value> = media.into_iter().chain([json!({"text": request.user})]).collect();
    let mut body = json!({
        "system_instruction": {"parts": [{"text": request.system}]},
        "contents": [{"role": "user", "parts": parts}],
    });
    // The first assignment creates the object.
    if let Some(most) = request.max_tokens {
        body["generationConfig"]["maxOutputTokens"] = json!(most);
    }
    if request.deterministic {
        body["generationConfig"]["temperature"] = json!(0);
    }
    if let Some(schema) = request.schema {
        body["generationConfig"]["responseMimeType"] = json!("application/json");
        body["generationConfig"]["responseSchema"] = to_gemini_schema(schema);
    }
    body
}

/// Converts a JSON schema to the subset that Gemini accepts; it rejects unknown fields.
fn to_gemini_schema(schema: &Value) -> Value {
    let Some(fields) = schema.as_object() else { return schema.clone() };
    let mut kept = Map::new();
    for (name, value) in fields {
        let value = match (name.as_str(), value) {
            ("type", Value::String(kind)) => json!(kind.to_ascii_uppercase()),
            // Gemini expresses `["string", "null"]` with a `nullable` field.
            ("type", Value::Array(kinds)) => {
                let kind = kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null").unwrap_or("string");
                kept.insert("nullable".to_owned(), json!(kinds.iter().any(|kind| kind == "null")));
                json!(kind.to_ascii_uppercase())
            }
            ("properties", Value::Object(properties)) => {
                properties.iter().map(|(name, schema)| (name.clone(), to_gemini_schema(schema))).collect()
            }
            ("items", value) => to_gemini_schema(value),
            ("anyOf", Value::Array(choices)) => choices.iter().map(to_gemini_schema).collect(),
            (
                "description" | "enum" | "format" | "nullable" | "required" | "minItems" | "maxItems" | "minimum"
                | "maximum" | "minLength" | "maxLength" | "pattern",
                value,
            ) => value.clone(),
            _ => continue,
        };
        kept.insert(name.clone(), value);
    }
    Value::Object(kept)
}

pub(super) fn parse_response(document: &Value) -> Option<LlmResponse> {
    let usage = &document["usageMetadata"];
    let number = |field: &str| usage[field].as_i64();
    let (visible, thoughts) = (number("candidatesTokenCount"), number("thoughtsTokenCount"));
    let output = visible.or(thoughts).map(|_| visible.unwrap_or(0) + thoughts.unwrap_or(0));
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
