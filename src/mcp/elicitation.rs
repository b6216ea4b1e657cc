//! Elicitation: asks the user to confirm, if the client supports it, so that a model cannot confirm its own request.

use std::time::Duration;

use rmcp::RoleServer;
use rmcp::model::{
    BooleanSchema, ClientResult, ElicitRequest, ElicitRequestParams, ElicitResult, ElicitationAction,
    ElicitationSchema, InputRequest, InputRequests, InputRequiredResult, PrimitiveSchemaDefinition, ServerRequest,
};
use rmcp::service::{PeerRequestOptions, RequestContext};

use crate::error::{Error, ErrorKind, Result};
use crate::mcp::tool::ToolCall;

/// First protocol revision in which a server elicits input through a call result.
const ELICITS_BY_RESULT: &str = "2026-07-28";
/// Key of the elicitation in the result.
const CONFIRMATION_KEY: &str = "confirmation";
/// Name of the boolean field that the user sets.
const CONFIRM_FIELD: &str = "confirm";

/// Confirmation request to the user.
pub(crate) struct ConfirmationPrompt {
    /// Message shown to the user.
    pub(crate) text: String,
    /// Label of the boolean field.
    pub(crate) label: &'static str,
    /// State that the client returns with the answer.
    pub(crate) state: String,
    /// Timeout for the answer.
    pub(crate) timeout: Duration,
}

/// Outcome of an elicitation.
pub(crate) enum ElicitationOutcome {
    /// The user confirmed.
    Confirmed,
    /// The user declined.
    Declined,
    /// The client elicits the answer and repeats the call with it.
    InputRequired(InputRequiredResult),
    /// The client does not support elicitation.
    Unsupported,
}

/// Returns the answer in a repeated call, and the state of its elicitation.
pub(crate) fn elicitation_answer(call: &ToolCall) -> Option<(bool, &str)> {
    let (answers, state) = (call.answers.as_ref()?, call.state.as_deref()?);
    let answer = answers.get(CONFIRMATION_KEY).cloned().and_then(|answer| serde_json::from_value(answer).ok());
    Some((answer.is_some_and(|answer| is_confirmed(&answer)), state))
}

/// Elicits a confirmation in the way of the client's protocol revision.
///
/// # Errors
/// `Conflict` if there is no valid answer in time.
pub(crate) async fn elicit(call: &ToolCall, question: ConfirmationPrompt) -> Result<ElicitationOutcome> {
    let request = &call.request;
    if !supports_elicitation(request) {
        return Ok(ElicitationOutcome::Unsupported);
    }
    let field = BooleanSchema::new().title(question.label).with_default(false);
    let schema =
        ElicitationSchema::builder().required_property(CONFIRM_FIELD, PrimitiveSchemaDefinition::Boolean(field));
    let schema = schema.build().map_err(|error| Error::new(ErrorKind::Internal, error))?;
    let form =
        ElicitRequestParams::FormElicitationParams { meta: None, message: question.text, requested_schema: schema };
    let form = ElicitRequest::new(form);
    if request.protocol_version().is_some_and(|version| version.as_str() >= ELICITS_BY_RESULT) {
        let requests = InputRequests::from([(CONFIRMATION_KEY.to_owned(), InputRequest::Elicitation(form))]);
        return Ok(ElicitationOutcome::InputRequired(InputRequiredResult::new(Some(requests), Some(question.state))));
    }
    let options = PeerRequestOptions::with_timeout(question.timeout);
    let sent = request.peer.send_request_with_option(ServerRequest::ElicitRequest(form), options);
    let answer = async { sent.await?.await_response().await };
    match answer.await {
        Ok(ClientResult::ElicitResult(answer)) if is_confirmed(&answer) => Ok(ElicitationOutcome::Confirmed),
        Ok(ClientResult::ElicitResult(_)) => Ok(ElicitationOutcome::Declined),
        Ok(_) => Err(unanswered_error("the client returned an invalid answer")),
        Err(error) => {
            tracing::debug!("elicitation failed: {error}");
            Err(unanswered_error("the user did not answer"))
        }
    }
}

fn unanswered_error(why: &str) -> Error {
    Error::conflict(format!("{why}, so nothing was changed"))
        .hint("ask the user, and call the tool again when they can answer")
}

fn supports_elicitation(request: &RequestContext<RoleServer>) -> bool {
    // The first revision with elicitation has no modes, and means forms.
    let elicits = request.client_capabilities().and_then(|capabilities| capabilities.elicitation);
    elicits.is_some_and(|modes| modes.form.is_some() || modes.url.is_none())
}

fn is_confirmed(answer: &ElicitResult) -> bool {
    let set =
        answer.content.as_ref().and_then(|content| content.get(CONFIRM_FIELD)).and_then(serde_json::Value::as_bool);
    answer.action == ElicitationAction::Accept && set == Some(true)
}
