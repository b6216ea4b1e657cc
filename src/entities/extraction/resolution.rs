//! Which entity a name means: what the owner said, then what the model says, then names, then vectors, else a new one.

use std::collections::HashMap;

use crate::config::providers::Entities;
use crate::entities::extraction::known::Memory;
use crate::entities::extraction::prompt::Offer;
use crate::entities::extraction::reply::Found;
use crate::error::Result;
use crate::model::entity::EntityType;
use crate::model::entity::alias_key;
use crate::model::entity::name_key;
use crate::model::id::EntityId;
use crate::model::id::EntryId;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entities::found;
use crate::storage::notebook::entities::found::Entity;

/// How a mention found its entity, as rows tell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// The owner said so.
    Owner,
    /// The model said so, and the vectors do not speak against it.
    Asserted,
    /// By its name.
    Name,
    /// By another of its names.
    Alias,
    /// By its vector.
    Vector,
}

impl Stage {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Asserted => "llm_asserted",
            Self::Name => "stage_a",
            Self::Alias => "stage_b",
            Self::Vector => "stage_c",
        }
    }
}

/// What a name means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Resolved {
    Is(Entity, Stage),
    /// The owner said that it is nothing.
    Nothing,
    New,
}

/// What names are held against.
pub(super) struct Sight<'a> {
    pub(super) db: &'a NotebookDb<'a>,
    pub(super) entry: EntryId,
    pub(super) offered: &'a [Offer],
    pub(super) memory: &'a Memory,
    /// Vectors by the text they are of.
    pub(super) vectors: &'a HashMap<String, Vec<f32>>,
    pub(super) settings: &'a Entities,
}

impl Sight<'_> {
    /// Finds what a name means.
    pub(super) fn resolve(&self, named: &Found) -> Result<Resolved> {
        if let Some(said) = self.corrected(named.kind, [&named.given, &named.name])? {
            return Ok(said);
        }
        let vector = self.vectors.get(&described(&named.name, &named.description));
        if let Some(entity) = self.asserted(named, vector)? {
            return Ok(Resolved::Is(entity, Stage::Asserted));
        }
        if let Some(resolved) = self.by_name(named)? {
            return Ok(resolved);
        }
        let Some(vector) = vector else { return Ok(Resolved::New) };
        for id in self.memory.nearest(named.kind, vector, self.settings.dedup_similarity) {
            if let Some(entity) = self.of_type(id, named.kind)? {
                return Ok(Resolved::Is(entity, Stage::Vector));
            }
        }
        Ok(Resolved::New)
    }

    /// Tells whether it takes a vector to find what a name means, or to make what it means.
    pub(super) fn needs_vector(&self, named: &Found) -> Result<bool> {
        if self.corrected(named.kind, [&named.given, &named.name])?.is_some() {
            return Ok(false);
        }
        Ok(self.offer(named).is_some() || self.by_name(named)?.is_none())
    }

    /// Returns what the owner said of a name: of this entry first, then of all.
    pub(super) fn corrected(&self, kind: EntityType, names: [&str; 2]) -> Result<Option<Resolved>> {
        for name in names {
            match found::correction(self.db, kind, &name_key(name), self.entry)? {
                Some(None) => return Ok(Some(Resolved::Nothing)),
                Some(Some(id)) => {
                    if let Some(entity) = found::find(self.db, id)? {
                        return Ok(Some(Resolved::Is(entity, Stage::Owner)));
                    }
                }
                None => {}
            }
        }
        Ok(None)
    }

    /// Finds by name and by other names alone.
    pub(super) fn by_name(&self, named: &Found) -> Result<Option<Resolved>> {
        if let Some(entity) = found::named(self.db, named.kind, &named.name)? {
            return Ok(Some(Resolved::Is(entity, Stage::Name)));
        }
        let own = alias_key(&named.name);
        for alias in std::iter::once(&own).chain(&named.aliases) {
            if let Some(entity) = found::called(self.db, named.kind, alias)? {
                return Ok(Some(Resolved::Is(entity, Stage::Alias)));
            }
        }
        Ok(None)
    }

    /// Returns the one that the model says it is, if it was told of that one, of the same type.
    fn offer(&self, named: &Found) -> Option<EntityId> {
        let id = named.asserted?;
        self.offered.iter().find(|offer| offer.id == id && offer.entity_type == named.kind).map(|offer| offer.id)
    }

    fn asserted(&self, named: &Found, vector: Option<&Vec<f32>>) -> Result<Option<Entity>> {
        let (Some(id), Some(vector)) = (self.offer(named), vector) else { return Ok(None) };
        let is_near = self.memory.cosine(id, vector).is_some_and(|cosine| cosine >= self.settings.match_threshold);
        if is_near { self.of_type(id, named.kind) } else { Ok(None) }
    }

    /// Finds one that is still there, and still of its type.
    fn of_type(&self, id: EntityId, kind: EntityType) -> Result<Option<Entity>> {
        Ok(found::find(self.db, id)?.filter(|entity| entity.kind == kind))
    }
}

/// Returns the text of which an entity's vector is.
pub(super) fn described(name: &str, description: &str) -> String {
    format!("{name} {description}").trim().to_owned()
}
