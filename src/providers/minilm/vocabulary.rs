//! `WordPiece` vocabulary, looked up by binary search in the asset.

/// Vocabulary: one table of pieces that start a word and one of continuations.
///
/// In the asset each table consists of the piece ids (`u16`) and the text offsets of the pieces plus the end of the
/// last one (`u32`), both sorted by the bytes of the pieces. The text of both tables follows them. Continuations are
/// stored without `##`.
pub(crate) struct WordPieceVocabulary {
    words: PieceTable,
    continuations: PieceTable,
    text: &'static [u8],
    longest: usize,
}

struct PieceTable {
    ids: &'static [u8],
    starts: &'static [u8],
}

impl WordPieceVocabulary {
    /// Reads the vocabulary from the counts in the asset's header and the end of its body.
    pub(crate) fn read(counts: &[u8], body: &'static [u8]) -> Self {
        let (words, body) = PieceTable::read(read_u32(counts, 0), body);
        let (continuations, body) = PieceTable::read(read_u32(counts, 1), body);
        Self { words, continuations, text: &body[..read_u32(counts, 2)], longest: read_u32(counts, 3) }
    }

    /// Returns id and byte length of the longest piece that starts a non-empty word, or the rest of one.
    pub(crate) fn longest_match(&self, word: &str, begins: bool) -> Option<(u16, usize)> {
        let table = if begins { &self.words } else { &self.continuations };
        let ends = (1..=word.len().min(self.longest)).rev().filter(|end| word.is_char_boundary(*end));
        ends.into_iter().find_map(|end| Some((table.find(&word.as_bytes()[..end], self.text)?, end)))
    }
}

impl PieceTable {
    fn read(count: usize, body: &'static [u8]) -> (Self, &'static [u8]) {
        let (ids, body) = body.split_at(count * 2);
        let (starts, body) = body.split_at((count + 1) * 4);
        (Self { ids, starts }, body)
    }

    fn find(&self, piece: &[u8], text: &[u8]) -> Option<u16> {
        let (mut low, mut high) = (0, self.ids.len() / 2);
        while low < high {
            let middle = low.midpoint(high);
            let here = &text[read_u32(self.starts, middle)..read_u32(self.starts, middle + 1)];
            match here.cmp(piece) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => {
                    return Some(u16::from_le_bytes([self.ids[middle * 2], self.ids[middle * 2 + 1]]));
                }
            }
        }
        None
    }
}

/// Reads the `u32` at an index.
fn read_u32(bytes: &[u8], at: usize) -> usize {
    let at = at * 4;
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]) as usize
}
