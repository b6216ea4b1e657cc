//! In-memory cache of known entities and their vectors during an extraction run.

use crate::config::providers::EntityExtractionConfig;
use crate::domain::entity::EntityType;
use crate::domain::id::EntityId;
use crate::services::entities::extraction::prompt::KnownEntity;
use crate::storage::notebook::entities::vectors::EntityVector;

/// Maximum number of nearest entities that are looked up.
const MAX_NEAREST: usize = 8;

/// Cache of every entity with a vector of the current embedder. Callers look results up in the database before use,
/// because an entity may have changed since.
#[derive(Default)]
pub(super) struct EntityCache {
    entities: Vec<EntityVector>,
}

impl EntityCache {
    pub(super) fn new(all: Vec<EntityVector>) -> Self {
        Self { entities: all }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entities.is_empty()
    }

    /// Adds newly stored entities.
    pub(super) fn insert(&mut self, new: Vec<EntityVector>) {
        self.entities.extend(new);
    }

    /// Returns the entities that an entry may mention, best first, by the maximum cosine over the entry's vectors.
    pub(super) fn offer_candidates(&self, vectors: &[Vec<f32>], settings: &EntityExtractionConfig) -> Vec<KnownEntity> {
        let near =
            |known: &EntityVector| vectors.iter().map(|vector| cosine(vector, &known.vector)).fold(f64::MIN, f64::max);
        let shown = self.entities.iter().filter(|known| !known.is_quarantined);
        let scored = shown.map(|known| (near(known), known));
        let mut near: Vec<_> = scored.filter(|(cosine, _)| *cosine >= settings.candidate_threshold).collect();
        near.sort_by(|(one, a), (other, b)| other.total_cmp(one).then(a.id.cmp(&b.id)));
        near.truncate(settings.candidates);
        let offer = |(_, known): (f64, &EntityVector)| KnownEntity {
            id: known.id,
            canonical_name: known.name.clone(),
            entity_type: known.kind,
            aliases: known.aliases.clone(),
            description: known.description.clone(),
        };
        near.into_iter().map(offer).collect()
    }

    /// Returns the entities of a type with at least the cosine `least`, nearest first.
    pub(super) fn nearest(&self, kind: EntityType, vector: &[f32], least: f64) -> Vec<EntityId> {
        let of_kind = self.entities.iter().filter(|known| known.kind == kind);
        let scored = of_kind.map(|known| (cosine(vector, &known.vector), known.id));
        let mut near: Vec<_> = scored.filter(|(cosine, _)| *cosine >= least).collect();
        near.sort_by(|(one, a), (other, b)| other.total_cmp(one).then(a.cmp(b)));
        near.truncate(MAX_NEAREST);
        near.into_iter().map(|(_, id)| id).collect()
    }

    /// Returns the cosine of a vector and an entity's vector; `None` if the entity has none.
    pub(super) fn cosine(&self, id: EntityId, vector: &[f32]) -> Option<f64> {
        self.entities.iter().find(|known| known.id == id).map(|known| cosine(vector, &known.vector))
    }
}

/// Cosine of unit vectors. Different lengths mean different embedders and give the minimum.
fn cosine(one: &[f32], other: &[f32]) -> f64 {
    if one.len() != other.len() {
        return -1.0;
    }
    f64::from(one.iter().zip(other).map(|(a, b)| a * b).sum::<f32>())
}
