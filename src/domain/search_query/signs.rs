//! Characters of words and symbols.

/// Combining mark of keycap emoji, which is part of the symbol.
pub(super) const KEYCAP: char = '\u{20e3}';

/// Returns whether a search compares a character itself: emoji, currency, arrows, and the ASCII signs that are part of
/// names and amounts, such as `#`, `@`, `%` and `+`. Ordinary punctuation is not among them.
#[must_use]
pub(super) fn is_symbol(c: char) -> bool {
    matches!(c,
        '#' | '$' | '%' | '&' | '+' | '<' | '=' | '>' | '@' | '^' | '`' | '|' | '~'
        | '¢'..='¦' | '§'..='©' | '¬' | '®'..='±' | '¶' | '×' | '÷' | '\u{2020}'..='\u{2022}'
        | '\u{2030}'..='\u{2031}' | KEYCAP | '\u{20a0}'..='\u{20cf}' | '\u{2190}'..='\u{2bff}' | '〰' | '〽' | '㊗' | '㊙'
        | '\u{1f000}'..='\u{1faff}')
        || (('\u{2100}'..='\u{214f}').contains(&c) && !c.is_alphanumeric())
}

/// Returns whether a character is part of a word of the full-text index.
#[must_use]
pub(super) fn is_word_char(c: char) -> bool {
    c.is_alphanumeric() && !is_symbol(c)
}
