//! Server lifecycle: start, signal handling, certificate reload and graceful shutdown.

use std::sync::Arc;
use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;
use tokio::task::{JoinError, JoinHandle};
use tokio_rustls::TlsAcceptor;

use crate::app::state::AppState;
use crate::config::server::{ListenAddress, ServerConfig};
use crate::error::{Error, ErrorKind, Result};
use crate::http::listener::{self, HttpListener, ServeOptions};
use crate::http::metrics_listener;
use crate::http::router::build_router;
use crate::http::tls::{self, ReloadableCertificate};
use crate::jobs;
use crate::mcp::McpEndpoint;
use crate::services::accounts::MailWorker;
use crate::services::admin::{doctor, reload};
use crate::services::audit::activity;
use crate::services::ingest::uploads;
use crate::services::notifications;

/// Interval between checks of the certificate files for changes.
const CERTIFICATE_POLL_INTERVAL: Duration = Duration::from_secs(30);

/// Lifecycle event shown to the operator.
#[derive(Debug)]
pub enum ServerNotice {
    /// The server accepts connections at this address.
    Listening(String),
    /// The metrics listener accepts connections at this address.
    MetricsListening(String),
    /// A stop signal was received.
    Stopping,
}

/// Rejects unsafe settings before anything listens.
///
/// # Errors
/// `Invalid` for plain HTTP on a non-loopback address; errors of [`tls::load`].
pub fn check(server: &ServerConfig) -> Result<()> {
    if let (ListenAddress::Tcp(address), None, false) = (&server.listen, &server.tls, server.behind_proxy)
        && !address.ip().is_loopback()
    {
        return Err(Error::invalid(format!("refusing to serve unencrypted HTTP on {address}"))
            .hint("set --tls-cert and --tls-key, or --behind-proxy if a proxy terminates TLS"));
    }
    if let Some(files) = &server.tls {
        tls::load(files)?;
    }
    Ok(())
}

/// Serves until SIGTERM or SIGINT. SIGHUP reloads the certificate and the context files for providers.
///
/// # Errors
/// As [`check`] and [`reload::load_all`]; `Conflict` if the address is in use.
pub async fn serve(app: Arc<AppState>, notify: impl Fn(ServerNotice)) -> Result<()> {
    serve_with_endpoint(app, McpEndpoint::default(), notify).await
}

/// Serves with another handler for `/mcp` behind the same routes, limits and permissions.
///
/// # Errors
/// As [`serve`].
pub async fn serve_with_endpoint(app: Arc<AppState>, mcp: McpEndpoint, notify: impl Fn(ServerNotice)) -> Result<()> {
    let server = app.config.server.clone();
    check(&server)?;
    reload::load_all(&app).await?;
    let signals = ServerSignals::install()?;
    let certificate = server.tls.as_ref().map(ReloadableCertificate::new).transpose()?;
    let mailer = MailWorker::new(&app)?;
    let listener = HttpListener::bind(&server.listen).await?;
    let address = listener.display_address();
    let metrics = match server.metrics {
        Some(address) => Some(metrics_listener::bind(&app, address).await?),
        None => None,
    };
    let (stop, stopped) = watch::channel(false);
    let assistants = mcp.stream_shutdown();
    let options = ServeOptions {
        tls: certificate.as_ref().map(|certificate| TlsAcceptor::from(certificate.config())),
        router: build_router(app.clone(), mcp),
        trusted_proxies: server.trusted_proxies.clone(),
    };
    let mut workers = spawn_workers(&app, mailer, &stopped);
    let metrics_address = metrics.as_ref().map(|(listener, _)| listener.display_address());
    if let Some((listener, options)) = metrics {
        workers.push(tokio::spawn(listener::serve_connections(listener, options, stopped.clone())));
    }
    let mut server_task = tokio::spawn(listener::serve_connections(listener, options, stopped));
    let addresses: Vec<String> = [address.clone()].into_iter().chain(metrics_address.clone()).collect();
    doctor::record_start(&app, &addresses).await?;
    if let Some(address) = metrics_address {
        notify(ServerNotice::MetricsListening(address));
    }
    notify(ServerNotice::Listening(address));
    tokio::select! {
        () = run_until_stopped(&app, signals, certificate.as_ref()) => {}
        ended = &mut server_task => return Err(task_failed_error(ended)),
    }
    notify(ServerNotice::Stopping);
    let _ = stop.send(true);
    assistants.end_streams();
    for task in [server_task].into_iter().chain(workers) {
        task.await.map_err(|error| task_failed_error(Err(error)))?;
    }
    activity::flush(&app).await?;
    if let ListenAddress::Unix(path) = &server.listen {
        let _ = std::fs::remove_file(path);
    }
    Ok(())
}

/// Signals that the server handles.
struct ServerSignals {
    terminate: Signal,
    interrupt: Signal,
    hangup: Signal,
}

impl ServerSignals {
    fn install() -> Result<Self> {
        let install = |kind| signal(kind).map_err(|error| Error::internal("cannot install signal handlers", error));
        Ok(Self {
            terminate: install(SignalKind::terminate())?,
            interrupt: install(SignalKind::interrupt())?,
            hangup: install(SignalKind::hangup())?,
        })
    }
}

/// Starts the background workers; each ends soon after `stopped` changes.
fn spawn_workers(
    app: &Arc<AppState>,
    mailer: Option<MailWorker>,
    stopped: &watch::Receiver<bool>,
) -> Vec<JoinHandle<()>> {
    let mut workers = vec![
        tokio::spawn(jobs::run_worker(app.clone(), stopped.clone())),
        tokio::spawn(activity::run_maintenance(app.clone(), stopped.clone())),
        tokio::spawn(uploads::run_hourly_cleanup(app.clone(), stopped.clone())),
        tokio::spawn(notifications::serve(app.clone(), stopped.clone())),
    ];
    workers.extend(mailer.map(|mailer| tokio::spawn(mailer.run(stopped.clone()))));
    workers
}

/// Waits for a stop signal; meanwhile reloads files on SIGHUP, and the certificate when its files change.
async fn run_until_stopped(
    app: &Arc<AppState>,
    mut signals: ServerSignals,
    certificate: Option<&ReloadableCertificate>,
) {
    let mut certificate_check = tokio::time::interval(CERTIFICATE_POLL_INTERVAL);
    loop {
        tokio::select! {
            _ = signals.terminate.recv() => return,
            _ = signals.interrupt.recv() => return,
            _ = signals.hangup.recv() => {
                reload_certificate(certificate);
                reload::reload_all(app).await;
            }
            _ = certificate_check.tick() => {
                if certificate.is_some_and(ReloadableCertificate::has_changed) {
                    reload_certificate(certificate);
                }
            }
        }
    }
}

/// The panic message is dropped: it may quote entry text.
fn task_failed_error(ended: Result<(), JoinError>) -> Error {
    let how = if ended.is_err_and(|error| error.is_panic()) { "panicked" } else { "ended" };
    Error::new(ErrorKind::Internal, format!("a server task {how}"))
}

/// Reloads the certificate; on an error the current one stays in use.
fn reload_certificate(certificate: Option<&ReloadableCertificate>) {
    let Some(certificate) = certificate else { return };
    match certificate.reload() {
        Ok(()) => tracing::info!("reloaded the certificate"),
        Err(error) => tracing::error!("cannot reload the certificate: {error}"),
    }
}
