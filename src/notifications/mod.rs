//! Tells people what became of their jobs, and admins how the machine is, over the ways they chose. No message carries
//! anything that anybody wrote.

mod credentials;
mod delivery;
mod health;
mod message;
mod topics;
mod ways;

pub use credentials::send_digest;
pub use credentials::test;
pub use credentials::validate;
pub use credentials::ways;
pub use delivery::serve;
pub use topics::Group;
pub use topics::Topic;
pub use topics::topics;

use crate::ctx::Ctx;
use crate::model::notice::Event;

/// Leaves word of what became of a job, for its owner and, of a failure, for admins. Returns at once and never fails: it
/// is delivered beside the work, by the server; in a command nobody is told, its user looks on. Call it once the
/// job's end is committed.
pub fn tell(ctx: &Ctx, event: &Event) {
    if let Some(user) = &ctx.caller.user {
        ctx.app.bell.ring(user.id, event.clone());
    }
}

#[cfg(test)]
mod tests;
