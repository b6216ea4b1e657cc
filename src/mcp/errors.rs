//! Conversion of errors to protocol errors and tool results.

use rmcp::ErrorData;
use rmcp::model::{CallToolResult, ContentBlock};

use crate::error::{Error, ErrorKind};

/// Converts a tool's error to an error result that a model can act on; `Internal` becomes a protocol error.
///
/// # Errors
/// The protocol error for `Internal`; its cause is only logged.
pub(crate) fn tool_error(error: &Error) -> Result<CallToolResult, ErrorData> {
    if error.kind() == ErrorKind::Internal {
        return Err(internal_error(error));
    }
    Ok(CallToolResult::error(vec![ContentBlock::text(error_text(error))]))
}

/// Protocol error for everything but tool calls.
impl From<Error> for ErrorData {
    fn from(error: Error) -> Self {
        match error.kind() {
            ErrorKind::Internal => internal_error(&error),
            ErrorKind::Invalid | ErrorKind::NotFound => Self::invalid_params(error_text(&error), None),
            ErrorKind::Conflict
            | ErrorKind::Unauthenticated
            | ErrorKind::Forbidden
            | ErrorKind::Limited
            | ErrorKind::Upstream => Self::invalid_request(error_text(&error), None),
        }
    }
}

fn internal_error(error: &Error) -> ErrorData {
    tracing::error!("MCP request failed: {error:?}");
    ErrorData::internal_error("internal error", None)
}

/// Returns the message with its hint.
fn error_text(error: &Error) -> String {
    match error.hint_text() {
        Some(step) => format!("Error: {error}. Next step: {step}."),
        None => format!("Error: {error}."),
    }
}
