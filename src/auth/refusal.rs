//! Refused logins and keys in the audit trail, so that an attack can neither hide in it nor fill the disk with it.

use jiff::SignedDuration;

use crate::app::App;
use crate::audit::Trail;
use crate::ctx::Origin;
use crate::error::Result;
use crate::model::audit::Action;
use crate::storage::accounts::AccountsDb;
use crate::storage::accounts::refusals;

/// Lines a minute about one account, about unknown ones together, and about keys together. Whoever floods one of them
/// does not drown the others.
pub(crate) const LINES_A_MINUTE: i64 = 10;

/// Somebody was refused; taken out of a request so that a transaction can carry it.
pub(super) struct Refusal {
    trail: Trail,
    a_minute_ago: String,
}

impl Refusal {
    pub(super) fn new(app: &App, origin: &Origin) -> Self {
        Self { trail: Trail::of_stranger(app, origin), a_minute_ago: app.stamp_in(SignedDuration::from_mins(-1)) }
    }

    pub(super) fn at(&self) -> &str {
        self.trail.at()
    }

    /// Writes it down: a line of its own, or one more of those that the next line sums up.
    pub(super) fn note(&self, db: &AccountsDb<'_>, resource: &str) -> Result<()> {
        refusals::count(db, resource)?;
        if refusals::recorded_since(db, resource, &self.a_minute_ago)? >= LINES_A_MINUTE {
            return refusals::leave_out(db, resource);
        }
        let left_out = refusals::take_left_out(db, resource)?;
        if left_out > 0 {
            self.trail.refuse_more(db, Action::FailedAuth, resource, left_out)?;
        }
        self.trail.refuse(db, Action::FailedAuth, resource)
    }
}
