//! Files that a running server reads anew, over HTTP and by `journal reload`.

use std::io::Read;
use std::io::Write;
use std::net::TcpListener;
use std::sync::mpsc;

use serde_json::json;

use crate::login::PASSWORD;
use crate::login::world;
use crate::support::Run;
use crate::support::World;

const KINDS: [&str; 4] = ["ocr-context", "transcription-context", "mood-dimensions", "entity-casing"];
/// Which settings say where they are.
const SETTINGS: [&str; 4] = ["ocr.context_dir", "ocr.context_dir", "mood.dimensions_file", "entities.casing_file"];

fn reload(world: &World, what: &str, url: &str, key: Option<&str>) -> Run {
    let variables: Vec<(&str, &str)> =
        [("JOURNAL_URL", url)].into_iter().chain(key.map(|key| ("JOURNAL_API_KEY", key))).collect();
    world.run_with(&["reload", what], &variables, None)
}

/// Answers one connection with these bytes and returns what it was asked, if anything came.
fn pretend(reply: &str) -> (String, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (sender, asked) = mpsc::channel();
    let reply = reply.to_owned();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut head = vec![0; 16 * 1024];
        let length = stream.read(&mut head).unwrap();
        stream.write_all(reply.as_bytes()).unwrap();
        drop(sender.send(String::from_utf8_lossy(&head[..length]).into_owned()));
    });
    (url, asked)
}

#[test]
fn what_is_not_set_is_a_409_with_the_settings_name_and_never_a_500() {
    let world = world();
    let (_, key) = world.ada().key("reload", &["admin:reload"]);
    let server = world.serve();
    let admin = server.key(&key);

    for (kind, setting) in KINDS.into_iter().zip(SETTINGS) {
        let reply = admin.post(&format!("/api/admin/reload/{kind}"), &json!({}));
        let message = reply.refused(409, "reload_unavailable").json()["message"].as_str().unwrap().to_owned();
        assert_eq!(message, format!("{setting} is not set, so there is nothing to read anew"));
    }
    admin.post("/api/admin/reload/everything", &json!({})).refused(404, "not_found");
    let events = world.json(&["audit", "list"]);
    let reloads = events["items"].as_array().unwrap().iter().filter(|event| event["action"] == "CONFIG_RELOADED");
    let reloads: Vec<_> = reloads.map(|event| (event["resource"].clone(), event["result"].clone())).collect();
    let wanted: Vec<_> = KINDS.iter().rev().map(|kind| (json!(kind), json!("refused"))).collect();
    assert_eq!(reloads, wanted);
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
        server.stranger().post(&path, &json!({})).refused(401, "unauthorized");
        server.login("bob@home.example", PASSWORD).post(&path, &json!({})).refused(403, "forbidden");
        server.key(&narrow).post(&path, &json!({})).refused(403, "forbidden");
    }
}

#[test]
fn the_command_tells_what_the_running_server_says_of_each() {
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
    reload(&world, "all", &server.base, Some("jnl_nonsense")).refused(5).says("does not take the key");
    reload(&world, "all", &server.base, None).refused(5).says("--scope admin:reload");
}

#[test]
fn without_a_server_the_command_says_so() {
    let world = World::empty();
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();

    let run = reload(&world, "all", &format!("http://{free}"), Some("jnl_key"));

    run.refused(8).says("no server answers at http://127.0.0.1:").says("journal serve");
}

#[test]
fn what_is_no_journal_server_is_told_apart() {
    let world = World::empty();
    for reply in [
        "HTTP/1.1 200 OK\r\nContent-Length: 6\r\nContent-Type: text/html\r\n\r\n<html>",
        "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}",
    ] {
        let (url, _) = pretend(reply);
        reload(&world, "ocr-context", &url, Some("jnl_key")).refused(8).says("is no journal server");
    }
    let (url, _) = pretend("nonsense\r\n\r\n");
    reload(&world, "ocr-context", &url, Some("jnl_key")).refused(8);
}

#[test]
fn the_key_follows_no_redirect_no_proxy_and_travels_in_no_cleartext() {
    let world = World::empty();
    let (elsewhere, stolen) = pretend("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
    let (url, asked) =
        pretend(&format!("HTTP/1.1 307 Temporary Redirect\r\nLocation: {elsewhere}/\r\nContent-Length: 0\r\n\r\n"));

    let proxies = [
        ("JOURNAL_URL", url.as_str()),
        ("JOURNAL_API_KEY", "jnl_key"),
        ("HTTP_PROXY", &elsewhere),
        ("ALL_PROXY", &elsewhere),
    ];
    world.run_with(&["reload", "ocr-context"], &proxies, None).refused(8);

    assert!(asked.recv().unwrap().to_lowercase().contains("authorization: bearer jnl_key"));
    assert!(stolen.try_recv().is_err(), "the key went elsewhere");
    for url in ["http://192.0.2.7:8400", "http://journal.example", "http://localhost.example"] {
        reload(&world, "all", url, Some("jnl_key")).refused(2).says("in the clear").says("https");
    }
}
