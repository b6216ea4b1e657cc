//! The full-text index: the query that people type becomes one that FTS5 takes.

use std::collections::HashMap;

use rusqlite::named_params;

use crate::error::Kind;
use crate::error::Result;
use crate::model::id::EntryId;
use crate::model::within::Within;
use crate::storage::notebook::NotebookDb;

/// An FTS5 expression; made only here, so nothing typed reaches MATCH unquoted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Expression(String);

/// An entry that holds the words, with its bm25 relevance: higher is better, always positive.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct WordHit {
    pub(crate) entry: EntryId,
    pub(crate) relevance: f64,
}

/// Quotes the words of a query and joins them; `None` when no word has a letter or digit.
///
/// `all` asks for entries with every word, otherwise with any.
pub(crate) fn expression(query: &str, all: bool) -> Option<Expression> {
    let words: Vec<String> = query
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| word.chars().any(|c| c.is_alphanumeric() || c == '_'))
        .map(|word| format!("\"{}\"", word.replace('"', "\"\"")))
        .collect();
    let joint = if all { " AND " } else { " OR " };
    (!words.is_empty()).then(|| Expression(words.join(joint)))
}

/// Returns the best entries that match, best first. Entries with a doubtful date are left out.
///
/// bm25 weighs a word by how many entries of the whole notebook have it. A key that reaches only a part of it could count
/// them by that, so to such a key all matches are equally good, and the newest come first.
pub(crate) fn best(
    db: &NotebookDb<'_>,
    expression: &Expression,
    within: &Within,
    limit: usize,
) -> Result<Vec<WordHit>> {
    if within.is_bounded() {
        let entries = newest(db, expression, within, limit)?;
        return Ok(entries.into_iter().map(|entry| WordHit { entry, relevance: 1.0 }).collect());
    }
    db.all(
        // In the order of `rank` the index hands rows out best first, so the join ends with the last one wanted.
        "SELECT f.rowid, f.rank
         FROM entries_fts f CROSS JOIN entries e INDEXED BY entries_days ON e.id = f.rowid
         WHERE f.entries_fts MATCH :expression AND f.rank MATCH 'bm25(2.0, 1.0)' AND e.date_confirmed = 1
           AND (:from IS NULL OR e.entry_date >= :from) AND (:to IS NULL OR e.entry_date <= :to)
         ORDER BY f.rank LIMIT :limit",
        named_params! { ":expression": expression.0, ":from": within.from(), ":to": within.to(), ":limit": limit },
        // FTS5's bm25 is smaller for better matches.
        |row| Ok(WordHit { entry: EntryId(row.get(0)?), relevance: -row.get::<_, f64>(1)? }),
    )
}

/// Counts the entries that match. Those with a doubtful date are left out.
pub(crate) fn count(db: &NotebookDb<'_>, expression: &Expression, within: &Within) -> Result<i64> {
    db.one(
        "SELECT COUNT(*)
         FROM entries_fts f CROSS JOIN entries e INDEXED BY entries_days ON e.id = f.rowid
         WHERE f.entries_fts MATCH :expression AND e.date_confirmed = 1
           AND e.entry_date >= COALESCE(:from, '') AND e.entry_date <= COALESCE(:to, '~')
           AND (:without IS NULL OR NOT EXISTS (SELECT 1 FROM entry_tags t WHERE t.entry_id = e.id
                AND t.tag IN (SELECT value FROM json_each(:without))))",
        named_params! {
            ":expression": expression.0, ":from": within.from(), ":to": within.to(), ":without": within.without(),
        },
        |row| row.get(0),
    )
}

/// Returns the entries that match, newest date first. Those with a doubtful date are left out.
pub(crate) fn newest(
    db: &NotebookDb<'_>,
    expression: &Expression,
    within: &Within,
    limit: usize,
) -> Result<Vec<EntryId>> {
    db.all(
        "SELECT f.rowid
         FROM entries_fts f CROSS JOIN entries e INDEXED BY entries_days ON e.id = f.rowid
         WHERE f.entries_fts MATCH :expression AND e.date_confirmed = 1
           AND e.entry_date >= COALESCE(:from, '') AND e.entry_date <= COALESCE(:to, '~')
           AND (:without IS NULL OR NOT EXISTS (SELECT 1 FROM entry_tags t WHERE t.entry_id = e.id
                AND t.tag IN (SELECT value FROM json_each(:without))))
         ORDER BY e.entry_date DESC, f.rowid DESC LIMIT :limit",
        named_params! {
            ":expression": expression.0, ":from": within.from(), ":to": within.to(), ":without": within.without(),
            ":limit": limit,
        },
        |row| row.get(0).map(EntryId),
    )
}

/// Returns for each of some entries that match 16 tokens of the text around the match, matches between U+0002 and U+0003;
/// its first tokens when only the title matches.
pub(crate) fn snippets(
    db: &NotebookDb<'_>,
    expression: &Expression,
    entries: &[EntryId],
) -> Result<HashMap<EntryId, String>> {
    let ids = serde_json::json!(entries).to_string();
    let found = db.all(
        // The plus keeps the ids out of the index's hands: it would look all words up anew for each of them.
        "SELECT rowid, snippet(entries_fts, 1, char(2), char(3), '…', 16)
         FROM entries_fts
         WHERE entries_fts MATCH :expression AND +rowid IN (SELECT value FROM json_each(:ids))",
        named_params! { ":expression": expression.0, ":ids": ids },
        |row| Ok((EntryId(row.get(0)?), row.get(1)?)),
    )?;
    Ok(found.into_iter().collect())
}

/// Makes the index anew from the entries.
pub(crate) fn rebuild(db: &NotebookDb<'_>) -> Result<()> {
    db.run("INSERT INTO entries_fts (entries_fts) VALUES ('rebuild')", []).map(drop)
}

/// Merges the index's segments, which a long run of single writes leaves many of.
pub(crate) fn optimize(db: &NotebookDb<'_>) -> Result<()> {
    db.run("INSERT INTO entries_fts (entries_fts) VALUES ('optimize')", []).map(drop)
}

/// Compares the index with the entries; tells whether they agree.
pub(crate) fn agrees(db: &NotebookDb<'_>) -> Result<bool> {
    match db.run("INSERT INTO entries_fts (entries_fts, rank) VALUES ('integrity-check', 1)", []) {
        Ok(_) => Ok(true),
        // FTS5 answers SQLITE_CORRUPT_VTAB; a busy or unreadable database is another matter.
        Err(error) if error.kind() == Kind::Conflict => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_typed_becomes_quoted_words_or_nothing() {
        let words = |query| expression(query, true).map(|expression| expression.0);

        assert_eq!(words("rain dog").unwrap(), "\"rain\" AND \"dog\"");
        assert_eq!(words("say \"hi\"").unwrap(), "\"say\" AND \"\"\"hi\"\"\"");
        assert_eq!(words("NEAR(a b) -c*").unwrap(), "\"NEAR(a\" AND \"b)\" AND \"-c*\"");
        assert_eq!(words("a\0b").unwrap(), "\"a\" AND \"b\"");
        assert_eq!(words(" - * ( ) \" ' "), None);
    }
}
