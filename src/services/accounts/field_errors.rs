//! Errors for fields of a request.

use crate::error::Error;

/// Returns the error for empty fields; `names` lists them.
pub(super) fn missing_fields_error(names: &str) -> Error {
    Error::invalid(format!("{names} must not be empty")).code("missing_fields").hint("fill them in")
}

/// Returns the error for an invalid field.
pub(super) fn invalid_field_error(message: impl Into<String>, hint: &str) -> Error {
    Error::invalid(message).code("invalid_field").hint(hint)
}
