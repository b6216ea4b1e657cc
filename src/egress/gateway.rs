//! Egress gateway to providers: policy, redaction, circuit breaker, retries and ledger for each request.

use std::time::Duration;

use http::HeaderMap;

use crate::app::context::Ctx;
use crate::app::state::AppState;
use crate::domain::egress::EgressPurpose;
use crate::domain::price::ModelPrice;
use crate::domain::scope::Scope;
use crate::egress::ledger::{self, ExchangeOutcome, LedgerEntry};
use crate::egress::redaction::Redactor;
use crate::egress::retry::{self, EgressRetryDecision};
use crate::egress::{EgressSubject, policy};
use crate::error::{Error, ErrorKind, Result};
use crate::net::provider_client::{HttpResponse, PreparedRequest, ProviderClient, TransportError, host};
use crate::net::transport::{
    BoxFuture, FormPartContent, LedgerId, ProviderRequest, ProviderRequestBody, ProviderResponse, ProviderTransport,
    TokenUsage,
};
use crate::storage::accounts;
use crate::storage::notebook::egress;

/// Gateway for requests of one purpose on behalf of one notebook.
pub(crate) struct EgressGateway {
    ctx: Ctx,
    purpose: EgressPurpose,
    about: EgressSubject,
    client: ProviderClient,
    redactor: Redactor,
}

/// Opens a gateway after a policy check; sends nothing yet.
///
/// # Errors
/// `Forbidden` if the settings or the notebook's owner deny the purpose.
pub(crate) async fn open_gateway(ctx: &Ctx, purpose: EgressPurpose, about: EgressSubject) -> Result<EgressGateway> {
    let app = ctx.app.clone();
    let veil = ctx
        .as_system()
        .read(Scope::Account, move |db| {
            let allowed = egress::find_policy(db)?;
            policy::ensure_allowed(&app.config.external_services.purposes, &allowed, purpose)?;
            Ok(Redactor::new(allowed.redact, &egress::list_redaction_words(db)?))
        })
        .await?;
    Ok(EgressGateway { ctx: ctx.clone(), purpose, about, client: client(&ctx.app)?, redactor: veil })
}

/// Returns the HTTP client, created on first use.
fn client(app: &AppState) -> Result<ProviderClient> {
    if let Some(client) = app.providers.get() {
        return Ok(client.clone());
    }
    let client = ProviderClient::new(app.config.external_services.ca_file.as_deref())?;
    Ok(app.providers.get_or_init(|| client).clone())
}

/// Result of one attempt.
enum AttemptResult {
    Replied(ProviderResponse),
    /// No readable response; true if a retry can succeed.
    Failed(Error, bool),
}

impl EgressGateway {
    async fn send_with_retry(&self, request: ProviderRequest) -> Result<ProviderResponse> {
        let attempts = request.attempts.max(1);
        let redactions = self.count_redactions(&request.body);
        let prepared = self.client.prepare(request)?;
        let mut tried = 0;
        loop {
            tried += 1;
            let ended = self.attempt(&prepared, redactions).await?;
            let told = match &ended {
                AttemptResult::Replied(reply) if retry::is_retryable(reply.status) => self.retry_after(&reply.headers),
                AttemptResult::Replied(_) | AttemptResult::Failed(_, false) => return ended.into_result(),
                AttemptResult::Failed(_, true) => None,
            };
            match retry::decide(self.ctx.app.entropy.as_ref(), tried, told)? {
                EgressRetryDecision::GiveUp(seconds) => {
                    return Err(retry_later_error(&target_name(&prepared), seconds));
                }
                EgressRetryDecision::RetryAfterDelay(_) if tried >= attempts => return ended.into_result(),
                EgressRetryDecision::RetryAfterDelay(wait) => tokio::time::sleep(wait).await,
            }
        }
    }

    /// Makes one attempt, if the circuit breaker is closed; the ledger row is written first.
    async fn attempt(&self, prepared: &PreparedRequest, redactions: u64) -> Result<AttemptResult> {
        let request = prepared.request();
        let (clock, place) = (&self.ctx.app.clock, host(&request.url));
        let leave = self.ctx.app.breakers.try_acquire(request.provider, &place, clock.now());
        let leave = leave.map_err(|seconds| circuit_open_error(&target_name(prepared), seconds))?;
        let exchange = LedgerEntry {
            provider: request.provider,
            host: &place,
            model: &request.model,
            bytes_out: prepared.bytes,
            redactions,
        };
        let passage = ledger::record_start(&self.ctx, self.purpose, &self.about, &exchange).await?;
        let receipt = LedgerId(passage.seq);
        let sent = self.client.send(prepared).await;
        let (status, outcome) = match &sent.outcome {
            Ok(answer) => (Some(answer.status), ExchangeOutcome::from_status(answer.status)),
            Err(TransportError::ResponseTooLarge(status)) => (Some(*status), ExchangeOutcome::Failed),
            Err(TransportError::TimedOut) => (None, ExchangeOutcome::TimedOut),
            Err(_) => (None, ExchangeOutcome::Failed),
        };
        self.ctx.app.metrics.record_provider_call(request.provider, outcome.name());
        passage.close(sent.bytes_out, sent.bytes_in, status, outcome).await?;
        match &sent.outcome {
            // Status 429 is caused by the callers and says nothing about the health of the host.
            Ok(answer) if answer.status == 429 => drop(leave),
            Ok(answer) if retry::is_retryable(answer.status) => leave.record_failure(clock.now()),
            Ok(_) | Err(TransportError::ResponseTooLarge(_)) => leave.record_success(),
            Err(TransportError::BodyUnreadable(_)) => drop(leave),
            Err(
                TransportError::Unreachable(_)
                | TransportError::Tls(..)
                | TransportError::TimedOut
                | TransportError::ConnectionClosed(_),
            ) => {
                leave.record_failure(clock.now());
            }
        }
        Ok(match sent.outcome {
            Ok(HttpResponse { status, headers, body }) => {
                AttemptResult::Replied(ProviderResponse { status, headers, body, ledger_id: receipt })
            }
            Err(failure) => {
                // A request that broke off may have been processed, so it is not repeated.
                let is_retryable = matches!(failure, TransportError::Unreachable(_) | TransportError::TimedOut);
                AttemptResult::Failed(failure.into_error(&target_name(prepared)), is_retryable)
            }
        })
    }

    fn retry_after(&self, headers: &HeaderMap) -> Option<Duration> {
        retry::parse_retry_after(headers, self.ctx.app.clock.now())
    }

    fn count_redactions(&self, body: &ProviderRequestBody) -> u64 {
        match body {
            ProviderRequestBody::Bytes(bytes) => self.redactor.count_placeholders(bytes),
            ProviderRequestBody::Form(parts) => {
                let texts = parts.iter().map(|part| match &part.content {
                    FormPartContent::Text(text) => self.redactor.count_placeholders(text.as_bytes()),
                    FormPartContent::Stream(_) => 0,
                });
                texts.sum()
            }
            ProviderRequestBody::Empty | ProviderRequestBody::Stream(_) => 0,
        }
    }

    async fn record_usage(&self, receipt: LedgerId, usage: TokenUsage) -> Result<()> {
        let own = self.ctx.as_system();
        let prices = own.read_accounts(Scope::Account, accounts::pricing::all).await?;
        own.write(Scope::Account, move |db| {
            let model = egress::find_model(db, receipt.0)?;
            let price = prices.iter().find(|price| price.model == model);
            let cost = price.and_then(|price| cost(price, usage));
            egress::add_usage(db, receipt.0, (usage.input_tokens, usage.output_tokens), cost)
        })
        .await
    }
}

impl AttemptResult {
    fn into_result(self) -> Result<ProviderResponse> {
        match self {
            Self::Replied(reply) => Ok(reply),
            Self::Failed(error, _) => Err(error),
        }
    }
}

impl ProviderTransport for EgressGateway {
    fn send(&self, request: ProviderRequest) -> BoxFuture<'_, Result<ProviderResponse>> {
        Box::pin(self.send_with_retry(request))
    }

    fn record_usage(&self, receipt: LedgerId, usage: TokenUsage) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.record_usage(receipt, usage))
    }

    fn redact(&self, text: &str) -> String {
        self.redactor.redact(text)
    }

    fn restore(&self, text: &str) -> String {
        self.redactor.restore(text)
    }
}

fn target_name(prepared: &PreparedRequest) -> String {
    let request = prepared.request();
    format!("{} at {}", request.provider, host(&request.url))
}

fn retry_later_error(who: &str, seconds: u32) -> Error {
    Error::new(ErrorKind::Upstream, format!("{who} asks to retry in {seconds} s"))
        .with_status(503)
        .hint("try again after that")
        .retry_after(seconds)
        .transient()
}

fn circuit_open_error(who: &str, seconds: u32) -> Error {
    Error::new(
        ErrorKind::Upstream,
        format!("{who} failed several times in a row; its circuit breaker is open for {seconds} s"),
    )
    .with_status(503)
    .hint("try again after that; `journal egress list` shows the failed requests")
    .retry_after(seconds)
    .transient()
}

/// Returns the cost of the tokens in US dollars; `None` if a required price is unknown.
fn cost(price: &ModelPrice, usage: TokenUsage) -> Option<f64> {
    let part = |tokens: Option<i64>, per_million: Option<f64>| match tokens {
        None | Some(0) => Some(0.0),
        Some(tokens) => per_million.map(|price| tokens as f64 / 1e6 * price),
    };
    if usage == TokenUsage::default() {
        return None;
    }
    Some(part(usage.input_tokens, price.input_cost_per_mtok)? + part(usage.output_tokens, price.output_cost_per_mtok)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::price::ModelCategory;

    #[test]
    fn cost_follows_the_price_list_and_is_none_without_a_price() {
        let price = |input, output| ModelPrice {
            model: "m".to_owned(),
            category: ModelCategory::Llm,
            input_cost_per_mtok: input,
            output_cost_per_mtok: output,
            cost_per_minute: None,
            last_verified: "2026-07-20".to_owned(),
        };
        let used = |input, output| TokenUsage { input_tokens: input, output_tokens: output };

        assert_eq!(cost(&price(Some(2.0), Some(8.0)), used(Some(500_000), Some(250_000))), Some(3.0));
        assert_eq!(cost(&price(Some(0.13), None), used(Some(1_000_000), None)), Some(0.13));
        assert_eq!(cost(&price(None, Some(8.0)), used(Some(1), Some(1))), None);
        assert_eq!(cost(&price(Some(2.0), Some(8.0)), used(None, None)), None);
    }
}
