//! What a model makes of the passages, and what of that is believed: nothing that they do not carry.

use serde::Deserialize;
use serde_json::json;

use crate::config::providers::Answering;
use crate::ctx::Ctx;
use crate::egress;
use crate::egress::About;
use crate::egress::Fenced;
use crate::entropy::Entropy;
use crate::error::Result;
use crate::model::egress::Purpose;
use crate::model::text::printable;
use crate::providers::chat::Prompt;
use crate::search::answer::Citation;
use crate::search::answer::citing;
use crate::search::answer::passages::Passage;

const MAX_TOKENS: u32 = 1024;
/// Code points of an answer.
const LONGEST: usize = 4000;

/// Asks a model, and returns its answer with the citations that hold; `None` when it says that the passages do not carry
/// one, or when no citation holds.
///
/// # Errors
/// As [`egress::ask_for`].
pub(super) async fn answer(
    ctx: &Ctx,
    answering: &Answering,
    question: &str,
    passages: &[Passage],
) -> Result<Option<(String, Vec<Citation>)>> {
    let today = ctx.app.clock.today().to_string();
    let prompt = prompt(ctx.app.entropy.as_ref(), question, passages, &today, answering.model.clone())?;
    let about = About { entries: passages.iter().map(|passage| passage.entry).collect(), ..About::default() };
    let reply = egress::ask_for::<Reply>(ctx, Purpose::Answer, about, &prompt).await?;
    Ok(accepted(&reply, passages))
}

fn prompt(entropy: &dyn Entropy, question: &str, passages: &[Passage], today: &str, model: String) -> Result<Prompt> {
    let labelled = passages.iter().map(|passage| {
        let label = format!("entry {} of {}", passage.entry, passage.date);
        (label, passage.text.as_str())
    });
    let fenced = Fenced::each(entropy, labelled)?;
    let system = format!(
        "You answer a question from passages of somebody's journal, and from nothing else. {} Each line names the number and \
         the date of the entry that the passage is from. Today is {today}. Answer in the language of the question, in a few \
         plain sentences without markup, links or numbers of entries. When it asks since when something is so, go by the \
         earliest passage that shows it. Answer with JSON. `answered`: whether the passages carry an answer; rather say false \
         than guess. `answer`: the answer, empty without one. `cited`: what it rests on, for each passage that it uses \
         `entry_id`, the number of its entry, and `quote`, the words that show it, copied letter by letter from that passage, \
         one sentence at most.",
        fenced.rule
    );
    Ok(Prompt {
        system,
        user: format!("{}\n\nThe question: {question}", fenced.text),
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
struct Reply {
    answered: bool,
    answer: String,
    cited: Vec<Cited>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cited {
    entry_id: i64,
    quote: String,
}

/// Returns what holds of an answer: one citation an entry, of entries that were shown and words that stand in them.
fn accepted(reply: &Reply, passages: &[Passage]) -> Option<(String, Vec<Citation>)> {
    let answer = plain(&reply.answer);
    if !reply.answered || answer.is_empty() || brings_markup(&answer, passages) {
        return None;
    }
    let mut citations: Vec<Citation> = Vec::new();
    // A model that names more than it was shown repeats itself.
    for cited in reply.cited.iter().take(4 * passages.len()) {
        let Some(passage) = passages.iter().find(|passage| passage.entry.0 == cited.entry_id) else { continue };
        if citations.iter().any(|citation| citation.entry_id == passage.entry) {
            continue;
        }
        citations.extend(citing::place(&passage.whole, &cited.quote).map(|place| passage.citing(place)));
    }
    (!citations.is_empty()).then_some((answer, citations))
}

/// Returns an answer's words without what a reader would not see or a terminal would act on.
fn plain(answer: &str) -> String {
    let shown = printable(answer).replace('\u{fffd}', "");
    let seen = |c: &char| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}');
    let cut: String = shown.chars().filter(seen).take(LONGEST).collect();
    cut.trim().to_owned()
}

/// Tells whether an answer holds an address or markup that no passage has: then somebody else speaks through it.
fn brings_markup(answer: &str, passages: &[Passage]) -> bool {
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
    use crate::entropy::OsEntropy;
    use crate::model::hit::Hit;
    use crate::model::id::EntryId;

    fn passages() -> Vec<Passage> {
        let passage = |id, date: &str, text: &str| {
            Passage::of(Hit {
                entry_id: EntryId(id),
                entry_date: date.to_owned(),
                title: None,
                text: text.to_owned(),
                score: 1.0,
                snippet: None,
                matching_chunks: Vec::new(),
            })
        };
        vec![
            passage(4, "2024-05-01", "We carried the last box. See https://flats.example/ghent for the flat."),
            passage(9, "2024-06-02", "Rain; she’s  in Ghent now."),
        ]
    }

    fn told(reply: &str) -> Option<(String, Vec<(i64, String)>)> {
        let reply: Reply = serde_json::from_str(reply).unwrap();
        let (answer, citations) = accepted(&reply, &passages())?;
        Some((answer, citations.into_iter().map(|citation| (citation.entry_id.0, citation.quote)).collect()))
    }

    fn reply(answer: &str, cited: &[(i64, &str)]) -> String {
        let cited: Vec<_> = cited.iter().map(|(id, quote)| json!({ "entry_id": id, "quote": quote })).collect();
        json!({ "answered": true, "answer": answer, "cited": cited }).to_string()
    }

    #[test]
    fn an_answer_stands_on_words_that_stand_in_the_entries_it_was_shown() {
        let held = |cited: &[(i64, &str)]| told(&reply("In May.", cited)).map(|(_, citations)| citations);
        let last_box = (4, "We carried the last box.".to_owned());

        assert_eq!(held(&[(4, "We carried the last box.")]), Some(vec![last_box.clone()]));
        assert_eq!(held(&[(9, "she's in Ghent")]), Some(vec![(9, "she’s  in Ghent".to_owned())]), "in its own words");
        // What does not hold is dropped: made-up words, another entry's words, entries that were not shown.
        let mixed = [(9, "We carried"), (5, "We carried"), (-4, "We carried"), (4, "We carried the last box.")];
        assert_eq!(held(&mixed), Some(vec![last_box.clone()]));
        assert_eq!(held(&[(4, "made up"), (4, "We carried the last box."), (4, "the flat")]), Some(vec![last_box]));
        for none in [&[][..], &[(4, "")], &[(4, "a")], &[(7, "Rain")], &[(4, "we carried the last box")]] {
            assert_eq!(held(none), None, "{none:?}");
        }
    }

    #[test]
    fn what_the_passages_do_not_carry_is_refused_whatever_else_is_said() {
        let cited = [(4, "We carried")];
        let no = reply("In May.", &cited).replace("true", "false");
        assert_eq!(told(&no), None);
        for answer in ["", "  ", "\u{202e}\u{200b}", "\u{e0041}\u{e0042}"] {
            assert_eq!(told(&reply(answer, &cited)), None, "{answer:?}");
        }
    }

    #[test]
    fn an_answer_brings_no_markup_and_no_address_of_its_own() {
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
            assert_eq!(told(&reply(answer, &cited)), None, "{answer}");
        }
        for answer in ["In May; 3 < 4 and a <3.", "It is at https://flats.example/ghent."] {
            assert_eq!(told(&reply(answer, &cited)).unwrap().0, answer);
        }
        let hidden = "In \u{1b}[31mMay\u{202e}, \u{200b}he\u{e0041}re.";
        assert_eq!(told(&reply(hidden, &cited)).unwrap().0, "In [31mMay, here.");
        assert_eq!(told(&reply(&"a ".repeat(50_000), &cited)).unwrap().0.chars().count(), LONGEST - 1);
    }

    #[test]
    fn another_shape_is_no_answer() {
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
            assert!(serde_json::from_str::<Reply>(reply).is_err(), "{reply}");
        }
    }

    #[test]
    fn the_prompt_fences_each_passage_under_its_entry_and_date() {
        let prompt = prompt(&OsEntropy, "Since when?", &passages(), "2026-11-22", "m".to_owned()).unwrap();

        assert!(!prompt.system.contains("Ghent") && prompt.system.contains("2026-11-22"));
        let lines: Vec<&str> = prompt.user.lines().collect();
        assert!(lines[0].starts_with("BEGIN ") && lines[0].ends_with(" entry 4 of 2024-05-01"), "{lines:?}");
        assert!(lines[4].ends_with(" entry 9 of 2024-06-02") && prompt.user.ends_with("\n\nThe question: Since when?"));
        assert_eq!(prompt.max_tokens, 1024);
    }
}
