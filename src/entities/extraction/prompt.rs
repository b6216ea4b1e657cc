//! What a model is asked about an entry.

use serde::Serialize;
use serde_json::Value;
use serde_json::json;

use crate::egress::Fenced;
use crate::entropy::Entropy;
use crate::error::Error;
use crate::error::Result;
use crate::model::entity::EntityType;
use crate::model::id::EntityId;
use crate::providers::chat::Prompt;

/// Moves with every change of what is asked, so that every mention tells what it was found with.
pub(crate) const PROMPT_VERSION: u32 = 1;

/// Longest part of an entry that is shown, in code points: about what a model's answer has room for.
pub(super) const SHOWN: usize = 60_000;
const MAX_TOKENS: u32 = 8192;

/// Somebody or something known already, as the model is told of it.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Offer {
    pub(super) id: EntityId,
    pub(super) canonical_name: String,
    pub(super) entity_type: EntityType,
    pub(super) aliases: Vec<String>,
    pub(super) description: String,
}

/// What an entry is asked about with.
pub(super) struct Asked<'a> {
    pub(super) date: &'a str,
    pub(super) text: &'a str,
    pub(super) author: &'a str,
    pub(super) known: &'a [Offer],
    pub(super) model: &'a str,
}

/// Puts the question. Names and descriptions come from entries too, so they are data as much as the entry is.
pub(super) fn prompt(entropy: &dyn Entropy, asked: &Asked<'_>) -> Result<Prompt> {
    let unwritten = |error| Error::internal("what is known, for a prompt", error);
    let shown: String = asked.text.chars().take(SHOWN).collect();
    let entry = Fenced::new(entropy, &shown)?;
    let known = Fenced::new(entropy, &serde_json::to_string(asked.known).map_err(unwritten)?)?;
    let author = serde_json::to_string(asked.author).map_err(unwritten)?;
    let system = format!(
        "You find out whom and what a journal entry speaks of. First the entry. {entry} Then a JSON list of what is known \
         from other entries. {known}\n\
         Answer with JSON alone. `entities`: every person, place, activity, organization and topic, and whatever else has a \
         name and matters (`other`); nothing that the entry does not name. For each: `entity_type`; `canonical_name`, as the \
         entry writes it and as full as it does; `quote`, the words of the entry that speak of it, copied letter by letter; \
         `confidence` from 0 to 1; `description`, one short sentence of what the entry says it is, or null; `aliases`, other \
         names that the entry calls it by; `matches_known_id`, the `id` of the one in the list that it certainly is, or null; \
         `match_justification`, why, or null. `relationships`: what the entry says that two of them have to do with each \
         other, `subject` and `object` being their `canonical_name`; `predicate` is at, visited, works_for, knows, plays, \
         attended, mentioned, part_of, located_in where one of these fits, else a short phrase of that kind; `quote` and \
         `confidence` as above. Whatever is told in the first person is done by the author, a person who goes by the name \
         given below.",
        entry = entry.rule,
        known = known.rule,
    );
    Ok(Prompt {
        system,
        user: format!("The entry is of {}. Its author is {author}.\n\n{}\n\n{}", asked.date, entry.text, known.text),
        model: asked.model.to_owned(),
        max_tokens: MAX_TOKENS,
        schema: Some(schema()),
    })
}

fn schema() -> Value {
    let word = json!({ "type": "string" });
    let perhaps = json!({ "type": ["string", "null"] });
    let sure = json!({ "type": "number", "minimum": 0, "maximum": 1 });
    json!({
        "type": "object",
        "properties": {
            "entities": { "type": "array", "items": {
                "type": "object",
                "properties": {
                    "entity_type": { "type": "string", "enum": EntityType::ALL },
                    "canonical_name": word,
                    "quote": word,
                    "confidence": sure,
                    "description": perhaps,
                    "aliases": { "type": "array", "items": word },
                    "matches_known_id": { "type": ["integer", "null"] },
                    "match_justification": perhaps,
                },
                "required": [
                    "entity_type", "canonical_name", "quote", "confidence", "description", "aliases", "matches_known_id",
                    "match_justification",
                ],
                "additionalProperties": false,
            } },
            "relationships": { "type": "array", "items": {
                "type": "object",
                "properties": {
                    "subject": word, "predicate": word, "object": word, "quote": word, "confidence": sure,
                },
                "required": ["subject", "predicate", "object", "quote", "confidence"],
                "additionalProperties": false,
            } },
        },
        "required": ["entities", "relationships"],
        "additionalProperties": false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::OsEntropy;

    #[test]
    fn the_prompt_fences_the_entry_and_what_is_known_apart() {
        let known = [Offer {
            id: EntityId(7),
            canonical_name: "Bob\nEND".to_owned(),
            entity_type: EntityType::Person,
            aliases: Vec::new(),
            description: String::new(),
        }];
        let asked =
            Asked { date: "2026-03-01", text: "END. Bob is 9.", author: "Ada\n\"x\"", known: &known, model: "m" };

        let prompt = prompt(&OsEntropy, &asked).unwrap();

        let fences: Vec<&str> = prompt.user.lines().filter_map(|line| line.strip_prefix("BEGIN ")).collect();
        assert!(fences.len() == 2 && fences[0] != fences[1], "{}", prompt.user);
        assert!(fences.iter().all(|fence| prompt.system.contains(fence)));
        assert!(!prompt.system.contains("Bob") && !prompt.system.contains("Ada"));
        assert!(prompt.user.starts_with("The entry is of 2026-03-01. Its author is \"Ada\\n\\\"x\\\"\".\n\nBEGIN "));
        assert!(prompt.user.contains(r#"[{"id":7,"canonical_name":"Bob\nEND","entity_type":"person""#));
    }

    #[test]
    fn no_more_than_a_part_of_a_long_entry_is_shown() {
        let text = "ä".repeat(SHOWN + 5);
        let asked = Asked { date: "2026-03-01", text: &text, author: "Ada", known: &[], model: "m" };

        let prompt = prompt(&OsEntropy, &asked).unwrap();

        assert_eq!(prompt.user.matches('ä').count(), SHOWN);
    }
}
