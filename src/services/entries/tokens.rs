//! Tokenization of an entry for display.

use schemars::JsonSchema;
use serde::Serialize;

use crate::app::context::Ctx;
use crate::domain::access_filter::AccessFilter;
use crate::domain::activity::ReadKind;
use crate::domain::id::EntryId;
use crate::domain::scope::Scope;
use crate::error::{Error, Result};
use crate::storage::notebook::entries;

/// Longest text in bytes; the response is about forty times as long.
const MAX_TEXT: usize = 256 * 1024;

/// A token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TextToken {
    /// Position, from 0.
    pub index: usize,
    /// Token id in the encoding.
    pub token_id: u32,
    /// Its text; empty for a part of a character except the last part.
    pub text: String,
    /// Code point in which it begins.
    pub char_start: usize,
    /// Code point in which the next token begins.
    pub char_end: usize,
}

/// The tokens of an entry.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TokenListResponse {
    /// The entry.
    pub entry_id: EntryId,
    /// Name of the encoding.
    pub encoding: &'static str,
    /// A model that uses the encoding.
    pub model_hint: &'static str,
    /// Number of tokens.
    pub token_count: usize,
    /// Tokens in text order.
    pub tokens: Vec<TextToken>,
}

/// Returns the tokens of an entry's text.
///
/// # Errors
/// `NotFound` with the code `entry_not_found`; `Invalid` for a text that is too long.
pub async fn tokens(ctx: &Ctx, id: EntryId) -> Result<TokenListResponse> {
    ctx.read(Scope::EntriesRead, move |db| {
        let everything = AccessFilter::default();
        let text =
            entries::require_entry(db, id, &everything).map_err(|error| error.code("entry_not_found"))?.final_text;
        if text.len() > MAX_TEXT {
            return Err(Error::invalid("the text is too long to be shown token by token")
                .code("text_too_long")
                .hint("the chunks of the entry have token counts"));
        }
        let tokens = tokenize(&text);
        Ok(TokenListResponse {
            entry_id: id,
            encoding: "cl100k_base",
            model_hint: "text-embedding-3-large",
            token_count: tokens.len(),
            tokens,
        })
    })
    .await
    .inspect(|_| ctx.record_read(ReadKind::Entry, 1))
}

/// Tokenizes a text. Names of special tokens are treated as ordinary text.
fn tokenize(text: &str) -> Vec<TextToken> {
    let tokenizer = bpe_openai::cl100k_base();
    let ids = tokenizer.encode(text);
    let mut chars = text.char_indices().map(|(byte, c)| byte + c.len_utf8());
    let (mut position, mut byte, mut char_ends_at) = (0, 0, chars.next());
    // Maps a byte offset to its character; offsets must ascend.
    let mut char_of = |byte: usize| {
        while char_ends_at.is_some_and(|end| end <= byte) {
            position += 1;
            char_ends_at = chars.next();
        }
        position
    };
    let mut starts = Vec::with_capacity(ids.len() + 1);
    for &id in &ids {
        starts.push(char_of(byte));
        byte += tokenizer.bpe.token_len(id);
    }
    starts.push(char_of(byte));
    let mut rest = text.chars();
    let tokens = ids.iter().zip(starts.windows(2)).enumerate().map(|(index, (&token_id, bounds))| {
        let text = rest.by_ref().take(bounds[1] - bounds[0]).collect();
        TextToken { index, token_id, text, char_start: bounds[0], char_end: bounds[1] }
    });
    tokens.collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_the_last_token_of_a_character_has_text() {
        let tokens = tokenize("🜁");

        assert!(tokens.len() > 1, "a rare character takes several tokens");
        let (last, parts) = tokens.split_last().unwrap();
        assert!(parts.iter().all(|part| (part.text.as_str(), part.char_start, part.char_end) == ("", 0, 0)));
        assert_eq!((last.text.as_str(), last.char_start, last.char_end), ("🜁", 0, 1));
    }

    #[test]
    fn tokenizer_control_strings_are_ordinary_text() {
        let tokens = tokenize("<|endoftext|>");

        assert_eq!(tokens.len(), 7);
        assert!(tokens.iter().all(|token| token.token_id < 100_000), "no special token");
    }

    proptest! {
        #[test]
        fn concatenated_tokens_are_the_text(text in "\\PC{0,60}") {
            let tokens = tokenize(&text);

            prop_assert_eq!(tokens.iter().map(|token| token.text.as_str()).collect::<String>(), text.clone());
            prop_assert_eq!(tokens.last().map_or(0, |token| token.char_end), text.chars().count());
        }
    }
}
