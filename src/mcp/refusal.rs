//! What went wrong, as the protocol says it.

use rmcp::ErrorData;
use rmcp::model::CallToolResult;
use rmcp::model::ContentBlock;

use crate::error::Error;
use crate::error::Kind;

/// Turns what went wrong with a tool into a result that a model can act on; what broke inside is the protocol's error.
///
/// # Errors
/// For `Internal`, whose cause goes to the log and nowhere else.
pub(crate) fn of_tool(error: &Error) -> Result<CallToolResult, ErrorData> {
    if error.kind() == Kind::Internal {
        return Err(internal(error));
    }
    Ok(CallToolResult::error(vec![ContentBlock::text(sentence(error))]))
}

/// What went wrong elsewhere is the protocol's error.
impl From<Error> for ErrorData {
    fn from(error: Error) -> Self {
        match error.kind() {
            Kind::Internal => internal(&error),
            Kind::Invalid | Kind::NotFound => Self::invalid_params(sentence(&error), None),
            Kind::Conflict | Kind::Unauthenticated | Kind::Forbidden | Kind::Limited | Kind::Upstream => {
                Self::invalid_request(sentence(&error), None)
            }
        }
    }
}

fn internal(error: &Error) -> ErrorData {
    tracing::error!("an assistant's request failed: {error:?}");
    ErrorData::internal_error("internal error", None)
}

/// A sentence with its next step.
fn sentence(error: &Error) -> String {
    match error.next_step() {
        Some(step) => format!("Error: {error}. Next step: {step}."),
        None => format!("Error: {error}."),
    }
}
