//! Upload writer: seals each file while it is received; rows and job follow in one transaction on commit.

use std::io::Read;
use std::sync::Arc;

use serde_json::{Map, Value};
use uuid::Uuid;

use crate::app::context::Ctx;
use crate::blocking::run_blocking;
use crate::domain::entry::SourceType;
use crate::domain::id::JobId;
use crate::domain::scope::Scope;
use crate::domain::{entry_date, text};
use crate::error::{Error, Result};
use crate::providers::imaging;
use crate::services::audit::AuditRecorder;
use crate::services::ingest::uploads::file_types::{MAX_FILES, SNIFF_BYTES, UploadKind};
use crate::services::ingest::uploads::upload_status::{QueuedUpload, UploadStatus};
use crate::storage::media::{PendingUpload, SealedFile, SealingWriter};
use crate::storage::notebook::uploads;

/// Longest file name kept, in code points.
const MAX_NAME: usize = 255;

/// An upload being received. Dropping it before [`Self::commit`] removes its files.
pub struct UploadWriter {
    ctx: Ctx,
    kind: UploadKind,
    intake: Arc<PendingUpload>,
    open: Option<OpenFile>,
    files: Vec<ReceivedFile>,
    total: u64,
    date: Option<String>,
    /// True if the date was given for the entry, and not as a default.
    is_date_explicit: bool,
    source: Option<SourceType>,
    language: Option<String>,
}

/// The file being received.
struct OpenFile {
    id: Uuid,
    name: String,
    sealing: SealingWriter,
    bytes: u64,
    head: Vec<u8>,
}

/// A received file.
struct ReceivedFile {
    id: Uuid,
    name: String,
    media_type: &'static str,
    sealed: SealedFile,
}

/// Begins an upload. Memory use is bounded by one piece.
///
/// # Errors
/// `Forbidden` without the scope.
pub async fn begin_upload(ctx: &Ctx, kind: UploadKind) -> Result<UploadWriter> {
    let store = ctx.media_to_add(Scope::Ingest).await?;
    let upload = random_id(ctx)?;
    let intake = run_blocking(move || store.begin_upload(upload)).await?;
    Ok(UploadWriter {
        ctx: ctx.clone(),
        kind,
        intake: Arc::new(intake),
        open: None,
        files: Vec::new(),
        total: 0,
        date: None,
        is_date_explicit: false,
        source: None,
        language: None,
    })
}

impl UploadWriter {
    /// Begins the next file; `media_type` is the sender's declaration.
    ///
    /// # Errors
    /// `Invalid` for an unsupported type and past the file limit; as [`Self::write`] for the previous file.
    pub async fn begin_file(&mut self, name: &str, media_type: &str) -> Result<()> {
        self.finish_file().await?;
        let name = text::preview(name, MAX_NAME);
        if self.files.len() == MAX_FILES {
            return Err(
                invalid_body(format!("an upload has at most {MAX_FILES} files")).hint("send them in several uploads")
            );
        }
        let said = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if !self.kind.accepts_type(&said) {
            return Err(self.unsupported_type(&name, &text::preview(&said, MAX_NAME)));
        }
        let (id, intake) = (random_id(&self.ctx)?, self.intake.clone());
        let sealing = run_blocking(move || intake.begin_file(id)).await?;
        self.open = Some(OpenFile { id, name, sealing, bytes: 0, head: Vec::with_capacity(SNIFF_BYTES) });
        Ok(())
    }

    /// Writes the next bytes of the current file.
    ///
    /// # Errors
    /// `Invalid` when the file or the whole upload exceeds its size limit.
    pub async fn write(&mut self, piece: Vec<u8>) -> Result<()> {
        let Some(mut open) = self.open.take() else {
            return Err(invalid_body("bytes were sent before a file was started"));
        };
        let megabytes = |bytes: u64| bytes >> 20;
        open.bytes += piece.len() as u64;
        self.total += piece.len() as u64;
        if open.bytes > self.kind.max_file() {
            let limit = megabytes(self.kind.max_file());
            return Err(
                invalid_body(format!("File '{}' exceeds {limit} MB limit", open.name)).hint("send a smaller one")
            );
        }
        if self.total > self.kind.max_total() {
            return Err(Error::invalid(format!(
                "Total upload size exceeds {} MB limit",
                megabytes(self.kind.max_total())
            ))
            .code("payload_too_large")
            .with_status(413)
            .hint("send them in several uploads"));
        }
        let missing = SNIFF_BYTES.saturating_sub(open.head.len()).min(piece.len());
        open.head.extend_from_slice(&piece[..missing]);
        self.open = Some(
            run_blocking(move || {
                open.sealing.write(&piece)?;
                Ok(open)
            })
            .await?,
        );
        Ok(())
    }

    /// Sets a form field that is not a file; a blank value counts as absent.
    ///
    /// # Errors
    /// `Invalid` for an unknown or repeated field, a malformed date, and a source type that does not fit the upload
    /// kind.
    pub fn set_field(&mut self, field: &str, value: &str) -> Result<()> {
        let value = value.trim();
        let known = match (field, self.kind) {
            ("entry_date", _) => self.date.is_none(),
            ("source_type", UploadKind::Recordings) => self.source.is_none(),
            _ => false,
        };
        if !known {
            return Err(Error::invalid("the form has an unknown or repeated field")
                .code("invalid_field")
                .hint("`GET /api/openapi.json` lists the fields"));
        }
        if value.is_empty() {
            return Ok(());
        }
        if field == "entry_date" {
            self.date = Some(entry_date::parse(value)?.to_string());
            return Ok(());
        }
        let source: SourceType = value.parse()?;
        if !self.kind.accepts_source(source) {
            return Err(Error::invalid("the source type does not fit a recording")
                .code("invalid_field")
                .hint("use voice or imported_audio_file"));
        }
        self.source = Some(source);
        Ok(())
    }

    /// Sets the date of the entry, which takes precedence over every other date.
    ///
    /// # Errors
    /// `Invalid` for a malformed date.
    pub fn set_explicit_date(&mut self, date: &str) -> Result<()> {
        self.is_date_explicit = true;
        self.set_field("entry_date", date)
    }

    /// Sets the language of the speech in the recordings.
    ///
    /// # Errors
    /// `Invalid` for a malformed language code.
    pub fn set_language(&mut self, code: &str) -> Result<()> {
        let code = code.trim();
        let is_code =
            (2..=16).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-');
        if !is_code {
            return Err(invalid_body("the language is not a language code").hint("use a code such as en, nl or pt-BR"));
        }
        self.language = Some(code.to_owned());
        Ok(())
    }

    /// Commits the upload: files, rows and job become durable together or not at all.
    ///
    /// # Errors
    /// `Invalid` for an upload without files; as [`Self::write`] for the last file.
    pub async fn commit(mut self) -> Result<QueuedUpload> {
        self.finish_file().await?;
        if self.files.is_empty() {
            let (one, field) = (self.kind.file_label(), self.kind.form_field());
            return Err(Error::invalid(format!("At least one {one} is required in the '{field}' field"))
                .code("invalid_body")
                .hint("send multipart/form-data with the files"));
        }
        let job = JobId::draw(self.ctx.app.entropy.as_ref())?;
        let (ctx, params, trail) = (self.ctx.clone(), self.params(), AuditRecorder::from_ctx(&self.ctx));
        // The blocking task runs to its end: a client that disconnects cannot separate the files from their rows.
        let by = uploads::UploadedBy {
            via: ctx.caller.auth_method_label(),
            author: ctx.author(),
            boundary: ctx.caller.boundary().cloned(),
        };
        ctx.with_notebook_restricted(Scope::Ingest, move |notebook, within| {
            // The access boundary is checked early for a date that was sent; dates on the pages are known only after
            // OCR.
            if let Some(date) = &self.date {
                within.ensure_visible(date, true, &[])?;
            }
            let placed = self.intake.publish()?;
            notebook.write(|db| {
                let at = trail.at();
                let files = i64::try_from(self.files.len()).unwrap_or(i64::MAX);
                uploads::enqueue(db, job, self.kind.job_kind(), &params, files, &by, at)?;
                for (file, position) in self.files.iter().zip(1..) {
                    uploads::add_media(db, file.id, file.media_type, &file.sealed, at)?;
                    uploads::add(db, job, position, file.id, &file.name, &file.sealed.plain_hash)?;
                }
                trail.media_uploaded(db, job)
            })?;
            placed.keep();
            Ok(())
        })
        .await?;
        ctx.wake_worker();
        Ok(QueuedUpload { job_id: job, status: UploadStatus::Queued })
    }

    fn params(&self) -> String {
        let mut params = Map::new();
        if let Some(date) = &self.date {
            params.insert("entry_date".to_owned(), date.as_str().into());
            params.extend(self.is_date_explicit.then(|| ("explicit_date".to_owned(), true.into())));
        }
        if self.kind == UploadKind::Recordings {
            params.insert("source_type".to_owned(), self.source.unwrap_or(SourceType::Voice).name().into());
            params.extend(self.language.as_deref().map(|code| ("language".to_owned(), code.into())));
        }
        params.insert(self.kind.file_count_param().to_owned(), self.files.len().into());
        Value::Object(params).to_string()
    }

    /// Finishes the current file, if any, and validates its content.
    async fn finish_file(&mut self) -> Result<()> {
        let Some(open) = self.open.take() else { return Ok(()) };
        let OpenFile { id, name, sealing, bytes, head } = open;
        if bytes == 0 {
            return Err(invalid_body(format!("File '{name}' is empty")).hint("send it again"));
        }
        let sealed = run_blocking(move || sealing.finish()).await?;
        let Some(media_type) = self.kind.sniff(&head) else {
            let said = infer::get(&head).map_or("unknown", |found| found.mime_type());
            return Err(self.unsupported_type(&name, said));
        };
        if self.kind == UploadKind::Images {
            let intake = self.intake.clone();
            let open = move || Ok(Box::new(intake.reader(id)?) as Box<dyn Read + Send>);
            imaging::check(Arc::new(open)).await.map_err(|error| with_file_name(&name, error))?;
        }
        self.files.push(ReceivedFile { id, name, media_type, sealed });
        Ok(())
    }

    fn unsupported_type(&self, name: &str, media_type: &str) -> Error {
        invalid_body(format!(
            "File '{name}' has unsupported type '{media_type}'. Allowed: {}.",
            self.kind.allowed_types()
        ))
        .hint("convert it to one of these")
    }
}

/// Adds the file name to an error.
fn with_file_name(name: &str, error: Error) -> Error {
    let hint = error.hint_text().map(str::to_owned);
    let outer = Error::new(error.kind(), format!("File '{name}': {error}"));
    hint.into_iter().fold(outer.caused_by(error), Error::hint)
}

fn invalid_body(message: impl Into<String>) -> Error {
    Error::invalid(message).code("invalid_body")
}

fn random_id(ctx: &Ctx) -> Result<Uuid> {
    JobId::draw(ctx.app.entropy.as_ref()).map(|id| id.0)
}
