//! The listening socket: TCP or a socket file, cleartext or TLS, and one task a connection.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::rt::TokioTimer;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::io::AsyncRead;
use tokio::io::AsyncWrite;
use tokio::net::TcpListener;
use tokio::net::UnixListener;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::Semaphore;
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;

use crate::config::server::Listen;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::http::middleware::address::Peer;

/// Bytes of a request's line and headers together.
const HEAD_BYTES: usize = 16 * 1024;
/// Time for a request's head to arrive; also how long an idle connection is kept.
const HEAD_TIME: Duration = Duration::from_secs(15);
/// Time for a TLS handshake.
const HANDSHAKE_TIME: Duration = Duration::from_secs(10);
/// Connections at once; further ones wait in the kernel's queue.
const CONNECTIONS: usize = 4096;
/// How long requests that run are waited for at the end.
pub(crate) const GRACE: Duration = Duration::from_secs(10);

/// A bound socket.
pub(crate) enum Listener {
    Tcp(TcpListener),
    Unix(UnixListener),
}

trait Wire: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Wire for T {}

impl Listener {
    /// Binds the address. A socket file that a dead server left is replaced; one that answers is not.
    pub(crate) async fn bind(listen: &Listen) -> Result<Self> {
        match listen {
            Listen::Tcp(address) => {
                let bound = TcpListener::bind(address).await;
                bound.map(Self::Tcp).map_err(|error| unavailable(&address.to_string(), error))
            }
            Listen::Unix(path) => bind_unix(path).await.map(Self::Unix),
        }
    }

    /// Returns the address as a person would write it.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Tcp(listener) => listener.local_addr().map_or_else(|_| "?".to_owned(), |address| address.to_string()),
            Self::Unix(listener) => listener
                .local_addr()
                .ok()
                .and_then(|address| address.as_pathname().map(|path| path.display().to_string()))
                .unwrap_or_else(|| "?".to_owned()),
        }
    }

    async fn accept(&self) -> io::Result<(Pin<Box<dyn Wire>>, Option<SocketAddr>)> {
        match self {
            Self::Tcp(listener) => {
                let (stream, peer) = listener.accept().await?;
                stream.set_nodelay(true)?;
                Ok((Box::pin(stream), Some(peer)))
            }
            Self::Unix(listener) => {
                let (stream, _) = listener.accept().await?;
                Ok((Box::pin(stream), None))
            }
        }
    }
}

async fn bind_unix(path: &Path) -> Result<UnixListener> {
    if tokio::net::UnixStream::connect(path).await.is_ok() {
        return Err(unavailable(&path.display().to_string(), io::ErrorKind::AddrInUse.into()));
    }
    match std::fs::symlink_metadata(path) {
        Ok(facts) if std::os::unix::fs::FileTypeExt::is_socket(&facts.file_type()) => {
            std::fs::remove_file(path).map_err(|error| unavailable(&path.display().to_string(), error))?;
        }
        _ => {}
    }
    // The process's umask takes group and others out of its mode.
    UnixListener::bind(path).map_err(|error| unavailable(&path.display().to_string(), error))
}

fn unavailable(address: &str, error: io::Error) -> Error {
    let hint = match error.kind() {
        io::ErrorKind::AddrInUse => "another program listens there; stop it, or choose another --port",
        io::ErrorKind::PermissionDenied => "choose a --port from 1024 up, or a folder of your own",
        _ => "check --bind and --port",
    };
    Error::new(Kind::Conflict, format!("cannot listen on {address}")).hint(hint).caused_by(error)
}

/// Answers connections until `stop` says so, then waits for what runs, [`GRACE`] at most.
pub(crate) async fn run(listener: Listener, tls: Option<TlsAcceptor>, router: Router, mut stop: watch::Receiver<bool>) {
    let graceful = GracefulShutdown::new();
    let slots = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let slot = tokio::select! {
            slot = slots.clone().acquire_owned() => slot.expect("the semaphore is never closed"),
            _ = stop.changed() => break,
        };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.changed() => break,
        };
        match accepted {
            Ok((wire, peer)) => {
                let watcher = graceful.watcher();
                tokio::spawn(connection(wire, peer, tls.clone(), router.clone(), watcher, slot));
            }
            Err(error) => {
                // Out of file descriptors, or a peer that left again: neither ends the server.
                tracing::warn!("accepting a connection: {error}");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
    drop(listener);
    tokio::select! {
        () = graceful.shutdown() => {}
        () = tokio::time::sleep(GRACE) => tracing::warn!("some requests did not end in time and were cut off"),
    }
}

async fn connection(
    wire: Pin<Box<dyn Wire>>,
    peer: Option<SocketAddr>,
    tls: Option<TlsAcceptor>,
    router: Router,
    watcher: hyper_util::server::graceful::Watcher,
    slot: OwnedSemaphorePermit,
) {
    let wire: Pin<Box<dyn Wire>> = match tls {
        None => wire,
        Some(tls) => match tokio::time::timeout(HANDSHAKE_TIME, tls.accept(wire)).await {
            Ok(Ok(stream)) => Box::pin(stream),
            Ok(Err(_)) | Err(_) => return,
        },
    };
    let service = hyper::service::service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(Peer(peer)));
        router.clone().oneshot(request)
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD_TIME).max_buf_size(HEAD_BYTES).max_headers(64);
    let serving = builder.serve_connection(TokioIo::new(wire), service);
    if let Err(error) = watcher.watch(serving).await {
        tracing::debug!("a connection ended early: {error}");
    }
    drop(slot);
}
