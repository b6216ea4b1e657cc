//! Starts the server, keeps it going, stops it without breaking what runs.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::signal::unix::SignalKind;
use tokio::signal::unix::signal;
use tokio::sync::watch;
use tokio::task::JoinError;
use tokio_rustls::TlsAcceptor;

use crate::account::Post;
use crate::activity;
use crate::app::App;
use crate::config::server::Listen;
use crate::config::server::Server;
use crate::doctor;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::http::aside;
use crate::http::listen;
use crate::http::listen::Door;
use crate::http::listen::Listener;
use crate::http::middleware;
use crate::http::routes;
use crate::http::shared::Shared;
use crate::http::tls;
use crate::ingest::uploads;
use crate::jobs;
use crate::mcp::Endpoint;
use crate::notifications;
use crate::reload;

/// How often the certificate's files are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// What the operator is told.
#[derive(Debug)]
pub enum Notice {
    /// The server answers at this address.
    Listening(String),
    /// Metrics are answered at this address.
    Measuring(String),
    /// A signal to stop came.
    Stopping,
}

/// Refuses settings under which the server would not be safe, before anything listens.
///
/// # Errors
/// `Invalid` for cleartext beyond the loopback address; as reading the certificate.
pub fn check(server: &Server) -> Result<()> {
    if let (Listen::Tcp(address), None, false) = (&server.listen, &server.tls, server.behind_proxy)
        && !address.ip().is_loopback()
    {
        return Err(Error::invalid(format!("cleartext on {address} could be read by the network"))
            .hint("give --tls-cert and --tls-key, or --behind-proxy if something in front of it ends TLS"));
    }
    if let Some(files) = &server.tls {
        tls::load(files)?;
    }
    Ok(())
}

/// Serves until a signal to stop comes: SIGTERM or Ctrl-C. SIGHUP reads the certificate anew, and the files that help
/// providers.
///
/// # Errors
/// As [`check`] and [`reload::begin`]; `Conflict` when the address is taken.
pub async fn serve(app: Arc<App>, told: impl Fn(Notice)) -> Result<()> {
    serve_with(app, Endpoint::default(), told).await
}

/// Serves with something else behind `/mcp`: the same routes, limits and permissions around it.
///
/// # Errors
/// As [`serve`].
pub async fn serve_with(app: Arc<App>, mcp: Endpoint, told: impl Fn(Notice)) -> Result<()> {
    let server = app.config.server.clone();
    check(&server)?;
    reload::begin(&app).await?;
    let signals =
        |kind| signal(kind).map_err(|error| Error::new(Kind::Internal, "waiting for signals").caused_by(error));
    let (mut terminate, mut interrupt, mut hangup) =
        (signals(SignalKind::terminate())?, signals(SignalKind::interrupt())?, signals(SignalKind::hangup())?);
    let certificate = server.tls.as_ref().map(tls::Certificate::new).transpose()?;
    let acceptor = certificate.as_ref().map(|certificate| TlsAcceptor::from(certificate.config()));
    let post = Post::new(&app)?;
    let listener = Listener::bind(&server.listen).await?;
    let address = listener.shown();
    let aside = match server.metrics {
        Some(address) => Some(aside::bind(&app, address).await?),
        None => None,
    };
    let (stop, stopped) = watch::channel(false);
    let assistants = mcp.stop();
    let door =
        Door { tls: acceptor, router: router(app.clone(), mcp), trusted_proxies: server.trusted_proxies.clone() };
    let work = tokio::spawn(jobs::serve(app.clone(), stopped.clone()));
    let keeping = tokio::spawn(activity::keep(app.clone(), stopped.clone()));
    let sweeping = tokio::spawn(uploads::keep(app.clone(), stopped.clone()));
    let telling = tokio::spawn(notifications::serve(app.clone(), stopped.clone()));
    let mailing = stopped.clone();
    let mailing = tokio::spawn(async move {
        if let Some(post) = post {
            post.work(mailing).await;
        }
    });
    let measured = aside.as_ref().map(|(listener, _)| listener.shown());
    let measuring = aside.map(|(listener, door)| tokio::spawn(listen::run(listener, door, stopped.clone())));
    let mut answering = tokio::spawn(listen::run(listener, door, stopped));
    let listens: Vec<String> = [address.clone()].into_iter().chain(measured.clone()).collect();
    doctor::note_start(&app, &listens).await?;
    if let Some(address) = measured {
        told(Notice::Measuring(address));
    }
    told(Notice::Listening(address));
    let mut look = tokio::time::interval(LOOK_EVERY);
    loop {
        tokio::select! {
            _ = terminate.recv() => break,
            _ = interrupt.recv() => break,
            ended = &mut answering => return Err(ended_early(ended)),
            _ = hangup.recv() => {
                renew(certificate.as_ref());
                reload::all(&app).await;
            }
            _ = look.tick() => {
                if certificate.as_ref().is_some_and(tls::Certificate::has_changed) {
                    renew(certificate.as_ref());
                }
            }
        }
    }
    told(Notice::Stopping);
    let _ = stop.send(true);
    assistants.streams();
    answering.await.map_err(|error| ended_early(Err(error)))?;
    for task in [work, keeping, sweeping, telling, mailing].into_iter().chain(measuring) {
        task.await.map_err(|error| ended_early(Err(error)))?;
    }
    activity::flush(&app).await?;
    if let Listen::Unix(path) = &server.listen {
        let _ = std::fs::remove_file(path);
    }
    Ok(())
}

/// What a panic said is not passed on: it may quote text.
fn ended_early(ended: Result<(), JoinError>) -> Error {
    let how = if ended.is_err_and(|error| error.is_panic()) { "panicked" } else { "ended" };
    Error::new(Kind::Internal, format!("a task of the server {how}"))
}

/// A certificate that cannot be read leaves the one in use.
fn renew(certificate: Option<&tls::Certificate>) {
    let Some(certificate) = certificate else { return };
    match certificate.reload() {
        Ok(()) => tracing::info!("the certificate was read anew"),
        Err(error) => tracing::error!("the certificate was not read anew: {error}"),
    }
}

/// Builds the router with its pipeline.
fn router(app: Arc<App>, mcp: Endpoint) -> Router {
    let table = routes::all();
    let shared = Shared::new(app, mcp, &table);
    let empty = Router::new();
    let router = table.into_iter().fold(empty, |router, entry| router.route(entry.path, entry.handler));
    let router = router.fallback(routes::absent).method_not_allowed_fallback(routes::wrong_method);
    middleware::apply(router, &shared).with_state(shared)
}
