//! Registration and e-mail verification.

use serde_json::{Value, json};

use crate::http::login::{PASSWORD, world};
use crate::http::mailbox::{MailServerMode, Mailbox};
use crate::support::server::{Client, Reply, Server, UNLIMITED};
use crate::support::{ADA, World};

const BOB: &str = "bob@home.example";
const REGISTRATION_OPEN: (&str, &str) = ("REGISTRATION_ENABLED", "true");

fn registration_body(email: &str) -> Value {
    json!({ "email": email, "password": PASSWORD, "display_name": "Beatrix" })
}

fn register(server: &Server, email: &str) -> Reply {
    let reply = server.anonymous().post("/api/auth/register", &registration_body(email)).ok();
    assert_eq!(reply.status, 201);
    reply
}

fn browser(server: &Server, reply: &Reply) -> Client {
    server.anonymous().with("cookie", &reply.cookies())
}

fn serve_open(world: &World) -> Server {
    world.serve_with(&[], &[&UNLIMITED, [REGISTRATION_OPEN].as_slice()].concat())
}

#[test]
fn registration_is_closed_unless_an_admin_enables_it() {
    let world = world();
    let server = world.serve();
    let refused = |body: &[u8]| {
        let reply = server.anonymous().send("POST", "/api/auth/register", "application/json", body.to_vec());
        reply.refused(403, "registration_disabled");
    };

    refused(registration_body(BOB).to_string().as_bytes());
    refused(b"[]");
    assert_eq!(server.anonymous().get("/api/auth/config").ok().json(), json!({ "registration_enabled": false }));

    let admin = server.login(ADA, PASSWORD);
    admin.patch("/api/settings/runtime", &json!({ "registration_enabled": true })).ok();
    assert_eq!(server.anonymous().get("/api/auth/config").ok().json(), json!({ "registration_enabled": true }));
    register(&server, BOB);
    admin.patch("/api/settings/runtime", &json!({ "registration_enabled": false })).ok();
    refused(registration_body("carol@home.example").to_string().as_bytes());
}

#[test]
fn an_unverified_user_is_refused_until_the_link_is_opened() {
    let world = world();
    let mailbox = Mailbox::new(&world, MailServerMode::StartTls);
    let server = mailbox.serve(&world, &[REGISTRATION_OPEN]);

    let reply = register(&server, &format!(" {BOB} "));
    let user = reply.json()["user"].clone();
    let bob = browser(&server, &reply);

    assert_eq!((user["email"].as_str(), user["display_name"].as_str()), (Some(BOB), Some("Beatrix")));
    assert_eq!((user["is_admin"].clone(), user["is_active"].clone()), (json!(false), json!(true)));
    assert_eq!(user["email_verified"], false);
    assert_eq!(bob.get("/api/auth/me").ok().json()["user"], user);
    for path in ["/api/entries", "/api/settings", "/api/auth/api-keys", "/api/users/me/preferences"] {
        assert!(bob.get(path).refused(403, "forbidden").text.contains("verify your email"));
    }
    let message = mailbox.message(0);
    assert_eq!(message.to, BOB);
    assert!(!message.text.contains("Beatrix") && message.text.contains("https://journal.example/verify-email?token="));
    let link = format!("/api/auth/verify-email?token={}", message.token());
    server.anonymous().get(&link).ok();
    server.anonymous().get(&link).ok();

    assert_eq!(bob.get("/api/auth/me").ok().json()["user"]["email_verified"], true);
    assert_eq!(bob.get("/api/entries").ok().json()["total"], 0, "a notebook exists");
    server.login(BOB, PASSWORD).get("/api/entries").ok();
    let audit = world.json(&["audit", "list"]).to_string();
    assert!(audit.contains("USER_REGISTERED") && audit.contains("EMAIL_VERIFIED"));
}

#[test]
fn registering_does_not_reveal_whether_an_account_exists() {
    let world = world();
    let mailbox = Mailbox::new(&world, MailServerMode::StartTls);
    let server = mailbox.serve(&world, &[REGISTRATION_OPEN]);

    let (taken, free) = (register(&server, ADA), register(&server, BOB));

    let without = |reply: &Reply| {
        let mut body = reply.json();
        for name in ["id", "email", "created_at", "updated_at"] {
            assert!(!body["user"][name].take().is_null());
        }
        body
    };
    assert_eq!(without(&taken), without(&free));
    let names = |reply: &Reply| reply.headers.keys().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(names(&taken), names(&free));
    for (reply, email) in [(&taken, ADA), (&free, BOB)] {
        let visitor = browser(&server, reply);
        assert_eq!(visitor.get("/api/auth/me").ok().json()["user"]["email"], email);
        visitor.post("/api/auth/resend-verification", &json!({})).ok();
        visitor.post("/api/auth/logout", &json!({})).ok();
        let other = json!({ "email": email, "password": "violet anchor molehill" });
        server.anonymous().post("/api/auth/login", &other).refused(401, "invalid_credentials");
    }
    let messages = [0, 1].map(|number| mailbox.message(number));
    assert_eq!((messages[0].to.as_str(), messages[1].to.as_str()), (ADA, BOB));
    assert!(messages[0].text.contains("already have an account") && !messages[0].text.contains("token="));
    let me = server.login(ADA, PASSWORD).get("/api/auth/me").ok().json();
    assert_eq!((me["user"]["display_name"].as_str(), me["user"]["id"].as_i64()), (Some("Ada"), Some(1)));
}

#[test]
fn registering_hashes_as_often_for_a_taken_address() {
    let world = world();
    let (_, key) = world.ada().key("metrics", &["admin:metrics"]);
    let server = serve_open(&world);
    let hashes = |email: &str| {
        let before = server.password_hashes(&key);
        register(&server, email);
        server.password_hashes(&key) - before
    };

    for (number, email) in [ADA, BOB, ADA, "new@home.example"].into_iter().enumerate() {
        assert_eq!(hashes(email), 1, "registration {number} of {email}");
    }
}

#[test]
fn an_address_belongs_to_the_user_who_verifies_it() {
    let world = world();
    let mailbox = Mailbox::new(&world, MailServerMode::StartTls);
    let server = mailbox.serve(&world, &[REGISTRATION_OPEN]);
    let first = browser(&server, &register(&server, BOB));
    let second = browser(&server, &register(&server, &BOB.to_uppercase()));
    let links = [0, 1].map(|number| format!("/api/auth/verify-email?token={}", mailbox.message(number).token()));

    server.anonymous().get(&links[1]).ok();
    server.anonymous().get(&links[0]).refused(400, "invalid_token");

    assert_eq!(second.get("/api/auth/me").ok().json()["user"]["email_verified"], true);
    first.get("/api/auth/me").refused(401, "unauthorized");
    let carol = browser(&server, &register(&server, "carol@home.example"));
    world.ok(&["user", "add", "carol@home.example"]);
    let link = format!("/api/auth/verify-email?token={}", mailbox.message(2).token());
    server.anonymous().get(&link).refused(400, "invalid_token");
    carol.get("/api/auth/me").refused(401, "unauthorized");
}

#[test]
fn at_most_three_verification_links_an_hour_are_mailed() {
    let world = world();
    let mailbox = Mailbox::new(&world, MailServerMode::StartTls);
    let server = mailbox.serve(&world, &[REGISTRATION_OPEN]);
    let bob = browser(&server, &register(&server, BOB));
    let resend = || bob.post("/api/auth/resend-verification", &json!({}));

    resend().ok();
    resend().ok();
    let refused = resend().refused(429, "rate_limited");

    assert!(refused.header("retry-after").is_some());
    let link = format!("/api/auth/verify-email?token={}", mailbox.message(2).token());
    server.anonymous().get(&link).ok();
    resend().ok();
    assert_eq!(server.stop().0, 0);
    assert_eq!(mailbox.messages().len(), 3, "a verified address needs no link");
}

#[test]
fn an_unverified_registration_does_not_block_the_operator() {
    let world = world();
    let server = serve_open(&world);

    register(&server, BOB);

    world.ok(&["list"]);
    world.run(&["list", "--user", BOB]).refused(3);
    world.ok(&["user", "add", BOB]);
}

#[test]
fn without_mail_the_operator_can_create_a_link() {
    let world = world();
    let server = serve_open(&world);
    let bob = browser(&server, &register(&server, BOB));
    bob.post("/api/auth/resend-verification", &json!({})).refused(409, "email_not_configured");

    let link = world.ok(&["user", "reset-link", BOB]);
    let token = link.trim().strip_prefix("http://localhost:5173/reset-password?token=").unwrap();
    let new = json!({ "token": token, "password": "orchid tunnel harvest" });
    server.anonymous().post("/api/auth/reset-password", &new).ok();

    server.login(BOB, "orchid tunnel harvest").get("/api/entries").ok();
}

#[test]
fn registration_errors_have_the_contracts_precedence() {
    let world = world();
    let server = serve_open(&world);
    let refused = |change: Value, code: &str| {
        let mut body = registration_body(BOB);
        for (name, value) in change.as_object().unwrap() {
            body[name] = value.clone();
        }
        server.anonymous().post("/api/auth/register", &body).refused(400, code);
    };

    refused(json!({ "email": " ", "password": "short" }), "missing_fields");
    refused(json!({ "display_name": "" }), "missing_fields");
    refused(json!({ "email": "nonsense", "password": "short" }), "weak_password");
    refused(json!({ "password": "bob@home.example1" }), "weak_password");
    refused(json!({ "email": "nonsense" }), "registration_failed");
    refused(json!({ "display_name": "a\nb" }), "registration_failed");
    refused(json!({ "email": 7 }), "invalid_field");
    refused(json!({ "is_admin": true }), "invalid_field");
    assert_eq!(world.json(&["user", "list"])["items"].as_array().unwrap().len(), 1, "no user was created");
}

#[test]
fn no_body_and_no_token_causes_a_server_error() {
    let world = world();
    let server = serve_open(&world);
    let ada = server.login(ADA, PASSWORD);
    let posts = ["register", "forgot-password", "reset-password", "password", "api-keys"];
    let bodies = ["", "null", "[]", "7", "\"a\"", "{\"email\":null}", "{\"token\":1,\"password\":[]}", "{\"name\":{}}"];

    for path in posts.map(|name| format!("/api/auth/{name}")) {
        for body in bodies {
            for client in [&server.anonymous(), &ada] {
                let reply = client.send("POST", &path, "text/plain", body.as_bytes().to_vec());
                assert!((400..500).contains(&reply.status), "{body}: {reply:#?}");
            }
        }
    }
    ada.send("PATCH", "/api/auth/me", "", b"[1]".to_vec()).refused(400, "invalid_body");
    for token in ["", "?token=", "?token=%20"] {
        for path in ["verify-email", "verify-reset-token"] {
            server.anonymous().get(&format!("/api/auth/{path}{token}")).refused(400, "missing_token");
        }
    }
    for token in ["x", "%00", "%F0%9F%8C%A7", &"a".repeat(2000)] {
        for path in ["verify-email", "verify-reset-token"] {
            server.anonymous().get(&format!("/api/auth/{path}?token={token}")).refused(400, "invalid_token");
        }
    }
}
