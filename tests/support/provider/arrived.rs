//! What arrived at the server.

use axum::body::Body;
use axum::body::Bytes;
use axum::extract::FromRequest;
use axum::extract::Multipart;
use axum::extract::Request;
use data_encoding::BASE64;
use data_encoding::HEXLOWER;
use http_body_util::BodyExt;
use serde_json::Value;
use sha2::Digest;
use sha2::Sha256;

use super::Route;
use super::answer::Vendor;

/// Most bytes of a body, or of a part of a form, that are kept to look at; the rest is counted and hashed.
const KEPT: usize = 32 << 20;

/// A request.
#[derive(Debug, Clone)]
pub struct Arrived {
    pub route: Route,
    pub method: String,
    pub path: String,
    pub query: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// Bytes of the body as it was sent.
    pub bytes: u64,
    /// Whether all of that came.
    pub complete: bool,
    /// The body, as far as it is kept; of a form, its parts hold it.
    pub body: Vec<u8>,
    /// SHA-256 of the body, hex.
    pub sha256: String,
    pub json: Value,
    pub fields: Vec<Field>,
    /// Bytes of the page that is asked about.
    pub image: Option<Vec<u8>>,
    /// Bytes of the recording that is asked about, as far as they are kept.
    pub audio: Option<Vec<u8>>,
    /// What the request breaks of its format.
    pub wrong: Option<String>,
}

/// A part of a form.
#[derive(Debug, Clone)]
pub struct Field {
    pub name: String,
    pub file_name: Option<String>,
    pub media_type: Option<String>,
    pub bytes: u64,
    pub sha256: String,
    pub content: Vec<u8>,
}

impl Field {
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.content).unwrap()
    }
}

/// Counts, hashes and keeps what passes.
#[derive(Default)]
struct Meter {
    bytes: u64,
    hash: Sha256,
    kept: Vec<u8>,
}

impl Meter {
    fn take(&mut self, piece: &[u8]) {
        self.bytes += piece.len() as u64;
        self.hash.update(piece);
        self.kept.extend(&piece[..piece.len().min(KEPT.saturating_sub(self.kept.len()))]);
    }

    fn hex(self) -> (u64, String, Vec<u8>) {
        (self.bytes, HEXLOWER.encode(&self.hash.finalize()), self.kept)
    }
}

impl Arrived {
    pub(super) async fn read(request: Request) -> Self {
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let headers = request.headers().iter();
        let headers: Vec<_> =
            headers.map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into())).collect();
        let mut arrived = Self {
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
            wrong: None,
        };
        if arrived.header("content-type").starts_with("multipart/form-data") {
            arrived.read_form(request).await;
            return arrived;
        }
        let (mut meter, mut body) = (Meter::default(), request.into_body());
        while let Some(frame) = body.frame().await {
            let Ok(frame) = frame else {
                arrived.complete = false;
                break;
            };
            meter.take(frame.data_ref().unwrap_or(&Bytes::new()));
        }
        (arrived.bytes, arrived.sha256, arrived.body) = meter.hex();
        arrived.json = serde_json::from_slice(&arrived.body).unwrap_or_default();
        arrived
    }

    /// Reads a form as it comes in: a recording can be large.
    async fn read_form(&mut self, request: Request) {
        let whole = std::sync::Arc::new(std::sync::Mutex::new(Meter::default()));
        let (parts, body) = request.into_parts();
        let counted = whole.clone();
        let body = body.map_frame(move |frame| {
            if let Some(piece) = frame.data_ref() {
                let mut meter = counted.lock().unwrap();
                meter.take(piece);
                // Its parts keep it.
                meter.kept.clear();
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
            let own = |text: Option<&str>| text.map(str::to_owned);
            let (name, file_name) = (own(field.name()), own(field.file_name()));
            let media_type = own(field.content_type());
            let mut meter = Meter::default();
            while let Ok(Some(piece)) = field.chunk().await {
                meter.take(&piece);
            }
            let (bytes, sha256, content) = meter.hex();
            self.fields.push(Field { name: name.unwrap_or_default(), file_name, media_type, bytes, sha256, content });
        }
        let meter = std::mem::take(&mut *whole.lock().unwrap());
        (self.bytes, self.sha256, _) = meter.hex();
    }

    /// Returns a header, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(other, _)| other == name).map_or("", |(_, value)| value)
    }

    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// Returns the instructions that the model was given.
    pub fn system(&self) -> String {
        let json = &self.json;
        let places = [
            &json["system"][0]["text"],
            &json["messages"][0]["content"],
            &json["system_instruction"]["parts"][0]["text"],
        ];
        places.into_iter().find_map(Value::as_str).unwrap_or_default().to_owned()
    }

    /// Returns the texts that the model was asked with.
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

    /// Tells whether these bytes are anywhere in it, as they are or as base64.
    pub fn holds(&self, needle: &[u8]) -> bool {
        let texts = [self.path.as_bytes(), self.query.as_bytes(), &self.body];
        let more = [&self.image, &self.audio].into_iter().flatten().map(Vec::as_slice);
        let headers = self.headers.iter().map(|(_, value)| value.as_bytes());
        let fields = self.fields.iter().map(|field| field.content.as_slice());
        texts
            .into_iter()
            .chain(more)
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

    /// Returns what base64 stands for, if it is that, padded and in one line.
    pub(super) fn decoded(text: &str) -> Result<Vec<u8>, String> {
        match BASE64.decode(text.as_bytes()) {
            Ok(bytes) if !bytes.is_empty() => Ok(bytes),
            Ok(_) => Err("no bytes".to_owned()),
            Err(error) => Err(format!("not base64: {error}")),
        }
    }

    /// Checks that bytes are an image of the type that they are said to be.
    pub(super) fn picture(media_type: &str, bytes: &[u8]) -> Result<(), String> {
        let format = image::ImageFormat::from_mime_type(media_type)
            .filter(|_| matches!(media_type, "image/jpeg" | "image/png" | "image/gif" | "image/webp"))
            .ok_or_else(|| format!("{media_type} is not taken"))?;
        let found = image::guess_format(bytes).map_err(|error| error.to_string())?;
        if found != format {
            return Err(format!("said to be {media_type}, but it is {found:?}"));
        }
        image::load_from_memory_with_format(bytes, format).map_err(|error| error.to_string())?;
        Ok(())
    }
}
