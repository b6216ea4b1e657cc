//! Regular expressions of the detectors.

use regex::Regex;

/// Compiles a pattern of the source code.
pub(super) fn compile_pattern(text: &str) -> Regex {
    Regex::new(text).expect("the pattern is valid")
}

/// Returns the text with `_`, used for emphasis in Markdown, replaced by spaces; byte offsets are unchanged.
pub(super) fn replace_underscores(text: &str) -> String {
    text.replace('_', " ")
}
