//! Text of a list in a tool's output.

use crate::error::Result;
use crate::mcp::tool::ToolCall;

/// Formats a list: the heading, then its lines as delimited journal text.
///
/// # Errors
/// `Internal` if there is no randomness.
pub(super) fn format_list(call: &ToolCall, head: &str, lines: &[String]) -> Result<String> {
    if lines.is_empty() {
        return Ok(format!("{head}."));
    }
    Ok(format!("{head}:\n{}", call.delimit(&lines.join("\n"))?))
}

/// Formats a count with its singular or plural noun.
pub(super) fn format_count(number: i64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// Formats the length of a list with its singular or plural noun.
pub(super) fn format_len<T>(list: &[T], one: &str, many: &str) -> String {
    format_count(i64::try_from(list.len()).unwrap_or(i64::MAX), one, many)
}
