//! What may be called what.

use std::collections::BTreeMap;

use crate::ctx::Ctx;
use crate::entities::extraction::casing;
use crate::error::Error;
use crate::error::Result;
use crate::model::entity::alias_key;

/// Code points of a name.
const MAX_NAME: usize = 200;
/// Code points of a description.
pub(super) const MAX_DESCRIPTION: usize = 1000;

/// Returns a name as it is stored: single blanks, and the case that names have.
///
/// # Errors
/// `Invalid` for one that is empty, too long, or holds control characters.
pub(super) fn written(ctx: &Ctx, name: &str) -> Result<String> {
    let casing = ctx.app.contexts.casing.get()?;
    let none = BTreeMap::new();
    let name = casing::written(name, casing.as_ref().map_or(&none, |casing| &casing.exceptions));
    checked(&name, "'canonical_name' must be a non-empty string")?;
    Ok(name)
}

/// Returns another name as it is stored: trimmed, lower case.
///
/// # Errors
/// As [`written`].
pub(super) fn alias(name: &str) -> Result<String> {
    let alias = alias_key(name);
    checked(&alias, "'alias' must be a non-empty string")?;
    Ok(alias)
}

/// Refuses a name that is none.
pub(super) fn checked(name: &str, empty: &str) -> Result<()> {
    if name.is_empty() {
        return Err(Error::invalid(empty).hint("give a name"));
    }
    if name.chars().count() > MAX_NAME {
        return Err(Error::invalid(format!("the name is longer than {MAX_NAME} characters")).hint("shorten it"));
    }
    if name.chars().any(char::is_control) {
        return Err(Error::invalid("the name holds control characters").hint("write it on one line, in letters"));
    }
    Ok(())
}

/// Returns a text of some lines trimmed.
///
/// # Errors
/// `Invalid` for one that is too long, or holds NUL characters.
pub(super) fn text(what: &str, text: &str) -> Result<String> {
    let text = text.trim();
    if text.chars().count() > MAX_DESCRIPTION {
        return Err(
            Error::invalid(format!("the {what} is longer than {MAX_DESCRIPTION} characters")).hint("shorten it")
        );
    }
    if text.contains('\0') {
        return Err(Error::invalid(format!("the {what} holds NUL characters")).hint("send plain UTF-8 text"));
    }
    Ok(text.to_owned())
}
