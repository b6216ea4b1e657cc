//! Transcription of the recordings of one upload into an entry draft.

use crate::app::context::Ctx;
use crate::config::runtime::RuntimeSettings;
use crate::domain::egress::EgressPurpose;
use crate::domain::text;
use crate::egress::{self, EgressGateway, EgressSubject};
use crate::error::{Error, Result};
use crate::providers::transcription::SpeechTranscriber;
use crate::providers::transcription::recording::{AudioRecording, SpeechTranscript};
use crate::services::ingest::entry_draft::EntrySourceFile;
use crate::services::ingest::uncertain_spans::MarkedText;
use crate::services::ingest::uploads::{ProgressReporter, UploadJob};
use crate::services::ingest::{EntryDraft, reading_cache, resolve_date, transcript_formatter};
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
    let heard = transcribe_all(ctx, upload, &runtime, report).await?;
    let parts: Vec<MarkedText> = heard.iter().map(|part| MarkedText::trimmed(&part.text, &part.spans)).collect();
    let MarkedText { text: raw, mut spans } = MarkedText::joined(&parts, "\n\n");
    if raw.is_empty() {
        return Err(Error::invalid("no speech was recognized in the upload")
            .hint("check that the recording contains audible speech"));
    }
    text::validate_entry_text(&raw)?;
    let dated = resolve_date::resolve_date(ctx, upload, &runtime, &raw).await?;
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
        page: None,
    });
    Ok(EntryDraft {
        files: files.collect(),
        raw,
        body,
        title: None,
        tags: Vec::new(),
        date,
        date_confirmed: dated.confirmed,
        source: upload.source,
        window: None,
        spans,
        upload: Some(upload.job),
        submitter: upload.submitter.clone(),
    })
}

async fn transcribe_all(
    ctx: &Ctx,
    upload: &UploadJob,
    runtime: &RuntimeSettings,
    report: &dyn ProgressReporter,
) -> Result<Vec<SpeechTranscript>> {
    let mut transcripts = Vec::with_capacity(upload.files.len());
    let mut session = None;
    for (file, done) in upload.files.iter().zip(1..) {
        let transcript = if let Some(kept) = reading_cache::load(file) {
            kept
        } else {
            if session.is_none() {
                session = Some(TranscriptionSession::open(ctx, upload, runtime).await?);
            }
            let session = session.as_ref().expect("the session was just opened");
            let transcript = session.transcribe(file).await;
            let transcript =
                transcript.map_err(|error| reading_cache::with_file_context(error, upload, file.position))?;
            reading_cache::store(ctx, upload.job, file.position, &transcript).await?;
            transcript
        };
        transcripts.push(transcript);
        report.files_done(done).await?;
    }
    Ok(transcripts)
}

/// A transcriber with its egress connection and prompt context, opened once per upload.
struct TranscriptionSession<'a> {
    ctx: &'a Ctx,
    transcriber: SpeechTranscriber,
    connection: EgressGateway,
    context: String,
    language: String,
}

impl<'a> TranscriptionSession<'a> {
    async fn open(ctx: &'a Ctx, upload: &UploadJob, runtime: &RuntimeSettings) -> Result<Self> {
        let transcriber =
            SpeechTranscriber::from_config(&ctx.app.config, runtime, &crate::app::state::AppState::read_secret_source)?;
        let line = egress::open_gateway(
            ctx,
            EgressPurpose::Transcription,
            EgressSubject { job: Some(upload.job), ..EgressSubject::default() },
        )
        .await?;
        let context = if runtime.is_on("transcription_context_enabled") {
            ctx.app.reloadable_files.transcription.text()?
        } else {
            String::new()
        };
        let language = upload.language.clone().unwrap_or_else(|| LANGUAGE.to_owned());
        Ok(Self { ctx, transcriber, connection: line, context, language })
    }

    async fn transcribe(&self, file: &UploadFile) -> Result<SpeechTranscript> {
        let media_type = file.media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let open = reading_cache::original_opener(self.ctx, file).await?;
        let recording = AudioRecording { bytes: file.plain_bytes, media_type, open };
        self.transcriber.transcribe(&self.connection, &recording, &self.language, &self.context).await
    }
}
