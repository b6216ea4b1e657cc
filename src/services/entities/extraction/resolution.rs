//! Resolves a name to an entity: owner corrections first, then the model's match, names, vectors, and last a new
//! entity.

use std::collections::HashMap;

use crate::config::providers::EntityExtractionConfig;
use crate::domain::entity::{EntityType, alias_key, name_key};
use crate::domain::id::{EntityId, EntryId};
use crate::error::Result;
use crate::services::entities::extraction::entity_cache::EntityCache;
use crate::services::entities::extraction::prompt::KnownEntity;
use crate::services::entities::extraction::reply::ExtractedEntity;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entities::upsert::{self, ExtractionEntity};

/// Stage that resolved a mention, as stored in its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ResolutionStage {
    /// A correction by the owner.
    Owner,
    /// Matched by the model and confirmed by the vectors.
    ModelMatch,
    /// Canonical name.
    Name,
    /// Alias.
    Alias,
    /// Vector similarity.
    Vector,
}

impl ResolutionStage {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::ModelMatch => "llm_asserted",
            Self::Name => "stage_a",
            Self::Alias => "stage_b",
            Self::Vector => "stage_c",
        }
    }
}

/// Result of resolving a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NameResolution {
    Existing(ExtractionEntity, ResolutionStage),
    /// The owner dismissed the name.
    Dismissed,
    New,
}

/// Data that names are resolved against.
pub(super) struct ResolutionContext<'a> {
    pub(super) db: &'a NotebookDb<'a>,
    pub(super) entry: EntryId,
    pub(super) offered: &'a [KnownEntity],
    pub(super) cache: &'a EntityCache,
    /// Vectors by their text.
    pub(super) vectors: &'a HashMap<String, Vec<f32>>,
    pub(super) settings: &'a EntityExtractionConfig,
}

impl ResolutionContext<'_> {
    /// Resolves one extracted entity.
    pub(super) fn resolve(&self, named: &ExtractedEntity) -> Result<NameResolution> {
        if let Some(said) = self.owner_correction(named.kind, [&named.reply_name, &named.name])? {
            return Ok(said);
        }
        let vector = self.vectors.get(&embedding_text(&named.name, &named.description));
        if let Some(entity) = self.model_match(named, vector)? {
            return Ok(NameResolution::Existing(entity, ResolutionStage::ModelMatch));
        }
        if let Some(resolved) = self.match_by_name(named)? {
            return Ok(resolved);
        }
        let Some(vector) = vector else { return Ok(NameResolution::New) };
        for id in self.cache.nearest(named.kind, vector, self.settings.dedup_similarity) {
            if let Some(entity) = self.find_of_type(id, named.kind)? {
                return Ok(NameResolution::Existing(entity, ResolutionStage::Vector));
            }
        }
        Ok(NameResolution::New)
    }

    /// Returns true if resolving or creating the entity requires its vector.
    pub(super) fn needs_vector(&self, named: &ExtractedEntity) -> Result<bool> {
        if self.owner_correction(named.kind, [&named.reply_name, &named.name])?.is_some() {
            return Ok(false);
        }
        Ok(self.offered_match(named).is_some() || self.match_by_name(named)?.is_none())
    }

    /// Returns the owner's correction of a name: for this entry first, then for all entries.
    pub(super) fn owner_correction(&self, kind: EntityType, names: [&str; 2]) -> Result<Option<NameResolution>> {
        for name in names {
            match upsert::find_correction(self.db, kind, &name_key(name), self.entry)? {
                Some(None) => return Ok(Some(NameResolution::Dismissed)),
                Some(Some(id)) => {
                    if let Some(entity) = upsert::find(self.db, id)? {
                        return Ok(Some(NameResolution::Existing(entity, ResolutionStage::Owner)));
                    }
                }
                None => {}
            }
        }
        Ok(None)
    }

    /// Resolves by canonical name and aliases only.
    pub(super) fn match_by_name(&self, named: &ExtractedEntity) -> Result<Option<NameResolution>> {
        if let Some(entity) = upsert::find_by_name(self.db, named.kind, &named.name)? {
            return Ok(Some(NameResolution::Existing(entity, ResolutionStage::Name)));
        }
        let own = alias_key(&named.name);
        for alias in std::iter::once(&own).chain(&named.aliases) {
            if let Some(entity) = upsert::find_by_alias(self.db, named.kind, alias)? {
                return Ok(Some(NameResolution::Existing(entity, ResolutionStage::Alias)));
            }
        }
        Ok(None)
    }

    /// Returns the entity that the model matched, if it was offered and is of the same type.
    fn offered_match(&self, named: &ExtractedEntity) -> Option<EntityId> {
        let id = named.matched_id?;
        self.offered.iter().find(|offer| offer.id == id && offer.entity_type == named.kind).map(|offer| offer.id)
    }

    fn model_match(&self, named: &ExtractedEntity, vector: Option<&Vec<f32>>) -> Result<Option<ExtractionEntity>> {
        let (Some(id), Some(vector)) = (self.offered_match(named), vector) else { return Ok(None) };
        let is_near = self.cache.cosine(id, vector).is_some_and(|cosine| cosine >= self.settings.match_threshold);
        if is_near { self.find_of_type(id, named.kind) } else { Ok(None) }
    }

    /// Finds an entity that still exists and is still of the type.
    fn find_of_type(&self, id: EntityId, kind: EntityType) -> Result<Option<ExtractionEntity>> {
        Ok(upsert::find(self.db, id)?.filter(|entity| entity.kind == kind))
    }
}

/// Returns the text that an entity's vector is computed from.
pub(super) fn embedding_text(name: &str, description: &str) -> String {
    format!("{name} {description}").trim().to_owned()
}
