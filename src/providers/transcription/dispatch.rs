//! Transcription by the API of the provider.

use crate::error::Result;
use crate::net::transport::ProviderTransport;
use crate::providers::endpoint::AiProvider;
use crate::providers::transcription::recording::{SpeechTranscript, TranscriptionRequest};
use crate::providers::transcription::remote::RemoteTranscriber;
use crate::providers::transcription::{gemini, openai};
use crate::providers::uncertain_spans::restore_with_spans;

/// Transcribes a recording once and restores redacted words.
pub(super) async fn transcribe(
    remote: &RemoteTranscriber,
    transport: &dyn ProviderTransport,
    request: TranscriptionRequest<'_>,
) -> Result<SpeechTranscript> {
    let redacted = if remote.endpoint.vendor == AiProvider::Gemini {
        gemini::transcribe(remote, transport, request).await?
    } else {
        openai::transcribe(remote, transport, request).await?
    };
    let (text, spans) = restore_with_spans(transport, &redacted.text, redacted.spans);
    Ok(SpeechTranscript { text, spans })
}
