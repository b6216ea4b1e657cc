use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;

use crate::out::Out;
use crate::shell::Shell;
use journal::app::App;
use journal::config::Flag;
use journal::config::server::Listen;
use journal::doctor;
use journal::doctor::Mark;
use journal::error::Error;
use journal::error::Result;
use journal::http;
use journal::http::Notice;
use journal::reload;

/// Serve the journal over HTTP until stopped
///
/// It listens on the loopback address; a tunnel or proxy in front of it ends TLS, or the server does with
/// --tls-cert and --tls-key. SIGTERM lets running requests finish; SIGHUP reads the certificate anew.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Address to listen on [default: 127.0.0.1]
    #[arg(long, value_name = "ADDRESS")]
    bind: Option<IpAddr>,
    /// Port to listen on; 0 takes a free one [default: 8400]
    #[arg(long)]
    port: Option<u16>,
    /// Socket file to listen on instead
    #[arg(long, value_name = "FILE", conflicts_with_all = ["bind", "port", "tls_cert", "tls_key"])]
    unix: Option<PathBuf>,
    /// Certificate chain, PEM
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// Private key of the certificate, PEM
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Allow cleartext beyond the loopback address: a proxy in front ends TLS
    #[arg(long)]
    behind_proxy: bool,
    /// Check settings, keys and files, and leave again
    #[arg(long)]
    pub check: bool,
}

impl Args {
    /// Returns what the flags say as settings.
    pub fn flags(&self) -> Result<Vec<Flag>> {
        let path = |path: &Option<PathBuf>| match path.as_deref().map(|path| path.to_str()) {
            None => Ok(None),
            Some(Some(text)) => Ok(Some(text.to_owned())),
            Some(None) => Err(Error::invalid("a file name is not UTF-8").hint("name it in plain text")),
        };
        let given = [
            ("server.host", "--bind", self.bind.map(|address| address.to_string())),
            ("server.port", "--port", self.port.map(|port| port.to_string())),
            ("server.unix", "--unix", path(&self.unix)?),
            ("server.tls_cert", "--tls-cert", path(&self.tls_cert)?),
            ("server.tls_key", "--tls-key", path(&self.tls_key)?),
            ("server.behind_proxy", "--behind-proxy", self.behind_proxy.then(|| "true".to_owned())),
        ];
        let given = given.into_iter().filter_map(|(key, flag, value)| Some(Flag { key, flag, value: value? }));
        Ok(given.collect())
    }
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    http::check(&shell.config.server)?;
    if args.check {
        return check(shell, out).await;
    }
    until_stopped(shell.open()?, out).await
}

/// Serves until a signal comes, telling where.
pub async fn until_stopped(app: Arc<App>, out: &Out) -> Result<()> {
    let server = &app.config.server;
    let scheme = if server.tls.is_some() { "https" } else { "http" };
    let unix = matches!(server.listen, Listen::Unix(_));
    let told = |notice| match notice {
        Notice::Listening(address) if unix => out.note(format!("Serving on {address}")),
        Notice::Listening(address) => out.note(format!("Serving on {scheme}://{address}")),
        Notice::Measuring(address) => out.note(format!("Metrics on http://{address}/metrics")),
        Notice::Stopping => out.note("Stopping; running requests may finish".to_owned()),
    };
    http::serve(app.clone(), told).await
}

/// Finds what would keep the server from starting or from being well, without listening.
async fn check(shell: Shell, out: &mut Out) -> Result<()> {
    let listen = match &shell.config.server.listen {
        Listen::Tcp(address) => address.to_string(),
        Listen::Unix(path) => path.display().to_string(),
    };
    let data_dir = shell.config.data_dir.clone();
    let app = shell.open()?;
    reload::begin(&app).await?;
    let report = doctor::examine(&data_dir, Ok(app)).await;
    if let Some(failed) = report.checks.iter().find(|check| check.mark == Mark::Failed) {
        let error = Error::conflict(format!("{}: {}", failed.name, failed.detail));
        return Err(error.hint(failed.hint.as_deref().unwrap_or("`journal doctor` shows every check")));
    }
    out.result(&serde_json::json!({ "ok": true, "listen": listen }), |_| format!("Ready to serve on {listen}"))
}
