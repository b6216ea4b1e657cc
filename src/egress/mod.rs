//! The gate: what leaves the machine on a notebook's behalf is allowed, veiled and written down here.

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
