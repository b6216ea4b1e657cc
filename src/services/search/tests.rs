//! Ranking of parsed queries in a small notebook: what they find, and that no query fails.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use proptest::prelude::*;
use tempfile::TempDir;

use super::query_dates::read_days;
use super::ranking::RankingRequest;
use crate::config::SearchLimits;
use crate::domain::access_filter::AccessFilter;
use crate::domain::api_key::KeyRestrictions;
use crate::domain::calendar::JournalCalendar;
use crate::domain::entry::SourceType;
use crate::domain::id::EntryId;
use crate::domain::search_query::ParsedQuery;
use crate::domain::search_result::SearchSort;
use crate::domain::tag::TagFilter;
use crate::storage::database::EncryptedDatabase;
use crate::storage::notebook::{self, NotebookDb, NotebookKind, entries, tags};

const LIMITS: SearchLimits = SearchLimits { keyword: 50, vector: 0, fused: 30 };

const TEXTS: [(&str, &str, &[&str]); 5] = [
    ("2024-03-01", "Sushi with wine 🎉", &["food"]),
    ("2024-03-02", "Sushi and green tea", &["food", "tea"]),
    ("2024-03-03", "The red house", &["walks/town"]),
    ("2024-03-04", "C++ & 50% \"quoted\" *stars*", &[]),
    ("2024-03-05", "tag:food on:2024-03-01 -wine", &["private"]),
];

fn filled() -> (TempDir, EncryptedDatabase<NotebookKind>) {
    let (folder, notebook) = notebook::test_support::temp_notebook();
    notebook
        .write(|db| {
            for (day, text, tagged) in TEXTS {
                let new = entries::NewEntry {
                    entry_date: day,
                    date_confirmed: true,
                    dating: entries::EntryDating::default(),
                    title: None,
                    source_type: SourceType::TextEntry,
                    raw_text: text,
                    final_text: text,
                    window: None,
                    added_by: None,
                    at: "2024-03-06T00:00:00Z",
                };
                let id = entries::add(db, &new)?;
                tags::set(db, id, &tagged.iter().map(|tag| (*tag).to_owned()).collect::<Vec<_>>())?;
            }
            Ok(())
        })
        .unwrap();
    (folder, notebook)
}

fn find(db: &NotebookDb<'_>, text: &str, within: &AccessFilter) -> Vec<i64> {
    let now: Timestamp = "2024-03-05T12:00:00Z".parse().unwrap();
    let calendar = JournalCalendar::for_zone(TimeZone::UTC);
    let query = ParsedQuery::parse(text, &|day| read_days(day, now, &calendar));
    let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string());
    let within = within.narrowed_to_dates(day(query.from).as_deref(), day(query.to).as_deref());
    let within = within.narrowed_to_tags(&query.tagged);
    let ranked = RankingRequest { query: &query, within: &within, limits: LIMITS }.rank(db, None).unwrap();
    let hits = ranked.page(db, SearchSort::DateAsc, 50, 0).unwrap();
    hits.iter().map(|hit| hit.entry_id.0).collect()
}

fn private_key() -> AccessFilter {
    AccessFilter::from_restrictions(&KeyRestrictions {
        without_tags: vec!["private".to_owned(), "walks".to_owned()],
        ..KeyRestrictions::default()
    })
}

#[test]
fn each_operator_finds_its_entries() {
    let (_folder, notebook) = filled();

    for (query, wanted) in [
        ("sushi", &[1, 2][..]),
        ("sushi -wine", &[2]),
        ("food", &[1, 2, 5]),
        ("tag:food", &[1, 2]),
        ("tag:food -tag:tea", &[1]),
        ("tag:walks", &[3]),
        ("\"green tea\" sushi", &[2]),
        ("gre*", &[2]),
        ("🎉", &[1]),
        ("c++", &[4]),
        ("50%", &[4]),
        ("on:2024-03-03", &[3]),
        ("after:2024-03-03", &[4, 5]),
        ("2024-03-04", &[4]),
        ("today", &[5]),
        ("-sushi", &[3, 4, 5]),
        ("person:sushi", &[1, 2]),
        ("*", &[]),
        ("tag:food tag:private", &[]),
    ] {
        assert_eq!(notebook.read(|db| Ok(find(db, query, &AccessFilter::default()))).unwrap(), wanted, "{query}");
    }
}

#[test]
fn the_requests_tags_are_added_to_those_of_the_key() {
    let (_folder, notebook) = filled();
    let tagged = |tags: &[&str], without: &[&str]| {
        let list = |tags: &[&str]| tags.iter().map(|tag| (*tag).to_owned()).collect();
        private_key().narrowed_to_tags(&TagFilter { tags: list(tags), without_tags: list(without) })
    };

    for (within, wanted) in [
        (private_key(), &[1, 2, 4][..]),
        (tagged(&["private"], &[]), &[]),
        (tagged(&["walks/town"], &[]), &[]),
        (tagged(&["food"], &[]), &[1, 2]),
        (tagged(&["food"], &["tea"]), &[1]),
        (tagged(&[], &["food"]), &[4]),
        (tagged(&["food", "tea"], &["private"]), &[2]),
    ] {
        assert_eq!(notebook.read(|db| Ok(find(db, "before:2030", &within))).unwrap(), wanted, "{within:?}");
        let is_visible = |id: &i64| notebook.read(|db| entries::exists_within(db, EntryId(*id), &within)).unwrap();
        let visible: Vec<i64> = (1..=5).filter(is_visible).collect();
        assert_eq!(visible, wanted, "{within:?}");
        assert!(within.has_key_restrictions(), "by the key");
    }
    let asked = TagFilter { tags: vec!["a".to_owned()], without_tags: vec!["b".to_owned()] };
    assert!(!AccessFilter::default().narrowed_to_tags(&asked).has_key_restrictions(), "by the request");
}

/// Operators, in and out of place.
const OPERATORS: &[&str] = &[
    "\"",
    "“",
    "”",
    "«",
    "-",
    "+",
    "*",
    "(",
    ")",
    "NEAR(",
    "AND",
    "OR",
    "NOT",
    "tag:",
    "-tag:",
    "person:",
    "on:",
    "before:",
    "after:",
    "sushi",
    "tea",
    "food",
    "2024-03-02",
    "today",
    "🎉",
    "c++",
    "'",
    "''",
    "^",
    ":",
    "{",
    "}",
    "search_terms:",
    "title :",
    "\0",
    "\\",
    "%",
    "_",
    ";--",
    "\u{202e}",
    "\u{301}",
];

/// Parts of queries: the operators and any characters.
fn query_part() -> impl Strategy<Value = String> {
    prop_oneof![3 => prop::sample::select(OPERATORS).prop_map(str::to_owned), 1 => "\\PC{1,6}"]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_query_fails_or_leaves_the_boundary(
        queries in prop::collection::vec((prop::collection::vec(query_part(), 1..7), any::<bool>()), 1..24),
    ) {
        let (_folder, notebook) = filled();
        for (parts, spaced) in queries {
            let query = parts.join(if spaced { " " } else { "" });
            let all = notebook.read(|db| Ok(find(db, &query, &AccessFilter::default()))).unwrap();
            let part = notebook.read(|db| Ok(find(db, &query, &private_key()))).unwrap();
            prop_assert!(part.iter().all(|id| ![3, 5].contains(id)), "{query}: {part:?}");
            prop_assert!(all.len() <= TEXTS.len());
        }
    }
}
