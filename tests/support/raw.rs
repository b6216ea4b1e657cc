//! Bytes on a connection, for what no well-behaved client sends.

use std::io::Read;
use std::io::Write;
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;

use super::server::Server;

/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_mins(1);

pub fn connect(server: &Server) -> TcpStream {
    let stream = TcpStream::connect(server.base.split_once("://").unwrap().1).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// Sends bytes and returns everything that comes back until the server closes the connection.
pub fn exchange(server: &Server, bytes: impl AsRef<[u8]>) -> String {
    let mut stream = connect(server);
    // A server that has heard enough closes before everything is sent.
    let _ = stream.write_all(bytes.as_ref());
    rest(&mut stream)
}

/// Returns what comes until the server closes.
pub fn rest(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let mut part = [0; 4096];
    loop {
        match stream.read(&mut part) {
            Ok(0) => break,
            Ok(length) => answer.extend(&part[..length]),
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => break,
            Err(error) => panic!("{error}: {}", String::from_utf8_lossy(&answer)),
        }
    }
    String::from_utf8(answer).unwrap()
}

/// Returns the status of an answer.
#[track_caller]
pub fn status(answer: &str) -> u16 {
    answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_else(|| panic!("no status: {answer:?}"))
}

/// Returns the JSON body of an answer.
#[track_caller]
pub fn body(answer: &str) -> Value {
    let body = answer.split_once("\r\n\r\n").unwrap().1;
    serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {answer}"))
}
