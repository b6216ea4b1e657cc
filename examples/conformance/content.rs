//! Resource and prompt fixtures.

use rmcp::ErrorData;
use rmcp::model::{
    GetPromptRequestParams, GetPromptResponse, GetPromptResult, ReadResourceResponse, ReadResourceResult,
};
use serde_json::{Value, json};

use crate::fixtures::complete_result;

/// PNG of one pixel, Base64.
pub const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==";

pub fn resources() -> Value {
    let one = |uri: &str, name: &str, kind: &str| json!({ "uri": uri, "name": name, "description": format!("{name} of the suite"), "mimeType": kind });
    json!([
        one("test://static-text", "Static text", "text/plain"),
        one("test://static-binary", "Static picture", "image/png"),
        one("test://watched-resource", "Watched text", "text/plain"),
    ])
}

pub fn templates() -> Value {
    json!([{
        "uriTemplate": "test://template/{id}/data", "name": "Data by number", "description": "Data of any number",
        "mimeType": "application/json",
    }])
}

pub fn resource(uri: &str) -> Result<ReadResourceResponse, ErrorData> {
    let number = uri.strip_prefix("test://template/").and_then(|rest| rest.strip_suffix("/data"));
    let content = match (uri, number) {
        ("test://static-text", _) => {
            json!({ "mimeType": "text/plain", "text": "This is the content of the static text resource." })
        }
        ("test://static-binary", _) => json!({ "mimeType": "image/png", "blob": PNG }),
        ("test://watched-resource", _) => json!({ "mimeType": "text/plain", "text": "Watched." }),
        (_, Some(id)) => {
            let data = json!({ "id": id, "templateTest": true, "data": format!("Data for ID: {id}") });
            json!({ "mimeType": "application/json", "text": data.to_string() })
        }
        _ => return Err(ErrorData::resource_not_found("no such resource", Some(json!({ "uri": uri })))),
    };
    let mut content = content;
    content["uri"] = json!(uri);
    let result: ReadResourceResult = complete_result(json!({ "contents": [content] }))?;
    Ok(result.into())
}

pub fn prompts() -> Value {
    let needed = |name: &str| json!({ "name": name, "description": "text", "required": true });
    json!([
        { "name": "test_simple_prompt", "description": "Says one thing" },
        {
            "name": "test_prompt_with_arguments", "description": "Says what it is given",
            "arguments": [needed("arg1"), needed("arg2")],
        },
        {
            "name": "test_prompt_with_embedded_resource", "description": "Carries a resource",
            "arguments": [needed("resourceUri")],
        },
        { "name": "test_prompt_with_image", "description": "Carries a picture" },
        { "name": "test_input_required_result_prompt", "description": "Asks for its context" },
    ])
}

pub fn prompt(asked: &GetPromptRequestParams) -> Result<GetPromptResponse, ErrorData> {
    let given = |name: &str| {
        let value = asked.arguments.as_ref().and_then(|arguments| arguments.get(name)).and_then(Value::as_str);
        value.ok_or_else(|| ErrorData::invalid_params(format!("the argument {name} is missing"), None))
    };
    let text = |text: &str| json!({ "type": "text", "text": text });
    let contents = match asked.name.as_str() {
        "test_simple_prompt" => vec![text("This is a simple prompt for testing.")],
        "test_prompt_with_arguments" => {
            vec![text(&format!("Prompt with arguments: arg1='{}', arg2='{}'", given("arg1")?, given("arg2")?))]
        }
        "test_prompt_with_embedded_resource" => {
            let embedded = json!({
                "uri": given("resourceUri")?, "mimeType": "text/plain", "text": "Embedded resource content for testing.",
            });
            let carried = json!({ "type": "resource", "resource": embedded });
            vec![carried, text("Please process the embedded resource above.")]
        }
        "test_prompt_with_image" => {
            let picture = json!({ "type": "image", "data": PNG, "mimeType": "image/png" });
            vec![picture, text("Please analyze the image above.")]
        }
        _ => return Err(ErrorData::invalid_params("there is no such prompt", None)),
    };
    let messages: Vec<Value> =
        contents.into_iter().map(|content| json!({ "role": "user", "content": content })).collect();
    let result: GetPromptResult = complete_result(json!({ "messages": messages }))?;
    Ok(result.into())
}
