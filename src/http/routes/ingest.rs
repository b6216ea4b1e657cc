//! Text, photographs and recordings come in.

use axum::Json;
use http::Method;
use http::StatusCode;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::ctx::Ctx;
use crate::error::Result;
use crate::http::extract::Body;
use crate::http::extract::Form;
use crate::http::extract::Upload;
use crate::http::route::Access;
use crate::http::route::Cost;
use crate::http::route::JSON_BODY;
use crate::http::route::Route;
use crate::ingest::Incoming;
use crate::ingest::Typed;
use crate::ingest::uploads;
use crate::ingest::uploads::Kind;
use crate::ingest::uploads::Queued;
use crate::jobs;
use crate::jobs::Ingested;
use crate::model::entry::SourceType;
use crate::model::scope::Scope;
use crate::model::text::MAX_TEXT;

/// Bytes of a form around its file.
const AROUND: usize = 64 * 1024;

pub(super) fn routes() -> Vec<Route> {
    let ingests = Access::Needs(Scope::Ingest);
    vec![
        Route::new(Method::POST, "/api/entries/ingest/text", ingests, "Stores a typed text as an entry", text)
            .takes(JSON_BODY)
            .body::<Writing>()
            .replies::<Ingested>(201),
        Route::new(Method::POST, "/api/entries/ingest/file", ingests, "Stores a text file as an entry", file)
            .takes(MAX_TEXT + AROUND)
            .form::<TextFile>()
            .replies::<Ingested>(201)
            .replies::<Ingested>(200),
        Route::new(Method::POST, "/api/entries/ingest/images", ingests, "Takes photographed pages as an entry", images)
            .costs(Cost::Expensive)
            .takes(around(Kind::Images))
            .form::<Images>()
            .replies::<Queued>(202)
            .refuses(&[409]),
        Route::new(Method::POST, "/api/entries/ingest/audio", ingests, "Takes recordings as an entry", audio)
            .costs(Cost::Expensive)
            .takes(around(Kind::Recordings))
            .form::<Recordings>()
            .replies::<Queued>(202)
            .refuses(&[409]),
    ]
}

/// A typed text.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Writing {
    /// The text.
    text: String,
    /// `YYYY-MM-DD`; today without one.
    entry_date: Option<String>,
    /// Where it came from; `text_entry` without one.
    #[serde(default = "typed")]
    source_type: SourceType,
}

/// A text file.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "the form is read part by part; this describes it")]
struct TextFile {
    /// A `.md` or `.txt` file in UTF-8, at most 10 MiB.
    #[schemars(extend("format" = "binary"))]
    file: String,
    /// `YYYY-MM-DD`, for a file that has no date in its text or name; today without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    entry_date: Option<String>,
}

/// Photographed pages of one entry, in their order.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "the form is read part by part; this describes it")]
struct Images {
    /// JPEG, PNG, GIF, WebP or HEIC; at most 10 MiB each, 50 MiB and 100 files in all.
    #[schemars(extend("items" = { "type": "string", "format": "binary" }, "minItems" = 1, "maxItems" = 100))]
    images: Vec<String>,
    /// `YYYY-MM-DD`, for pages that have no date; today without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    entry_date: Option<String>,
}

/// Recordings of one entry, in their order.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "the form is read part by part; this describes it")]
struct Recordings {
    /// MP3, MP4, WAV, `WebM`, OGG, FLAC or M4A; at most 100 MiB each, 500 MiB and 100 files in all.
    #[schemars(extend("items" = { "type": "string", "format": "binary" }, "minItems" = 1, "maxItems" = 100))]
    audio: Vec<String>,
    /// `YYYY-MM-DD`, for recordings that do not say their date; today without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    entry_date: Option<String>,
    /// `voice`, or `imported_audio_file`; `voice` without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    source_type: Option<SourceType>,
}

/// Bytes of a form with files. A little more than what they may have, so that the one that is too much is told as such.
fn around(kind: Kind) -> usize {
    usize::try_from(kind.max_total()).unwrap_or(usize::MAX).saturating_add(1 << 20)
}

fn typed() -> SourceType {
    SourceType::TextEntry
}

async fn text(ctx: Ctx, Body(given): Body<Writing>) -> Result<(StatusCode, Json<Ingested>)> {
    let typed = Typed { text: given.text, date: given.entry_date, source: given.source_type };
    jobs::write(&ctx, typed).await.map(|ingested| (StatusCode::CREATED, Json(ingested)))
}

async fn file(ctx: Ctx, mut form: Form) -> Result<(StatusCode, Json<Ingested>)> {
    let file = form.one_file("file")?;
    let [entry_date] = form.texts(["entry_date"])?;
    let incoming = Incoming { name: file.name, bytes: file.bytes };
    let ingested = jobs::upload(&ctx, incoming, entry_date.as_deref()).await?;
    let status = if ingested.already_there { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Json(ingested)))
}

async fn images(ctx: Ctx, form: Upload) -> Result<(StatusCode, Json<Queued>)> {
    taken(&ctx, form, Kind::Images).await
}

async fn audio(ctx: Ctx, form: Upload) -> Result<(StatusCode, Json<Queued>)> {
    taken(&ctx, form, Kind::Recordings).await
}

async fn taken(ctx: &Ctx, form: Upload, kind: Kind) -> Result<(StatusCode, Json<Queued>)> {
    let receiving = uploads::begin(ctx, kind).await?;
    let queued = form.into(receiving, kind.field()).await?;
    Ok((StatusCode::ACCEPTED, Json(queued)))
}
