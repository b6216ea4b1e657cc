//! The part of a notebook that a caller knows of, as queries take it.

use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::model::key::Boundary;

/// The part of a notebook that a query is about: what the caller's key reaches, cut down to what is asked for.
///
/// Every query about entries binds all four of its parts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Within {
    from: Option<String>,
    to: Option<String>,
    /// Whether the key, not the question, is about dates.
    dated: bool,
    without: Vec<String>,
    /// The tags as a JSON array; `None` without any.
    tags: Option<String>,
}

impl Within {
    /// Takes what a key reaches.
    pub(crate) fn of(boundary: &Boundary) -> Self {
        let tags = (!boundary.without_tags.is_empty()).then(|| serde_json::json!(boundary.without_tags).to_string());
        Self {
            from: boundary.from.clone(),
            to: boundary.to.clone(),
            dated: boundary.from.is_some() || boundary.to.is_some(),
            without: boundary.without_tags.clone(),
            tags,
        }
    }

    /// Everything between two dates, for callers that reach everything.
    pub(crate) fn all_between(from: Option<&str>, to: Option<&str>) -> Self {
        Self::default().between(from, to)
    }

    /// Cuts it down to what lies between two dates.
    pub(crate) fn between(&self, from: Option<&str>, to: Option<&str>) -> Self {
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

    /// `:confirmed`, the least that `date_confirmed` has to be: a date in doubt lies in no range of a key.
    pub(crate) fn confirmed(&self) -> i64 {
        i64::from(self.dated)
    }

    /// `:without`, a JSON array of tags; `None` without any.
    pub(crate) fn without(&self) -> Option<&str> {
        self.tags.as_deref()
    }

    /// Tells whether a key sets it bounds, beside the dates that were asked for.
    pub(crate) fn is_bounded(&self) -> bool {
        self.dated || self.tags.is_some()
    }

    /// Refuses what would lie outside: nobody writes what they could not read back.
    ///
    /// # Errors
    /// `Forbidden`.
    pub(crate) fn admit(&self, date: &str, confirmed: bool, tags: &[String]) -> Result<()> {
        if self.dated && !confirmed {
            return Err(outside("the date is in doubt", "give the date"));
        }
        if self.from().is_some_and(|from| date < from) || self.to().is_some_and(|to| date > to) {
            let range = match (self.from(), self.to()) {
                (Some(from), Some(to)) => format!("{from} to {to}"),
                (Some(from), None) => format!("{from} or later"),
                (None, to) => format!("{} or earlier", to.unwrap_or_default()),
            };
            return Err(outside("the date lies outside of what this key reaches", &format!("give a date of {range}")));
        }
        if tags.iter().any(|tag| self.without.contains(tag)) {
            return Err(outside("this key does not reach entries with that tag", "leave the tag out"));
        }
        Ok(())
    }
}

fn outside(message: &str, hint: &str) -> Error {
    Error::new(Kind::Forbidden, message).code("outside_boundary").hint(hint)
}
