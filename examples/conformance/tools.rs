//! Tool fixtures: immediate results, progress and log notifications, and requests to the client (up to 2025-11-25).

use std::time::Duration;

use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, LoggingLevel,
    LoggingMessageNotificationParam, ProgressNotificationParam, ServerRequest,
};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer};
use serde_json::{Value, json};

use crate::content::PNG;
use crate::fixtures::{ChangedList, ConformanceServer, complete_result, from_json};
use crate::inputs;

/// Empty WAV recording, Base64.
const WAV: &str = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=";
/// Delay between two notifications, as the suite requires.
const PAUSE: Duration = Duration::from_millis(50);

const PLAIN: [&str; 24] = [
    "test_simple_text",
    "test_image_content",
    "test_audio_content",
    "test_embedded_resource",
    "test_multiple_content_types",
    "test_tool_with_logging",
    "test_logging_tool",
    "test_error_handling",
    "test_tool_with_progress",
    "test_elicitation_sep1034_defaults",
    "test_elicitation_sep1330_enums",
    "test_missing_capability",
    "test_streaming_elicitation",
    "test_trigger_tool_change",
    "test_trigger_prompt_change",
    "test_input_required_result_elicitation",
    "test_input_required_result_sampling",
    "test_input_required_result_list_roots",
    "test_input_required_result_request_state",
    "test_input_required_result_multiple_inputs",
    "test_input_required_result_multi_round",
    "test_input_required_result_tampered_state",
    "test_input_required_result_capabilities",
    "test_reconnection",
];

pub fn list_tools() -> Vec<Value> {
    let tool = |name: &str, properties: Value, required: Value| {
        let schema = json!({ "type": "object", "properties": properties, "required": required });
        json!({ "name": name, "description": format!("{name} of the suite"), "inputSchema": schema })
    };
    let asking = [("test_sampling", "prompt"), ("test_elicitation", "message")];
    let asking = asking.map(|(name, field)| tool(name, json!({ field: { "type": "string" } }), json!([field])));
    PLAIN.iter().map(|name| tool(name, json!({}), json!([]))).chain(asking).chain([composed_schema_tool()]).collect()
}

/// Tool whose schema uses JSON Schema keywords that a server might drop.
fn composed_schema_tool() -> Value {
    let either = json!({ "anyOf": [{ "required": ["by_boat"] }, { "required": ["by_train"] }] });
    let place = json!({ "$anchor": "place", "type": "object", "properties": { "town": { "type": "string" } } });
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "$defs": { "address": place },
        "properties": {
            "address": { "$ref": "#/$defs/address" }, "way": { "enum": ["boat", "train"] },
            "by_boat": { "type": "string" }, "by_train": { "type": "string" },
        },
        "allOf": [either], "if": { "properties": { "way": { "const": "boat" } }, "required": ["way"] },
        "then": { "required": ["by_boat"] }, "else": { "required": ["by_train"] }, "additionalProperties": false,
    });
    json!({ "name": "json_schema_2020_12_tool", "description": "Says how to get there", "inputSchema": schema })
}

pub async fn call(
    fixtures: &ConformanceServer,
    asked: &CallToolRequestParams,
    request: &RequestContext<RoleServer>,
) -> Result<CallToolResponse, ErrorData> {
    let given = |name: &str| {
        let value = asked.arguments.as_ref().and_then(|arguments| arguments.get(name)).and_then(Value::as_str);
        value.unwrap_or_default().to_owned()
    };
    let text = |text: &str| json!({ "type": "text", "text": text });
    let picture = || json!({ "type": "image", "data": PNG, "mimeType": "image/png" });
    let resource = |uri: &str, kind: &str, text: &str| json!({ "type": "resource", "resource": { "uri": uri, "mimeType": kind, "text": text } });
    match asked.name.as_ref() {
        "test_simple_text" => content_result(&json!([text("This is a simple text response for testing.")])),
        "test_image_content" => content_result(&json!([picture()])),
        "test_audio_content" => content_result(&json!([{ "type": "audio", "data": WAV, "mimeType": "audio/wav" }])),
        "test_embedded_resource" => {
            let said = "This is an embedded resource content.";
            content_result(&json!([resource("test://embedded-resource", "text/plain", said)]))
        }
        "test_multiple_content_types" => {
            let data = resource("test://mixed-content-resource", "application/json", r#"{"test":"data","value":123}"#);
            content_result(&json!([text("Multiple content types test:"), picture(), data]))
        }
        "test_error_handling" => {
            let said = ContentBlock::text("This tool intentionally returns an error for testing");
            Ok(CallToolResult::error(vec![said]).into())
        }
        "test_tool_with_logging" => send_logs(request).await,
        "test_logging_tool" if request.meta.log_level().is_some() => send_logs(request).await,
        "test_logging_tool" => Ok(text_result("No log level was requested.")),
        "test_tool_with_progress" => send_progress(request).await,
        "test_sampling" => request_sampling(&given("prompt"), request).await,
        "test_elicitation" => {
            let field = |about: &str| json!({ "type": "string", "description": about });
            let properties = json!({ "username": field("User's response"), "email": field("User's email address") });
            let schema = json!({ "type": "object", "properties": properties, "required": ["username", "email"] });
            request_elicitation("User response", &given("message"), schema, request).await
        }
        "test_elicitation_sep1034_defaults" => {
            request_elicitation("Elicitation completed", "Fill in", defaults(), request).await
        }
        "test_elicitation_sep1330_enums" => {
            request_elicitation("Elicitation completed", "Choose", choices(), request).await
        }
        "test_missing_capability" => {
            let declared = request.client_capabilities().is_some_and(|declared| declared.sampling.is_some());
            if declared {
                return Ok(text_result("Sampling is possible."));
            }
            Err(ErrorData::missing_required_client_capability(from_json(json!({ "sampling": {} }))?))
        }
        "test_streaming_elicitation" => inputs::request_input(
            &json!({ "user_name": inputs::question("What is your name?", "name", "string") }),
            None,
        ),
        "test_trigger_tool_change" => Ok(announce_change(fixtures, ChangedList::Tools)),
        "test_trigger_prompt_change" => Ok(announce_change(fixtures, ChangedList::Prompts)),
        "test_reconnection" => Ok(text_result("Reconnection test completed")),
        _ => Err(ErrorData::invalid_params("there is no such tool", None)),
    }
}

fn content_result(content: &Value) -> Result<CallToolResponse, ErrorData> {
    complete_result::<CallToolResult>(json!({ "content": content })).map(CallToolResponse::from)
}

fn text_result(text: &str) -> CallToolResponse {
    CallToolResult::success(vec![ContentBlock::text(text)]).into()
}

fn announce_change(fixtures: &ConformanceServer, change: ChangedList) -> CallToolResponse {
    // There may be no subscriber.
    let _ = fixtures.changes.send(change);
    text_result("Changed.")
}

async fn send_logs(request: &RequestContext<RoleServer>) -> Result<CallToolResponse, ErrorData> {
    for line in ["Tool execution started", "Tool processing data", "Tool execution completed"] {
        let line = LoggingMessageNotificationParam::new(LoggingLevel::Info, json!(line));
        request.peer.notify_logging_message(line).await.map_err(internal_error)?;
        tokio::time::sleep(PAUSE).await;
    }
    Ok(text_result("Logging test completed"))
}

async fn send_progress(request: &RequestContext<RoleServer>) -> Result<CallToolResponse, ErrorData> {
    for done in [0.0, 50.0, 100.0] {
        if let Some(token) = request.meta.get_progress_token() {
            let report = ProgressNotificationParam::new(token, done).with_total(100.0);
            request.peer.notify_progress(report).await.map_err(internal_error)?;
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok(text_result("Progress test completed"))
}

async fn request_sampling(prompt: &str, request: &RequestContext<RoleServer>) -> Result<CallToolResponse, ErrorData> {
    let message = json!({ "role": "user", "content": { "type": "text", "text": prompt } });
    let asked = from_json(json!({ "messages": [message], "maxTokens": 100 }))?;
    let answer = request.peer.create_message(asked).await.map_err(internal_error)?;
    let answer = serde_json::to_value(answer).unwrap_or_default();
    Ok(text_result(&format!("LLM response: {}", answer["content"]["text"].as_str().unwrap_or_default())))
}

async fn request_elicitation(
    head: &str,
    message: &str,
    schema: Value,
    request: &RequestContext<RoleServer>,
) -> Result<CallToolResponse, ErrorData> {
    let params = json!({ "mode": "form", "message": message, "requestedSchema": schema });
    let asked: ServerRequest = from_json(json!({ "method": "elicitation/create", "params": params }))?;
    let answer = request.peer.send_request(asked).await.map_err(internal_error)?;
    let answer = serde_json::to_value(answer).unwrap_or_default();
    Ok(text_result(&format!(
        "{head}: action={}, content={}",
        answer["action"].as_str().unwrap_or_default(),
        answer["content"]
    )))
}

fn defaults() -> Value {
    let properties = json!({
        "name": { "type": "string", "default": "John Doe" },
        "age": { "type": "integer", "default": 30 },
        "score": { "type": "number", "default": 95.5 },
        "status": { "type": "string", "enum": ["active", "inactive", "pending"], "default": "active" },
        "verified": { "type": "boolean", "default": true },
    });
    json!({ "type": "object", "properties": properties, "required": [] })
}

fn choices() -> Value {
    let plain = json!(["option1", "option2", "option3"]);
    let titled = |first: &str| {
        let titles = [first, "Second", "Third"].into_iter().zip(["value1", "value2", "value3"]);
        titles.map(|(title, value)| json!({ "const": value, "title": title })).collect::<Vec<_>>()
    };
    let names = ["Option One", "Option Two", "Option Three"];
    let properties = json!({
        "untitledSingle": { "type": "string", "enum": plain },
        "titledSingle": { "type": "string", "oneOf": titled("First Option") },
        "legacyEnum": { "type": "string", "enum": ["opt1", "opt2", "opt3"], "enumNames": names },
        "untitledMulti": { "type": "array", "items": { "type": "string", "enum": plain } },
        "titledMulti": { "type": "array", "items": { "anyOf": titled("First Choice") } },
    });
    json!({ "type": "object", "properties": properties, "required": [] })
}

fn internal_error(error: impl std::fmt::Display) -> ErrorData {
    ErrorData::internal_error(error.to_string(), None)
}
