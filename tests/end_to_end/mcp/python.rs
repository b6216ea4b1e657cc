//! Calls every tool with the protocol's official Python client, over stdio and HTTP, in both of its modes.

use std::process::Command;

use serde_json::Value;

use crate::mcp::client::{LEGACY, MODERN};
use crate::mcp::tools::ALL;
use crate::support::World;
use crate::support::provider::{OPENAI_KEY, Provider};
use crate::support::server::UNLIMITED;

/// Environment variable with the path of a Python interpreter that has the package `mcp`.
const INTERPRETER_VARIABLE: &str = "JOURNAL_TEST_PYTHON_MCP";

#[expect(clippy::disallowed_methods, reason = "a path for the tests, not a setting of the program")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Returns the interpreter; it is required in CI.
fn interpreter() -> Option<String> {
    let found = variable(INTERPRETER_VARIABLE);
    if found.is_none() {
        let is_ci = variable("NEXTEST_PROFILE").as_deref() == Some("ci");
        assert!(!is_ci, "{INTERPRETER_VARIABLE} must name a Python interpreter that has the package mcp");
        println!("SKIPPED: {INTERPRETER_VARIABLE} names no Python interpreter that has the package mcp");
    }
    found
}

/// Runs the driver script and returns its JSON report.
fn run_driver(mut command: Command, mode: &str, server: &[&str]) -> Value {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/end_to_end/mcp/python/drive.py");
    let done = command.arg(script).arg(mode).args(server).output().unwrap();
    let (out, log) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    assert!(done.status.success(), "{mode} {server:?}: {out}{log}");
    serde_json::from_str(&out).unwrap_or_else(|error| panic!("no JSON ({error}): {out}{log}"))
}

#[test]
fn the_python_client_calls_every_tool() {
    let Some(python) = interpreter() else { return };
    let (world, provider) = (World::new(), Provider::start());
    let url = format!("{}/v1", provider.url());
    let settings = [
        ("OCR_PROVIDER", "openai"),
        ("JOURNAL_OCR_URL", &url),
        ("OPENAI_API_KEY", OPENAI_KEY),
        ("PREPROCESS_IMAGES", "false"),
        ("DATE_HEADING_DETECTION", "false"),
    ];
    let server = world.serve_with(&[], &[&UNLIMITED[..], &settings].concat());
    let key = world.ada().key("laptop", &ALL).1;
    let endpoint = format!("{}/mcp", server.base);
    let program = env!("CARGO_BIN_EXE_journal");

    for mode in ["auto", "legacy"] {
        for (transport, arguments) in
            [("stdio", vec!["stdio", program, "mcp"]), ("http", vec!["http", &endpoint, &key])]
        {
            let mut command = world.program(&python);
            command.envs(settings);
            let report = run_driver(command, mode, &arguments);

            let (listed, called) = (&report["listed"], &report["called"]);
            let names = |list: &Value| {
                let mut names: Vec<_> = list.as_array().unwrap().iter().map(ToString::to_string).collect();
                names.sort();
                names
            };
            assert_eq!(names(listed), names(called), "{mode} {transport}: every tool that is listed is called");
            let version = if mode == "auto" { MODERN } else { LEGACY };
            assert_eq!(report["version"], version, "{mode} {transport}: {report}");
        }
    }
}
