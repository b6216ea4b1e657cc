//! Ingestion routes: text, text files, photographs and recordings.

use axum::Json;
use http::{Method, StatusCode};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::app::context::Ctx;
use crate::domain::entry::SourceType;
use crate::domain::scope::Scope;
use crate::domain::text::MAX_TEXT;
use crate::error::Result;
use crate::http::extract::{MultipartForm, StreamingForm, StrictJson};
use crate::http::route::{HttpRoute, MAX_JSON_BODY, RateClass, RouteAccess};
use crate::jobs::{self, IngestResponse};
use crate::services::ingest::uploads::{self, QueuedUpload, UploadKind};
use crate::services::ingest::{InputFile, TextInput};

/// Allowance in bytes for a form's overhead.
const FORM_OVERHEAD: usize = 64 * 1024;

pub(super) fn routes() -> Vec<HttpRoute> {
    let ingests = RouteAccess::Requires(Scope::Ingest);
    vec![
        HttpRoute::new(Method::POST, "/api/entries/ingest/text", ingests, "Stores a typed text as an entry", text)
            .body_limit(MAX_JSON_BODY)
            .body::<IngestTextRequest>()
            .replies::<IngestResponse>(201),
        HttpRoute::new(Method::POST, "/api/entries/ingest/file", ingests, "Stores a text file as an entry", file)
            .body_limit(MAX_TEXT + FORM_OVERHEAD)
            .form::<IngestFileForm>()
            .replies::<IngestResponse>(201)
            .replies::<IngestResponse>(200),
        HttpRoute::new(
            Method::POST,
            "/api/entries/ingest/images",
            ingests,
            "Queues photographed pages for ingestion as one entry",
            images,
        )
        .rate_class(RateClass::Expensive)
        .body_limit(upload_limit(UploadKind::Images))
        .form::<IngestImagesForm>()
        .replies::<QueuedUpload>(202)
        .errors(&[409]),
        HttpRoute::new(
            Method::POST,
            "/api/entries/ingest/audio",
            ingests,
            "Queues recordings for ingestion as one entry",
            audio,
        )
        .rate_class(RateClass::Expensive)
        .body_limit(upload_limit(UploadKind::Recordings))
        .form::<IngestAudioForm>()
        .replies::<QueuedUpload>(202)
        .errors(&[409]),
    ]
}

/// Typed text.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct IngestTextRequest {
    /// The text.
    text: String,
    /// `YYYY-MM-DD`; default today.
    entry_date: Option<String>,
    /// Source of the text; default `text_entry`.
    #[serde(default = "default_source_type")]
    source_type: SourceType,
}

/// Text file.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "the form is read part by part; this describes it")]
struct IngestFileForm {
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
struct IngestImagesForm {
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
struct IngestAudioForm {
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
fn upload_limit(kind: UploadKind) -> usize {
    usize::try_from(kind.max_total()).unwrap_or(usize::MAX).saturating_add(1 << 20)
}

fn default_source_type() -> SourceType {
    SourceType::TextEntry
}

async fn text(
    ctx: Ctx,
    StrictJson(given): StrictJson<IngestTextRequest>,
) -> Result<(StatusCode, Json<IngestResponse>)> {
    let typed = TextInput { text: given.text, date: given.entry_date, source: given.source_type };
    jobs::ingest_text(&ctx, typed).await.map(|ingested| (StatusCode::CREATED, Json(ingested)))
}

async fn file(ctx: Ctx, mut form: MultipartForm) -> Result<(StatusCode, Json<IngestResponse>)> {
    let file = form.take_single_file("file")?;
    let [entry_date] = form.into_text_fields(["entry_date"])?;
    let incoming = InputFile { name: file.name, bytes: file.bytes };
    let ingested = jobs::ingest_file(&ctx, incoming, entry_date.as_deref()).await?;
    let status = if ingested.already_there { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Json(ingested)))
}

async fn images(ctx: Ctx, form: StreamingForm) -> Result<(StatusCode, Json<QueuedUpload>)> {
    accept_upload(&ctx, form, UploadKind::Images).await
}

async fn audio(ctx: Ctx, form: StreamingForm) -> Result<(StatusCode, Json<QueuedUpload>)> {
    accept_upload(&ctx, form, UploadKind::Recordings).await
}

async fn accept_upload(ctx: &Ctx, form: StreamingForm, kind: UploadKind) -> Result<(StatusCode, Json<QueuedUpload>)> {
    let receiving = uploads::begin_upload(ctx, kind).await?;
    let queued = form.stream_into(receiving, kind.form_field()).await?;
    Ok((StatusCode::ACCEPTED, Json(queued)))
}
