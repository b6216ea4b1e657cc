use std::io::BufRead;
use std::io::BufReader;
use std::io::Cursor;
use std::io::Write;
use std::net::TcpListener;
use std::time::Duration;

use http::Method;

use super::*;
use crate::net::http::Client;
use crate::net::http::Exchange;

/// Answers one request, and returns its head and body.
fn listen() -> (u16, std::thread::JoinHandle<(String, Vec<u8>)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = std::thread::spawn(move || {
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
    (port, heard)
}

fn stream(bytes: u64, content: Vec<u8>) -> Stream {
    let content = Arc::new(content);
    Stream { bytes, open: Arc::new(move || Ok(Box::new(Cursor::new(content.to_vec())))) }
}

async fn send(port: u16, body: Body) -> Exchange {
    let client = Client::new(None).unwrap();
    let request = Request {
        provider: "test",
        model: String::new(),
        method: Method::POST,
        url: format!("http://127.0.0.1:{port}/").parse().unwrap(),
        headers: Vec::new(),
        body,
        attempts: 1,
        timeout: Duration::from_secs(30),
        max_reply: 100,
    };
    let prepared = client.prepare(request).unwrap();
    let exchange = client.send(&prepared).await;
    if exchange.outcome.is_ok() {
        assert_eq!(prepared.bytes, exchange.bytes_out, "what was announced is what went out");
    }
    exchange
}

/// Bytes that show when a piece is lost, doubled or out of place.
fn bytes(count: usize) -> Vec<u8> {
    (0..count).map(|at| u8::try_from((at / 7 + at) % 251).unwrap()).collect()
}

#[tokio::test]
async fn a_stream_arrives_whole_with_its_length() {
    let content = bytes(3 * PIECE + 17);
    let (port, heard) = listen();

    let sent = send(port, Body::Stream(stream(content.len() as u64, content.clone()))).await;

    let (lines, body) = heard.join().unwrap();
    assert_eq!(body, content);
    assert!(!lines.contains("transfer-encoding"), "{lines}");
    assert_eq!((sent.bytes_out, sent.bytes_in), (content.len() as u64, 2));
}

#[tokio::test]
async fn bytes_in_memory_arrive_whole() {
    for count in [0, 1, PIECE, PIECE + 1] {
        let (port, heard) = listen();

        let sent = send(port, Body::Bytes(bytes(count))).await;

        assert_eq!(heard.join().unwrap().1, bytes(count));
        assert_eq!(sent.bytes_out, count as u64);
    }
}

#[tokio::test]
async fn a_form_is_measured_before_it_is_sent_and_counted_with_its_frame() {
    let content = bytes(PIECE + 5);
    let piece = |name, content, label: Option<&str>| Part {
        name,
        file_name: label.map(str::to_owned),
        media_type: label.map(|_| "audio/ogg".to_owned()),
        content,
    };
    let (port, heard) = listen();

    let parts = vec![
        piece("model", Content::Text("whisper-1".to_owned()), None),
        piece("file", Content::Stream(stream(content.len() as u64, content.clone())), Some("naïve \"name\".ogg")),
    ];
    let sent = send(port, Body::Form(parts)).await;

    let (lines, body) = heard.join().unwrap();
    assert_eq!(sent.bytes_out, body.len() as u64);
    assert!(lines.contains("content-type: multipart/form-data; boundary="), "{lines}");
    assert!(body.windows(content.len()).any(|window| window == content), "the file is in it");
    assert!(String::from_utf8_lossy(&body).contains("whisper-1"));
}

#[tokio::test]
async fn a_file_that_became_shorter_fails_by_its_own_name() {
    let (port, heard) = listen();

    let sent = send(port, Body::Stream(stream(1000, bytes(10)))).await;

    let failure = sent.outcome.err().unwrap();
    assert!(matches!(failure, Failure::Unreadable(_)), "{failure}");
    drop(heard);
}

#[tokio::test]
async fn an_empty_request_has_no_body() {
    let (port, heard) = listen();

    let sent = send(port, Body::Empty).await;

    assert!(sent.outcome.is_ok());
    assert_eq!((heard.join().unwrap().1.len(), sent.bytes_out), (0, 0));
}
