//! The pieces chunks are packed from, with positions and token counts taken once.

use std::ops::Range;

use super::Chunk;
use super::tokens;

/// What stands between two pieces of a chunk, whatever stood between them in the source.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Joint {
    Space,
    BlankLine,
}

/// A position in the source, in bytes and in code points.
#[derive(Clone, Copy, Default)]
pub(super) struct Position {
    pub byte: usize,
    pub char: usize,
}

/// Neighbouring sentences or paragraphs of a text.
pub(super) struct Pieces<'t> {
    text: &'t str,
    joint: Joint,
    spans: Vec<Piece>,
    /// Sum of the joined counts before each piece, and of all.
    joined: Vec<usize>,
}

struct Piece {
    start: Position,
    end: Position,
    /// Tokens of the piece on its own.
    alone: usize,
}

impl<'t> Pieces<'t> {
    /// Counts the pieces of a text; the ranges ascend, are disjoint and lie behind `from`, where counting begins.
    pub fn measure(text: &'t str, ranges: &[Range<usize>], joint: Joint, from: Position) -> Self {
        let mut at = from;
        let mut advance = |byte: usize| {
            at = Position { byte, char: at.char + text[at.byte..byte].chars().count() };
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
                Joint::Space => buffer.extend([" ", written]),
                Joint::BlankLine => buffer.extend([written, "\n\n"]),
            }
            sum += tokens::count(&buffer);
            joined.push(sum);
            Piece { start, end, alone: tokens::count(written) }
        });
        Self { text, joint, spans: spans.collect(), joined }
    }

    pub fn len(&self) -> usize {
        self.spans.len()
    }

    pub fn start(&self, piece: usize) -> Position {
        self.spans[piece].start
    }

    /// Returns the tokens of a run of pieces as joined in a chunk, exactly.
    ///
    /// No token reaches across the front of a space or the back of a line break, so that the counts of the parts
    /// add up: the space counts with the sentence behind it, the blank line with the paragraph before it.
    pub fn tokens(&self, run: &Range<usize>) -> usize {
        match self.joint {
            _ if run.is_empty() => 0,
            Joint::Space => self.spans[run.start].alone + self.joined[run.end] - self.joined[run.start + 1],
            Joint::BlankLine => self.joined[run.end - 1] - self.joined[run.start] + self.spans[run.end - 1].alone,
        }
    }

    /// Packs a run of pieces into runs of at most `max` tokens; a piece that is larger stays whole.
    ///
    /// Each run repeats the last pieces of the one before it, as many as have `overlap` tokens together and leave
    /// room for the next piece.
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

    /// Builds the chunk of a run, which must not be empty.
    pub fn chunk(&self, run: &Range<usize>) -> Chunk {
        let joint = match self.joint {
            Joint::Space => " ",
            Joint::BlankLine => "\n\n",
        };
        let pieces = &self.spans[run.clone()];
        let written: Vec<_> = pieces.iter().map(|piece| &self.text[piece.start.byte..piece.end.byte]).collect();
        let (start, end) = (self.spans[run.start].start, self.spans[run.end - 1].end);
        Chunk {
            text: written.join(joint),
            char_start: start.char,
            char_end: end.char,
            byte_range: start.byte..end.byte,
            token_count: self.tokens(run),
        }
    }
}
