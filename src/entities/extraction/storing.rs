//! Stores what an entry comes to, in the transaction of its caller: all of it, or nothing.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde::Deserialize;
use serde::Serialize;

use crate::entities::extraction::known::Memory;
use crate::entities::extraction::reply::AUTHOR;
use crate::entities::extraction::reply::Found;
use crate::entities::extraction::reply::Quote;
use crate::entities::extraction::reply::Relation;
use crate::entities::extraction::resolution::Resolved;
use crate::entities::extraction::resolution::Sight;
use crate::entities::extraction::resolution::Stage;
use crate::entities::extraction::resolution::described;
use crate::entities::extraction::run::Asked;
use crate::entities::extraction::run::Facts;
use crate::entities::extraction::sweep::stands_in;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::model::entity::EntityType;
use crate::model::entity::alias_key;
use crate::model::entity::name_key;
use crate::model::id::EntityId;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entities::found;
use crate::storage::notebook::entities::found::Entity;
use crate::storage::notebook::entities::known::Known;
use crate::storage::notebook::entities::linked;
use crate::storage::notebook::entities::linked::Words;

/// Most warnings of one entry, and of a run.
const MAX_WARNINGS: usize = 50;

/// What an entry, or a run, came to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Counts {
    pub(crate) entries_processed: u64,
    pub(crate) entities_created: u64,
    pub(crate) entities_matched: u64,
    pub(crate) entities_deleted: u64,
    pub(crate) mentions_created: u64,
    pub(crate) relationships_created: u64,
    pub(crate) warnings: Vec<String>,
}

impl Counts {
    /// An entry that came to nothing, and why.
    pub(crate) fn nothing(warning: String) -> Self {
        Self { warnings: vec![warning], ..Self::default() }
    }

    /// Adds what another entry came to.
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
            MAX_WARNINGS => self.warnings.push("there were more warnings".to_owned()),
            _ => {}
        }
    }
}

/// The entry is gone.
pub(super) fn gone() -> Error {
    Error::not_found("entry").code("entry_gone")
}

/// Tells whether that is why nothing was stored.
pub(crate) fn is_gone(error: &Error) -> bool {
    error.wire_code() == "entry_gone"
}

/// Another text stands there than the one that was read.
fn moved() -> Error {
    Error::new(Kind::Conflict, "the entry was changed while it was read").code("entry_moved")
}

/// Tells whether that is why nothing was stored.
pub(crate) fn is_moved(error: &Error) -> bool {
    error.wire_code() == "entry_moved"
}

impl Asked {
    /// Replaces what was known of the entry by what was found now; returns what that comes to, and the entities that are new.
    ///
    /// # Errors
    /// For an entry that is gone ([`is_gone`]) or has another text by now ([`is_moved`]); then nothing is stored.
    pub(super) fn store(&self, db: &NotebookDb<'_>, facts: &Facts, memory: &Memory) -> Result<(Counts, Vec<Known>)> {
        let source = linked::source(db, self.entry)?.ok_or_else(gone)?;
        if source.revision != self.source.revision || !source.is_derivable {
            return Err(moved());
        }
        let sight = Sight {
            db,
            entry: self.entry,
            offered: &self.offered,
            memory,
            vectors: &self.vectors,
            settings: &facts.settings,
        };
        let before = linked::of(db, self.entry)?;
        linked::clear(db, self.entry)?;
        let mut storing = Storing {
            db,
            facts,
            asked: self,
            day: &source.date,
            sight: &sight,
            ends: BTreeMap::new(),
            touched: BTreeMap::new(),
            made: Vec::new(),
            counts: Counts { entries_processed: 1, ..Counts::default() },
        };
        self.accepted.warnings.iter().for_each(|warning| storing.counts.warn(warning.clone()));
        self.accepted.entities.iter().try_for_each(|named| storing.entity(named))?;
        self.accepted.relations.iter().try_for_each(|relation| storing.relation(relation))?;
        storing.sweep(&source.text)?;
        for id in before.into_iter().filter(|id| !storing.touched.contains_key(id)) {
            storing.counts.entities_deleted += u64::from(linked::prune(db, id)?);
        }
        linked::is_fresh(db, self.entry)?;
        Ok((storing.counts, storing.made))
    }
}

struct Storing<'a> {
    db: &'a NotebookDb<'a>,
    facts: &'a Facts,
    asked: &'a Asked,
    day: &'a str,
    sight: &'a Sight<'a>,
    /// Entities by what relationships may call them.
    ends: BTreeMap<String, EntityId>,
    /// Whom and what the entry speaks of; whether it may be set aside.
    touched: BTreeMap<EntityId, bool>,
    made: Vec<Known>,
    counts: Counts,
}

impl Storing<'_> {
    fn entity(&mut self, named: &Found) -> Result<()> {
        let (entity, stage) = match self.sight.resolve(named)? {
            Resolved::Nothing => {
                self.counts.warn(format!("{} was left out, as the owner said", named.given));
                return Ok(());
            }
            Resolved::Is(entity, stage) => (entity, Some(stage)),
            Resolved::New => (self.make(named)?, None),
        };
        if stage == Some(Stage::Vector) {
            self.counts.warn(format!("{} was taken for {}, which is much like it", named.name, entity.name));
        }
        self.counts.entities_matched += u64::from(stage.is_some());
        for alias in &named.aliases {
            if *alias != alias_key(&entity.name) {
                found::call(self.db, &entity, alias, &self.facts.origin.at)?;
            }
        }
        let place = (self.asked.entry, entity.id);
        let matched = stage.map(Stage::name);
        let words = words(&named.quote, named.confidence);
        linked::mention(self.db, place, &named.given, &words, matched, &self.facts.origin)?;
        self.counts.mentions_created += 1;
        self.touch(&entity, named.is_author)?;
        for name in [&named.given, &named.name] {
            self.ends.entry(name_key(name)).or_insert(entity.id);
        }
        Ok(())
    }

    /// Makes a new one; where nothing of its name stands in the entry's words, it is set aside.
    fn make(&mut self, named: &Found) -> Result<Entity> {
        let vector = self.asked.vectors.get(&described(&named.name, &named.description));
        let entity = self.add(named.kind, &named.name, &named.description, vector)?;
        if named.is_unfounded {
            let reason = "its name is not in the words it was found in";
            found::set_aside(self.db, entity.id, reason, &self.facts.origin.at)?;
            self.counts.warn(format!("{} was set aside: {reason}", named.name));
        }
        Ok(entity)
    }

    fn add(&mut self, kind: EntityType, name: &str, description: &str, vector: Option<&Vec<f32>>) -> Result<Entity> {
        let new = found::New {
            kind,
            name,
            description,
            embedding: vector.map(|vector| (vector.as_slice(), self.facts.embedder.as_str())),
            first_seen: self.day,
            at: &self.facts.origin.at,
        };
        let id = found::add(self.db, &new)?;
        self.counts.entities_created += 1;
        let (name, description) = (name.to_owned(), description.to_owned());
        if let Some(vector) = vector.cloned() {
            let (name, description) = (name.clone(), description.clone());
            let aliases = Vec::new();
            self.made.push(Known { id, kind, name, description, aliases, is_quarantined: false, vector });
        }
        Ok(Entity { id, kind, name, description, is_quarantined: false, is_curated: false })
    }

    fn touch(&mut self, entity: &Entity, is_author: bool) -> Result<()> {
        found::seen(self.db, entity.id, self.day)?;
        let may_be_set_aside = !(is_author || entity.is_quarantined || entity.is_curated);
        self.touched.entry(entity.id).and_modify(|may| *may &= may_be_set_aside).or_insert(may_be_set_aside);
        Ok(())
    }

    fn relation(&mut self, relation: &Relation) -> Result<()> {
        let (Some(subject), Some(object)) = (self.end(&relation.subject)?, self.end(&relation.object)?) else {
            let ends = format!("{} {} {}", relation.subject, relation.predicate, relation.object);
            self.counts.warn(format!("\"{ends}\" was left out: the entry speaks of no such two"));
            return Ok(());
        };
        let words = words(&relation.quote, relation.confidence);
        let ends = (subject, relation.predicate.as_str(), object);
        linked::relationship(self.db, self.asked.entry, ends, &words, &self.facts.origin)?;
        self.counts.relationships_created += 1;
        Ok(())
    }

    /// Returns what a relationship calls so; the author is made where need be.
    fn end(&mut self, name: &str) -> Result<Option<EntityId>> {
        let key = name_key(name);
        if let Some(id) = self.ends.get(&key) {
            return Ok(Some(*id));
        }
        if key != name_key(&self.facts.author) {
            return Ok(None);
        }
        let author = self.author()?;
        if let Some(id) = author {
            self.ends.insert(key, id);
        }
        Ok(author)
    }

    fn author(&mut self) -> Result<Option<EntityId>> {
        let name = self.facts.author.clone();
        let entity = match self.sight.corrected(EntityType::Person, [&name, &name])? {
            Some(Resolved::Nothing) => return Ok(None),
            Some(Resolved::Is(entity, _)) => entity,
            Some(Resolved::New) | None => {
                let named = found::named(self.db, EntityType::Person, &name)?;
                let called = || found::called(self.db, EntityType::Person, &alias_key(&name));
                if let Some(entity) = named.map_or_else(called, |entity| Ok(Some(entity)))? {
                    entity
                } else {
                    let vector = self.facts.author_vector.clone();
                    self.add(EntityType::Person, &name, AUTHOR, vector.as_ref())?
                }
            }
        };
        self.touch(&entity, true)?;
        Ok(Some(entity.id))
    }

    /// Sets aside whatever has a name that stands nowhere.
    fn sweep(&mut self, text: &str) -> Result<()> {
        let candidates: BTreeSet<EntityId> =
            self.touched.iter().filter(|(_, may_be_set_aside)| **may_be_set_aside).map(|(id, _)| *id).collect();
        for id in candidates {
            let Some(entity) = found::find(self.db, id)?.filter(|entity| !entity.is_quarantined) else { continue };
            if stands_in(&entity.name, text) || self.stands_elsewhere(&entity)? {
                continue;
            }
            let reason = "its name is in none of the entries that speak of it";
            if found::set_aside(self.db, id, reason, &self.facts.origin.at)? {
                self.counts.warn(format!("{} was set aside: {reason}", entity.name));
            }
        }
        Ok(())
    }

    fn stands_elsewhere(&self, entity: &Entity) -> Result<bool> {
        if linked::quotes(self.db, entity.id)?.iter().any(|quote| stands_in(&entity.name, quote)) {
            return Ok(true);
        }
        for entry in linked::entries(self.db, entity.id)?.into_iter().filter(|entry| *entry != self.asked.entry) {
            if linked::source(self.db, entry)?.is_some_and(|source| stands_in(&entity.name, &source.text)) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

fn words(quote: &Quote, confidence: f64) -> Words<'_> {
    Words { quote: &quote.text, span: quote.span.map(|span| (span.start, span.end)), confidence }
}
