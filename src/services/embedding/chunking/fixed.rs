//! Fixed-size chunking: packs paragraphs up to the token limit and repeats the last ones in the next chunk.

use crate::domain::sentences;
use crate::services::embedding::chunking::pieces::{MeasuredPieces, PieceSeparator, TextPosition};
use crate::services::embedding::chunking::settings::ChunkingSettings;
use crate::services::embedding::chunking::text_chunk::{TextChunk, single_chunk};

/// Packs a text's paragraphs; a paragraph over the limit is packed by its sentences and shares no chunk with others.
pub(super) fn chunk(text: &str, settings: &ChunkingSettings) -> Vec<TextChunk> {
    let &ChunkingSettings { max_tokens: max, overlap_tokens: overlap, .. } = settings;
    if let Some(whole) = single_chunk(text, max) {
        return vec![whole];
    }
    let ranges = sentences::paragraphs(text);
    let paragraphs = MeasuredPieces::measure(text, &ranges, PieceSeparator::BlankLine, TextPosition::default());
    let is_oversized = |at: &usize| paragraphs.tokens(&(*at..at + 1)) > max;

    let mut chunks = Vec::new();
    let mut at = 0;
    while at < paragraphs.len() {
        if is_oversized(&at) {
            let start = paragraphs.start(at);
            let mut inside = sentences::split(&text[ranges[at].clone()]);
            for sentence in &mut inside {
                *sentence = start.byte + sentence.start..start.byte + sentence.end;
            }
            let sentences = MeasuredPieces::measure(text, &inside, PieceSeparator::Space, start);
            chunks.extend(sentences.pack(0..sentences.len(), max, overlap).iter().map(|run| sentences.chunk(run)));
            at += 1;
        } else {
            let end = (at..paragraphs.len()).find(is_oversized).unwrap_or(paragraphs.len());
            chunks.extend(paragraphs.pack(at..end, max, overlap).iter().map(|run| paragraphs.chunk(run)));
            at = end;
        }
    }
    chunks
}
