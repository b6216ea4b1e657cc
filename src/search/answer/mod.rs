//! Answers that rest on what was found, every citation checked against the entry's own words.

mod citing;
mod classifier;
mod grounded;
mod passages;

use schemars::JsonSchema;
use serde::Serialize;

use crate::config::providers::Answering;
use crate::ctx::Ctx;
use crate::egress;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::model::between::Between;
use crate::model::egress::Purpose;
use crate::model::hit::Sort;
use crate::model::id::EntryId;
use crate::model::scope::Scope;
use crate::providers::chat;
use crate::search;
use crate::search::MAX_QUERY;
use crate::search::Search;
use crate::search::answer::passages::Passage;

/// What is said when the entries do not carry an answer, whatever a model says.
pub const NOTHING: &str = "I could not find anything in the journal that answers this.";
/// What is said where no model may be asked.
pub const NOBODY: &str =
    "No model is asked here, so this is no answer: these are the entries that fit the question best.";
/// Entries shown where no model may be asked and no setting says how many.
const SHOWN: usize = 8;
/// Code points of a citation's beginning of its entry.
const SNIPPET: usize = 160;

/// What to answer.
#[derive(Debug, Clone, clap::Args)]
pub struct Question {
    /// The question
    #[arg(value_name = "QUESTION")]
    pub query: String,
    /// Dates between which to look.
    #[command(flatten)]
    pub between: Between,
}

/// An answer, or why there is none.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Answered {
    /// As asked, trimmed.
    pub question: String,
    /// A sentence or some; empty for what is no question.
    pub answer: String,
    /// Whether the journal answers it.
    pub answered: bool,
    /// Whether it is a question at all, not the words of a search.
    pub is_question: bool,
    /// The entries that the answer rests on; where no model may be asked, those that fit best.
    pub citations: Vec<Citation>,
    /// The model that the settings name for answers; empty where they name none.
    pub model: String,
}

/// An entry that an answer rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Citation {
    /// The entry.
    pub entry_id: EntryId,
    /// `YYYY-MM-DD`.
    pub entry_date: String,
    /// Its beginning.
    pub snippet: String,
    /// The entry's own words that the answer rests on.
    pub quote: String,
    /// Where they stand in the final text: the first code point.
    pub char_start: usize,
    /// One past the last code point.
    pub char_end: usize,
}

/// Answers a question from what the caller reaches of the journal. What is no question asks nobody any further; where no
/// model may be asked, nothing leaves and the best entries are named.
///
/// # Errors
/// `Invalid` for an empty or endless question or dates that are none; `Upstream` with the code `answer_unavailable` when
/// the model fails or answers something else than what was asked.
pub async fn answer(ctx: &Ctx, asked: Question) -> Result<Answered> {
    ctx.caller.authorize(Scope::Search)?;
    let question = checked(&asked.query)?.to_owned();
    asked.between.checked()?;
    let config = &ctx.app.config;
    let answering = config.providers.answer.as_ref();
    let model = answering.map(|answering| chat::model(config, &answering.model)).unwrap_or_default();
    let open = match answering {
        Some(answering) if egress::can_ask(ctx, Purpose::Answer).await? => Some(answering),
        _ => None,
    };
    let said = |is_question, answer: &str, citations| Answered {
        question: question.clone(),
        answer: answer.to_owned(),
        answered: false,
        is_question,
        citations,
        model: model.clone(),
    };
    if !classifier::is_question(ctx, open, &question).await {
        return Ok(said(false, "", Vec::new()));
    }
    let passages = found(ctx, &question, asked.between, answering).await?;
    if passages.is_empty() {
        return Ok(said(true, NOTHING, Vec::new()));
    }
    let Some(answering) = open else {
        return Ok(said(true, NOBODY, passages.iter().map(Passage::citation).collect()));
    };
    match grounded::answer(ctx, answering, &question, &passages).await {
        Ok(Some((answer, citations))) => Ok(Answered { answered: true, ..said(true, &answer, citations) }),
        Ok(None) => Ok(said(true, NOTHING, Vec::new())),
        // Whoever closed the gate meanwhile wants nothing else than what is said where it is closed.
        Err(error) if error.kind() == Kind::Forbidden => {
            Ok(said(true, NOBODY, passages.iter().map(Passage::citation).collect()))
        }
        Err(error) => Err(unavailable(error)),
    }
}

fn checked(question: &str) -> Result<&str> {
    let question = question.trim();
    if question.is_empty() {
        return Err(Error::invalid("the question is empty").code("missing_query").hint("ask something"));
    }
    if question.chars().count() > MAX_QUERY {
        return Err(
            Error::invalid(format!("the question is longer than {MAX_QUERY} characters")).hint("ask something shorter")
        );
    }
    Ok(question)
}

/// Returns the passages on which an answer may rest, best first. They count as handed out.
async fn found(ctx: &Ctx, question: &str, between: Between, answering: Option<&Answering>) -> Result<Vec<Passage>> {
    let most = answering.map_or(SHOWN, |answering| answering.context_entries);
    let limit = u32::try_from(most).unwrap_or(search::MAX_LIMIT);
    let wanted = Search { query: question.to_owned(), between, limit, offset: 0, sort: Sort::Relevance };
    let found = search::find(ctx, wanted).await?;
    Ok(found.items.into_iter().map(Passage::of).collect())
}

/// Says of a failure that there is no answer because of it: 503 where something has to be set, else 502.
fn unavailable(error: Error) -> Error {
    let status = match error.kind() {
        Kind::Conflict => 503,
        Kind::Upstream | Kind::Invalid => 502,
        _ => return error,
    };
    let told = Error::new(Kind::Upstream, error.to_string())
        .with_status(status)
        .code("answer_unavailable")
        .hint(error.next_step().unwrap_or("later is fine").to_owned());
    match error.retry_seconds() {
        Some(seconds) => told.retry_after(seconds),
        None => told,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_says_whose_it_is_and_keeps_its_sentence() {
        let upstream = |status| Error::new(Kind::Upstream, "it is overloaded").with_status(status).retry_after(7);
        let cases = [
            (upstream(503), 502),
            (upstream(502), 502),
            (Error::conflict("the key is refused"), 503),
            (Error::invalid("it was cut off"), 502),
        ];
        for (error, status) in cases {
            let sentence = error.to_string();

            let told = unavailable(error);

            assert_eq!((told.status(), told.wire_code(), told.kind()), (status, "answer_unavailable", Kind::Upstream));
            assert_eq!(told.to_string(), sentence);
            assert!(told.next_step().is_some());
        }
        assert_eq!(unavailable(upstream(503)).retry_seconds(), Some(7));
        assert_eq!(unavailable(Error::new(Kind::Internal, "a defect")).kind(), Kind::Internal);
    }
}
