use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;

use crate::cli_context::CliContext;
use crate::output::CommandOutput;
use journal::app::state::AppState;
use journal::config::FlagOverride;
use journal::config::server::ListenAddress;
use journal::error::{Error, Result};
use journal::http::{self, ServerNotice};
use journal::services::admin::doctor::{self, CheckStatus};
use journal::services::admin::reload;

/// Serve the journal over HTTP until stopped
///
/// Listens on the loopback address by default. A tunnel or reverse proxy terminates TLS, or the server itself with
/// --tls-cert and --tls-key. SIGTERM shuts down gracefully; SIGHUP reloads the certificate.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n\n    journal serve --bind 0.0.0.0 --tls-cert cert.pem --tls-key key.pem")]
pub struct Args {
    /// Address to listen on [default: 127.0.0.1]
    #[arg(long, value_name = "ADDRESS")]
    bind: Option<IpAddr>,
    /// Port to listen on; 0 selects a free port [default: 8400]
    #[arg(long)]
    port: Option<u16>,
    /// Unix socket to listen on instead of TCP
    #[arg(long, value_name = "FILE", conflicts_with_all = ["bind", "port", "tls_cert", "tls_key"])]
    unix: Option<PathBuf>,
    /// TLS certificate chain, PEM
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// Private key of the TLS certificate, PEM
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Allow cleartext beyond the loopback address; a reverse proxy terminates TLS
    #[arg(long)]
    behind_proxy: bool,
    /// Check settings, keys and files, then exit
    #[arg(long)]
    pub check: bool,
}

impl Args {
    /// Converts the flags to settings.
    pub fn to_flags(&self) -> Result<Vec<FlagOverride>> {
        let path = |path: &Option<PathBuf>| match path.as_deref().map(|path| path.to_str()) {
            None => Ok(None),
            Some(Some(text)) => Ok(Some(text.to_owned())),
            Some(None) => Err(Error::invalid("a path is not valid UTF-8").hint("use a path in UTF-8")),
        };
        let given = [
            ("server.host", "--bind", self.bind.map(|address| address.to_string())),
            ("server.port", "--port", self.port.map(|port| port.to_string())),
            ("server.unix", "--unix", path(&self.unix)?),
            ("server.tls_cert", "--tls-cert", path(&self.tls_cert)?),
            ("server.tls_key", "--tls-key", path(&self.tls_key)?),
            ("server.behind_proxy", "--behind-proxy", self.behind_proxy.then(|| "true".to_owned())),
        ];
        let given = given.into_iter().filter_map(|(key, flag, value)| Some(FlagOverride { key, flag, value: value? }));
        Ok(given.collect())
    }
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    http::check(&shell.config.server)?;
    if args.check {
        return run_checks(shell, out).await;
    }
    serve_until_stopped(shell.open()?, out).await
}

/// Serves until a signal arrives, and prints the address.
pub async fn serve_until_stopped(app: Arc<AppState>, out: &CommandOutput) -> Result<()> {
    let server = &app.config.server;
    let scheme = if server.tls.is_some() { "https" } else { "http" };
    let unix = matches!(server.listen, ListenAddress::Unix(_));
    let print_notice = |notice| match notice {
        ServerNotice::Listening(address) if unix => out.note(format!("Serving on {address}")),
        ServerNotice::Listening(address) => out.note(format!("Serving on {scheme}://{address}")),
        ServerNotice::MetricsListening(address) => out.note(format!("Metrics on http://{address}/metrics")),
        ServerNotice::Stopping => out.note("Shutting down; waiting for running requests".to_owned()),
    };
    http::serve(app.clone(), print_notice).await
}

/// Runs the checks of `journal doctor` without listening.
async fn run_checks(shell: CliContext, out: &mut CommandOutput) -> Result<()> {
    let listen = match &shell.config.server.listen {
        ListenAddress::Tcp(address) => address.to_string(),
        ListenAddress::Unix(path) => path.display().to_string(),
    };
    let data_dir = shell.config.data_dir.clone();
    let app = shell.open()?;
    reload::load_all(&app).await?;
    let report = doctor::run_checks(&data_dir, Ok(app)).await;
    if let Some(failed) = report.checks.iter().find(|check| check.mark == CheckStatus::Failed) {
        let error = Error::conflict(format!("{}: {}", failed.name, failed.detail));
        return Err(error.hint(failed.hint.as_deref().unwrap_or("`journal doctor` shows every check")));
    }
    out.result(&serde_json::json!({ "ok": true, "listen": listen }), |_| format!("Ready to serve on {listen}"))
}
