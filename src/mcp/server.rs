//! The protocol's methods.

use rmcp::ErrorData;
use rmcp::RoleServer;
use rmcp::ServerHandler;
use rmcp::model::CallToolRequestParams;
use rmcp::model::CallToolResponse;
use rmcp::model::Implementation;
use rmcp::model::ListToolsResult;
use rmcp::model::PaginatedRequestParams;
use rmcp::model::ServerCapabilities;
use rmcp::model::ServerConfig;
use rmcp::service::RequestContext;

use crate::mcp::caller::Identity;
use crate::mcp::refusal;
use crate::mcp::tool::Call;
use crate::mcp::tools;

/// The journal as MCP sees it; a clone is a pointer.
#[derive(Debug, Clone)]
pub struct Journal {
    identity: Identity,
}

impl Journal {
    pub(crate) fn new(identity: Identity) -> Self {
        Self { identity }
    }

    /// Answers requests whose caller the HTTP door has found.
    #[must_use]
    pub fn over_http() -> Self {
        Self::new(Identity::Request)
    }
}

impl ServerHandler for Journal {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder().enable_tools().build();
        let own = Implementation::new("journal", env!("CARGO_PKG_VERSION")).with_title("Journal");
        ServerConfig::new(capabilities).with_server_info(own)
    }

    fn get_tool(&self, name: &str) -> Option<rmcp::model::Tool> {
        tools::named(name).map(|tool| tool.shown.clone())
    }

    async fn list_tools(
        &self,
        _page: Option<PaginatedRequestParams>,
        request: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let ctx = self.identity.of(&request).map_err(|error| refusal::of_request(&error))?;
        let open = tools::all().iter().filter(|tool| tool.authorize(&ctx.caller).is_ok());
        Ok(ListToolsResult::with_all_items(open.map(|tool| tool.shown.clone()).collect()))
    }

    async fn call_tool(
        &self,
        asked: CallToolRequestParams,
        request: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let Some(tool) = tools::named(&asked.name) else {
            return Err(ErrorData::invalid_params("there is no such tool; tools/list shows those there are", None));
        };
        let (answers, state) = (asked.input_responses, asked.request_state);
        let said = match self.identity.of(&request) {
            Ok(ctx) => tool.call(Call { ctx, request, answers, state }, asked.arguments.unwrap_or_default()).await,
            Err(error) => Err(error),
        };
        match said {
            Ok(said) => Ok(said.into()),
            Err(error) => refusal::of_tool(&error).map(CallToolResponse::from),
        }
    }
}
