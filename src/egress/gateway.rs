//! Egress gateway to providers: policy, redaction, circuit breaker, retries and ledger for each request.

use crate::app::context::Ctx;
use crate::app::state::AppState;
use crate::domain::egress::{EgressPurpose, ExchangeOutcome};
use crate::domain::price::ModelPrice;
use crate::domain::scope::Scope;
use crate::egress::redaction::Redactor;
use crate::egress::retry::{self, EgressRetryDecision};
use crate::egress::subject::EgressSubject;
use crate::egress::{ledger, policy};
use crate::error::{Error, ErrorKind, Result};
use crate::net::egress_gate::ExchangeReport;
use crate::net::provider_client::{PreparedRequest, ProviderClient, host};
use crate::net::transport::{
    BoxFuture, FormPartContent, LedgerId, ProviderRequest, ProviderRequestBody, ProviderResponse, ProviderTransport,
    TokenUsage,
};
use crate::net::transport_error::TransportError;
use crate::storage::accounts;
use crate::storage::notebook::egress::{self, NewLedgerRow};

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
    let (client, redactor) = ctx
        .as_system()
        .read(Scope::Account, move |db| {
            let owner = egress::find_policy(db)?;
            policy::ensure_allowed(&app.config.external_services.purposes, &owner, purpose)?;
            Ok((client(&app)?, Redactor::new(owner.redact, &egress::list_redaction_words(db)?)))
        })
        .await?;
    Ok(EgressGateway { ctx: ctx.clone(), purpose, about, client, redactor })
}

/// Returns the HTTP client, created on first use, with its connection pool.
fn client(app: &AppState) -> Result<ProviderClient> {
    if let Some(client) = app.providers.get() {
        return Ok(client.clone());
    }
    let client = ProviderClient::new(app.config.external_services.ca_file.as_deref())?;
    Ok(app.providers.get_or_init(|| client).clone())
}

/// Response of one attempt, or the error without a readable one and whether a retry can succeed.
type AttemptResult = Result<ProviderResponse, (Error, bool)>;

impl EgressGateway {
    /// Sends a request, with retries after exponential backoff while they can help.
    async fn send_with_retry(&self, request: ProviderRequest) -> Result<ProviderResponse> {
        let attempts = request.attempts.max(1);
        let redactions = self.count_redactions(&request.body);
        let prepared = self.client.prepare(request)?;
        let mut tried = 0;
        loop {
            tried += 1;
            let result = self.attempt(&prepared, redactions).await?;
            let retry_after = match &result {
                Ok(reply) if retry::is_retryable(reply.status) => {
                    retry::parse_retry_after(&reply.headers, self.ctx.app.clock.now())
                }
                Ok(_) | Err((_, false)) => return result.map_err(|(error, _)| error),
                Err((_, true)) => None,
            };
            match retry::decide(self.ctx.app.entropy.as_ref(), tried, retry_after)? {
                EgressRetryDecision::GiveUp(seconds) => {
                    return Err(retry_later_error(&target_name(&prepared), seconds));
                }
                EgressRetryDecision::RetryAfterDelay(_) if tried >= attempts => {
                    return result.map_err(|(error, _)| error);
                }
                EgressRetryDecision::RetryAfterDelay(delay) => tokio::time::sleep(delay).await,
            }
        }
    }

    /// Makes one attempt, if the circuit breaker is closed; the ledger row is written first.
    async fn attempt(&self, prepared: &PreparedRequest, redactions: u64) -> Result<AttemptResult> {
        let (request, app) = (&prepared.request, &self.ctx.app);
        let host = host(&request.url);
        let breaker = app.breakers.try_acquire(request.provider, &host, app.clock.now());
        let breaker = breaker.map_err(|seconds| circuit_open_error(&target_name(prepared), seconds))?;
        let row = NewLedgerRow {
            model: request.model.clone(),
            bytes_out: prepared.bytes,
            redactions,
            ..ledger::new_row(&self.ctx, self.purpose, &self.about, request.provider, &host)
        };
        let permit = ledger::record_start(&self.ctx, row).await?;
        let ledger_id = permit.ledger_id;
        let attempt = self.client.send(prepared, ledger_id).await;
        let (status, outcome) = match &attempt.outcome {
            Ok(response) => (Some(response.status), ExchangeOutcome::from_status(response.status)),
            Err(TransportError::ResponseTooLarge(status)) => (Some(*status), ExchangeOutcome::Failed),
            Err(TransportError::TimedOut) => (None, ExchangeOutcome::TimedOut),
            Err(_) => (None, ExchangeOutcome::Failed),
        };
        app.metrics.record_provider_call(request.provider, outcome.name());
        let report = ExchangeReport { sent: attempt.bytes_out, received: attempt.bytes_in, status, outcome };
        ledger::record_result(&self.ctx, permit, report).await?;
        match &attempt.outcome {
            // Status 429 is caused by the callers, and an unreadable body by this machine: neither says anything about
            // the health of the host.
            Ok(ProviderResponse { status: 429, .. }) | Err(TransportError::BodyUnreadable(_)) => drop(breaker),
            Ok(response) if !retry::is_retryable(response.status) => breaker.record_success(),
            Err(TransportError::ResponseTooLarge(_)) => breaker.record_success(),
            Ok(_) | Err(_) => breaker.record_failure(app.clock.now()),
        }
        Ok(attempt.outcome.map_err(|error| {
            // A request that broke off may have been processed, so it is not repeated.
            let is_retryable = matches!(error, TransportError::Unreachable(_) | TransportError::TimedOut);
            (error.into_error(&target_name(prepared)), is_retryable)
        }))
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
}

impl ProviderTransport for EgressGateway {
    fn send(&self, request: ProviderRequest) -> BoxFuture<'_, Result<ProviderResponse>> {
        Box::pin(self.send_with_retry(request))
    }

    fn record_usage(&self, ledger_id: LedgerId, usage: TokenUsage) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            let own = self.ctx.as_system();
            let prices = own.read_accounts(Scope::Account, accounts::pricing::all).await?;
            own.write(Scope::Account, move |db| {
                let model = egress::find_model(db, ledger_id.0)?;
                let price = prices.iter().find(|price| price.model == model);
                let cost = price.and_then(|price| cost(price, usage));
                egress::add_usage(db, ledger_id.0, (usage.input_tokens, usage.output_tokens), cost)
            })
            .await
        })
    }

    fn redact(&self, text: &str) -> String {
        self.redactor.redact(text)
    }

    fn restore(&self, text: &str) -> String {
        self.redactor.restore(text)
    }
}

fn target_name(prepared: &PreparedRequest) -> String {
    let request = &prepared.request;
    format!("{} at {}", request.provider, host(&request.url))
}

fn retry_later_error(target: &str, seconds: u32) -> Error {
    unavailable_error(format!("{target} asks to retry in {seconds} s"), "try again after that", seconds)
}

fn circuit_open_error(target: &str, seconds: u32) -> Error {
    unavailable_error(
        format!("{target} failed several times in a row; its circuit breaker is open for {seconds} s"),
        "try again after that; `journal egress list` shows the failed requests",
        seconds,
    )
}

fn unavailable_error(message: String, hint: &str, seconds: u32) -> Error {
    Error::new(ErrorKind::Upstream, message).with_status(503).hint(hint).retry_after(seconds).transient()
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
