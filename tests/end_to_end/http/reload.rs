//! Reload of files by a running server, over HTTP and by `journal reload`.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::mpsc;

use serde_json::json;

use crate::http::login::{PASSWORD, world};
use crate::support::{Run, World};

const KINDS: [&str; 4] = ["ocr-context", "transcription-context", "mood-dimensions", "entity-casing"];
/// Settings that name the files of [`KINDS`], in the same order.
const SETTINGS: [&str; 4] = ["ocr.context_dir", "ocr.context_dir", "mood.dimensions_file", "entities.casing_file"];

fn reload(world: &World, what: &str, url: &str, key: Option<&str>) -> Run {
    let variables: Vec<(&str, &str)> =
        [("JOURNAL_URL", url)].into_iter().chain(key.map(|key| ("JOURNAL_API_KEY", key))).collect();
    world.run_with(&["reload", what], &variables, None)
}

/// Answers one connection with these bytes; the receiver yields the request.
fn scripted_server(reply: &str) -> (String, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (sender, requests) = mpsc::channel();
    let reply = reply.to_owned();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut head = vec![0; 16 * 1024];
        let length = stream.read(&mut head).unwrap();
        stream.write_all(reply.as_bytes()).unwrap();
        drop(sender.send(String::from_utf8_lossy(&head[..length]).into_owned()));
    });
    (url, requests)
}

#[test]
fn reloading_an_unset_file_is_a_409_naming_the_setting() {
    let world = world();
    let (_, key) = world.ada().key("reload", &["admin:reload"]);
    let server = world.serve();
    let admin = server.key(&key);

    for (kind, setting) in KINDS.into_iter().zip(SETTINGS) {
        let reply = admin.post(&format!("/api/admin/reload/{kind}"), &json!({}));
        let message = reply.refused(409, "reload_unavailable").json()["message"].as_str().unwrap().to_owned();
        assert_eq!(message, format!("{setting} is not set, so there is no file to reload"));
    }
    admin.post("/api/admin/reload/everything", &json!({})).refused(404, "not_found");
    let events = world.json(&["audit", "list"]);
    let reloads = events["items"].as_array().unwrap().iter().filter(|event| event["action"] == "CONFIG_RELOADED");
    let reloads: Vec<_> = reloads.map(|event| (event["resource"].clone(), event["result"].clone())).collect();
    let expected: Vec<_> = KINDS.iter().rev().map(|kind| (json!(kind), json!("refused"))).collect();
    assert_eq!(reloads, expected);
}

#[test]
fn only_an_admin_with_the_scope_may_reload() {
    let world = world();
    let file = world.file("password", PASSWORD);
    world.ok(&["user", "add", "bob@home.example", "--password-file", file.to_str().unwrap()]);
    let (_, narrow) = world.ada().key("narrow", &["admin:users", "admin:audit"]);
    let server = world.serve();

    for kind in KINDS {
        let path = format!("/api/admin/reload/{kind}");
        server.anonymous().post(&path, &json!({})).refused(401, "unauthorized");
        server.login("bob@home.example", PASSWORD).post(&path, &json!({})).refused(403, "forbidden");
        server.key(&narrow).post(&path, &json!({})).refused(403, "forbidden");
    }
}

#[test]
fn the_command_prints_the_servers_result_for_each_file() {
    let world = world();
    let (_, key) = world.ada().key("reload", &["admin:reload"]);
    let (_, narrow) = world.ada().key("narrow", &["entries:read"]);
    let server = world.serve();

    let all = reload(&world, "all", &server.base, Some(&key)).refused(4);
    for (kind, setting) in KINDS.into_iter().zip(SETTINGS) {
        assert!(all.stdout.contains(&format!("{kind}: {setting} is not set")), "{all:#?}");
        reload(&world, kind, &server.base, Some(&key)).refused(4).says("is not set");
    }
    let named = server.base.replace("127.0.0.1", "localhost");
    reload(&world, "all", &named, Some(&key)).refused(4);
    reload(&world, "all", &server.base, Some(&narrow)).refused(6).says("admin:reload");
    reload(&world, "all", &server.base, Some("jnl_nonsense")).refused(5).says("rejected the API key");
    reload(&world, "all", &server.base, None).refused(5).says("--scope admin:reload");
}

#[test]
fn the_command_reports_that_no_server_is_running() {
    let world = World::empty();
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();

    let run = reload(&world, "all", &format!("http://{free}"), Some("jnl_key"));

    run.refused(8).says("no server answers at http://127.0.0.1:").says("journal serve");
}

#[test]
fn a_server_that_is_no_journal_server_is_recognized() {
    let world = World::empty();
    for reply in [
        "HTTP/1.1 200 OK\r\nContent-Length: 6\r\nContent-Type: text/html\r\n\r\n<html>",
        "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}",
    ] {
        let (url, _) = scripted_server(reply);
        reload(&world, "ocr-context", &url, Some("jnl_key")).refused(8).says("is not a journal server");
    }
    let (url, _) = scripted_server("nonsense\r\n\r\n");
    reload(&world, "ocr-context", &url, Some("jnl_key")).refused(8);
}

#[test]
fn the_key_is_sent_to_no_redirect_proxy_or_cleartext_host() {
    let world = World::empty();
    let (other_url, other_requests) = scripted_server("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
    let (url, requests) = scripted_server(&format!(
        "HTTP/1.1 307 Temporary Redirect\r\nLocation: {other_url}/\r\nContent-Length: 0\r\n\r\n"
    ));

    let proxies = [
        ("JOURNAL_URL", url.as_str()),
        ("JOURNAL_API_KEY", "jnl_key"),
        ("HTTP_PROXY", &other_url),
        ("ALL_PROXY", &other_url),
    ];
    world.run_with(&["reload", "ocr-context"], &proxies, None).refused(8);

    assert!(requests.recv().unwrap().to_lowercase().contains("authorization: bearer jnl_key"));
    assert!(other_requests.try_recv().is_err(), "the key was sent to another server");
    for url in ["http://192.0.2.7:8400", "http://journal.example", "http://localhost.example"] {
        reload(&world, "all", url, Some("jnl_key")).refused(2).says("without encryption").says("https");
    }
}
