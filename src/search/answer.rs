//! Answers in sentences, which need a language model: this version has none, and says so.

use schemars::JsonSchema;
use serde::Serialize;

use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Result;
use crate::model::between::Between;
use crate::model::id::EntryId;
use crate::model::scope::Scope;
use crate::search::MAX_QUERY;

/// What to answer.
#[derive(Debug, Clone)]
pub struct Question {
    /// The question, or the words of a search.
    pub query: String,
    /// Dates between which to look.
    pub between: Between,
}

/// An answer, or why there is none.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Answered {
    /// As asked, trimmed.
    pub question: String,
    /// A sentence; empty for what is no question.
    pub answer: String,
    /// Whether the journal answers it.
    pub answered: bool,
    /// Whether it is a question at all, not the words of a search.
    pub is_question: bool,
    /// The entries that the answer rests on.
    pub citations: Vec<Citation>,
    /// The model that answered; empty without one.
    pub model: String,
}

/// An entry that an answer rests on.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Citation {
    /// The entry.
    pub entry_id: EntryId,
    /// `YYYY-MM-DD`.
    pub entry_date: String,
    /// Its beginning.
    pub snippet: String,
}

/// Words that a question begins with.
const ASKING: [&str; 24] = [
    "who", "whom", "whose", "what", "when", "where", "why", "which", "how", "did", "do", "does", "is", "are", "am",
    "was", "were", "have", "has", "had", "can", "could", "should", "will",
];

/// Answers a question from the journal. Without a provider nothing leaves the machine and nothing is answered.
///
/// # Errors
/// `Invalid` for an empty or endless question or dates that are none.
pub async fn answer(ctx: &Ctx, asked: Question) -> Result<Answered> {
    ctx.caller.authorize(Scope::Search)?;
    let question = asked.query.trim().to_owned();
    if question.is_empty() {
        return Err(Error::invalid("the question is empty").code("missing_query").hint("ask something"));
    }
    if question.chars().count() > MAX_QUERY {
        return Err(
            Error::invalid(format!("the question is longer than {MAX_QUERY} characters")).hint("ask something shorter")
        );
    }
    asked.between.checked()?;
    let is_question = is_question(&question);
    let answer =
        if is_question { "Answering questions is not set up on this server; the entries found are below." } else { "" };
    Ok(Answered {
        question,
        answer: answer.to_owned(),
        answered: false,
        is_question,
        citations: Vec::new(),
        model: String::new(),
    })
}

fn is_question(text: &str) -> bool {
    let first = text.split_whitespace().next().unwrap_or_default().to_lowercase();
    text.ends_with(['?', '？']) || ASKING.contains(&first.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_told_from_the_words_of_a_search() {
        for question in ["when did we move", "Rain?", "HOW was it"] {
            assert!(is_question(question), "{question}");
        }
        for words in ["plum brandy", "whatever", "grandma garden"] {
            assert!(!is_question(words), "{words}");
        }
    }
}
