//! Entries that mention a person by name.

use std::collections::HashSet;

use rusqlite::named_params;

use crate::domain::entity::EntityType;
use crate::domain::id::EntityId;
use crate::error::Result;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entities::links;

/// Returns the entries that mention persons of a name; `None` if no person has it. Quarantined persons are excluded.
///
/// Every word of the name must be a word of the person's name or of one alias: `anna` finds "Anna Weber", not "Joanna".
pub(crate) fn list_entries(db: &NotebookDb<'_>, name: &str) -> Result<Option<HashSet<i64>>> {
    let persons = find_by_words(db, name)?;
    let mut entries = HashSet::new();
    for person in &persons {
        entries.extend(links::list_entries(db, *person)?.iter().map(|entry| entry.0));
    }
    Ok((!persons.is_empty()).then_some(entries))
}

fn find_by_words(db: &NotebookDb<'_>, name: &str) -> Result<Vec<EntityId>> {
    let wanted = words(name);
    let mut found: Vec<EntityId> = Vec::new();
    if wanted.is_empty() {
        return Ok(found);
    }
    db.for_each_row(
        "SELECT e.id, e.canonical_name, a.alias_normalised
         FROM entities e INDEXED BY entities_listed LEFT JOIN entity_aliases a ON a.entity_id = e.id
         WHERE e.is_quarantined = 0 AND e.entity_type = :type
         ORDER BY e.canonical_name, e.id",
        named_params! { ":type": EntityType::Person.name() },
        |row| {
            let id = EntityId(row.get(0)?);
            let is_named = |name: &str| wanted.is_subset(&words(name));
            let alias = row.get_ref(2)?.as_str_or_null()?.unwrap_or_default();
            if found.last() != Some(&id) && (is_named(row.get_ref(1)?.as_str()?) || is_named(alias)) {
                found.push(id);
            }
            Ok(())
        },
    )?;
    Ok(found)
}

fn words(name: &str) -> HashSet<String> {
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}
