//! Measures search relevance on 60 journal paragraphs: 60 questions that share few words with their answers, and
//! keyword queries of the paragraphs' rarest words. Prints MRR@10 and recall@5 of full-text, vector and fused ranking,
//! measured through an encrypted journal.
//!
//! `cargo bench --bench relevance`

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark prints, and ends where anything fails")]

mod support;

use std::collections::BTreeMap;

use journal::domain::scope::Scope;
use journal::domain::search_result::SearchHit;
use journal::jobs;
use support::{BenchJournal, RelevanceDataset};

/// Query text with the ids of the relevant paragraphs.
type RelevanceQuery = (String, Vec<i64>);

fn main() {
    let data = RelevanceDataset::load();
    let questions: Vec<RelevanceQuery> = data.questions.iter().map(|q| (q.text.clone(), q.relevant.clone())).collect();
    let keywords = keyword_queries(&data);
    println!(
        "{} paragraphs, {} questions, {} keyword queries\n",
        data.paragraphs.len(),
        questions.len(),
        keywords.len()
    );
    println!("{:<34}{:>22}{:>22}", "", "questions", "keyword queries");
    println!("{:<34}{:>12}{:>10}{:>12}{:>10}", "", "MRR@10", "recall@5", "MRR@10", "recall@5");
    for strategy in ["semantic", "fixed"] {
        let texts: Vec<String> = data.paragraphs.iter().map(|paragraph| paragraph.text.clone()).collect();
        support::runtime().block_on(async {
            let journal = BenchJournal::new(&[("CHUNKING_STRATEGY", strategy)], None).await;
            journal.store(&texts, texts.len()).await;
            let words = measure(&journal, &[&questions, &keywords], by_score).await;
            jobs::drain(&journal.ctx, Scope::Ingest, &|_, _| {}).await.unwrap();
            let meaning = measure(&journal, &[&questions, &keywords], by_vector).await;
            let fused = measure(&journal, &[&questions, &keywords], by_score).await;
            for (name, scores) in [("full-text only", words), ("vectors only", meaning), ("fused", fused)] {
                print!("{:<34}", format!("{strategy} chunks, {name}"));
                for (mrr, recall) in scores {
                    print!("{mrr:>12.3}{recall:>10.3}");
                }
                println!();
            }
        });
    }
}

async fn measure(
    journal: &BenchJournal,
    sets: &[&Vec<RelevanceQuery>],
    order: fn(&[SearchHit]) -> Vec<i64>,
) -> Vec<(f64, f64)> {
    let mut scores = Vec::new();
    for set in sets {
        let (mut reciprocal, mut recalled) = (0.0, 0.0);
        for (query, relevant) in *set {
            let ids = order(&journal.search(query, 50).await.unwrap().items);
            // Paragraph 0 is entry 1.
            let rank = ids.iter().position(|id| relevant.contains(&(id - 1)));
            reciprocal += rank.filter(|rank| *rank < 10).map_or(0.0, |rank| 1.0 / (rank as f64 + 1.0));
            recalled += f64::from(u8::from(rank.is_some_and(|rank| rank < 5)));
        }
        scores.push((reciprocal / set.len() as f64, recalled / set.len() as f64));
    }
    scores
}

fn by_score(hits: &[SearchHit]) -> Vec<i64> {
    hits.iter().map(|hit| hit.entry_id.0).collect()
}

/// Orders entries by the cosine similarity of their best chunk.
fn by_vector(hits: &[SearchHit]) -> Vec<i64> {
    let cosine = |hit: &SearchHit| hit.matching_chunks.first().map_or(f64::MIN, |chunk| chunk.score);
    let mut hits = hits.to_vec();
    hits.sort_by(|a, b| cosine(b).total_cmp(&cosine(a)));
    by_score(&hits)
}

/// Returns a query of the two rarest words of each paragraph.
fn keyword_queries(data: &RelevanceDataset) -> Vec<RelevanceQuery> {
    let words = |text: &str| -> Vec<String> {
        let parts = text.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
        parts.filter(|word| word.len() > 3).collect()
    };
    let mut frequency: BTreeMap<String, usize> = BTreeMap::new();
    for paragraph in &data.paragraphs {
        let mut own = words(&paragraph.text);
        own.sort();
        own.dedup();
        for word in own {
            *frequency.entry(word).or_default() += 1;
        }
    }
    let rarest = |text: &str| {
        let mut own = words(text);
        own.sort_by_key(|word| (frequency[word], std::cmp::Reverse(word.len()), word.clone()));
        own.dedup();
        own.truncate(2);
        own.join(" ")
    };
    data.paragraphs.iter().map(|paragraph| (rarest(&paragraph.text), vec![paragraph.id])).collect()
}
