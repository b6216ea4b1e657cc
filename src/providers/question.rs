//! A question to a model, whoever it is, and what comes back.

use serde_json::Value;

use crate::error::Result;
use crate::net::wire::Line;
use crate::net::wire::Receipt;
use crate::net::wire::Request;
use crate::net::wire::Usage;
use crate::providers::anthropic;
use crate::providers::endpoint::Endpoint;
use crate::providers::endpoint::Vendor;
use crate::providers::failure;
use crate::providers::gemini;
use crate::providers::openai;

/// What a model is asked. Its texts go out as they are: whoever writes them has veiled what is the owner's.
pub(crate) struct Question<'a> {
    pub(crate) model: &'a str,
    pub(crate) system: &'a str,
    /// How long Anthropic is to keep the system's text at hand.
    pub(crate) cache: Option<&'a str>,
    pub(crate) media: Option<Media<'a>>,
    pub(crate) user: &'a str,
    pub(crate) max_tokens: Option<u32>,
    /// The shape of a JSON answer.
    pub(crate) schema: Option<&'a Value>,
    /// Whether the likeliest answer is wanted rather than a lively one.
    pub(crate) steady: bool,
}

/// What a question is about, beside its text.
#[derive(Clone, Copy)]
pub(crate) enum Media<'a> {
    Image {
        media_type: &'a str,
        bytes: &'a [u8],
    },
    /// To be put in by whoever sends the request.
    Later {
        media_type: &'a str,
    },
    /// Already at the provider's.
    File {
        media_type: &'a str,
        uri: &'a str,
    },
}

/// What a model said.
#[derive(Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) text: String,
    pub(crate) usage: Usage,
    pub(crate) end: End,
}

/// How an answer ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// By itself.
    Done,
    /// At the most tokens allowed.
    CutOff,
    /// The model or its keepers would not; their word for it.
    Refused(String),
}

impl Endpoint {
    /// Asks, and returns the answer's text, which is empty where the model has nothing to say.
    ///
    /// # Errors
    /// As [`failure`] says.
    pub(crate) async fn ask(&self, line: &dyn Line, question: &Question<'_>) -> Result<String> {
        let request = match self.vendor {
            Vendor::Anthropic => anthropic::request(self, question),
            Vendor::OpenAi => openai::request(self, question),
            Vendor::Gemini => gemini::request(self, question),
        };
        self.answer(line, request).await
    }

    /// Sends a request and reads the answer that it brings.
    ///
    /// # Errors
    /// As [`Self::ask`].
    pub(crate) async fn answer(&self, line: &dyn Line, request: Request) -> Result<String> {
        let (document, receipt) = self.exchange(line, request).await?;
        let answer = match self.vendor {
            Vendor::Anthropic => anthropic::answer(&document),
            Vendor::OpenAi => openai::answer(&document),
            Vendor::Gemini => gemini::answer(&document),
        };
        let answer = answer.ok_or_else(|| failure::stranger(self))?;
        line.used(receipt, answer.usage).await?;
        match answer.end {
            End::Done => Ok(answer.text),
            End::CutOff => Err(failure::cut_off(self)),
            End::Refused(why) => Err(failure::refused(self, &why)),
        }
    }

    /// Sends a request and returns the document of the reply.
    ///
    /// # Errors
    /// As [`Self::ask`].
    pub(crate) async fn exchange(&self, line: &dyn Line, request: Request) -> Result<(Value, Receipt)> {
        let model = request.model.clone();
        let reply = line.send(request).await?;
        if !(200..300).contains(&reply.status) {
            return Err(failure::of(self, &model, &reply));
        }
        let document = serde_json::from_slice(&reply.body).map_err(|_| failure::unreadable(self))?;
        Ok((document, reply.receipt))
    }
}
