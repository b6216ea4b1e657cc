//! Media ingestion tools: photographs and recordings as base64 or by URL.

use std::borrow::Cow;

use data_encoding::BASE64;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::blocking::run_blocking;
use crate::domain::id::{EntryId, JobId};
use crate::domain::job::JobView;
use crate::domain::scope::Scope;
use crate::error::{Error, ErrorKind as Went, Result};
use crate::mcp::job_progress;
use crate::mcp::tool::{Tool, ToolCall, ToolEffect};
use crate::mcp::tools::ingest::StoredEntryReport;
use crate::services::entries;
use crate::services::ingest::uploads::{self, InMemoryFile, UploadFields, UploadKind};
use crate::services::ingest::urls::{self, UrlRequest, UrlResult};
use crate::services::ingest::{self, IngestOutcome};

pub(super) fn tools() -> Vec<Tool> {
    let adds: (&[Scope], ToolEffect) = (&[Scope::Ingest], ToolEffect::Adds);
    let fetches: (&[Scope], ToolEffect) = (&[Scope::Ingest, Scope::IngestUrl], ToolEffect::Fetches);
    vec![
        Tool::new(
            "journal_ingest_media",
            "Read a page or a recording",
            "Creates a journal entry from one photographed page or one recording. A long run continues as a job.",
            adds,
            ingest_file,
        ),
        Tool::new(
            "journal_ingest_media_from_url",
            "Read a page or a recording from the web",
            "Fetches one photographed page or one recording from a public URL and creates a journal entry from it.",
            fetches,
            ingest_file_from_url,
        ),
        Tool::new(
            "journal_ingest_multi_page",
            "Read several pages",
            "Creates one journal entry from several photographed pages, in order.",
            adds,
            ingest_pages,
        ),
        Tool::new(
            "journal_ingest_multi_page_from_url",
            "Read several pages from the web",
            "Fetches photographed pages from public URLs and creates one journal entry from them, in order.",
            fetches,
            ingest_pages_from_urls,
        ),
    ]
}

/// Photograph or recording.
#[derive(Deserialize, JsonSchema)]
struct IngestMediaArgs {
    /// `image` or `voice`.
    source_type: String,
    /// File in base64.
    data_base64: String,
    /// Media type, for example `image/jpeg`.
    media_type: String,
    /// Date of the entry, `YYYY-MM-DD`, used if the content states none; default today.
    #[serde(default)]
    date: Option<String>,
    /// Language of a recording.
    #[serde(default = "default_language")]
    language: String,
}

fn default_language() -> String {
    "en".to_owned()
}

async fn ingest_file(call: ToolCall, given: IngestMediaArgs) -> Result<String> {
    let kind = media_kind(&given.source_type)?;
    let file = decode_base64("data_base64", given.data_base64, given.media_type).await?;
    let along = UploadFields { date: given.date, language: recording_language(kind, given.language) };
    let queued = uploads::upload_in_memory(&call.ctx, kind, vec![file], &along).await?;
    wait_for_result(&call, queued.job_id).await
}

/// Pages of one entry.
#[derive(Deserialize, JsonSchema)]
struct IngestPagesArgs {
    /// Pages in base64, in order.
    images_base64: Vec<String>,
    /// Media types, one per page.
    media_types: Vec<String>,
    /// Date of the entry, `YYYY-MM-DD`, used if the pages state none; default today.
    #[serde(default)]
    date: Option<String>,
}

async fn ingest_pages(call: ToolCall, given: IngestPagesArgs) -> Result<String> {
    check_media_types(given.images_base64.len(), "images_base64", given.media_types.len())?;
    let mut files = Vec::with_capacity(given.images_base64.len());
    for ((image, media_type), number) in given.images_base64.into_iter().zip(given.media_types).zip(1..) {
        files.push(decode_base64(&format!("item {number} of images_base64"), image, media_type).await?);
    }
    let along = UploadFields { date: given.date, language: None };
    let queued = uploads::upload_in_memory(&call.ctx, UploadKind::Images, files, &along).await?;
    wait_for_result(&call, queued.job_id).await
}

/// URL of a photograph or recording.
#[derive(Deserialize, JsonSchema)]
struct IngestMediaUrlArgs {
    /// `image` or `voice`.
    source_type: String,
    /// HTTP or HTTPS URL on the public Internet.
    url: String,
    /// Media type, if the site reports a wrong one.
    #[serde(default)]
    media_type: Option<String>,
    /// Date of the entry, `YYYY-MM-DD`, used if the content states none; default today.
    #[serde(default)]
    date: Option<String>,
    /// Language of a recording.
    #[serde(default = "default_language")]
    language: String,
}

async fn ingest_file_from_url(call: ToolCall, given: IngestMediaUrlArgs) -> Result<String> {
    let kind = media_kind(&given.source_type)?;
    let (media_type, language) = (given.media_type, recording_language(kind, given.language));
    ingest_from_urls(call, vec![UrlRequest { url: given.url, media_type, expected: Some(kind), language }], given.date)
        .await
}

/// URLs of the pages of one entry.
#[derive(Deserialize, JsonSchema)]
struct IngestPageUrlsArgs {
    /// HTTP or HTTPS URLs on the public Internet, in order, at most 20.
    urls: Vec<String>,
    /// Media types, one per URL, if the sites report wrong ones.
    #[serde(default)]
    media_types: Option<Vec<String>>,
    /// Date of the entry, `YYYY-MM-DD`, used if the pages state none; default today.
    #[serde(default)]
    date: Option<String>,
}

async fn ingest_pages_from_urls(call: ToolCall, given: IngestPageUrlsArgs) -> Result<String> {
    let media_types = given.media_types.filter(|types| !types.is_empty());
    if let Some(types) = &media_types {
        check_media_types(given.urls.len(), "urls", types.len())?;
    }
    let types = media_types.into_iter().flatten().map(Some).chain(std::iter::repeat(None));
    let wanted = given.urls.into_iter().zip(types).map(|(url, media_type)| {
        let media_type = media_type.filter(|media_type| !media_type.trim().is_empty());
        UrlRequest { url, media_type, expected: Some(UploadKind::Images), language: None }
    });
    ingest_from_urls(call, wanted.collect(), given.date).await
}

async fn ingest_from_urls(call: ToolCall, wanted: Vec<UrlRequest>, date: Option<String>) -> Result<String> {
    ingest::check_date(&call.ctx, date.as_deref())?;
    match urls::ingest_urls(&call.ctx, &wanted, date.as_deref()).await? {
        UrlResult::Upload(queued) => wait_for_result(&call, queued.job_id).await,
        UrlResult::Text(IngestOutcome::AlreadyThere { id } | IngestOutcome::EditedHere { id }) => {
            Err(Error::conflict(format!("the content is already stored as entry {id}"))
                .hint("read that entry, or delete it first to replace it"))
        }
        UrlResult::Text(IngestOutcome::Stored { id, .. } | IngestOutcome::Updated { id, .. }) => {
            Ok(format!("Entry stored:\n  ID: {id}"))
        }
        UrlResult::Text(IngestOutcome::Refused { error, .. }) => Err(error),
    }
}

fn media_kind(source_type: &str) -> Result<UploadKind> {
    match source_type {
        "image" => Ok(UploadKind::Images),
        "voice" => Ok(UploadKind::Recordings),
        _ => Err(Error::invalid("source_type is neither image nor voice").hint("use image or voice")),
    }
}

/// Returns the language of a recording; pages have none.
fn recording_language(kind: UploadKind, language: String) -> Option<String> {
    (kind == UploadKind::Recordings).then_some(language)
}

fn check_media_types(files: usize, name: &str, types: usize) -> Result<()> {
    if files == types {
        return Ok(());
    }
    Err(Error::invalid(format!("there are {files} items in {name}, but {types} in media_types"))
        .hint("send one media type per item, in the same order"))
}

/// Decodes base64 on a blocking thread. Whitespace and the prefix of a `data:` URL are ignored.
async fn decode_base64(name: &str, base64: String, media_type: String) -> Result<InMemoryFile> {
    let bytes = run_blocking(move || {
        let trimmed = base64.trim();
        let data = match trimmed.strip_prefix("data:").and_then(|url| url.split_once(";base64,")) {
            Some((_, data)) => data,
            None => trimmed,
        };
        let is_space = |byte: &u8| byte.is_ascii_whitespace();
        let data = match data.as_bytes() {
            data if data.iter().any(is_space) => {
                Cow::Owned(data.iter().copied().filter(|byte| !is_space(byte)).collect())
            }
            data => Cow::Borrowed(data),
        };
        Ok(BASE64.decode(&data))
    })
    .await?
    .map_err(|error| {
        Error::invalid(format!("{name} is not valid base64: error at character {}", error.position))
            .hint("encode the whole file in standard base64 with its padding")
    })?;
    if bytes.is_empty() {
        return Err(Error::invalid(format!("{name} is empty")).hint("send the file in base64"));
    }
    Ok(InMemoryFile { media_type, bytes })
}

/// Waits for an upload's job and reports its result or progress.
async fn wait_for_result(call: &ToolCall, id: JobId) -> Result<String> {
    let job = job_progress::wait_for_job(call, id).await?;
    match job.status.as_str() {
        "succeeded" => format_result(call, &job).await,
        "failed" | "cancelled" => {
            let why = job_progress::failure_reason(&job);
            Err(Error::conflict(why.trim_end_matches('.')).hint(format!("nothing was stored; see job {id}")))
        }
        _ => Ok(job_progress::format_pending(&job, "")),
    }
}

async fn format_result(call: &ToolCall, job: &JobView) -> Result<String> {
    let result = job.result.as_ref();
    let number = |name: &str| result.and_then(|result| result.get(name)).and_then(Value::as_i64);
    let word = |name: &str| result.and_then(|result| result.get(name)).and_then(Value::as_str).unwrap_or_default();
    let id = number("entry_id").ok_or_else(|| Error::new(Went::Internal, "the job result has no entry id"))?;
    // A caller with only the ingest scope may not read the text.
    let entry = entries::get(&call.ctx, EntryId(id)).await.ok();
    StoredEntryReport {
        id,
        date: word("entry_date"),
        of: match number("page_count") {
            Some(ingest_pages) if ingest_pages > 1 => ("Pages", ingest_pages.to_string()),
            _ => ("Source", word("source_type").to_owned()),
        },
        words: number("word_count").unwrap_or_default(),
        chunks: number("chunk_count").unwrap_or_default(),
        text: entry.as_ref().map(|entry| entry.final_text.as_str()),
        is_date_implausible: result.is_some_and(|result| result.contains_key("quarantined")),
    }
    .render(call)
}
