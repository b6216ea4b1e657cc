//! Tests of the built binary from the outside: command line, HTTP, MCP, imports, backups, egress.

#![allow(clippy::unwrap_used, reason = "tests")]
#![allow(clippy::print_stdout, reason = "skipped tests and measurements are printed")]

#[path = "../support/mod.rs"]
mod support;

mod audit_log;
mod backup;
mod bad_input;
mod cli;
mod default_user;
mod denial_of_service;
mod deploy;
mod documents;
mod drafts;
mod editor;
mod egress;
mod entity_curation;
mod entity_extraction;
mod http;
mod import_export;
mod isolation;
mod jobs;
mod journal_server_import;
mod keyring;
mod llm;
mod mcp;
mod media_ingest;
mod moods;
mod photographs;
mod plaintext_leaks;
mod private_tags;
mod prompts;
mod search_language;
mod tags;
mod trash;
