//! The gate: what leaves the machine on a notebook's behalf is allowed, veiled and written down here.

mod guarded;

pub(crate) use guarded::Guarded;

use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Result;
use crate::model::egress::Purpose;
use crate::model::id::EntryId;
use crate::model::id::JobId;
use crate::net::wire::Boxed;
use crate::net::wire::Line;
use crate::net::wire::Receipt;
use crate::net::wire::Reply;
use crate::net::wire::Request;
use crate::net::wire::Usage;

/// What the sending is about, for the ledger.
#[derive(Debug, Clone, Default)]
pub(crate) struct About {
    pub(crate) entries: Vec<EntryId>,
    pub(crate) job: Option<JobId>,
}

/// An open line to providers, for one purpose of one notebook.
pub(crate) struct Outward {}

/// Opens a line; nothing is sent yet.
///
/// # Errors
/// `Forbidden` when the configuration or the notebook's owner keeps this in.
#[expect(clippy::unused_async, reason = "skeleton")]
pub(crate) async fn open(_ctx: &Ctx, _purpose: Purpose, _about: About) -> Result<Outward> {
    Err(Error::conflict("nothing leaves this machine"))
}

/// How a passage ended, as the ledger says it.
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

/// Leave for one exchange that does not go over a [`Line`]: its row of the ledger is there already.
#[must_use = "a row that is never closed says `sent` for ever"]
pub(crate) struct Passage {}

/// Asks for one exchange with a host, for fetching and for notifications: policy first, then a row of the ledger, and
/// only then may the first byte go out. Every redirect and every further attempt is an exchange of its own.
///
/// # Errors
/// `Forbidden` when the configuration or the notebook's owner keeps this in.
#[expect(clippy::unused_async, reason = "skeleton")]
pub(crate) async fn passage(
    _ctx: &Ctx,
    _purpose: Purpose,
    _about: About,
    _provider: &str,
    _host: &str,
) -> Result<Passage> {
    Ok(Passage {})
}

impl Passage {
    /// Writes down how it ended; bytes are those of the bodies.
    ///
    /// # Errors
    /// Only what goes wrong with a database.
    #[expect(clippy::unused_async, reason = "skeleton")]
    pub(crate) async fn close(self, _out: u64, _in: u64, _status: Option<u16>, _outcome: Outcome) -> Result<()> {
        Ok(())
    }
}

impl Line for Outward {
    fn send(&self, _request: Request) -> Boxed<'_, Result<Reply>> {
        Box::pin(async { Err(Error::conflict("nothing leaves this machine")) })
    }

    fn used(&self, _receipt: Receipt, _usage: Usage) -> Boxed<'_, Result<()>> {
        Box::pin(async { Ok(()) })
    }

    fn veil(&self, text: &str) -> String {
        text.to_owned()
    }

    fn unveil(&self, text: &str) -> String {
        text.to_owned()
    }
}
