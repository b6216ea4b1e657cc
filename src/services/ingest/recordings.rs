//! Transcription of the recordings of one upload into an entry draft.

use crate::app::context::Ctx;
use crate::app::state::AppState;
use crate::blocking::run_blocking;
use crate::config::runtime::RuntimeSettings;
use crate::domain::egress::EgressPurpose;
use crate::domain::text;
use crate::egress::{self, EgressGateway, EgressSubject};
use crate::error::{Error, Result};
use crate::providers::transcription::SpeechTranscriber;
use crate::providers::transcription::recording::{AudioRecording, SpeechTranscript};
use crate::services::ingest::entry_draft::EntrySourceFile;
use crate::services::ingest::reading_cache::{self, ReadingSession};
use crate::services::ingest::resolve_date::ResolvedDate;
use crate::services::ingest::uncertain_spans::MarkedText;
use crate::services::ingest::uploads::{ProgressReporter, UploadJob};
use crate::services::ingest::{EntryDraft, resolve_date, transcript_formatter};
use crate::storage::notebook::uploads::UploadFile;

/// Default language for transcription, ISO 639-1.
const LANGUAGE: &str = "en";

/// Transcribes the recordings of an upload and builds the draft, reusing results of an earlier attempt.
///
/// # Errors
/// `Conflict` naming the recording whose bytes the notebook already has; `Invalid` for a file that is not a recording
/// or has no speech; and the transcriber's errors.
pub(crate) async fn draft(ctx: &Ctx, upload: &UploadJob, report: &dyn ProgressReporter) -> Result<EntryDraft> {
    reading_cache::reject_duplicates(ctx, upload).await?;
    let runtime = reading_cache::load_runtime(ctx).await?;
    let heard = reading_cache::read_all::<TranscriptionSession>(ctx, upload, &runtime, report).await?;
    let parts: Vec<MarkedText> = heard.iter().map(|part| MarkedText::trimmed(&part.text, &part.spans)).collect();
    let MarkedText { text: raw, mut spans } = MarkedText::joined(&parts, "\n\n");
    if raw.is_empty() {
        return Err(Error::invalid("no speech was recognized in the upload")
            .hint("check that the recording contains audible speech"));
    }
    text::validate_entry_text(&raw)?;
    let ResolvedDate { checked: dated, dating } = resolve_date::resolve_date(ctx, upload, &runtime, &raw).await?;
    let body = transcript_formatter::format_transcript(ctx, upload.job, &runtime, &raw).await;
    spans.extend(dated.uncertain_span);
    spans.sort_by_key(|span| (span.char_start, span.char_end));
    let date = dated.date.to_string();
    let files = upload.files.iter().map(|file| EntrySourceFile {
        position: file.position,
        label: match upload.files.len() {
            1 => format!("voice_{date}"),
            _ => format!("voice_{date}_part{}", file.position),
        },
        media_type: file.media_type.clone(),
        hash: file.hash.clone(),
        identity: None,
        page: None,
    });
    Ok(EntryDraft {
        files: files.collect(),
        date_confirmed: dated.confirmed,
        dating,
        spans,
        upload: Some(upload.job),
        ..EntryDraft::new(raw, body, dated.date, upload.source, upload.submitter.clone())
    })
}

/// A transcriber with its egress connection and prompt context.
struct TranscriptionSession {
    ctx: Ctx,
    transcriber: SpeechTranscriber,
    connection: EgressGateway,
    context: String,
    language: String,
}

impl ReadingSession for TranscriptionSession {
    type Reading = SpeechTranscript;

    async fn open(ctx: &Ctx, upload: &UploadJob, runtime: &RuntimeSettings) -> Result<Self> {
        let (app, settings) = (ctx.app.clone(), runtime.clone());
        // On a blocking thread, because it reads the key file.
        let models = move || SpeechTranscriber::from_config(&app.config, &settings, &AppState::read_secret_source);
        let transcriber = run_blocking(models).await?;
        let about = EgressSubject::for_job(upload.job);
        let connection = egress::open_gateway(ctx, EgressPurpose::Transcription, about).await?;
        let context = if runtime.is_on("transcription_context_enabled") {
            ctx.app.reloadable_files.transcription.text()?
        } else {
            String::new()
        };
        let language = upload.language.clone().unwrap_or_else(|| LANGUAGE.to_owned());
        Ok(Self { ctx: ctx.clone(), transcriber, connection, context, language })
    }

    async fn read(&self, file: &UploadFile, _: u64, _: usize) -> Result<SpeechTranscript> {
        let media_type = file.media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let open = reading_cache::original_opener(&self.ctx, file).await?;
        let recording = AudioRecording { bytes: file.plain_bytes, media_type, open };
        self.transcriber.transcribe(&self.connection, &recording, &self.language, &self.context).await
    }
}
