//! Mock of `OpenAI`'s chat completions, transcriptions and embeddings.

use axum::response::Response;
use data_encoding::BASE64;
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{Answer, FormatViolation, OPENAI_KEY, ReceivedRequest, Route, json};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChatRequest {
    model: String,
    messages: Vec<Message>,
    max_tokens: Option<u32>,
    max_completion_tokens: Option<u32>,
    temperature: Option<f64>,
    response_format: Option<ResponseFormat>,
    #[serde(rename = "store")]
    _store: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Message {
    role: String,
    content: Content,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Content {
    Text(String),
    Parts(Vec<Part>),
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
enum Part {
    Text { text: String },
    ImageUrl { image_url: ImageUrl },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ImageUrl {
    url: String,
    detail: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ResponseFormat {
    #[serde(rename = "type")]
    kind: String,
    json_schema: Option<JsonSchema>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct JsonSchema {
    name: String,
    schema: Value,
    #[serde(rename = "strict")]
    _strict: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EmbeddingsRequest {
    model: String,
    input: Value,
    #[serde(rename = "dimensions")]
    _dimensions: Option<u32>,
    encoding_format: Option<String>,
}

fn invalid(message: impl Into<String>) -> FormatViolation {
    FormatViolation::new(400, "invalid_request_error", message)
}

pub(super) fn check(received: &mut ReceivedRequest) -> Result<(), FormatViolation> {
    let has_image = received.body.windows(11).any(|window| window == br#""image_url""#);
    received.route = match received.path.as_str() {
        "/v1/chat/completions" if has_image => Route::OpenAiOcr,
        "/v1/chat/completions" => Route::OpenAiChat,
        "/v1/audio/transcriptions" => Route::OpenAiSpeech,
        "/v1/embeddings" => Route::OpenAiEmbeddings,
        _ => return Err(FormatViolation::new(404, "not_found", "no such address")),
    };
    if received.method != "POST" || !received.query.is_empty() {
        return Err(FormatViolation::new(405, "invalid_request_error", "only POST, without a query"));
    }
    if received.header("authorization") != format!("Bearer {OPENAI_KEY}") {
        return Err(FormatViolation::new(401, "invalid_api_key", "Incorrect API key provided"));
    }
    let is_form = received.route == Route::OpenAiSpeech;
    let content_type = received.header("content-type");
    if is_form != content_type.starts_with("multipart/form-data; boundary=")
        || (!is_form && content_type != "application/json")
    {
        return Err(invalid(format!("content-type {content_type:?}")));
    }
    match received.route {
        Route::OpenAiSpeech => check_speech(received),
        Route::OpenAiEmbeddings => check_embeddings(received),
        _ => check_chat(received),
    }
}

fn check_chat(received: &mut ReceivedRequest) -> Result<(), FormatViolation> {
    let body: ChatRequest = serde_json::from_slice(&received.body).map_err(|error| invalid(error.to_string()))?;
    let is_reasoning_model =
        body.model.starts_with("gpt-5") || body.model.starts_with("o3") || body.model.starts_with("o4");
    if body.model.is_empty() || body.model.starts_with("claude") || body.model.starts_with("gemini") {
        return Err(FormatViolation::new(404, "model_not_found", "The model does not exist"));
    }
    if is_reasoning_model
        && (body.max_tokens.is_some() || body.temperature.is_some_and(|number| (number - 1.0).abs() > 1e-9))
    {
        return Err(invalid("unsupported parameter for this model"));
    }
    if body.max_tokens.is_some() && body.max_completion_tokens.is_some() {
        return Err(invalid("max_tokens and max_completion_tokens"));
    }
    if let Some(format) = body.response_format {
        let schema = format.json_schema.filter(|schema| !schema.name.is_empty() && schema.schema.is_object());
        if format.kind != "json_schema" || schema.is_none() {
            return Err(invalid("response_format"));
        }
    }
    if body.messages.is_empty() {
        return Err(invalid("messages"));
    }
    for message in body.messages {
        if !["system", "developer", "user"].contains(&message.role.as_str()) {
            return Err(invalid("role"));
        }
        let parts = match message.content {
            Content::Text(text) if text.is_empty() => return Err(invalid("empty content")),
            Content::Text(_) => Vec::new(),
            Content::Parts(parts) => parts,
        };
        for part in parts {
            match part {
                Part::Text { text } if text.is_empty() => return Err(invalid("empty text")),
                Part::Text { .. } => {}
                Part::ImageUrl { image_url } => {
                    let detail = image_url.detail.as_deref().unwrap_or("auto");
                    let data = image_url.url.strip_prefix("data:").and_then(|url| url.split_once(";base64,"));
                    let Some((media_type, data)) = data.filter(|_| ["auto", "low", "high"].contains(&detail)) else {
                        return Err(invalid("image_url"));
                    };
                    let bytes = ReceivedRequest::decode_base64(data).map_err(invalid)?;
                    ReceivedRequest::check_image(media_type, &bytes).map_err(invalid)?;
                    received.image = Some(bytes);
                }
            }
        }
    }
    Ok(())
}

fn check_speech(received: &mut ReceivedRequest) -> Result<(), FormatViolation> {
    const FIELDS: [&str; 7] = ["file", "model", "language", "prompt", "response_format", "temperature", "include[]"];
    const EXTENSIONS: [&str; 10] = ["flac", "m4a", "mp3", "mp4", "mpeg", "mpga", "oga", "ogg", "wav", "webm"];
    let text = |name: &str| received.field(name).map(|field| field.text().to_owned());
    if let Some(field) = received.fields.iter().find(|field| !FIELDS.contains(&field.name.as_str())) {
        return Err(invalid(format!("unknown field {:?}", field.name)));
    }
    let model = text("model").filter(|model| !model.is_empty()).ok_or_else(|| invalid("model"))?;
    if model.starts_with("gemini") || model.starts_with("claude") {
        return Err(FormatViolation::new(404, "model_not_found", "The model does not exist"));
    }
    let has_logprobs = ["gpt-4o-transcribe", "gpt-4o-mini-transcribe"].contains(&model.as_str());
    if text("include[]").is_some_and(|include| include != "logprobs" || !has_logprobs) {
        return Err(invalid("include is not supported by this model"));
    }
    if text("response_format").is_some_and(|format| format != "json") {
        return Err(invalid("response_format"));
    }
    if text("language").is_some_and(|language| !(2..=3).contains(&language.len())) {
        return Err(invalid("language"));
    }
    if text("prompt").is_some_and(|prompt| prompt.is_empty() || bpe_openai::o200k_base().count(prompt.as_str()) > 200) {
        return Err(invalid("prompt"));
    }
    let Some(file) = received.field("file") else { return Err(invalid("file")) };
    let extension = file.file_name.as_deref().and_then(|name| name.rsplit_once('.')).map(|(_, extension)| extension);
    if !extension.is_some_and(|extension| EXTENSIONS.contains(&extension)) || file.media_type.is_none() {
        return Err(invalid(format!("unrecognised file format {:?}", file.file_name)));
    }
    if file.bytes == 0 || !received.complete {
        return Err(invalid("the audio file is empty or incomplete"));
    }
    received.audio = Some(file.content.clone());
    Ok(())
}

fn check_embeddings(received: &ReceivedRequest) -> Result<(), FormatViolation> {
    let body: EmbeddingsRequest = serde_json::from_slice(&received.body).map_err(|error| invalid(error.to_string()))?;
    let is_text = |value: &Value| value.as_str().is_some_and(|text| !text.is_empty());
    let inputs = body.input.as_array();
    let is_valid_input =
        is_text(&body.input) || inputs.is_some_and(|list| (1..=2048).contains(&list.len()) && list.iter().all(is_text));
    let format = body.encoding_format.as_deref().unwrap_or("float");
    if !is_valid_input || body.model.is_empty() || !["float", "base64"].contains(&format) {
        return Err(invalid("input, model or encoding_format"));
    }
    Ok(())
}

pub(super) fn reply(received: &ReceivedRequest, answer: &Answer) -> Response {
    let refused = answer.stop_reason.as_deref() == Some("refusal");
    let text = answer.model_text();
    let message = if refused {
        json!({"role": "assistant", "content": null, "refusal": text})
    } else {
        json!({"role": "assistant", "content": text, "refusal": null, "annotations": []})
    };
    let stop_reason = answer.stop_reason.as_deref().filter(|_| !refused).unwrap_or("stop");
    let words = text.split_whitespace().count();
    json(
        200,
        &json!({
            "id": "chatcmpl-scripted",
            "object": "chat.completion",
            "created": 1_700_000_000,
            "model": received.json["model"],
            "choices": [{"index": 0, "message": message, "logprobs": null, "finish_reason": stop_reason}],
            "usage": {"prompt_tokens": 900, "completion_tokens": words, "total_tokens": 900 + words},
        }),
    )
}

pub(super) fn transcription(received: &ReceivedRequest, answer: &Answer) -> Response {
    let text = answer.model_text();
    let usage = json!({"type": "tokens", "input_tokens": 140, "output_tokens": 30, "total_tokens": 170});
    let mut document = json!({"text": text, "usage": usage});
    if received.field("include[]").is_some() {
        let default_tokens = || text.split_inclusive(' ').map(|word| (word.to_owned(), -0.01)).collect();
        let tokens = answer.tokens.clone().unwrap_or_else(default_tokens);
        document["logprobs"] = tokens
            .iter()
            .map(|(token, logprob)| json!({"token": token, "logprob": logprob, "bytes": token.as_bytes()}))
            .collect();
    }
    json(200, &document)
}

/// Returns deterministic embeddings of about unit length, derived from the hash of each text.
pub(super) fn embeddings(received: &ReceivedRequest) -> Response {
    let input = &received.json["input"];
    let texts = input.as_array().cloned().unwrap_or_else(|| vec![input.clone()]);
    let dimensions = usize::try_from(received.json["dimensions"].as_u64().unwrap_or(1536)).unwrap();
    let data = texts.iter().enumerate().map(|(index, text)| {
        let hash = Sha256::digest(text.as_str().unwrap_or_default());
        let number = |at: usize| (f32::from(hash[at % 32]) - 127.5) / 128.0 / 16.0;
        let vector: Vec<f32> = (0..dimensions).map(number).collect();
        let embedding = if received.json["encoding_format"] == "base64" {
            json!(BASE64.encode(&vector.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<u8>>()))
        } else {
            json!(vector)
        };
        json!({"object": "embedding", "index": index, "embedding": embedding})
    });
    let document = json!({
        "object": "list",
        "data": data.collect::<Vec<_>>(),
        "model": received.json["model"],
        "usage": {"prompt_tokens": 8, "total_tokens": 8},
    });
    json(200, &document)
}
