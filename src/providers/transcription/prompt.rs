//! Transcription prompt: the owner's names and words, truncated to the API's limit.

use std::sync::LazyLock;

use regex::Regex;

/// Maximum tokens of the hint, in `cl100k_base`. The API's limit is 200 in `o200k_base`, whose table would enlarge the
/// program by half; it needs fewer tokens for names and prose, and never a quarter more in our tests.
const MAX_TOKENS: usize = 160;

static MARKDOWN: LazyLock<Regex> = LazyLock::new(|| {
    let text = r"(?mx)
        ^\s*(?:\#{1,6}|[-*+>]|\d+[.)])\s+  # headings, items, quotations
        | ^\s*(?:-{3,}|\*{3,}|_{3,}|`{3,}.*)\s*$  # rules and code blocks
        | !?\[(?P<text>[^\]\n]*)\]\([^)\n]*\)  # links and images
        | \*+ | `+ | ~~ | __  # emphasis and code";
    Regex::new(text).expect("the pattern is fixed")
});

/// Removes Markdown from a text, collapses white space, and truncates after the last word that fits.
pub(super) fn build_hint(context: &str) -> String {
    let plain = MARKDOWN.replace_all(context, "$text");
    let tokenizer = bpe_openai::cl100k_base();
    let (mut hint, mut fits) = (String::new(), 0);
    for word in plain.split_whitespace() {
        if !hint.is_empty() {
            hint.push(' ');
        }
        hint.push_str(word);
        if tokenizer.count_till_limit(&tokenizer.normalize(hint.as_str()), MAX_TOKENS).is_none() {
            hint.truncate(fits);
            break;
        }
        fits = hint.len();
    }
    hint
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn markdown_is_removed_and_white_space_collapsed() {
        for (context, wanted) in [
            ("", ""),
            (" \n\n", ""),
            ("# people\n\n- **Ilse** (not Else)\n- *Zoë*", "people Ilse (not Else) Zoë"),
            ("1. one\n2) two\n> three\n### four", "one two three four"),
            ("a [link](https://x.example/y) and ![image](i.png)", "a link and image"),
            ("`code` ~~gone~~ __bold__ snake_case", "code gone bold snake_case"),
            ("---\n***\n```rust\nx\n```", "x"),
            ("Sint-Maarten 3 * 4", "Sint-Maarten 3 4"),
        ] {
            assert_eq!(build_hint(context), wanted, "{context:?}");
        }
    }

    fn larger_count(hint: &str) -> usize {
        bpe_openai::o200k_base().count(hint)
    }

    #[test]
    fn a_long_list_is_cut_after_a_word_within_the_limit() {
        for words in [
            "Ilse Zoë Sint-Maarten Kralingen Noordereiland Erasmusbrug",
            "the ferry left at nine and the sea was calm",
            "Straßenbahnhaltestelle Großmutter Übernachtungsmöglichkeit",
            "日本語 東京 横浜 大阪",
            "Москва Екатеринбург Нижний Новгород",
            "القاهرة الإسكندرية",
            "👩‍👩‍👧 🏳️‍🌈 🇳🇱",
            "iPhoneXR McDonaldO'Brien aBcDeFgHiJ XyZzYxXyZ",
            "12345678901234567890 2026-11-22 +31612345678",
            "!!??..,,;;::--__ /// \\\\\\ $$$",
        ] {
            let hint = build_hint(&format!("{words} ").repeat(60));

            assert!(larger_count(&hint) <= 200, "{} tokens of {words:?}", larger_count(&hint));
            assert!(hint.split(' ').all(|word| words.contains(word)), "{hint:?}");
            assert!(hint.len() >= 100, "{hint:?}");
        }
    }

    #[test]
    fn one_overlong_word_gives_an_empty_hint() {
        assert_eq!(build_hint(&"Zz".repeat(5000)), "");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn no_text_exceeds_the_token_limit(context in "([A-Za-z]{1,12} |\\PC{1,8} |[0-9]{1,9} ){300}") {
            prop_assert!(larger_count(&build_hint(&context)) <= 200);
        }
    }
}
