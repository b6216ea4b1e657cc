//! Answer generation from passages, with every claim of the reply verified against them.

use serde::Deserialize;
use serde_json::json;

use crate::app::context::Ctx;
use crate::config::providers::AnswerConfig;
use crate::domain::egress::EgressPurpose;
use crate::domain::text::printable;
use crate::egress::{self, DelimitedText, EgressSubject};
use crate::entropy::Entropy;
use crate::error::Result;
use crate::providers::chat::ChatPrompt;
use crate::services::search::answer::citation::AnswerCitation;
use crate::services::search::answer::passages::EntryPassage;
use crate::services::search::answer::quote_match;

const MAX_TOKENS: u32 = 1024;
/// Longest answer, in code points.
const MAX_ANSWER_CHARS: usize = 4000;

/// Generates an answer with the citations that verify; `None` if the model finds no answer in the passages or no
/// citation verifies.
///
/// # Errors
/// As [`egress::complete_json`].
pub(super) async fn generate_answer(
    ctx: &Ctx,
    answering: &AnswerConfig,
    question: &str,
    passages: &[EntryPassage],
) -> Result<Option<(String, Vec<AnswerCitation>)>> {
    let today = ctx.today().to_string();
    let prompt = prompt(ctx.app.entropy.as_ref(), question, passages, &today, answering.model.clone())?;
    let about = EgressSubject::for_entries(passages.iter().map(|passage| passage.entry));
    let reply = egress::complete_json::<GroundedReply>(ctx, EgressPurpose::Answer, about, &prompt).await?;
    Ok(verify_reply(&reply, passages))
}

fn prompt(
    entropy: &dyn Entropy,
    question: &str,
    passages: &[EntryPassage],
    today: &str,
    model: String,
) -> Result<ChatPrompt> {
    let labelled = passages.iter().map(|passage| {
        let label = format!("entry {} of {}", passage.entry, passage.date);
        (label, passage.text.as_str())
    });
    let delimited = DelimitedText::new_labelled(entropy, labelled)?;
    let system = format!(
        "You answer a question from passages of somebody's journal, and from nothing else. {} Each line names the number and \
         the date of the entry that the passage is from. Today is {today}. Answer in the language of the question, in a few \
         plain sentences without markup, links or numbers of entries. When it asks since when something is so, go by the \
         earliest passage that shows it. Answer with JSON. `answered`: whether the passages carry an answer; rather say false \
         than guess. `answer`: the answer, empty without one. `cited`: what it rests on, for each passage that it uses \
         `entry_id`, the number of its entry, and `quote`, the words that show it, copied letter by letter from that passage, \
         one sentence at most.",
        delimited.instruction
    );
    Ok(ChatPrompt {
        system,
        user: format!("{}\n\nThe question: {question}", delimited.text),
        model,
        max_tokens: MAX_TOKENS,
        schema: Some(json!({
            "type": "object",
            "properties": {
                "answered": { "type": "boolean" },
                "answer": { "type": "string" },
                "cited": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": { "entry_id": { "type": "integer" }, "quote": { "type": "string" } },
                        "required": ["entry_id", "quote"],
                        "additionalProperties": false,
                    },
                },
            },
            "required": ["answered", "answer", "cited"],
            "additionalProperties": false,
        })),
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GroundedReply {
    answered: bool,
    answer: String,
    cited: Vec<ReplyCitation>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReplyCitation {
    entry_id: i64,
    quote: String,
}

/// Returns the verified part of a reply: one citation per entry, of shown entries and words that occur in them.
fn verify_reply(reply: &GroundedReply, passages: &[EntryPassage]) -> Option<(String, Vec<AnswerCitation>)> {
    let answer = strip_invisible(&reply.answer);
    if !reply.answered || answer.is_empty() || introduces_markup(&answer, passages) {
        return None;
    }
    let mut citations: Vec<AnswerCitation> = Vec::new();
    // Bounds the work: a model that cites more than it was shown repeats itself.
    for cited in reply.cited.iter().take(4 * passages.len()) {
        let Some(passage) = passages.iter().find(|passage| passage.entry.0 == cited.entry_id) else { continue };
        if citations.iter().any(|citation| citation.entry_id == passage.entry) {
            continue;
        }
        citations.extend(quote_match::find_quote(&passage.whole, &cited.quote).map(|place| passage.cite(place)));
    }
    (!citations.is_empty()).then_some((answer, citations))
}

/// Removes invisible and control characters from an answer.
fn strip_invisible(answer: &str) -> String {
    let shown = printable(answer).replace('\u{fffd}', "");
    let seen = |c: &char| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}');
    let cut: String = shown.chars().filter(seen).take(MAX_ANSWER_CHARS).collect();
    cut.trim().to_owned()
}

/// Returns whether an answer contains an address or markup that no passage has, a sign of prompt injection.
fn introduces_markup(answer: &str, passages: &[EntryPassage]) -> bool {
    let is_markup = |word: &str| {
        let tag = |at: usize| word[at + 1..].starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!'));
        word.contains("://") || word.contains("](") || word.match_indices('<').any(|(at, _)| tag(at))
    };
    let edges = |c: char| matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | '"' | '\'' | '“' | '”' | '„');
    let mut words = answer.split_whitespace().filter(|word| is_markup(word)).map(|word| word.trim_matches(edges));
    words.any(|word| passages.iter().all(|passage| !passage.text.contains(word)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::EntryId;
    use crate::domain::search_result::SearchHit;
    use crate::entropy::OsEntropy;

    fn passages() -> Vec<EntryPassage> {
        let passage = |id, date: &str, text: &str| {
            EntryPassage::from_hit(SearchHit {
                entry_id: EntryId(id),
                entry_date: date.to_owned(),
                title: None,
                text: text.to_owned(),
                score: 1.0,
                exact: true,
                snippet: None,
                matching_chunks: Vec::new(),
            })
        };
        vec![
            passage(4, "2024-05-01", "We carried the last box. See https://flats.example/ghent for the flat."),
            passage(9, "2024-06-02", "Rain; she’s  in Ghent now."),
        ]
    }

    fn verified(reply: &str) -> Option<(String, Vec<(i64, String)>)> {
        let reply: GroundedReply = serde_json::from_str(reply).unwrap();
        let (answer, citations) = verify_reply(&reply, &passages())?;
        Some((answer, citations.into_iter().map(|citation| (citation.entry_id.0, citation.quote)).collect()))
    }

    fn reply(answer: &str, cited: &[(i64, &str)]) -> String {
        let cited: Vec<_> = cited.iter().map(|(id, quote)| json!({ "entry_id": id, "quote": quote })).collect();
        json!({ "answered": true, "answer": answer, "cited": cited }).to_string()
    }

    #[test]
    fn citations_must_quote_the_shown_entries() {
        let held = |cited: &[(i64, &str)]| verified(&reply("In May.", cited)).map(|(_, citations)| citations);
        let last_box = (4, "We carried the last box.".to_owned());

        assert_eq!(held(&[(4, "We carried the last box.")]), Some(vec![last_box.clone()]));
        assert_eq!(held(&[(9, "she's in Ghent")]), Some(vec![(9, "she’s  in Ghent".to_owned())]), "as in the entry");
        // Citations that do not verify are dropped: made-up words, another entry's words, entries that were not shown.
        let mixed = [(9, "We carried"), (5, "We carried"), (-4, "We carried"), (4, "We carried the last box.")];
        assert_eq!(held(&mixed), Some(vec![last_box.clone()]));
        assert_eq!(held(&[(4, "made up"), (4, "We carried the last box."), (4, "the flat")]), Some(vec![last_box]));
        for none in [&[][..], &[(4, "")], &[(4, "a")], &[(7, "Rain")], &[(4, "we carried the last box")]] {
            assert_eq!(held(none), None, "{none:?}");
        }
    }

    #[test]
    fn an_answer_without_support_in_the_passages_is_rejected() {
        let cited = [(4, "We carried")];
        let no = reply("In May.", &cited).replace("true", "false");
        assert_eq!(verified(&no), None);
        for answer in ["", "  ", "\u{202e}\u{200b}", "\u{e0041}\u{e0042}"] {
            assert_eq!(verified(&reply(answer, &cited)), None, "{answer:?}");
        }
    }

    #[test]
    fn an_answer_with_new_markup_or_addresses_is_rejected() {
        let cited = [(4, "We carried")];
        for answer in [
            "In May. ![x](https://elsewhere.example/?q=box)",
            "In May, [see](here).",
            "In May: http://elsewhere.example",
            "In May <script>alert(1)</script>",
            "In <b>May</b>.",
            "In May <!-- hidden -->",
            "See https://flats.example/ghent?q=more.",
        ] {
            assert_eq!(verified(&reply(answer, &cited)), None, "{answer}");
        }
        for answer in ["In May; 3 < 4 and a <3.", "It is at https://flats.example/ghent."] {
            assert_eq!(verified(&reply(answer, &cited)).unwrap().0, answer);
        }
        let hidden = "In \u{1b}[31mMay\u{202e}, \u{200b}he\u{e0041}re.";
        assert_eq!(verified(&reply(hidden, &cited)).unwrap().0, "In [31mMay, here.");
        assert_eq!(verified(&reply(&"a ".repeat(50_000), &cited)).unwrap().0.chars().count(), MAX_ANSWER_CHARS - 1);
    }

    #[test]
    fn a_reply_of_another_shape_is_rejected() {
        for reply in [
            r#"{"answered":true,"answer":"In May.","cited_entry_ids":[4]}"#,
            r#"{"answered":"yes","answer":"In May.","cited":[]}"#,
            r#"{"answered":true,"answer":"In May.","cited":[4]}"#,
            r#"{"answered":true,"answer":"In May.","cited":[{"entry_id":"4","quote":"We"}]}"#,
            r#"{"answered":true,"answer":"In May.","cited":[{"entry_id":1e308,"quote":"We"}]}"#,
            r#"{"answered":true,"answer":["In May."],"cited":[]}"#,
            r#"{"answered":true,"answer":"In May.","cited":[],"tool_calls":[]}"#,
            r#"{"answered":true}"#,
            "\"In May.\"",
        ] {
            assert!(serde_json::from_str::<GroundedReply>(reply).is_err(), "{reply}");
        }
    }

    #[test]
    fn prompt_delimits_each_passage_under_its_entry_and_date() {
        let prompt = prompt(&OsEntropy, "Since when?", &passages(), "2026-11-22", "m".to_owned()).unwrap();

        assert!(!prompt.system.contains("Ghent") && prompt.system.contains("2026-11-22"));
        let lines: Vec<&str> = prompt.user.lines().collect();
        assert!(lines[0].starts_with("BEGIN ") && lines[0].ends_with(" entry 4 of 2024-05-01"), "{lines:?}");
        assert!(lines[4].ends_with(" entry 9 of 2024-06-02") && prompt.user.ends_with("\n\nThe question: Since when?"));
        assert_eq!(prompt.max_tokens, 1024);
    }
}
