//! The word pieces the model knows, found by binary search in the asset itself.

/// The vocabulary: a table of pieces that begin a word and one of those that continue it.
///
/// In the asset each table is its piece ids (`u16`), then where the text of each piece starts and, at the end,
/// where the last one stops (`u32`), both in the byte order of the pieces, and after the two tables comes all text.
/// Continuations are stored without their `##`.
pub(crate) struct Vocabulary {
    words: Table,
    continuations: Table,
    text: &'static [u8],
    longest: usize,
}

struct Table {
    ids: &'static [u8],
    starts: &'static [u8],
}

impl Vocabulary {
    /// Reads the vocabulary from the counts in the asset's header and the end of its body.
    pub(crate) fn read(counts: &[u8], body: &'static [u8]) -> Self {
        let (words, body) = Table::read(number(counts, 0), body);
        let (continuations, body) = Table::read(number(counts, 1), body);
        Self { words, continuations, text: &body[..number(counts, 2)], longest: number(counts, 3) }
    }

    /// Finds the longest piece at the front of a non-empty word, or of what is left of one: its id and length in bytes.
    pub(crate) fn longest(&self, word: &str, begins: bool) -> Option<(u16, usize)> {
        let table = if begins { &self.words } else { &self.continuations };
        let ends = (1..=word.len().min(self.longest)).rev().filter(|end| word.is_char_boundary(*end));
        ends.into_iter().find_map(|end| Some((table.find(&word.as_bytes()[..end], self.text)?, end)))
    }
}

impl Table {
    fn read(count: usize, body: &'static [u8]) -> (Self, &'static [u8]) {
        let (ids, body) = body.split_at(count * 2);
        let (starts, body) = body.split_at((count + 1) * 4);
        (Self { ids, starts }, body)
    }

    fn find(&self, piece: &[u8], text: &[u8]) -> Option<u16> {
        let (mut low, mut high) = (0, self.ids.len() / 2);
        while low < high {
            let middle = low.midpoint(high);
            let here = &text[number(self.starts, middle)..number(self.starts, middle + 1)];
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

/// Reads the `u32` at a position counted in numbers.
fn number(bytes: &[u8], at: usize) -> usize {
    let at = at * 4;
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]) as usize
}
