//! Server lifecycle: start, signal handling, certificate reload and graceful shutdown.

use std::sync::Arc;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinError;
use tokio_rustls::TlsAcceptor;

use crate::app::state::AppState;
use crate::config::server::{ListenAddress, ServerConfig};
use crate::error::{Error, ErrorKind, Result};
use crate::http::listener::{self, HttpListener, ServeOptions};
use crate::http::router::build_router;
use crate::http::{metrics_listener, tls};
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
    let signals = |kind| {
        signal(kind).map_err(|error| Error::new(ErrorKind::Internal, "cannot install signal handlers").caused_by(error))
    };
    let (mut terminate, mut interrupt, mut hangup) =
        (signals(SignalKind::terminate())?, signals(SignalKind::interrupt())?, signals(SignalKind::hangup())?);
    let certificate = server.tls.as_ref().map(tls::ReloadableCertificate::new).transpose()?;
    let acceptor = certificate.as_ref().map(|certificate| TlsAcceptor::from(certificate.config()));
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
        tls: acceptor,
        router: build_router(app.clone(), mcp),
        trusted_proxies: server.trusted_proxies.clone(),
    };
    let job_worker = tokio::spawn(jobs::run_worker(app.clone(), stopped.clone()));
    let activity_writer = tokio::spawn(activity::run_maintenance(app.clone(), stopped.clone()));
    let upload_cleanup = tokio::spawn(uploads::run_hourly_cleanup(app.clone(), stopped.clone()));
    let notifier = tokio::spawn(notifications::serve(app.clone(), stopped.clone()));
    let mailer_stop = stopped.clone();
    let mailer_task = tokio::spawn(async move {
        if let Some(mailer) = mailer {
            mailer.run(mailer_stop).await;
        }
    });
    let metrics_address = metrics.as_ref().map(|(listener, _)| listener.display_address());
    let metrics_server = metrics
        .map(|(listener, options)| tokio::spawn(listener::serve_connections(listener, options, stopped.clone())));
    let mut server_task = tokio::spawn(listener::serve_connections(listener, options, stopped));
    let addresses: Vec<String> = [address.clone()].into_iter().chain(metrics_address.clone()).collect();
    doctor::record_start(&app, &addresses).await?;
    if let Some(address) = metrics_address {
        notify(ServerNotice::MetricsListening(address));
    }
    notify(ServerNotice::Listening(address));
    let mut certificate_check = tokio::time::interval(CERTIFICATE_POLL_INTERVAL);
    loop {
        tokio::select! {
            _ = terminate.recv() => break,
            _ = interrupt.recv() => break,
            ended = &mut server_task => return Err(task_failed_error(ended)),
            _ = hangup.recv() => {
                reload_certificate(certificate.as_ref());
                reload::reload_all(&app).await;
            }
            _ = certificate_check.tick() => {
                if certificate.as_ref().is_some_and(tls::ReloadableCertificate::has_changed) {
                    reload_certificate(certificate.as_ref());
                }
            }
        }
    }
    notify(ServerNotice::Stopping);
    let _ = stop.send(true);
    assistants.end_streams();
    server_task.await.map_err(|error| task_failed_error(Err(error)))?;
    for task in [job_worker, activity_writer, upload_cleanup, notifier, mailer_task].into_iter().chain(metrics_server) {
        task.await.map_err(|error| task_failed_error(Err(error)))?;
    }
    activity::flush(&app).await?;
    if let ListenAddress::Unix(path) = &server.listen {
        let _ = std::fs::remove_file(path);
    }
    Ok(())
}

/// The panic message is dropped: it may quote entry text.
fn task_failed_error(ended: Result<(), JoinError>) -> Error {
    let how = if ended.is_err_and(|error| error.is_panic()) { "panicked" } else { "ended" };
    Error::new(ErrorKind::Internal, format!("a server task {how}"))
}

/// Reloads the certificate; on an error the current one stays in use.
fn reload_certificate(certificate: Option<&tls::ReloadableCertificate>) {
    let Some(certificate) = certificate else { return };
    match certificate.reload() {
        Ok(()) => tracing::info!("reloaded the certificate"),
        Err(error) => tracing::error!("cannot reload the certificate: {error}"),
    }
}
