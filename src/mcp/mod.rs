//! The MCP door: what an assistant may call, over standard streams (`journal mcp`) and over HTTP (`/mcp`).
//!
//! Both eras of the protocol are answered on one endpoint: the handshake with sessions (up to 2025-11-25) and single
//! requests that say everything about themselves (2026-07-28). A request is authenticated on its own in both.
//!
//! - `endpoint` is what `http` mounts: who may pass, whose a session is, when a stream ends
//! - `stdio` is what `journal mcp` runs
//! - `server` answers the protocol's methods from `tools/`, one file a noun

mod arguments;
mod caller;
mod completion;
mod confirm;
mod cursor;
mod endpoint;
mod fence;
mod follow;
mod lines;
mod peek;
mod prompts;
mod refusal;
mod resources;
mod server;
mod sessions;
mod stdio;
mod stream;
mod tool;
mod tools;
mod wanted;
mod watch;
mod wire;

#[cfg(test)]
mod tests;

pub use endpoint::Endpoint;
pub use endpoint::MAX_BODY;
pub use endpoint::Stop;
pub use peek::Message;
pub use server::Journal;
pub use stdio::Process;
pub use stdio::serve;
