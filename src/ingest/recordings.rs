//! Recordings become one entry.

use crate::config::runtime::Runtime;
use crate::ctx::Ctx;
use crate::egress;
use crate::egress::About;
use crate::egress::Outward;
use crate::error::Error;
use crate::error::Result;
use crate::ingest::Draft;
use crate::ingest::dating;
use crate::ingest::draft::File;
use crate::ingest::formatter;
use crate::ingest::reading;
use crate::ingest::spans::Marked;
use crate::ingest::uploads::Claimed;
use crate::ingest::uploads::Report;
use crate::model::egress::Purpose;
use crate::model::text;
use crate::providers::speech::Recording;
use crate::providers::speech::Transcriber;
use crate::providers::speech::Transcript;
use crate::storage::notebook::uploads::Upload;

/// Language that transcribers are told to expect, ISO 639-1.
const LANGUAGE: &str = "en";

/// Writes the recordings of an upload down and makes a draft of them; those that an earlier attempt heard are not heard again.
///
/// # Errors
/// `Conflict` naming the recording whose bytes the notebook has already; `Invalid` for what is no recording or has no words;
/// and what the transcriber says.
pub(crate) async fn draft(ctx: &Ctx, upload: &Claimed, report: &dyn Report) -> Result<Draft> {
    reading::refuse_known(ctx, upload).await?;
    let runtime = reading::runtime(ctx).await?;
    let heard = hear_all(ctx, upload, &runtime, report).await?;
    let parts: Vec<Marked> = heard.iter().map(|part| Marked::trimmed(&part.text, &part.spans)).collect();
    let Marked { text: raw, mut spans } = Marked::joined(&parts, "\n\n");
    if raw.is_empty() {
        return Err(Error::invalid("no words were heard in what was recorded")
            .hint("play the recording: is there anybody to be heard?"));
    }
    text::checked(&raw)?;
    let dated = dating::settle(ctx, upload, &runtime, &raw).await?;
    let body = formatter::formatted(ctx, upload.job, &runtime, &raw).await;
    spans.extend(dated.doubt);
    spans.sort_by_key(|span| (span.char_start, span.char_end));
    let date = dated.date.to_string();
    let files = upload.files.iter().map(|file| File {
        position: file.position,
        label: match upload.files.len() {
            1 => format!("voice_{date}"),
            _ => format!("voice_{date}_part{}", file.position),
        },
        media_type: file.media_type.clone(),
        hash: file.hash.clone(),
        page: None,
    });
    Ok(Draft {
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
        bringer: upload.bringer.clone(),
    })
}

async fn hear_all(ctx: &Ctx, upload: &Claimed, runtime: &Runtime, report: &dyn Report) -> Result<Vec<Transcript>> {
    let mut transcripts = Vec::with_capacity(upload.files.len());
    let mut desk = None;
    for (file, done) in upload.files.iter().zip(1..) {
        let transcript = if let Some(kept) = reading::kept(file) {
            kept
        } else {
            if desk.is_none() {
                desk = Some(Desk::open(ctx, upload, runtime).await?);
            }
            let desk = desk.as_ref().expect("it was opened just now");
            let transcript = desk.hear(file).await;
            let transcript = transcript.map_err(|error| reading::of_file(error, upload, file.position))?;
            reading::keep(ctx, upload.job, file.position, &transcript).await?;
            transcript
        };
        transcripts.push(transcript);
        report.done(done).await?;
    }
    Ok(transcripts)
}

/// Whoever listens, with what they need for it.
struct Desk<'a> {
    ctx: &'a Ctx,
    transcriber: Transcriber,
    line: Outward,
    context: String,
    language: String,
}

impl<'a> Desk<'a> {
    async fn open(ctx: &'a Ctx, upload: &Claimed, runtime: &Runtime) -> Result<Self> {
        let transcriber = Transcriber::chosen(&ctx.app.config, runtime, &crate::app::App::reveal)?;
        let line =
            egress::open(ctx, Purpose::Transcription, About { job: Some(upload.job), ..About::default() }).await?;
        let context = if runtime.is_on("transcription_context_enabled") {
            ctx.app.contexts.transcription.words()?
        } else {
            String::new()
        };
        let language = upload.language.clone().unwrap_or_else(|| LANGUAGE.to_owned());
        Ok(Self { ctx, transcriber, line, context, language })
    }

    async fn hear(&self, file: &Upload) -> Result<Transcript> {
        let media_type = file.media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let open = reading::opener(self.ctx, file).await?;
        let recording = Recording { bytes: file.plain_bytes, media_type, open };
        self.transcriber.transcribe(&self.line, &recording, &self.language, &self.context).await
    }
}
