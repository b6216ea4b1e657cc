//! Ingestion of web addresses through the egress gateway, with the SSRF guard of the fetcher.

mod charset;
mod content_kind;
mod html_to_text;

use std::sync::Arc;

use jiff::civil::Date;
use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::app::context::Ctx;
use crate::app::state::AppState;
use crate::blocking::{run_blocking, run_blocking_with};
use crate::domain::egress::EgressPurpose;
use crate::domain::entry::SourceType;
use crate::domain::id::JobId;
use crate::domain::scope::Scope;
use crate::domain::{entry_date, text};
use crate::egress::{DerivedJobs, EgressSubject, FetchGate};
use crate::error::{Error, Result};
use crate::net::egress_gate::EgressGate;
use crate::net::fetch::{CheckedUrl, FetchPolicy, FetchedContent, GuardedFetcher};
use crate::services::audit::AuditRecorder;
use crate::services::ingest::entry_draft::{EntrySourceFile, EntrySubmitter};
use crate::services::ingest::uploads::{self, QueuedUpload};
use crate::services::ingest::urls::content_kind::ContentKind;
use crate::services::ingest::{self, ChangePolicy, DateHints, EntryDraft, IngestOutcome, InputFile};
use crate::storage::media::{PendingUpload, SealedFile};
use crate::storage::notebook::{sources, uploads as rows};

/// Maximum number of addresses of one entry.
pub const MAX_ADDRESSES: usize = 20;

/// An address to ingest.
#[derive(Debug, Clone, Default)]
pub struct UrlRequest {
    /// As written by the user.
    pub url: String,
    /// Media type of the content, overriding the site's.
    pub media_type: Option<String>,
    /// Required kind of the content; any other is an error.
    pub expected: Option<uploads::UploadKind>,
    /// Language code of the speech at the address.
    pub language: Option<String>,
}

/// Result of ingesting the addresses of one entry.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum UrlResult {
    /// A text, stored as an entry now or already present.
    Text(IngestOutcome),
    /// Photos or recordings, queued as an upload.
    Upload(QueuedUpload),
}

/// Fetched body of one address.
struct FetchedBody {
    /// Host of the address; path and query are not stored.
    host: String,
    /// Last path segment, searched for a date.
    name: String,
    kind: ContentKind,
    charset: Option<String>,
    bytes: Vec<u8>,
}

/// Returns whether a command-line argument is a web address.
#[must_use]
pub fn is_address(word: &str) -> bool {
    let scheme = word.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    matches!(scheme.as_deref(), Some("http" | "https"))
}

/// Fetches addresses and makes one entry of them: a single text, or photos or recordings as its parts.
///
/// # Errors
/// `Forbidden` without both scopes or if egress for fetching is not allowed; `Invalid` for addresses outside the public
/// Internet and content that cannot become an entry; `Upstream` for errors of the sites.
pub async fn ingest_urls(ctx: &Ctx, wanted: &[UrlRequest], date: Option<&str>) -> Result<UrlResult> {
    ctx.caller.authorize(Scope::IngestUrl)?;
    ctx.caller.authorize(Scope::Ingest)?;
    let slack = run_blocking_with(ctx.app.clone(), |app| {
        app.config.external_services.slack_token.as_ref().map(AppState::read_secret_source).transpose()
    });
    let slack = slack.await?;
    let fetcher = GuardedFetcher::new(FetchPolicy::for_users(ctx.app.config.external_services.name_server), slack)?;
    let gate = FetchGate { ctx, purpose: EgressPurpose::Fetch, about: EgressSubject::default(), provider: "fetch" };
    ingest_urls_with(ctx, &fetcher, &gate, wanted, date).await
}

async fn ingest_urls_with(
    ctx: &Ctx,
    fetcher: &GuardedFetcher,
    gate: &dyn EgressGate,
    wanted: &[UrlRequest],
    date: Option<&str>,
) -> Result<UrlResult> {
    let date = entry_date::parse_optional(date)?;
    if !(1..=MAX_ADDRESSES).contains(&wanted.len()) {
        return Err(Error::invalid(format!("an entry takes 1 to {MAX_ADDRESSES} addresses"))
            .hint("split them into several requests"));
    }
    // All addresses are validated before the first request is sent.
    let addresses = wanted.iter().map(|wanted| fetcher.parse_url(&wanted.url)).collect::<Result<Vec<_>>>()?;
    let mut bodies = Vec::with_capacity(wanted.len());
    for (address, wanted) in addresses.iter().zip(wanted) {
        let body = to_body(address, wanted, fetcher.get(address, gate).await?)?;
        ensure_expected_kind(wanted, &body)?;
        bodies.push(body);
    }
    match bodies.as_slice() {
        [one] if !matches!(one.kind, ContentKind::Upload(..)) => {
            let text = bodies.swap_remove(0);
            store_text(ctx, text, date).await.map(UrlResult::Text)
        }
        _ => store_uploads(ctx, bodies, date, wanted.iter().find_map(|wanted| wanted.language.as_deref())).await,
    }
}

fn to_body(address: &CheckedUrl, wanted: &UrlRequest, fetched: FetchedContent) -> Result<FetchedBody> {
    let said = fetched.content_type.as_deref();
    if fetched.body.is_empty() {
        return Err(Error::invalid("the site returned an empty body").hint("check the address"));
    }
    Ok(FetchedBody {
        host: address.host().to_owned(),
        name: address.file_name(),
        kind: content_kind::content_kind(wanted.media_type.as_deref(), said, &fetched.body)?,
        charset: content_kind::charset(wanted.media_type.as_deref())
            .or_else(|| content_kind::charset(said))
            .map(str::to_owned),
        bytes: fetched.body,
    })
}

/// Rejects content that is not of the required kind.
fn ensure_expected_kind(wanted: &UrlRequest, body: &FetchedBody) -> Result<()> {
    match (wanted.expected, &body.kind) {
        (Some(expected), ContentKind::Upload(found, _)) if *found == expected => Ok(()),
        (None, _) => Ok(()),
        (Some(uploads::UploadKind::Images), _) => Err(Error::invalid("the address does not lead to a photograph")),
        (Some(uploads::UploadKind::Recordings), _) => Err(Error::invalid("the address does not lead to a recording")),
    }
    .map_err(|error| error.hint("check the address and the requested content kind"))
}

/// Stores photos and recordings through the upload writer.
async fn store_uploads(
    ctx: &Ctx,
    bodies: Vec<FetchedBody>,
    date: Option<Date>,
    language: Option<&str>,
) -> Result<UrlResult> {
    let kinds = bodies.iter().map(|body| match &body.kind {
        ContentKind::Upload(kind, media_type) => Some((*kind, media_type)),
        _ => None,
    });
    let kinds: Option<Vec<_>> = kinds.collect();
    let Some((first, kinds)) = kinds.and_then(|kinds| Some((kinds.first()?.0, kinds))) else {
        return Err(mixed_kinds_error());
    };
    if kinds.iter().any(|(kind, _)| *kind != first) {
        return Err(mixed_kinds_error());
    }
    if let [only] = bodies.as_slice() {
        let hash = Sha256::digest(&only.bytes);
        let known = ctx.with_notebook_restricted(Scope::Ingest, move |notebook, within| {
            notebook.read(|db| sources::find_entry_by_hash(db, &hash, within))
        });
        if let Some(id) = known.await? {
            return Ok(UrlResult::Text(IngestOutcome::AlreadyThere { id }));
        }
    }
    let mut receiving = uploads::begin_upload(ctx, first).await?;
    if let Some(date) = date {
        receiving.set_field("entry_date", &date.to_string())?;
    }
    if let Some(language) = language {
        receiving.set_language(language)?;
    }
    for body in bodies {
        let ContentKind::Upload(_, media_type) = &body.kind else { return Err(mixed_kinds_error()) };
        receiving.begin_file(&source_label(&body.host), media_type).await?;
        receiving.write(body.bytes).await?;
    }
    receiving.commit().await.map(UrlResult::Upload)
}

fn mixed_kinds_error() -> Error {
    Error::invalid("the addresses of one entry must be all photos or all recordings")
        .hint("ingest the other addresses separately")
}

fn source_label(host: &str) -> String {
    format!("url:{host}")
}

/// Stores a text as an entry and the fetched bytes as its sealed original.
async fn store_text(ctx: &Ctx, body: FetchedBody, date: Option<Date>) -> Result<IngestOutcome> {
    let (draft, bytes, media_type) = draft_from_body(ctx, body, date).await?;
    let (trail, job) = (AuditRecorder::from_ctx(ctx), JobId::draw(ctx.app.entropy.as_ref())?);
    let (media, follow_ups) = (ctx.media_to_add(Scope::Ingest).await?, DerivedJobs::from_config(ctx).await?);
    let (upload, original) = (JobId::draw(ctx.app.entropy.as_ref())?.0, JobId::draw(ctx.app.entropy.as_ref())?.0);
    let outcome = ctx
        .with_notebook_restricted(Scope::Ingest, move |notebook, _| {
            if let Some(id) = notebook.read(|db| draft.find_duplicate(db))? {
                return Ok(IngestOutcome::AlreadyThere { id });
            }
            let intake = media.begin_upload(upload)?;
            let sealed = seal(&intake, original, &bytes)?;
            let placed = intake.publish()?;
            let outcome = notebook.write(|db| {
                let outcome = ingest::store(db, &draft, ChangePolicy::default(), (job, &follow_ups), &trail)?;
                if let IngestOutcome::Stored { id, .. } = &outcome {
                    rows::add_media(db, original, media_type, &sealed, trail.at())?;
                    rows::assign_to_entry(db, original, *id)?;
                }
                Ok(outcome)
            })?;
            if matches!(outcome, IngestOutcome::Stored { .. }) {
                placed.keep();
            }
            Ok(outcome)
        })
        .await?;
    ctx.wake_worker();
    Ok(outcome)
}

fn seal(intake: &PendingUpload, id: Uuid, bytes: &[u8]) -> Result<SealedFile> {
    let mut sealing = intake.begin_file(id)?;
    sealing.write(bytes)?;
    sealing.finish()
}

/// Builds a draft from a body; returns it with the bytes to seal and their media type.
async fn draft_from_body(
    ctx: &Ctx,
    body: FetchedBody,
    date: Option<Date>,
) -> Result<(EntryDraft, Vec<u8>, &'static str)> {
    let bytes = Arc::new(body.bytes);
    let (is_page, media_type) = match body.kind {
        ContentKind::Text(media_type) => (false, media_type),
        _ => (true, "text/html"),
    };
    let text = charset::decode(&bytes, body.charset.as_deref(), is_page)?;
    let file = EntrySourceFile {
        position: 1,
        label: source_label(&body.host),
        media_type: media_type.to_owned(),
        hash: Sha256::digest(bytes.as_slice()).to_vec(),
        identity: None,
        page: None,
    };
    let mut draft = if is_page {
        draft_from_html(ctx, text, date).await?
    } else {
        let incoming = InputFile::new(body.name, text.into_bytes());
        ingest::draft_from_file(ctx, &incoming, DateHints { explicit: date, fallback: None })?
    };
    draft.files = vec![file];
    Ok((draft, Arc::unwrap_or_clone(bytes), media_type))
}

/// Builds a draft from an HTML page, dated today by default: dates in the page are not those of the entry.
async fn draft_from_html(ctx: &Ctx, html: String, date: Option<Date>) -> Result<EntryDraft> {
    ingest::check_size(html.len() as u64)?;
    let date = ctx.app.entry_date_bounds().check(date.unwrap_or_else(|| ctx.today()))?;
    let _turn = ctx.app.acquire_cpu().await?;
    let page = run_blocking(move || html_to_text::html_to_text(&html)).await?;
    let text = text::validate_entry_text(&page.text)?.to_owned();
    let submitter = EntrySubmitter::from_ctx(ctx);
    let draft = EntryDraft::new(text.clone(), text, date, SourceType::ImportedTextFile, submitter);
    Ok(EntryDraft { title: page.title, ..draft })
}
