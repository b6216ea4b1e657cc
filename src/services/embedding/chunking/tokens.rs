//! Token counts in `cl100k_base`, the unit of all chunk sizes.

/// Counts the tokens of a text.
///
/// Names of special tokens, such as `<|endoftext|>`, count as ordinary text. Linear in the length of the text, also for
/// a single long word. The first call of a process loads the encoding table.
#[must_use]
pub fn count(text: &str) -> usize {
    bpe_openai::cl100k_base().count(text)
}

/// Counts the tokens of a text; `None` if there are more than `limit`.
pub(super) fn count_within(text: &str, limit: usize) -> Option<usize> {
    let tokenizer = bpe_openai::cl100k_base();
    tokenizer.count_till_limit(&tokenizer.normalize(text), limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_those_of_cl100k_base() {
        for (text, tokens) in [
            ("", 0),
            ("hello world", 2),
            ("The quick brown fox jumps over the lazy dog.", 10),
            ("It's 12:45 — I've écrit à Zoë.\n\n\tDone.", 17),
            ("日本語のテキスト 👩‍👩‍👧", 20),
            ("   \n \n  x", 4),
        ] {
            assert_eq!(count(text), tokens, "{text:?}");
        }
    }

    #[test]
    fn special_tokens_count_as_ordinary_text() {
        assert_eq!(count("<|endoftext|>"), 7);
    }

    #[test]
    fn a_limit_only_decides_whether_a_count_is_returned() {
        let text = "The quick brown fox jumps over the lazy dog.";

        assert_eq!(count_within(text, 10), Some(10));
        assert_eq!(count_within(text, 9), None);
    }
}
