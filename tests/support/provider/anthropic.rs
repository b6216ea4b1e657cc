//! Anthropic's Messages API.

use axum::response::Response;
use serde::Deserialize;
use serde_json::Value;
use serde_json::json;

use super::ANTHROPIC_KEY;
use super::Answer;
use super::Arrived;
use super::Route;
use super::Wrong;
use super::json;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    model: String,
    max_tokens: u32,
    system: Option<Vec<Block>>,
    messages: Vec<Turn>,
    temperature: Option<f64>,
    tools: Option<Vec<Tool>>,
    tool_choice: Option<Choice>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Turn {
    role: String,
    content: Vec<Block>,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
enum Block {
    Text { text: String, cache_control: Option<Cache> },
    Image { source: Source },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cache {
    #[serde(rename = "type")]
    kind: String,
    ttl: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Source {
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
struct Choice {
    #[serde(rename = "type")]
    kind: String,
    name: Option<String>,
}

pub(super) fn check(arrived: &mut Arrived) -> Result<(), Wrong> {
    let has_image = arrived.body.windows(14).any(|window| window == br#""type":"image""#);
    arrived.route = if has_image { Route::AnthropicOcr } else { Route::AnthropicChat };
    let wrong = |what: String| Wrong::new(400, "invalid_request_error", what);
    if arrived.method != "POST" {
        return Err(Wrong::new(405, "invalid_request_error", "only POST"));
    }
    if arrived.header("x-api-key") != ANTHROPIC_KEY || !arrived.header("authorization").is_empty() {
        return Err(Wrong::new(401, "authentication_error", "invalid x-api-key"));
    }
    if arrived.header("anthropic-version") != "2023-06-01" {
        return Err(wrong("anthropic-version: header is required".to_owned()));
    }
    if arrived.header("content-type") != "application/json" || !arrived.query.is_empty() {
        return Err(wrong("content-type must be application/json".to_owned()));
    }
    let body: Body = serde_json::from_slice(&arrived.body).map_err(|error| wrong(error.to_string()))?;
    if !body.model.starts_with("claude-") {
        return Err(Wrong::new(404, "not_found_error", format!("model: {}", body.model)));
    }
    if body.max_tokens == 0 || body.temperature.is_some_and(|number| !(0.0..=1.0).contains(&number)) {
        return Err(wrong("max_tokens or temperature out of range".to_owned()));
    }
    let [turn] = body.messages.as_slice() else { return Err(wrong("one turn".to_owned())) };
    if turn.role != "user" || turn.content.is_empty() {
        return Err(wrong("the first turn must be the user's".to_owned()));
    }
    for block in body.system.iter().flatten().chain(&turn.content) {
        match block {
            Block::Text { text, .. } if text.is_empty() => {
                return Err(wrong("text blocks must not be empty".to_owned()));
            }
            Block::Text { cache_control: Some(cache), .. } => {
                let known = cache.ttl.as_deref().is_none_or(|ttl| ["5m", "1h"].contains(&ttl));
                if cache.kind != "ephemeral" || !known {
                    return Err(wrong("cache_control".to_owned()));
                }
            }
            Block::Text { .. } => {}
            Block::Image { source } => {
                if source.kind != "base64" {
                    return Err(wrong("source.type".to_owned()));
                }
                let bytes = Arrived::decoded(&source.data).map_err(wrong)?;
                Arrived::picture(&source.media_type, &bytes).map_err(wrong)?;
                arrived.image = Some(bytes);
            }
        }
    }
    let tools = body.tools.unwrap_or_default();
    if tools.iter().any(|tool| tool.name.is_empty() || tool.input_schema["type"] != "object") {
        return Err(wrong("tools.0.input_schema.type must be object".to_owned()));
    }
    match body.tool_choice {
        Some(choice) if choice.kind != "tool" || !tools.iter().any(|tool| Some(&tool.name) == choice.name.as_ref()) => {
            Err(wrong("tool_choice".to_owned()))
        }
        _ => Ok(()),
    }
}

pub(super) fn reply(arrived: &Arrived, answer: &Answer) -> Response {
    let tool = arrived.json["tool_choice"]["name"].as_str();
    let text = answer.words();
    let (content, stop) = match (tool, serde_json::from_str::<Value>(text)) {
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
            "model": arrived.json["model"],
            "content": content,
            "stop_reason": answer.stop.as_deref().unwrap_or(stop),
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
