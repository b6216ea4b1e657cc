//! Filter of the entries that a caller may access, as queries bind it.

use crate::domain::api_key::KeyRestrictions;
use crate::domain::tag::{self, TagFilter};
use crate::error::{Error, ErrorKind, Result};

/// Entries that a query may return: the restrictions of the caller's key, narrowed to the requested dates and tags.
///
/// Narrowing only ever adds conditions. Every query about entries binds all five parameters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct AccessFilter {
    from: Option<String>,
    to: Option<String>,
    /// True if the key restricts dates, as opposed to the request.
    key_restricts_dates: bool,
    /// Tags that the key excludes.
    key_without: Vec<String>,
    /// Tags that the request excludes.
    asked_without: Vec<String>,
    /// Tags that the request requires, all of them.
    with: Vec<String>,
}

impl AccessFilter {
    /// Creates the filter of a key's restrictions.
    pub(crate) fn from_restrictions(boundary: &KeyRestrictions) -> Self {
        // Older versions kept the sign of `#private`, both as a tag and in a key.
        let spellings = |tag: &String| {
            let bare = tag::bare(tag).to_owned();
            [format!("#{bare}"), bare]
        };
        Self {
            from: boundary.from.clone(),
            to: boundary.to.clone(),
            key_restricts_dates: boundary.from.is_some() || boundary.to.is_some(),
            key_without: boundary.without_tags.iter().flat_map(spellings).collect(),
            asked_without: Vec::new(),
            with: Vec::new(),
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

    /// Narrows the filter to entries with all required tags and none of the excluded ones.
    pub(crate) fn narrowed_to_tags(&self, tagged: &TagFilter) -> Self {
        let mut narrowed = self.clone();
        narrowed.with.extend(tagged.tags.iter().cloned());
        narrowed.asked_without.extend(tagged.without_tags.iter().cloned());
        narrowed
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

    /// `:without`, a JSON array of tags that the key or the request excludes; `None` without any.
    pub(crate) fn excluded_tags(&self) -> Option<String> {
        json_array(self.key_without.iter().chain(&self.asked_without))
    }

    /// `:with`, a JSON array of tags that the request requires; `None` without any.
    pub(crate) fn required_tags(&self) -> Option<String> {
        json_array(&self.with)
    }

    /// Returns the tags that the request requires.
    pub(crate) fn required_tags_list(&self) -> &[String] {
        &self.with
    }

    /// Returns one required tag and the filter of everything else, for a query that reads the entries of that tag only;
    /// `None` if no tag is required.
    pub(crate) fn split_required_tag(&self) -> Option<(String, Self)> {
        let (first, rest) = self.with.split_first()?;
        Some((first.clone(), Self { with: rest.to_vec(), ..self.clone() }))
    }

    /// Returns the excluded tags as a JSON array and the filter of everything else, for a query that removes the entries
    /// with these tags itself; `None` if no tag is excluded.
    pub(crate) fn split_excluded_tags(&self) -> Option<(String, Self)> {
        let excluded = self.excluded_tags()?;
        Some((excluded, Self { key_without: Vec::new(), asked_without: Vec::new(), ..self.clone() }))
    }

    /// Returns whether the key has restrictions, regardless of the requested dates and tags.
    pub(crate) fn has_key_restrictions(&self) -> bool {
        self.key_restricts_dates || !self.key_without.is_empty()
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
        if tags.iter().any(|tag| self.key_without.iter().any(|excluded| tag::is_within(tag, excluded))) {
            return Err(outside_restrictions_error(
                "this key may not access entries with that tag",
                "leave the tag out",
            ));
        }
        Ok(())
    }
}

fn json_array<'t>(tags: impl IntoIterator<Item = &'t String>) -> Option<String> {
    let tags: Vec<&String> = tags.into_iter().collect();
    (!tags.is_empty()).then(|| serde_json::json!(tags).to_string())
}

fn outside_restrictions_error(message: &str, hint: &str) -> Error {
    Error::new(ErrorKind::Forbidden, message).code("outside_boundary").hint(hint)
}
