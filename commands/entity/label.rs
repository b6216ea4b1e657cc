//! Labels of entities in messages and tables.

use journal::domain::entity::{EntityDetail, EntitySummary};

/// Formats an entity for a message.
pub fn entity_label(one: &EntityDetail) -> String {
    format!("{} {} ({})", one.entity_type, one.id, one.canonical_name)
}

/// Formats an entity for a table cell.
pub fn summary_label(one: &EntitySummary) -> String {
    format!("{} {}", one.id, one.canonical_name)
}
