//! Names that stand nowhere.

use crate::model::entity::name_key;

/// Tells whether a name stands in a text, whatever the case and the white space.
pub(super) fn stands_in(name: &str, text: &str) -> bool {
    name_key(text).contains(&name_key(name))
}
