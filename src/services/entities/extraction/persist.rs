//! Stores the extraction result of an entry within the caller's transaction.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::domain::entity::{EntityType, alias_key, name_key};
use crate::domain::id::EntityId;
use crate::error::{Error, ErrorKind, Result};
use crate::services::entities::extraction::entity_cache::EntityCache;
use crate::services::entities::extraction::model_extraction::{ModelExtraction, RunSettings};
use crate::services::entities::extraction::name_check::occurs_in;
use crate::services::entities::extraction::reply::{
    AUTHOR_DESCRIPTION, EntryQuote, ExtractedEntity, ExtractedRelation,
};
use crate::services::entities::extraction::resolution::{
    NameResolution, ResolutionContext, ResolutionStage, embedding_text,
};
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entities::links::{self, EntryText};
use crate::storage::notebook::entities::upsert::{self, ExtractionEntity};
use crate::storage::notebook::entities::vectors::EntityVector;

/// Maximum number of warnings per entry and per run.
const MAX_WARNINGS: usize = 50;

/// Counts of an entry or a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ExtractionCounts {
    pub(crate) entries_processed: u64,
    pub(crate) entities_created: u64,
    pub(crate) entities_matched: u64,
    pub(crate) entities_deleted: u64,
    pub(crate) mentions_created: u64,
    pub(crate) relationships_created: u64,
    pub(crate) warnings: Vec<String>,
}

impl ExtractionCounts {
    /// Counts of an entry without a result, with the reason.
    pub(crate) fn for_skipped(warning: String) -> Self {
        Self { warnings: vec![warning], ..Self::default() }
    }

    /// Adds the counts of another entry.
    pub(crate) fn add(&mut self, other: Self) {
        self.entries_processed += other.entries_processed;
        self.entities_created += other.entities_created;
        self.entities_matched += other.entities_matched;
        self.entities_deleted += other.entities_deleted;
        self.mentions_created += other.mentions_created;
        self.relationships_created += other.relationships_created;
        other.warnings.into_iter().for_each(|warning| self.warn(warning));
    }

    fn warn(&mut self, warning: String) {
        match self.warnings.len() {
            0..MAX_WARNINGS => self.warnings.push(warning),
            MAX_WARNINGS => self.warnings.push("further warnings were omitted".to_owned()),
            _ => {}
        }
    }
}

/// Error for a deleted entry.
pub(super) fn entry_deleted_error() -> Error {
    Error::not_found("entry").code("entry_gone")
}

/// Returns true for the error of [`entry_deleted_error`].
pub(crate) fn is_entry_deleted(error: &Error) -> bool {
    error.wire_code() == "entry_gone"
}

/// Error for an entry whose text changed after it was read.
fn entry_changed_error() -> Error {
    Error::new(ErrorKind::Conflict, "the entry was changed while it was read").code("entry_moved")
}

/// Returns true for the error of [`entry_changed_error`].
pub(crate) fn is_entry_changed(error: &Error) -> bool {
    error.wire_code() == "entry_moved"
}

impl ModelExtraction {
    /// Replaces the entry's stored mentions and relationships; returns the counts and the new entities.
    ///
    /// # Errors
    /// For an entry that was deleted ([`is_entry_deleted`]) or changed ([`is_entry_changed`]) meanwhile; nothing is stored then.
    pub(super) fn store(
        &self,
        db: &NotebookDb<'_>,
        facts: &RunSettings,
        memory: &EntityCache,
    ) -> Result<(ExtractionCounts, Vec<EntityVector>)> {
        let source = links::find_source(db, self.entry)?.ok_or_else(entry_deleted_error)?;
        if source.revision != self.source.revision || !source.is_derivable {
            return Err(entry_changed_error());
        }
        let context = ResolutionContext {
            db,
            entry: self.entry,
            offered: &self.offered,
            cache: memory,
            vectors: &self.vectors,
            settings: &facts.settings,
        };
        let before = links::list_entities(db, self.entry)?;
        links::clear(db, self.entry)?;
        let mut storing = ExtractionWriter {
            db,
            run_settings: facts,
            extraction: self,
            day: &source.date,
            resolver: &context,
            endpoints: BTreeMap::new(),
            mentioned: BTreeMap::new(),
            created: Vec::new(),
            counts: ExtractionCounts { entries_processed: 1, ..ExtractionCounts::default() },
        };
        self.reply.warnings.iter().for_each(|warning| storing.counts.warn(warning.clone()));
        self.reply.entities.iter().try_for_each(|named| storing.store_entity(named))?;
        self.reply.relations.iter().try_for_each(|relation| storing.store_relation(relation))?;
        storing.quarantine_unsupported(&source.text)?;
        for id in before.into_iter().filter(|id| !storing.mentioned.contains_key(id)) {
            storing.counts.entities_deleted += u64::from(links::remove_unreferenced(db, id)?);
        }
        links::mark_fresh(db, self.entry)?;
        Ok((storing.counts, storing.created))
    }
}

struct ExtractionWriter<'a> {
    db: &'a NotebookDb<'a>,
    run_settings: &'a RunSettings,
    extraction: &'a ModelExtraction,
    day: &'a str,
    resolver: &'a ResolutionContext<'a>,
    /// Entities by name key, as endpoints of relationships.
    endpoints: BTreeMap<String, EntityId>,
    /// Entities that the entry mentions; true if they may be quarantined.
    mentioned: BTreeMap<EntityId, bool>,
    created: Vec<EntityVector>,
    counts: ExtractionCounts,
}

impl ExtractionWriter<'_> {
    fn store_entity(&mut self, named: &ExtractedEntity) -> Result<()> {
        let (entity, stage) = match self.resolver.resolve(named)? {
            NameResolution::Dismissed => {
                self.counts.warn(format!("{} was skipped: the owner dismissed the name", named.reply_name));
                return Ok(());
            }
            NameResolution::Existing(entity, stage) => (entity, Some(stage)),
            NameResolution::New => (self.create_entity(named)?, None),
        };
        if stage == Some(ResolutionStage::Vector) {
            self.counts.warn(format!("{} was matched to {} by vector similarity", named.name, entity.name));
        }
        self.counts.entities_matched += u64::from(stage.is_some());
        for alias in &named.aliases {
            if *alias != alias_key(&entity.name) {
                upsert::add_alias(self.db, &entity, alias, &self.run_settings.origin.at)?;
            }
        }
        let place = (self.extraction.entry, entity.id);
        let matched = stage.map(ResolutionStage::name);
        let words = quoted_words(&named.quote, named.confidence);
        links::add_mention(self.db, place, &named.reply_name, &words, matched, &self.run_settings.origin)?;
        self.counts.mentions_created += 1;
        self.mark_mentioned(&entity, named.is_author)?;
        for name in [&named.reply_name, &named.name] {
            self.endpoints.entry(name_key(name)).or_insert(entity.id);
        }
        Ok(())
    }

    /// Creates an entity; quarantines it if no part of its name occurs in its quote.
    fn create_entity(&mut self, named: &ExtractedEntity) -> Result<ExtractionEntity> {
        let vector = self.extraction.vectors.get(&embedding_text(&named.name, &named.description));
        let entity = self.insert_entity(named.kind, &named.name, &named.description, vector)?;
        if named.is_unsupported {
            let reason = "its name does not occur in its quote";
            upsert::quarantine(self.db, entity.id, reason, &self.run_settings.origin.at)?;
            self.counts.warn(format!("{} was quarantined: {reason}", named.name));
        }
        Ok(entity)
    }

    fn insert_entity(
        &mut self,
        kind: EntityType,
        name: &str,
        description: &str,
        vector: Option<&Vec<f32>>,
    ) -> Result<ExtractionEntity> {
        let new = upsert::NewEntity {
            kind,
            name,
            description,
            embedding: vector.map(|vector| (vector.as_slice(), self.run_settings.embedder.as_str())),
            first_seen: self.day,
            at: &self.run_settings.origin.at,
        };
        let id = upsert::add(self.db, &new)?;
        self.counts.entities_created += 1;
        let (name, description) = (name.to_owned(), description.to_owned());
        if let Some(vector) = vector.cloned() {
            let (name, description) = (name.clone(), description.clone());
            let aliases = Vec::new();
            self.created.push(EntityVector { id, kind, name, description, aliases, is_quarantined: false, vector });
        }
        Ok(ExtractionEntity { id, kind, name, description, is_quarantined: false, is_curated: false })
    }

    fn mark_mentioned(&mut self, entity: &ExtractionEntity, is_author: bool) -> Result<()> {
        upsert::lower_first_seen(self.db, entity.id, self.day)?;
        let may_be_quarantined = !(is_author || entity.is_quarantined || entity.is_curated);
        self.mentioned.entry(entity.id).and_modify(|may| *may &= may_be_quarantined).or_insert(may_be_quarantined);
        Ok(())
    }

    fn store_relation(&mut self, relation: &ExtractedRelation) -> Result<()> {
        let (Some(subject), Some(object)) =
            (self.resolve_endpoint(&relation.subject)?, self.resolve_endpoint(&relation.object)?)
        else {
            let ends = format!("{} {} {}", relation.subject, relation.predicate, relation.object);
            self.counts.warn(format!("\"{ends}\" was skipped: the entry does not mention both"));
            return Ok(());
        };
        let words = quoted_words(&relation.quote, relation.confidence);
        let ends = (subject, relation.predicate.as_str(), object);
        links::add_relationship(self.db, self.extraction.entry, ends, &words, &self.run_settings.origin)?;
        self.counts.relationships_created += 1;
        Ok(())
    }

    /// Resolves an endpoint of a relationship; creates the author's entity if needed.
    fn resolve_endpoint(&mut self, name: &str) -> Result<Option<EntityId>> {
        let key = name_key(name);
        if let Some(id) = self.endpoints.get(&key) {
            return Ok(Some(*id));
        }
        if key != name_key(&self.run_settings.author) {
            return Ok(None);
        }
        let author = self.resolve_author()?;
        if let Some(id) = author {
            self.endpoints.insert(key, id);
        }
        Ok(author)
    }

    fn resolve_author(&mut self) -> Result<Option<EntityId>> {
        let name = self.run_settings.author.clone();
        let entity = match self.resolver.owner_correction(EntityType::Person, [&name, &name])? {
            Some(NameResolution::Dismissed) => return Ok(None),
            Some(NameResolution::Existing(entity, _)) => entity,
            Some(NameResolution::New) | None => {
                let named = upsert::find_by_name(self.db, EntityType::Person, &name)?;
                let called = || upsert::find_by_alias(self.db, EntityType::Person, &alias_key(&name));
                if let Some(entity) = named.map_or_else(called, |entity| Ok(Some(entity)))? {
                    entity
                } else {
                    let vector = self.run_settings.author_vector.clone();
                    self.insert_entity(EntityType::Person, &name, AUTHOR_DESCRIPTION, vector.as_ref())?
                }
            }
        };
        self.mark_mentioned(&entity, true)?;
        Ok(Some(entity.id))
    }

    /// Quarantines entities whose name occurs in no text that mentions them.
    fn quarantine_unsupported(&mut self, text: &str) -> Result<()> {
        let candidates: BTreeSet<EntityId> =
            self.mentioned.iter().filter(|(_, may_be_quarantined)| **may_be_quarantined).map(|(id, _)| *id).collect();
        for id in candidates {
            let Some(entity) = upsert::find(self.db, id)?.filter(|entity| !entity.is_quarantined) else { continue };
            if occurs_in(&entity.name, text) || self.occurs_elsewhere(&entity)? {
                continue;
            }
            let reason = "its name occurs in no entry that mentions it";
            if upsert::quarantine(self.db, id, reason, &self.run_settings.origin.at)? {
                self.counts.warn(format!("{} was quarantined: {reason}", entity.name));
            }
        }
        Ok(())
    }

    fn occurs_elsewhere(&self, entity: &ExtractionEntity) -> Result<bool> {
        if links::list_quotes(self.db, entity.id)?.iter().any(|quote| occurs_in(&entity.name, quote)) {
            return Ok(true);
        }
        for entry in
            links::list_entries(self.db, entity.id)?.into_iter().filter(|entry| *entry != self.extraction.entry)
        {
            if links::find_source(self.db, entry)?.is_some_and(|source| occurs_in(&entity.name, &source.text)) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

fn quoted_words(quote: &EntryQuote, confidence: f64) -> EntryText<'_> {
    EntryText { quote: &quote.text, span: quote.span.map(|span| (span.start, span.end)), confidence }
}
