//! The listening socket: TCP or a socket file, cleartext or TLS, and one task a connection.

use std::collections::HashMap;
use std::io;
use std::net::IpAddr;
use std::net::SocketAddr;
use std::os::unix::fs::FileTypeExt;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::rt::TokioTimer;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::server::graceful::Watcher;
use ipnet::IpNet;
use rustix::process::Resource;
use rustix::process::Rlimit;
use rustix::process::getrlimit;
use rustix::process::setrlimit;
use tokio::io::AsyncRead;
use tokio::io::AsyncWrite;
use tokio::net::TcpListener;
use tokio::net::UnixListener;
use tokio::sync::Semaphore;
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;

use crate::config::server::Listen;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::http::listen::taken::Taken;
use crate::http::middleware::address::Peer;
use crate::http::middleware::address::network;
use crate::http::middleware::head::HEAD_BYTES;

mod taken;

/// Bytes read of a request's head: twice what is answered, so that what is a little too long gets a whole refusal.
const READ_BYTES: usize = 2 * HEAD_BYTES;
/// Headers of a request.
const HEADERS: usize = 100;
/// Time for a request's head to arrive; also how long an idle connection is kept.
const HEAD_TIME: Duration = Duration::from_secs(15);
/// Time for a TLS handshake.
const HANDSHAKE_TIME: Duration = Duration::from_secs(10);
/// Connections at once; further ones wait in the kernel's queue.
const CONNECTIONS: usize = 4096;
/// Connections at once of one address that is neither this machine's nor a trusted proxy's; further ones are closed.
const OF_ONE_ADDRESS: usize = 256;
/// File descriptors kept for databases, uploads and the like.
const RESERVED: usize = 256;
/// How long a client may take no part of a reply.
const STALL: Duration = Duration::from_secs(30);
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
                // Fails only for a peer that has left again, which reading will tell.
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
        return Err(unavailable(&path.display().to_string(), io::ErrorKind::AddrInUse.into()));
    }
    match std::fs::symlink_metadata(path) {
        Ok(facts) if facts.file_type().is_socket() => {
            std::fs::remove_file(path).map_err(|error| unavailable(&path.display().to_string(), error))?;
        }
        _ => {}
    }
    // The process's umask has taken group and others out of its mode already.
    let private = std::fs::Permissions::from_mode(0o600);
    UnixListener::bind(path)
        .and_then(|listener| std::fs::set_permissions(path, private).map(|()| listener))
        .map_err(|error| unavailable(&path.display().to_string(), error))
}

fn unavailable(address: &str, error: io::Error) -> Error {
    let hint = match error.kind() {
        io::ErrorKind::AddrInUse => "another program listens there; stop it, or choose another --port",
        io::ErrorKind::PermissionDenied => "choose a --port from 1024 up, or a folder of your own",
        io::ErrorKind::InvalidInput => "choose a shorter --unix path",
        _ => "check --bind and --port, or --unix",
    };
    Error::new(Kind::Conflict, format!("cannot listen on {address}")).hint(hint).caused_by(error)
}

/// How connections are served.
pub(crate) struct Door {
    pub(crate) tls: Option<TlsAcceptor>,
    pub(crate) router: Router,
    /// Peers that speak for many clients.
    pub(crate) trusted_proxies: Vec<IpNet>,
}

/// Answers connections until `stop` says so, then waits for what runs, [`GRACE`] at most.
pub(crate) async fn run(listener: Listener, door: Door, mut stop: watch::Receiver<bool>) {
    let graceful = GracefulShutdown::new();
    let slots = Arc::new(Semaphore::new(connections()));
    let crowd = Crowd::default();
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
                let counted = counted.filter(|ip| !door.trusted_proxies.iter().any(|block| block.contains(ip)));
                let Some(place) = crowd.enter(counted) else { continue };
                let watcher = graceful.watcher();
                let (tls, router) = (door.tls.clone(), door.router.clone());
                tokio::spawn(async move {
                    connection(wire, peer, tls, router, watcher).await;
                    drop((place, slot));
                });
            }
            // The peer left again before it was its turn.
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
            Err(error) => {
                // Out of file descriptors or memory: some will be free again.
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

/// Raises the number of files that may be open as far as the system lets this process, and returns how many
/// connections that leaves room for.
fn connections() -> usize {
    let mut limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    if setrlimit(Resource::Nofile, raised).is_ok() {
        limit = raised;
    }
    let files = limit.current.map_or(usize::MAX, |files| usize::try_from(files).unwrap_or(usize::MAX));
    files.saturating_sub(RESERVED).clamp(16, CONNECTIONS)
}

/// Who is connected how often, by address; IPv6 by the /64 that one customer has.
#[derive(Clone, Default)]
struct Crowd(Arc<Mutex<HashMap<IpAddr, usize>>>);

impl Crowd {
    /// Takes a place for one more connection of an address, unless it has too many; `None` as address is not counted.
    fn enter(&self, ip: Option<IpAddr>) -> Option<Place> {
        let Some(ip) = ip.map(network) else { return Some(Place(None)) };
        let mut crowd = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let connections = crowd.entry(ip).or_default();
        if *connections >= OF_ONE_ADDRESS {
            return None;
        }
        *connections += 1;
        Some(Place(Some((self.clone(), ip))))
    }
}

/// A connection's place, given back on drop.
struct Place(Option<(Crowd, IpAddr)>);

impl Drop for Place {
    fn drop(&mut self) {
        let Some((Crowd(crowd), ip)) = self.0.take() else { return };
        let mut crowd = crowd.lock().unwrap_or_else(PoisonError::into_inner);
        match crowd.get_mut(&ip) {
            Some(connections) if *connections > 1 => *connections -= 1,
            _ => drop(crowd.remove(&ip)),
        }
    }
}

async fn connection(
    wire: Pin<Box<dyn Wire>>,
    peer: Option<SocketAddr>,
    tls: Option<TlsAcceptor>,
    router: Router,
    watcher: Watcher,
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
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD_TIME).max_buf_size(READ_BYTES).max_headers(HEADERS);
    let serving = builder.serve_connection(TokioIo::new(Taken::new(wire, STALL)), service);
    if let Err(error) = watcher.watch(serving).await {
        tracing::debug!("a connection ended early: {error}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_does_not_take_every_connection() {
        let crowd = Crowd::default();
        let ip = |text: &str| Some(text.parse().unwrap());
        let mut places: Vec<Place> = (0..OF_ONE_ADDRESS).map(|_| crowd.enter(ip("2001:db8::1")).unwrap()).collect();

        assert!(crowd.enter(ip("2001:db8::2")).is_none(), "a neighbour in the same /64");
        assert!(crowd.enter(ip("2001:db8:0:1::1")).is_some() && crowd.enter(None).is_some());
        places.pop();
        assert!(crowd.enter(ip("2001:db8::2")).is_some(), "a place that was given back");
        places.clear();
        assert!(crowd.0.lock().unwrap().is_empty(), "who left is forgotten");
    }
}
