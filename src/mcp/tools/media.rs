//! Photographs and recordings come in, inside of the message or from an address.

use std::borrow::Cow;

use data_encoding::BASE64;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::entries;
use crate::error::Error;
use crate::error::Kind as Went;
use crate::error::Result;
use crate::ingest;
use crate::ingest::Outcome;
use crate::ingest::uploads;
use crate::ingest::uploads::Along;
use crate::ingest::uploads::Held;
use crate::ingest::uploads::Kind;
use crate::ingest::urls;
use crate::ingest::urls::Taken;
use crate::ingest::urls::Wanted;
use crate::mcp::follow;
use crate::mcp::tool::Call;
use crate::mcp::tool::Effect;
use crate::mcp::tool::Tool;
use crate::mcp::tools::ingest::Stored;
use crate::model::id::EntryId;
use crate::model::id::JobId;
use crate::model::job::Job;
use crate::model::scope::Scope;

pub(super) fn tools() -> Vec<Tool> {
    let adds: (&[Scope], Effect) = (&[Scope::Ingest], Effect::Adds);
    let fetches: (&[Scope], Effect) = (&[Scope::Ingest, Scope::IngestUrl], Effect::Fetches);
    vec![
        Tool::new(
            "journal_ingest_media",
            "Read a page or a recording",
            "Makes a journal entry of one photographed page or one recording. If it takes long, a job goes on with it.",
            adds,
            one,
        ),
        Tool::new(
            "journal_ingest_media_from_url",
            "Read a page or a recording from the web",
            "Fetches one photographed page or one recording from a public address and makes a journal entry of it.",
            fetches,
            one_from_url,
        ),
        Tool::new(
            "journal_ingest_multi_page",
            "Read several pages",
            "Makes one journal entry of several photographed pages, in their order.",
            adds,
            pages,
        ),
        Tool::new(
            "journal_ingest_multi_page_from_url",
            "Read several pages from the web",
            "Fetches photographed pages from public addresses and makes one journal entry of them, in their order.",
            fetches,
            pages_from_url,
        ),
    ]
}

/// A photograph or a recording.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct File {
    /// `image` or `voice`.
    source_type: String,
    /// The file in base64.
    data_base64: String,
    /// Its media type, such as `image/jpeg`.
    media_type: String,
    /// The entry's date, `YYYY-MM-DD`, unless the page or the voice says another; today without one.
    #[serde(default)]
    date: Option<String>,
    /// Language of a recording.
    #[serde(default = "english")]
    language: String,
}

fn english() -> String {
    "en".to_owned()
}

async fn one(call: Call, given: File) -> Result<String> {
    let kind = kind(&given.source_type)?;
    let file = decoded("data_base64", given.data_base64, given.media_type).await?;
    let along = Along { date: given.date, language: spoken(kind, given.language) };
    let queued = uploads::held(&call.ctx, kind, vec![file], &along).await?;
    become_of(&call, queued.job_id).await
}

/// The pages of one entry.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Pages {
    /// The pages in base64, in order.
    images_base64: Vec<String>,
    /// Their media types, one each.
    media_types: Vec<String>,
    /// The entry's date, `YYYY-MM-DD`, unless a page says another; today without one.
    #[serde(default)]
    date: Option<String>,
}

async fn pages(call: Call, given: Pages) -> Result<String> {
    fit(given.images_base64.len(), "images_base64", given.media_types.len())?;
    let mut files = Vec::with_capacity(given.images_base64.len());
    for ((image, media_type), number) in given.images_base64.into_iter().zip(given.media_types).zip(1..) {
        files.push(decoded(&format!("item {number} of images_base64"), image, media_type).await?);
    }
    let along = Along { date: given.date, language: None };
    let queued = uploads::held(&call.ctx, Kind::Images, files, &along).await?;
    become_of(&call, queued.job_id).await
}

/// An address.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct MediaUrl {
    /// `image` or `voice`.
    source_type: String,
    /// An http or https address on the public Internet.
    url: String,
    /// Its media type, where the site says a wrong one.
    #[serde(default)]
    media_type: Option<String>,
    /// The entry's date, `YYYY-MM-DD`, unless the page or the voice says another; today without one.
    #[serde(default)]
    date: Option<String>,
    /// Language of a recording.
    #[serde(default = "english")]
    language: String,
}

async fn one_from_url(call: Call, given: MediaUrl) -> Result<String> {
    let kind = kind(&given.source_type)?;
    let (media_type, language) = (given.media_type, spoken(kind, given.language));
    fetched(call, vec![Wanted { url: given.url, media_type, expected: Some(kind), language }], given.date).await
}

/// Addresses of the pages of one entry.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PageUrls {
    /// http or https addresses on the public Internet, in order, at most 20.
    urls: Vec<String>,
    /// Their media types, one each, where the sites say wrong ones.
    #[serde(default)]
    media_types: Option<Vec<String>>,
    /// The entry's date, `YYYY-MM-DD`, unless a page says another; today without one.
    #[serde(default)]
    date: Option<String>,
}

async fn pages_from_url(call: Call, given: PageUrls) -> Result<String> {
    let media_types = given.media_types.filter(|types| !types.is_empty());
    if let Some(types) = &media_types {
        fit(given.urls.len(), "urls", types.len())?;
    }
    let types = media_types.into_iter().flatten().map(Some).chain(std::iter::repeat(None));
    let wanted = given.urls.into_iter().zip(types).map(|(url, media_type)| {
        let media_type = media_type.filter(|media_type| !media_type.trim().is_empty());
        Wanted { url, media_type, expected: Some(Kind::Images), language: None }
    });
    fetched(call, wanted.collect(), given.date).await
}

async fn fetched(call: Call, wanted: Vec<Wanted>, date: Option<String>) -> Result<String> {
    ingest::check_date(&call.ctx, date.as_deref())?;
    match urls::take(&call.ctx, &wanted, date.as_deref()).await? {
        Taken::Upload(queued) => become_of(&call, queued.job_id).await,
        Taken::Text(Outcome::AlreadyThere { id }) => {
            Err(Error::conflict(format!("what is there is already in entry {id}"))
                .hint("read that entry; it has to be deleted first if this is to replace it"))
        }
        Taken::Text(Outcome::Stored { id, .. }) => Ok(format!("Entry stored:\n  ID: {id}")),
        Taken::Text(Outcome::Refused { error, .. }) => Err(error),
    }
}

fn kind(source_type: &str) -> Result<Kind> {
    match source_type {
        "image" => Ok(Kind::Images),
        "voice" => Ok(Kind::Recordings),
        _ => Err(Error::invalid("the source_type is neither image nor voice").hint("give one of the two")),
    }
}

/// Nobody speaks on a page.
fn spoken(kind: Kind, language: String) -> Option<String> {
    (kind == Kind::Recordings).then_some(language)
}

fn fit(files: usize, name: &str, types: usize) -> Result<()> {
    if files == types {
        return Ok(());
    }
    Err(Error::invalid(format!("there are {files} items in {name}, but {types} in media_types"))
        .hint("give one media type for each, in the same order"))
}

/// Reads base64 on a thread that may take its time. White space in it counts for nothing, and neither does what browsers
/// put before it.
async fn decoded(name: &str, base64: String, media_type: String) -> Result<Held> {
    let read = tokio::task::spawn_blocking(move || {
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
        BASE64.decode(&data)
    });
    let read = read.await.map_err(|error| Error::internal("reading base64", error))?;
    let bytes = read.map_err(|error| {
        Error::invalid(format!("{name} is not base64: it breaks at character {}", error.position))
            .hint("encode the whole file in standard base64 with its padding")
    })?;
    if bytes.is_empty() {
        return Err(Error::invalid(format!("{name} is empty")).hint("send the file in base64"));
    }
    Ok(Held { media_type, bytes })
}

/// Waits for the job of an upload, and tells what became of it so far.
async fn become_of(call: &Call, id: JobId) -> Result<String> {
    let job = follow::job(call, id).await?;
    match job.status.as_str() {
        "succeeded" => stored(call, &job).await,
        "failed" | "cancelled" => {
            let why = job.error_message.unwrap_or_else(|| "the job was called off".to_owned());
            Err(Error::conflict(why.trim_end_matches('.')).hint(format!("nothing was stored; it was job {id}")))
        }
        _ => {
            let why = job.status_detail.map_or_else(String::new, |why| format!(" ({why})"));
            let (done, total) = (job.progress_current, job.progress_total);
            Ok(format!(
                "Still being worked on{why}: {done} of {total} done.\n  Job: {id}\n  Ask journal_get_job_status for it."
            ))
        }
    }
}

async fn stored(call: &Call, job: &Job) -> Result<String> {
    let result = job.result.as_ref();
    let number = |name: &str| result.and_then(|result| result.get(name)).and_then(Value::as_i64);
    let word = |name: &str| result.and_then(|result| result.get(name)).and_then(Value::as_str).unwrap_or_default();
    let id = number("entry_id").ok_or_else(|| Error::new(Went::Internal, "a job that made no entry"))?;
    // Whoever may only add does not read what was made of it.
    let entry = entries::get(&call.ctx, EntryId(id)).await.ok();
    Stored {
        id,
        date: word("entry_date"),
        of: match number("page_count") {
            Some(pages) if pages > 1 => ("Pages", pages.to_string()),
            _ => ("Source", word("source_type").to_owned()),
        },
        words: number("word_count").unwrap_or_default(),
        chunks: number("chunk_count").unwrap_or_default(),
        text: entry.as_ref().map(|entry| entry.final_text.as_str()),
        doubtful: result.is_some_and(|result| result.contains_key("quarantined")),
    }
    .told(call.ctx.app.entropy.as_ref())
}
