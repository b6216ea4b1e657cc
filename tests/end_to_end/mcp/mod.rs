//! Model Context Protocol over stdio and HTTP, in its legacy and modern versions, against the real program.

mod client;

mod bounds;
mod canary;
mod completion;
mod config;
mod isolation;
mod prompts;
mod python;
mod resources;
mod server;
mod sessions;
mod stdio;
mod tools;
mod wire;
