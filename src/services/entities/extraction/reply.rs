//! Parses and validates a model's reply, as a whole, before anything is stored.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::domain::entity::{EntityType, alias_key, name_key};
use crate::domain::id::EntityId;
use crate::domain::text::one_line;
use crate::services::entities::extraction::casing::normalize_casing;
use crate::services::entities::extraction::name_check::{self, NameCheck, occurs_in};
use crate::services::entities::extraction::quote_match::{self, QuoteSpan};

/// Description of the author's entity.
pub(super) const AUTHOR_DESCRIPTION: &str = "Journal author";
/// Maximum number of entities in one entry.
const MAX_ENTITIES: usize = 200;
/// Maximum number of relationships in one entry.
const MAX_RELATIONSHIPS: usize = 400;
/// Maximum length of a name, alias or predicate, in code points.
const MAX_NAME: usize = 200;
/// Maximum length of a description, in code points.
const MAX_DESCRIPTION: usize = 1000;
/// Maximum length of a quote, in code points.
const MAX_QUOTE: usize = 1000;
/// Maximum number of aliases of an entity.
const MAX_ALIASES: usize = 20;

/// A reply of the required shape. An unknown type or a confidence out of range is a parse error.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExtractionReply {
    entities: Vec<ReplyEntity>,
    relationships: Vec<ReplyRelationship>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReplyEntity {
    entity_type: EntityType,
    canonical_name: String,
    quote: String,
    confidence: ReplyConfidence,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    aliases: Option<Vec<String>>,
    #[serde(default)]
    matches_known_id: Option<i64>,
    /// Requested so that the model reasons about the match; not used.
    #[serde(default, rename = "match_justification")]
    _match_justification: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReplyRelationship {
    subject: String,
    predicate: String,
    object: String,
    quote: String,
    confidence: ReplyConfidence,
}

/// Confidence from 0 to 1.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "f64")]
struct ReplyConfidence(f64);

impl TryFrom<f64> for ReplyConfidence {
    type Error = &'static str;

    fn try_from(number: f64) -> Result<Self, Self::Error> {
        if (0.0..=1.0).contains(&number) { Ok(Self(number)) } else { Err("a number from 0 to 1") }
    }
}

/// A quote from an entry.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct EntryQuote {
    /// As in the entry if it was located there, otherwise as in the reply.
    pub(super) text: String,
    pub(super) span: Option<QuoteSpan>,
}

/// An entity extracted from an entry.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ExtractedEntity {
    pub(super) kind: EntityType,
    /// Name in the reply.
    pub(super) reply_name: String,
    /// Normalized name.
    pub(super) name: String,
    pub(super) quote: EntryQuote,
    pub(super) confidence: f64,
    pub(super) description: String,
    /// In lower case.
    pub(super) aliases: Vec<String>,
    /// The known entity that the model matched it to.
    pub(super) matched_id: Option<EntityId>,
    /// True if no part of the name occurs in the quote.
    pub(super) is_unsupported: bool,
    pub(super) is_author: bool,
}

/// A relationship between two entities of an entry.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ExtractedRelation {
    pub(super) subject: String,
    pub(super) predicate: String,
    pub(super) object: String,
    pub(super) quote: EntryQuote,
    pub(super) confidence: f64,
}

/// Validated content of a reply.
#[derive(Debug, Default, PartialEq)]
pub(super) struct ValidatedReply {
    pub(super) entities: Vec<ExtractedEntity>,
    pub(super) relations: Vec<ExtractedRelation>,
    pub(super) warnings: Vec<String>,
}

/// Entry and settings that a reply is validated against.
pub(super) struct ReplyContext<'a> {
    pub(super) text: &'a str,
    pub(super) author: &'a str,
    /// Case of special names, keyed by lower case.
    pub(super) casing: &'a BTreeMap<String, String>,
}

impl ReplyContext<'_> {
    /// Validates a reply: truncates long texts, and skips excess items and items without a name.
    pub(super) fn validate(&self, reply: ExtractionReply) -> ValidatedReply {
        let mut accepted = ValidatedReply::default();
        let mut warn = |warning: String| accepted.warnings.push(warning);
        if reply.entities.len() > MAX_ENTITIES {
            warn(format!("the reply has {} entities; only the first {MAX_ENTITIES} are used", reply.entities.len()));
        }
        if reply.relationships.len() > MAX_RELATIONSHIPS {
            let number = reply.relationships.len();
            warn(format!("the reply has {number} relationships; only the first {MAX_RELATIONSHIPS} are used"));
        }
        let text = quote_match::QuoteIndex::new(self.text);
        for named in reply.entities.into_iter().take(MAX_ENTITIES) {
            match self.validate_entity(named, &text) {
                Some(found) => accepted.entities.push(found),
                None => warn(format!("an entity was skipped: its name is empty or longer than {MAX_NAME} characters")),
            }
        }
        for related in reply.relationships.into_iter().take(MAX_RELATIONSHIPS) {
            match validate_relation(&related, &text) {
                Some(relation) => accepted.relations.push(relation),
                None => warn("a relationship was skipped: a name is empty or too long".to_owned()),
            }
        }
        accepted
    }

    fn validate_entity(&self, named: ReplyEntity, text: &quote_match::QuoteIndex<'_>) -> Option<ExtractedEntity> {
        let given = clean_name(&named.canonical_name)?;
        let is_author = named.entity_type == EntityType::Person && name_key(&given) == name_key(self.author);
        let quote = locate_quote(&named.quote, text);
        let (name, is_unfounded) = if is_author {
            (self.author.to_owned(), false)
        } else {
            let (name, is_unfounded) = match name_check::check_name(&given, &quote.text) {
                NameCheck::Occurs => (normalize_casing(&given, self.casing), false),
                NameCheck::Corrected(whole) => (normalize_casing(&whole, self.casing), false),
                NameCheck::Missing => (normalize_casing(&given, self.casing), true),
            };
            // A quote that is not in the entry supports no name.
            let is_made_up = quote.span.is_none() && !occurs_in(&name, self.text);
            (name, is_unfounded || is_made_up)
        };
        let own = alias_key(&name);
        let mut aliases: Vec<String> = Vec::new();
        for alias in named.aliases.unwrap_or_default().iter().filter_map(|alias| clean_name(alias)) {
            let alias = alias_key(&alias);
            if alias != own && !aliases.contains(&alias) && aliases.len() < MAX_ALIASES {
                aliases.push(alias);
            }
        }
        let description = truncate(&clean_line(&named.description.unwrap_or_default()), MAX_DESCRIPTION);
        Some(ExtractedEntity {
            kind: named.entity_type,
            reply_name: given,
            name,
            quote,
            confidence: named.confidence.0,
            description: if is_author && description.is_empty() { AUTHOR_DESCRIPTION.to_owned() } else { description },
            aliases,
            matched_id: named.matches_known_id.map(EntityId),
            is_unsupported: is_unfounded,
            is_author,
        })
    }
}

fn validate_relation(related: &ReplyRelationship, text: &quote_match::QuoteIndex<'_>) -> Option<ExtractedRelation> {
    Some(ExtractedRelation {
        subject: clean_name(&related.subject)?,
        predicate: clean_name(&related.predicate)?,
        object: clean_name(&related.object)?,
        quote: locate_quote(&related.quote, text),
        confidence: related.confidence.0,
    })
}

fn locate_quote(quote: &str, text: &quote_match::QuoteIndex<'_>) -> EntryQuote {
    let quote = truncate(quote.trim(), MAX_QUOTE);
    match text.find(&quote) {
        Some((span, words)) => EntryQuote { text: words.to_owned(), span: Some(span) },
        None => EntryQuote { text: clean_line(&quote), span: None },
    }
}

/// Returns a name on one line; `None` if it is empty or too long.
fn clean_name(text: &str) -> Option<String> {
    let line = clean_line(text);
    (1..=MAX_NAME).contains(&line.chars().count()).then_some(line)
}

/// Returns a text on one line, without control and bidirectional formatting characters.
fn clean_line(text: &str) -> String {
    one_line(&text.replace(|c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'), " "))
}

fn truncate(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}
