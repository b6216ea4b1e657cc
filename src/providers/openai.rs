//! `OpenAI`'s Chat Completions, and what speaks like it: <https://platform.openai.com/docs/api-reference/chat>.

use data_encoding::BASE64;
use serde_json::Value;
use serde_json::json;

use crate::net::wire::Request;
use crate::net::wire::Usage;
use crate::providers::endpoint::Endpoint;
use crate::providers::endpoint::thinks;
use crate::providers::question::Answer;
use crate::providers::question::End;
use crate::providers::question::Media;
use crate::providers::question::Question;

pub(super) fn request(endpoint: &Endpoint, question: &Question<'_>) -> Request {
    let content = match question.media {
        Some(Media::Image { media_type, bytes }) => {
            let url = format!("data:{media_type};base64,{}", BASE64.encode(bytes));
            json!([
                {"type": "image_url", "image_url": {"url": url, "detail": "high"}},
                {"type": "text", "text": question.user},
            ])
        }
        _ => json!(question.user),
    };
    let mut body = json!({
        "model": question.model,
        "messages": [{"role": "system", "content": question.system}, {"role": "user", "content": content}],
    });
    let thinks = thinks(question.model);
    if let Some(most) = question.max_tokens {
        // The newer name is not known to every server that speaks this API, the older not to models that think.
        body[if thinks { "max_completion_tokens" } else { "max_tokens" }] = json!(most);
    }
    if question.steady && !thinks {
        body["temperature"] = json!(0);
    }
    if let Some(schema) = question.schema {
        body["response_format"] = json!({"type": "json_schema", "json_schema": {"name": "answer", "schema": schema}});
    }
    if endpoint.keep_nothing {
        body["store"] = json!(false);
    }
    endpoint.post(endpoint.at(["chat", "completions"]), question.model, &body)
}

pub(super) fn answer(document: &Value) -> Option<Answer> {
    let choice = document["choices"].as_array()?.first()?;
    let message = choice["message"].as_object()?;
    let text = |field: &str| message.get(field).and_then(Value::as_str);
    Some(Answer {
        text: text("content").unwrap_or_default().to_owned(),
        usage: usage(document),
        end: match (choice["finish_reason"].as_str(), text("refusal")) {
            (Some("length"), _) => End::CutOff,
            (Some(why @ "content_filter"), _) => End::Refused(why.to_owned()),
            (_, Some(_)) => End::Refused("refusal".to_owned()),
            _ => End::Done,
        },
    })
}

/// Reads what was used, of a chat or of a transcription.
pub(super) fn usage(document: &Value) -> Usage {
    let usage = &document["usage"];
    let number = |names: [&str; 2]| names.into_iter().find_map(|name| usage[name].as_i64());
    Usage {
        input_tokens: number(["prompt_tokens", "input_tokens"]),
        output_tokens: number(["completion_tokens", "output_tokens"]),
    }
}
