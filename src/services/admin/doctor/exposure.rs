//! Network exposure of the server, and drift between its settings and the current ones.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use procfs::net::TcpState;
use serde::{Deserialize, Serialize};

use crate::app::state::AppState;
use crate::blocking::run_blocking;
use crate::config::Config;
use crate::config::server::ListenAddress;
use crate::error::{Error, Result};
use crate::services::admin::doctor::report::{CheckOutcome, DoctorReport};
use crate::storage::accounts::maintenance::{self, MaintenanceKind};

/// Start of a server, stored as JSON.
#[derive(Serialize, Deserialize)]
struct ServerStart {
    version: String,
    /// Socket addresses and paths of socket files.
    listens: Vec<String>,
    /// Settings by name; secrets without their value.
    settings: BTreeMap<String, String>,
}

/// Records the start of a server with its listeners and settings.
///
/// # Errors
/// Database errors only.
pub async fn record_start(app: &Arc<AppState>, listens: &[String]) -> Result<()> {
    let start = ServerStart {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        listens: listens.to_vec(),
        settings: displayable_settings(&app.config),
    };
    let detail = serde_json::to_string(&start).map_err(|error| Error::internal("encoding the server start", error))?;
    let at = app.now_timestamp();
    let accounts = app.store.accounts.clone();
    run_blocking(move || accounts.write(|db| maintenance::record(db, MaintenanceKind::Start, &at, &detail))).await
}

fn displayable_settings(config: &Config) -> BTreeMap<String, String> {
    // These differ between invocations by nature.
    let settings = config.settings.iter().filter(|setting| !["user", "api_key"].contains(&setting.definition.key));
    settings
        .filter_map(|setting| Some((setting.definition.key.to_owned(), setting.display_value()?.to_owned())))
        .collect()
}

pub(super) fn examine(app: &AppState, report: &mut DoctorReport) {
    let start = app.store.accounts.read(|db| maintenance::find_last(db, MaintenanceKind::Start));
    let start = start
        .map(|last| last.and_then(|last| Some((last.at, serde_json::from_str::<ServerStart>(&last.detail).ok()?))));
    match start {
        Ok(Some((at, start))) => {
            report.add("listeners", Ok(listeners(&start.listens)));
            report.add("settings", Ok(settings_drift(&app.config, &at, &start)));
        }
        Ok(None) => report.add("listeners", Ok(CheckOutcome::ok("no server was started yet"))),
        Err(error) => report.add("listeners", Err(error)),
    }
    report.add("exposure", Ok(exposure(&app.config)));
}

/// Returns which listeners are open, as reported by the kernel.
fn listeners(places: &[String]) -> CheckOutcome {
    let tables = [procfs::net::tcp(), procfs::net::tcp6()];
    let sockets = tables.into_iter().flatten().flatten().filter(|entry| entry.state == TcpState::Listen);
    let open: Vec<SocketAddr> = sockets.map(|entry| entry.local_address).collect();
    let (mut found, mut beyond) = (Vec::new(), false);
    for place in places {
        let Ok(address) = place.parse::<SocketAddr>() else {
            if Path::new(place).exists() {
                found.push(place.clone());
            }
            continue;
        };
        for socket in open.iter().filter(|socket| socket.port() == address.port()) {
            beyond |= !socket.ip().to_canonical().is_loopback();
            found.push(socket.to_string());
        }
    }
    match (found.as_slice(), beyond) {
        ([], _) => CheckOutcome::ok("no open listener: no server runs"),
        (_, false) => CheckOutcome::ok(format!("{}: this machine only", found.join(", "))),
        (_, true) => CheckOutcome::warning(format!("{}: other machines can reach it", found.join(", ")))
            .with_hint("unless intended, listen on 127.0.0.1 behind a reverse proxy or tunnel"),
    }
}

/// Returns the exposure under the current settings, whether a server runs or not.
fn exposure(config: &Config) -> CheckOutcome {
    let server = &config.server;
    let mut open = Vec::new();
    if let ListenAddress::Tcp(address) = &server.listen
        && !address.ip().is_loopback()
        && server.tls.is_none()
    {
        open.push(format!("cleartext on {address}"));
    }
    if !server.secure_cookie {
        open.push("cookies sent over cleartext (COOKIE_SECURE)".to_owned());
    }
    if server.limits.auth.is_none() {
        open.push("no rate limit on logins (AUTH_RATE_LIMIT_ENABLED)".to_owned());
    }
    if open.is_empty() {
        return CheckOutcome::ok("loopback or TLS, secure cookies, logins rate-limited");
    }
    CheckOutcome::warning(open.join("; ")).with_hint("`journal config --changed` shows where each comes from")
}

/// Returns the settings that differ between the last server start and a start now.
fn settings_drift(config: &Config, at: &str, start: &ServerStart) -> CheckOutcome {
    let now = displayable_settings(config);
    let names: BTreeSet<&String> = now.keys().chain(start.settings.keys()).collect();
    let differ: Vec<&str> =
        names.into_iter().filter(|name| now.get(*name) != start.settings.get(*name)).map(String::as_str).collect();
    if differ.is_empty() && start.version == env!("CARGO_PKG_VERSION") {
        return CheckOutcome::ok(format!("as when the server was started ({at})"));
    }
    let mut findings = Vec::new();
    if !differ.is_empty() {
        findings.push(format!("changed since the server was started ({at}): {}", differ.join(", ")));
    }
    if start.version != env!("CARGO_PKG_VERSION") {
        findings.push(format!("the server was started by version {}", start.version));
    }
    CheckOutcome::warning(findings.join("; ")).with_hint("restart the server, or run this with its environment")
}
