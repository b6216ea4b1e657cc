//! Sets of entries that a query requires and excludes, whether a hit is found by keyword or by meaning.

use std::collections::HashSet;

use crate::domain::access_filter::AccessFilter;
use crate::domain::id::EntryId;
use crate::domain::search_query::{LiteralMatcher, ParsedQuery, SearchTerm};
use crate::error::Result;
use crate::storage::notebook::entities::persons;
use crate::storage::notebook::full_text::{self, MatchExpression};
use crate::storage::notebook::{NotebookDb, entries, entry_list, tags};

/// Entries that the hits of a query are limited to.
#[derive(Default)]
pub(super) struct TermFilter {
    /// Entries with every literal term, person and tag; `None` if the query requires none.
    pub(super) only: Option<HashSet<i64>>,
    /// Entries with an excluded term, person or tag.
    pub(super) without: HashSet<i64>,
}

impl TermFilter {
    /// Finds the entries that a query requires and excludes.
    pub(super) fn load(db: &NotebookDb<'_>, query: &ParsedQuery, within: &AccessFilter) -> Result<Self> {
        let mut filter = Self::default();
        let mut literal: Vec<SearchTerm> = query.terms.iter().filter(|term| term.is_literal()).cloned().collect();
        for name in &query.persons {
            match mentions_of(db, name, within)? {
                Some(entries) => filter.narrow(entries),
                None => literal.push(name_term(name)),
            }
        }
        if !literal.is_empty() {
            filter.narrow(matching_all(db, &literal, within)?);
        }
        let mut excluded = query.excluded.clone();
        for name in &query.excluded_persons {
            match mentions_of(db, name, within)? {
                Some(entries) => filter.without.extend(entries),
                None => excluded.push(name_term(name)),
            }
        }
        let (words, literal): (Vec<_>, Vec<_>) = excluded.into_iter().partition(|term| !term.is_literal());
        if let Some(expression) = MatchExpression::for_any(&words) {
            let found = full_text::search_newest(db, &expression, within, full_text::UNLIMITED)?;
            filter.without.extend(found.iter().map(|entry| entry.0));
        }
        if !literal.is_empty() {
            filter.without.extend(matching_any(db, &literal, within)?);
        }
        Ok(filter)
    }

    /// Adds the required and excluded tags of the boundary, for hits by meaning: keyword hits are limited to them by
    /// their statements.
    pub(super) fn with_tags(mut self, db: &NotebookDb<'_>, within: &AccessFilter) -> Result<Self> {
        if let Some(excluded) = within.excluded_tags() {
            self.without.extend(tags::list_entries_with(db, &excluded)?);
        }
        if within.required_tags().is_some() {
            self.narrow(entry_list::list_searchable(db, within)?.iter().map(|(_, entry)| entry.0).collect());
        }
        Ok(self)
    }

    /// Returns whether a hit satisfies the filter.
    pub(super) fn admits(&self, entry: EntryId) -> bool {
        !self.without.contains(&entry.0) && self.only.as_ref().is_none_or(|only| only.contains(&entry.0))
    }

    /// Returns whether no entry is excluded and none required.
    pub(super) fn is_empty(&self) -> bool {
        self.only.is_none() && self.without.is_empty()
    }

    fn narrow(&mut self, to: HashSet<i64>) {
        self.only = Some(match self.only.take() {
            Some(only) => only.intersection(&to).copied().collect(),
            None => to,
        });
    }
}

/// Returns the entries that mention a person; `None` if the name has to be looked for in the texts.
///
/// A caller with a boundary always searches the texts: an alias may come from an entry outside the boundary.
fn mentions_of(db: &NotebookDb<'_>, name: &str, within: &AccessFilter) -> Result<Option<HashSet<i64>>> {
    if within.has_key_restrictions() { Ok(None) } else { persons::list_entries(db, name) }
}

fn name_term(name: &str) -> SearchTerm {
    SearchTerm::Phrase { text: name.to_owned(), is_prefix: false }
}

/// Returns the entries that contain all literal terms.
fn matching_all(db: &NotebookDb<'_>, terms: &[SearchTerm], within: &AccessFilter) -> Result<HashSet<i64>> {
    let matcher = LiteralMatcher::new(terms);
    let candidates = candidates(db, MatchExpression::for_all(terms), within)?;
    compared(db, &candidates, matcher.names_tags(), |texts| matcher.matches(texts))
}

/// Returns the entries that contain one of the literal terms.
fn matching_any(db: &NotebookDb<'_>, terms: &[SearchTerm], within: &AccessFilter) -> Result<HashSet<i64>> {
    let matcher = LiteralMatcher::new(terms);
    let candidates = candidates(db, MatchExpression::for_any(terms), within)?;
    compared(db, &candidates, matcher.names_tags(), |texts| matcher.matches_any(texts))
}

/// Returns the entries to compare: those that the index names, or all of them for signs that it lacks.
fn candidates(db: &NotebookDb<'_>, expression: Option<MatchExpression>, within: &AccessFilter) -> Result<Vec<EntryId>> {
    match expression {
        Some(expression) => full_text::search_newest(db, &expression, within, full_text::UNLIMITED),
        None => Ok(entry_list::list_searchable(db, within)?.into_iter().map(|(_, entry)| entry).collect()),
    }
}

fn compared(
    db: &NotebookDb<'_>,
    candidates: &[EntryId],
    with_tags: bool,
    is_match: impl Fn(&[&str]) -> bool,
) -> Result<HashSet<i64>> {
    let mut found = HashSet::new();
    for &entry in candidates {
        let Some((_, title, text)) = entries::find_hit_text(db, entry)? else { continue };
        let tags = if with_tags { hashtags(&tags::list(db, entry)?) } else { String::new() };
        if is_match(&[&text, title.as_deref().unwrap_or_default(), &tags]) {
            found.insert(entry.0);
        }
    }
    Ok(found)
}

/// Returns tags as they are written in a text.
fn hashtags(tags: &[String]) -> String {
    tags.iter().map(|tag| format!("#{tag}")).collect::<Vec<_>>().join(" ")
}
