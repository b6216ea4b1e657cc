//! The line of those who send nothing.

use crate::error::Error;
use crate::error::Result;
use crate::net::wire::Boxed;
use crate::net::wire::Line;
use crate::net::wire::Receipt;
use crate::net::wire::Reply;
use crate::net::wire::Request;
use crate::net::wire::Usage;

/// A line that leads nowhere, for a provider on this machine: no permission has to be asked, and nothing can get out.
pub(crate) struct Closed;

impl Line for Closed {
    fn send(&self, request: Request) -> Boxed<'_, Result<Reply>> {
        Box::pin(async move { Err(Error::conflict(format!("nothing may be sent to {} from here", request.provider))) })
    }

    fn used(&self, _: Receipt, _: Usage) -> Boxed<'_, Result<()>> {
        Box::pin(async { Ok(()) })
    }

    fn veil(&self, text: &str) -> String {
        text.to_owned()
    }

    fn unveil(&self, text: &str) -> String {
        text.to_owned()
    }
}
