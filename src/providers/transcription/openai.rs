//! `OpenAI` transcription API and compatible servers: <https://platform.openai.com/docs/api-reference/audio>.

use http::Method;

use crate::error::Result;
use crate::net::transport::{FormPart, FormPartContent, ProviderRequest, ProviderRequestBody, ProviderTransport};
use crate::providers::openai::parse_usage;
use crate::providers::provider_error;
use crate::providers::transcription::recording::{SpeechTranscript, TranscriptionRequest};
use crate::providers::transcription::remote::RemoteTranscriber;
use crate::providers::transcription::{confidence, prompt};

/// Models that return log probabilities; others reject the option.
const LOGPROB_MODELS: [&str; 2] = ["gpt-4o-transcribe", "gpt-4o-mini-transcribe"];
/// Maximum bytes of a response; one hour of tokens with log probabilities has 3 MB.
const MAX_RESPONSE_BYTES: usize = 32 << 20;

pub(super) async fn transcribe(
    remote: &RemoteTranscriber,
    transport: &dyn ProviderTransport,
    request: TranscriptionRequest<'_>,
) -> Result<SpeechTranscript> {
    let (endpoint, recording) = (&remote.endpoint, request.recording);
    let field = |name, text: &str| FormPart {
        name,
        file_name: None,
        media_type: None,
        content: FormPartContent::Text(text.to_owned()),
    };
    let mut parts = vec![field("model", &remote.model)];
    parts.extend(request.language_code().map(|language| field("language", language)));
    // Redacted before it is truncated, so that at worst a placeholder is cut, never a name.
    let hint = prompt::build_hint(&transport.redact(request.context));
    if !hint.is_empty() {
        parts.push(field("prompt", &hint));
    }
    if LOGPROB_MODELS.contains(&remote.model.as_str()) {
        parts.extend([field("response_format", "json"), field("include[]", "logprobs")]);
    }
    parts.push(FormPart {
        name: "file",
        // The API detects the format by the file name.
        file_name: Some(format!("recording.{}", extension(&recording.media_type))),
        media_type: Some(recording.media_type.clone()),
        content: FormPartContent::Stream(recording.stream()),
    });
    let url = endpoint.url_for(["audio", "transcriptions"]);
    let request = ProviderRequest {
        body: ProviderRequestBody::Form(parts),
        max_response_bytes: MAX_RESPONSE_BYTES,
        ..remote.single_attempt(endpoint.request(Method::POST, url, &remote.model))
    };
    let (document, ledger_id) = endpoint.send_for_json(transport, request).await?;
    let text = document["text"].as_str().ok_or_else(|| provider_error::unexpected_response(endpoint))?;
    transport.record_usage(ledger_id, parse_usage(&document)).await?;
    let spans = confidence::uncertain_words(text, &document["logprobs"], remote.threshold);
    Ok(SpeechTranscript { text: text.to_owned(), spans })
}

fn extension(media_type: &str) -> &'static str {
    match media_type {
        "audio/mp4" | "video/mp4" => "mp4",
        "audio/wav" | "audio/x-wav" | "audio/wave" | "audio/vnd.wave" => "wav",
        "audio/webm" | "video/webm" => "webm",
        "audio/ogg" | "application/ogg" => "ogg",
        "audio/flac" | "audio/x-flac" => "flac",
        "audio/m4a" | "audio/x-m4a" => "m4a",
        _ => "mp3",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recording_gets_the_extension_of_its_media_type() {
        for (media_type, wanted) in [
            ("audio/mpeg", "mp3"),
            ("audio/mp3", "mp3"),
            ("audio/mp4", "mp4"),
            ("audio/wav", "wav"),
            ("audio/x-wav", "wav"),
            ("audio/webm", "webm"),
            ("audio/ogg", "ogg"),
            ("audio/flac", "flac"),
            ("audio/m4a", "m4a"),
            ("audio/x-m4a", "m4a"),
            ("audio/unheard-of", "mp3"),
            ("", "mp3"),
        ] {
            assert_eq!(extension(media_type), wanted, "{media_type}");
        }
    }
}
