//! Client of the `OpenAI` embeddings API and compatible servers.

use std::time::Duration;

use http::{HeaderName, HeaderValue, Method, header};
use serde::Deserialize;
use serde_json::json;

use crate::config::{Config, SecretSource};
use crate::error::{Error, ErrorKind, Result};
use crate::net::transport::{
    ProviderRequest, ProviderRequestBody, ProviderResponse, ProviderTransport, TokenUsage, Url,
};
use crate::providers::embedder::normalise;
use crate::providers::endpoint::{SecretReader, json_content_type};

/// Provider name in the ledger.
const PROVIDER: &str = "openai";
/// Maximum texts per request; the API accepts 2048.
const MAX_BATCH_TEXTS: usize = 128;
/// Maximum text bytes per request; the API accepts 300,000 tokens, and a token has at least one byte.
const MAX_BATCH_BYTES: usize = 128 * 1024;
/// Maximum bytes of one text; the API accepts 8192 tokens, and a token has at least one byte.
const MAX_TEXT_BYTES: usize = 8191;
/// Maximum attempts of a request.
const MAX_ATTEMPTS: u32 = 3;
/// Timeout of one attempt to embed a search query.
const SEARCH_TIMEOUT: Duration = Duration::from_secs(5);
/// Maximum bytes of one vector component in a response.
const MAX_COMPONENT_BYTES: usize = 32;

/// Configured embeddings API and model.
pub(crate) struct EmbeddingsClient {
    url: Url,
    key: Option<SecretSource>,
    model: String,
    dimensions: usize,
    id: String,
    timeout: Duration,
}

#[derive(Deserialize)]
struct EmbeddingsResponse {
    data: Vec<EmbeddingItem>,
    usage: Option<EmbeddingsUsage>,
}

#[derive(Deserialize)]
struct EmbeddingItem {
    index: usize,
    embedding: Vec<f32>,
}

#[derive(Deserialize)]
struct EmbeddingsUsage {
    prompt_tokens: Option<i64>,
}

impl EmbeddingsClient {
    /// Creates the client from the settings; reads no key and sends nothing.
    ///
    /// # Errors
    /// `Conflict` without a key and without a custom address, and for an invalid address.
    pub(crate) fn from_config(config: &Config) -> Result<Self> {
        let services = &config.external_services;
        let account = &services.embedding;
        if !account.is_configured() {
            return Err(Error::conflict("the embeddings provider has no key").hint(
                "set OPENAI_API_KEY, or JOURNAL_EMBEDDING_URL to a server that needs none, or \
                JOURNAL_EMBEDDING_PROVIDER to built-in",
            ));
        }
        let url = format!("{}/embeddings", account.url.trim_end_matches('/'));
        let url = url.parse().map_err(|error| {
            Error::conflict("the address of the embeddings provider is not a URL")
                .hint("check JOURNAL_EMBEDDING_URL and JOURNAL_OPENAI_URL")
                .caused_by(error)
        })?;
        let (model, dimensions) = (services.embedding_model.clone(), services.embedding_dimensions as usize);
        Ok(Self {
            url,
            key: account.key.clone(),
            id: format!("{PROVIDER}:{model}:{dimensions}"),
            model,
            dimensions,
            timeout: services.timeout,
        })
    }

    /// Limits the timeout to that of a search, which can do without the vector.
    #[must_use]
    pub(crate) fn with_short_timeouts(self) -> Self {
        Self { timeout: self.timeout.min(SEARCH_TIMEOUT), ..self }
    }

    /// Returns the stable id of the model, stored with every vector.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Returns the number of components of a vector.
    pub(crate) fn dimension(&self) -> usize {
        self.dimensions
    }

    /// Embeds each text into a vector of unit length, in batches. Reads the key, so it must be called on a blocking
    /// thread.
    ///
    /// # Errors
    /// `Upstream`, transient or not, without a response, for an error status or an unexpected response; errors of
    /// reading the key.
    pub(crate) async fn embed(
        &self,
        transport: &dyn ProviderTransport,
        reveal: SecretReader<'_>,
        texts: &[&str],
    ) -> Result<Vec<Vec<f32>>> {
        let headers = self.headers(reveal)?;
        let mut vectors = Vec::with_capacity(texts.len());
        let mut rest = texts;
        while !rest.is_empty() {
            let mut bytes = 0;
            let fitting = rest.iter().take(MAX_BATCH_TEXTS).take_while(|text| {
                bytes += text.len().min(MAX_TEXT_BYTES);
                bytes <= MAX_BATCH_BYTES
            });
            let (batch, later) = rest.split_at(fitting.count());
            vectors.extend(self.embed_batch(transport, headers.clone(), batch).await?);
            rest = later;
        }
        Ok(vectors)
    }

    async fn embed_batch(
        &self,
        transport: &dyn ProviderTransport,
        headers: Vec<(HeaderName, HeaderValue)>,
        texts: &[&str],
    ) -> Result<Vec<Vec<f32>>> {
        let input: Vec<String> = texts.iter().map(|text| truncated_input(&transport.redact(text))).collect();
        let body = json!({
            "model": self.model, "dimensions": self.dimensions, "encoding_format": "float", "input": input,
        });
        let request = ProviderRequest {
            provider: PROVIDER,
            model: self.model.clone(),
            method: Method::POST,
            url: self.url.clone(),
            headers,
            body: ProviderRequestBody::Bytes(body.to_string().into_bytes()),
            attempts: MAX_ATTEMPTS,
            timeout: self.timeout,
            max_response_bytes: (texts.len() * self.dimensions * MAX_COMPONENT_BYTES).max(1 << 20),
        };
        let reply = transport.send(request).await?;
        if reply.status != 200 {
            return Err(status_error(&reply));
        }
        let response: EmbeddingsResponse = serde_json::from_slice(&reply.body).map_err(|error| {
            // The parser's message can quote the response, so only the position is kept.
            unexpected_response(&format!("invalid JSON (line {}, column {})", error.line(), error.column()))
        })?;
        let tokens = response.usage.and_then(|usage| usage.prompt_tokens);
        transport.record_usage(reply.ledger_id, TokenUsage { input_tokens: tokens, output_tokens: None }).await?;
        self.ordered_vectors(response.data, texts.len())
    }

    fn headers(&self, reveal: SecretReader<'_>) -> Result<Vec<(HeaderName, HeaderValue)>> {
        let mut headers = vec![json_content_type()];
        if let Some(source) = &self.key {
            let mut bearer = HeaderValue::try_from(format!("Bearer {}", reveal(source)?.expose())).map_err(|_| {
                Error::conflict("the key of the embeddings provider contains invalid characters")
                    .hint("check OPENAI_API_KEY")
            })?;
            bearer.set_sensitive(true);
            headers.push((header::AUTHORIZATION, bearer));
        }
        Ok(headers)
    }

    /// Returns the vectors in the order of their texts.
    fn ordered_vectors(&self, items: Vec<EmbeddingItem>, texts: usize) -> Result<Vec<Vec<f32>>> {
        if items.len() != texts {
            return Err(unexpected_response(&format!("{} vectors for {texts} texts", items.len())));
        }
        let mut vectors: Vec<Option<Vec<f32>>> = vec![None; texts];
        for EmbeddingItem { index, mut embedding } in items {
            if embedding.len() != self.dimensions {
                let wrong = format!("a vector of {} numbers, not {}", embedding.len(), self.dimensions);
                return Err(
                    unexpected_response(&wrong).hint("set JOURNAL_EMBEDDING_DIMENSIONS to the dimension of the model")
                );
            }
            if !embedding.iter().all(|number| number.is_finite()) {
                return Err(unexpected_response("a vector with a component that is not finite"));
            }
            normalise(&mut embedding);
            match vectors.get_mut(index) {
                Some(free @ None) => *free = Some(embedding),
                _ => return Err(unexpected_response("vectors with wrong indices")),
            }
        }
        Ok(vectors.into_iter().flatten().collect())
    }
}

/// Returns the start of a text that fits the limit; never empty, which the API rejects.
fn truncated_input(text: &str) -> String {
    let cut = text.floor_char_boundary(MAX_TEXT_BYTES);
    let text = &text[..cut];
    if text.trim().is_empty() { "-".to_owned() } else { text.to_owned() }
}

fn unexpected_response(detail: &str) -> Error {
    Error::new(ErrorKind::Upstream, format!("the embeddings provider returned {detail}"))
        .hint("check JOURNAL_EMBEDDING_URL and JOURNAL_EMBEDDING_MODEL")
}

fn status_error(reply: &ProviderResponse) -> Error {
    let status = reply.status;
    let error =
        Error::new(ErrorKind::Upstream, format!("the embeddings provider rejected the request (status {status})"));
    match status {
        401 | 403 => error.hint("check OPENAI_API_KEY"),
        408 | 429 | 500..=599 => error.with_status(503).hint("try again later").transient(),
        _ => error.hint("check JOURNAL_EMBEDDING_URL, JOURNAL_EMBEDDING_MODEL and JOURNAL_EMBEDDING_DIMENSIONS"),
    }
}
