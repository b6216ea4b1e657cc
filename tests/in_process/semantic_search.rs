//! Semantic search returns current entries after edits, deletions, writes of another process and a model change.

use std::sync::Arc;

use crate::bench_support::{BenchJournal, InstantEmbedder};
use journal::domain::id::EntryId;
use journal::domain::scope::Scope;
use journal::domain::search_result::SearchPage;
use journal::error::{ErrorKind, Result};
use journal::jobs::{self, ReindexTargets};
use journal::providers::embedder::TextEmbedder;
use journal::services::entries::{self, DeletionMode, EntryEdit};
use journal::services::ingest;

const GRIEF: &str = "Grandmother died in her sleep last night. Mother was calm and I was not.";
const TAXES: &str = "Two shoe boxes of receipts and a missing certificate. I hate the paperwork for the tax office.";

fn ids(found: &SearchPage) -> Vec<i64> {
    found.items.iter().map(|hit| hit.entry_id.0).collect()
}

async fn two_entries(journal: &BenchJournal) {
    ingest::write(&journal.ctx, GRIEF, Some("2026-03-03")).await.unwrap();
    ingest::write(&journal.ctx, TAXES, Some("2026-03-21")).await.unwrap();
    jobs::drain(&journal.ctx, Scope::Ingest, &|_, _| {}).await.unwrap();
}

#[tokio::test]
async fn a_query_finds_an_entry_without_common_words() {
    let journal = BenchJournal::new(&[], None).await;
    two_entries(&journal).await;

    let found = journal.search("who in the family passed away?", 10).await.unwrap();

    assert_eq!(ids(&found)[0], 1);
    assert_eq!(found.items[0].snippet, None);
    let chunk = &found.items[0].matching_chunks[0];
    let [start, end] = [chunk.char_start, chunk.char_end].map(|place| usize::try_from(place).unwrap());
    let slice: String = GRIEF.chars().skip(start).take(end - start).collect();
    assert_eq!(chunk.text, slice);
}

#[tokio::test]
async fn an_entry_is_found_by_word_before_it_has_vectors() {
    let journal = BenchJournal::new(&[], None).await;
    two_entries(&journal).await;
    ingest::write(&journal.ctx, "The zeppelin landed on our roof.", None).await.unwrap();

    let found = journal.search("zeppelin", 10).await.unwrap();

    assert_eq!(ids(&found)[0], 3);
    assert!(found.items[0].snippet.as_ref().unwrap().contains("\u{2}zeppelin\u{3}"));
}

#[tokio::test]
async fn a_title_match_shows_a_snippet_of_the_text() {
    let journal = BenchJournal::new(&[], Some(Arc::new(InstantEmbedder))).await;
    two_entries(&journal).await;
    let title = Some("Farewell".to_owned());
    entries::edit(&journal.ctx, EntryId(1), EntryEdit { title, ..EntryEdit::default() }).await.unwrap();

    let by_title = journal.search("farewell", 10).await.unwrap();
    let by_text = journal.search("grandmother", 10).await.unwrap();

    let first = &by_title.items[0];
    assert_eq!((first.entry_id, first.title.as_deref()), (EntryId(1), Some("Farewell")));
    assert!(first.snippet.as_ref().unwrap().starts_with("Grandmother died"));
    assert!(by_text.items[0].snippet.as_ref().unwrap().starts_with("\u{2}Grandmother\u{3} died"));
}

#[tokio::test]
async fn edits_and_deletions_by_another_process_show_at_once() {
    let journal = BenchJournal::new(&[], None).await;
    two_entries(&journal).await;
    assert_eq!(ids(&journal.search("bereavement", 10).await.unwrap())[0], 1);
    let other = journal.open_second();

    let text = "We planted radishes in the new allotment.".to_owned();
    entries::edit(&other, EntryId(1), EntryEdit { text: Some(text), ..EntryEdit::default() }).await.unwrap();
    let before_embedding = journal.search("bereavement", 10).await.unwrap();
    jobs::drain(&other, Scope::Ingest, &|_, _| {}).await.unwrap();
    let gardening = journal.search("gardening", 10).await.unwrap();
    entries::delete(&other, vec![EntryId(1)], DeletionMode::Trash).await.unwrap();
    let deleted = journal.search("gardening", 10).await.unwrap();

    assert!(!ids(&before_embedding).contains(&1));
    assert_eq!(ids(&gardening)[0], 1);
    assert!(!ids(&deleted).contains(&1));
}

#[tokio::test]
async fn a_changed_date_changes_the_matching_range() {
    let journal = BenchJournal::new(&[], None).await;
    two_entries(&journal).await;
    let march_third = || journal.search_between("who passed away?", "2026-03-03", "2026-03-03");
    assert_eq!(ids(&march_third().await.unwrap()), [1]);

    let date = Some("2026-04-01".to_owned());
    entries::edit(&journal.ctx, EntryId(1), EntryEdit { date, ..EntryEdit::default() }).await.unwrap();

    assert!(ids(&march_third().await.unwrap()).is_empty());
}

#[tokio::test]
async fn vectors_of_two_models_are_never_mixed() {
    let journal = BenchJournal::new(&[], Some(Arc::new(OtherEmbedder))).await;
    two_entries(&journal).await;
    let journal = journal.reopen(None);

    let search = journal.search("family", 10).await.unwrap_err();
    ingest::write(&journal.ctx, "A third one.", None).await.unwrap();
    let embed = jobs::drain(&journal.ctx, Scope::Ingest, &|_, _| {}).await.unwrap_err();
    jobs::reindex(&journal.ctx, ReindexTargets { embed: true, ..ReindexTargets::default() }).await.unwrap();
    jobs::drain(&journal.ctx, Scope::Ingest, &|_, _| {}).await.unwrap();

    for refused in [search, embed] {
        assert_eq!(refused.kind(), ErrorKind::Conflict);
        assert!(refused.hint_text().unwrap().contains("journal reindex --embed"));
    }
    assert_eq!(ids(&journal.search("who in the family passed away?", 10).await.unwrap())[0], 1);
}

#[tokio::test]
async fn any_punctuation_is_a_valid_query() {
    let journal = BenchJournal::new(&[], Some(Arc::new(InstantEmbedder))).await;
    two_entries(&journal).await;

    for query in [
        "\"",
        "'",
        "*",
        "a*",
        "-x",
        "NEAR(",
        "a OR",
        "AND",
        "^",
        "col:x",
        "{}",
        "\\",
        "%",
        "日本",
        "\u{1f600}",
        "a\0b",
        "((",
    ] {
        journal.search(query, 10).await.unwrap_or_else(|error| panic!("{query:?}: {error:?}"));
    }
}

#[tokio::test]
async fn a_long_text_is_chunked_and_found() {
    let journal = BenchJournal::new(&[], Some(Arc::new(InstantEmbedder))).await;
    let filler = "The train was late again and nobody said why. ".repeat(1_500);
    let text = format!("{filler}\n\nMy grandmother died in her sleep.\n\n{filler}");

    ingest::write(&journal.ctx, &text, None).await.unwrap();
    jobs::drain(&journal.ctx, Scope::Ingest, &|_, _| {}).await.unwrap();

    let entry = entries::get(&journal.ctx, EntryId(1)).await.unwrap();
    assert!(entry.chunk_count > 100, "{}", entry.chunk_count);
    assert_eq!(ids(&journal.search("grandmother", 10).await.unwrap()), [1]);
}

/// Embedder with a different model ID and dimension.
struct OtherEmbedder;

impl TextEmbedder for OtherEmbedder {
    fn id(&self) -> &'static str {
        "other"
    }

    fn dimension(&self) -> usize {
        2
    }

    fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>> {
        Ok(texts.iter().map(|_| vec![0.6, 0.8]).collect())
    }
}
