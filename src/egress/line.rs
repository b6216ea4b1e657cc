//! A line to providers: each attempt is allowed, limited and written down before it leaves.

use std::time::Duration;

use http::HeaderMap;

use crate::app::App;
use crate::ctx::Ctx;
use crate::egress::About;
use crate::egress::ledger;
use crate::egress::ledger::Exchange;
use crate::egress::ledger::Outcome;
use crate::egress::policy;
use crate::egress::retry;
use crate::egress::retry::Next;
use crate::egress::veil::Veil;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::model::egress::Purpose;
use crate::model::price::Price;
use crate::model::scope::Scope;
use crate::net::http::Answer;
use crate::net::http::Client;
use crate::net::http::Failure;
use crate::net::http::Prepared;
use crate::net::http::host;
use crate::net::wire::Body;
use crate::net::wire::Boxed;
use crate::net::wire::Content;
use crate::net::wire::Line;
use crate::net::wire::Receipt;
use crate::net::wire::Reply;
use crate::net::wire::Request;
use crate::net::wire::Usage;
use crate::storage::accounts;
use crate::storage::notebook::egress;

/// An open line to providers, for one purpose of one notebook.
pub(crate) struct Outward {
    ctx: Ctx,
    purpose: Purpose,
    about: About,
    client: Client,
    veil: Veil,
}

/// Opens a line; nothing is sent yet.
///
/// # Errors
/// `Forbidden` when the configuration or the notebook's owner keeps this in.
pub(crate) async fn open(ctx: &Ctx, purpose: Purpose, about: About) -> Result<Outward> {
    let app = ctx.app.clone();
    let veil = ctx
        .for_the_record()
        .read(Scope::Account, move |db| {
            let allowed = egress::allowed(db)?;
            policy::check(&app.config.outside.purposes, &allowed, purpose)?;
            Ok(Veil::new(allowed.redact, &egress::words(db)?))
        })
        .await?;
    Ok(Outward { ctx: ctx.clone(), purpose, about, client: client(&ctx.app)?, veil })
}

/// Returns the client, made at the first call.
fn client(app: &App) -> Result<Client> {
    if let Some(client) = app.providers.get() {
        return Ok(client.clone());
    }
    let client = Client::new(app.config.outside.ca_file.as_deref())?;
    Ok(app.providers.get_or_init(|| client).clone())
}

/// How an attempt ended.
enum Tried {
    Replied(Reply),
    /// Nothing came back that could be read; whether sending it again can help.
    Failed(Error, bool),
}

impl Outward {
    async fn deliver(&self, request: Request) -> Result<Reply> {
        let attempts = request.attempts.max(1);
        let redactions = self.redactions(&request.body);
        let prepared = self.client.prepare(request)?;
        let mut tried = 0;
        loop {
            tried += 1;
            let ended = self.attempt(&prepared, redactions).await?;
            let told = match &ended {
                Tried::Replied(reply) if retry::can_help(reply.status) => self.told(&reply.headers),
                Tried::Replied(_) | Tried::Failed(_, false) => return ended.finish(),
                Tried::Failed(_, true) => None,
            };
            match retry::next(self.ctx.app.entropy.as_ref(), tried, told)? {
                Next::Later(seconds) => return Err(later(&who(&prepared), seconds)),
                Next::Wait(_) if tried >= attempts => return ended.finish(),
                Next::Wait(wait) => tokio::time::sleep(wait).await,
            }
        }
    }

    /// Sends once: nothing leaves while the host is left alone, and nothing before its row is there.
    async fn attempt(&self, prepared: &Prepared, redactions: u64) -> Result<Tried> {
        let request = prepared.request();
        let (clock, place) = (&self.ctx.app.clock, host(&request.url));
        let leave = self.ctx.app.breakers.ask(request.provider, &place, clock.now());
        let leave = leave.map_err(|seconds| resting(&who(prepared), seconds))?;
        let exchange = Exchange {
            provider: request.provider,
            host: &place,
            model: &request.model,
            bytes_out: prepared.bytes,
            redactions,
        };
        let passage = ledger::enter(&self.ctx, self.purpose, &self.about, &exchange).await?;
        let receipt = Receipt(passage.seq);
        let sent = self.client.send(prepared).await;
        let (status, outcome) = match &sent.outcome {
            Ok(answer) => (Some(answer.status), Outcome::of(answer.status)),
            Err(Failure::TooLarge(status)) => (Some(*status), Outcome::Failed),
            Err(Failure::TimedOut) => (None, Outcome::TimedOut),
            Err(_) => (None, Outcome::Failed),
        };
        self.ctx.app.measures.called(request.provider, outcome.name());
        passage.close(sent.bytes_out, sent.bytes_in, status, outcome).await?;
        match &sent.outcome {
            // Too many requests are the callers' doing, and say nothing about the host.
            Ok(answer) if answer.status == 429 => drop(leave),
            Ok(answer) if retry::can_help(answer.status) => leave.failed(clock.now()),
            Ok(_) | Err(Failure::TooLarge(_)) => leave.went_well(),
            Err(Failure::Unreadable(_)) => drop(leave),
            Err(Failure::Unreachable(_) | Failure::Tls(..) | Failure::TimedOut | Failure::CutOff(_)) => {
                leave.failed(clock.now());
            }
        }
        Ok(match sent.outcome {
            Ok(Answer { status, headers, body }) => Tried::Replied(Reply { status, headers, body, receipt }),
            Err(failure) => {
                // What broke off may have been done all the same, so it is not asked for twice.
                let again = matches!(failure, Failure::Unreachable(_) | Failure::TimedOut);
                Tried::Failed(failure.told(&who(prepared)), again)
            }
        })
    }

    fn told(&self, headers: &HeaderMap) -> Option<Duration> {
        retry::told(headers, self.ctx.app.clock.now())
    }

    fn redactions(&self, body: &Body) -> u64 {
        match body {
            Body::Bytes(bytes) => self.veil.count_in(bytes),
            Body::Form(parts) => {
                let texts = parts.iter().map(|part| match &part.content {
                    Content::Text(text) => self.veil.count_in(text.as_bytes()),
                    Content::Stream(_) => 0,
                });
                texts.sum()
            }
            Body::Empty | Body::Stream(_) => 0,
        }
    }

    async fn note(&self, receipt: Receipt, usage: Usage) -> Result<()> {
        let own = self.ctx.for_the_record();
        let prices = own.read_accounts(Scope::Account, accounts::pricing::all).await?;
        own.write(Scope::Account, move |db| {
            let model = egress::model(db, receipt.0)?;
            let price = prices.iter().find(|price| price.model == model);
            let cost = price.and_then(|price| cost(price, usage));
            egress::used(db, receipt.0, (usage.input_tokens, usage.output_tokens), cost)
        })
        .await
    }
}

impl Tried {
    fn finish(self) -> Result<Reply> {
        match self {
            Self::Replied(reply) => Ok(reply),
            Self::Failed(error, _) => Err(error),
        }
    }
}

impl Line for Outward {
    fn send(&self, request: Request) -> Boxed<'_, Result<Reply>> {
        Box::pin(self.deliver(request))
    }

    fn used(&self, receipt: Receipt, usage: Usage) -> Boxed<'_, Result<()>> {
        Box::pin(self.note(receipt, usage))
    }

    fn veil(&self, text: &str) -> String {
        self.veil.veil(text)
    }

    fn unveil(&self, text: &str) -> String {
        self.veil.unveil(text)
    }
}

fn who(prepared: &Prepared) -> String {
    let request = prepared.request();
    format!("{} at {}", request.provider, host(&request.url))
}

fn later(who: &str, seconds: u32) -> Error {
    Error::new(Kind::Upstream, format!("{who} asks to come back in {seconds} s"))
        .with_status(503)
        .hint("try again then")
        .retry_after(seconds)
        .passing()
}

fn resting(who: &str, seconds: u32) -> Error {
    Error::new(Kind::Upstream, format!("{who} failed several times in a row and is left alone for {seconds} s"))
        .with_status(503)
        .hint("try again then; `journal egress list` shows what happened")
        .retry_after(seconds)
        .passing()
}

/// Returns what tokens cost; `None` where a price that is needed is not known.
fn cost(price: &Price, usage: Usage) -> Option<f64> {
    let part = |tokens: Option<i64>, per_million: Option<f64>| match tokens {
        None | Some(0) => Some(0.0),
        Some(tokens) => per_million.map(|price| tokens as f64 / 1e6 * price),
    };
    if usage == Usage::default() {
        return None;
    }
    Some(part(usage.input_tokens, price.input_cost_per_mtok)? + part(usage.output_tokens, price.output_cost_per_mtok)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::price::Category;

    #[test]
    fn tokens_cost_what_the_list_says_and_nothing_is_guessed() {
        let price = |input, output| Price {
            model: "m".to_owned(),
            category: Category::Llm,
            input_cost_per_mtok: input,
            output_cost_per_mtok: output,
            cost_per_minute: None,
            last_verified: "2026-07-20".to_owned(),
        };
        let used = |input, output| Usage { input_tokens: input, output_tokens: output };

        assert_eq!(cost(&price(Some(2.0), Some(8.0)), used(Some(500_000), Some(250_000))), Some(3.0));
        assert_eq!(cost(&price(Some(0.13), None), used(Some(1_000_000), None)), Some(0.13));
        assert_eq!(cost(&price(None, Some(8.0)), used(Some(1), Some(1))), None);
        assert_eq!(cost(&price(Some(2.0), Some(8.0)), used(None, None)), None);
    }
}
