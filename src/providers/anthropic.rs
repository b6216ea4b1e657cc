//! Anthropic Messages API: <https://docs.anthropic.com/en/api/messages>.

use data_encoding::BASE64;
use serde_json::{Value, json};

use crate::net::transport::{ProviderRequest, TokenUsage};
use crate::providers::endpoint::ProviderEndpoint;
use crate::providers::llm_request::{LlmMedia, LlmRequest, LlmResponse, StopReason};

/// Default token limit of an answer; the API requires one.
const MAX_TOKENS: u32 = 4096;
/// Name of the tool that forces an answer into a JSON schema.
const TOOL: &str = "answer";
/// Model prefixes that accept a temperature; later models reject it.
const TEMPERATURE_MODELS: [&str; 8] = [
    "claude-3",
    "claude-haiku-4",
    "claude-sonnet-4",
    "claude-opus-4-0",
    "claude-opus-4-1",
    "claude-opus-4-2025",
    "claude-opus-4-5",
    "claude-opus-4-6",
];

pub(super) fn build_request(endpoint: &ProviderEndpoint, request: &LlmRequest<'_>) -> ProviderRequest {
    let mut system = json!({"type": "text", "text": request.system});
    if let Some(ttl) = request.cache_ttl {
        system["cache_control"] = json!({"type": "ephemeral", "ttl": ttl});
    }
    let mut content = Vec::new();
    if let Some(LlmMedia::Image { media_type, bytes }) = request.media {
        let source = json!({"type": "base64", "media_type": media_type, "data": BASE64.encode(bytes)});
        content.push(json!({"type": "image", "source": source}));
    }
    content.push(json!({"type": "text", "text": request.user}));
    let mut body = json!({
        "model": request.model,
        "max_tokens": request.max_tokens.unwrap_or(MAX_TOKENS),
        "system": [system],
        "messages": [{"role": "user", "content": content}],
    });
    if request.deterministic && TEMPERATURE_MODELS.iter().any(|family| request.model.starts_with(family)) {
        body["temperature"] = json!(0);
    }
    if let Some(schema) = request.schema {
        body["tools"] = json!([{"name": TOOL, "description": "Gives the answer.", "input_schema": schema}]);
        body["tool_choice"] = json!({"type": "tool", "name": TOOL});
    }
    endpoint.json_request(endpoint.url_for(["v1", "messages"]), request.model, &body)
}

pub(super) fn parse_response(document: &Value) -> Option<LlmResponse> {
    let content = document["content"].as_array()?;
    let tool_input = content.iter().find(|block| block["type"] == "tool_use").map(|block| block["input"].to_string());
    let text = || content.iter().filter(|block| block["type"] == "text").filter_map(|block| block["text"].as_str());
    let usage = &document["usage"];
    let read = ["input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens"];
    let input: Vec<i64> = read.iter().filter_map(|field| usage[field].as_i64()).collect();
    Some(LlmResponse {
        text: tool_input.unwrap_or_else(|| text().collect()),
        usage: TokenUsage {
            input_tokens: (!input.is_empty()).then(|| input.iter().sum()),
            output_tokens: usage["output_tokens"].as_i64(),
        },
        stop_reason: match document["stop_reason"].as_str()? {
            "max_tokens" | "model_context_window_exceeded" => StopReason::TokenLimit,
            "refusal" => StopReason::Refused("refusal".to_owned()),
            _ => StopReason::Complete,
        },
    })
}
