//! Listening socket (TCP or Unix, plain or TLS) and the accept loop, one task per connection.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use ipnet::IpNet;
use parking_lot::Mutex;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::{Semaphore, watch};
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;

use crate::config::server::ListenAddress;
use crate::error::{Error, ErrorKind, Result};
use crate::http::listener::stall_timeout::StallTimeout;
use crate::http::middleware::header_limit::MAX_HEAD_BYTES;
use crate::http::peer::{ConnectionPeer, client_network};

mod stall_timeout;

/// Read buffer of a connection in bytes: twice the limit, so that a slightly oversized head gets a full error response.
const MAX_READ_BUFFER: usize = 2 * MAX_HEAD_BYTES;
/// Maximum number of headers in a request.
const MAX_HEADERS: usize = 100;
/// Timeout for a request's head, and for an idle connection.
const HEAD_TIMEOUT: Duration = Duration::from_secs(15);
/// Timeout of a TLS handshake.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);
/// Maximum number of open connections; further ones wait in the kernel's backlog.
const MAX_CONNECTIONS: usize = 4096;
/// Maximum number of connections per client IP, loopback and trusted proxies excepted; further ones are closed.
const MAX_CONNECTIONS_PER_IP: usize = 256;
/// File descriptors reserved for databases and uploads.
const RESERVED_DESCRIPTORS: usize = 256;
/// Timeout for a client that does not read a pending response.
const STALL_TIMEOUT: Duration = Duration::from_secs(30);
/// Grace period for requests in flight at shutdown.
pub(crate) const SHUTDOWN_GRACE: Duration = Duration::from_secs(10);

/// Bound socket.
pub(crate) enum HttpListener {
    Tcp(TcpListener),
    Unix(UnixListener),
}

trait ConnectionIo: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> ConnectionIo for T {}

impl HttpListener {
    /// Binds the address. A stale socket file is replaced; one with a live server is an error.
    pub(crate) async fn bind(listen: &ListenAddress) -> Result<Self> {
        match listen {
            ListenAddress::Tcp(address) => {
                let bound = TcpListener::bind(address).await;
                bound.map(Self::Tcp).map_err(|error| bind_error(&address.to_string(), error))
            }
            ListenAddress::Unix(path) => bind_unix(path).await.map(Self::Unix),
        }
    }

    /// Returns the bound address for display.
    pub(crate) fn display_address(&self) -> String {
        match self {
            Self::Tcp(listener) => listener.local_addr().map_or_else(|_| "?".to_owned(), |address| address.to_string()),
            Self::Unix(listener) => listener
                .local_addr()
                .ok()
                .and_then(|address| address.as_pathname().map(|path| path.display().to_string()))
                .unwrap_or_else(|| "?".to_owned()),
        }
    }

    async fn accept(&self) -> io::Result<(Pin<Box<dyn ConnectionIo>>, Option<SocketAddr>)> {
        match self {
            Self::Tcp(listener) => {
                let (stream, peer) = listener.accept().await?;
                // Fails only if the peer has disconnected, which the next read reports.
                let _ = stream.set_nodelay(true);
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
        return Err(bind_error(&path.display().to_string(), io::ErrorKind::AddrInUse.into()));
    }
    match std::fs::symlink_metadata(path) {
        Ok(facts) if facts.file_type().is_socket() => {
            std::fs::remove_file(path).map_err(|error| bind_error(&path.display().to_string(), error))?;
        }
        _ => {}
    }
    // The umask has already removed group and other permissions.
    let private = std::fs::Permissions::from_mode(0o600);
    UnixListener::bind(path)
        .and_then(|listener| std::fs::set_permissions(path, private).map(|()| listener))
        .map_err(|error| bind_error(&path.display().to_string(), error))
}

fn bind_error(address: &str, error: io::Error) -> Error {
    let hint = match error.kind() {
        io::ErrorKind::AddrInUse => "another program is listening there; stop it, or choose another --port",
        io::ErrorKind::PermissionDenied => "choose a --port of 1024 or higher, or a folder you own",
        io::ErrorKind::InvalidInput => "choose a shorter --unix path",
        _ => "check --bind and --port, or --unix",
    };
    Error::new(ErrorKind::Conflict, format!("cannot listen on {address}")).hint(hint).caused_by(error)
}

/// Options for serving a listener's connections.
pub(crate) struct ServeOptions {
    pub(crate) tls: Option<TlsAcceptor>,
    pub(crate) router: Router,
    /// Proxies whose connections carry many clients.
    pub(crate) trusted_proxies: Vec<IpNet>,
}

/// Serves connections until `stop` changes, then shuts down gracefully within [`SHUTDOWN_GRACE`].
pub(crate) async fn serve_connections(listener: HttpListener, options: ServeOptions, mut stop: watch::Receiver<bool>) {
    let graceful = GracefulShutdown::new();
    let slots = Arc::new(Semaphore::new(max_connections()));
    let per_ip = PerIpConnections::default();
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
                let counted = peer.map(|peer| peer.ip().to_canonical());
                let counted = counted.filter(|ip| !ip.is_loopback());
                let counted = counted.filter(|ip| !options.trusted_proxies.iter().any(|block| block.contains(ip)));
                let Some(place) = per_ip.acquire(counted) else { continue };
                let watcher = graceful.watcher();
                let (tls, router) = (options.tls.clone(), options.router.clone());
                tokio::spawn(async move {
                    serve_connection(wire, peer, tls, router, watcher).await;
                    drop((place, slot));
                });
            }
            // The peer disconnected while it was in the backlog.
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
            Err(error) => {
                // Out of file descriptors or memory: retry after a pause.
                tracing::warn!("cannot accept a connection: {error}");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
    drop(listener);
    tokio::select! {
        () = graceful.shutdown() => {}
        () = tokio::time::sleep(SHUTDOWN_GRACE) => tracing::warn!("shutdown grace period exceeded; open requests were aborted"),
    }
}

/// Raises the open-file limit to the hard limit and returns the number of connections it allows.
fn max_connections() -> usize {
    let mut limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    if setrlimit(Resource::Nofile, raised).is_ok() {
        limit = raised;
    }
    let files = limit.current.map_or(usize::MAX, |files| usize::try_from(files).unwrap_or(usize::MAX));
    files.saturating_sub(RESERVED_DESCRIPTORS).clamp(16, MAX_CONNECTIONS)
}

/// Open connections per client network; IPv6 addresses are grouped by /64, the block of one customer.
#[derive(Clone, Default)]
struct PerIpConnections(Arc<Mutex<HashMap<IpAddr, usize>>>);

impl PerIpConnections {
    /// Reserves a connection for the address, unless it has too many; `None` is not counted.
    fn acquire(&self, ip: Option<IpAddr>) -> Option<ConnectionPermit> {
        let Some(ip) = ip.map(client_network) else { return Some(ConnectionPermit(None)) };
        let mut per_ip = self.0.lock();
        let connections = per_ip.entry(ip).or_default();
        if *connections >= MAX_CONNECTIONS_PER_IP {
            return None;
        }
        *connections += 1;
        Some(ConnectionPermit(Some((self.clone(), ip))))
    }
}

/// Reserved connection, released on drop.
struct ConnectionPermit(Option<(PerIpConnections, IpAddr)>);

impl Drop for ConnectionPermit {
    fn drop(&mut self) {
        let Some((PerIpConnections(per_ip), ip)) = self.0.take() else { return };
        let mut per_ip = per_ip.lock();
        match per_ip.get_mut(&ip) {
            Some(max_connections) if *max_connections > 1 => *max_connections -= 1,
            _ => drop(per_ip.remove(&ip)),
        }
    }
}

async fn serve_connection(
    wire: Pin<Box<dyn ConnectionIo>>,
    peer: Option<SocketAddr>,
    tls: Option<TlsAcceptor>,
    router: Router,
    watcher: Watcher,
) {
    let wire: Pin<Box<dyn ConnectionIo>> = match tls {
        None => wire,
        Some(tls) => match tokio::time::timeout(HANDSHAKE_TIMEOUT, tls.accept(wire)).await {
            Ok(Ok(stream)) => Box::pin(stream),
            Ok(Err(_)) | Err(_) => return,
        },
    };
    let service = hyper::service::service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(ConnectionPeer(peer)));
        router.clone().oneshot(request)
    });
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(MAX_READ_BUFFER)
        .max_headers(MAX_HEADERS);
    let serving = builder.serve_connection(TokioIo::new(StallTimeout::new(wire, STALL_TIMEOUT)), service);
    if let Err(error) = watcher.watch(serving).await {
        tracing::debug!("connection closed with an error: {error}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_per_ip_are_limited() {
        let per_ip = PerIpConnections::default();
        let ip = |text: &str| Some(text.parse().unwrap());
        let mut places: Vec<ConnectionPermit> =
            (0..MAX_CONNECTIONS_PER_IP).map(|_| per_ip.acquire(ip("2001:db8::1")).unwrap()).collect();

        assert!(per_ip.acquire(ip("2001:db8::2")).is_none(), "another address in the same /64");
        assert!(per_ip.acquire(ip("2001:db8:0:1::1")).is_some() && per_ip.acquire(None).is_some());
        places.pop();
        assert!(per_ip.acquire(ip("2001:db8::2")).is_some(), "a released connection is available again");
        places.clear();
        assert!(per_ip.0.lock().is_empty(), "closed connections are removed");
    }
}
