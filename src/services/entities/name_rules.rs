//! Normalization and validation of names and descriptions.

use std::collections::BTreeMap;

use crate::app::context::Ctx;
use crate::domain::entity::alias_key;
use crate::error::{Error, Result};
use crate::services::entities::extraction::casing;

/// Maximum length of a name, in code points.
const MAX_NAME: usize = 200;
/// Maximum length of a description, in code points.
pub(super) const MAX_DESCRIPTION: usize = 1000;

/// Normalizes a name: single spaces and title case.
///
/// # Errors
/// `Invalid` for one that is empty, too long, or contains control characters.
pub(super) fn normalize_name(ctx: &Ctx, name: &str) -> Result<String> {
    let casing = ctx.app.reloadable_files.casing.get()?;
    let none = BTreeMap::new();
    let name = casing::normalize_casing(name, casing.as_ref().map_or(&none, |casing| &casing.exceptions));
    validate_name(&name, "'canonical_name' must be a non-empty string")?;
    Ok(name)
}

/// Normalizes an alias: trimmed, lower case.
///
/// # Errors
/// As [`normalize_name`].
pub(super) fn normalize_alias(name: &str) -> Result<String> {
    let alias = alias_key(name);
    validate_name(&alias, "'alias' must be a non-empty string")?;
    Ok(alias)
}

/// Validates a name; `empty` is the error for an empty one.
pub(super) fn validate_name(name: &str, empty: &str) -> Result<()> {
    if name.is_empty() {
        return Err(Error::invalid(empty).hint("send a name"));
    }
    if name.chars().count() > MAX_NAME {
        return Err(Error::invalid(format!("the name is longer than {MAX_NAME} characters")).hint("shorten it"));
    }
    if name.chars().any(char::is_control) {
        return Err(Error::invalid("the name contains control characters").hint("use printable characters on one line"));
    }
    Ok(())
}

/// Trims and validates a text that may have several lines; `field` names it in errors.
///
/// # Errors
/// `Invalid` for one that is too long or contains NUL characters.
pub(super) fn validate_text(field: &str, text: &str) -> Result<String> {
    let text = text.trim();
    if text.chars().count() > MAX_DESCRIPTION {
        return Err(
            Error::invalid(format!("the {field} is longer than {MAX_DESCRIPTION} characters")).hint("shorten it")
        );
    }
    if text.contains('\0') {
        return Err(Error::invalid(format!("the {field} contains NUL characters")).hint("send plain UTF-8 text"));
    }
    Ok(text.to_owned())
}
