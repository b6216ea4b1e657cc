//! Asks the person in front of the client, where the client can: a model does not confirm what it wants itself.

use std::time::Duration;

use rmcp::RoleServer;
use rmcp::model::BooleanSchema;
use rmcp::model::ClientResult;
use rmcp::model::ElicitRequest;
use rmcp::model::ElicitRequestParams;
use rmcp::model::ElicitResult;
use rmcp::model::ElicitationAction;
use rmcp::model::ElicitationSchema;
use rmcp::model::InputRequest;
use rmcp::model::InputRequests;
use rmcp::model::InputRequiredResult;
use rmcp::model::PrimitiveSchemaDefinition;
use rmcp::model::ServerRequest;
use rmcp::service::PeerRequestOptions;
use rmcp::service::RequestContext;

use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::mcp::tool::Call;

/// The first revision in which a server asks by its result.
const ASKS_BY_RESULT: &str = "2026-07-28";
/// How a result calls its question.
const QUESTION: &str = "confirmation";
/// What the person sets to true.
const YES: &str = "confirm";

/// A question to the person.
pub(crate) struct Question {
    /// What they read.
    pub(crate) text: String,
    /// What the field is called that they set.
    pub(crate) label: &'static str,
    /// What comes back with the answer where it comes with a call anew.
    pub(crate) state: String,
    /// How long the answer is waited for.
    pub(crate) patience: Duration,
}

/// What became of a question.
pub(crate) enum Asked {
    /// The person wants it.
    Yes,
    /// The person does not.
    No,
    /// The client is to ask, and to call anew with the answer.
    ByResult(InputRequiredResult),
    /// The client cannot ask anybody.
    Nobody,
}

/// Returns the answer that came with a call anew, and the state of its question.
pub(crate) fn answered(call: &Call) -> Option<(bool, &str)> {
    let (answers, state) = (call.answers.as_ref()?, call.state.as_deref()?);
    let answer = answers.get(QUESTION).cloned().and_then(|answer| serde_json::from_value(answer).ok());
    Some((answer.is_some_and(|answer| is_yes(&answer)), state))
}

/// Asks, in the way that the client's revision has for it.
///
/// # Errors
/// `Conflict` when nobody answers in time.
pub(crate) async fn ask(call: &Call, question: Question) -> Result<Asked> {
    let request = &call.request;
    if !can_ask(request) {
        return Ok(Asked::Nobody);
    }
    let field = BooleanSchema::new().title(question.label).with_default(false);
    let schema = ElicitationSchema::builder().required_property(YES, PrimitiveSchemaDefinition::Boolean(field));
    let schema = schema.build().map_err(|error| Error::new(Kind::Internal, error))?;
    let form =
        ElicitRequestParams::FormElicitationParams { meta: None, message: question.text, requested_schema: schema };
    let form = ElicitRequest::new(form);
    if request.protocol_version().is_some_and(|version| version.as_str() >= ASKS_BY_RESULT) {
        let requests = InputRequests::from([(QUESTION.to_owned(), InputRequest::Elicitation(form))]);
        return Ok(Asked::ByResult(InputRequiredResult::new(Some(requests), Some(question.state))));
    }
    let options = PeerRequestOptions::with_timeout(question.patience);
    let sent = request.peer.send_request_with_option(ServerRequest::ElicitRequest(form), options);
    let answer = async { sent.await?.await_response().await };
    match answer.await {
        Ok(ClientResult::ElicitResult(answer)) if is_yes(&answer) => Ok(Asked::Yes),
        Ok(ClientResult::ElicitResult(_)) => Ok(Asked::No),
        Ok(_) => Err(nobody("the client gave no answer that can be read")),
        Err(error) => {
            tracing::debug!("asking the person in front of a client: {error}");
            Err(nobody("nobody answered"))
        }
    }
}

fn nobody(why: &str) -> Error {
    Error::conflict(format!("{why}, so nothing was done")).hint("ask the user, and try again when they are there")
}

fn can_ask(request: &RequestContext<RoleServer>) -> bool {
    // Clients of the first revision that had this say only that they have it, and mean forms.
    let elicits = request.client_capabilities().and_then(|capabilities| capabilities.elicitation);
    elicits.is_some_and(|how| how.form.is_some() || how.url.is_none())
}

fn is_yes(answer: &ElicitResult) -> bool {
    let set = answer.content.as_ref().and_then(|content| content.get(YES)).and_then(serde_json::Value::as_bool);
    answer.action == ElicitationAction::Accept && set == Some(true)
}
