//! Requests received by the mock server.

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Multipart, Request};
use data_encoding::{BASE64, HEXLOWER};
use http_body_util::BodyExt;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::Route;
use super::answer::Vendor;

/// Maximum stored bytes of a body or form field; the rest is only counted and hashed.
const MAX_STORED_BYTES: usize = 32 << 20;

/// A received request.
#[derive(Debug, Clone)]
pub struct ReceivedRequest {
    pub route: Route,
    pub method: String,
    pub path: String,
    pub query: String,
    /// Headers with lower-case names.
    pub headers: Vec<(String, String)>,
    /// Size of the body in bytes.
    pub bytes: u64,
    /// True if the body was received completely.
    pub complete: bool,
    /// Body up to [`MAX_STORED_BYTES`]; empty for a form, whose content is in `fields`.
    pub body: Vec<u8>,
    /// SHA-256 of the body in hex.
    pub sha256: String,
    pub json: Value,
    pub fields: Vec<FormField>,
    /// Image in the request.
    pub image: Option<Vec<u8>>,
    /// Recording in the request, up to [`MAX_STORED_BYTES`].
    pub audio: Option<Vec<u8>>,
    /// Description of the format violation, if any.
    pub violation: Option<String>,
}

/// A field of a multipart form.
#[derive(Debug, Clone)]
pub struct FormField {
    pub name: String,
    pub file_name: Option<String>,
    pub media_type: Option<String>,
    pub bytes: u64,
    pub sha256: String,
    pub content: Vec<u8>,
}

impl FormField {
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.content).unwrap()
    }
}

/// Counts, hashes and stores a stream of bytes.
#[derive(Default)]
struct BodyRecorder {
    bytes: u64,
    hash: Sha256,
    stored: Vec<u8>,
}

impl BodyRecorder {
    fn update(&mut self, piece: &[u8]) {
        self.bytes += piece.len() as u64;
        self.hash.update(piece);
        self.stored.extend(&piece[..piece.len().min(MAX_STORED_BYTES.saturating_sub(self.stored.len()))]);
    }

    fn finish(self) -> (u64, String, Vec<u8>) {
        (self.bytes, HEXLOWER.encode(&self.hash.finalize()), self.stored)
    }
}

impl ReceivedRequest {
    pub(super) async fn read(request: Request) -> Self {
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let headers = request.headers().iter();
        let headers: Vec<_> =
            headers.map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into())).collect();
        let mut received = Self {
            route: Route::Unknown,
            method: request.method().to_string(),
            path: request.uri().path().to_owned(),
            query: text(request.uri().query()),
            headers,
            bytes: 0,
            complete: true,
            body: Vec::new(),
            sha256: String::new(),
            json: Value::Null,
            fields: Vec::new(),
            image: None,
            audio: None,
            violation: None,
        };
        if received.header("content-type").starts_with("multipart/form-data") {
            received.read_form(request).await;
            return received;
        }
        let (mut recorder, mut body) = (BodyRecorder::default(), request.into_body());
        while let Some(frame) = body.frame().await {
            let Ok(frame) = frame else {
                received.complete = false;
                break;
            };
            recorder.update(frame.data_ref().unwrap_or(&Bytes::new()));
        }
        (received.bytes, received.sha256, received.body) = recorder.finish();
        received.json = serde_json::from_slice(&received.body).unwrap_or_default();
        received
    }

    /// Reads a form as a stream, because a recording can be large.
    async fn read_form(&mut self, request: Request) {
        let total = std::sync::Arc::new(std::sync::Mutex::new(BodyRecorder::default()));
        let (parts, body) = request.into_parts();
        let shared_total = total.clone();
        let body = body.map_frame(move |frame| {
            if let Some(piece) = frame.data_ref() {
                let mut recorder = shared_total.lock().unwrap();
                recorder.update(piece);
                // The fields store the content.
                recorder.stored.clear();
            }
            frame
        });
        let request = Request::from_parts(parts, Body::new(body));
        let Ok(mut form) = Multipart::from_request(request, &()).await else { return };
        loop {
            let mut field = match form.next_field().await {
                Ok(Some(field)) => field,
                Ok(None) => break,
                Err(_) => {
                    self.complete = false;
                    break;
                }
            };
            let owned = |text: Option<&str>| text.map(str::to_owned);
            let (name, file_name) = (owned(field.name()), owned(field.file_name()));
            let media_type = owned(field.content_type());
            let mut recorder = BodyRecorder::default();
            while let Ok(Some(piece)) = field.chunk().await {
                recorder.update(&piece);
            }
            let (bytes, sha256, content) = recorder.finish();
            self.fields.push(FormField {
                name: name.unwrap_or_default(),
                file_name,
                media_type,
                bytes,
                sha256,
                content,
            });
        }
        let recorder = std::mem::take(&mut *total.lock().unwrap());
        (self.bytes, self.sha256, _) = recorder.finish();
    }

    /// Returns a header, or an empty string.
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(other, _)| other == name).map_or("", |(_, value)| value)
    }

    pub fn field(&self, name: &str) -> Option<&FormField> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// Returns the system prompt.
    pub fn system(&self) -> String {
        let json = &self.json;
        let places = [
            &json["system"][0]["text"],
            &json["messages"][0]["content"],
            &json["system_instruction"]["parts"][0]["text"],
        ];
        places.into_iter().find_map(Value::as_str).unwrap_or_default().to_owned()
    }

    /// Returns the texts of the user messages, one per line.
    pub fn user(&self) -> String {
        let json = &self.json;
        let mut texts = Vec::new();
        let turns = [&json["messages"], &json["contents"]].into_iter().filter_map(Value::as_array).flatten();
        for turn in turns.filter(|turn| turn["role"] == "user") {
            texts.extend(turn["content"].as_str());
            let blocks = [&turn["content"], &turn["parts"]].into_iter().filter_map(Value::as_array).flatten();
            texts.extend(blocks.filter_map(|block| block["text"].as_str()));
        }
        texts.join("\n")
    }

    /// Returns true if these bytes occur anywhere in the request, plain or in base64 that the API decodes.
    pub fn contains(&self, needle: &[u8]) -> bool {
        let texts = [self.path.as_bytes(), self.query.as_bytes(), &self.body];
        let decoded = [&self.image, &self.audio].into_iter().flatten().map(Vec::as_slice);
        let headers = self.headers.iter().map(|(_, value)| value.as_bytes());
        let fields = self.fields.iter().map(|field| field.content.as_slice());
        texts
            .into_iter()
            .chain(decoded)
            .chain(headers)
            .chain(fields)
            .any(|text| needle.len() <= text.len() && text.windows(needle.len().max(1)).any(|window| window == needle))
    }

    pub(super) fn vendor(&self) -> Vendor {
        match self.path.as_str() {
            "/v1/messages" => Vendor::Anthropic,
            path if path.starts_with("/v1/") => Vendor::OpenAi,
            _ => Vendor::Gemini,
        }
    }

    /// Decodes padded base64 without line breaks.
    pub(super) fn decode_base64(text: &str) -> Result<Vec<u8>, String> {
        match BASE64.decode(text.as_bytes()) {
            Ok(bytes) if !bytes.is_empty() => Ok(bytes),
            Ok(_) => Err("no bytes".to_owned()),
            Err(error) => Err(format!("not base64: {error}")),
        }
    }

    /// Checks that the bytes are a valid image of the declared media type.
    pub(super) fn check_image(media_type: &str, bytes: &[u8]) -> Result<(), String> {
        let format = image::ImageFormat::from_mime_type(media_type)
            .filter(|_| matches!(media_type, "image/jpeg" | "image/png" | "image/gif" | "image/webp"))
            .ok_or_else(|| format!("{media_type} is not supported"))?;
        let found = image::guess_format(bytes).map_err(|error| error.to_string())?;
        if found != format {
            return Err(format!("declared as {media_type}, but is {found:?}"));
        }
        image::load_from_memory_with_format(bytes, format).map_err(|error| error.to_string())?;
        Ok(())
    }
}
