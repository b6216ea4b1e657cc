//! Parts of a search query.

/// A part of a query that an entry contains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SearchTerm {
    /// A word in any of its forms, as the full-text index stems it.
    Word(String),
    /// Words in this order and form.
    Phrase {
        /// The words.
        text: String,
        /// True if the last word may go on, as in `wal*`.
        is_prefix: bool,
    },
    /// Text in which the signs count: emoji, `C++`, `#tag`, `50%`.
    Symbols(String),
}

impl SearchTerm {
    /// Returns whether the entries found must contain the term, also those found by meaning.
    #[must_use]
    pub fn is_literal(&self) -> bool {
        !matches!(self, Self::Word(_))
    }

    /// Returns the text of the term.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Word(text) | Self::Phrase { text, .. } | Self::Symbols(text) => text,
        }
    }
}
