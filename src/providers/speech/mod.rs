//! Writing down recordings.

mod confidence;
mod gemini;
mod inline;
mod openai;
mod persistence;
mod prompt;
mod shadow;
#[cfg(test)]
mod tests;

use std::time::Duration;

use serde::Deserialize;
use serde::Serialize;

use crate::config::Config;
use crate::config::runtime::Runtime;
use crate::error::Error;
use crate::error::Result;
use crate::model::entry::CharRange;
use crate::net::wire::Line;
use crate::net::wire::Opener;
use crate::net::wire::Stream;
use crate::providers::endpoint::Endpoint;
use crate::providers::endpoint::Reveal;
use crate::providers::endpoint::Vendor;
use crate::providers::failure;
use crate::providers::spans;
use crate::providers::speech::persistence::Persistence;

/// A recording; never held in memory.
pub(crate) struct Recording {
    pub(crate) bytes: u64,
    /// Without parameters.
    pub(crate) media_type: String,
    pub(crate) open: Opener,
}

impl Recording {
    fn stream(&self) -> Stream {
        Stream { bytes: self.bytes, open: self.open.clone() }
    }
}

/// What was said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Transcript {
    pub(crate) text: String,
    /// Doubtful places, in order, none touching another.
    pub(crate) spans: Vec<CharRange>,
}

/// Who transcribes, as the settings say: retries, fallback and shadow are theirs.
pub(crate) struct Transcriber {
    first: Voice,
    /// What is done about errors that may pass; nothing is done where nobody takes over.
    persistence: Option<Persistence>,
    shadow: Option<Voice>,
    with_context: bool,
}

/// A model elsewhere that listens.
struct Voice {
    endpoint: Endpoint,
    model: String,
    /// Logarithm of the probability below which a word is doubtful.
    threshold: f64,
    /// Time for one request; a recording takes longer than a question.
    timeout: Duration,
}

/// Times the usual time for an answer that a recording gets.
const PATIENCE: u32 = 10;

/// Returns the model that is asked where none is named.
const fn usual_model(vendor: Vendor) -> Option<&'static str> {
    match vendor {
        Vendor::OpenAi => Some("gpt-4o-transcribe"),
        Vendor::Gemini => Some("gemini-2.5-pro"),
        Vendor::Anthropic => None,
    }
}

/// Returns the model that is asked, of the provider that is named and the model that is wanted, as people are shown it.
pub(crate) fn model(provider: &str, wanted: Option<&str>) -> Option<String> {
    let vendor = vendor("TRANSCRIPTION_PROVIDER", provider).ok()?;
    usual_model(vendor).map(|usual| vendor.model(wanted, usual))
}

fn vendor(setting: &str, provider: &str) -> Result<Vendor> {
    let known = [Vendor::OpenAi, Vendor::Gemini];
    let found = known.into_iter().find(|vendor| vendor.name() == provider);
    found.ok_or_else(|| failure::unknown(setting, provider, &known))
}

impl Transcriber {
    /// Chooses who transcribes. Nothing is sent yet.
    ///
    /// # Errors
    /// `Conflict` when nobody is configured.
    pub(crate) fn chosen(config: &Config, runtime: &Runtime, reveal: Reveal<'_>) -> Result<Self> {
        let providers = &config.providers;
        let voice = |vendor, wanted: Option<&str>, instead| Voice::new(vendor, wanted, config, reveal, instead);
        let provider = vendor("TRANSCRIPTION_PROVIDER", &providers.transcription_provider)?;
        let first = voice(provider, Some(&providers.transcription_model), "TRANSCRIPTION_PROVIDER to somebody else")?;
        let shadow = providers.shadow_provider.as_deref().map(|name| {
            let provider = vendor("TRANSCRIPTION_SHADOW_PROVIDER", name)?;
            voice(provider, providers.shadow_model.as_deref(), "TRANSCRIPTION_SHADOW_PROVIDER to nobody")
        });
        // Where the fallback has no key there is none: to ask for one would make a key of OpenAI's a duty.
        let fallback = if providers.fallback_enabled && config.outside.transcription.is_configured() {
            Some(voice(Vendor::OpenAi, Some(&providers.fallback_model), "TRANSCRIPTION_FALLBACK_ENABLED to false")?)
        } else {
            None
        };
        let other =
            fallback.filter(|other| other.endpoint.vendor != first.endpoint.vendor || other.model != first.model);
        Ok(Self {
            persistence: other.map(|other| Persistence::new(other, providers)),
            first,
            shadow: shadow.transpose()?,
            with_context: runtime.is_on("transcription_context_enabled"),
        })
    }

    /// Transcribes one recording; `context` are the owner's names and words.
    ///
    /// # Errors
    /// `Upstream`, passing or not, and `Invalid` for a recording that nobody will ever take, or without any words.
    pub(crate) async fn transcribe(
        &self,
        line: &dyn Line,
        recording: &Recording,
        language: &str,
        context: &str,
    ) -> Result<Transcript> {
        let context = if self.with_context { context.trim() } else { "" };
        let first = async {
            match &self.persistence {
                Some(persistence) => persistence.transcribe(&self.first, line, recording, language, context).await,
                None => self.first.transcribe(line, recording, language, context).await,
            }
        };
        let transcript = match &self.shadow {
            None => first.await?,
            Some(shadow) => {
                let (first, second) = tokio::join!(first, shadow.transcribe(line, recording, language, context));
                shadow::compare(&self.first.label(), &shadow.label(), &first, &second);
                first?
            }
        };
        if transcript.text.trim().is_empty() {
            return Err(Error::invalid("no words were heard in the recording").hint("listen to it; is it silent?"));
        }
        Ok(transcript)
    }
}

impl Voice {
    fn new(vendor: Vendor, wanted: Option<&str>, config: &Config, reveal: Reveal<'_>, instead: &str) -> Result<Self> {
        let outside = &config.outside;
        let account = if vendor == Vendor::Gemini { &outside.gemini } else { &outside.transcription };
        Ok(Self {
            endpoint: Endpoint::new(vendor, account, outside, reveal, ("transcribe recordings", instead))?,
            model: vendor.model(wanted, usual_model(vendor).unwrap_or_default()),
            threshold: outside.confidence_threshold,
            timeout: outside.timeout * PATIENCE,
        })
    }

    /// Names the model in the log.
    fn label(&self) -> String {
        format!("{}/{}", self.endpoint.vendor.name(), self.model)
    }

    async fn transcribe(
        &self,
        line: &dyn Line,
        recording: &Recording,
        language: &str,
        context: &str,
    ) -> Result<Transcript> {
        let heard = if self.endpoint.vendor == Vendor::Gemini {
            gemini::transcribe(self, line, recording, language, context).await?
        } else {
            openai::transcribe(self, line, recording, language, context).await?
        };
        let (text, spans) = spans::unveiled(line, &heard.text, heard.spans);
        Ok(Transcript { text, spans })
    }
}

/// Returns a language if it looks like the code of one; it is a hint, and nothing else belongs into a request.
fn code(language: &str) -> Option<&str> {
    let fits =
        (2..=16).contains(&language.len()) && language.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-');
    fits.then_some(language)
}
