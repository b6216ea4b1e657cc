//! Gemini's `generateContent` and its files.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use axum::response::Response;
use serde::Deserialize;
use serde_json::Value;
use serde_json::json;

use super::Answer;
use super::Arrived;
use super::GEMINI_KEY;
use super::Route;
use super::Wrong;
use super::json;
use super::response;

/// Numbers the uploads.
static UPLOADS: AtomicU64 = AtomicU64::new(0);

/// A file that is being uploaded, or was.
#[derive(Debug, Clone)]
pub struct Upload {
    bytes: u64,
    media_type: String,
    arrived: bool,
    looks: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    system_instruction: Option<Turn>,
    contents: Vec<Turn>,
    #[serde(rename = "generationConfig")]
    settings: Option<Settings>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Turn {
    role: Option<String>,
    parts: Vec<Part>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
    text: Option<String>,
    inline_data: Option<Inline>,
    file_data: Option<File>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Inline {
    mime_type: String,
    data: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    mime_type: String,
    file_uri: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Settings {
    temperature: Option<f64>,
    max_output_tokens: Option<u32>,
    response_mime_type: Option<String>,
    response_schema: Option<Schema>,
}

/// The subset of schemas that the API knows.
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
    fn is_proper(&self) -> bool {
        const KINDS: [&str; 6] = ["STRING", "NUMBER", "INTEGER", "BOOLEAN", "ARRAY", "OBJECT"];
        let kind = self.kind.as_deref();
        let inner = self
            .properties
            .iter()
            .flat_map(HashMap::values)
            .chain(self.items.as_deref())
            .chain(self.any_of.iter().flatten());
        (kind.is_some_and(|kind| KINDS.contains(&kind)) || self.any_of.is_some())
            && (kind != Some("ARRAY") || self.items.is_some())
            && inner.into_iter().all(Self::is_proper)
    }
}

fn wrong(what: impl Into<String>) -> Wrong {
    Wrong::new(400, "INVALID_ARGUMENT", what)
}

pub(super) fn check(arrived: &mut Arrived, files: &HashMap<String, Upload>) -> Result<(), Wrong> {
    let path = arrived.path.clone();
    let model = path.strip_prefix("/v1beta/models/").and_then(|rest| rest.strip_suffix(":generateContent"));
    let file = path.strip_prefix("/v1beta/files/");
    let has = |word: &str| arrived.body.windows(word.len()).any(|window| window == word.as_bytes());
    arrived.route = match (arrived.method.as_str(), path.as_str()) {
        ("POST", "/upload/v1beta/files") if arrived.query.is_empty() => Route::GeminiStart,
        ("POST", "/upload/v1beta/files") => Route::GeminiUpload,
        ("GET", _) if file.is_some() => Route::GeminiFile,
        ("DELETE", _) if file.is_some() => Route::GeminiDelete,
        ("POST", _) if model.is_some() && has(r#""mime_type":"image/"#) => Route::GeminiOcr,
        ("POST", _) if model.is_some() && has(r#""mime_type":""#) => Route::GeminiSpeech,
        ("POST", _) if model.is_some() => Route::GeminiChat,
        _ => return Err(Wrong::new(404, "NOT_FOUND", "no such address")),
    };
    let is_upload = arrived.route == Route::GeminiUpload;
    // A key in an address ends up in logs; the address of an upload is one by itself.
    if arrived.query.contains("key=") || (!is_upload && !arrived.query.is_empty()) {
        return Err(wrong("the key belongs into a header"));
    }
    if !is_upload && arrived.header("x-goog-api-key") != GEMINI_KEY {
        return Err(Wrong::new(400, "API_KEY_INVALID", "API key not valid. Please pass a valid API key."));
    }
    match arrived.route {
        Route::GeminiStart => start(arrived),
        Route::GeminiUpload => upload(arrived, files),
        Route::GeminiFile | Route::GeminiDelete => match file.and_then(|name| files.get(name)) {
            Some(upload) if upload.arrived && arrived.bytes == 0 => Ok(()),
            _ => Err(Wrong::new(403, "PERMISSION_DENIED", "no such file")),
        },
        _ if !model.is_some_and(|model| model.starts_with("gemini-")) => {
            Err(Wrong::new(404, "NOT_FOUND", "no such model"))
        }
        _ => question(arrived, files),
    }
}

fn start(arrived: &Arrived) -> Result<(), Wrong> {
    let length = arrived.header("x-goog-upload-header-content-length").parse::<u64>();
    let good = arrived.header("x-goog-upload-protocol") == "resumable"
        && arrived.header("x-goog-upload-command") == "start"
        && arrived.header("x-goog-upload-header-content-type").contains('/')
        && arrived.header("content-type") == "application/json"
        && length.is_ok_and(|length| length > 0)
        && arrived.json["file"].is_object();
    if good { Ok(()) } else { Err(wrong("the beginning of an upload")) }
}

fn upload(arrived: &mut Arrived, files: &HashMap<String, Upload>) -> Result<(), Wrong> {
    let name =
        arrived.query.strip_prefix("upload_id=").and_then(|rest| rest.strip_suffix("&upload_protocol=resumable"));
    let begun = name.and_then(|name| files.get(name)).filter(|upload| !upload.arrived);
    let good = arrived.header("x-goog-upload-offset") == "0"
        && arrived.header("x-goog-upload-command") == "upload, finalize"
        && begun.is_some_and(|upload| upload.bytes == arrived.bytes && arrived.complete)
        && arrived.header("content-length") == arrived.bytes.to_string();
    arrived.audio = Some(arrived.body.clone());
    if good { Ok(()) } else { Err(wrong("an upload")) }
}

fn question(arrived: &mut Arrived, files: &HashMap<String, Upload>) -> Result<(), Wrong> {
    if arrived.header("content-type") != "application/json" {
        return Err(wrong("content-type"));
    }
    let body: Body = serde_json::from_slice(&arrived.body).map_err(|error| wrong(error.to_string()))?;
    let [turn] = body.contents.as_slice() else { return Err(wrong("contents")) };
    if turn.role.as_deref() != Some("user") || turn.parts.is_empty() {
        return Err(wrong("contents.role"));
    }
    for part in body.system_instruction.iter().flat_map(|turn| &turn.parts).chain(&turn.parts) {
        match (&part.text, &part.inline_data, &part.file_data) {
            (Some(text), None, None) if !text.is_empty() => {}
            (None, Some(inline), None) => {
                let bytes = Arrived::decoded(&inline.data).map_err(wrong)?;
                if inline.mime_type.starts_with("image/") {
                    Arrived::picture(&inline.mime_type, &bytes).map_err(wrong)?;
                    arrived.image = Some(bytes);
                } else if inline.mime_type.starts_with("audio/") || inline.mime_type.starts_with("video/") {
                    arrived.audio = Some(bytes);
                } else {
                    return Err(wrong("mime_type"));
                }
            }
            (None, None, Some(file)) => {
                let name = file.file_uri.rsplit('/').next().unwrap_or_default();
                let known = files.get(name).filter(|upload| upload.arrived && upload.looks == 0);
                if known.is_none_or(|upload| upload.media_type != file.mime_type) {
                    return Err(wrong("the file is not in an ACTIVE state and usable"));
                }
            }
            _ => return Err(wrong("a part is a text or data, and not empty")),
        }
    }
    let Some(settings) = body.settings else { return Ok(()) };
    let schema = settings.response_schema.as_ref();
    let as_json = settings.response_mime_type.as_deref() == Some("application/json");
    let good = settings.temperature.is_none_or(|number| (0.0..=2.0).contains(&number))
        && settings.max_output_tokens.is_none_or(|tokens| tokens > 0)
        && (as_json || settings.response_mime_type.is_none())
        && schema.is_none_or(|schema| as_json && schema.is_proper());
    if good { Ok(()) } else { Err(wrong("generationConfig")) }
}

pub(super) fn reply(
    arrived: &Arrived,
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
            "state": if upload.looks == 0 { "ACTIVE" } else { "PROCESSING" },
            "uri": format!("http://{address}/v1beta/files/{name}"),
        })
    };
    let name = arrived.path.rsplit('/').next().unwrap_or_default();
    match arrived.route {
        Route::GeminiStart => {
            let name = format!("scripted-{}", UPLOADS.fetch_add(1, Ordering::Relaxed));
            let upload = Upload {
                bytes: arrived.header("x-goog-upload-header-content-length").parse().unwrap(),
                media_type: arrived.header("x-goog-upload-header-content-type").to_owned(),
                arrived: false,
                looks: 0,
            };
            files.insert(name.clone(), upload);
            let query = format!("upload_id={name}&upload_protocol=resumable");
            let url = format!("http://{address}/upload/v1beta/files?{query}");
            response(200, &[("x-goog-upload-url", &url), ("x-goog-upload-status", "active")], "")
        }
        Route::GeminiUpload => {
            let name = arrived.query.split(['=', '&']).nth(1).unwrap();
            let upload = files.get_mut(name).unwrap();
            (upload.arrived, upload.looks) = (true, answer.looks);
            json(200, &json!({"file": file(name, upload)}))
        }
        Route::GeminiFile => {
            let upload = files.get_mut(name).unwrap();
            if upload.looks < u32::MAX {
                upload.looks = upload.looks.saturating_sub(1);
            }
            json(200, &file(name, upload))
        }
        Route::GeminiDelete => {
            files.remove(name);
            json(200, &json!({}))
        }
        _ => json(200, &generated(arrived, answer)),
    }
}

fn generated(arrived: &Arrived, answer: &Answer) -> Value {
    // Asked for a transcript as JSON, it wraps plain words in it.
    let text = match answer.words() {
        text if arrived.route == Route::GeminiSpeech && !text.starts_with('{') => {
            json!({"text": text, "uncertain_phrases": []}).to_string()
        }
        text => text.to_owned(),
    };
    let usage =
        json!({"promptTokenCount": 700, "candidatesTokenCount": 40, "thoughtsTokenCount": 9, "totalTokenCount": 749});
    let stop = answer.stop.as_deref().unwrap_or("STOP");
    if stop == "BLOCKED" {
        return json!({"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}, "usageMetadata": usage});
    }
    let parts = json!([{"text": "The page is hard to read.", "thought": true}, {"text": text}]);
    json!({
        "candidates": [{"content": {"role": "model", "parts": parts}, "finishReason": stop, "index": 0}],
        "usageMetadata": usage,
        "modelVersion": "scripted",
    })
}
