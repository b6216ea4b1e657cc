use std::net::IpAddr;
use std::path::Path;

use http::Uri;

use crate::cli_context::CliContext;
use crate::mcp::snippet::{self, HttpServerEndpoint, McpClientKind, SnippetTransport, StdioServerCommand};
use crate::output::CommandOutput;
use journal::config::{ResolvedSetting, ValueSource};
use journal::error::{Error, Result};

/// Print the configuration of an MCP client for this journal
///
/// The snippet belongs in the client's configuration file, which is named on standard error. It starts this program, or
/// with --http connects to a running server. It contains no key.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n\n    journal mcp config claude-code")]
pub struct Args {
    /// MCP client to configure
    client: McpClientKind,
    /// Connect to the server at this URL, such as `https://journal.example`
    #[arg(long, value_name = "URL")]
    http: Option<String>,
}

pub fn run(shell: &CliContext, args: &Args, out: &mut CommandOutput) -> Result<()> {
    let way = match &args.http {
        Some(url) => SnippetTransport::Http(parse_server_url(url)?),
        None => SnippetTransport::Stdio(current_program(shell, out)?),
    };
    if let SnippetTransport::Http(HttpServerEndpoint { is_exposed: true, .. }) = &way {
        out.warn("the API key and all content would be sent unencrypted; use https:// for other machines");
    }
    out.result(&snippet::for_client(args.client, &way), |snippet| match args.client {
        McpClientKind::Goose => snippet::to_yaml(snippet),
        _ => format!("{snippet:#}"),
    })?;
    for note in snippet::installation_notes(args.client, &way) {
        out.note(note);
    }
    Ok(())
}

/// Parses the base URL of a server; the endpoint is `/mcp` below it.
fn parse_server_url(url: &str) -> Result<HttpServerEndpoint> {
    // The URL may contain a password, so errors do not repeat it.
    let invalid =
        |message: &str| Error::invalid(message).hint("write it like https://journal.example or http://127.0.0.1:8400");
    let uri: Uri = url.parse().map_err(|_| invalid("--http is not a valid URL"))?;
    let (Some(scheme @ ("http" | "https")), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return Err(invalid("--http is not a URL that begins with http:// or https://"));
    };
    if authority.as_str().contains('@') {
        return Err(invalid("--http contains a user name or password; put the API key into the client's settings"));
    }
    if uri.query().is_some() || url.contains('#') || authority.host().is_empty() || url.contains(['{', '}', '$']) {
        return Err(invalid("--http contains more than an address and a path"));
    }
    let path = uri.path().trim_end_matches('/');
    let path = path.strip_suffix("/mcp").unwrap_or(path);
    let readable = scheme == "http" && !is_loopback(authority.host());
    Ok(HttpServerEndpoint {
        url: format!("{scheme}://{authority}{path}/mcp"),
        is_cleartext: scheme == "http",
        is_exposed: readable,
    })
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    address.map_or_else(|_| host.eq_ignore_ascii_case("localhost"), |address| address.is_loopback())
}

/// Builds the command that starts this program on this journal, independent of the client's environment.
fn current_program(shell: &CliContext, out: &CommandOutput) -> Result<StdioServerCommand> {
    let own = std::env::current_exe().map_err(|error| Error::internal("finding this program", error))?;
    let mut args = vec!["mcp".to_owned()];
    let mut env = Vec::new();
    if let Some(file) = &shell.global.config {
        args.extend(["--config".to_owned(), absolute_path(file)?]);
    }
    for setting in &shell.config.settings {
        match (setting.definition.key, &setting.origin) {
            ("data_dir", origin) if is_set_by_invocation(origin) => {
                args.extend(["--data-dir".to_owned(), absolute_path(&shell.config.data_dir)?]);
            }
            ("user", origin) if is_set_by_invocation(origin) => {
                args.extend(shell.config.user.iter().flat_map(|user| ["--user".to_owned(), user.clone()]));
            }
            ("secret_key" | "api_key", origin) => add_secret_path(setting, origin, &mut env, out)?,
            _ => {}
        }
    }
    Ok(StdioServerCommand { command: absolute_path(&own)?, args, env })
}

/// Returns true if a setting comes from a flag or variable, which the client does not pass on.
fn is_set_by_invocation(origin: &ValueSource) -> bool {
    matches!(origin, ValueSource::Flag(_) | ValueSource::Variable(_) | ValueSource::ReferencedFile(..))
}

/// Adds the path of a secret file to `env`; a secret value is never put into the client's settings.
fn add_secret_path(
    setting: &ResolvedSetting,
    origin: &ValueSource,
    env: &mut Vec<(String, String)>,
    out: &CommandOutput,
) -> Result<()> {
    let variable = setting.definition.variable;
    match origin {
        ValueSource::ReferencedFile(name, path) if name.starts_with(variable) => {
            env.push((name.clone(), absolute_path(path)?));
        }
        ValueSource::Variable(_) => {
            out.warn(format!(
                "{variable} is omitted; store its value in a file readable only by you and set {variable}_FILE"
            ));
        }
        _ => {}
    }
    Ok(())
}

fn absolute_path(path: &Path) -> Result<String> {
    let path = std::path::absolute(path).map_err(|error| Error::internal("finding the current folder", error))?;
    path.into_os_string().into_string().map_err(|_| {
        Error::invalid("a path is not valid UTF-8, as required in a client's settings").hint("use a path in UTF-8")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoint_is_below_the_base_url() {
        let url = |url: &str| parse_server_url(url).unwrap().url;

        assert_eq!(url("https://journal.example"), "https://journal.example/mcp");
        assert_eq!(url("https://journal.example/"), "https://journal.example/mcp");
        assert_eq!(url("https://journal.example:8443/mcp/"), "https://journal.example:8443/mcp");
        assert_eq!(url("http://[::1]:8400/diary"), "http://[::1]:8400/diary/mcp");
    }

    #[test]
    fn invalid_urls_are_refused_and_not_repeated() {
        let cases = "journal.example|ftp://a.example|https://|https://me:violet@a.example|https://a.example/?k=violet|\
             https://a.example/#violet|/mcp|https://a b|https://${violet}.example|https://a.example/${env:VIOLET}| |";
        for wrong in cases.split('|') {
            let refused = parse_server_url(wrong).unwrap_err();

            assert!(refused.hint_text().is_some() && !refused.to_string().contains("violet"), "{wrong}: {refused}");
        }
    }

    #[test]
    fn cleartext_to_another_machine_is_detected() {
        let readable = |url: &str| parse_server_url(url).unwrap().is_exposed;

        assert!(
            ["http://journal.lan", "http://192.0.2.7:8400", "http://localhost.evil.example"].into_iter().all(readable)
        );
        let fine = ["http://localhost:8400", "http://127.0.0.1", "http://[::1]:8400", "https://journal.lan"];
        assert!(!fine.into_iter().any(readable));
    }
}
