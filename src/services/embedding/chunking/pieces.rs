//! Pieces that chunks are packed from, with positions and token counts computed once.

use std::ops::Range;

use crate::services::embedding::chunking::text_chunk::TextChunk;
use crate::services::embedding::chunking::tokens;

/// Separator between two pieces of a chunk, independent of the source.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum PieceSeparator {
    Space,
    BlankLine,
}

/// A position in the source, in bytes and in code points.
#[derive(Clone, Copy, Default)]
pub(super) struct TextPosition {
    pub byte: usize,
    pub char: usize,
}

/// Consecutive sentences or paragraphs of a text.
pub(super) struct MeasuredPieces<'t> {
    text: &'t str,
    separator: PieceSeparator,
    spans: Vec<MeasuredPiece>,
    /// Prefix sums of the token counts with separator.
    token_prefix_sums: Vec<usize>,
}

struct MeasuredPiece {
    start: TextPosition,
    end: TextPosition,
    /// Tokens of the piece without separator.
    token_count: usize,
}

impl<'t> MeasuredPieces<'t> {
    /// Measures the pieces of a text; the ranges ascend, are disjoint and start at or after `from`.
    pub fn measure(text: &'t str, ranges: &[Range<usize>], joint: PieceSeparator, from: TextPosition) -> Self {
        let mut at = from;
        let mut advance = |byte: usize| {
            at = TextPosition { byte, char: at.char + text[at.byte..byte].chars().count() };
            at
        };
        let mut sum = 0;
        let mut joined = vec![0];
        let mut buffer = String::new();
        let spans = ranges.iter().map(|range| {
            let (start, end) = (advance(range.start), advance(range.end));
            let written = &text[range.clone()];
            buffer.clear();
            match joint {
                PieceSeparator::Space => buffer.extend([" ", written]),
                PieceSeparator::BlankLine => buffer.extend([written, "\n\n"]),
            }
            sum += tokens::count(&buffer);
            joined.push(sum);
            MeasuredPiece { start, end, token_count: tokens::count(written) }
        });
        Self { text, separator: joint, spans: spans.collect(), token_prefix_sums: joined }
    }

    pub fn len(&self) -> usize {
        self.spans.len()
    }

    pub fn start(&self, piece: usize) -> TextPosition {
        self.spans[piece].start
    }

    /// Returns the exact token count of a run of pieces joined in a chunk.
    ///
    /// Counts of parts add up because no token crosses the start of a space or the end of a line break: the space
    /// counts with the sentence after it, the blank line with the paragraph before it.
    pub fn tokens(&self, run: &Range<usize>) -> usize {
        match self.separator {
            _ if run.is_empty() => 0,
            PieceSeparator::Space => {
                self.spans[run.start].token_count + self.token_prefix_sums[run.end]
                    - self.token_prefix_sums[run.start + 1]
            }
            PieceSeparator::BlankLine => {
                self.token_prefix_sums[run.end - 1] - self.token_prefix_sums[run.start]
                    + self.spans[run.end - 1].token_count
            }
        }
    }

    /// Packs a run of pieces into runs of at most `max` tokens; a larger piece stays whole.
    ///
    /// Each run repeats the last pieces of the previous one, up to `overlap` tokens and only if the next piece still
    /// fits.
    pub fn pack(&self, all: Range<usize>, max: usize, overlap: usize) -> Vec<Range<usize>> {
        let mut runs = Vec::new();
        let mut run = all.start..all.start;
        for piece in all {
            if !run.is_empty() && self.tokens(&(run.start..piece + 1)) > max {
                runs.push(run.clone());
                let carried =
                    |from: &usize| self.tokens(&(*from..piece)) <= overlap && self.tokens(&(*from..piece + 1)) <= max;
                run.start = (run.start + 1..piece).rev().take_while(carried).last().unwrap_or(piece);
            }
            run.end = piece + 1;
        }
        runs.extend((!run.is_empty()).then_some(run));
        runs
    }

    /// Builds the chunk of a non-empty run.
    pub fn chunk(&self, run: &Range<usize>) -> TextChunk {
        let joint = match self.separator {
            PieceSeparator::Space => " ",
            PieceSeparator::BlankLine => "\n\n",
        };
        let pieces = &self.spans[run.clone()];
        let written: Vec<_> = pieces.iter().map(|piece| &self.text[piece.start.byte..piece.end.byte]).collect();
        let (start, end) = (self.spans[run.start].start, self.spans[run.end - 1].end);
        TextChunk {
            text: written.join(joint),
            char_start: start.char,
            char_end: end.char,
            byte_range: start.byte..end.byte,
            token_count: self.tokens(run),
        }
    }
}
