//! Vectors by a provider that speaks OpenAI's embeddings API.

use std::time::Duration;

use http::HeaderName;
use http::HeaderValue;
use http::Method;
use http::header;
use serde::Deserialize;
use serde::Serialize;

use crate::config::Config;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::net::wire::Body;
use crate::net::wire::Line;
use crate::net::wire::Reply;
use crate::net::wire::Request;
use crate::net::wire::Url;
use crate::net::wire::Usage;
use crate::providers::embedder::normalise;
use crate::providers::endpoint::Reveal;
use crate::secret::Secret;

/// As the ledger calls whoever speaks this API.
const PROVIDER: &str = "openai";
/// Texts of one request; the API takes 2048.
const TEXTS: usize = 128;
/// Bytes of the texts of one request; the API takes 300,000 tokens, which no text of this length has.
const BYTES: usize = 128 * 1024;
/// Longest text in bytes: the API takes 8192 tokens of one, and no token is shorter than a byte.
const TEXT: usize = 8191;
/// How often a request is sent while that can help.
const ATTEMPTS: u32 = 3;
/// Longest time of one attempt at the vector of a search.
const HURRY: Duration = Duration::from_secs(5);
/// Most bytes that one number of a vector takes in a reply.
const NUMBER: usize = 32;

/// Who makes vectors, and how.
pub(crate) struct Embeddings {
    url: Url,
    key: Option<Secret<String>>,
    model: String,
    dimensions: usize,
    id: String,
    timeout: Duration,
}

#[derive(Serialize)]
struct Asked<'a> {
    model: &'a str,
    dimensions: usize,
    encoding_format: &'static str,
    input: &'a [String],
}

#[derive(Deserialize)]
struct Answered {
    data: Vec<Item>,
    usage: Option<Used>,
}

#[derive(Deserialize)]
struct Item {
    index: usize,
    embedding: Vec<f32>,
}

#[derive(Deserialize)]
struct Used {
    prompt_tokens: Option<i64>,
}

impl Embeddings {
    /// Reads from the settings who makes vectors. Nothing is sent yet.
    ///
    /// # Errors
    /// `Conflict` when there is neither a key nor an address of somebody who needs none, and for an address that is none.
    pub(crate) fn chosen(config: &Config, reveal: Reveal<'_>) -> Result<Self> {
        let outside = &config.outside;
        let account = &outside.embedding;
        if !account.is_configured() {
            return Err(Error::conflict("there is no key for whoever makes the vectors").hint(
                "set OPENAI_API_KEY, or JOURNAL_EMBEDDING_URL to a server that needs none, or JOURNAL_EMBEDDING_PROVIDER \
                 to built-in",
            ));
        }
        let url = format!("{}/embeddings", account.url.trim_end_matches('/'));
        let url = url.parse().map_err(|error| {
            Error::conflict("the address of whoever makes the vectors is no URL")
                .hint("check JOURNAL_EMBEDDING_URL and JOURNAL_OPENAI_URL")
                .caused_by(error)
        })?;
        let (model, dimensions) = (outside.embedding_model.clone(), outside.embedding_dimensions as usize);
        Ok(Self {
            url,
            key: account.key.as_ref().map(reveal).transpose()?,
            id: format!("{PROVIDER}:{model}:{dimensions}"),
            model,
            dimensions,
            timeout: outside.timeout,
        })
    }

    /// Waits for no attempt for long: for a search, which has an answer without.
    #[must_use]
    pub(crate) fn hurried(self) -> Self {
        Self { timeout: self.timeout.min(HURRY), ..self }
    }

    /// Returns the stable id of the model, which vectors are stored with.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Returns the components of a vector.
    pub(crate) fn dimension(&self) -> usize {
        self.dimensions
    }

    /// Makes a vector of unit length of each text, in as many requests as it takes.
    ///
    /// # Errors
    /// `Upstream`, passing or not, for whoever does not answer, refuses, or answers something else.
    pub(crate) async fn embed(&self, line: &dyn Line, texts: &[&str]) -> Result<Vec<Vec<f32>>> {
        let mut vectors = Vec::with_capacity(texts.len());
        let mut rest = texts;
        while !rest.is_empty() {
            let mut bytes = 0;
            let fitting = rest.iter().take(TEXTS).take_while(|text| {
                bytes += text.len().min(TEXT);
                bytes <= BYTES
            });
            let (batch, later) = rest.split_at(fitting.count());
            vectors.extend(self.ask(line, batch).await?);
            rest = later;
        }
        Ok(vectors)
    }

    async fn ask(&self, line: &dyn Line, texts: &[&str]) -> Result<Vec<Vec<f32>>> {
        let input: Vec<String> = texts.iter().map(|text| shown(&line.veil(text))).collect();
        let asked = Asked { model: &self.model, dimensions: self.dimensions, encoding_format: "float", input: &input };
        let body = serde_json::to_vec(&asked).map_err(|error| Error::internal("writing a request", error))?;
        let reply = line.send(self.request(body, texts.len())?).await?;
        if reply.status != 200 {
            return Err(refused(&reply));
        }
        let answered: Answered = serde_json::from_slice(&reply.body).map_err(|error| {
            // What the parser says can quote the reply, which is not content but not ours either.
            strange(&format!("what is not the API's JSON (line {}, column {})", error.line(), error.column()))
        })?;
        let tokens = answered.usage.as_ref().and_then(|usage| usage.prompt_tokens);
        line.used(reply.receipt, Usage { input_tokens: tokens, output_tokens: None }).await?;
        self.vectors(answered.data, texts.len())
    }

    fn request(&self, body: Vec<u8>, texts: usize) -> Result<Request> {
        let mut headers: Vec<(HeaderName, HeaderValue)> =
            vec![(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
        if let Some(key) = &self.key {
            let mut bearer = HeaderValue::try_from(format!("Bearer {}", key.expose())).map_err(|_| {
                Error::conflict("the key for whoever makes the vectors has signs that no key has")
                    .hint("check OPENAI_API_KEY")
            })?;
            bearer.set_sensitive(true);
            headers.push((header::AUTHORIZATION, bearer));
        }
        Ok(Request {
            provider: PROVIDER,
            model: self.model.clone(),
            method: Method::POST,
            url: self.url.clone(),
            headers,
            body: Body::Bytes(body),
            attempts: ATTEMPTS,
            timeout: self.timeout,
            max_reply: (texts * self.dimensions * NUMBER).max(1 << 20),
        })
    }

    /// Puts vectors in the order of their texts, whatever the order of the reply.
    fn vectors(&self, items: Vec<Item>, texts: usize) -> Result<Vec<Vec<f32>>> {
        if items.len() != texts {
            return Err(strange(&format!("{} vectors for {texts} texts", items.len())));
        }
        let mut vectors: Vec<Option<Vec<f32>>> = vec![None; texts];
        for Item { index, mut embedding } in items {
            if embedding.len() != self.dimensions {
                let wrong = format!("a vector of {} numbers, not {}", embedding.len(), self.dimensions);
                return Err(strange(&wrong).hint("set JOURNAL_EMBEDDING_DIMENSIONS to what the model gives"));
            }
            if !embedding.iter().all(|number| number.is_finite()) {
                return Err(strange("a vector with something that is no number"));
            }
            normalise(&mut embedding);
            match vectors.get_mut(index) {
                Some(free @ None) => *free = Some(embedding),
                _ => return Err(strange("vectors whose numbering is wrong")),
            }
        }
        Ok(vectors.into_iter().flatten().collect())
    }
}

/// Returns what of a text is sent: its beginning, and never nothing, which the API refuses.
fn shown(text: &str) -> String {
    let cut = text.floor_char_boundary(TEXT);
    let text = &text[..cut];
    if text.trim().is_empty() { "-".to_owned() } else { text.to_owned() }
}

fn strange(what: &str) -> Error {
    Error::new(Kind::Upstream, format!("whoever makes the vectors answered {what}"))
        .hint("check JOURNAL_EMBEDDING_URL and JOURNAL_EMBEDDING_MODEL")
}

fn refused(reply: &Reply) -> Error {
    let status = reply.status;
    let error = Error::new(Kind::Upstream, format!("whoever makes the vectors refused (status {status})"));
    match status {
        401 | 403 => error.hint("check OPENAI_API_KEY"),
        408 | 429 | 500..=599 => error.with_status(503).hint("try again later").passing(),
        _ => error.hint("check JOURNAL_EMBEDDING_URL, JOURNAL_EMBEDDING_MODEL and JOURNAL_EMBEDDING_DIMENSIONS"),
    }
}
