//! The protocol's methods, as the suite's scenarios expect them.

use rmcp::ErrorData;
use rmcp::RoleServer;
use rmcp::ServerHandler;
use rmcp::model::CallToolRequestParams;
use rmcp::model::CallToolResponse;
use rmcp::model::CompleteRequestParams;
use rmcp::model::CompleteResult;
use rmcp::model::GetPromptRequestParams;
use rmcp::model::GetPromptResponse;
use rmcp::model::Implementation;
use rmcp::model::ListPromptsResult;
use rmcp::model::ListResourceTemplatesResult;
use rmcp::model::ListResourcesResult;
use rmcp::model::ListToolsResult;
use rmcp::model::PaginatedRequestParams;
use rmcp::model::ReadResourceRequestParams;
use rmcp::model::ReadResourceResponse;
use rmcp::model::ServerConfig;
use rmcp::model::SetLevelRequestParams;
use rmcp::model::SubscribeRequestParams;
use rmcp::model::SubscriptionFilter;
use rmcp::model::UnsubscribeRequestParams;
use rmcp::service::RequestContext;
use rmcp::service::SubscriptionContext;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::json;
use tokio::sync::broadcast;

use crate::content;
use crate::inputs;
use crate::tools;

/// A list that changed, for those who listen.
#[derive(Debug, Clone, Copy)]
pub enum Change {
    Tools,
    Prompts,
}

/// The fixtures; a clone is a pointer.
#[derive(Debug, Clone)]
pub struct Fixtures {
    pub changes: broadcast::Sender<Change>,
}

impl Default for Fixtures {
    fn default() -> Self {
        Self { changes: broadcast::Sender::new(16) }
    }
}

/// Makes a type of the protocol from what is written of it.
pub fn made<T: DeserializeOwned>(value: Value) -> Result<T, ErrorData> {
    serde_json::from_value(value).map_err(|error| ErrorData::internal_error(error.to_string(), None))
}

/// Makes a result that is whole, as the last revision has it said.
pub fn whole<T: DeserializeOwned>(mut value: Value) -> Result<T, ErrorData> {
    value["resultType"] = json!("complete");
    made(value)
}

impl ServerHandler for Fixtures {
    fn get_info(&self) -> ServerConfig {
        let capabilities = json!({
            "tools": { "listChanged": true }, "prompts": { "listChanged": true }, "logging": {}, "completions": {},
            "resources": { "subscribe": true, "listChanged": true },
        });
        ServerConfig::new(made(capabilities).unwrap_or_default())
            .with_server_info(Implementation::new("journal-conformance", env!("CARGO_PKG_VERSION")))
    }

    async fn list_tools(
        &self,
        _page: Option<PaginatedRequestParams>,
        _request: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        whole(json!({ "tools": tools::all() }))
    }

    async fn call_tool(
        &self,
        asked: CallToolRequestParams,
        request: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        if let Some(what) = asked.name.strip_prefix("test_input_required_result_") {
            let what = what.to_owned();
            return inputs::of_tool(&what, &asked, &request);
        }
        tools::call(self, &asked, &request).await
    }

    async fn list_prompts(
        &self,
        _page: Option<PaginatedRequestParams>,
        _request: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        whole(json!({ "prompts": content::prompts() }))
    }

    async fn get_prompt(
        &self,
        asked: GetPromptRequestParams,
        _request: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        if asked.name == "test_input_required_result_prompt" {
            return inputs::of_prompt(&asked);
        }
        content::prompt(&asked)
    }

    async fn complete(
        &self,
        _asked: CompleteRequestParams,
        _request: RequestContext<RoleServer>,
    ) -> Result<CompleteResult, ErrorData> {
        whole(json!({ "completion": { "values": ["paris", "park"], "total": 2, "hasMore": false } }))
    }

    async fn list_resources(
        &self,
        _page: Option<PaginatedRequestParams>,
        _request: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        whole(json!({ "resources": content::resources() }))
    }

    async fn list_resource_templates(
        &self,
        _page: Option<PaginatedRequestParams>,
        _request: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        whole(json!({ "resourceTemplates": content::templates() }))
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
            // What was not asked for is refused by the sink, which is what is tested here.
            let _ = match change {
                Ok(Change::Tools) => subscription.sink().notify_tool_list_changed().await,
                Ok(Change::Prompts) => subscription.sink().notify_prompt_list_changed().await,
                Err(broadcast::error::RecvError::Lagged(_)) => Ok(()),
                Err(broadcast::error::RecvError::Closed) => return Ok(()),
            };
        }
    }
}
