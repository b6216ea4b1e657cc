//! `journal mcp config`: configuration snippets for clients, which never contain a key.

use std::path::Path;

use serde_json::{Value, json};

use crate::mcp::client::{McpClient, StdioClient};
use crate::support::{ADA, Run, World, chmod};

const CLIENTS: [&str; 5] = ["claude-code", "claude-desktop", "vscode", "cursor", "goose"];
const URL: &str = "https://journal.example";

fn print_config(world: &World, args: &[&str]) -> Run {
    world.run(&[&["mcp", "config"], args].concat()).ok()
}

/// Returns the server object that a client reads from a snippet.
#[track_caller]
fn server(client: &str, text: &str) -> Value {
    let snippet: Value = if client == "goose" {
        serde_saphyr::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
    } else {
        serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
    };
    let outer = match client {
        "vscode" => "servers",
        "goose" => "extensions",
        _ => "mcpServers",
    };
    snippet[outer]["journal"].clone()
}

#[test]
fn every_client_gets_its_config_format() {
    let world = World::empty();
    for client in CLIENTS {
        let run = print_config(&world, &[client]);
        let server = server(client, &run.stdout);
        let command = if client == "goose" { &server["cmd"] } else { &server["command"] };
        let kind = if client == "claude-desktop" { Value::Null } else { json!("stdio") };

        assert_eq!(Path::new(command.as_str().unwrap()), Path::new(env!("CARGO_BIN_EXE_journal")), "{run:#?}");
        assert_eq!((&server["args"], &server["type"]), (&json!(["mcp"]), &kind), "{run:#?}");
        assert!(run.stderr.contains("The assistant has all your permissions"), "{run:#?}");
        let as_json = print_config(&world, &[client, "--json"]);
        assert_eq!(as_json.stderr, "", "{as_json:#?}");
        let same = if client == "goose" {
            serde_saphyr::from_str::<Value>(&run.stdout).unwrap()
        } else {
            serde_json::from_str(&run.stdout).unwrap()
        };
        assert_eq!(as_json.document(), same);
    }
}

#[test]
fn http_configs_reference_the_key_and_do_not_contain_it() {
    let world = World::empty();
    let run = |client: &str| print_config(&world, &[client, "--http", URL]).stdout;
    let bearer = |value: &str| json!({ "Authorization": format!("Bearer {value}") });

    for (client, value) in [
        ("claude-code", "${JOURNAL_API_KEY}"),
        ("vscode", "${input:journal-key}"),
        ("cursor", "${env:JOURNAL_API_KEY}"),
    ] {
        let server = server(client, &run(client));
        assert_eq!(
            server,
            json!({ "type": "http", "url": format!("{URL}/mcp"), "headers": bearer(value) }),
            "{client}"
        );
    }
    let goose = server("goose", &run("goose"));
    assert_eq!((&goose["type"], &goose["uri"]), (&json!("streamable_http"), &json!(format!("{URL}/mcp"))));
    assert_eq!((&goose["headers"], &goose["env_keys"]), (&bearer("${JOURNAL_API_KEY}"), &json!(["JOURNAL_API_KEY"])));
    assert_eq!((&goose["enabled"], &goose["name"]), (&json!(true), &json!("journal")));
    let input: Value = serde_json::from_str::<Value>(&run("vscode")).unwrap()["inputs"][0].clone();
    assert_eq!((&input["id"], &input["password"]), (&json!("journal-key"), &json!(true)));
    let desktop = server("claude-desktop", &run("claude-desktop"));
    assert_eq!(desktop["command"], "npx");
    let args: Vec<String> = serde_json::from_value(desktop["args"].clone()).unwrap();
    assert!(args.contains(&format!("{URL}/mcp")) && !args.contains(&"--allow-http".to_owned()), "{args:?}");
    assert!(
        args.iter().all(|arg| !arg.contains(' ')),
        "Claude Desktop on Windows drops arguments with spaces: {args:?}"
    );
    assert_eq!(desktop["env"], json!({ "JOURNAL_AUTHORIZATION": "Bearer YOUR_KEY" }));
}

#[test]
fn invalid_urls_are_refused_and_cleartext_urls_warned_of() {
    let world = World::empty();
    for url in [
        "journal.example",
        "ftp://journal.example",
        "https://me:hunter22@journal.example",
        "https://a/?key=hunter22",
        "",
    ] {
        let run = world.run(&["mcp", "config", "cursor", "--http", url]).refused(2);
        assert!(run.stdout.is_empty() && !run.stderr.contains("hunter22"), "{run:#?}");
    }
    for (url, warned) in [
        ("http://journal.lan:8400", true),
        ("http://192.0.2.7", true),
        ("http://127.0.0.1:8400", false),
        ("http://localhost:8400", false),
        ("http://[::1]:8400", false),
        (URL, false),
    ] {
        for client in CLIENTS {
            let run = print_config(&world, &[client, "--http", url, "--quiet"]);
            assert_eq!(run.stderr.starts_with("warning: the API key and all content"), warned, "{run:#?}");
        }
    }
    world.run(&["mcp", "config", "netscape"]).refused(2);
    world.run(&["mcp", "config"]).refused(2);
}

#[test]
fn a_config_contains_the_data_directory_and_no_secret() {
    let world = World::new();
    world.user("bob@home.example").write("Bob's own words.", "2026-05-12");
    let key = world.ada().key("laptop", &["entries:read"]).1;
    let file = world.file("key", &key);
    chmod(&file, 0o600);
    let (data, config) = (world.data().display().to_string(), world.config().join("config.toml").display().to_string());
    world.file("../home/.config/journal/config.toml", "");

    let flags = ["cursor", "--data-dir", &data, "--user", "bob@home.example", "--config", &config];
    let flagged = server("cursor", &print_config(&world, &flags).stdout);
    let variables = [("JOURNAL_DATA_DIR", data.as_str()), ("JOURNAL_API_KEY_FILE", file.to_str().unwrap())];
    let with_file = world.run_with(&["mcp", "config", "goose"], &variables, None).ok();
    let with_key = world.run_with(&["mcp", "config", "goose", "-q"], &[("JOURNAL_API_KEY", &key)], None).ok();

    let args = ["mcp", "--config", &config, "--data-dir", &data, "--user", "bob@home.example"];
    assert_eq!(flagged["args"], json!(args));
    let extension = server("goose", &with_file.stdout);
    assert_eq!(extension["args"], json!(["mcp", "--data-dir", data]));
    assert_eq!(extension["envs"], json!({ "JOURNAL_API_KEY_FILE": file }));
    for run in [&with_file, &with_key] {
        assert!(!run.stdout.contains(&key) && !run.stderr.contains(&key), "{run:#?}");
    }
    assert!(with_key.stderr.contains("JOURNAL_API_KEY is omitted"), "{with_key:#?}");
    let mut client = StdioClient::connect(&world, &args[1..], &[]);
    assert!(
        client.call("journal_list_entries", json!({})).ok().text.contains("Bob"),
        "the named user's journal is served"
    );
    assert!(!flagged.to_string().contains(ADA));
}
