//! Ingestion routes: text, text files, photographs and recordings.

use axum::Json;
use http::StatusCode;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::app::context::Ctx;
use crate::domain::entry::SourceType;
use crate::domain::text::MAX_TEXT;
use crate::error::Result;
use crate::http::extract::{MultipartForm, StreamingForm, StrictJson};
use crate::http::reply::Accepted;
use crate::http::reply::Created;
use crate::jobs::{self, IngestResponse};
use crate::services::ingest::uploads::{self, QueuedUpload, UploadKind};
use crate::services::ingest::{InputFile, TextInput};

/// Body limit in bytes of a form with a text file: the text and an allowance for the form's overhead.
pub const MAX_FILE_FORM: usize = MAX_TEXT + 64 * 1024;

/// Typed text.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IngestTextRequest {
    /// The text.
    text: String,
    /// `YYYY-MM-DD`; default today.
    entry_date: Option<String>,
    /// Source of the text; default `text_entry`.
    #[serde(default = "default_source_type")]
    source_type: SourceType,
    /// Tags of the entry.
    #[serde(default)]
    tags: Vec<String>,
}

/// Text file.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "the form is read part by part; this describes it")]
pub struct IngestFileForm {
    /// `.md` or `.txt` file in UTF-8, at most 10 MiB.
    #[schemars(extend("format" = "binary"))]
    file: String,
    /// `YYYY-MM-DD`, used if neither text nor file name has a date; default today.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    entry_date: Option<String>,
}

/// Photographed pages of one entry, in order.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "the form is read part by part; this describes it")]
pub struct IngestImagesForm {
    /// JPEG, PNG, GIF, WebP or HEIC; at most 10 MiB each, 50 MiB and 100 files in total.
    #[schemars(extend("items" = { "type": "string", "format": "binary" }, "minItems" = 1, "maxItems" = 100))]
    images: Vec<String>,
    /// `YYYY-MM-DD`, used if the pages have no date; default today.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    entry_date: Option<String>,
}

/// Recordings of one entry, in order.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "the form is read part by part; this describes it")]
pub struct IngestAudioForm {
    /// MP3, MP4, WAV, `WebM`, OGG, FLAC or M4A; at most 100 MiB each, 500 MiB and 100 files in total.
    #[schemars(extend("items" = { "type": "string", "format": "binary" }, "minItems" = 1, "maxItems" = 100))]
    audio: Vec<String>,
    /// `YYYY-MM-DD`, used if the recordings state no date; default today.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    entry_date: Option<String>,
    /// `voice` (default) or `imported_audio_file`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    source_type: Option<SourceType>,
}

/// Body limit in bytes of a form with files: above the limit of the files, so that exceeding that gives its own error.
pub fn upload_limit(kind: UploadKind) -> usize {
    usize::try_from(kind.max_total()).unwrap_or(usize::MAX).saturating_add(1 << 20)
}

fn default_source_type() -> SourceType {
    SourceType::TextEntry
}

pub async fn text(ctx: Ctx, StrictJson(given): StrictJson<IngestTextRequest>) -> Result<Created<IngestResponse>> {
    let typed =
        TextInput { text: given.text, date: given.entry_date, time: None, source: given.source_type, tags: given.tags };
    jobs::ingest_text(&ctx, typed).await.map(Created)
}

pub async fn file(ctx: Ctx, mut form: MultipartForm) -> Result<(StatusCode, Json<IngestResponse>)> {
    let file = form.take_single_file("file")?;
    let [entry_date] = form.into_text_fields(["entry_date"])?;
    let incoming = InputFile::new(file.name, file.bytes);
    let ingested = jobs::ingest_file(&ctx, incoming, entry_date.as_deref()).await?;
    let status = if ingested.already_there { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Json(ingested)))
}

pub async fn images(ctx: Ctx, form: StreamingForm) -> Result<Accepted<QueuedUpload>> {
    accept_upload(&ctx, form, UploadKind::Images).await
}

pub async fn audio(ctx: Ctx, form: StreamingForm) -> Result<Accepted<QueuedUpload>> {
    accept_upload(&ctx, form, UploadKind::Recordings).await
}

pub async fn accept_upload(ctx: &Ctx, form: StreamingForm, kind: UploadKind) -> Result<Accepted<QueuedUpload>> {
    let receiving = uploads::begin_upload(ctx, kind).await?;
    let queued = form.stream_into(receiving, kind.form_field()).await?;
    Ok(Accepted(queued))
}
