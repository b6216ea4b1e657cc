//! A tool: what a client is told of it, whom it is open to, what it does.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use rmcp::RoleServer;
use rmcp::model::CallToolResult;
use rmcp::model::ContentBlock;
use rmcp::model::JsonObject;
use rmcp::model::ToolAnnotations;
use rmcp::service::RequestContext;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::json;

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
    /// As clients are shown it.
    pub(crate) shown: rmcp::model::Tool,
    run: Box<dyn Fn(Call, Arc<JsonObject>, JsonObject) -> Answer + Send + Sync>,
}

/// What a tool does to the world, as clients are told before they let a model call it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Effect {
    /// It changes nothing.
    Reads,
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
    #[expect(dead_code, reason = "tools that take long report on it")]
    pub(crate) request: RequestContext<RoleServer>,
}

/// What a tool answers: the same as text and as data, since some clients read only one of them.
#[derive(Debug)]
pub(crate) enum Said {
    /// Sentences for a model.
    Text(String),
    /// An object.
    Object(Value),
}

impl Tool {
    /// Declares a tool that answers with sentences.
    pub(crate) fn text<T, F>(
        name: &'static str,
        title: &'static str,
        about: &'static str,
        (scopes, effect): (&'static [Scope], Effect),
        run: impl Fn(Call, T) -> F + Send + Sync + Copy + 'static,
    ) -> Self
    where
        T: DeserializeOwned + JsonSchema + Send + 'static,
        F: Future<Output = Result<String>> + Send + 'static,
    {
        let answer = move |call, given| async move { run(call, given).await.map(Said::Text) };
        let result = json!({
            "type": "object", "title": format!("{name}Output"),
            "properties": { "result": { "type": "string", "title": "Result" } }, "required": ["result"],
        });
        Self::new(name, title, about, (scopes, effect), result, answer)
    }

    /// Declares a tool that answers with an object.
    pub(crate) fn object<T, F>(
        name: &'static str,
        title: &'static str,
        about: &'static str,
        (scopes, effect): (&'static [Scope], Effect),
        run: impl Fn(Call, T) -> F + Send + Sync + Copy + 'static,
    ) -> Self
    where
        T: DeserializeOwned + JsonSchema + Send + 'static,
        F: Future<Output = Result<Value>> + Send + 'static,
    {
        let answer = move |call, given| async move { run(call, given).await.map(Said::Object) };
        let result = json!({ "type": "object", "title": format!("{name}DictOutput"), "additionalProperties": true });
        Self::new(name, title, about, (scopes, effect), result, answer)
    }

    fn new<T, F>(
        name: &'static str,
        title: &'static str,
        about: &'static str,
        (scopes, effect): (&'static [Scope], Effect),
        output: Value,
        run: impl Fn(Call, T) -> F + Send + Sync + Copy + 'static,
    ) -> Self
    where
        T: DeserializeOwned + JsonSchema + Send + 'static,
        F: Future<Output = Result<Said>> + Send + 'static,
    {
        let input = Arc::new(arguments::schema::<T>(name));
        let Value::Object(output) = output else { unreachable!("schemas are objects") };
        let shown = rmcp::model::Tool::new(name, about, input)
            .with_title(title)
            .with_raw_output_schema(Arc::new(output))
            .with_annotations(effect.annotations());
        let run = move |call, schema: Arc<JsonObject>, given| -> Answer {
            Box::pin(async move { run(call, arguments::parse(&schema, given)?).await })
        };
        Self { name, scopes, shown, run: Box::new(run) }
    }

    /// Tells whether somebody may call it.
    pub(crate) fn open_to(&self, ctx: &Ctx) -> bool {
        self.scopes.iter().all(|&scope| ctx.caller.authorize(scope).is_ok())
    }

    /// Runs it.
    ///
    /// # Errors
    /// `Forbidden` naming the first scope that is missing; as the tool.
    pub(crate) async fn call(&self, call: Call, given: JsonObject) -> Result<Said> {
        self.scopes.iter().try_for_each(|&scope| call.ctx.caller.authorize(scope))?;
        (self.run)(call, self.shown.input_schema.clone(), given).await
    }
}

impl Effect {
    fn annotations(self) -> ToolAnnotations {
        let (reads, removes, again, elsewhere) = match self {
            Self::Reads => (true, false, true, false),
            Self::Adds => (false, false, false, false),
            Self::Fetches => (false, false, false, true),
            Self::Replaces => (false, true, true, false),
            Self::Removes => (false, true, false, false),
        };
        ToolAnnotations::new().read_only(reads).destructive(removes).idempotent(again).open_world(elsewhere)
    }
}

impl From<Said> for CallToolResult {
    fn from(said: Said) -> Self {
        let (text, data) = match said {
            Said::Text(text) => (text.clone(), json!({ "result": text })),
            Said::Object(data) => (serde_json::to_string_pretty(&data).unwrap_or_default(), data),
        };
        let mut result = Self::success(vec![ContentBlock::text(text)]);
        result.structured_content = Some(data);
        result
    }
}
