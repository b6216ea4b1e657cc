//! Error for empty fields of a request.

use crate::error::Error;

/// Returns the error for empty fields; `names` lists them.
pub(super) fn missing_fields_error(names: &str) -> Error {
    Error::invalid(format!("{names} must not be empty")).code("missing_fields").hint("fill them in")
}
