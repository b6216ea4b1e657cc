//! `OpenAI` Chat Completions and compatible servers: <https://platform.openai.com/docs/api-reference/chat>.

use data_encoding::BASE64;
use serde_json::{Value, json};

use crate::net::transport::{ProviderRequest, TokenUsage};
use crate::providers::endpoint::{ProviderEndpoint, is_reasoning_model};
use crate::providers::llm_request::{LlmMedia, LlmRequest, LlmResponse, StopReason};

pub(super) fn build_request(endpoint: &ProviderEndpoint, request: &LlmRequest<'_>) -> ProviderRequest {
    let content = match request.media {
        Some(LlmMedia::Image { media_type, bytes }) => {
            let url = format!("data:{media_type};base64,{}", BASE64.encode(bytes));
            json!([
                {"type": "image_url", "image_url": {"url": url, "detail": "high"}},
                {"type": "text", "text": request.user},
            ])
        }
        _ => json!(request.user),
    };
    let mut body = json!({
        "model": request.model,
        "messages": [{"role": "system", "content": request.system}, {"role": "user", "content": content}],
    });
    let is_reasoning = is_reasoning_model(request.model);
    if let Some(most) = request.max_tokens {
        // Compatible servers may not know the newer name; reasoning models reject the older one.
        body[if is_reasoning { "max_completion_tokens" } else { "max_tokens" }] = json!(most);
    }
    if request.deterministic && !is_reasoning {
        body["temperature"] = json!(0);
    }
    if let Some(schema) = request.schema {
        body["response_format"] = json!({"type": "json_schema", "json_schema": {"name": "answer", "schema": schema}});
    }
    if endpoint.zero_retention {
        body["store"] = json!(false);
    }
    endpoint.json_request(endpoint.url_for(["chat", "completions"]), request.model, &body)
}

pub(super) fn parse_response(document: &Value) -> Option<LlmResponse> {
    let choice = document["choices"].as_array()?.first()?;
    let message = choice["message"].as_object()?;
    let text = |field: &str| message.get(field).and_then(Value::as_str);
    Some(LlmResponse {
        text: text("content").unwrap_or_default().to_owned(),
        usage: parse_usage(document),
        stop_reason: match (choice["finish_reason"].as_str(), text("refusal")) {
            (Some("length"), _) => StopReason::TokenLimit,
            (Some(why @ "content_filter"), _) => StopReason::Refused(why.to_owned()),
            (_, Some(_)) => StopReason::Refused("refusal".to_owned()),
            _ => StopReason::Complete,
        },
    })
}

/// Parses the token usage of a chat or a transcription.
pub(super) fn parse_usage(document: &Value) -> TokenUsage {
    let usage = &document["usage"];
    let number = |names: [&str; 2]| names.into_iter().find_map(|name| usage[name].as_i64());
    TokenUsage {
        input_tokens: number(["prompt_tokens", "input_tokens"]),
        output_tokens: number(["completion_tokens", "output_tokens"]),
    }
}
