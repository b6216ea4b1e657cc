//! MCP server handler with the fixtures that the conformance suite expects.

use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CompleteRequestParams, CompleteResult, GetPromptRequestParams,
    GetPromptResponse, Implementation, ListPromptsResult, ListResourceTemplatesResult, ListResourcesResult,
    ListToolsResult, PaginatedRequestParams, ReadResourceRequestParams, ReadResourceResponse, ServerConfig,
    SetLevelRequestParams, SubscribeRequestParams, SubscriptionFilter, UnsubscribeRequestParams,
};
use rmcp::service::{RequestContext, SubscriptionContext};
use rmcp::{ErrorData, RoleServer, ServerHandler};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::sync::broadcast;

use crate::{content, inputs, tools};

/// Kind of list that changed, for subscriptions.
#[derive(Debug, Clone, Copy)]
pub enum ChangedList {
    Tools,
    Prompts,
}

/// Fixture server; clones share one channel.
#[derive(Debug, Clone)]
pub struct ConformanceServer {
    pub changes: broadcast::Sender<ChangedList>,
}

impl Default for ConformanceServer {
    fn default() -> Self {
        Self { changes: broadcast::Sender::new(16) }
    }
}

/// Deserializes a protocol type.
pub fn from_json<T: DeserializeOwned>(value: Value) -> Result<T, ErrorData> {
    serde_json::from_value(value).map_err(|error| ErrorData::internal_error(error.to_string(), None))
}

/// Deserializes a result with `resultType` "complete", which the newest revision requires.
pub fn complete_result<T: DeserializeOwned>(mut value: Value) -> Result<T, ErrorData> {
    value["resultType"] = json!("complete");
    from_json(value)
}

impl ServerHandler for ConformanceServer {
    fn get_info(&self) -> ServerConfig {
        let capabilities = json!({
            "tools": { "listChanged": true }, "prompts": { "listChanged": true }, "logging": {}, "completions": {},
            "resources": { "subscribe": true, "listChanged": true },
        });
        ServerConfig::new(from_json(capabilities).unwrap_or_default())
            .with_server_info(Implementation::new("journal-conformance", env!("CARGO_PKG_VERSION")))
    }

    async fn list_tools(
        &self,
        _page: Option<PaginatedRequestParams>,
        _request: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        complete_result(json!({ "tools": tools::list_tools() }))
    }

    async fn call_tool(
        &self,
        asked: CallToolRequestParams,
        request: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        if let Some(what) = asked.name.strip_prefix("test_input_required_result_") {
            let what = what.to_owned();
            return inputs::call_input_tool(&what, &asked, &request);
        }
        tools::call(self, &asked, &request).await
    }

    async fn list_prompts(
        &self,
        _page: Option<PaginatedRequestParams>,
        _request: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        complete_result(json!({ "prompts": content::prompts() }))
    }

    async fn get_prompt(
        &self,
        asked: GetPromptRequestParams,
        _request: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        if asked.name == "test_input_required_result_prompt" {
            return inputs::get_input_prompt(&asked);
        }
        content::prompt(&asked)
    }

    async fn complete(
        &self,
        _asked: CompleteRequestParams,
        _request: RequestContext<RoleServer>,
    ) -> Result<CompleteResult, ErrorData> {
        complete_result(json!({ "completion": { "values": ["paris", "park"], "total": 2, "hasMore": false } }))
    }

    async fn list_resources(
        &self,
        _page: Option<PaginatedRequestParams>,
        _request: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        complete_result(json!({ "resources": content::resources() }))
    }

    async fn list_resource_templates(
        &self,
        _page: Option<PaginatedRequestParams>,
        _request: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        complete_result(json!({ "resourceTemplates": content::templates() }))
    }

    async fn read_resource(
        &self,
        asked: ReadResourceRequestParams,
        _request: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        content::resource(&asked.uri)
    }

    async fn set_level(
        &self,
        _asked: SetLevelRequestParams,
        request: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        if request.meta.protocol_version().is_some() {
            return Err(ErrorData::method_not_found::<rmcp::model::SetLevelRequestMethod>());
        }
        Ok(())
    }

    async fn subscribe(
        &self,
        _asked: SubscribeRequestParams,
        _request: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        Ok(())
    }

    async fn unsubscribe(
        &self,
        _asked: UnsubscribeRequestParams,
        _request: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        Ok(())
    }

    fn accepted_subscription_filter(&self, requested: &SubscriptionFilter) -> Option<SubscriptionFilter> {
        Some(requested.clone())
    }

    async fn listen(&self, subscription: SubscriptionContext) -> Result<(), ErrorData> {
        let mut changes = self.changes.subscribe();
        loop {
            let change = tokio::select! {
                change = changes.recv() => change,
                () = subscription.cancelled() => return Ok(()),
            };
            // The sink rejects notifications outside the subscription, which the suite tests.
            let _ = match change {
                Ok(ChangedList::Tools) => subscription.sink().notify_tool_list_changed().await,
                Ok(ChangedList::Prompts) => subscription.sink().notify_prompt_list_changed().await,
                Err(broadcast::error::RecvError::Lagged(_)) => Ok(()),
                Err(broadcast::error::RecvError::Closed) => return Ok(()),
            };
        }
    }
}
