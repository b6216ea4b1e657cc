//! OCR of the photographed pages of one upload into an entry draft.

use crate::app::context::Ctx;
use crate::app::state::AppState;
use crate::blocking::run_blocking;
use crate::config::runtime::RuntimeSettings;
use crate::domain::egress::EgressPurpose;
use crate::domain::entry::SourceType;
use crate::domain::text;
use crate::egress::{self, EgressSubject};
use crate::error::{Error, Result};
use crate::net::transport::ProviderTransport;
use crate::providers::imaging;
use crate::providers::null_transport::NullTransport;
use crate::providers::ocr::OcrEngine;
use crate::providers::ocr::page::{PagePosition, PageText};
use crate::services::ingest::entry_draft::EntrySourceFile;
use crate::services::ingest::page_markers::AssembledPages;
use crate::services::ingest::reading_cache::{self, ReadingSession};
use crate::services::ingest::resolve_date::ResolvedDate;
use crate::services::ingest::uncertain_spans::{code_points, shift_and_clip};
use crate::services::ingest::uploads::{ProgressReporter, UploadJob};
use crate::services::ingest::{EntryDraft, resolve_date};
use crate::storage::notebook::uploads::UploadFile;

/// Reads the pages of an upload and builds the draft, reusing results of an earlier attempt.
///
/// # Errors
/// `Conflict` naming the page whose bytes the notebook already has; `Invalid` for a file that is not an image or has no
/// text; and the OCR provider's errors.
pub(crate) async fn draft(ctx: &Ctx, upload: &UploadJob, report: &dyn ProgressReporter) -> Result<EntryDraft> {
    reading_cache::reject_duplicates(ctx, upload).await?;
    let runtime = reading_cache::load_runtime(ctx).await?;
    let readings = reading_cache::read_all::<OcrSession>(ctx, upload, &runtime, report).await?;
    let pages = AssembledPages::assemble(readings.iter().map(|page| (page.text.as_str(), page.spans.as_slice())));
    if pages.has_conflicting_markers {
        tracing::warn!(job = %upload.job, "contradictory entry markers; the whole text is kept");
    }
    let (content, start) = pages.content();
    if content.is_empty() {
        return Err(
            Error::invalid("no text was found in the photos").hint("photograph the pages closer and in better light")
        );
    }
    let body = text::validate_entry_text(content)?.to_owned();
    let ResolvedDate { checked: dated, dating } = resolve_date::resolve_date(ctx, upload, &runtime, &body).await?;
    let (date, length) = (dated.date.to_string(), code_points(&pages.raw));
    let mut spans = pages.spans;
    spans.extend(shift_and_clip(dated.uncertain_span.as_slice(), start, length));
    spans.sort_by_key(|span| (span.char_start, span.char_end));
    let files = upload.files.iter().zip(pages.texts).map(|(file, page)| EntrySourceFile {
        position: file.position,
        label: format!("image_{date}_p{}", file.position),
        media_type: file.media_type.clone(),
        hash: file.hash.clone(),
        identity: None,
        page: Some(page),
    });
    Ok(EntryDraft {
        files: files.collect(),
        date_confirmed: dated.confirmed,
        dating,
        window: pages.window,
        spans,
        upload: Some(upload.job),
        ..EntryDraft::new(pages.raw, body, dated.date, SourceType::Photo, upload.submitter.clone())
    })
}

/// Returns the role of a page by its position in the upload.
fn page_role(page: u64, of: usize) -> PagePosition {
    match (page, u64::try_from(of).unwrap_or(u64::MAX)) {
        (1, 1) => PagePosition::Single,
        (1, _) => PagePosition::First,
        (page, of) if page == of => PagePosition::Last,
        _ => PagePosition::Middle,
    }
}

/// An OCR reader with its egress connection and prompt context.
struct OcrSession {
    ctx: Ctx,
    reader: OcrEngine,
    connection: Box<dyn ProviderTransport>,
    clean: bool,
    context: String,
}

impl ReadingSession for OcrSession {
    type Reading = PageText;

    async fn open(ctx: &Ctx, upload: &UploadJob, runtime: &RuntimeSettings) -> Result<Self> {
        let (app, settings) = (ctx.app.clone(), runtime.clone());
        // On a blocking thread, because it reads the key file.
        let engine = move || OcrEngine::from_config(&app.config, &settings, &AppState::read_secret_source);
        let reader = run_blocking(engine).await?;
        // A local reader needs no egress permission, so OCR also works where egress is forbidden.
        let connection: Box<dyn ProviderTransport> = if reader.is_local() {
            Box::new(NullTransport)
        } else {
            Box::new(egress::open_gateway(ctx, EgressPurpose::Ocr, EgressSubject::for_job(upload.job)).await?)
        };
        let context = ctx.app.reloadable_files.ocr.text()?;
        Ok(Self { ctx: ctx.clone(), reader, connection, clean: runtime.is_on("preprocess_images"), context })
    }

    async fn read(&self, file: &UploadFile, page: u64, of: usize) -> Result<PageText> {
        let photo = imaging::prepare(reading_cache::original_opener(&self.ctx, file).await?, self.clean).await?;
        self.reader.recognise(self.connection.as_ref(), &photo, page_role(page, of), &self.context).await
    }
}
