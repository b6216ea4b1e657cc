//! MCP server over standard streams (`journal mcp`) and streamable HTTP (`/mcp`).
//!
//! Both protocol eras share one endpoint: the handshake with sessions (up to 2025-11-25) and stateless requests
//! (2026-07-28). Each request is authenticated on its own in both.
//!
//! - `endpoint` is mounted by `http`: permissions, session ownership, stream lifetime
//! - `stdio` runs `journal mcp`
//! - `server` implements the protocol's methods with the tools of `tools/`, one file per resource

mod argument_coercion;
mod caller;
mod cancellation;
mod completion;
mod content_delimiter;
mod credential_monitor;
mod cursor;
mod elicitation;
mod endpoint;
mod errors;
mod http_errors;
mod job_progress;
mod message_header;
mod prompts;
mod resources;
mod server;
mod sessions;
mod stdio;
mod stdio_transport;
mod take_until;
mod tool;
mod tools;

#[cfg(test)]
mod tests;

pub use caller::StdioCaller;
pub use endpoint::{McpEndpoint, StreamShutdown};
pub use message_header::{MAX_BODY, McpMessage};
pub use server::McpServer;
pub use stdio::serve;
