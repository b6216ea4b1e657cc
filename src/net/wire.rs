//! Requests and replies as data: a provider writes the one and reads the other, and what lies between is not its business.

use std::fmt;
use std::future::Future;
use std::io::Read;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;
use http::Method;

use crate::error::Result;

/// An address, for those who write requests: naming the client's crate is for `net` alone.
pub(crate) use reqwest::Url;

/// A future behind a pointer, for traits that are used as objects.
pub(crate) type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Opens a stream of known length from its beginning, as often as it is sent: once for each attempt and each provider.
pub(crate) type Opener = Arc<dyn Fn() -> Result<Box<dyn Read + Send>> + Send + Sync>;

/// A request to a provider.
pub(crate) struct Request {
    /// Who is asked, as the ledger calls them.
    pub(crate) provider: &'static str,
    /// Which of their models.
    pub(crate) model: String,
    pub(crate) method: Method,
    pub(crate) url: Url,
    /// Credentials among them, marked sensitive.
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) body: Body,
    /// How often it may be sent when sending it again can help; 1 is once.
    pub(crate) attempts: u32,
    /// Time for one attempt as a whole.
    pub(crate) timeout: Duration,
    /// Most bytes of a reply that are read.
    pub(crate) max_reply: usize,
}

/// What a request carries.
pub(crate) enum Body {
    Empty,
    /// With its `Content-Type` among the headers.
    Bytes(Vec<u8>),
    /// `multipart/form-data`; the client draws the boundary and sets the header.
    Form(Vec<Part>),
    /// A stream that is never held in memory, with its `Content-Type` among the headers.
    Stream(Stream),
}

/// A part of a form.
pub(crate) struct Part {
    pub(crate) name: &'static str,
    pub(crate) file_name: Option<String>,
    pub(crate) media_type: Option<String>,
    pub(crate) content: Content,
}

/// What a part holds.
pub(crate) enum Content {
    Text(String),
    Stream(Stream),
}

/// A stream of known length.
pub(crate) struct Stream {
    pub(crate) bytes: u64,
    pub(crate) open: Opener,
}

/// What came back, whatever its status.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    /// Which row of the ledger tells of it.
    pub(crate) receipt: Receipt,
}

/// A row of the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Receipt(pub(crate) i64);

/// What a model says it used.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Usage {
    pub(crate) input_tokens: Option<i64>,
    pub(crate) output_tokens: Option<i64>,
}

/// The one way out that providers are given. The egress gate implements it: what passes here is allowed, limited,
/// and written down before it leaves.
pub(crate) trait Line: Send + Sync {
    /// Sends a request, again where that can help, and returns the last reply.
    ///
    /// # Errors
    /// `Upstream` when nothing answered; it says whether later may help. A reply of any status is no error here.
    fn send(&self, request: Request) -> Boxed<'_, Result<Reply>>;

    /// Writes down what a reply's model used.
    fn used(&self, receipt: Receipt, usage: Usage) -> Boxed<'_, Result<()>>;

    /// Puts placeholders where a text has what its owner keeps back. Every text of a request goes through here.
    fn veil(&self, text: &str) -> String;

    /// Puts back what [`Self::veil`] took out.
    fn unveil(&self, text: &str) -> String;
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Neither headers nor body: the one has credentials, the other content.
        f.debug_struct("Request").field("provider", &self.provider).field("model", &self.model).finish_non_exhaustive()
    }
}
