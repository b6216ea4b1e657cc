//! MCP client configuration snippets, in the format that each client documents.

use std::fmt::Write as _;

use clap::ValueEnum;
use serde_json::{Map, Value, json};

/// Name of the server in a client.
const NAME: &str = "journal";
/// Environment variable with the API key.
const KEY: &str = "JOURNAL_API_KEY";

/// Supported MCP clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum McpClientKind {
    /// Claude Code: `.mcp.json`
    ClaudeCode,
    /// Claude Desktop: `claude_desktop_config.json`
    ClaudeDesktop,
    /// Visual Studio Code: `mcp.json`
    Vscode,
    /// Cursor: `mcp.json`
    Cursor,
    /// goose: `config.yaml`
    Goose,
}

/// Transport that a client uses.
pub enum SnippetTransport {
    /// The client starts the program and uses stdio.
    Stdio(StdioServerCommand),
    /// The client connects to a server over HTTP.
    Http(HttpServerEndpoint),
}

/// Command line and environment of the stdio server.
pub struct StdioServerCommand {
    pub command: String,
    pub args: Vec<String>,
    pub env: Vec<(String, String)>,
}

/// HTTP server.
#[derive(Debug)]
pub struct HttpServerEndpoint {
    pub url: String,
    /// True without TLS.
    pub is_cleartext: bool,
    /// True without TLS beyond the loopback address.
    pub is_exposed: bool,
}

/// Returns the configuration snippet of a client.
pub fn for_client(client: McpClientKind, way: &SnippetTransport) -> Value {
    match (client, way) {
        (McpClientKind::ClaudeCode, way) => server_map("mcpServers", &typed_server(way, &format!("Bearer ${{{KEY}}}"))),
        (McpClientKind::Cursor, way) => server_map("mcpServers", &typed_server(way, &format!("Bearer ${{env:{KEY}}}"))),
        (McpClientKind::Vscode, way) => {
            let mut snippet = server_map("servers", &typed_server(way, "Bearer ${input:journal-key}"));
            if let SnippetTransport::Http(_) = way {
                let input = json!({
                    "type": "promptString", "id": "journal-key", "description": "Journal API key", "password": true,
                });
                snippet["inputs"] = json!([input]);
            }
            snippet
        }
        (McpClientKind::ClaudeDesktop, SnippetTransport::Stdio(program)) => {
            server_map("mcpServers", &stdio_server(program))
        }
        (McpClientKind::ClaudeDesktop, SnippetTransport::Http(server)) => {
            server_map("mcpServers", &mcp_remote_server(server))
        }
        (McpClientKind::Goose, way) => json!({ "extensions": { NAME: goose_extension(way) } }),
    }
}

fn server_map(key: &str, server: &Value) -> Value {
    json!({ key: { NAME: server } })
}

fn stdio_server(program: &StdioServerCommand) -> Value {
    let mut server = json!({ "command": program.command, "args": program.args });
    if !program.env.is_empty() {
        server["env"] = env_object(program);
    }
    server
}

fn env_object(program: &StdioServerCommand) -> Value {
    program.env.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect::<Map<_, _>>().into()
}

fn typed_server(way: &SnippetTransport, authorization: &str) -> Value {
    match way {
        SnippetTransport::Stdio(program) => {
            let mut server = stdio_server(program);
            server["type"] = "stdio".into();
            server
        }
        SnippetTransport::Http(server) => {
            json!({ "type": "http", "url": server.url, "headers": { "Authorization": authorization } })
        }
    }
}

/// Returns the `mcp-remote` bridge for Claude Desktop, which supports stdio only. On Windows, Claude Desktop drops spaces
/// in arguments, so the header value is passed in a variable.
fn mcp_remote_server(server: &HttpServerEndpoint) -> Value {
    let mut args = vec!["-y", "mcp-remote", &server.url, "--transport", "http-only"];
    if server.is_cleartext {
        args.push("--allow-http");
    }
    args.extend(["--header", "Authorization:${JOURNAL_AUTHORIZATION}"]);
    json!({ "command": "npx", "args": args, "env": { "JOURNAL_AUTHORIZATION": "Bearer YOUR_KEY" } })
}

fn goose_extension(way: &SnippetTransport) -> Value {
    let mut extension = match way {
        SnippetTransport::Stdio(program) => json!({
            "type": "stdio", "cmd": program.command, "args": program.args, "envs": env_object(program), "env_keys": [],
        }),
        SnippetTransport::Http(server) => json!({
            "type": "streamable_http", "uri": server.url, "envs": {}, "env_keys": [KEY],
            "headers": { "Authorization": format!("Bearer ${{{KEY}}}") },
        }),
    };
    extension["name"] = NAME.into();
    extension["description"] = "My private journal".into();
    extension["enabled"] = true.into();
    extension["timeout"] = 300.into();
    extension
}

/// Returns the instructions for installing a snippet.
pub fn installation_notes(client: McpClientKind, way: &SnippetTransport) -> Vec<String> {
    let location = match client {
        McpClientKind::ClaudeCode => "Save it as .mcp.json in a project's folder, or add it for every project:",
        McpClientKind::ClaudeDesktop => {
            "Put it into claude_desktop_config.json (Settings > Developer > Edit Config) and restart Claude Desktop."
        }
        McpClientKind::Vscode => "Put it into .vscode/mcp.json, or for every folder: `MCP: Open User Configuration`.",
        McpClientKind::Cursor => "Put it into ~/.cursor/mcp.json, or for one project into its .cursor/mcp.json.",
        McpClientKind::Goose => "Put it into ~/.config/goose/config.yaml, under the existing `extensions:`.",
    };
    let mut notes = vec![location.to_owned()];
    if client == McpClientKind::ClaudeCode {
        let server = for_client(client, way)["mcpServers"][NAME].to_string();
        notes.push(format!("  claude mcp add-json --scope user {NAME} {}", shell_quote(&server)));
    }
    notes.push(match (client, way) {
        (_, SnippetTransport::Stdio(program)) if program.env.iter().any(|(name, _)| name.starts_with(KEY)) => {
            "The assistant has the permissions of the API key.".to_owned()
        }
        (_, SnippetTransport::Stdio(_)) => format!(
            "The assistant has all your permissions. To restrict it, save a key from `journal key add` in a file \
             readable only by you, set {KEY}_FILE to its path, and print the configuration again."
        ),
        (McpClientKind::ClaudeDesktop, SnippetTransport::Http(_)) => {
            "Replace YOUR_KEY with a key from `journal key add`, and keep that file private. npx is part of Node.js."
                .to_owned()
        }
        (McpClientKind::Vscode, SnippetTransport::Http(_)) => {
            "VS Code prompts for a key from `journal key add` and stores it.".to_owned()
        }
        (McpClientKind::Goose, SnippetTransport::Http(_)) => {
            format!("Set {KEY} to a key from `journal key add`, in goose's secrets or in the environment of goose.")
        }
        (_, SnippetTransport::Http(_)) => {
            format!("Set {KEY} to a key from `journal key add` in the environment of the client.")
        }
    });
    notes
}

/// Quotes an argument for a POSIX shell.
fn shell_quote(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// Formats an object as YAML; JSON strings are valid YAML strings.
pub fn to_yaml(value: &Value) -> String {
    let mut text = String::new();
    write_yaml(&mut text, value, 0);
    text
}

fn write_yaml(text: &mut String, value: &Value, depth: usize) {
    for (key, value) in value.as_object().into_iter().flatten() {
        let _ = write!(text, "{:1$}{key}:", "", 2 * depth);
        if value.as_object().is_some_and(|inner| !inner.is_empty()) {
            text.push('\n');
            write_yaml(text, value, depth + 1);
        } else {
            let _ = writeln!(text, " {value}");
        }
    }
}
