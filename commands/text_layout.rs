//! Layout of text by display columns: an East Asian character or an emoji takes two.

/// Widest text column, for readability on wide terminals.
const MAX_COLUMNS: usize = 100;

/// Wraps a text at words; `None` leaves it as it is, for output that is not a terminal.
pub fn wrap(text: &str, width: Option<usize>) -> String {
    match width {
        Some(width) if width > 0 => textwrap::fill(text, width.min(MAX_COLUMNS)),
        _ => text.to_owned(),
    }
}

/// Shortens a text to a number of display columns, with an ellipsis if something is left out.
pub fn truncate(text: &str, columns: usize) -> String {
    console::truncate_str(text, columns, "…").into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_wrapped_and_truncated_by_display_columns() {
        assert_eq!(wrap("one two three", Some(7)), "one two\nthree");
        assert_eq!(wrap("一二三四五", Some(4)), "一二\n三四\n五");
        assert_eq!(wrap("one two three", None), "one two three");
        assert_eq!(truncate("一二三四五", 6), "一二…");
        assert_eq!(truncate("short", 6), "short");
        assert_eq!(console::measure_text_width(&truncate("👍👍👍👍", 5)), 5);
    }
}
