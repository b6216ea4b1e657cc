//! Test doubles on loopback addresses: a malicious name server, misbehaving sites and a private host that counts
//! connections.

use std::collections::HashMap;
use std::io::{self, Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use hickory_server::Server;
use hickory_server::net::runtime::Time;
use hickory_server::proto::op::{HeaderCounts, Metadata, ResponseCode};
use hickory_server::proto::rr::rdata::{A, AAAA, CNAME};
use hickory_server::proto::rr::{Name, RData, Record, RecordType};
use hickory_server::server::{Request, RequestHandler, ResponseHandler, ResponseInfo};
use hickory_server::zone_handler::MessageResponseBuilder;
use jiff::Timestamp;
use parking_lot::Mutex;

use super::{FetchPolicy, GuardedFetcher};
use crate::error::{Error, ErrorKind, Result};
use crate::net::egress_gate::{EgressGate, ExchangePermit, ExchangeReport};
use crate::net::public_ip;
use crate::net::transport::{BoxFuture, LedgerId};
use crate::secret::Secret;

/// Loopback address that the test policy treats as public; 127.0.0.1 stays private.
pub(crate) const PUBLIC_TEST_IP: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

fn is_public_or_test(ip: IpAddr) -> bool {
    ip == PUBLIC_TEST_IP || public_ip::is_public(ip)
}

/// Returns the records of a name, addresses or aliases; the number counts earlier queries for it.
pub(crate) type Zone = fn(&str, usize) -> Vec<&'static str>;

pub(crate) struct NameServer {
    pub(crate) address: SocketAddr,
    query_counts: Arc<Mutex<HashMap<(String, RecordType), usize>>>,
    _running: Server<ZoneHandler>,
}

struct ZoneHandler {
    zone: Zone,
    query_counts: Arc<Mutex<HashMap<(String, RecordType), usize>>>,
}

impl NameServer {
    pub(crate) async fn start(zone: Zone) -> Self {
        let socket = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let (address, query_counts) = (socket.local_addr().unwrap(), Arc::default());
        let mut running = Server::new(ZoneHandler { zone, query_counts: Arc::clone(&query_counts) });
        running.register_socket(socket);
        Self { address, query_counts, _running: running }
    }

    /// Returns the number of queries for a name's IPv4 addresses.
    pub(crate) fn query_count(&self, name: &str) -> usize {
        self.query_counts.lock().get(&(format!("{name}."), RecordType::A)).copied().unwrap_or(0)
    }

    /// Returns the number of queries of any kind.
    pub(crate) fn total_queries(&self) -> usize {
        self.query_counts.lock().values().sum()
    }
}

impl ZoneHandler {
    /// Returns the records of a name, following aliases within the zone.
    fn records(&self, name: &Name, kind: RecordType, nth: usize) -> Vec<Record> {
        let mut records = Vec::new();
        for answer in (self.zone)(&name.to_ascii(), nth) {
            let data = match answer.parse() {
                Ok(IpAddr::V4(ip)) if kind == RecordType::A => RData::A(A(ip)),
                Ok(IpAddr::V6(ip)) if kind == RecordType::AAAA => RData::AAAA(AAAA(ip)),
                Ok(_) => continue,
                Err(_) => RData::CNAME(CNAME(answer.parse().unwrap())),
            };
            let alias = if let RData::CNAME(to) = &data { Some(to.0.clone()) } else { None };
            records.push(Record::from_rdata(name.clone(), 300, data));
            records.extend(alias.into_iter().flat_map(|to| self.records(&to, kind, 0)));
        }
        records
    }
}

#[expect(clippy::multiple_bound_locations, reason = "the expansion of async-trait has both")]
impl RequestHandler for ZoneHandler {
    fn handle_request<'life0, 'life1, 'async_trait, R: ResponseHandler, T: Time>(
        &'life0 self,
        request: &'life1 Request,
        mut handle: R,
    ) -> Pin<Box<dyn Future<Output = ResponseInfo> + Send + 'async_trait>>
    where
        'life0: 'async_trait,
        'life1: 'async_trait,
        R: 'async_trait,
        T: 'async_trait,
        Self: 'async_trait,
    {
        Box::pin(async move {
            let query = request.request_info().unwrap().query;
            let (name, kind) = (Name::from(query.name().clone()), query.query_type());
            let nth = {
                let mut counts = self.query_counts.lock();
                let count = counts.entry((name.to_ascii(), kind)).or_default();
                *count += 1;
                *count - 1
            };
            let records = self.records(&name, kind, nth);
            let mut metadata = Metadata::response_from_request(&request.metadata);
            metadata.response_code = ResponseCode::NoError;
            let answer = MessageResponseBuilder::from_message_request(request);
            let answer = answer.build(metadata, &records, [], [], []);
            handle.send_response(answer).await.unwrap_or_else(|_| {
                hickory_server::proto::op::Header { metadata, counts: HeaderCounts::default() }.into()
            })
        })
    }
}

/// Private host that must not be connected to.
pub(crate) struct PrivateHost {
    listeners: Vec<TcpListener>,
    pub(crate) port: u16,
}

impl PrivateHost {
    pub(crate) fn start() -> Self {
        let v4 = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = v4.local_addr().unwrap().port();
        // Listens on IPv6 as well where the machine has it.
        let v6 = TcpListener::bind(("::1", port)).ok();
        let listeners: Vec<_> = std::iter::once(v4).chain(v6).collect();
        for listener in &listeners {
            listener.set_nonblocking(true).unwrap();
        }
        Self { listeners, port }
    }

    /// Returns the number of connections since the last call; the kernel queues connections that were not accepted.
    pub(crate) fn connection_count(&self) -> usize {
        let accepted = |listener: &TcpListener| match listener.accept() {
            Ok(_) => true,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => false,
            Err(error) => panic!("{error}"),
        };
        let mut count = 0;
        for listener in &self.listeners {
            while accepted(listener) {
                count += 1;
            }
        }
        count
    }
}

/// One step of a site's scripted response.
pub(crate) enum SiteStep {
    Send(Vec<u8>),
    /// Sends the bytes repeatedly until the client disconnects.
    SendRepeatedly(Vec<u8>),
    /// Waits until the client disconnects.
    WaitForClose,
}

pub(crate) type SiteScript = Box<dyn Fn(&str) -> Vec<SiteStep> + Send + Sync>;

/// Site on [`PUBLIC_TEST_IP`] whose scripted response depends on the path.
pub(crate) struct TestSite {
    pub(crate) port: u16,
    requests: Arc<Mutex<Vec<String>>>,
}

impl TestSite {
    pub(crate) fn start(play: SiteScript) -> Self {
        let listener = TcpListener::bind((PUBLIC_TEST_IP, 0)).unwrap();
        let (port, received) = (listener.local_addr().unwrap().port(), Arc::new(Mutex::new(Vec::new())));
        let (play, requests) = (Arc::new(play), Arc::clone(&received));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(std::result::Result::ok) {
                let (play, requests) = (Arc::clone(&play), Arc::clone(&requests));
                std::thread::spawn(move || serve_connection(stream, &play, &requests));
            }
        });
        Self { port, requests: received }
    }

    /// Returns the received requests, head and body.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().clone()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{PUBLIC_TEST_IP}:{}{path}", self.port)
    }
}

fn serve_connection(mut stream: TcpStream, play: &SiteScript, requests: &Mutex<Vec<String>>) {
    let mut request = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&request).to_ascii_lowercase();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                break;
            }
        }
        match stream.read(&mut chunk) {
            Ok(count) if count > 0 => request.extend_from_slice(&chunk[..count]),
            _ => return,
        }
    }
    let request = String::from_utf8_lossy(&request).into_owned();
    let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
    requests.lock().push(request);
    for step in play(&path) {
        match step {
            SiteStep::Send(bytes) => drop(stream.write_all(&bytes)),
            SiteStep::SendRepeatedly(bytes) => while stream.write_all(&bytes).is_ok() {},
            SiteStep::WaitForClose => while matches!(stream.read(&mut chunk), Ok(count) if count > 0) {},
        }
    }
}

/// Returns a complete response with its length.
pub(crate) fn response(status: &str, headers: &str, body: &[u8]) -> Vec<SiteStep> {
    let head = format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\n\r\n", body.len());
    vec![SiteStep::Send([head.as_bytes(), body].concat())]
}

pub(crate) fn redirect(to: &str) -> Vec<SiteStep> {
    response("302 Found", &format!("Location: {to}\r\n"), b"")
}

/// Returns rules that treat [`PUBLIC_TEST_IP`] as public, on these ports.
pub(crate) fn rules(ports: &[u16], names: Option<&NameServer>) -> FetchPolicy {
    let public = FetchPolicy::for_users(names.map(|names| names.address));
    FetchPolicy { vet: is_public_or_test, ports: ports.to_vec(), total_timeout: Duration::from_secs(5), ..public }
}

pub(crate) fn fetcher(rules: FetchPolicy) -> GuardedFetcher {
    GuardedFetcher::new(rules, Some(Secret::new("xoxb-4711".to_owned()))).unwrap()
}

/// Gate that allows and records every exchange.
#[derive(Default)]
pub(crate) struct AllowingGate {
    pub(crate) hosts: Mutex<Vec<String>>,
    pub(crate) reports: Mutex<Vec<ExchangeReport>>,
}

impl EgressGate for AllowingGate {
    fn acquire<'a>(&'a self, host: &'a str) -> BoxFuture<'a, Result<ExchangePermit>> {
        self.hosts.lock().push(host.to_owned());
        Box::pin(async { Ok(ExchangePermit { ledger_id: LedgerId(1), started_at: Timestamp::UNIX_EPOCH }) })
    }

    fn record(&self, _: ExchangePermit, report: ExchangeReport) -> BoxFuture<'_, Result<()>> {
        self.reports.lock().push(report);
        Box::pin(async { Ok(()) })
    }
}

/// Gate that rejects every exchange.
pub(crate) struct RejectingGate;

impl EgressGate for RejectingGate {
    fn acquire<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<ExchangePermit>> {
        Box::pin(async { Err(Error::new(ErrorKind::Forbidden, "egress is disabled")) })
    }

    fn record(&self, _: ExchangePermit, _: ExchangeReport) -> BoxFuture<'_, Result<()>> {
        unreachable!("no permit was given")
    }
}
