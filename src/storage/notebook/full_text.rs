//! Full-text search with FTS5.

use std::collections::HashMap;

use rusqlite::named_params;

use crate::domain::access_filter::AccessFilter;
use crate::domain::id::EntryId;
use crate::domain::search_query::{ParsedQuery, SearchTerm, symbol_words};
use crate::error::{ErrorKind, Result};
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entry_access::{self, restricted_statement};
use crate::storage::notebook::search_terms::SYMBOLS_UNREAD;

/// Limit of a search for every match.
pub(crate) const UNLIMITED: usize = usize::MAX >> 1;

/// An FTS5 MATCH expression. Only its constructors create one, so user input is always quoted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MatchExpression(String);

impl MatchExpression {
    /// Builds the expression of entries that may contain all terms; `None` if no term is in the index.
    ///
    /// For a term that is compared literally the expression matches more entries, never fewer.
    pub(crate) fn for_all(terms: &[SearchTerm]) -> Option<Self> {
        Self::join(terms, " AND ")
    }

    /// Builds the expression of entries that may contain any of the terms; `None` if one of them is not in the index.
    pub(crate) fn for_any(terms: &[SearchTerm]) -> Option<Self> {
        let is_indexed = terms.iter().all(|term| term_expression(term).is_some());
        if is_indexed { Self::join(terms, " OR ") } else { None }
    }

    /// Adds the words of required tags, so that the index is asked for entries with the tags only.
    pub(crate) fn with_tags(self, tags: &[String]) -> Self {
        let tags = tags.iter().filter_map(|tag| quoted(tag)).map(|tag| ["search_terms : ", &tag].concat());
        Self(std::iter::once(["(", &self.0, ")"].concat()).chain(tags).collect::<Vec<_>>().join(" AND "))
    }

    fn join(terms: &[SearchTerm], joint: &str) -> Option<Self> {
        let parts: Vec<String> = terms.iter().filter_map(term_expression).collect();
        (!parts.is_empty()).then(|| Self(parts.join(joint)))
    }
}

/// Returns the expression of one term; `None` if it has neither a word nor an indexed symbol.
fn term_expression(term: &SearchTerm) -> Option<String> {
    match term {
        SearchTerm::Word(word) => quoted(word),
        SearchTerm::Phrase { text, is_prefix: false } => quoted(text),
        SearchTerm::Phrase { text, is_prefix: true } => {
            let last = text.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or(text);
            let before = &text[..text.len() - last.len()];
            quoted(&[before, unstemmed_prefix(last)].concat()).map(|phrase| phrase + " *")
        }
        SearchTerm::Symbols(text) => {
            let symbols = symbol_words(text).into_iter();
            let symbols = symbols.map(|word| ["(\"", &word, "\" OR \"", SYMBOLS_UNREAD, "\")"].concat());
            let parts: Vec<String> = quoted(text).into_iter().chain(symbols).collect();
            (!parts.is_empty()).then(|| ["(", &parts.join(" AND "), ")"].concat())
        }
    }
}

/// Quotes a text as an FTS5 string; `None` if it has no letter or digit.
fn quoted(text: &str) -> Option<String> {
    let has_words = text.chars().any(|c| c.is_alphanumeric() || c == '_');
    has_words.then(|| ["\"", &text.replace('"', "\"\"").replace('\0', " "), "\""].concat())
}

/// Cuts a prefix so far that the stemmer leaves it alone: the index has `happi` for "happiness" and `dai` for "days".
fn unstemmed_prefix(prefix: &str) -> &str {
    let count = prefix.chars().count();
    let keep = match count {
        0..=3 => count,
        4 => 3,
        _ => 4,
    };
    let cut = prefix.char_indices().nth(keep).map_or(prefix, |(end, _)| &prefix[..end]);
    match cut.strip_suffix(['y', 'Y']) {
        Some(shorter) if keep > 2 => shorter,
        _ => cut,
    }
}

/// Builds an expression of the words of a text, all of them required; `None` if no word has a letter or digit.
pub(crate) fn match_expression(text: &str) -> Option<MatchExpression> {
    MatchExpression::for_all(&ParsedQuery::plain(text).terms)
}

/// A full-text match with its bm25 relevance: positive, higher is better.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct FullTextHit {
    pub(crate) entry: EntryId,
    pub(crate) relevance: f64,
}

/// Returns the best matches, best first. Entries with an unconfirmed date are excluded.
///
/// bm25 weighs a word by its frequency in the whole notebook, which would reveal entries outside a key's boundary.
/// For a bounded key all matches score equally, newest first.
pub(crate) fn search_best(
    db: &NotebookDb<'_>,
    expression: &MatchExpression,
    within: &AccessFilter,
    limit: usize,
) -> Result<Vec<FullTextHit>> {
    if within.has_key_restrictions() {
        let entries = search_newest(db, expression, within, limit)?;
        return Ok(entries.into_iter().map(|entry| FullTextHit { entry, relevance: 1.0 }).collect());
    }
    entry_access::query_all(
        db,
        within,
        // `ORDER BY rank` lets FTS5 return rows best first, so the join stops at the limit.
        restricted_statement!(
            "SELECT f.rowid, f.rank
             FROM entries_fts f CROSS JOIN entries e INDEXED BY entries_days ON e.id = f.rowid
             WHERE f.entries_fts MATCH :expression AND f.rank MATCH 'bm25(2.0, 1.0, 2.0)' AND e.date_confirmed = 1 AND",
            "ORDER BY f.rank LIMIT :limit"
        ),
        &[(":expression", &expression.0), (":limit", &limit)],
        // FTS5's bm25 is smaller for better matches.
        |row| Ok(FullTextHit { entry: EntryId(row.get(0)?), relevance: -row.get::<_, f64>(1)? }),
    )
}

/// Counts the matches. Entries with an unconfirmed date are excluded.
pub(crate) fn count_matches(db: &NotebookDb<'_>, expression: &MatchExpression, within: &AccessFilter) -> Result<i64> {
    entry_access::query_one(
        db,
        within,
        restricted_statement!(
            "SELECT COUNT(*)
             FROM entries_fts f CROSS JOIN entries e INDEXED BY entries_days ON e.id = f.rowid
             WHERE f.entries_fts MATCH :expression AND e.date_confirmed = 1 AND"
        ),
        &[(":expression", &expression.0)],
        |row| row.get(0),
    )
}

/// Returns the matches, newest date first. Entries with an unconfirmed date are excluded.
pub(crate) fn search_newest(
    db: &NotebookDb<'_>,
    expression: &MatchExpression,
    within: &AccessFilter,
    limit: usize,
) -> Result<Vec<EntryId>> {
    entry_access::query_all(
        db,
        within,
        restricted_statement!(
            "SELECT f.rowid
             FROM entries_fts f CROSS JOIN entries e INDEXED BY entries_days ON e.id = f.rowid
             WHERE f.entries_fts MATCH :expression AND e.date_confirmed = 1 AND",
            "ORDER BY e.entry_date DESC, f.rowid DESC LIMIT :limit"
        ),
        &[(":expression", &expression.0), (":limit", &limit)],
        |row| row.get(0).map(EntryId),
    )
}

/// Returns a snippet of 16 tokens per entry, with matches between U+0002 and U+0003.
///
/// If only the title matches, it is the first tokens of the text.
pub(crate) fn snippets(
    db: &NotebookDb<'_>,
    expression: &MatchExpression,
    entries: &[EntryId],
) -> Result<HashMap<EntryId, String>> {
    let ids = serde_json::json!(entries).to_string();
    let found = db.query_all(
        // The unary plus keeps the ids out of the FTS5 query plan, which would look up all words again for each id.
        "SELECT rowid, snippet(entries_fts, 1, char(2), char(3), '…', 16)
         FROM entries_fts
         WHERE entries_fts MATCH :expression AND +rowid IN (SELECT value FROM json_each(:ids))",
        named_params! { ":expression": expression.0, ":ids": ids },
        |row| Ok((EntryId(row.get(0)?), row.get(1)?)),
    )?;
    Ok(found.into_iter().collect())
}

/// Rebuilds the index from the entries.
pub(crate) fn rebuild(db: &NotebookDb<'_>) -> Result<()> {
    db.execute("INSERT INTO entries_fts (entries_fts) VALUES ('rebuild')", []).map(drop)
}

/// Merges the index segments that many single writes leave.
pub(crate) fn optimize(db: &NotebookDb<'_>) -> Result<()> {
    db.execute("INSERT INTO entries_fts (entries_fts) VALUES ('optimize')", []).map(drop)
}

/// Compares the index with the entries; returns true if they agree.
pub(crate) fn is_consistent(db: &NotebookDb<'_>) -> Result<bool> {
    match db.execute("INSERT INTO entries_fts (entries_fts, rank) VALUES ('integrity-check', 1)", []) {
        Ok(_) => Ok(true),
        // FTS5 reports SQLITE_CORRUPT_VTAB; a busy or unreadable database has another kind.
        Err(error) if error.kind() == ErrorKind::Conflict => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phrase(text: &str, is_prefix: bool) -> SearchTerm {
        SearchTerm::Phrase { text: text.to_owned(), is_prefix }
    }

    #[test]
    fn words_become_quoted_strings_or_none() {
        let words = |query| match_expression(query).map(|expression| expression.0);

        assert_eq!(words("rain dog").unwrap(), "\"rain\" AND \"dog\"");
        assert_eq!(words("say \"hi\"").unwrap(), "\"say\" AND \"\"\"hi\"\"\"");
        assert_eq!(words("NEAR(a b) -c*").unwrap(), "\"NEAR(a\" AND \"b)\" AND \"-c*\"");
        assert_eq!(words("a\0b").unwrap(), "\"a\" AND \"b\"");
        assert_eq!(words(" - * ( ) \" ' "), None);
    }

    #[test]
    fn literal_terms_match_at_least_what_contains_them() {
        let one = |term| MatchExpression::for_all(&[term]).map(|expression| expression.0);

        assert_eq!(one(phrase("red house", false)).unwrap(), "\"red house\"");
        assert_eq!(one(phrase("wal", true)).unwrap(), "\"wal\" *");
        assert_eq!(one(phrase("happine", true)).unwrap(), "\"happ\" *");
        assert_eq!(one(phrase("day", true)).unwrap(), "\"da\" *");
        assert_eq!(one(phrase("old wälder", true)).unwrap(), "\"old wäld\" *");
        let symbols = one(SearchTerm::Symbols("C++".to_owned())).unwrap();
        assert_eq!(symbols, "(\"C++\" AND (\"x2b\" OR \"xsymbolsunread\"))");
        assert_eq!(one(SearchTerm::Symbols(":-)".to_owned())), None);
        assert_eq!(MatchExpression::for_any(&[phrase("a", false), SearchTerm::Symbols("!".to_owned())]), None);
    }
}
