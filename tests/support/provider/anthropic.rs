//! Mock of Anthropic's Messages API.

use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{ANTHROPIC_KEY, Answer, FormatViolation, ReceivedRequest, Route, json};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MessagesRequest {
    model: String,
    max_tokens: u32,
    system: Option<Vec<Block>>,
    messages: Vec<Message>,
    temperature: Option<f64>,
    tools: Option<Vec<Tool>>,
    tool_choice: Option<ToolChoice>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Message {
    role: String,
    content: Vec<Block>,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
enum Block {
    Text { text: String, cache_control: Option<CacheControl> },
    Image { source: ImageSource },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CacheControl {
    #[serde(rename = "type")]
    kind: String,
    ttl: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ImageSource {
    #[serde(rename = "type")]
    kind: String,
    media_type: String,
    data: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tool {
    name: String,
    #[serde(rename = "description")]
    _description: Option<String>,
    input_schema: Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ToolChoice {
    #[serde(rename = "type")]
    kind: String,
    name: Option<String>,
}

pub(super) fn check(received: &mut ReceivedRequest) -> Result<(), FormatViolation> {
    let has_image = received.body.windows(14).any(|window| window == br#""type":"image""#);
    received.route = if has_image { Route::AnthropicOcr } else { Route::AnthropicChat };
    let invalid = |message: String| FormatViolation::new(400, "invalid_request_error", message);
    if received.method != "POST" {
        return Err(FormatViolation::new(405, "invalid_request_error", "only POST"));
    }
    if received.header("x-api-key") != ANTHROPIC_KEY || !received.header("authorization").is_empty() {
        return Err(FormatViolation::new(401, "authentication_error", "invalid x-api-key"));
    }
    if received.header("anthropic-version") != "2023-06-01" {
        return Err(invalid("anthropic-version: header is required".to_owned()));
    }
    if received.header("content-type") != "application/json" || !received.query.is_empty() {
        return Err(invalid("content-type must be application/json".to_owned()));
    }
    let body: MessagesRequest = serde_json::from_slice(&received.body).map_err(|error| invalid(error.to_string()))?;
    if !body.model.starts_with("claude-") {
        return Err(FormatViolation::new(404, "not_found_error", format!("model: {}", body.model)));
    }
    if body.max_tokens == 0 || body.temperature.is_some_and(|number| !(0.0..=1.0).contains(&number)) {
        return Err(invalid("max_tokens or temperature out of range".to_owned()));
    }
    let [message] = body.messages.as_slice() else { return Err(invalid("exactly one message".to_owned())) };
    if message.role != "user" || message.content.is_empty() {
        return Err(invalid("the first message must have the role user".to_owned()));
    }
    for block in body.system.iter().flatten().chain(&message.content) {
        match block {
            Block::Text { text, .. } if text.is_empty() => {
                return Err(invalid("text blocks must not be empty".to_owned()));
            }
            Block::Text { cache_control: Some(cache), .. } => {
                let known = cache.ttl.as_deref().is_none_or(|ttl| ["5m", "1h"].contains(&ttl));
                if cache.kind != "ephemeral" || !known {
                    return Err(invalid("cache_control".to_owned()));
                }
            }
            Block::Text { .. } => {}
            Block::Image { source } => {
                if source.kind != "base64" {
                    return Err(invalid("source.type".to_owned()));
                }
                let bytes = ReceivedRequest::decode_base64(&source.data).map_err(invalid)?;
                ReceivedRequest::check_image(&source.media_type, &bytes).map_err(invalid)?;
                received.image = Some(bytes);
            }
        }
    }
    let tools = body.tools.unwrap_or_default();
    if tools.iter().any(|tool| tool.name.is_empty() || tool.input_schema["type"] != "object") {
        return Err(invalid("tools.0.input_schema.type must be object".to_owned()));
    }
    match body.tool_choice {
        Some(choice) if choice.kind != "tool" || !tools.iter().any(|tool| Some(&tool.name) == choice.name.as_ref()) => {
            Err(invalid("tool_choice".to_owned()))
        }
        _ => Ok(()),
    }
}

pub(super) fn reply(received: &ReceivedRequest, answer: &Answer) -> Response {
    let tool = received.json["tool_choice"]["name"].as_str();
    let text = answer.model_text();
    let (content, stop_reason) = match (tool, serde_json::from_str::<Value>(text)) {
        (Some(tool), Ok(input)) => {
            (json!([{"type": "tool_use", "id": "toolu_1", "name": tool, "input": input}]), "tool_use")
        }
        _ if text.is_empty() => (json!([]), "end_turn"),
        _ => (json!([{"type": "text", "text": text}]), "end_turn"),
    };
    json(
        200,
        &json!({
            "id": "msg_scripted",
            "type": "message",
            "role": "assistant",
            "model": received.json["model"],
            "content": content,
            "stop_reason": answer.stop_reason.as_deref().unwrap_or(stop_reason),
            "stop_sequence": null,
            "usage": {
                "input_tokens": 1200,
                "cache_creation_input_tokens": 300,
                "cache_read_input_tokens": 0,
                "output_tokens": text.split_whitespace().count(),
            },
        }),
    )
}
