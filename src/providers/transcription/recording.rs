//! Recording, request to transcribe it, and transcript.

use serde::{Deserialize, Serialize};

use crate::domain::entry::CharRange;
use crate::net::transport::{SizedStream, StreamFactory};

/// Recording as a stream; never held in memory as a whole.
pub(crate) struct AudioRecording {
    pub(crate) bytes: u64,
    /// Media type without parameters.
    pub(crate) media_type: String,
    pub(crate) open: StreamFactory,
}

impl AudioRecording {
    pub(super) fn stream(&self) -> SizedStream {
        SizedStream { bytes: self.bytes, open: self.open.clone() }
    }
}

/// Request to transcribe a recording.
#[derive(Clone, Copy)]
pub(super) struct TranscriptionRequest<'a> {
    pub(super) recording: &'a AudioRecording,
    pub(super) language: &'a str,
    /// The owner's names and words; empty for none.
    pub(super) context: &'a str,
}

impl<'a> TranscriptionRequest<'a> {
    /// Returns the language if it looks like a language code; any other text must not reach a provider.
    pub(super) fn language_code(self) -> Option<&'a str> {
        let is_code = |text: &&str| text.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-');
        Some(self.language).filter(|text| (2..=16).contains(&text.len())).filter(is_code)
    }
}

/// Text of a recording with its uncertain spans.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SpeechTranscript {
    pub(crate) text: String,
    /// Uncertain spans, sorted, not touching.
    pub(crate) spans: Vec<CharRange>,
}
