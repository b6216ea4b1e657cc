//! Reading handwritten and printed pages.

mod cleanup;
mod instructions;
mod reconcile;
mod sentinels;
mod tesseract;
#[cfg(test)]
mod tests;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::config::Config;
use crate::config::runtime::Runtime;
use crate::error::Error;
use crate::error::Result;
use crate::model::entry::CharRange;
use crate::net::wire::Line;
use crate::providers::endpoint::Endpoint;
use crate::providers::endpoint::Reveal;
use crate::providers::endpoint::Vendor;
use crate::providers::failure;
use crate::providers::ocr::tesseract::Tesseract;
use crate::providers::question::Media;
use crate::providers::question::Question;
use crate::providers::spans;

/// Stands on a line of its own before the first words of an entry, where a page begins with another one's.
pub(crate) const BEGINS: &str = "<<<ENTRY BEGINS>>>";
/// Stands on a line of its own behind the last words of an entry.
pub(crate) const ENDS: &str = "<<<ENTRY ENDS>>>";

/// Most tokens of a page; a page of a notebook has less than a tenth.
const MAX_TOKENS: u32 = 4096;

/// A page as it is sent to whoever reads it.
pub(crate) struct Photo {
    pub(crate) bytes: Vec<u8>,
    /// `image/jpeg`, `image/png`, `image/gif` or `image/webp`.
    pub(crate) media_type: &'static str,
}

/// Where a page stands in its upload, which decides on the markers that it may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Only,
    First,
    Middle,
    Last,
}

impl Role {
    /// Tells whether another entry's end may stand on the page before this one's beginning.
    const fn may_begin(self) -> bool {
        matches!(self, Self::Only | Self::First)
    }

    /// Tells whether another entry's beginning may stand on the page behind this one's end.
    const fn may_end(self) -> bool {
        matches!(self, Self::Only | Self::Last)
    }
}

/// A page as it was read, cleaned up; entry markers stand on lines of their own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Reading {
    pub(crate) text: String,
    /// Doubtful places, in order, none touching another.
    pub(crate) spans: Vec<Span>,
}

/// A range of code points.
pub(crate) type Span = CharRange;

/// Who reads pages, as the settings say.
pub(crate) struct Reader(By);

enum By {
    One(Remote),
    /// Both read each page; the first counts, the second raises doubts.
    Two(Remote, Remote),
    Machine(Tesseract),
}

/// A model elsewhere.
struct Remote {
    endpoint: Endpoint,
    model: String,
    cache_ttl: String,
}

/// Returns the model that is asked where none is named.
const fn usual_model(vendor: Vendor) -> &'static str {
    match vendor {
        Vendor::Anthropic => "claude-opus-4-6",
        Vendor::OpenAi => "gpt-4o",
        Vendor::Gemini => "gemini-2.5-pro",
    }
}

/// Returns who reads pages and with which model, as people are shown it. Where two read, each does with its usual one.
pub(crate) fn described(config: &Config, runtime: &Runtime) -> (String, String) {
    let provider = runtime.choice("ocr_provider").unwrap_or_default();
    let model = match vendor(provider) {
        Some(vendor) if runtime.is_on("ocr_dual_pass") => usual_model(vendor).to_owned(),
        Some(vendor) => model(vendor, config),
        None => tesseract::LANGUAGE.to_owned(),
    };
    (provider.to_owned(), model)
}

fn vendor(provider: &str) -> Option<Vendor> {
    [Vendor::Anthropic, Vendor::OpenAi, Vendor::Gemini].into_iter().find(|vendor| vendor.name() == provider)
}

fn model(vendor: Vendor, config: &Config) -> String {
    vendor.model(config.providers.ocr_model.as_deref(), usual_model(vendor))
}

impl Reader {
    /// Chooses who reads. Nothing is sent yet.
    ///
    /// # Errors
    /// `Conflict` when nobody is configured.
    pub(crate) fn chosen(config: &Config, runtime: &Runtime, reveal: Reveal<'_>) -> Result<Self> {
        let provider = runtime.choice("ocr_provider").unwrap_or_default();
        let remote = |vendor, model| Remote::new(vendor, model, config, reveal);
        let dual = runtime.is_on("ocr_dual_pass");
        let by = match vendor(provider) {
            Some(Vendor::Anthropic | Vendor::Gemini) if dual => {
                let usual = |vendor| remote(vendor, usual_model(vendor).to_owned());
                By::Two(usual(Vendor::Anthropic)?, usual(Vendor::Gemini)?)
            }
            // Whoever chose a reader of their own did not choose two others.
            _ if dual => {
                return Err(Error::conflict(format!(
                    "two providers are to read each page, but pages are {provider}'s"
                ))
                .hint("set OCR_DUAL_PASS to false, or OCR_PROVIDER to anthropic or gemini"));
            }
            Some(vendor) => By::One(remote(vendor, model(vendor, config))?),
            None if provider == "tesseract" => By::Machine(Tesseract::new(config.outside.timeout)),
            None => return Err(failure::unknown("OCR_PROVIDER", provider, &Vendor::ALL)),
        };
        Ok(Self(by))
    }

    /// Tells whether pages are read without leaving the machine: then a [`Closed`](crate::providers::closed::Closed) line does.
    pub(crate) const fn stays_here(&self) -> bool {
        matches!(self.0, By::Machine(_))
    }

    /// Reads one page; `context` are the owner's names and words.
    ///
    /// # Errors
    /// `Upstream`, passing or not, and `Invalid` for a page that the reader will never take, or without any words.
    pub(crate) async fn read(&self, line: &dyn Line, page: &Photo, role: Role, context: &str) -> Result<Reading> {
        let reading = match &self.0 {
            By::One(remote) => remote.read(line, page, role, context).await?,
            By::Two(first, second) => {
                // Both to their ends, so that what either used is written down.
                let (first, second) =
                    tokio::join!(first.read(line, page, role, context), second.read(line, page, role, context));
                let (first, second) = both(first, second)?;
                reconcile::reconciled(&first, &second)
            }
            By::Machine(tesseract) => tesseract.read(page).await?,
        };
        if reading.text.trim().is_empty() {
            return Err(Error::invalid("no words were found on the page")
                .hint("send a sharper photograph, or leave the page out"));
        }
        Ok(reading)
    }
}

/// Returns what both read. An error that will not pass counts before one that will: trying again would be in vain.
fn both(first: Result<Reading>, second: Result<Reading>) -> Result<(Reading, Reading)> {
    match (first, second) {
        (Ok(first), Ok(second)) => Ok((first, second)),
        (Err(first), Err(second)) => Err(if first.is_passing() { second } else { first }),
        (Err(error), Ok(_)) | (Ok(_), Err(error)) => Err(error),
    }
}

impl Remote {
    fn new(vendor: Vendor, model: String, config: &Config, reveal: Reveal<'_>) -> Result<Self> {
        let outside = &config.outside;
        let account = match vendor {
            Vendor::Anthropic => &outside.anthropic,
            Vendor::OpenAi => &outside.ocr,
            Vendor::Gemini => &outside.gemini,
        };
        let about = ("read pages", "OCR_PROVIDER to somebody else; tesseract reads print on this machine");
        let endpoint = Endpoint::new(vendor, account, outside, reveal, about)?;
        Ok(Self { endpoint, model, cache_ttl: outside.context_cache_ttl.clone() })
    }

    async fn read(&self, line: &dyn Line, page: &Photo, role: Role, context: &str) -> Result<Reading> {
        let question = Question {
            model: &self.model,
            system: &instructions::system(&line.veil(context)),
            cache: Some(&self.cache_ttl),
            media: Some(Media::Image { media_type: page.media_type, bytes: &page.bytes }),
            user: &instructions::user(role),
            // Gemini counts what it thinks as output, and a bound would cut pages off.
            max_tokens: (self.endpoint.vendor != Vendor::Gemini).then_some(MAX_TOKENS),
            schema: None,
            steady: false,
        };
        let answer = self.endpoint.ask(line, &question).await?;
        let reading = cleanup::cleaned(&answer, role);
        let (text, spans) = spans::unveiled(line, &reading.text, reading.spans);
        Ok(Reading { text, spans })
    }
}
