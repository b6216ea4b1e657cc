//! Notification credentials and test messages, against a scripted Pushover.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use serde_json::json;

use crate::http::login::{PASSWORD, with_bob};
use crate::support::ADA;

/// Scripted Pushover server that accepts one user and one application.
pub struct Pushover {
    pub url: String,
    pub requests: Arc<Mutex<Vec<String>>>,
}

impl Pushover {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let received = Arc::clone(&requests);
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let mut request = Vec::new();
                let mut buffer = [0; 4096];
                while !is_whole(&request) {
                    match stream.read(&mut buffer) {
                        Ok(count) if count > 0 => request.extend_from_slice(&buffer[..count]),
                        _ => break,
                    }
                }
                let request = String::from_utf8_lossy(&request).into_owned();
                let good = request.contains("token=app-good&user=user-good");
                received.lock().unwrap().push(request);
                let (status, body) = if good {
                    ("200 OK", r#"{"status":1,"request":"r"}"#)
                } else {
                    ("400 Bad Request", r#"{"status":0,"errors":["user key is invalid"]}"#)
                };
                let _ = write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
            }
        });
        Self { url, requests }
    }
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request).to_ascii_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    body.len() >= length.unwrap_or(0)
}

#[test]
fn credentials_are_validated_stored_and_tested() {
    let (world, pushover) = (with_bob(), Pushover::start());
    let server = world.serve_with(&[], &[("JOURNAL_PUSHOVER_URL", &pushover.url)]);
    let ada = server.login(ADA, PASSWORD);
    let validate =
        |user: &str, app: &str| ada.post("/api/notifications/validate", &json!({ "user_key": user, "app_token": app }));

    let none = ada.post("/api/notifications/test", &json!({}));
    let missing = validate("", "app-good");
    let wrong = validate("user-bad", "app-good").ok().json();
    assert_eq!(ada.get("/api/notifications/status").ok().json()["configured"], false);
    let good = validate("user-good", "app-good").ok().json();
    let tried = ada.post("/api/notifications/test", &json!({})).ok().json();

    assert_eq!((none.status, none.json()["sent"].clone()), (400, json!(false)));
    assert!(none.json()["error"].is_string());
    assert_eq!((missing.status, missing.json()["valid"].clone()), (400, json!(false)));
    assert_eq!(wrong, json!({ "valid": false, "error": "user key is invalid" }));
    assert_eq!(good, json!({ "valid": true, "error": null }));
    assert_eq!(tried, json!({ "sent": true, "error": null }));
    let status = ada.get("/api/notifications/status").ok().json();
    assert_eq!(status, json!({ "configured": true, "ways": ["pushover"] }));
    let requests = pushover.requests.lock().unwrap();
    assert_eq!(requests.len(), 3);
    assert!(
        requests[0].starts_with("POST /1/users/validate.json ") && requests[2].starts_with("POST /1/messages.json ")
    );
}

#[test]
fn a_channel_with_a_private_address_is_refused() {
    let world = with_bob();
    let server = world.serve();
    let ada = server.login(ADA, PASSWORD);
    let path = "/api/users/me/preferences";

    for address in
        ["http://127.0.0.1/hook", "http://[::1]/", "http://0/", "file:///etc/passwd", "https://a.example:22/"]
    {
        for key in ["ntfy_url", "webhook_url"] {
            ada.patch(path, &json!({ key: address })).refused(400, "invalid_field");
        }
    }
    let set =
        ada.patch(path, &json!({ "ntfy_url": "https://ntfy.example/secret-topic", "webhook_secret": "horse" })).ok();

    assert!(!set.text.contains("secret-topic") && !set.text.contains("horse"));
    assert_eq!(ada.get("/api/notifications/status").ok().json()["ways"], json!(["ntfy"]));
    ada.patch(path, &json!({ "ntfy_url": null })).ok();
    assert_eq!(ada.get("/api/notifications/status").ok().json()["configured"], false);
}
