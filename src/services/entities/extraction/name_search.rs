//! Search for a name in a text.

use crate::domain::entity::name_key;

/// Returns true if a name occurs in a text, ignoring case and white space.
pub(super) fn occurs_in(name: &str, text: &str) -> bool {
    name_key(text).contains(&name_key(name))
}
