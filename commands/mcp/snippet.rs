//! What each client's configuration looks like, as its own documentation has it.

use std::fmt::Write as _;

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::mcp::config::Client;

/// What the server is called in a client.
const NAME: &str = "journal";
/// Where clients that read their environment find the key.
const KEY: &str = "JOURNAL_API_KEY";

/// How a client reaches the journal.
pub enum Way {
    /// It starts the program.
    Program(Program),
    /// It asks a server.
    Http(Server),
}

/// A program with what it needs.
pub struct Program {
    pub command: String,
    pub args: Vec<String>,
    pub env: Vec<(String, String)>,
}

/// A server.
#[derive(Debug)]
pub struct Server {
    pub url: String,
    /// Whether there is no TLS.
    pub cleartext: bool,
    /// Whether others on the way can read along.
    pub readable: bool,
}

/// Returns the snippet.
pub fn of(client: Client, way: &Way) -> Value {
    match (client, way) {
        (Client::ClaudeCode, way) => servers("mcpServers", &typed(way, &format!("Bearer ${{{KEY}}}"))),
        (Client::Cursor, way) => servers("mcpServers", &typed(way, &format!("Bearer ${{env:{KEY}}}"))),
        (Client::Vscode, way) => {
            let mut snippet = servers("servers", &typed(way, "Bearer ${input:journal-key}"));
            if let Way::Http(_) = way {
                let input = json!({
                    "type": "promptString", "id": "journal-key", "description": "Journal API key", "password": true,
                });
                snippet["inputs"] = json!([input]);
            }
            snippet
        }
        (Client::ClaudeDesktop, Way::Program(program)) => servers("mcpServers", &started(program)),
        (Client::ClaudeDesktop, Way::Http(server)) => servers("mcpServers", &bridged(server)),
        (Client::Goose, way) => json!({ "extensions": { NAME: extension(way) } }),
    }
}

fn servers(key: &str, server: &Value) -> Value {
    json!({ key: { NAME: server } })
}

fn started(program: &Program) -> Value {
    let mut server = json!({ "command": program.command, "args": program.args });
    if !program.env.is_empty() {
        server["env"] = env(program);
    }
    server
}

fn env(program: &Program) -> Value {
    program.env.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect::<Map<_, _>>().into()
}

fn typed(way: &Way, authorization: &str) -> Value {
    match way {
        Way::Program(program) => {
            let mut server = started(program);
            server["type"] = "stdio".into();
            server
        }
        Way::Http(server) => {
            json!({ "type": "http", "url": server.url, "headers": { "Authorization": authorization } })
        }
    }
}

/// Claude Desktop starts programs only; this one speaks to a server for it. Where Claude Desktop runs on Windows, a space
/// in an argument is lost, so the header's value comes out of a variable.
fn bridged(server: &Server) -> Value {
    let mut args = vec!["-y", "mcp-remote", &server.url, "--transport", "http-only"];
    if server.cleartext {
        args.push("--allow-http");
    }
    args.extend(["--header", "Authorization:${JOURNAL_AUTHORIZATION}"]);
    json!({ "command": "npx", "args": args, "env": { "JOURNAL_AUTHORIZATION": "Bearer YOUR_KEY" } })
}

fn extension(way: &Way) -> Value {
    let mut extension = match way {
        Way::Program(program) => json!({
            "type": "stdio", "cmd": program.command, "args": program.args, "envs": env(program), "env_keys": [],
        }),
        Way::Http(server) => json!({
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

/// Returns what to do with the snippet.
pub fn notes(client: Client, way: &Way) -> Vec<String> {
    let place = match client {
        Client::ClaudeCode => "Save it as .mcp.json in a project's folder, or have it in every project:",
        Client::ClaudeDesktop => {
            "Put it into claude_desktop_config.json (Settings > Developer > Edit Config) and start Claude Desktop anew."
        }
        Client::Vscode => "Put it into .vscode/mcp.json, or for every folder: `MCP: Open User Configuration`.",
        Client::Cursor => "Put it into ~/.cursor/mcp.json, or for one project into its .cursor/mcp.json.",
        Client::Goose => "Put it into ~/.config/goose/config.yaml, below the `extensions:` that is there.",
    };
    let mut notes = vec![place.to_owned()];
    if client == Client::ClaudeCode {
        let server = of(client, way)["mcpServers"][NAME].to_string();
        notes.push(format!("  claude mcp add-json --scope user {NAME} {}", quoted(&server)));
    }
    notes.push(match (client, way) {
        (_, Way::Program(program)) if program.env.iter().any(|(name, _)| name.starts_with(KEY)) => {
            "The assistant may do what the key allows.".to_owned()
        }
        (_, Way::Program(_)) => format!(
            "The assistant may do all that you may. To allow it less, save a key of `journal key add` in a file of yours \
             alone, set {KEY}_FILE to its path, and print this again."
        ),
        (Client::ClaudeDesktop, Way::Http(_)) => {
            "Put a key of `journal key add` in place of YOUR_KEY; keep that file to yourself. npx comes with Node.js."
                .to_owned()
        }
        (Client::Vscode, Way::Http(_)) => "VS Code asks for a key of `journal key add` and keeps it.".to_owned(),
        (Client::Goose, Way::Http(_)) => {
            format!("Set {KEY} to a key of `journal key add`, in goose's secrets or where goose is started.")
        }
        (_, Way::Http(_)) => format!("Set {KEY} to a key of `journal key add` where the client is started."),
    });
    notes
}

/// Quotes a word for a POSIX shell.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// Writes an object as YAML. Its strings are JSON's, which YAML reads as they are.
pub fn yaml(value: &Value) -> String {
    let mut text = String::new();
    write(&mut text, value, 0);
    text
}

fn write(text: &mut String, value: &Value, depth: usize) {
    for (key, value) in value.as_object().into_iter().flatten() {
        let _ = write!(text, "{:1$}{key}:", "", 2 * depth);
        if value.as_object().is_some_and(|inner| !inner.is_empty()) {
            text.push('\n');
            write(text, value, depth + 1);
        } else {
            let _ = writeln!(text, " {value}");
        }
    }
}
