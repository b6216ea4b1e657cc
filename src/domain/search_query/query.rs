//! A parsed search query.

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::domain::search_query::matching::is_word_char;
use crate::domain::search_query::term::SearchTerm;
use crate::domain::tag::TagFilter;

/// Inclusive range of days that a query names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueryDays {
    /// First day.
    pub first: Date,
    /// Last day.
    pub last: Date,
}

/// Reads a text that is a day or a range of days; `None` for any other text.
pub type DayReader<'r> = &'r dyn Fn(&str) -> Option<QueryDays>;

/// A parsed query.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ParsedQuery {
    /// The query as typed, trimmed.
    pub typed: String,
    /// Parts that an exact hit contains.
    pub terms: Vec<SearchTerm>,
    /// Parts that no hit contains.
    pub excluded: Vec<SearchTerm>,
    /// Required and excluded tags.
    pub tagged: TagFilter,
    /// Names of persons whom every hit mentions.
    pub persons: Vec<String>,
    /// Names of persons whom no hit mentions.
    pub excluded_persons: Vec<String>,
    /// First day of the hits.
    pub from: Option<Date>,
    /// Last day of the hits.
    pub to: Option<Date>,
    /// The days that the whole query names; their entries come first.
    pub days: Option<QueryDays>,
    /// The query without operators, for the search by meaning; empty if there is nothing to embed.
    pub meaning: String,
    /// Operators whose value is no date; they are searched as words.
    pub unread_dates: Vec<String>,
}

impl ParsedQuery {
    /// Creates the query of all words of a text, without operators: questions and topics.
    #[must_use]
    pub fn plain(text: &str) -> Self {
        let text = text.trim();
        let words = text.split(|c: char| c.is_whitespace() || c.is_control());
        let terms = words.filter(|word| word.contains(is_word_char));
        Self {
            typed: text.to_owned(),
            terms: terms.map(|word| SearchTerm::Word(word.to_owned())).collect(),
            meaning: text.to_owned(),
            ..Self::default()
        }
    }

    /// Returns whether the query filters but names no text and no day to look for.
    #[must_use]
    pub fn is_filter_only(&self) -> bool {
        let has_filter = self.tagged != TagFilter::default()
            || !(self.excluded.is_empty() && self.persons.is_empty() && self.excluded_persons.is_empty())
            || self.from.is_some()
            || self.to.is_some();
        has_filter && self.terms.is_empty() && self.days.is_none()
    }

    pub(super) fn narrow_to(&mut self, from: Option<Date>, to: Option<Date>) {
        self.from = self.from.max(from);
        self.to = match (self.to, to) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
    }

    pub(super) fn narrow_to_before(&mut self, days: QueryDays) {
        self.narrow_to(None, Some(days.first.saturating_sub(1.day())));
    }

    pub(super) fn narrow_to_after(&mut self, days: QueryDays) {
        self.narrow_to(Some(days.last.saturating_add(1.day())), None);
    }
}
