//! Tool definition: metadata for clients, required scopes, handler and output.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use rmcp::RoleServer;
use rmcp::model::{
    CallToolResponse, CallToolResult, ContentBlock, InputRequiredResult, InputResponses, JsonObject, ToolAnnotations,
};
use rmcp::service::RequestContext;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::app::context::{Caller, Ctx};
use crate::domain::scope::Scope;
use crate::error::Result;
use crate::mcp::argument_coercion;
use crate::mcp::content_delimiter::ContentDelimiter;

type ToolFuture = Pin<Box<dyn Future<Output = Result<ToolOutput>> + Send>>;

/// Tool definition.
pub(crate) struct Tool {
    /// Name on the wire.
    pub(crate) name: &'static str,
    /// Required scopes, all of them.
    pub(crate) scopes: &'static [Scope],
    /// Alternative set of required scopes.
    otherwise: &'static [Scope],
    /// Definition sent to clients.
    pub(crate) shown: rmcp::model::Tool,
    run: Box<dyn Fn(ToolCall, Arc<JsonObject>, JsonObject) -> ToolFuture + Send + Sync>,
}

/// Side effects of a tool, sent to clients as annotations.
#[derive(Debug, Clone, Copy)]
pub(crate) enum ToolEffect {
    /// Read-only.
    Reads,
    /// Read-only, but may call an external model.
    Asks,
    /// Adds data on every call.
    Adds,
    /// Adds data fetched from elsewhere.
    Fetches,
    /// Replaces data; idempotent.
    Replaces,
    /// Deletes data.
    Removes,
}

/// Tool call.
pub(crate) struct ToolCall {
    /// Caller.
    pub(crate) ctx: Ctx,
    /// Protocol request, with its client, progress token and cancellation.
    pub(crate) request: RequestContext<RoleServer>,
    /// Elicited answers, if this is a repeated call.
    pub(crate) answers: Option<InputResponses>,
    /// State of the elicitation.
    pub(crate) state: Option<String>,
}

impl ToolCall {
    /// Wraps journal text in new delimiters, preceded by the instruction to treat it as data.
    ///
    /// # Errors
    /// `Internal` if there is no randomness.
    pub(crate) fn delimit(&self, text: &str) -> Result<String> {
        ContentDelimiter::wrap_with_rule(self.ctx.app.entropy.as_ref(), text)
    }
}

/// Output of a tool, sent as both text and structured content, since some clients read only one of them.
#[derive(Debug)]
pub(crate) enum ToolOutput {
    /// Text for a model.
    Text(String),
    /// Object.
    Object(Value),
    /// Object that describes an error.
    Failed(Value),
    /// Elicitation after which the client repeats the call.
    InputRequired(InputRequiredResult),
}

impl From<String> for ToolOutput {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Value> for ToolOutput {
    fn from(object: Value) -> Self {
        Self::Object(object)
    }
}

impl Tool {
    /// Declares a tool with text output.
    pub(crate) fn new<T, F, S>(
        name: &'static str,
        title: &'static str,
        about: &'static str,
        (scopes, effect): (&'static [Scope], ToolEffect),
        run: impl Fn(ToolCall, T) -> F + Send + Sync + Copy + 'static,
    ) -> Self
    where
        T: DeserializeOwned + JsonSchema + Send + 'static,
        F: Future<Output = Result<S>> + Send + 'static,
        S: Into<ToolOutput>,
    {
        let sentences = json!({
            "type": "object", "title": format!("{name}Output"),
            "properties": { "result": { "type": "string", "title": "Result" } }, "required": ["result"],
        });
        let shown = rmcp::model::Tool::new(name, about, argument_coercion::schema::<T>(name))
            .with_title(title)
            .with_annotations(effect.annotations());
        let run = move |call, schema: Arc<JsonObject>, given| -> ToolFuture {
            Box::pin(async move { run(call, argument_coercion::parse(&schema, given)?).await.map(Into::into) })
        };
        Self { name, scopes, otherwise: scopes, shown, run: Box::new(run) }.with_output_schema(sentences)
    }

    /// Declares object output.
    pub(crate) fn with_object(self) -> Self {
        let title = format!("{}DictOutput", self.name);
        self.with_output_schema(json!({ "type": "object", "title": title, "additionalProperties": true }))
    }

    fn with_output_schema(mut self, schema: Value) -> Self {
        let Value::Object(schema) = schema else { unreachable!("schemas are objects") };
        self.shown.output_schema = Some(Arc::new(schema));
        self
    }

    /// Accepts an alternative set of scopes, with which the tool may do less.
    pub(crate) fn or_requires(self, otherwise: &'static [Scope]) -> Self {
        Self { otherwise, ..self }
    }

    /// Checks the caller's scopes.
    ///
    /// # Errors
    /// `Forbidden` naming the first missing scope.
    pub(crate) fn authorize(&self, caller: &Caller) -> Result<()> {
        let all = |scopes: &[Scope]| scopes.iter().try_for_each(|&scope| caller.authorize(scope));
        all(self.scopes).or_else(|error| all(self.otherwise).map_err(|_| error))
    }

    /// Authorizes and runs a call.
    ///
    /// # Errors
    /// As [`Self::authorize`]; errors of the tool.
    pub(crate) async fn call(&self, call: ToolCall, given: JsonObject) -> Result<ToolOutput> {
        self.authorize(&call.ctx.caller)?;
        (self.run)(call, self.shown.input_schema.clone(), given).await
    }
}

impl ToolEffect {
    fn annotations(self) -> ToolAnnotations {
        let (reads, removes, again, elsewhere) = match self {
            Self::Reads => (true, false, true, false),
            Self::Asks => (true, false, true, true),
            Self::Adds => (false, false, false, false),
            Self::Fetches => (false, false, false, true),
            Self::Replaces => (false, true, true, false),
            Self::Removes => (false, true, false, false),
        };
        ToolAnnotations::new().read_only(reads).destructive(removes).idempotent(again).open_world(elsewhere)
    }
}

impl From<ToolOutput> for CallToolResponse {
    fn from(said: ToolOutput) -> Self {
        let (text, data, is_error) = match said {
            ToolOutput::Text(text) => (text.clone(), json!({ "result": text }), false),
            ToolOutput::Object(data) => (pretty(&data), data, false),
            ToolOutput::Failed(data) => (pretty(&data), data, true),
            ToolOutput::InputRequired(question) => return question.into(),
        };
        let content = vec![ContentBlock::text(text)];
        let mut result = if is_error { CallToolResult::error(content) } else { CallToolResult::success(content) };
        result.structured_content = Some(data);
        result.into()
    }
}

fn pretty(data: &Value) -> String {
    serde_json::to_string_pretty(data).unwrap_or_default()
}
