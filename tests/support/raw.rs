//! Raw TCP connections, for requests that an HTTP client would not send.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;

use super::server::Server;

/// Read and write timeout of a connection.
const TIMEOUT: Duration = Duration::from_mins(1);

pub fn connect(server: &Server) -> TcpStream {
    let stream = TcpStream::connect(server.base.split_once("://").unwrap().1).unwrap();
    stream.set_read_timeout(Some(TIMEOUT)).unwrap();
    stream.set_write_timeout(Some(TIMEOUT)).unwrap();
    stream
}

/// Sends bytes and reads until the server closes the connection.
pub fn exchange(server: &Server, bytes: impl AsRef<[u8]>) -> String {
    let mut stream = connect(server);
    // The server may close before everything is sent.
    let _ = stream.write_all(bytes.as_ref());
    read_to_close(&mut stream)
}

/// Reads until the server closes the connection.
pub fn read_to_close(stream: &mut TcpStream) -> String {
    let mut response = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => break,
            Ok(length) => response.extend(&buffer[..length]),
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => break,
            Err(error) => panic!("{error}: {}", String::from_utf8_lossy(&response)),
        }
    }
    String::from_utf8(response).unwrap()
}

/// Returns the status code of a response.
#[track_caller]
pub fn status(response: &str) -> u16 {
    response
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok())
        .unwrap_or_else(|| panic!("no status code: {response:?}"))
}

/// Returns the JSON body of a response.
#[track_caller]
pub fn body(response: &str) -> Value {
    let body = response.split_once("\r\n\r\n").unwrap().1;
    serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {response}"))
}
