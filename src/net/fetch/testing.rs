//! A name server that lies, sites that misbehave and a private machine that counts who comes, all on loopback addresses.

use std::collections::HashMap;
use std::io::ErrorKind;
use std::io::Read as _;
use std::io::Write as _;
use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::SocketAddr;
use std::net::TcpListener;
use std::net::TcpStream;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use hickory_server::Server;
use hickory_server::net::runtime::Time;
use hickory_server::proto::op::HeaderCounts;
use hickory_server::proto::op::Metadata;
use hickory_server::proto::op::ResponseCode;
use hickory_server::proto::rr::Name;
use hickory_server::proto::rr::RData;
use hickory_server::proto::rr::Record;
use hickory_server::proto::rr::RecordType;
use hickory_server::proto::rr::rdata::A;
use hickory_server::proto::rr::rdata::AAAA;
use hickory_server::proto::rr::rdata::CNAME;
use hickory_server::server::Request;
use hickory_server::server::RequestHandler;
use hickory_server::server::ResponseHandler;
use hickory_server::server::ResponseInfo;
use hickory_server::zone_handler::MessageResponseBuilder;

use super::Ended;
use super::Fetcher;
use super::Gate;
use super::Leave;
use super::Rules;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::net::guard;
use crate::net::wire::Boxed;
use crate::secret::Secret;

/// The loopback address that stands for a public machine; 127.0.0.1 is as private as ever.
pub(crate) const PUBLIC: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

fn vet(ip: IpAddr) -> bool {
    ip == PUBLIC || guard::is_public(ip)
}

/// Answers to one question: an address or another name. The number says how often it was asked before.
pub(crate) type Zone = fn(&str, usize) -> Vec<&'static str>;

pub(crate) struct NameServer {
    pub(crate) address: SocketAddr,
    asked: Arc<Mutex<HashMap<(String, RecordType), usize>>>,
    _running: Server<Script>,
}

struct Script {
    zone: Zone,
    asked: Arc<Mutex<HashMap<(String, RecordType), usize>>>,
}

impl NameServer {
    pub(crate) async fn start(zone: Zone) -> Self {
        let socket = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let (address, asked) = (socket.local_addr().unwrap(), Arc::default());
        let mut running = Server::new(Script { zone, asked: Arc::clone(&asked) });
        running.register_socket(socket);
        Self { address, asked, _running: running }
    }

    /// How often somebody asked for a name's IPv4 addresses.
    pub(crate) fn asked(&self, name: &str) -> usize {
        self.asked.lock().unwrap().get(&(format!("{name}."), RecordType::A)).copied().unwrap_or(0)
    }

    /// How often anybody asked for anything.
    pub(crate) fn asked_in_all(&self) -> usize {
        self.asked.lock().unwrap().values().sum()
    }
}

impl Script {
    /// Follows its own aliases, as a name server does for what it knows.
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

#[expect(clippy::multiple_bound_locations, reason = "what async-trait makes of the trait has both")]
impl RequestHandler for Script {
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
                let mut asked = self.asked.lock().unwrap();
                let count = asked.entry((name.to_ascii(), kind)).or_default();
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

/// A machine that nobody may reach.
pub(crate) struct Private {
    listeners: Vec<TcpListener>,
    pub(crate) port: u16,
}

impl Private {
    pub(crate) fn start() -> Self {
        let v4 = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = v4.local_addr().unwrap().port();
        // Where the machine has IPv6, that way leads to it too.
        let v6 = TcpListener::bind(("::1", port)).ok();
        let listeners: Vec<_> = std::iter::once(v4).chain(v6).collect();
        for listener in &listeners {
            listener.set_nonblocking(true).unwrap();
        }
        Self { listeners, port }
    }

    /// How many connections arrived since the last time: the kernel keeps those that nobody took.
    pub(crate) fn arrived(&self) -> usize {
        let came = |listener: &TcpListener| match listener.accept() {
            Ok(_) => true,
            Err(error) if error.kind() == ErrorKind::WouldBlock => false,
            Err(error) => panic!("{error}"),
        };
        let mut count = 0;
        for listener in &self.listeners {
            while came(listener) {
                count += 1;
            }
        }
        count
    }
}

/// What a site does, step by step.
pub(crate) enum Step {
    Say(Vec<u8>),
    /// Says it until nobody listens.
    Endlessly(Vec<u8>),
    /// Waits until the other side hangs up.
    Wait,
}

pub(crate) type Play = Box<dyn Fn(&str) -> Vec<Step> + Send + Sync>;

/// A site on a public machine; what it does hangs on the path.
pub(crate) struct Site {
    pub(crate) port: u16,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Site {
    pub(crate) fn start(play: Play) -> Self {
        let listener = TcpListener::bind((PUBLIC, 0)).unwrap();
        let (port, heard) = (listener.local_addr().unwrap().port(), Arc::new(Mutex::new(Vec::new())));
        let (play, requests) = (Arc::new(play), Arc::clone(&heard));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(std::result::Result::ok) {
                let (play, requests) = (Arc::clone(&play), Arc::clone(&requests));
                std::thread::spawn(move || serve(stream, &play, &requests));
            }
        });
        Self { port, heard }
    }

    /// The requests that came in, head and body.
    pub(crate) fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{PUBLIC}:{}{path}", self.port)
    }
}

fn serve(mut stream: TcpStream, play: &Play, requests: &Mutex<Vec<String>>) {
    let mut request = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&request).to_ascii_lowercase();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                break;
            }
        }
        match stream.read(&mut piece) {
            Ok(count) if count > 0 => request.extend_from_slice(&piece[..count]),
            _ => return,
        }
    }
    let request = String::from_utf8_lossy(&request).into_owned();
    let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
    requests.lock().unwrap().push(request);
    for step in play(&path) {
        match step {
            Step::Say(bytes) => drop(stream.write_all(&bytes)),
            Step::Endlessly(bytes) => while stream.write_all(&bytes).is_ok() {},
            Step::Wait => while matches!(stream.read(&mut piece), Ok(count) if count > 0) {},
        }
    }
}

/// An answer in one piece, with its length.
pub(crate) fn answer(status: &str, headers: &str, body: &[u8]) -> Vec<Step> {
    let head = format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\n\r\n", body.len());
    vec![Step::Say([head.as_bytes(), body].concat())]
}

pub(crate) fn redirect(to: &str) -> Vec<Step> {
    answer("302 Found", &format!("Location: {to}\r\n"), b"")
}

/// Rules under which [`PUBLIC`] stands for the public Internet, on these ports.
pub(crate) fn rules(ports: &[u16], names: Option<&NameServer>) -> Rules {
    let public = Rules::public(names.map(|names| names.address));
    Rules { vet, ports: ports.to_vec(), whole: Duration::from_secs(5), ..public }
}

pub(crate) fn fetcher(rules: Rules) -> Fetcher {
    Fetcher::new(rules, Some(Secret::new("xoxb-4711".to_owned()))).unwrap()
}

/// A gate that lets everything through and notes it.
#[derive(Default)]
pub(crate) struct Open {
    pub(crate) hosts: Mutex<Vec<String>>,
    pub(crate) ended: Arc<Mutex<Vec<Ended>>>,
}

struct Noting(Arc<Mutex<Vec<Ended>>>);

impl Gate for Open {
    fn enter<'a>(&'a self, host: &'a str) -> Boxed<'a, Result<Box<dyn Leave>>> {
        self.hosts.lock().unwrap().push(host.to_owned());
        let leave = Box::new(Noting(Arc::clone(&self.ended)));
        Box::pin(async { Ok(leave as Box<dyn Leave>) })
    }
}

impl Leave for Noting {
    fn end(self: Box<Self>, ended: Ended) -> Boxed<'static, Result<()>> {
        self.0.lock().unwrap().push(ended);
        Box::pin(async { Ok(()) })
    }
}

/// A gate that lets nothing through.
pub(crate) struct Shut;

impl Gate for Shut {
    fn enter<'a>(&'a self, _: &'a str) -> Boxed<'a, Result<Box<dyn Leave>>> {
        Box::pin(async { Err(Error::new(Kind::Forbidden, "nothing leaves")) })
    }
}
