//! Chunks of even size: paragraphs packed up to the limit, with the last ones repeated in the next chunk.

use super::Chunk;
use super::Settings;
use super::pieces::Joint;
use super::pieces::Pieces;
use super::pieces::Position;
use super::sentences;

/// Packs a text's paragraphs; one that is over the limit is packed by its sentences and shares no chunk with others.
pub(super) fn chunk(text: &str, settings: &Settings) -> Vec<Chunk> {
    let &Settings { max_tokens: max, overlap_tokens: overlap, .. } = settings;
    if let Some(whole) = super::whole(text, max) {
        return vec![whole];
    }
    let ranges = sentences::paragraphs(text);
    let paragraphs = Pieces::measure(text, &ranges, Joint::BlankLine, Position::default());
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
            let sentences = Pieces::measure(text, &inside, Joint::Space, start);
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
