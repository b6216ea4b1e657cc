//! Extraction run over one or many entries.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::app::context::Ctx;
use crate::app::reloadable::NameCasing;
use crate::domain::egress::EgressPurpose;
use crate::domain::id::{EntityId, EntryId, JobId};
use crate::domain::prompt_injection;
use crate::domain::scope::Scope;
use crate::egress::{self, EgressSubject};
use crate::error::Result;
use crate::providers::chat;
use crate::services::entities::extraction::enqueue::not_derivable_error;
use crate::services::entities::extraction::entity_cache::EntityCache;
use crate::services::entities::extraction::model_extraction::{ModelExtraction, RunSettings};
use crate::services::entities::extraction::name_similarity;
use crate::services::entities::extraction::persist::{ExtractionCounts, entry_deleted_error};
use crate::services::entities::extraction::prompt::{self, KnownEntity, MAX_PROMPT_CHARS, PROMPT_VERSION};
use crate::services::entities::extraction::reply::{AUTHOR_DESCRIPTION, ExtractionReply, ReplyContext};
use crate::services::entities::extraction::resolution::{ResolutionContext, embedding_text};
use crate::services::entities::extraction::vectors::NameVectorCache;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entities::links::{self, EntrySource, ExtractionProvenance};
use crate::storage::notebook::entities::similar;
use crate::storage::notebook::entities::vectors::{self, EntityVector};
use parking_lot::{Mutex, RwLock};

/// Maximum text embedded for an entry without vectors, in code points; embedders read no more.
const MAX_EMBEDDED_CHARS: usize = 2000;

/// An extraction run.
pub(crate) struct ExtractionRun {
    ctx: Ctx,
    job: JobId,
    run_settings: RunSettings,
    casing: Option<Arc<NameCasing>>,
    cache: RwLock<EntityCache>,
    vectors: NameVectorCache,
}

/// Merge candidates with their similarity.
pub(crate) type SimilarPairs = Vec<(EntityId, EntityId, f64)>;

impl ExtractionRun {
    /// Starts a run: loads the known entities and the author's vector.
    ///
    /// # Errors
    /// `Conflict` if no provider is configured, `Forbidden` if the notebook is local-only.
    pub(crate) async fn start(ctx: &Ctx, job: JobId) -> Result<Arc<Self>> {
        egress::ensure_available(ctx, EgressPurpose::Entities).await?;
        let providers = &ctx.app.config.providers;
        let settings = providers.entities.clone();
        let embedder = egress::embedder(ctx, EgressSubject::for_job(job))?.id().to_owned();
        let embedder_id = embedder.clone();
        let memory = EntityCache::new(ctx.read(Scope::EntriesRead, move |db| vectors::list(db, &embedder_id)).await?);
        let facts = RunSettings {
            embedder,
            author: author_name(ctx)?,
            author_vector: None,
            origin: ExtractionProvenance {
                run: job.to_string(),
                model: chat::effective_model(&ctx.app.config, &settings.model),
                prompt_version: PROMPT_VERSION,
                at: ctx.app.now_timestamp(),
            },
            settings,
        };
        let mut run = Self {
            ctx: ctx.clone(),
            job,
            run_settings: facts,
            casing: ctx.app.reloadable_files.casing.get()?,
            cache: RwLock::new(memory),
            vectors: NameVectorCache::default(),
        };
        let text = embedding_text(&run.run_settings.author, AUTHOR_DESCRIPTION);
        run.run_settings.author_vector =
            run.vectors.get_or_embed(ctx, run.about(None), vec![text]).await?.into_values().next();
        Ok(Arc::new(run))
    }

    /// Sends an entry to the model and validates the reply.
    ///
    /// # Errors
    /// For an entry that is deleted or excluded from derivation; `Upstream` without a valid reply.
    pub(crate) async fn extract(&self, entry: EntryId) -> Result<ModelExtraction> {
        let embedder = self.run_settings.embedder.clone();
        let read = move |db: &NotebookDb<'_>| {
            Ok((links::find_source(db, entry)?, vectors::list_chunk_vectors(db, entry, &embedder)?))
        };
        let (source, vectors) = self.ctx.read(Scope::EntriesRead, read).await?;
        let source = source.ok_or_else(entry_deleted_error)?;
        if !source.is_derivable {
            return Err(not_derivable_error(entry));
        }
        let offered = self.offer_candidates(entry, &source, vectors).await?;
        let asked = prompt::PromptInput {
            date: &source.date,
            text: &source.text,
            author: &self.run_settings.author,
            known: &offered,
            model: &self.run_settings.settings.model,
        };
        let prompt = prompt::build_prompt(self.ctx.app.entropy.as_ref(), &asked)?;
        let reply: ExtractionReply =
            egress::complete_json(&self.ctx, EgressPurpose::Entities, self.about(Some(entry)), &prompt).await?;
        let none = BTreeMap::new();
        let shown = source
            .text
            .char_indices()
            .nth(MAX_PROMPT_CHARS)
            .map_or(source.text.as_str(), |(end, _)| &source.text[..end]);
        let casing = self.casing.as_ref().map_or(&none, |casing| &casing.exceptions);
        let mut accepted = ReplyContext { text: shown, author: &self.run_settings.author, casing }.validate(reply);
        if shown.len() < source.text.len() {
            accepted
                .warnings
                .push(format!("entry {entry} is long; only its first {MAX_PROMPT_CHARS} characters were read"));
        }
        if let Some(warning) = prompt_injection::injection_summary(shown) {
            accepted.warnings.push(format!("entry {entry}: {warning}"));
        }
        self.with_vectors(ModelExtraction { entry, source, offered, reply: accepted, vectors: HashMap::new() }).await
    }

    /// Stores the result of an entry; new entities are written to `new`, for [`Self::cache_entities`] after the commit.
    ///
    /// # Errors
    /// For an entry that was deleted or changed meanwhile; nothing is stored then.
    pub(crate) fn store(
        &self,
        db: &NotebookDb<'_>,
        asked: &ModelExtraction,
        new: &Mutex<Vec<EntityVector>>,
    ) -> Result<ExtractionCounts> {
        let mut facts = self.run_settings.clone();
        facts.origin.at = self.ctx.app.now_timestamp();
        let memory = self.cache.read();
        let (counts, created) = asked.store(db, &facts, &memory)?;
        *new.lock() = created;
        Ok(counts)
    }

    /// Adds the new entities to the cache, after the commit.
    pub(crate) fn cache_entities(&self, new: &Mutex<Vec<EntityVector>>) {
        let new = std::mem::take(&mut *new.lock());
        self.cache.write().insert(new);
    }

    /// Finds names that are similar to those of entities found by this run.
    ///
    /// # Errors
    /// Only database errors.
    pub(crate) async fn find_similar_pairs(&self) -> Result<SimilarPairs> {
        let run = self.job.to_string();
        let pairs = self.ctx.read(Scope::EntriesRead, move |db| {
            let touched = links::list_entities_of_job(db, &run)?;
            let names = if touched.is_empty() { Vec::new() } else { vectors::list_names(db)? };
            let names: Vec<_> = names.iter().map(|(id, kind, name)| (*id, *kind, name.as_str())).collect();
            Ok(name_similarity::similar_pairs(&names, &touched))
        });
        pairs.await
    }

    /// Stores the merge candidates.
    ///
    /// # Errors
    /// Only database errors.
    pub(crate) fn store_pairs(&self, db: &NotebookDb<'_>, pairs: &SimilarPairs) -> Result<()> {
        let (run, at) = (self.job.to_string(), self.ctx.app.now_timestamp());
        pairs.iter().try_for_each(|&(low, high, likeness)| similar::add_candidate(db, (low, high), likeness, &run, &at))
    }

    fn about(&self, entry: Option<EntryId>) -> EgressSubject {
        EgressSubject { entries: entry.into_iter().collect(), job: Some(self.job) }
    }

    async fn offer_candidates(
        &self,
        entry: EntryId,
        source: &EntrySource,
        vectors: Vec<Vec<f32>>,
    ) -> Result<Vec<KnownEntity>> {
        let memory = || self.cache.read();
        if self.run_settings.settings.candidates == 0 || memory().is_empty() {
            return Ok(Vec::new());
        }
        let vectors = if vectors.is_empty() {
            let text: String = source.text.chars().take(MAX_EMBEDDED_CHARS).collect();
            self.vectors.get_or_embed(&self.ctx, self.about(Some(entry)), vec![text]).await?.into_values().collect()
        } else {
            vectors
        };
        Ok(memory().offer_candidates(&vectors, &self.run_settings.settings))
    }

    /// Computes the vectors required to resolve the names. No transaction is open while a provider is called.
    async fn with_vectors(&self, asked: ModelExtraction) -> Result<ModelExtraction> {
        let settings = self.run_settings.settings.clone();
        let (asked, texts) = self
            .ctx
            .read(Scope::EntriesRead, move |db| {
                let (memory, none) = (EntityCache::default(), HashMap::new());
                let context = ResolutionContext {
                    db,
                    entry: asked.entry,
                    offered: &asked.offered,
                    cache: &memory,
                    vectors: &none,
                    settings: &settings,
                };
                let mut texts = Vec::new();
                for named in &asked.reply.entities {
                    if context.needs_vector(named)? {
                        texts.push(embedding_text(&named.name, &named.description));
                    }
                }
                Ok((asked, texts))
            })
            .await?;
        let vectors = self.vectors.get_or_embed(&self.ctx, self.about(Some(asked.entry)), texts).await?;
        Ok(ModelExtraction { vectors, ..asked })
    }
}

/// Returns the author's name.
fn author_name(ctx: &Ctx) -> Result<String> {
    let name = ctx.caller.user()?.display_name.trim();
    let configured = ctx.app.config.providers.author_name.as_deref().unwrap_or("The author");
    Ok(if name.is_empty() { configured } else { name }.to_owned())
}
