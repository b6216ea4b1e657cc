//! Tools and a prompt that return input requests (2026-07-28). The client carries their state, protected by a MAC.

use hmac::{Hmac, KeyInit, Mac};
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, GetPromptRequestParams, GetPromptResponse,
    GetPromptResult, InputRequiredResult, InputResponses,
};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::fixtures::{complete_result, from_json};

/// Key of the state MAC, only for tests.
const SEAL: &[u8] = b"the states of a test";

/// Builds an elicitation request with one field.
pub fn question(message: &str, field: &str, kind: &str) -> Value {
    let schema = json!({ "type": "object", "properties": { field: { "type": kind } }, "required": [field] });
    json!({ "method": "elicitation/create", "params": { "message": message, "requestedSchema": schema } })
}

fn sampling(text: &str, tokens: u32) -> Value {
    let message = json!({ "role": "user", "content": { "type": "text", "text": text } });
    json!({ "method": "sampling/createMessage", "params": { "messages": [message], "maxTokens": tokens } })
}

fn roots() -> Value {
    json!({ "method": "roots/list", "params": {} })
}

pub fn request_input<T: From<InputRequiredResult>>(requests: &Value, state: Option<&str>) -> Result<T, ErrorData> {
    let mut result = json!({ "resultType": "input_required", "inputRequests": requests });
    if let Some(state) = state {
        result["requestState"] = json!(sign_state(state));
    }
    from_json::<InputRequiredResult>(result).map(T::from)
}

fn text_result(text: impl Into<String>) -> CallToolResponse {
    CallToolResult::success(vec![ContentBlock::text(text)]).into()
}

/// Input responses of the client.
struct InputAnswers<'a>(Option<&'a InputResponses>);

impl<'a> InputAnswers<'a> {
    fn get(&self, key: &str) -> Option<&'a Value> {
        self.0?.get(key)
    }

    /// Returns a field of an accepted form.
    fn field(&self, key: &str, field: &str) -> Option<&'a Value> {
        let form = self.get(key).filter(|form| form["action"] == "accept")?;
        form["content"].get(field)
    }
}

pub fn call_input_tool(
    what: &str,
    asked: &CallToolRequestParams,
    request: &RequestContext<RoleServer>,
) -> Result<CallToolResponse, ErrorData> {
    let answers = InputAnswers(asked.input_responses.as_ref());
    let state = asked.request_state.as_deref().map(verify_state).transpose()?;
    let name = || question("What is your name?", "name", "string");
    match what {
        "elicitation" => match answers.field("user_name", "name").and_then(Value::as_str) {
            Some(name) => Ok(text_result(format!("Hello, {name}!"))),
            None => request_input(&json!({ "user_name": name() }), None),
        },
        "sampling" => match answers.get("capital_question").and_then(|answer| answer["content"]["text"].as_str()) {
            Some(text) => Ok(text_result(text)),
            None => {
                request_input(&json!({ "capital_question": sampling("What is the capital of France?", 100) }), None)
            }
        },
        "list_roots" => match answers.get("client_roots").and_then(|answer| answer["roots"].as_array()) {
            Some(roots) => Ok(text_result(format!("{} roots: {}", roots.len(), json!(roots)))),
            None => request_input(&json!({ "client_roots": roots() }), None),
        },
        "request_state" | "tampered_state" => match (state.as_deref(), answers.get("confirm")) {
            (Some("confirm"), Some(_)) => Ok(text_result("state-ok")),
            _ => request_input(&json!({ "confirm": question("Please confirm", "ok", "boolean") }), Some("confirm")),
        },
        "multiple_inputs" => {
            let given = ["user_name", "greeting", "client_roots"].iter().all(|key| answers.get(key).is_some());
            if given && state.as_deref() == Some("several") {
                return Ok(text_result("All three came."));
            }
            let greeting = sampling("Generate a greeting", 50);
            request_input(
                &json!({ "user_name": name(), "greeting": greeting, "client_roots": roots() }),
                Some("several"),
            )
        }
        "multi_round" => match (state.as_deref(), answers.field("step1", "name"), answers.field("step2", "color")) {
            (Some("2"), _, Some(_)) => Ok(text_result("Both steps are done.")),
            (Some("1"), Some(_), _) => {
                let second = question("Step 2: What is your favorite color?", "color", "string");
                request_input(&json!({ "step2": second }), Some("2"))
            }
            _ => {
                request_input(&json!({ "step1": question("Step 1: What is your name?", "name", "string") }), Some("1"))
            }
        },
        "capabilities" => {
            let declared = request.client_capabilities().unwrap_or_default();
            let declared = serde_json::to_value(declared).unwrap_or_default();
            let possible =
                [("elicitation", name()), ("sampling", sampling("Generate a greeting", 50)), ("roots", roots())];
            let open = possible.into_iter().filter(|(capability, _)| declared.get(capability).is_some());
            let open: serde_json::Map<String, Value> =
                open.map(|(capability, request)| (capability.to_owned(), request)).collect();
            if open.is_empty() || asked.input_responses.is_some() {
                return Ok(text_result("There is nothing to ask for."));
            }
            request_input(&Value::Object(open), None)
        }
        _ => Err(ErrorData::invalid_params("there is no such tool", None)),
    }
}

pub fn get_input_prompt(asked: &GetPromptRequestParams) -> Result<GetPromptResponse, ErrorData> {
    let answers = InputAnswers(asked.input_responses.as_ref());
    let Some(context) = answers.field("user_context", "context").and_then(Value::as_str) else {
        let question = question("What context should the prompt use?", "context", "string");
        return request_input(&json!({ "user_context": question }), None);
    };
    let said = json!({ "type": "text", "text": format!("In the context of {context}.") });
    let result: GetPromptResult = complete_result(json!({ "messages": [{ "role": "user", "content": said }] }))?;
    Ok(result.into())
}

fn mac(state: &str) -> Hmac<Sha256> {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(SEAL).expect("HMAC takes keys of any length");
    mac.update(state.as_bytes());
    mac
}

fn sign_state(state: &str) -> String {
    format!("{state}.{}", data_encoding::HEXLOWER.encode(&mac(state).finalize().into_bytes()))
}

fn verify_state(sealed: &str) -> Result<String, ErrorData> {
    let (state, tag) = sealed.rsplit_once('.').unwrap_or_default();
    let tag = data_encoding::HEXLOWER.decode(tag.as_bytes()).unwrap_or_default();
    let good = mac(state).verify_slice(&tag).is_ok();
    if good { Ok(state.to_owned()) } else { Err(ErrorData::invalid_params("that state was not made here", None)) }
}
