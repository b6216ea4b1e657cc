//! What is known while a run goes on: entities with their vectors, in memory.

use crate::config::providers::Entities;
use crate::entities::extraction::prompt::Offer;
use crate::model::entity::EntityType;
use crate::model::id::EntityId;
use crate::storage::notebook::entities::known::Known;

/// Most of those that are near which are looked up one by one.
const NEAREST: usize = 8;

/// Every entity that has a vector of the model in use. What is found here is looked up again before it counts: somebody may
/// have changed it meanwhile.
#[derive(Default)]
pub(super) struct Memory {
    all: Vec<Known>,
}

impl Memory {
    pub(super) fn new(all: Vec<Known>) -> Self {
        Self { all }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Adds those that were made just now.
    pub(super) fn learn(&mut self, new: Vec<Known>) {
        self.all.extend(new);
    }

    /// Returns those that an entry may speak of, the likeliest first: by the nearest of its vectors.
    pub(super) fn offers(&self, vectors: &[Vec<f32>], settings: &Entities) -> Vec<Offer> {
        let near = |known: &Known| vectors.iter().map(|vector| cosine(vector, &known.vector)).fold(f64::MIN, f64::max);
        let shown = self.all.iter().filter(|known| !known.is_quarantined);
        let scored = shown.map(|known| (near(known), known));
        let mut near: Vec<_> = scored.filter(|(cosine, _)| *cosine >= settings.candidate_threshold).collect();
        near.sort_by(|(one, a), (other, b)| other.total_cmp(one).then(a.id.cmp(&b.id)));
        near.truncate(settings.candidates);
        let offer = |(_, known): (f64, &Known)| Offer {
            id: known.id,
            canonical_name: known.name.clone(),
            entity_type: known.kind,
            aliases: known.aliases.clone(),
            description: known.description.clone(),
        };
        near.into_iter().map(offer).collect()
    }

    /// Returns those of a type whose vector is at least this near, the nearest first.
    pub(super) fn nearest(&self, kind: EntityType, vector: &[f32], least: f64) -> Vec<EntityId> {
        let of_kind = self.all.iter().filter(|known| known.kind == kind);
        let scored = of_kind.map(|known| (cosine(vector, &known.vector), known.id));
        let mut near: Vec<_> = scored.filter(|(cosine, _)| *cosine >= least).collect();
        near.sort_by(|(one, a), (other, b)| other.total_cmp(one).then(a.cmp(b)));
        near.truncate(NEAREST);
        near.into_iter().map(|(_, id)| id).collect()
    }

    /// Returns how near a vector is to that of one; `None` for one that has none.
    pub(super) fn cosine(&self, id: EntityId, vector: &[f32]) -> Option<f64> {
        self.all.iter().find(|known| known.id == id).map(|known| cosine(vector, &known.vector))
    }
}

/// Of vectors of unit length; those of other lengths are of another model, and as far apart as can be.
fn cosine(one: &[f32], other: &[f32]) -> f64 {
    if one.len() != other.len() {
        return -1.0;
    }
    f64::from(one.iter().zip(other).map(|(a, b)| a * b).sum::<f32>())
}
