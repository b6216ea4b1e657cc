//! Mock of Gemini's `generateContent` and file API.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, FormatViolation, GEMINI_KEY, ReceivedRequest, Route, json, response};

/// Counter for unique upload names.
static NEXT_UPLOAD: AtomicU64 = AtomicU64::new(0);

/// State of an uploaded file.
#[derive(Debug, Clone)]
pub struct Upload {
    bytes: u64,
    media_type: String,
    is_complete: bool,
    /// Remaining polls until the file is ready.
    polls: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GenerateRequest {
    system_instruction: Option<Content>,
    contents: Vec<Content>,
    #[serde(rename = "generationConfig")]
    settings: Option<GenerationConfig>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    role: Option<String>,
    parts: Vec<Part>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
    text: Option<String>,
    inline_data: Option<InlineData>,
    file_data: Option<FileData>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InlineData {
    mime_type: String,
    data: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileData {
    mime_type: String,
    file_uri: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct GenerationConfig {
    temperature: Option<f64>,
    max_output_tokens: Option<u32>,
    response_mime_type: Option<String>,
    response_schema: Option<Schema>,
}

/// The subset of JSON Schema that the API supports.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Schema {
    #[serde(rename = "type")]
    kind: Option<String>,
    properties: Option<HashMap<String, Self>>,
    items: Option<Box<Self>>,
    any_of: Option<Vec<Self>>,
    #[serde(rename = "required")]
    _required: Option<Vec<String>>,
    #[serde(rename = "nullable")]
    _nullable: Option<bool>,
    #[serde(rename = "description")]
    _description: Option<String>,
    #[serde(rename = "enum")]
    _enum: Option<Vec<String>>,
    #[serde(rename = "format")]
    _format: Option<String>,
}

impl Schema {
    fn is_valid(&self) -> bool {
        const TYPES: [&str; 6] = ["STRING", "NUMBER", "INTEGER", "BOOLEAN", "ARRAY", "OBJECT"];
        let kind = self.kind.as_deref();
        let inner = self
            .properties
            .iter()
            .flat_map(HashMap::values)
            .chain(self.items.as_deref())
            .chain(self.any_of.iter().flatten());
        (kind.is_some_and(|kind| TYPES.contains(&kind)) || self.any_of.is_some())
            && (kind != Some("ARRAY") || self.items.is_some())
            && inner.into_iter().all(Self::is_valid)
    }
}

fn invalid(message: impl Into<String>) -> FormatViolation {
    FormatViolation::new(400, "INVALID_ARGUMENT", message)
}

pub(super) fn check(received: &mut ReceivedRequest, files: &HashMap<String, Upload>) -> Result<(), FormatViolation> {
    let path = received.path.clone();
    let model = path.strip_prefix("/v1beta/models/").and_then(|rest| rest.strip_suffix(":generateContent"));
    let file = path.strip_prefix("/v1beta/files/");
    let contains = |text: &str| received.body.windows(text.len()).any(|window| window == text.as_bytes());
    received.route = match (received.method.as_str(), path.as_str()) {
        ("POST", "/upload/v1beta/files") if received.query.is_empty() => Route::GeminiStart,
        ("POST", "/upload/v1beta/files") => Route::GeminiUpload,
        ("GET", _) if file.is_some() => Route::GeminiFile,
        ("DELETE", _) if file.is_some() => Route::GeminiDelete,
        ("POST", _) if model.is_some() && contains(r#""mime_type":"image/"#) => Route::GeminiOcr,
        ("POST", _) if model.is_some() && contains(r#""mime_type":""#) => Route::GeminiSpeech,
        ("POST", _) if model.is_some() => Route::GeminiChat,
        _ => return Err(FormatViolation::new(404, "NOT_FOUND", "no such address")),
    };
    let is_upload = received.route == Route::GeminiUpload;
    // A key in a URL ends up in logs. An upload URL is a credential itself and needs no key.
    if received.query.contains("key=") || (!is_upload && !received.query.is_empty()) {
        return Err(invalid("the key must be in a header"));
    }
    if !is_upload && received.header("x-goog-api-key") != GEMINI_KEY {
        return Err(FormatViolation::new(400, "API_KEY_INVALID", "API key not valid. Please pass a valid API key."));
    }
    match received.route {
        Route::GeminiStart => check_upload_start(received),
        Route::GeminiUpload => check_upload(received, files),
        Route::GeminiFile | Route::GeminiDelete => match file.and_then(|name| files.get(name)) {
            Some(upload) if upload.is_complete && received.bytes == 0 => Ok(()),
            _ => Err(FormatViolation::new(403, "PERMISSION_DENIED", "no such file")),
        },
        _ if !model.is_some_and(|model| model.starts_with("gemini-")) => {
            Err(FormatViolation::new(404, "NOT_FOUND", "no such model"))
        }
        _ => check_generate(received, files),
    }
}

fn check_upload_start(received: &ReceivedRequest) -> Result<(), FormatViolation> {
    let length = received.header("x-goog-upload-header-content-length").parse::<u64>();
    let is_valid = received.header("x-goog-upload-protocol") == "resumable"
        && received.header("x-goog-upload-command") == "start"
        && received.header("x-goog-upload-header-content-type").contains('/')
        && received.header("content-type") == "application/json"
        && length.is_ok_and(|length| length > 0)
        && received.json["file"].is_object();
    if is_valid { Ok(()) } else { Err(invalid("invalid start of an upload")) }
}

fn check_upload(received: &mut ReceivedRequest, files: &HashMap<String, Upload>) -> Result<(), FormatViolation> {
    let name =
        received.query.strip_prefix("upload_id=").and_then(|rest| rest.strip_suffix("&upload_protocol=resumable"));
    let started = name.and_then(|name| files.get(name)).filter(|upload| !upload.is_complete);
    let is_valid = received.header("x-goog-upload-offset") == "0"
        && received.header("x-goog-upload-command") == "upload, finalize"
        && started.is_some_and(|upload| upload.bytes == received.bytes && received.complete)
        && received.header("content-length") == received.bytes.to_string();
    received.audio = Some(received.body.clone());
    if is_valid { Ok(()) } else { Err(invalid("invalid upload")) }
}

fn check_generate(received: &mut ReceivedRequest, files: &HashMap<String, Upload>) -> Result<(), FormatViolation> {
    if received.header("content-type") != "application/json" {
        return Err(invalid("content-type"));
    }
    let body: GenerateRequest = serde_json::from_slice(&received.body).map_err(|error| invalid(error.to_string()))?;
    let [content] = body.contents.as_slice() else { return Err(invalid("contents")) };
    if content.role.as_deref() != Some("user") || content.parts.is_empty() {
        return Err(invalid("contents.role"));
    }
    for part in body.system_instruction.iter().flat_map(|content| &content.parts).chain(&content.parts) {
        match (&part.text, &part.inline_data, &part.file_data) {
            (Some(text), None, None) if !text.is_empty() => {}
            (None, Some(inline), None) => {
                let bytes = ReceivedRequest::decode_base64(&inline.data).map_err(invalid)?;
                if inline.mime_type.starts_with("image/") {
                    ReceivedRequest::check_image(&inline.mime_type, &bytes).map_err(invalid)?;
                    received.image = Some(bytes);
                } else if inline.mime_type.starts_with("audio/") || inline.mime_type.starts_with("video/") {
                    received.audio = Some(bytes);
                } else {
                    return Err(invalid("mime_type"));
                }
            }
            (None, None, Some(file)) => {
                let name = file.file_uri.rsplit('/').next().unwrap_or_default();
                let known = files.get(name).filter(|upload| upload.is_complete && upload.polls == 0);
                if known.is_none_or(|upload| upload.media_type != file.mime_type) {
                    return Err(invalid("the file is not in an ACTIVE state and usable"));
                }
            }
            _ => return Err(invalid("a part must be a non-empty text or data")),
        }
    }
    let Some(settings) = body.settings else { return Ok(()) };
    let schema = settings.response_schema.as_ref();
    let as_json = settings.response_mime_type.as_deref() == Some("application/json");
    let is_valid = settings.temperature.is_none_or(|number| (0.0..=2.0).contains(&number))
        && settings.max_output_tokens.is_none_or(|tokens| tokens > 0)
        && (as_json || settings.response_mime_type.is_none())
        && schema.is_none_or(|schema| as_json && schema.is_valid());
    if is_valid { Ok(()) } else { Err(invalid("generationConfig")) }
}

pub(super) fn reply(
    received: &ReceivedRequest,
    answer: &Answer,
    address: SocketAddr,
    files: &mut HashMap<String, Upload>,
) -> Response {
    let file = |name: &str, upload: &Upload| {
        json!({
            "name": format!("files/{name}"),
            "displayName": "recording",
            "mimeType": upload.media_type,
            "sizeBytes": upload.bytes.to_string(),
            "state": if upload.polls == 0 { "ACTIVE" } else { "PROCESSING" },
            "uri": format!("http://{address}/v1beta/files/{name}"),
        })
    };
    let name = received.path.rsplit('/').next().unwrap_or_default();
    match received.route {
        Route::GeminiStart => {
            let name = format!("scripted-{}", NEXT_UPLOAD.fetch_add(1, Ordering::Relaxed));
            let upload = Upload {
                bytes: received.header("x-goog-upload-header-content-length").parse().unwrap(),
                media_type: received.header("x-goog-upload-header-content-type").to_owned(),
                is_complete: false,
                polls: 0,
            };
            files.insert(name.clone(), upload);
            let query = format!("upload_id={name}&upload_protocol=resumable");
            let url = format!("http://{address}/upload/v1beta/files?{query}");
            response(200, &[("x-goog-upload-url", &url), ("x-goog-upload-status", "active")], "")
        }
        Route::GeminiUpload => {
            let name = received.query.split(['=', '&']).nth(1).unwrap();
            let upload = files.get_mut(name).unwrap();
            (upload.is_complete, upload.polls) = (true, answer.polls);
            json(200, &json!({"file": file(name, upload)}))
        }
        Route::GeminiFile => {
            let upload = files.get_mut(name).unwrap();
            if upload.polls < u32::MAX {
                upload.polls = upload.polls.saturating_sub(1);
            }
            json(200, &file(name, upload))
        }
        Route::GeminiDelete => {
            files.remove(name);
            json(200, &json!({}))
        }
        _ => json(200, &generate_response(received, answer)),
    }
}

fn generate_response(received: &ReceivedRequest, answer: &Answer) -> Value {
    // The transcript prompt asks for JSON, so a plain text is wrapped in it.
    let text = match answer.model_text() {
        text if received.route == Route::GeminiSpeech && !text.starts_with('{') => {
            json!({"text": text, "uncertain_phrases": []}).to_string()
        }
        text => text.to_owned(),
    };
    let usage =
        json!({"promptTokenCount": 700, "candidatesTokenCount": 40, "thoughtsTokenCount": 9, "totalTokenCount": 749});
    let stop_reason = answer.stop_reason.as_deref().unwrap_or("STOP");
    if stop_reason == "BLOCKED" {
        return json!({"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}, "usageMetadata": usage});
    }
    let parts = json!([{"text": "The page is hard to read.", "thought": true}, {"text": text}]);
    json!({
        "candidates": [{"content": {"role": "model", "parts": parts}, "finishReason": stop_reason, "index": 0}],
        "usageMetadata": usage,
        "modelVersion": "scripted",
    })
}
