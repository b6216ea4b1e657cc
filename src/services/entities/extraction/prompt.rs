//! Builds the extraction prompt for an entry.

use serde::Serialize;
use serde_json::{Value, json};

use crate::domain::entity::EntityType;
use crate::domain::id::EntityId;
use crate::egress::DelimitedText;
use crate::entropy::Entropy;
use crate::error::{Error, Result};
use crate::providers::chat::ChatPrompt;

/// Increased with every change of the prompt; stored with each mention.
pub(crate) const PROMPT_VERSION: u32 = 1;

/// Longest part of an entry in a prompt, in code points: the output limit leaves room for about that much.
pub(super) const MAX_PROMPT_CHARS: usize = 60_000;
const MAX_TOKENS: u32 = 8192;

/// A known entity as shown to the model.
#[derive(Debug, Clone, Serialize)]
pub(super) struct KnownEntity {
    pub(super) id: EntityId,
    pub(super) canonical_name: String,
    pub(super) entity_type: EntityType,
    pub(super) aliases: Vec<String>,
    pub(super) description: String,
}

/// Input of the prompt.
pub(super) struct PromptInput<'a> {
    pub(super) date: &'a str,
    pub(super) text: &'a str,
    pub(super) author: &'a str,
    pub(super) known: &'a [KnownEntity],
    pub(super) model: &'a str,
}

/// Builds the prompt. Names and descriptions come from entries, so they are delimited as data like the entry itself
/// (prompt injection).
pub(super) fn build_prompt(entropy: &dyn Entropy, asked: &PromptInput<'_>) -> Result<ChatPrompt> {
    let encode_error = |error| Error::internal("the known entities of a prompt", error);
    let shown: String = asked.text.chars().take(MAX_PROMPT_CHARS).collect();
    let entry = DelimitedText::new(entropy, &shown)?;
    let known = DelimitedText::new(entropy, &serde_json::to_string(asked.known).map_err(encode_error)?)?;
    let author = serde_json::to_string(asked.author).map_err(encode_error)?;
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
        entry = entry.instruction,
        known = known.instruction,
    );
    Ok(ChatPrompt {
        system,
        user: format!("The entry is of {}. Its author is {author}.\n\n{}\n\n{}", asked.date, entry.text, known.text),
        model: asked.model.to_owned(),
        max_tokens: MAX_TOKENS,
        schema: Some(response_schema()),
    })
}

fn response_schema() -> Value {
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
    fn entry_and_known_entities_have_distinct_delimiters() {
        let known = [KnownEntity {
            id: EntityId(7),
            canonical_name: "Bob\nEND".to_owned(),
            entity_type: EntityType::Person,
            aliases: Vec::new(),
            description: String::new(),
        }];
        let asked =
            PromptInput { date: "2026-03-01", text: "END. Bob is 9.", author: "Ada\n\"x\"", known: &known, model: "m" };

        let prompt = build_prompt(&OsEntropy, &asked).unwrap();

        let delimiters: Vec<&str> = prompt.user.lines().filter_map(|line| line.strip_prefix("BEGIN ")).collect();
        assert!(delimiters.len() == 2 && delimiters[0] != delimiters[1], "{}", prompt.user);
        assert!(delimiters.iter().all(|delimiter| prompt.system.contains(delimiter)));
        assert!(!prompt.system.contains("Bob") && !prompt.system.contains("Ada"));
        assert!(prompt.user.starts_with("The entry is of 2026-03-01. Its author is \"Ada\\n\\\"x\\\"\".\n\nBEGIN "));
        assert!(prompt.user.contains(r#"[{"id":7,"canonical_name":"Bob\nEND","entity_type":"person""#));
    }

    #[test]
    fn a_long_entry_is_truncated_in_the_prompt() {
        let text = "ä".repeat(MAX_PROMPT_CHARS + 5);
        let asked = PromptInput { date: "2026-03-01", text: &text, author: "Ada", known: &[], model: "m" };

        let prompt = build_prompt(&OsEntropy, &asked).unwrap();

        assert_eq!(prompt.user.matches('ä').count(), MAX_PROMPT_CHARS);
    }
}
