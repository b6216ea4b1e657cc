//! A tool: what a client is told of it, whom it is open to, what it does.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use rmcp::RoleServer;
use rmcp::model::CallToolResponse;
use rmcp::model::CallToolResult;
use rmcp::model::ContentBlock;
use rmcp::model::InputRequiredResult;
use rmcp::model::InputResponses;
use rmcp::model::JsonObject;
use rmcp::model::ToolAnnotations;
use rmcp::service::RequestContext;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::json;

use crate::ctx::Caller;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::mcp::arguments;
use crate::model::scope::Scope;

type Answer = Pin<Box<dyn Future<Output = Result<Said>> + Send>>;

/// One tool of the table.
pub(crate) struct Tool {
    /// As clients call it.
    pub(crate) name: &'static str,
    /// All of them are needed.
    pub(crate) scopes: &'static [Scope],
    /// Or all of these.
    otherwise: &'static [Scope],
    /// As clients are shown it.
    pub(crate) shown: rmcp::model::Tool,
    run: Box<dyn Fn(Call, Arc<JsonObject>, JsonObject) -> Answer + Send + Sync>,
}

/// What a tool does to the world, as clients are told before they let a model call it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Effect {
    /// It changes nothing.
    Reads,
    /// It changes nothing, and may ask a model elsewhere.
    Asks,
    /// It adds something each time.
    Adds,
    /// It adds something of what it gets from elsewhere.
    Fetches,
    /// It replaces what was there; doing it twice is doing it once.
    Replaces,
    /// It removes.
    Removes,
}

/// What a tool works with.
pub(crate) struct Call {
    /// Who asks.
    pub(crate) ctx: Ctx,
    /// The request: its client, its progress, whether it was called off.
    pub(crate) request: RequestContext<RoleServer>,
    /// What the person in front of the client was asked and answered, where this is the call anew.
    pub(crate) answers: Option<InputResponses>,
    /// What the question was asked with.
    pub(crate) state: Option<String>,
}

/// What a tool answers: the same as text and as data, since some clients read only one of them.
#[derive(Debug)]
pub(crate) enum Said {
    /// Sentences for a model.
    Text(String),
    /// An object.
    Object(Value),
    /// An object that says what went wrong.
    Refused(Value),
    /// A question to the person in front of the client, after whose answer the call comes anew.
    Asks(InputRequiredResult),
}

impl From<String> for Said {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Value> for Said {
    fn from(object: Value) -> Self {
        Self::Object(object)
    }
}

impl Tool {
    /// Declares a tool. It answers with sentences, unless it says otherwise.
    pub(crate) fn new<T, F, S>(
        name: &'static str,
        title: &'static str,
        about: &'static str,
        (scopes, effect): (&'static [Scope], Effect),
        run: impl Fn(Call, T) -> F + Send + Sync + Copy + 'static,
    ) -> Self
    where
        T: DeserializeOwned + JsonSchema + Send + 'static,
        F: Future<Output = Result<S>> + Send + 'static,
        S: Into<Said>,
    {
        let sentences = json!({
            "type": "object", "title": format!("{name}Output"),
            "properties": { "result": { "type": "string", "title": "Result" } }, "required": ["result"],
        });
        let shown = rmcp::model::Tool::new(name, about, arguments::schema::<T>(name))
            .with_title(title)
            .with_annotations(effect.annotations());
        let run = move |call, schema: Arc<JsonObject>, given| -> Answer {
            Box::pin(async move { run(call, arguments::parse(&schema, given)?).await.map(Into::into) })
        };
        Self { name, scopes, otherwise: scopes, shown, run: Box::new(run) }.answering(sentences)
    }

    /// Has it answer with an object.
    pub(crate) fn with_object(self) -> Self {
        let title = format!("{}DictOutput", self.name);
        self.answering(json!({ "type": "object", "title": title, "additionalProperties": true }))
    }

    fn answering(mut self, schema: Value) -> Self {
        let Value::Object(schema) = schema else { unreachable!("schemas are objects") };
        self.shown.output_schema = Some(Arc::new(schema));
        self
    }

    /// Opens it to those who have other scopes, too; it does less for them.
    pub(crate) fn or_with(self, otherwise: &'static [Scope]) -> Self {
        Self { otherwise, ..self }
    }

    /// Refuses those who may not call it.
    ///
    /// # Errors
    /// `Forbidden` naming the first scope that is missing.
    pub(crate) fn authorize(&self, caller: &Caller) -> Result<()> {
        let all = |scopes: &[Scope]| scopes.iter().try_for_each(|&scope| caller.authorize(scope));
        all(self.scopes).or_else(|error| all(self.otherwise).map_err(|_| error))
    }

    /// Runs it.
    ///
    /// # Errors
    /// As [`Self::authorize`], and as the tool.
    pub(crate) async fn call(&self, call: Call, given: JsonObject) -> Result<Said> {
        self.authorize(&call.ctx.caller)?;
        (self.run)(call, self.shown.input_schema.clone(), given).await
    }
}

impl Effect {
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

impl From<Said> for CallToolResponse {
    fn from(said: Said) -> Self {
        let (text, data, is_error) = match said {
            Said::Text(text) => (text.clone(), json!({ "result": text }), false),
            Said::Object(data) => (pretty(&data), data, false),
            Said::Refused(data) => (pretty(&data), data, true),
            Said::Asks(question) => return question.into(),
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
