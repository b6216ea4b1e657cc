//! Answers generated from search results, every citation verified against the entry's text.

mod citation;
mod classifier;
mod generate;
mod passages;
mod quote_match;

pub use citation::AnswerCitation;

use schemars::JsonSchema;
use serde::Serialize;

use crate::app::context::Ctx;
use crate::config::providers::AnswerConfig;
use crate::domain::date_range::DateRange;
use crate::domain::egress::EgressPurpose;
use crate::domain::scope::Scope;
use crate::domain::search_query::ParsedQuery;
use crate::domain::search_result::SearchSort;
use crate::domain::tag::TagFilter;
use crate::egress;
use crate::error::{Error, ErrorKind, Result};
use crate::providers::chat;
use crate::services::search::answer::passages::EntryPassage;
use crate::services::search::entry_search::{self, EntrySearch, MAX_LIMIT, MAX_QUERY};

/// Answer if the entries do not contain one, regardless of the model's text.
pub const NO_ANSWER_TEXT: &str = "I could not find anything in the journal that answers this.";
/// Answer if no model may be called.
pub const NO_MODEL_TEXT: &str = "No model is available for answers; these are the entries that fit the question best.";
/// Entries returned if no model may be called and no setting gives their number.
const DEFAULT_ENTRIES: usize = 8;

/// A question to answer.
#[derive(Debug, Clone, clap::Args)]
pub struct JournalQuestion {
    /// The question
    #[arg(value_name = "QUESTION")]
    pub query: String,
    /// Date range of the search.
    #[command(flatten)]
    pub between: DateRange,
}

/// Response to a question.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AnswerResponse {
    /// The question, trimmed.
    pub question: String,
    /// Answer text; empty if the input is not a question.
    pub answer: String,
    /// True if the journal contains the answer.
    pub answered: bool,
    /// True if the input is a question, false for search terms.
    pub is_question: bool,
    /// Entries that support the answer; the best matches if no model may be called.
    pub citations: Vec<AnswerCitation>,
    /// The model configured for answers; empty if there is none.
    pub model: String,
}

/// Answers a question from the entries within the caller's access boundary. Search terms cause no further calls; if no
/// model may be called, nothing is sent out and the best matches are returned.
///
/// # Errors
/// `Invalid` for an empty or too long question or malformed dates; `Upstream` with the code `answer_unavailable` when
/// the model fails or its reply is invalid.
pub async fn answer(ctx: &Ctx, asked: JournalQuestion) -> Result<AnswerResponse> {
    ctx.caller.authorize(Scope::Search)?;
    let question = validate_question(&asked.query)?.to_owned();
    asked.between.validate()?;
    let config = &ctx.app.config;
    let answering = config.providers.answer.as_ref();
    let model = answering.map(|answering| chat::effective_model(config, &answering.model)).unwrap_or_default();
    let open = match answering {
        Some(answering) if egress::is_available(ctx, EgressPurpose::Answer).await? => Some(answering),
        _ => None,
    };
    let said = |is_question, answer: &str, citations| AnswerResponse {
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
    let passages = find_passages(ctx, &question, asked.between, answering).await?;
    if passages.is_empty() {
        return Ok(said(true, NO_ANSWER_TEXT, Vec::new()));
    }
    let Some(answering) = open else {
        return Ok(said(true, NO_MODEL_TEXT, passages.iter().map(EntryPassage::cite_match).collect()));
    };
    match generate::generate_answer(ctx, answering, &question, &passages).await {
        Ok(Some((answer, citations))) => Ok(AnswerResponse { answered: true, ..said(true, &answer, citations) }),
        Ok(None) => Ok(said(true, NO_ANSWER_TEXT, Vec::new())),
        // Egress was disabled in the meantime: same response as if it had been disabled from the start.
        Err(error) if error.kind() == ErrorKind::Forbidden => {
            Ok(said(true, NO_MODEL_TEXT, passages.iter().map(EntryPassage::cite_match).collect()))
        }
        Err(error) => Err(answer_unavailable(error)),
    }
}

fn validate_question(question: &str) -> Result<&str> {
    let question = question.trim();
    if question.is_empty() {
        return Err(Error::invalid("the question is empty").code("missing_query").hint("pass a question"));
    }
    if question.chars().count() > MAX_QUERY {
        return Err(
            Error::invalid(format!("the question is longer than {MAX_QUERY} characters")).hint("shorten the question")
        );
    }
    Ok(question)
}

/// Returns the passages for an answer, best first. They count as read.
async fn find_passages(
    ctx: &Ctx,
    question: &str,
    between: DateRange,
    answering: Option<&AnswerConfig>,
) -> Result<Vec<EntryPassage>> {
    let most = answering.map_or(DEFAULT_ENTRIES, |answering| answering.context_entries);
    let limit = i64::try_from(most).unwrap_or(MAX_LIMIT);
    let tagged = TagFilter::default();
    let wanted =
        EntrySearch { query: question.to_owned(), between, tagged, limit, offset: 0, sort: SearchSort::Relevance };
    let found = entry_search::find_parsed(ctx, wanted, ParsedQuery::plain(question)).await?;
    Ok(found.items.into_iter().map(EntryPassage::from_hit).collect())
}

/// Converts a failure into an `answer_unavailable` error: 503 if configuration is missing, else 502.
fn answer_unavailable(error: Error) -> Error {
    let status = match error.kind() {
        ErrorKind::Conflict => 503,
        ErrorKind::Upstream | ErrorKind::Invalid => 502,
        _ => return error,
    };
    let wrapped = Error::new(ErrorKind::Upstream, error.to_string())
        .with_status(status)
        .code("answer_unavailable")
        .hint(error.hint_text().unwrap_or("try again later").to_owned());
    match error.retry_seconds() {
        Some(seconds) => wrapped.retry_after(seconds),
        None => wrapped,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_keeps_its_message_and_gets_a_status() {
        let upstream = |status| Error::new(ErrorKind::Upstream, "it is overloaded").with_status(status).retry_after(7);
        let cases = [
            (upstream(503), 502),
            (upstream(502), 502),
            (Error::conflict("the key is refused"), 503),
            (Error::invalid("it was cut off"), 502),
        ];
        for (error, status) in cases {
            let sentence = error.to_string();

            let got = answer_unavailable(error);

            assert_eq!(
                (got.status(), got.wire_code(), got.kind()),
                (status, "answer_unavailable", ErrorKind::Upstream)
            );
            assert_eq!(got.to_string(), sentence);
            assert!(got.hint_text().is_some());
        }
        assert_eq!(answer_unavailable(upstream(503)).retry_seconds(), Some(7));
        assert_eq!(answer_unavailable(Error::new(ErrorKind::Internal, "a defect")).kind(), ErrorKind::Internal);
    }
}
