//! `OpenAI`'s transcriptions, and what speaks like them: <https://platform.openai.com/docs/api-reference/audio>.

use http::Method;

use crate::error::Result;
use crate::net::wire::Body;
use crate::net::wire::Content;
use crate::net::wire::Line;
use crate::net::wire::Part;
use crate::providers::failure;
use crate::providers::openai::usage;
use crate::providers::speech::Recording;
use crate::providers::speech::Transcript;
use crate::providers::speech::Voice;
use crate::providers::speech::code;
use crate::providers::speech::confidence;
use crate::providers::speech::prompt;

/// Models that say how sure they are of each token; others refuse to be asked.
const CONFIDENT: [&str; 2] = ["gpt-4o-transcribe", "gpt-4o-mini-transcribe"];
/// Most bytes of a reply: an hour's tokens with their probabilities are 3 MB.
const MAX_REPLY: usize = 32 << 20;

pub(super) async fn transcribe(
    voice: &Voice,
    line: &dyn Line,
    recording: &Recording,
    language: &str,
    context: &str,
) -> Result<Transcript> {
    let endpoint = &voice.endpoint;
    let text =
        |name, text: &str| Part { name, file_name: None, media_type: None, content: Content::Text(text.to_owned()) };
    let mut parts = vec![text("model", &voice.model)];
    parts.extend(code(language).map(|language| text("language", language)));
    // Veiled before it is cut, so that the cut makes half a placeholder at worst, and not half a name.
    let hint = prompt::of(&line.veil(context));
    if !hint.is_empty() {
        parts.push(text("prompt", &hint));
    }
    if CONFIDENT.contains(&voice.model.as_str()) {
        parts.extend([text("response_format", "json"), text("include[]", "logprobs")]);
    }
    parts.push(Part {
        name: "file",
        // The API tells what a file is by its name.
        file_name: Some(format!("recording.{}", extension(&recording.media_type))),
        media_type: Some(recording.media_type.clone()),
        content: Content::Stream(recording.stream()),
    });
    let mut request = endpoint.request(Method::POST, endpoint.at(["audio", "transcriptions"]), &voice.model);
    request.body = Body::Form(parts);
    request.attempts = 1;
    request.timeout = voice.timeout;
    request.max_reply = MAX_REPLY;
    let (document, receipt) = endpoint.exchange(line, request).await?;
    let heard = document["text"].as_str().ok_or_else(|| failure::stranger(endpoint))?;
    line.used(receipt, usage(&document)).await?;
    let spans = confidence::doubtful(heard, &document["logprobs"], voice.threshold);
    Ok(Transcript { text: heard.to_owned(), spans })
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
    fn a_recording_is_named_by_what_it_is() {
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
