//! Tools and a prompt that answer with questions (2026-07-28): what they have to remember travels with the client, sealed.

use hmac::Hmac;
use hmac::KeyInit;
use hmac::Mac;
use rmcp::ErrorData;
use rmcp::RoleServer;
use rmcp::model::CallToolRequestParams;
use rmcp::model::CallToolResponse;
use rmcp::model::CallToolResult;
use rmcp::model::ContentBlock;
use rmcp::model::GetPromptRequestParams;
use rmcp::model::GetPromptResponse;
use rmcp::model::GetPromptResult;
use rmcp::model::InputRequiredResult;
use rmcp::model::InputResponses;
use rmcp::service::RequestContext;
use serde_json::Value;
use serde_json::json;
use sha2::Sha256;

use crate::fixtures::made;
use crate::fixtures::whole;

/// Seals states; nothing depends on them.
const SEAL: &[u8] = b"the states of a test";

/// Asks for one text field.
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

pub fn ask<T: From<InputRequiredResult>>(requests: &Value, state: Option<&str>) -> Result<T, ErrorData> {
    let mut result = json!({ "resultType": "input_required", "inputRequests": requests });
    if let Some(state) = state {
        result["requestState"] = json!(seal(state));
    }
    made::<InputRequiredResult>(result).map(T::from)
}

fn says(text: impl Into<String>) -> CallToolResponse {
    CallToolResult::success(vec![ContentBlock::text(text)]).into()
}

/// What the client answered.
struct Answers<'a>(Option<&'a InputResponses>);

impl<'a> Answers<'a> {
    fn get(&self, key: &str) -> Option<&'a Value> {
        self.0?.get(key)
    }

    /// Returns a field of a form that was filled in.
    fn field(&self, key: &str, field: &str) -> Option<&'a Value> {
        let form = self.get(key).filter(|form| form["action"] == "accept")?;
        form["content"].get(field)
    }
}

pub fn of_tool(
    what: &str,
    asked: &CallToolRequestParams,
    request: &RequestContext<RoleServer>,
) -> Result<CallToolResponse, ErrorData> {
    let answers = Answers(asked.input_responses.as_ref());
    let state = asked.request_state.as_deref().map(open).transpose()?;
    let name = || question("What is your name?", "name", "string");
    match what {
        "elicitation" => match answers.field("user_name", "name").and_then(Value::as_str) {
            Some(name) => Ok(says(format!("Hello, {name}!"))),
            None => ask(&json!({ "user_name": name() }), None),
        },
        "sampling" => match answers.get("capital_question").and_then(|answer| answer["content"]["text"].as_str()) {
            Some(text) => Ok(says(text)),
            None => ask(&json!({ "capital_question": sampling("What is the capital of France?", 100) }), None),
        },
        "list_roots" => match answers.get("client_roots").and_then(|answer| answer["roots"].as_array()) {
            Some(roots) => Ok(says(format!("{} roots: {}", roots.len(), json!(roots)))),
            None => ask(&json!({ "client_roots": roots() }), None),
        },
        "request_state" | "tampered_state" => match (state.as_deref(), answers.get("confirm")) {
            (Some("confirm"), Some(_)) => Ok(says("state-ok")),
            _ => ask(&json!({ "confirm": question("Please confirm", "ok", "boolean") }), Some("confirm")),
        },
        "multiple_inputs" => {
            let given = ["user_name", "greeting", "client_roots"].iter().all(|key| answers.get(key).is_some());
            if given && state.as_deref() == Some("several") {
                return Ok(says("All three came."));
            }
            let greeting = sampling("Generate a greeting", 50);
            ask(&json!({ "user_name": name(), "greeting": greeting, "client_roots": roots() }), Some("several"))
        }
        "multi_round" => match (state.as_deref(), answers.field("step1", "name"), answers.field("step2", "color")) {
            (Some("2"), _, Some(_)) => Ok(says("Both steps are done.")),
            (Some("1"), Some(_), _) => {
                let second = question("Step 2: What is your favorite color?", "color", "string");
                ask(&json!({ "step2": second }), Some("2"))
            }
            _ => ask(&json!({ "step1": question("Step 1: What is your name?", "name", "string") }), Some("1")),
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
                return Ok(says("There is nothing to ask for."));
            }
            ask(&Value::Object(open), None)
        }
        _ => Err(ErrorData::invalid_params("there is no such tool", None)),
    }
}

pub fn of_prompt(asked: &GetPromptRequestParams) -> Result<GetPromptResponse, ErrorData> {
    let answers = Answers(asked.input_responses.as_ref());
    let Some(context) = answers.field("user_context", "context").and_then(Value::as_str) else {
        let question = question("What context should the prompt use?", "context", "string");
        return ask(&json!({ "user_context": question }), None);
    };
    let said = json!({ "type": "text", "text": format!("In the context of {context}.") });
    let result: GetPromptResult = whole(json!({ "messages": [{ "role": "user", "content": said }] }))?;
    Ok(result.into())
}

fn mac(state: &str) -> Hmac<Sha256> {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(SEAL).expect("HMAC takes keys of any length");
    mac.update(state.as_bytes());
    mac
}

fn seal(state: &str) -> String {
    format!("{state}.{}", data_encoding::HEXLOWER.encode(&mac(state).finalize().into_bytes()))
}

fn open(sealed: &str) -> Result<String, ErrorData> {
    let (state, tag) = sealed.rsplit_once('.').unwrap_or_default();
    let tag = data_encoding::HEXLOWER.decode(tag.as_bytes()).unwrap_or_default();
    let good = mac(state).verify_slice(&tag).is_ok();
    if good { Ok(state.to_owned()) } else { Err(ErrorData::invalid_params("that state was not made here", None)) }
}
