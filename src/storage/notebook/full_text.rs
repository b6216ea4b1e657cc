//! Full-text search with FTS5.

use std::collections::HashMap;

use rusqlite::named_params;

use crate::domain::access_filter::AccessFilter;
use crate::domain::id::EntryId;
use crate::error::{ErrorKind, Result};
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entry_access::{self, restricted_statement};

/// An FTS5 MATCH expression. Only [`match_expression`] creates one, so user input is always quoted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MatchExpression(String);

/// A full-text match with its bm25 relevance: positive, higher is better.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct FullTextHit {
    pub(crate) entry: EntryId,
    pub(crate) relevance: f64,
}

/// Builds an expression of the quoted words of a query; `None` if no word has a letter or digit.
///
/// `all` requires every word, otherwise any.
pub(crate) fn match_expression(query: &str, all: bool) -> Option<MatchExpression> {
    let words: Vec<String> = query
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| word.chars().any(|c| c.is_alphanumeric() || c == '_'))
        .map(|word| format!("\"{}\"", word.replace('"', "\"\"")))
        .collect();
    let joint = if all { " AND " } else { " OR " };
    (!words.is_empty()).then(|| MatchExpression(words.join(joint)))
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
             WHERE f.entries_fts MATCH :expression AND f.rank MATCH 'bm25(2.0, 1.0)' AND e.date_confirmed = 1 AND",
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

    #[test]
    fn search_input_becomes_quoted_words_or_none() {
        let words = |query| match_expression(query, true).map(|expression| expression.0);

        assert_eq!(words("rain dog").unwrap(), "\"rain\" AND \"dog\"");
        assert_eq!(words("say \"hi\"").unwrap(), "\"say\" AND \"\"\"hi\"\"\"");
        assert_eq!(words("NEAR(a b) -c*").unwrap(), "\"NEAR(a\" AND \"b)\" AND \"-c*\"");
        assert_eq!(words("a\0b").unwrap(), "\"a\" AND \"b\"");
        assert_eq!(words(" - * ( ) \" ' "), None);
    }
}
