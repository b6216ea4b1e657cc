//! An entry as a language model's tokenizer cuts it.

use schemars::JsonSchema;
use serde::Serialize;

use crate::ctx::Ctx;
use crate::entries::missing;
use crate::error::Error;
use crate::error::Result;
use crate::model::activity::Read;
use crate::model::id::EntryId;
use crate::model::scope::Scope;
use crate::storage::notebook::entries;

/// Bytes of a text that is shown token by token; a reply is about forty times as long.
const MAX_TEXT: usize = 256 * 1024;

/// One token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Token {
    /// Position, from 0.
    pub index: usize,
    /// Its number in the encoding.
    pub token_id: u32,
    /// What it stands for; empty for a part of a character whose last part comes later.
    pub text: String,
    /// The code point in which it begins.
    pub char_start: usize,
    /// The code point in which the next one begins.
    pub char_end: usize,
}

/// The tokens of an entry.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Tokens {
    /// The entry.
    pub entry_id: EntryId,
    /// The encoding.
    pub encoding: &'static str,
    /// A model that uses it.
    pub model_hint: &'static str,
    /// How many there are.
    pub token_count: usize,
    /// In the order of the text.
    pub tokens: Vec<Token>,
}

/// Returns the tokens of an entry's text.
///
/// # Errors
/// `NotFound` with the code `entry_not_found`; `Invalid` for a text that is too long to be shown like this.
pub async fn tokens(ctx: &Ctx, id: EntryId) -> Result<Tokens> {
    ctx.read(Scope::EntriesRead, move |db| {
        let text = entries::text(db, id)?.ok_or_else(|| missing(id).code("entry_not_found"))?.final_text;
        if text.len() > MAX_TEXT {
            return Err(Error::invalid("the text is too long to be shown token by token")
                .code("text_too_long")
                .hint("its chunks tell how many tokens each has"));
        }
        let tokens = cut(&text);
        Ok(Tokens {
            entry_id: id,
            encoding: "cl100k_base",
            model_hint: "text-embedding-3-large",
            token_count: tokens.len(),
            tokens,
        })
    })
    .await
    .inspect(|_| ctx.count(Read::Entry, 1))
}

/// Cuts a text. Strings that stand for special tokens are the ordinary text they are.
fn cut(text: &str) -> Vec<Token> {
    let tokenizer = bpe_openai::cl100k_base();
    let ids = tokenizer.encode(text);
    let mut chars = text.char_indices().map(|(byte, c)| byte + c.len_utf8());
    let (mut position, mut byte, mut char_ends_at) = (0, 0, chars.next());
    // The character in which a byte lies; bytes are asked for in ascending order.
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
        Token { index, token_id, text, char_start: bounds[0], char_end: bounds[1] }
    });
    tokens.collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn parts_of_one_character_are_empty_but_the_last() {
        let tokens = cut("🜁");

        assert!(tokens.len() > 1, "a rare character takes several tokens");
        let (last, parts) = tokens.split_last().unwrap();
        assert!(parts.iter().all(|part| (part.text.as_str(), part.char_start, part.char_end) == ("", 0, 0)));
        assert_eq!((last.text.as_str(), last.char_start, last.char_end), ("🜁", 0, 1));
    }

    #[test]
    fn tokenizer_control_strings_are_ordinary_text() {
        let tokens = cut("<|endoftext|>");

        assert_eq!(tokens.len(), 7);
        assert!(tokens.iter().all(|token| token.token_id < 100_000), "none of them is a special token");
    }

    proptest! {
        #[test]
        fn tokens_put_together_are_the_text(text in "\\PC{0,60}") {
            let tokens = cut(&text);

            prop_assert_eq!(tokens.iter().map(|token| token.text.as_str()).collect::<String>(), text.clone());
            prop_assert_eq!(tokens.last().map_or(0, |token| token.char_end), text.chars().count());
        }
    }
}
