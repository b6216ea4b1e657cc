use std::net::IpAddr;
use std::path::Path;

use clap::ValueEnum;
use http::Uri;
use serde_json::Value;

use crate::mcp::snippet;
use crate::mcp::snippet::Program;
use crate::mcp::snippet::Server;
use crate::mcp::snippet::Way;
use crate::out::Out;
use crate::shell::Shell;
use journal::config::Origin;
use journal::config::Resolved;
use journal::error::Error;
use journal::error::Result;

/// Print what a client has to be told to find this journal
///
/// The snippet is for the client's own configuration, and standard error says where that is. It starts this program, or
/// with --http asks a running server. No key stands in it.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The client
    client: Client,
    /// Ask the server at this address, such as `https://journal.example`
    #[arg(long, value_name = "URL")]
    http: Option<String>,
}

/// Clients that are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Client {
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

pub fn run(shell: &Shell, args: &Args, out: &mut Out) -> Result<()> {
    let way = match &args.http {
        Some(url) => Way::Http(server(url)?),
        None => Way::Program(program(shell, out)?),
    };
    if let Way::Http(Server { readable: true, .. }) = &way {
        out.warn("the key and all it reads would travel unencrypted; use https:// to any other machine");
    }
    out.result(&snippet::of(args.client, &way), |snippet| match args.client {
        Client::Goose => snippet::yaml(snippet),
        _ => pretty(snippet),
    })?;
    for note in snippet::notes(args.client, &way) {
        out.note(note);
    }
    Ok(())
}

fn pretty(snippet: &Value) -> String {
    format!("{snippet:#}")
}

/// Reads the address of a server; its endpoint is `/mcp` below it.
fn server(url: &str) -> Result<Server> {
    // What was typed is not repeated: it may hold a password.
    let wrong =
        |what: &str| Error::invalid(what).hint("write it like https://journal.example or http://127.0.0.1:8400");
    let uri: Uri = url.parse().map_err(|_| wrong("--http is no URL"))?;
    let (Some(scheme @ ("http" | "https")), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return Err(wrong("--http is no URL that begins with http:// or https://"));
    };
    if authority.as_str().contains('@') {
        return Err(wrong("--http holds a name or a password; a key goes into the client's own settings"));
    }
    if uri.query().is_some() || url.contains('#') || authority.host().is_empty() || url.contains(['{', '}', '$']) {
        return Err(wrong("--http is more than an address and a path"));
    }
    let path = uri.path().trim_end_matches('/');
    let path = path.strip_suffix("/mcp").unwrap_or(path);
    let readable = scheme == "http" && !is_loopback(authority.host());
    Ok(Server { url: format!("{scheme}://{authority}{path}/mcp"), cleartext: scheme == "http", readable })
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    address.map_or_else(|_| host.eq_ignore_ascii_case("localhost"), |address| address.is_loopback())
}

/// Finds out how this very program is started on this very journal, whatever the client's environment is.
fn program(shell: &Shell, out: &Out) -> Result<Program> {
    let own = std::env::current_exe().map_err(|error| Error::internal("finding this program", error))?;
    let mut args = vec!["mcp".to_owned()];
    let mut env = Vec::new();
    if let Some(file) = &shell.global.config {
        args.extend(["--config".to_owned(), absolute(file)?]);
    }
    for setting in &shell.config.settings {
        match (setting.definition.key, &setting.origin) {
            ("data_dir", origin) if is_passing(origin) => {
                args.extend(["--data-dir".to_owned(), absolute(&shell.config.data_dir)?]);
            }
            ("user", origin) if is_passing(origin) => {
                args.extend(shell.config.user.iter().flat_map(|user| ["--user".to_owned(), user.clone()]));
            }
            ("secret_key" | "api_key", origin) => secret(setting, origin, &mut env, out)?,
            _ => {}
        }
    }
    Ok(Program { command: absolute(&own)?, args, env })
}

/// Tells whether a setting comes from something that a client does not pass on.
fn is_passing(origin: &Origin) -> bool {
    matches!(origin, Origin::Flag(_) | Origin::Variable(_) | Origin::Pointed(..))
}

/// Says where a secret lies; the secret itself is nothing for a client's settings.
fn secret(setting: &Resolved, origin: &Origin, env: &mut Vec<(String, String)>, out: &Out) -> Result<()> {
    let variable = setting.definition.variable;
    match origin {
        Origin::Pointed(name, path) if name.starts_with(variable) => env.push((name.clone(), absolute(path)?)),
        Origin::Variable(_) => {
            out.warn(format!(
                "{variable} is left out; put its value into a file of yours alone and set {variable}_FILE"
            ));
        }
        _ => {}
    }
    Ok(())
}

fn absolute(path: &Path) -> Result<String> {
    let path = std::path::absolute(path).map_err(|error| Error::internal("finding the current folder", error))?;
    path.into_os_string().into_string().map_err(|_| {
        Error::invalid("a path is not UTF-8, which a client's settings have to be").hint("use a path in plain text")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_endpoint_lies_below_the_address() {
        let url = |url: &str| server(url).unwrap().url;

        assert_eq!(url("https://journal.example"), "https://journal.example/mcp");
        assert_eq!(url("https://journal.example/"), "https://journal.example/mcp");
        assert_eq!(url("https://journal.example:8443/mcp/"), "https://journal.example:8443/mcp");
        assert_eq!(url("http://[::1]:8400/diary"), "http://[::1]:8400/diary/mcp");
    }

    #[test]
    fn what_is_no_plain_address_is_refused_and_not_repeated() {
        let cases = "journal.example|ftp://a.example|https://|https://me:violet@a.example|https://a.example/?k=violet|\
             https://a.example/#violet|/mcp|https://a b|https://${violet}.example|https://a.example/${env:VIOLET}| |";
        for wrong in cases.split('|') {
            let refused = server(wrong).unwrap_err();

            assert!(refused.next_step().is_some() && !refused.to_string().contains("violet"), "{wrong}: {refused}");
        }
    }

    #[test]
    fn cleartext_to_another_machine_is_noticed() {
        let readable = |url: &str| server(url).unwrap().readable;

        assert!(
            ["http://journal.lan", "http://192.0.2.7:8400", "http://localhost.evil.example"].into_iter().all(readable)
        );
        let fine = ["http://localhost:8400", "http://127.0.0.1", "http://[::1]:8400", "https://journal.lan"];
        assert!(!fine.into_iter().any(readable));
    }
}
