//! Who can reach the server, and whether it runs with the settings of now.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use procfs::net::TcpState;
use serde::Deserialize;
use serde::Serialize;

use crate::app::App;
use crate::config::Config;
use crate::config::server::Listen;
use crate::doctor::Mark;
use crate::doctor::Report;
use crate::doctor::upkeep::Found;
use crate::error::Error;
use crate::error::Result;
use crate::storage::accounts::upkeep;
use crate::storage::accounts::upkeep::Kind;

/// What a server says of itself when it starts.
#[derive(Serialize, Deserialize)]
struct Start {
    version: String,
    /// Addresses and socket files.
    listens: Vec<String>,
    /// By name, as they may be shown: secrets without their value.
    settings: BTreeMap<String, String>,
}

/// Writes down that a server starts, where it listens and with which settings.
///
/// # Errors
/// Only what goes wrong with a database.
pub async fn note_start(app: &Arc<App>, listens: &[String]) -> Result<()> {
    let start = Start {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        listens: listens.to_vec(),
        settings: shown(&app.config),
    };
    let detail = serde_json::to_string(&start).map_err(|error| Error::internal("writing down the start", error))?;
    let at = app.stamp();
    let accounts = app.store.accounts.clone();
    crate::storage::database::blocking(accounts, move |accounts| {
        accounts.write(|db| upkeep::note(db, Kind::Start, &at, &detail))
    })
    .await
}

fn shown(config: &Config) -> BTreeMap<String, String> {
    // What differs from one call to the next by its nature.
    let settings = config.settings.iter().filter(|setting| !["user", "api_key"].contains(&setting.definition.key));
    settings.filter_map(|setting| Some((setting.definition.key.to_owned(), setting.shown()?.to_owned()))).collect()
}

pub(super) fn examine(app: &App, report: &mut Report) {
    let start = app.store.accounts.read(|db| upkeep::last(db, Kind::Start));
    let start =
        start.map(|last| last.and_then(|last| Some((last.at, serde_json::from_str::<Start>(&last.detail).ok()?))));
    match start {
        Ok(Some((at, start))) => {
            report.outcome("listeners", Ok(listeners(&start.listens)));
            report.outcome("settings", Ok(drift(&app.config, &at, &start)));
        }
        Ok(None) => report.outcome("listeners", Ok((Mark::Ok, "no server was started yet".to_owned(), None))),
        Err(error) => report.outcome("listeners", Err(error)),
    }
    report.outcome("exposure", Ok(exposure(&app.config)));
}

/// Finds out which of the places are listened at, as the kernel says.
fn listeners(places: &[String]) -> Found {
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
        ([], _) => (Mark::Ok, "nothing listens: no server runs".to_owned(), None),
        (_, false) => (Mark::Ok, format!("{}: this machine only", found.join(", ")), None),
        (_, true) => (
            Mark::Warning,
            format!("{}: other machines can reach it", found.join(", ")),
            Some("listen on 127.0.0.1 and put a tunnel in front, unless that is meant".to_owned()),
        ),
    }
}

/// Says what the settings of now open up, whether a server runs or not.
fn exposure(config: &Config) -> Found {
    let server = &config.server;
    let mut open = Vec::new();
    if let Listen::Tcp(address) = &server.listen
        && !address.ip().is_loopback()
        && server.tls.is_none()
    {
        open.push(format!("cleartext on {address}"));
    }
    if !server.secure_cookie {
        open.push("cookies that go over cleartext (COOKIE_SECURE)".to_owned());
    }
    if server.limits.auth.is_none() {
        open.push("no limit on guessing passwords (AUTH_RATE_LIMIT_ENABLED)".to_owned());
    }
    if open.is_empty() {
        return (Mark::Ok, "loopback or TLS, secure cookies, guessing limited".to_owned(), None);
    }
    (Mark::Warning, open.join("; "), Some("`journal config --changed` shows where each comes from".to_owned()))
}

/// Names the settings that a server started now would have otherwise than the one that was started last.
fn drift(config: &Config, at: &str, start: &Start) -> Found {
    let now = shown(config);
    let names: std::collections::BTreeSet<&String> = now.keys().chain(start.settings.keys()).collect();
    let differ: Vec<&str> =
        names.into_iter().filter(|name| now.get(*name) != start.settings.get(*name)).map(String::as_str).collect();
    if differ.is_empty() && start.version == env!("CARGO_PKG_VERSION") {
        return (Mark::Ok, format!("as when the server was started ({at})"), None);
    }
    let mut told = Vec::new();
    if !differ.is_empty() {
        told.push(format!("other than when the server was started ({at}): {}", differ.join(", ")));
    }
    if start.version != env!("CARGO_PKG_VERSION") {
        told.push(format!("the server was started by version {}", start.version));
    }
    (Mark::Warning, told.join("; "), Some("start the server anew, or run this with its environment".to_owned()))
}
