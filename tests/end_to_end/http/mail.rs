//! E-mails: recipients, contents, transport security and retries.

use serde_json::json;

use crate::http::login::{PASSWORD, world};
use crate::http::mailbox::{MailServerMode, Mailbox};
use crate::support::ADA;
use crate::support::server::{Server, wait_for};

fn request_reset(server: &Server, email: &str) -> String {
    let reply = server.anonymous().post("/api/auth/forgot-password", &json!({ "email": email })).ok();
    assert_eq!(reply.status, 200);
    reply.text
}

/// Asserts that the log holds no secret and no address.
fn assert_not_logged(log: &str, secrets: &[&str]) {
    for secret in secrets {
        assert!(!log.contains(secret), "{secret} is in the log: {log}");
    }
}

#[test]
fn a_mailed_link_resets_a_forgotten_password() {
    let (world, new) = (world(), "orchid tunnel harvest");
    let mailbox = Mailbox::new(&world, MailServerMode::StartTls);
    let server = mailbox.serve(&world, &[]);
    let before = server.login(ADA, PASSWORD);
    before.patch("/api/auth/me", &json!({ "display_name": "<img src=x>" })).ok();

    request_reset(&server, &format!(" {} ", ADA.to_uppercase()));
    let message = mailbox.message(0);
    let token = message.token();

    assert_eq!(message.to, ADA);
    assert!(message.text.contains(&format!("https://journal.example/reset-password?token={token}")), "{message:#?}");
    assert!(message.text.contains("Hello &lt;img src=x&gt;,"), "a name is escaped: {message:#?}");
    assert!(message.text.contains("From: journal@home.example"), "{message:#?}");
    assert!(message.text.contains("text/plain") && message.text.contains("text/html"), "{message:#?}");
    server.anonymous().get(&format!("/api/auth/verify-reset-token?token={token}")).ok();
    server.anonymous().post("/api/auth/reset-password", &json!({ "token": token, "password": new })).ok();
    before.get("/api/auth/me").refused(401, "unauthorized");
    server.login(ADA, new).get("/api/auth/me").ok();
    let again = json!({ "token": token, "password": PASSWORD });
    server.anonymous().post("/api/auth/reset-password", &again).refused(400, "invalid_token");
    let (code, log) = server.stop();
    assert_eq!(code, 0);
    assert_not_logged(&log, &[ADA, &token, "stamp-money", new]);
}

#[test]
fn a_reset_request_does_not_reveal_whether_an_account_exists() {
    let world = world();
    let mailbox = Mailbox::new(&world, MailServerMode::StartTls);
    let server = mailbox.serve(&world, &[]);

    let answers = ["unknown@home.example", "", "no address", ADA].map(|email| request_reset(&server, email));

    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
    assert_eq!(mailbox.message(0).to, ADA, "no other address gets an e-mail");
    assert_eq!(server.stop().0, 0);
    assert_eq!(mailbox.messages().len(), 1);
}

#[test]
fn a_silent_mail_server_delays_no_reply() {
    let world = world();
    let mailbox = Mailbox::new(&world, MailServerMode::Silent);
    let server = mailbox.serve(&world, &[]);
    request_reset(&server, ADA);
    wait_for("the connection to the mail server", || mailbox.cleartext_commands().first().cloned());

    for _ in 0..5 {
        request_reset(&server, ADA);
    }

    assert_eq!(mailbox.cleartext_commands().len(), 1, "the first e-mail still waits for the mail server");
    assert_eq!(server.stop().0, 0, "shutdown is not delayed");
}

#[test]
fn no_more_than_three_links_an_hour_are_mailed_to_an_account() {
    let world = world();
    world.user("bob@home.example");
    let mailbox = Mailbox::new(&world, MailServerMode::StartTls);
    let server = mailbox.serve(&world, &[]);

    for _ in 0..6 {
        request_reset(&server, ADA);
    }
    request_reset(&server, "bob@home.example");

    assert_eq!(mailbox.message(3).to, "bob@home.example", "e-mails are sent in the order requested");
    assert_eq!(mailbox.messages().iter().filter(|message| message.to == ADA).count(), 3);
}

#[test]
fn an_email_is_never_sent_in_cleartext() {
    let world = world();
    let mailbox = Mailbox::new(&world, MailServerMode::NoTls);
    let server = mailbox.serve(&world, &[]);

    request_reset(&server, ADA);
    wait_for("the e-mail to be abandoned", || server.log().contains("an e-mail was not sent").then_some(()));

    let commands = mailbox.cleartext_commands();
    assert!(commands.iter().all(|command| command.starts_with("EHLO") || command == "QUIT"), "{commands:#?}");
    assert_not_logged(&server.log(), &[ADA, "stamp-money"]);
}

#[test]
fn no_email_goes_to_a_server_with_an_untrusted_certificate() {
    let world = world();
    let (mailbox, other) = (Mailbox::new(&world, MailServerMode::StartTls), crate::support::World::empty());
    let other_mailbox = Mailbox::new(&other, MailServerMode::StartTls);
    let certificate = other.path("inbox/mail.pem").display().to_string();
    let server = mailbox.serve_trusting(&world, &certificate, &[]);

    request_reset(&server, ADA);
    wait_for("the e-mail to be abandoned", || server.log().contains("an e-mail was not sent").then_some(()));

    assert!(mailbox.messages().is_empty() && other_mailbox.messages().is_empty());
    assert_eq!(mailbox.cleartext_commands().last().map(String::as_str), Some("STARTTLS"));
}

#[test]
fn an_email_is_retried_after_a_temporary_refusal() {
    let world = world();
    let mailbox = Mailbox::new(&world, MailServerMode::Busy);
    let server = mailbox.serve(&world, &[]);

    request_reset(&server, ADA);

    assert_eq!(mailbox.message(0).to, ADA);
    drop(server);
}

#[test]
fn invalid_mail_settings_prevent_startup() {
    let world = world();
    let variables = [
        ("SMTP_USERNAME", "postbox"),
        ("SMTP_PASSWORD", "stamp-money"),
        ("SMTP_FROM_EMAIL", "journal@home.example"),
        ("JOURNAL_SMTP_CA", "/nowhere/ca.pem"),
    ];
    world.run_with(&["serve", "--port", "0"], &variables, None).refused(2).says("JOURNAL_SMTP_CA");
    let variables = [("SMTP_USERNAME", "postbox"), ("SMTP_PASSWORD", "stamp-money")];
    world.run_with(&["serve", "--port", "0"], &variables, None).refused(2).says("SMTP_FROM_EMAIL");
}
