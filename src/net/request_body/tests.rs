use std::io::{BufRead, BufReader, Cursor, Write};
use std::net::TcpListener;
use std::time::Duration;

use http::Method;

use super::*;
use crate::net::provider_client::{ProviderClient, SendOutcome};
use crate::net::transport::LedgerId;

/// Serves one request and returns its head and body.
fn listen() -> (u16, std::thread::JoinHandle<(String, Vec<u8>)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let received = std::thread::spawn(move || {
        let mut stream = BufReader::new(listener.accept().unwrap().0);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") && stream.read_line(&mut head).unwrap() > 0 {}
        let length = head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
        let mut body = vec![0; length.unwrap_or(0)];
        if stream.read_exact(&mut body).is_ok() {
            stream.get_mut().write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").unwrap();
        }
        (head.to_lowercase(), body)
    });
    (port, received)
}

fn stream(bytes: u64, content: Vec<u8>) -> SizedStream {
    let content = Arc::new(content);
    SizedStream { bytes, open: Arc::new(move || Ok(Box::new(Cursor::new(content.to_vec())))) }
}

async fn send(port: u16, body: ProviderRequestBody) -> SendOutcome {
    let client = ProviderClient::new(None).unwrap();
    let request = ProviderRequest {
        provider: "test",
        model: String::new(),
        method: Method::POST,
        url: format!("http://127.0.0.1:{port}/").parse().unwrap(),
        headers: Vec::new(),
        body,
        attempts: 1,
        timeout: Duration::from_secs(30),
        max_response_bytes: 100,
    };
    let prepared = client.prepare(request).unwrap();
    let exchange = client.send(&prepared, LedgerId(1)).await;
    if exchange.outcome.is_ok() {
        assert_eq!(prepared.bytes, exchange.bytes_out, "the announced length is what was sent");
    }
    exchange
}

/// Bytes whose pattern reveals a lost, repeated or misplaced chunk.
fn bytes(count: usize) -> Vec<u8> {
    (0..count).map(|at| u8::try_from((at / 7 + at) % 251).unwrap()).collect()
}

#[tokio::test]
async fn a_stream_is_sent_completely_with_its_length() {
    let content = bytes(3 * CHUNK_BYTES + 17);
    let (port, received) = listen();

    let sent = send(port, ProviderRequestBody::Stream(stream(content.len() as u64, content.clone()))).await;

    let (lines, body) = received.join().unwrap();
    assert_eq!(body, content);
    assert!(!lines.contains("transfer-encoding"), "{lines}");
    assert_eq!((sent.bytes_out, sent.bytes_in), (content.len() as u64, 2));
}

#[tokio::test]
async fn bytes_in_memory_are_sent_completely() {
    for count in [0, 1, CHUNK_BYTES, CHUNK_BYTES + 1] {
        let (port, received) = listen();

        let sent = send(port, ProviderRequestBody::Bytes(bytes(count))).await;

        assert_eq!(received.join().unwrap().1, bytes(count));
        assert_eq!(sent.bytes_out, count as u64);
    }
}

#[tokio::test]
async fn a_form_is_measured_before_sending_and_counted_with_framing() {
    let content = bytes(CHUNK_BYTES + 5);
    let form_part = |name, content, label: Option<&str>| FormPart {
        name,
        file_name: label.map(str::to_owned),
        media_type: label.map(|_| "audio/ogg".to_owned()),
        content,
    };
    let (port, received) = listen();

    let parts = vec![
        form_part("model", FormPartContent::Text("whisper-1".to_owned()), None),
        form_part(
            "file",
            FormPartContent::Stream(stream(content.len() as u64, content.clone())),
            Some("naïve \"name\".ogg"),
        ),
    ];
    let sent = send(port, ProviderRequestBody::Form(parts)).await;

    let (lines, body) = received.join().unwrap();
    assert_eq!(sent.bytes_out, body.len() as u64);
    assert!(lines.contains("content-type: multipart/form-data; boundary="), "{lines}");
    assert!(body.windows(content.len()).any(|window| window == content), "the body contains the file");
    assert!(String::from_utf8_lossy(&body).contains("whisper-1"));
}

#[tokio::test]
async fn a_truncated_file_fails_as_unreadable() {
    let (port, received) = listen();

    let sent = send(port, ProviderRequestBody::Stream(stream(1000, bytes(10)))).await;

    let failure = sent.outcome.err().unwrap();
    assert!(matches!(failure, TransportError::BodyUnreadable(_)), "{failure:?}");
    drop(received);
}

#[tokio::test]
async fn an_empty_request_has_no_body() {
    let (port, received) = listen();

    let sent = send(port, ProviderRequestBody::Empty).await;

    assert!(sent.outcome.is_ok());
    assert_eq!((received.join().unwrap().1.len(), sent.bytes_out), (0, 0));
}
