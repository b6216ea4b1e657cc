//! Gemini's `generateContent`: <https://ai.google.dev/api/generate-content>.

use data_encoding::BASE64;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::net::wire::Request;
use crate::net::wire::Usage;
use crate::providers::endpoint::Endpoint;
use crate::providers::question::Answer;
use crate::providers::question::End;
use crate::providers::question::Media;
use crate::providers::question::Question;

pub(super) fn request(endpoint: &Endpoint, question: &Question<'_>) -> Request {
    // With or without the resource's prefix, a model is one segment of the path.
    let model = question.model.strip_prefix("models/").unwrap_or(question.model);
    let url = endpoint.at(["v1beta", "models", &format!("{model}:generateContent")]);
    endpoint.post(url, question.model, &body(question))
}

fn body(question: &Question<'_>) -> Value {
    let mut parts = Vec::new();
    match question.media {
        Some(Media::Image { media_type, bytes }) => {
            parts.push(json!({"inline_data": {"mime_type": media_type, "data": BASE64.encode(bytes)}}));
        }
        Some(Media::Later { media_type }) => {
            parts.push(json!({"inline_data": {"mime_type": media_type, "data": ""}}));
        }
        Some(Media::File { media_type, uri }) => {
            parts.push(json!({"file_data": {"mime_type": media_type, "file_uri": uri}}));
        }
        None => {}
    }
    parts.push(json!({"text": question.user}));
    let mut settings = Map::new();
    if let Some(most) = question.max_tokens {
        settings.insert("maxOutputTokens".to_owned(), json!(most));
    }
    if question.steady {
        settings.insert("temperature".to_owned(), json!(0));
    }
    if let Some(schema) = question.schema {
        settings.insert("responseMimeType".to_owned(), json!("application/json"));
        settings.insert("responseSchema".to_owned(), subset(schema));
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

/// Returns a JSON Schema in the subset that Gemini takes: it refuses a field that it does not know.
fn subset(schema: &Value) -> Value {
    let Some(fields) = schema.as_object() else { return schema.clone() };
    let mut kept = Map::new();
    for (name, value) in fields {
        match (name.as_str(), value) {
            ("type", Value::String(kind)) => {
                kept.insert("type".to_owned(), json!(kind.to_ascii_uppercase()));
            }
            // `["string", "null"]` says with two types what Gemini says with a field.
            ("type", Value::Array(kinds)) => {
                let kind = kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null").unwrap_or("string");
                kept.insert("type".to_owned(), json!(kind.to_ascii_uppercase()));
                kept.insert("nullable".to_owned(), json!(kinds.iter().any(|kind| kind == "null")));
            }
            ("properties", Value::Object(properties)) => {
                let properties = properties.iter().map(|(name, schema)| (name.clone(), subset(schema))).collect();
                kept.insert("properties".to_owned(), Value::Object(properties));
            }
            ("items", value) => {
                kept.insert("items".to_owned(), subset(value));
            }
            ("anyOf", Value::Array(choices)) => {
                kept.insert("anyOf".to_owned(), choices.iter().map(subset).collect());
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

pub(super) fn answer(document: &Value) -> Option<Answer> {
    let usage = &document["usageMetadata"];
    let number = |field: &str| usage[field].as_i64();
    let (said, thought) = (number("candidatesTokenCount"), number("thoughtsTokenCount"));
    let output = said.or(thought).map(|_| said.unwrap_or(0) + thought.unwrap_or(0));
    let usage = Usage { input_tokens: number("promptTokenCount"), output_tokens: output };
    let Some(candidate) = document["candidates"].as_array().and_then(|candidates| candidates.first()) else {
        let why = document["promptFeedback"]["blockReason"].as_str()?;
        return Some(Answer { text: String::new(), usage, end: End::Refused(why.to_owned()) });
    };
    let parts = candidate["content"]["parts"].as_array().map_or(&[][..], Vec::as_slice);
    let spoken = parts.iter().filter(|part| part["thought"] != true);
    Some(Answer {
        text: spoken.filter_map(|part| part["text"].as_str()).collect(),
        usage,
        end: match candidate["finishReason"].as_str()? {
            "STOP" => End::Done,
            "MAX_TOKENS" => End::CutOff,
            why => End::Refused(why.to_owned()),
        },
    })
}
