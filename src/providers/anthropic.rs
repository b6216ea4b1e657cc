//! Anthropic's Messages API: <https://docs.anthropic.com/en/api/messages>.

use data_encoding::BASE64;
use serde_json::Value;
use serde_json::json;

use crate::net::wire::Request;
use crate::net::wire::Usage;
use crate::providers::endpoint::Endpoint;
use crate::providers::question::Answer;
use crate::providers::question::End;
use crate::providers::question::Media;
use crate::providers::question::Question;

/// Tokens of an answer where a question names no bound: the API wants one.
const MAX_TOKENS: u32 = 4096;
/// The tool through which a model answers in a given shape.
const TOOL: &str = "answer";
/// Models that take a temperature; later ones refuse any.
const STEADY: [&str; 8] = [
    "claude-3",
    "claude-haiku-4",
    "claude-sonnet-4",
    "claude-opus-4-0",
    "claude-opus-4-1",
    "claude-opus-4-2025",
    "claude-opus-4-5",
    "claude-opus-4-6",
];

pub(super) fn request(endpoint: &Endpoint, question: &Question<'_>) -> Request {
    let mut system = json!({"type": "text", "text": question.system});
    if let Some(ttl) = question.cache {
        system["cache_control"] = json!({"type": "ephemeral", "ttl": ttl});
    }
    let mut content = Vec::new();
    if let Some(Media::Image { media_type, bytes }) = question.media {
        let source = json!({"type": "base64", "media_type": media_type, "data": BASE64.encode(bytes)});
        content.push(json!({"type": "image", "source": source}));
    }
    content.push(json!({"type": "text", "text": question.user}));
    let mut body = json!({
        "model": question.model,
        "max_tokens": question.max_tokens.unwrap_or(MAX_TOKENS),
        "system": [system],
        "messages": [{"role": "user", "content": content}],
    });
    if question.steady && STEADY.iter().any(|family| question.model.starts_with(family)) {
        body["temperature"] = json!(0);
    }
    if let Some(schema) = question.schema {
        body["tools"] = json!([{"name": TOOL, "description": "Gives the answer.", "input_schema": schema}]);
        body["tool_choice"] = json!({"type": "tool", "name": TOOL});
    }
    endpoint.post(endpoint.at(["v1", "messages"]), question.model, &body)
}

pub(super) fn answer(document: &Value) -> Option<Answer> {
    let content = document["content"].as_array()?;
    let given = content.iter().find(|block| block["type"] == "tool_use").map(|block| block["input"].to_string());
    let said = || content.iter().filter(|block| block["type"] == "text").filter_map(|block| block["text"].as_str());
    let usage = &document["usage"];
    let read = ["input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens"];
    let input: Vec<i64> = read.iter().filter_map(|field| usage[field].as_i64()).collect();
    Some(Answer {
        text: given.unwrap_or_else(|| said().collect()),
        usage: Usage {
            input_tokens: (!input.is_empty()).then(|| input.iter().sum()),
            output_tokens: usage["output_tokens"].as_i64(),
        },
        end: match document["stop_reason"].as_str()? {
            "max_tokens" | "model_context_window_exceeded" => End::CutOff,
            "refusal" => End::Refused("refusal".to_owned()),
            _ => End::Done,
        },
    })
}
