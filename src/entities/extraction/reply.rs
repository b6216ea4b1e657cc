//! What a model answers, and what of it counts. Everything is checked before anything is stored.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::entities::extraction::casing::written;
use crate::entities::extraction::naming;
use crate::entities::extraction::naming::Checked;
use crate::entities::extraction::quotes;
use crate::entities::extraction::quotes::Span;
use crate::entities::extraction::sweep::stands_in;
use crate::model::entity::EntityType;
use crate::model::entity::alias_key;
use crate::model::entity::name_key;
use crate::model::id::EntityId;
use crate::model::text::one_line;

/// What the description of the author says, who is in every entry.
pub(super) const AUTHOR: &str = "Journal author";
/// Most entities of one entry.
const MAX_ENTITIES: usize = 200;
/// Most relationships of one entry.
const MAX_RELATIONSHIPS: usize = 400;
/// Longest name, other name or predicate, in code points.
const MAX_NAME: usize = 200;
/// Longest description, in code points.
const MAX_DESCRIPTION: usize = 1000;
/// Longest quote, in code points.
const MAX_QUOTE: usize = 1000;
/// Most other names of an entity.
const MAX_ALIASES: usize = 20;

/// An answer of the right shape. A type that there is not, or a confidence that cannot be, is another shape.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Reply {
    entities: Vec<Named>,
    relationships: Vec<Related>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    entity_type: EntityType,
    canonical_name: String,
    quote: String,
    confidence: Confidence,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    aliases: Option<Vec<String>>,
    #[serde(default)]
    matches_known_id: Option<i64>,
    /// Asked for, so that the model thinks about it; it is not kept.
    #[serde(default, rename = "match_justification")]
    _match_justification: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Related {
    subject: String,
    predicate: String,
    object: String,
    quote: String,
    confidence: Confidence,
}

/// From 0 to 1.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "f64")]
struct Confidence(f64);

impl TryFrom<f64> for Confidence {
    type Error = &'static str;

    fn try_from(number: f64) -> Result<Self, Self::Error> {
        if (0.0..=1.0).contains(&number) { Ok(Self(number)) } else { Err("a number from 0 to 1") }
    }
}

/// Words of an entry that say something.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Quote {
    /// As the entry has them where they stand there, else as the model has.
    pub(super) text: String,
    pub(super) span: Option<Span>,
}

/// Somebody or something that an entry speaks of.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    pub(super) kind: EntityType,
    /// What the model called it.
    pub(super) given: String,
    /// What it is called here.
    pub(super) name: String,
    pub(super) quote: Quote,
    pub(super) confidence: f64,
    pub(super) description: String,
    /// Lower case.
    pub(super) aliases: Vec<String>,
    /// The known one that the model says it is.
    pub(super) asserted: Option<EntityId>,
    /// Whether nothing of its name stands in its quote.
    pub(super) is_unfounded: bool,
    pub(super) is_author: bool,
}

/// What an entry says that two of them have to do with each other.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Relation {
    pub(super) subject: String,
    pub(super) predicate: String,
    pub(super) object: String,
    pub(super) quote: Quote,
    pub(super) confidence: f64,
}

/// What counts of an answer.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Accepted {
    pub(super) entities: Vec<Found>,
    pub(super) relations: Vec<Relation>,
    pub(super) warnings: Vec<String>,
}

/// What an answer is held against.
pub(super) struct Against<'a> {
    pub(super) text: &'a str,
    pub(super) author: &'a str,
    /// How names are written, by their lower-case form.
    pub(super) casing: &'a BTreeMap<String, String>,
}

impl Against<'_> {
    /// Returns what counts of an answer; what is too long is cut, what is too much or has no name is left out.
    pub(super) fn accept(&self, reply: Reply) -> Accepted {
        let mut accepted = Accepted::default();
        let mut told = |warning: String| accepted.warnings.push(warning);
        if reply.entities.len() > MAX_ENTITIES {
            told(format!("{} entities were named; only the first {MAX_ENTITIES} count", reply.entities.len()));
        }
        if reply.relationships.len() > MAX_RELATIONSHIPS {
            let number = reply.relationships.len();
            told(format!("{number} relationships were named; only the first {MAX_RELATIONSHIPS} count"));
        }
        let text = quotes::Text::of(self.text);
        for named in reply.entities.into_iter().take(MAX_ENTITIES) {
            match self.found(named, &text) {
                Some(found) => accepted.entities.push(found),
                None => told(format!("an entity was left out: its name is empty or longer than {MAX_NAME} characters")),
            }
        }
        for related in reply.relationships.into_iter().take(MAX_RELATIONSHIPS) {
            match relation(&related, &text) {
                Some(relation) => accepted.relations.push(relation),
                None => told("a relationship was left out: a name is empty or too long".to_owned()),
            }
        }
        accepted
    }

    fn found(&self, named: Named, text: &quotes::Text<'_>) -> Option<Found> {
        let given = name(&named.canonical_name)?;
        let is_author = named.entity_type == EntityType::Person && name_key(&given) == name_key(self.author);
        let quote = quoted(&named.quote, text);
        let (name, is_unfounded) = if is_author {
            (self.author.to_owned(), false)
        } else {
            let (name, is_unfounded) = match naming::check(&given, &quote.text) {
                Checked::Stands => (written(&given, self.casing), false),
                Checked::Mended(whole) => (written(&whole, self.casing), false),
                Checked::Unfounded => (written(&given, self.casing), true),
            };
            // A quote that was made up says nothing for a name.
            let is_made_up = quote.span.is_none() && !stands_in(&name, self.text);
            (name, is_unfounded || is_made_up)
        };
        let own = alias_key(&name);
        let mut aliases: Vec<String> = Vec::new();
        for alias in named.aliases.unwrap_or_default().iter().filter_map(|alias| self::name(alias)) {
            let alias = alias_key(&alias);
            if alias != own && !aliases.contains(&alias) && aliases.len() < MAX_ALIASES {
                aliases.push(alias);
            }
        }
        let description = cut(&clean(&named.description.unwrap_or_default()), MAX_DESCRIPTION);
        Some(Found {
            kind: named.entity_type,
            given,
            name,
            quote,
            confidence: named.confidence.0,
            description: if is_author && description.is_empty() { AUTHOR.to_owned() } else { description },
            aliases,
            asserted: named.matches_known_id.map(EntityId),
            is_unfounded,
            is_author,
        })
    }
}

fn relation(related: &Related, text: &quotes::Text<'_>) -> Option<Relation> {
    Some(Relation {
        subject: name(&related.subject)?,
        predicate: name(&related.predicate)?,
        object: name(&related.object)?,
        quote: quoted(&related.quote, text),
        confidence: related.confidence.0,
    })
}

fn quoted(quote: &str, text: &quotes::Text<'_>) -> Quote {
    let quote = cut(quote.trim(), MAX_QUOTE);
    match text.find(&quote) {
        Some((span, words)) => Quote { text: words.to_owned(), span: Some(span) },
        None => Quote { text: clean(&quote), span: None },
    }
}

/// Returns a name in one line; `None` for none, and for one that is too long.
fn name(text: &str) -> Option<String> {
    let line = clean(text);
    (1..=MAX_NAME).contains(&line.chars().count()).then_some(line)
}

/// Returns a text in one line, without what a terminal would act on.
fn clean(text: &str) -> String {
    one_line(&text.replace(|c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'), " "))
}

fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}
