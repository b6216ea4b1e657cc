//! The ledger: a row is there before the first byte goes out, and says afterwards how it ended.

use jiff::Timestamp;

use crate::ctx::Ctx;
use crate::egress::About;
use crate::egress::policy;
use crate::error::Result;
use crate::model::egress::Purpose;
use crate::model::scope::Scope;
use crate::storage::notebook::egress;
use crate::storage::notebook::egress::Ended;
use crate::storage::notebook::egress::Leaving;

/// How an exchange ended, as the ledger says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Somebody answered, and did not refuse.
    Answered,
    /// Somebody answered that they will not: a status of 400 or more.
    Refused,
    /// Nothing came back, or not all of it.
    Failed,
    /// It took too long.
    TimedOut,
}

impl Outcome {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::TimedOut => "timed_out",
        }
    }

    /// Returns what an HTTP status says.
    pub(crate) const fn of(status: u16) -> Self {
        if status < 400 { Self::Answered } else { Self::Refused }
    }
}

/// Leave for one exchange: its row of the ledger is there already.
#[must_use = "a row that is never closed says `sent` for ever"]
pub(crate) struct Passage {
    ctx: Ctx,
    pub(super) seq: i64,
    begun: Timestamp,
}

/// Asks for one exchange with a host, for fetching and for notifications: policy first, then a row of the ledger, and
/// only then may the first byte go out. Every redirect and every further attempt is an exchange of its own.
///
/// # Errors
/// `Forbidden` when the configuration or the notebook's owner keeps this in.
pub(crate) async fn passage(ctx: &Ctx, purpose: Purpose, about: About, provider: &str, host: &str) -> Result<Passage> {
    let exchange = Exchange { provider, host, model: "", bytes_out: 0, redactions: 0 };
    enter(ctx, purpose, &about, &exchange).await
}

/// What the ledger has to know of an exchange before it begins.
pub(super) struct Exchange<'a> {
    pub(super) provider: &'a str,
    pub(super) host: &'a str,
    pub(super) model: &'a str,
    /// As many as will go out if all goes well.
    pub(super) bytes_out: u64,
    pub(super) redactions: u64,
}

/// Asks the policy and writes the row in one transaction: whoever closed the gate before it sees nothing leave after.
pub(super) async fn enter(ctx: &Ctx, purpose: Purpose, about: &About, exchange: &Exchange<'_>) -> Result<Passage> {
    let own = ctx.for_the_record();
    let begun = ctx.app.clock.now();
    let leaving = Leaving {
        at: ctx.app.stamp(),
        provider: exchange.provider.to_owned(),
        host: exchange.host.to_owned(),
        model: exchange.model.to_owned(),
        purpose,
        bytes_out: exchange.bytes_out,
        redactions: exchange.redactions,
        entry_ids: about.entries.iter().map(|id| id.0).collect(),
        job: about.job.map(|id| id.to_string()),
    };
    let app = ctx.app.clone();
    let seq = own
        .write(Scope::Account, move |db| {
            policy::check(&app.config.outside.purposes, &egress::allowed(db)?, purpose)?;
            egress::add(db, &leaving)
        })
        .await?;
    Ok(Passage { ctx: own, seq, begun })
}

impl Passage {
    /// Writes down how it ended; bytes are those of the bodies.
    ///
    /// # Errors
    /// Only what goes wrong with a database.
    pub(crate) async fn close(
        self,
        bytes_out: u64,
        bytes_in: u64,
        status: Option<u16>,
        outcome: Outcome,
    ) -> Result<()> {
        let duration = self.ctx.app.clock.now().duration_since(self.begun).as_millis();
        let duration_ms = i64::try_from(duration).unwrap_or(i64::MAX).max(0);
        let (seq, ended) = (self.seq, Ended { bytes_out, bytes_in, status, result: outcome.name(), duration_ms });
        self.ctx.write(Scope::Account, move |db| egress::end(db, seq, &ended)).await
    }
}
