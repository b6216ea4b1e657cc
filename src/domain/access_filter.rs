//! Filter of the entries that a caller may access, as queries bind it.

use crate::domain::api_key::KeyRestrictions;
use crate::error::{Error, ErrorKind, Result};

/// Entries that a query may return: the restrictions of the caller's key, narrowed to the requested dates.
///
/// Every query about entries binds all four parameters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct AccessFilter {
    from: Option<String>,
    to: Option<String>,
    /// True if the key restricts dates, as opposed to the request.
    key_restricts_dates: bool,
    without: Vec<String>,
    /// Excluded tags as a JSON array; `None` without any.
    tags: Option<String>,
}

impl AccessFilter {
    /// Creates the filter of a key's restrictions.
    pub(crate) fn from_restrictions(boundary: &KeyRestrictions) -> Self {
        let tags = (!boundary.without_tags.is_empty()).then(|| serde_json::json!(boundary.without_tags).to_string());
        Self {
            from: boundary.from.clone(),
            to: boundary.to.clone(),
            key_restricts_dates: boundary.from.is_some() || boundary.to.is_some(),
            without: boundary.without_tags.clone(),
            tags,
        }
    }

    /// Creates a filter by dates only, for callers without restrictions.
    pub(crate) fn for_dates(from: Option<&str>, to: Option<&str>) -> Self {
        Self::default().narrowed_to_dates(from, to)
    }

    /// Narrows the filter to an inclusive date range.
    pub(crate) fn narrowed_to_dates(&self, from: Option<&str>, to: Option<&str>) -> Self {
        let from = self.from.as_deref().max(from).map(str::to_owned);
        let to = match (self.to.as_deref(), to) {
            (Some(own), Some(asked)) => Some(own.min(asked)),
            (own, asked) => own.or(asked),
        };
        Self { from, to: to.map(str::to_owned), ..self.clone() }
    }

    /// `:from`, `YYYY-MM-DD`.
    pub(crate) fn from(&self) -> Option<&str> {
        self.from.as_deref()
    }

    /// `:to`, `YYYY-MM-DD`.
    pub(crate) fn to(&self) -> Option<&str> {
        self.to.as_deref()
    }

    /// `:confirmed`, the minimum of `date_confirmed`: a key restricted by date does not match unconfirmed dates.
    pub(crate) fn min_date_confirmed(&self) -> i64 {
        i64::from(self.key_restricts_dates)
    }

    /// `:without`, a JSON array of tags; `None` without any.
    pub(crate) fn excluded_tags(&self) -> Option<&str> {
        self.tags.as_deref()
    }

    /// Returns whether the key has restrictions, regardless of the requested dates.
    pub(crate) fn has_key_restrictions(&self) -> bool {
        self.key_restricts_dates || self.tags.is_some()
    }

    /// Refuses an entry outside of the filter, which the caller could not read back.
    ///
    /// # Errors
    /// `Forbidden`.
    pub(crate) fn ensure_visible(&self, date: &str, confirmed: bool, tags: &[String]) -> Result<()> {
        if self.key_restricts_dates && !confirmed {
            return Err(outside_restrictions_error("the date is not confirmed", "give the date"));
        }
        if self.from().is_some_and(|from| date < from) || self.to().is_some_and(|to| date > to) {
            let range = match (self.from(), self.to()) {
                (Some(from), Some(to)) => format!("{from} to {to}"),
                (Some(from), None) => format!("{from} or later"),
                (None, to) => format!("{} or earlier", to.unwrap_or_default()),
            };
            return Err(outside_restrictions_error(
                "the date is outside of what this key may access",
                &format!("give a date of {range}"),
            ));
        }
        if tags.iter().any(|tag| self.without.contains(tag)) {
            return Err(outside_restrictions_error(
                "this key may not access entries with that tag",
                "leave the tag out",
            ));
        }
        Ok(())
    }
}

fn outside_restrictions_error(message: &str, hint: &str) -> Error {
    Error::new(ErrorKind::Forbidden, message).code("outside_boundary").hint(hint)
}
