//! Access predicate of `entries`: the one place that turns an [`AccessFilter`] into SQL.
//!
//! A statement that serves restricted callers is built by [`restricted_statement!`], which appends the predicate, and runs
//! through the functions below, which bind its parameters. A test checks that no other statement takes a filter.

use rusqlite::{Row, ToSql};

use crate::domain::access_filter::AccessFilter;
use crate::error::Result;
use crate::storage::notebook::NotebookDb;

/// Statement on `entries e` that contains the access predicate. Only [`restricted_statement!`] creates one.
#[derive(Clone, Copy)]
pub(super) struct RestrictedStatement(pub(super) &'static str);

/// Expands to the condition that the caller may access the row `e` of `entries`. A tag includes the tags below it.
macro_rules! access_predicate {
    () => {
        "e.entry_date >= COALESCE(:from, '') AND e.entry_date <= COALESCE(:to, '~') AND e.date_confirmed >= :confirmed
           AND (:without IS NULL OR NOT EXISTS (
                SELECT 1 FROM entry_tags t CROSS JOIN json_each(:without) x
                WHERE t.entry_id = e.id AND (t.tag = x.value OR SUBSTR(t.tag, 1, LENGTH(x.value) + 1) = x.value || '/')))
           AND (:with IS NULL OR NOT EXISTS (
                SELECT 1 FROM json_each(:with) w WHERE NOT EXISTS (
                    SELECT 1 FROM entry_tags t WHERE t.entry_id = e.id
                    AND (t.tag = w.value OR SUBSTR(t.tag, 1, LENGTH(w.value) + 1) = w.value || '/'))))"
    };
}

/// Appends the access predicate to a statement that ends in `WHERE` or `AND`, and then an optional rest.
macro_rules! restricted_statement {
    ($head:literal) => {
        restricted_statement!($head, "")
    };
    ($head:literal, $rest:literal) => {
        $crate::storage::notebook::entry_access::RestrictedStatement(concat!(
            $head,
            " ",
            $crate::storage::notebook::entry_access::access_predicate!(),
            " ",
            $rest
        ))
    };
}

pub(super) use {access_predicate, restricted_statement};

/// Parameters of a statement other than those of the predicate.
type OtherParams<'p> = &'p [(&'p str, &'p dyn ToSql)];

/// Returns the row of a restricted statement, if any.
pub(super) fn query_optional<T>(
    db: &NotebookDb<'_>,
    within: &AccessFilter,
    statement: RestrictedStatement,
    others: OtherParams<'_>,
    from_row: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Option<T>> {
    with_params(within, others, |params| db.query_optional(statement.0, params, from_row))
}

/// Returns the row of a restricted statement that always has one.
pub(super) fn query_one<T>(
    db: &NotebookDb<'_>,
    within: &AccessFilter,
    statement: RestrictedStatement,
    others: OtherParams<'_>,
    from_row: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<T> {
    with_params(within, others, |params| db.query_one(statement.0, params, from_row))
}

/// Returns every row of a restricted statement.
pub(super) fn query_all<T>(
    db: &NotebookDb<'_>,
    within: &AccessFilter,
    statement: RestrictedStatement,
    others: OtherParams<'_>,
    from_row: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>> {
    with_params(within, others, |params| db.query_all(statement.0, params, from_row))
}

fn with_params<T>(
    within: &AccessFilter,
    others: OtherParams<'_>,
    query: impl FnOnce(OtherParams<'_>) -> Result<T>,
) -> Result<T> {
    let (from, to, confirmed) = (within.from(), within.to(), within.min_date_confirmed());
    let (without, with) = (within.excluded_tags(), within.required_tags());
    let own: [(&str, &dyn ToSql); 5] =
        [(":from", &from), (":to", &to), (":confirmed", &confirmed), (":without", &without), (":with", &with)];
    query(&[&own, others].concat())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    /// Returns the functions of a source file, each from its signature to its closing brace.
    fn functions(source: &str) -> Vec<String> {
        let product = source.split("\n#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        let mut found: Vec<String> = Vec::new();
        let mut is_open = false;
        for line in product.lines() {
            if !line.starts_with(' ') && line.contains("fn ") {
                found.push(String::new());
                is_open = true;
            }
            if let Some(function) = found.last_mut().filter(|_| is_open) {
                function.push_str(line);
                function.push('\n');
            }
            is_open &= line != "}";
        }
        found
    }

    fn sources(folder: &Path) -> Vec<(String, String)> {
        let files = walkdir::WalkDir::new(folder).into_iter().flatten();
        let files = files.filter(|file| file.path().extension().is_some_and(|extension| extension == "rs"));
        files
            .map(|file| (file.path().display().to_string(), std::fs::read_to_string(file.path()).unwrap()))
            .filter(|(path, _)| !path.ends_with("tests.rs") && !path.ends_with("entry_access.rs"))
            .collect()
    }

    /// A function that takes a filter reads `entries` through restricted statements only, so that none forgets a part
    /// of the predicate.
    #[test]
    fn every_statement_for_restricted_callers_has_the_predicate() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/storage");
        let (mut restricted, mut breaches) = (0, Vec::new());

        for (path, source) in sources(&folder) {
            if source.contains(":without")
                || source.contains(":with\"")
                || source.contains("min_date_confirmed")
                || source.contains("RestrictedStatement")
            {
                breaches.push(format!("{path}: binds the predicate itself"));
            }
            for function in functions(&source).iter().filter(|function| function.contains("&AccessFilter")) {
                let name = function.lines().next().unwrap_or_default();
                let reads = ["FROM entries e", "JOIN entries e"];
                let reads: usize = reads.iter().map(|table| function.matches(table).count()).sum();
                let statements = function.matches("restricted_statement!(").count();
                let other_reads = ["FROM entries\n", "FROM entries ", "JOIN entries ", "entries_fts"];
                let is_unrestricted = statements == 0 && other_reads.iter().any(|table| function.contains(table));
                if reads > statements || is_unrestricted {
                    breaches.push(format!("{path}: {name}"));
                }
                restricted += statements;
            }
        }

        assert!(breaches.is_empty(), "{breaches:#?}");
        assert!(restricted >= 14, "only {restricted} restricted statements were found");
    }
}
