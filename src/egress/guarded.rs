//! Fetches and deliveries on their way through the gate: each exchange asks for a passage and closes it.

use crate::ctx::Ctx;
use crate::egress;
use crate::egress::About;
use crate::egress::Outcome;
use crate::egress::Passage;
use crate::error::Result;
use crate::model::egress::Purpose;
use crate::net::fetch::Ended;
use crate::net::fetch::Gate;
use crate::net::fetch::How;
use crate::net::fetch::Leave;
use crate::net::wire::Boxed;

/// The gate as fetching and delivering meet it.
pub(crate) struct Guarded<'a> {
    pub(crate) ctx: &'a Ctx,
    pub(crate) purpose: Purpose,
    pub(crate) about: About,
    /// What the ledger calls the other side.
    pub(crate) provider: &'static str,
}

impl Gate for Guarded<'_> {
    fn enter<'a>(&'a self, host: &'a str) -> Boxed<'a, Result<Box<dyn Leave>>> {
        Box::pin(async move {
            let passage = egress::passage(self.ctx, self.purpose, self.about.clone(), self.provider, host).await?;
            Ok(Box::new(passage) as Box<dyn Leave>)
        })
    }
}

impl Leave for Passage {
    fn end(self: Box<Self>, ended: Ended) -> Boxed<'static, Result<()>> {
        let outcome = match ended.how {
            How::Answered => Outcome::Answered,
            How::Refused => Outcome::Refused,
            How::Failed => Outcome::Failed,
            How::TimedOut => Outcome::TimedOut,
        };
        Box::pin(async move { (*self).close(ended.sent, ended.received, ended.status, outcome).await })
    }
}
