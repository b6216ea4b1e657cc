//! OCR of handwritten and printed pages.

mod dual_pass;
pub(crate) mod page;
mod postprocess;
mod prompt;
mod tesseract;
#[cfg(test)]
mod tests;
mod uncertainty_markers;

use crate::config::Config;
use crate::config::runtime::RuntimeSettings;
use crate::error::{Error, Result};
use crate::net::transport::ProviderTransport;
use crate::providers::endpoint::{AiProvider, ProviderEndpoint, SecretReader};
use crate::providers::llm_request::{LlmMedia, LlmRequest};
use crate::providers::ocr::page::{PagePhoto, PagePosition, PageText};
use crate::providers::ocr::tesseract::TesseractOcr;
use crate::providers::{provider_error, uncertain_spans};

/// Maximum tokens of a page; a notebook page has less than a tenth.
const MAX_TOKENS: u32 = 4096;

/// Configured OCR engine.
pub(crate) struct OcrEngine(OcrBackend);

enum OcrBackend {
    Single(RemoteOcr),
    /// Dual pass: the first result is primary, the second marks uncertain words.
    DualPass(RemoteOcr, RemoteOcr),
    Tesseract(TesseractOcr),
}

/// Remote OCR model.
struct RemoteOcr {
    endpoint: ProviderEndpoint,
    model: String,
    cache_ttl: String,
}

/// Returns a provider's default model.
const fn default_model(vendor: AiProvider) -> &'static str {
    match vendor {
        AiProvider::Anthropic => "claude-opus-4-6",
        AiProvider::OpenAi => "gpt-4o",
        AiProvider::Gemini => "gemini-2.5-pro",
    }
}

/// Returns provider and model for display. In dual pass each provider uses its default model.
pub(crate) fn provider_and_model(config: &Config, runtime: &RuntimeSettings) -> (String, String) {
    let provider = runtime.choice("ocr_provider").unwrap_or_default();
    let model = match AiProvider::from_name(provider) {
        Some(vendor) if runtime.is_on("ocr_dual_pass") => default_model(vendor).to_owned(),
        Some(vendor) => effective_model(vendor, config),
        None => tesseract::LANGUAGE.to_owned(),
    };
    (provider.to_owned(), model)
}

fn effective_model(vendor: AiProvider, config: &Config) -> String {
    vendor.model_or_default(config.providers.ocr_model.as_deref(), default_model(vendor))
}

impl OcrEngine {
    /// Creates the engine from the settings; sends nothing.
    ///
    /// # Errors
    /// `Conflict` if the provider is not configured.
    pub(crate) fn from_config(config: &Config, runtime: &RuntimeSettings, reveal: SecretReader<'_>) -> Result<Self> {
        let provider = runtime.choice("ocr_provider").unwrap_or_default();
        let remote = |vendor, model| RemoteOcr::new(vendor, model, config, reveal);
        let default_remote = |vendor| remote(vendor, default_model(vendor).to_owned());
        let dual = runtime.is_on("ocr_dual_pass");
        let backend = match AiProvider::from_name(provider) {
            Some(AiProvider::Anthropic | AiProvider::Gemini) if dual => {
                OcrBackend::DualPass(default_remote(AiProvider::Anthropic)?, default_remote(AiProvider::Gemini)?)
            }
            // With any other provider the operator has not agreed to the two of dual pass.
            _ if dual => {
                return Err(Error::conflict(format!("dual-pass OCR is not available with the provider {provider}"))
                    .hint("set OCR_DUAL_PASS to false, or OCR_PROVIDER to anthropic or gemini"));
            }
            Some(vendor) => OcrBackend::Single(remote(vendor, effective_model(vendor, config))?),
            None if provider == "tesseract" => {
                OcrBackend::Tesseract(TesseractOcr::new(config.external_services.timeout))
            }
            None => return Err(provider_error::unknown_provider("OCR_PROVIDER", provider, &AiProvider::ALL)),
        };
        Ok(Self(backend))
    }

    /// Returns true for a local engine, for which
    /// [`NullTransport`](crate::providers::null_transport::NullTransport) suffices.
    pub(crate) const fn is_local(&self) -> bool {
        matches!(self.0, OcrBackend::Tesseract(_))
    }

    /// Recognises one page; `context` holds the owner's names and words.
    ///
    /// # Errors
    /// `Upstream`, transient or not, and `Invalid` for a page that the engine rejects or that has no words.
    pub(crate) async fn recognise(
        &self,
        transport: &dyn ProviderTransport,
        page: &PagePhoto,
        position: PagePosition,
        context: &str,
    ) -> Result<PageText> {
        let reading = match &self.0 {
            OcrBackend::Single(remote) => remote.recognise(transport, page, position, context).await?,
            OcrBackend::DualPass(first, second) => {
                // Both run to completion, so that the usage of each is recorded.
                let (first, second) = tokio::join!(
                    first.recognise(transport, page, position, context),
                    second.recognise(transport, page, position, context)
                );
                let (first, second) = require_both(first, second)?;
                dual_pass::reconcile(&first, &second)
            }
            OcrBackend::Tesseract(tesseract) => tesseract.recognise(page).await?,
        };
        if reading.text.trim().is_empty() {
            return Err(Error::invalid("no words were found on the page")
                .hint("send a sharper photograph, or leave the page out"));
        }
        Ok(reading)
    }
}

/// Returns both results. A permanent error takes precedence over a transient one, as a retry could not succeed.
fn require_both(first: Result<PageText>, second: Result<PageText>) -> Result<(PageText, PageText)> {
    match (first, second) {
        (Ok(first), Ok(second)) => Ok((first, second)),
        (Err(first), Err(second)) => Err(if first.is_transient() { second } else { first }),
        (Err(error), Ok(_)) | (Ok(_), Err(error)) => Err(error),
    }
}

impl RemoteOcr {
    fn new(vendor: AiProvider, model: String, config: &Config, reveal: SecretReader<'_>) -> Result<Self> {
        let services = &config.external_services;
        let task = ("read pages", "OCR_PROVIDER to another provider; tesseract reads print on this machine");
        let endpoint = ProviderEndpoint::new(vendor, &services.ocr, services, reveal, task)?;
        Ok(Self { endpoint, model, cache_ttl: services.context_cache_ttl.clone() })
    }

    async fn recognise(
        &self,
        transport: &dyn ProviderTransport,
        page: &PagePhoto,
        position: PagePosition,
        context: &str,
    ) -> Result<PageText> {
        let request = LlmRequest {
            model: &self.model,
            system: &prompt::system_prompt(&transport.redact(context)),
            cache_ttl: Some(&self.cache_ttl),
            media: Some(LlmMedia::Image { media_type: page.media_type, bytes: &page.bytes }),
            user: &prompt::user_prompt(position),
            // Gemini counts thinking tokens as output, so a limit would truncate pages.
            max_tokens: (self.endpoint.vendor != AiProvider::Gemini).then_some(MAX_TOKENS),
            schema: None,
            deterministic: false,
        };
        let answer = self.endpoint.complete(transport, &request).await?;
        let reading = postprocess::postprocess(&answer, position);
        let (text, spans) = uncertain_spans::restore_with_spans(transport, &reading.text, reading.spans);
        Ok(PageText { text, spans })
    }
}
