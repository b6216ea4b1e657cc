//! `OpenAI`'s chat completions, transcriptions and embeddings.

use axum::response::Response;
use data_encoding::BASE64;
use serde::Deserialize;
use serde_json::Value;
use serde_json::json;
use sha2::Digest;
use sha2::Sha256;

use super::Answer;
use super::Arrived;
use super::OPENAI_KEY;
use super::Route;
use super::Wrong;
use super::json;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Chat {
    model: String,
    messages: Vec<Message>,
    max_tokens: Option<u32>,
    max_completion_tokens: Option<u32>,
    temperature: Option<f64>,
    response_format: Option<Format>,
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
struct Format {
    #[serde(rename = "type")]
    kind: String,
    json_schema: Option<Shape>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shape {
    name: String,
    schema: Value,
    #[serde(rename = "strict")]
    _strict: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Embeddings {
    model: String,
    input: Value,
    #[serde(rename = "dimensions")]
    _dimensions: Option<u32>,
    encoding_format: Option<String>,
}

fn wrong(what: impl Into<String>) -> Wrong {
    Wrong::new(400, "invalid_request_error", what)
}

pub(super) fn check(arrived: &mut Arrived) -> Result<(), Wrong> {
    let has_image = arrived.body.windows(11).any(|window| window == br#""image_url""#);
    arrived.route = match arrived.path.as_str() {
        "/v1/chat/completions" if has_image => Route::OpenAiOcr,
        "/v1/chat/completions" => Route::OpenAiChat,
        "/v1/audio/transcriptions" => Route::OpenAiSpeech,
        "/v1/embeddings" => Route::OpenAiEmbeddings,
        _ => return Err(Wrong::new(404, "not_found", "no such address")),
    };
    if arrived.method != "POST" || !arrived.query.is_empty() {
        return Err(Wrong::new(405, "invalid_request_error", "only POST, without a query"));
    }
    if arrived.header("authorization") != format!("Bearer {OPENAI_KEY}") {
        return Err(Wrong::new(401, "invalid_api_key", "Incorrect API key provided"));
    }
    let is_form = arrived.route == Route::OpenAiSpeech;
    let kind = arrived.header("content-type");
    if is_form != kind.starts_with("multipart/form-data; boundary=") || (!is_form && kind != "application/json") {
        return Err(wrong(format!("content-type {kind:?}")));
    }
    match arrived.route {
        Route::OpenAiSpeech => speech(arrived),
        Route::OpenAiEmbeddings => vectors(arrived),
        _ => chat(arrived),
    }
}

fn chat(arrived: &mut Arrived) -> Result<(), Wrong> {
    let body: Chat = serde_json::from_slice(&arrived.body).map_err(|error| wrong(error.to_string()))?;
    let thinks = body.model.starts_with("gpt-5") || body.model.starts_with("o3") || body.model.starts_with("o4");
    if body.model.is_empty() || body.model.starts_with("claude") || body.model.starts_with("gemini") {
        return Err(Wrong::new(404, "model_not_found", "The model does not exist"));
    }
    if thinks && (body.max_tokens.is_some() || body.temperature.is_some_and(|number| (number - 1.0).abs() > 1e-9)) {
        return Err(wrong("unsupported parameter for this model"));
    }
    if body.max_tokens.is_some() && body.max_completion_tokens.is_some() {
        return Err(wrong("max_tokens and max_completion_tokens"));
    }
    if let Some(format) = body.response_format {
        let schema = format.json_schema.filter(|schema| !schema.name.is_empty() && schema.schema.is_object());
        if format.kind != "json_schema" || schema.is_none() {
            return Err(wrong("response_format"));
        }
    }
    if body.messages.is_empty() {
        return Err(wrong("messages"));
    }
    for message in body.messages {
        if !["system", "developer", "user"].contains(&message.role.as_str()) {
            return Err(wrong("role"));
        }
        let parts = match message.content {
            Content::Text(text) if text.is_empty() => return Err(wrong("empty content")),
            Content::Text(_) => Vec::new(),
            Content::Parts(parts) => parts,
        };
        for part in parts {
            match part {
                Part::Text { text } if text.is_empty() => return Err(wrong("empty text")),
                Part::Text { .. } => {}
                Part::ImageUrl { image_url } => {
                    let detail = image_url.detail.as_deref().unwrap_or("auto");
                    let data = image_url.url.strip_prefix("data:").and_then(|url| url.split_once(";base64,"));
                    let Some((media_type, data)) = data.filter(|_| ["auto", "low", "high"].contains(&detail)) else {
                        return Err(wrong("image_url"));
                    };
                    let bytes = Arrived::decoded(data).map_err(wrong)?;
                    Arrived::picture(media_type, &bytes).map_err(wrong)?;
                    arrived.image = Some(bytes);
                }
            }
        }
    }
    Ok(())
}

fn speech(arrived: &mut Arrived) -> Result<(), Wrong> {
    const KNOWN: [&str; 7] = ["file", "model", "language", "prompt", "response_format", "temperature", "include[]"];
    const NAMES: [&str; 10] = ["flac", "m4a", "mp3", "mp4", "mpeg", "mpga", "oga", "ogg", "wav", "webm"];
    let text = |name: &str| arrived.field(name).map(|field| field.text().to_owned());
    if let Some(field) = arrived.fields.iter().find(|field| !KNOWN.contains(&field.name.as_str())) {
        return Err(wrong(format!("unknown field {:?}", field.name)));
    }
    let model = text("model").filter(|model| !model.is_empty()).ok_or_else(|| wrong("model"))?;
    if model.starts_with("gemini") || model.starts_with("claude") {
        return Err(Wrong::new(404, "model_not_found", "The model does not exist"));
    }
    let confident = ["gpt-4o-transcribe", "gpt-4o-mini-transcribe"].contains(&model.as_str());
    if text("include[]").is_some_and(|include| include != "logprobs" || !confident) {
        return Err(wrong("include is not supported by this model"));
    }
    if text("response_format").is_some_and(|format| format != "json") {
        return Err(wrong("response_format"));
    }
    if text("language").is_some_and(|language| !(2..=3).contains(&language.len())) {
        return Err(wrong("language"));
    }
    if text("prompt").is_some_and(|prompt| prompt.is_empty() || bpe_openai::o200k_base().count(prompt.as_str()) > 200) {
        return Err(wrong("prompt"));
    }
    let Some(file) = arrived.field("file") else { return Err(wrong("file")) };
    let ending = file.file_name.as_deref().and_then(|name| name.rsplit_once('.')).map(|(_, ending)| ending);
    if !ending.is_some_and(|ending| NAMES.contains(&ending)) || file.media_type.is_none() {
        return Err(wrong(format!("unrecognised file format {:?}", file.file_name)));
    }
    if file.bytes == 0 || !arrived.complete {
        return Err(wrong("the audio file is empty or incomplete"));
    }
    arrived.audio = Some(file.content.clone());
    Ok(())
}

fn vectors(arrived: &Arrived) -> Result<(), Wrong> {
    let body: Embeddings = serde_json::from_slice(&arrived.body).map_err(|error| wrong(error.to_string()))?;
    let is_text = |value: &Value| value.as_str().is_some_and(|text| !text.is_empty());
    let inputs = body.input.as_array();
    let good =
        is_text(&body.input) || inputs.is_some_and(|list| (1..=2048).contains(&list.len()) && list.iter().all(is_text));
    let format = body.encoding_format.as_deref().unwrap_or("float");
    if !good || body.model.is_empty() || !["float", "base64"].contains(&format) {
        return Err(wrong("input, model or encoding_format"));
    }
    Ok(())
}

pub(super) fn reply(arrived: &Arrived, answer: &Answer) -> Response {
    let refused = answer.stop.as_deref() == Some("refusal");
    let text = answer.words();
    let message = if refused {
        json!({"role": "assistant", "content": null, "refusal": text})
    } else {
        json!({"role": "assistant", "content": text, "refusal": null, "annotations": []})
    };
    let stop = answer.stop.as_deref().filter(|_| !refused).unwrap_or("stop");
    let words = text.split_whitespace().count();
    json(
        200,
        &json!({
            "id": "chatcmpl-scripted",
            "object": "chat.completion",
            "created": 1_700_000_000,
            "model": arrived.json["model"],
            "choices": [{"index": 0, "message": message, "logprobs": null, "finish_reason": stop}],
            "usage": {"prompt_tokens": 900, "completion_tokens": words, "total_tokens": 900 + words},
        }),
    )
}

pub(super) fn transcription(arrived: &Arrived, answer: &Answer) -> Response {
    let text = answer.words();
    let usage = json!({"type": "tokens", "input_tokens": 140, "output_tokens": 30, "total_tokens": 170});
    let mut document = json!({"text": text, "usage": usage});
    if arrived.field("include[]").is_some() {
        let likely = || text.split_inclusive(' ').map(|word| (word.to_owned(), -0.01)).collect();
        let tokens = answer.tokens.clone().unwrap_or_else(likely);
        document["logprobs"] = tokens
            .iter()
            .map(|(token, logprob)| json!({"token": token, "logprob": logprob, "bytes": token.as_bytes()}))
            .collect();
    }
    json(200, &document)
}

/// Makes vectors that are the same for the same text, and about as long as one.
pub(super) fn embeddings(arrived: &Arrived) -> Response {
    let input = &arrived.json["input"];
    let texts = input.as_array().cloned().unwrap_or_else(|| vec![input.clone()]);
    let dimensions = usize::try_from(arrived.json["dimensions"].as_u64().unwrap_or(1536)).unwrap();
    let data = texts.iter().enumerate().map(|(index, text)| {
        let hash = Sha256::digest(text.as_str().unwrap_or_default());
        let number = |at: usize| (f32::from(hash[at % 32]) - 127.5) / 128.0 / 16.0;
        let vector: Vec<f32> = (0..dimensions).map(number).collect();
        let embedding = if arrived.json["encoding_format"] == "base64" {
            json!(BASE64.encode(&vector.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<u8>>()))
        } else {
            json!(vector)
        };
        json!({"object": "embedding", "index": index, "embedding": embedding})
    });
    let document = json!({
        "object": "list",
        "data": data.collect::<Vec<_>>(),
        "model": arrived.json["model"],
        "usage": {"prompt_tokens": 8, "total_tokens": 8},
    });
    json(200, &document)
}
