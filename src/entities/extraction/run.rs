//! One run over one entry or many.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::RwLock;

use crate::app::contexts::Casing;
use crate::config::providers::Entities;
use crate::ctx::Ctx;
use crate::egress;
use crate::egress::About;
use crate::entities::extraction::known::Memory;
use crate::entities::extraction::likeness;
use crate::entities::extraction::ordering::not_derivable;
use crate::entities::extraction::prompt;
use crate::entities::extraction::prompt::Offer;
use crate::entities::extraction::prompt::PROMPT_VERSION;
use crate::entities::extraction::prompt::SHOWN;
use crate::entities::extraction::reply::AUTHOR;
use crate::entities::extraction::reply::Accepted;
use crate::entities::extraction::reply::Against;
use crate::entities::extraction::reply::Reply;
use crate::entities::extraction::resolution::Sight;
use crate::entities::extraction::resolution::described;
use crate::entities::extraction::storing::Counts;
use crate::entities::extraction::storing::gone;
use crate::entities::extraction::vectors::Cache;
use crate::error::Result;
use crate::model::egress::Purpose;
use crate::model::id::EntityId;
use crate::model::id::EntryId;
use crate::model::id::JobId;
use crate::model::scope::Scope;
use crate::model::suspicion;
use crate::providers::chat;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entities::alike;
use crate::storage::notebook::entities::known;
use crate::storage::notebook::entities::known::Known;
use crate::storage::notebook::entities::linked;
use crate::storage::notebook::entities::linked::Origin;
use crate::storage::notebook::entities::linked::Source;

/// Code points of an entry without vectors that one is made of, to find what is known: an embedder reads no more.
const READ: usize = 2000;

/// What is the same for every entry of a run.
#[derive(Clone)]
pub(super) struct Facts {
    pub(super) settings: Entities,
    /// Whose vectors are compared.
    pub(super) embedder: String,
    pub(super) author: String,
    pub(super) author_vector: Option<Vec<f32>>,
    pub(super) origin: Origin,
}

/// A run.
pub(crate) struct Run {
    ctx: Ctx,
    job: JobId,
    facts: Facts,
    casing: Option<Arc<Casing>>,
    memory: RwLock<Memory>,
    vectors: Cache,
}

/// An entry with what the model said of it.
pub(crate) struct Asked {
    pub(crate) entry: EntryId,
    pub(super) source: Source,
    pub(super) offered: Vec<Offer>,
    pub(super) accepted: Accepted,
    pub(super) vectors: HashMap<String, Vec<f32>>,
}

/// Pairs of entities that may be one, with how alike they are.
pub(crate) type Pairs = Vec<(EntityId, EntityId, f64)>;

impl Run {
    /// Begins.
    ///
    /// # Errors
    /// `Conflict` when there is nobody to ask, `Forbidden` when entries are kept in.
    pub(crate) async fn begin(ctx: &Ctx, job: JobId) -> Result<Arc<Self>> {
        egress::expect_asking(ctx, Purpose::Entities).await?;
        let providers = &ctx.app.config.providers;
        let settings = providers.entities.clone();
        let embedder = egress::embedder(ctx, About { job: Some(job), ..About::default() })?.id().to_owned();
        let of = embedder.clone();
        let memory = Memory::new(ctx.read(Scope::EntriesRead, move |db| known::all(db, &of)).await?);
        let facts = Facts {
            embedder,
            author: author(ctx)?,
            author_vector: None,
            origin: Origin {
                run: job.to_string(),
                model: chat::model(&ctx.app.config, &settings.model),
                prompt_version: PROMPT_VERSION,
                at: ctx.app.stamp(),
            },
            settings,
        };
        let mut run = Self {
            ctx: ctx.clone(),
            job,
            facts,
            casing: ctx.app.contexts.casing.get()?,
            memory: RwLock::new(memory),
            vectors: Cache::default(),
        };
        let text = described(&run.facts.author, AUTHOR);
        run.facts.author_vector = run.vectors.of(ctx, run.about(None), vec![text]).await?.into_values().next();
        Ok(Arc::new(run))
    }

    /// Shows an entry to the model, and checks what it says.
    ///
    /// # Errors
    /// For an entry that is gone, or from which nothing may be derived; `Upstream` when nothing good came back.
    pub(crate) async fn ask(&self, entry: EntryId) -> Result<Asked> {
        let of = self.facts.embedder.clone();
        let read = move |db: &NotebookDb<'_>| Ok((linked::source(db, entry)?, known::of_entry(db, entry, &of)?));
        let (source, vectors) = self.ctx.read(Scope::EntriesRead, read).await?;
        let source = source.ok_or_else(gone)?;
        if !source.is_derivable {
            return Err(not_derivable(entry));
        }
        let offered = self.offers(entry, &source, vectors).await?;
        let asked = prompt::Asked {
            date: &source.date,
            text: &source.text,
            author: &self.facts.author,
            known: &offered,
            model: &self.facts.settings.model,
        };
        let prompt = prompt::prompt(self.ctx.app.entropy.as_ref(), &asked)?;
        let reply: Reply = egress::ask_for(&self.ctx, Purpose::Entities, self.about(Some(entry)), &prompt).await?;
        let none = BTreeMap::new();
        let shown = source.text.char_indices().nth(SHOWN).map_or(source.text.as_str(), |(end, _)| &source.text[..end]);
        let casing = self.casing.as_ref().map_or(&none, |casing| &casing.exceptions);
        let mut accepted = Against { text: shown, author: &self.facts.author, casing }.accept(reply);
        if shown.len() < source.text.len() {
            accepted.warnings.push(format!("entry {entry} is long; only its first {SHOWN} characters were read"));
        }
        if let Some(warning) = suspicion::warning(shown) {
            accepted.warnings.push(format!("entry {entry}: {warning}"));
        }
        self.with_vectors(Asked { entry, source, offered, accepted, vectors: HashMap::new() }).await
    }

    /// Stores what an entry comes to; entities that are new are put down in `new`, for [`Self::learn`] once that holds.
    ///
    /// # Errors
    /// For an entry that is gone or was changed meanwhile; then nothing is stored.
    pub(crate) fn store(&self, db: &NotebookDb<'_>, asked: &Asked, new: &Mutex<Vec<Known>>) -> Result<Counts> {
        let mut facts = self.facts.clone();
        facts.origin.at = self.ctx.app.stamp();
        let memory = self.memory.read().unwrap_or_else(PoisonError::into_inner);
        let (counts, made) = asked.store(db, &facts, &memory)?;
        *new.lock().unwrap_or_else(PoisonError::into_inner) = made;
        Ok(counts)
    }

    /// Remembers what is new and stored.
    pub(crate) fn learn(&self, new: &Mutex<Vec<Known>>) {
        let new = std::mem::take(&mut *new.lock().unwrap_or_else(PoisonError::into_inner));
        self.memory.write().unwrap_or_else(PoisonError::into_inner).learn(new);
    }

    /// Looks for names that are much like those that the run found.
    ///
    /// # Errors
    /// Only what goes wrong with the notebook.
    pub(crate) async fn pairs(&self) -> Result<Pairs> {
        let run = self.job.to_string();
        let looked = self.ctx.read(Scope::EntriesRead, move |db| {
            let touched = linked::found_by(db, &run)?;
            let names = if touched.is_empty() { Vec::new() } else { known::names(db)? };
            let names: Vec<_> = names.iter().map(|(id, kind, name)| (*id, *kind, name.as_str())).collect();
            Ok(likeness::pairs(&names, &touched))
        });
        looked.await
    }

    /// Notes the pairs that were found.
    ///
    /// # Errors
    /// Only what goes wrong with the notebook.
    pub(crate) fn note(&self, db: &NotebookDb<'_>, pairs: &Pairs) -> Result<()> {
        let (run, at) = (self.job.to_string(), self.ctx.app.stamp());
        pairs.iter().try_for_each(|&(low, high, likeness)| alike::note(db, (low, high), likeness, &run, &at))
    }

    fn about(&self, entry: Option<EntryId>) -> About {
        About { entries: entry.into_iter().collect(), job: Some(self.job) }
    }

    async fn offers(&self, entry: EntryId, source: &Source, vectors: Vec<Vec<f32>>) -> Result<Vec<Offer>> {
        let memory = || self.memory.read().unwrap_or_else(PoisonError::into_inner);
        if self.facts.settings.candidates == 0 || memory().is_empty() {
            return Ok(Vec::new());
        }
        let vectors = if vectors.is_empty() {
            let text: String = source.text.chars().take(READ).collect();
            self.vectors.of(&self.ctx, self.about(Some(entry)), vec![text]).await?.into_values().collect()
        } else {
            vectors
        };
        Ok(memory().offers(&vectors, &self.facts.settings))
    }

    /// Makes the vectors that it takes to find what the names mean. Nothing is sent while a transaction is open.
    async fn with_vectors(&self, asked: Asked) -> Result<Asked> {
        let settings = self.facts.settings.clone();
        let (asked, texts) = self
            .ctx
            .read(Scope::EntriesRead, move |db| {
                let (memory, none) = (Memory::default(), HashMap::new());
                let sight = Sight {
                    db,
                    entry: asked.entry,
                    offered: &asked.offered,
                    memory: &memory,
                    vectors: &none,
                    settings: &settings,
                };
                let mut texts = Vec::new();
                for named in &asked.accepted.entities {
                    if sight.needs_vector(named)? {
                        texts.push(described(&named.name, &named.description));
                    }
                }
                Ok((asked, texts))
            })
            .await?;
        let vectors = self.vectors.of(&self.ctx, self.about(Some(asked.entry)), texts).await?;
        Ok(Asked { vectors, ..asked })
    }
}

/// Returns what the author of the journal is called.
fn author(ctx: &Ctx) -> Result<String> {
    let name = ctx.caller.user()?.display_name.trim();
    let configured = ctx.app.config.providers.author_name.as_deref().unwrap_or("The author");
    Ok(if name.is_empty() { configured } else { name }.to_owned())
}
