//! Letters: to whom they go, what they say, and what must not happen on the way.

use std::time::Duration;
use std::time::Instant;

use serde_json::json;

use crate::login::PASSWORD;
use crate::login::world;
use crate::mailbox::Mailbox;
use crate::mailbox::Manner;
use crate::support::ADA;
use crate::support::server::Server;
use crate::support::server::wait_for;

fn forgot(server: &Server, email: &str) -> String {
    let reply = server.stranger().post("/api/auth/forgot-password", &json!({ "email": email })).ok();
    assert_eq!(reply.status, 200);
    reply.text
}

/// Nothing that a log keeps may open an account or say whose it is.
fn logs_nothing_private(log: &str, secrets: &[&str]) {
    for secret in secrets {
        assert!(!log.contains(secret), "{secret} is in the log: {log}");
    }
}

#[test]
fn a_lost_password_is_replaced_by_a_mailed_link() {
    let (world, new) = (world(), "orchid tunnel harvest");
    let mailbox = Mailbox::new(&world, Manner::Proper);
    let server = mailbox.serve(&world, &[]);
    let before = server.login(ADA, PASSWORD);
    before.patch("/api/auth/me", &json!({ "display_name": "<img src=x>" })).ok();

    forgot(&server, &format!(" {} ", ADA.to_uppercase()));
    let letter = mailbox.letter(0);
    let token = letter.token();

    assert_eq!(letter.to, ADA);
    assert!(letter.text.contains(&format!("https://journal.example/reset-password?token={token}")), "{letter:#?}");
    assert!(letter.text.contains("Hello &lt;img src=x&gt;,"), "a name is no markup: {letter:#?}");
    assert!(letter.text.contains("From: journal@home.example"), "{letter:#?}");
    assert!(letter.text.contains("text/plain") && letter.text.contains("text/html"), "{letter:#?}");
    server.stranger().get(&format!("/api/auth/verify-reset-token?token={token}")).ok();
    server.stranger().post("/api/auth/reset-password", &json!({ "token": token, "password": new })).ok();
    before.get("/api/auth/me").refused(401, "unauthorized");
    server.login(ADA, new).get("/api/auth/me").ok();
    let again = json!({ "token": token, "password": PASSWORD });
    server.stranger().post("/api/auth/reset-password", &again).refused(400, "invalid_token");
    let (code, log) = server.stop();
    assert_eq!(code, 0);
    logs_nothing_private(&log, &[ADA, &token, "stamp-money", new]);
}

#[test]
fn asking_for_a_link_does_not_tell_whether_the_address_has_an_account() {
    let world = world();
    let mailbox = Mailbox::new(&world, Manner::Proper);
    let server = mailbox.serve(&world, &[]);

    let answers = ["nobody@home.example", "", "no address", ADA].map(|email| forgot(&server, email));

    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
    assert_eq!(mailbox.letter(0).to, ADA, "nobody else is written to");
    assert_eq!(server.stop().0, 0);
    assert_eq!(mailbox.letters().len(), 1);
}

#[test]
fn a_mail_server_that_says_nothing_holds_up_no_reply() {
    let world = world();
    let mailbox = Mailbox::new(&world, Manner::Mute);
    let server = mailbox.serve(&world, &[]);
    forgot(&server, ADA);
    wait_for("the mail server to be called", || mailbox.heard().first().cloned());

    let begun = Instant::now();
    for _ in 0..5 {
        forgot(&server, ADA);
    }

    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    assert_eq!(server.stop().0, 0, "and it stops");
}

#[test]
fn no_more_than_three_links_an_hour_are_mailed_to_an_account() {
    let world = world();
    world.user("bob@home.example");
    let mailbox = Mailbox::new(&world, Manner::Proper);
    let server = mailbox.serve(&world, &[]);

    for _ in 0..6 {
        forgot(&server, ADA);
    }
    forgot(&server, "bob@home.example");

    assert_eq!(mailbox.letter(3).to, "bob@home.example", "letters go in the order in which they were asked for");
    assert_eq!(mailbox.letters().iter().filter(|letter| letter.to == ADA).count(), 3);
}

#[test]
fn a_letter_is_never_sent_in_cleartext() {
    let world = world();
    let mailbox = Mailbox::new(&world, Manner::Cleartext);
    let server = mailbox.serve(&world, &[]);

    forgot(&server, ADA);
    wait_for("the letter to be given up", || server.log().contains("a letter was not mailed").then_some(()));

    let heard = mailbox.heard();
    assert!(heard.iter().all(|said| said.starts_with("EHLO") || said == "QUIT"), "{heard:#?}");
    logs_nothing_private(&server.log(), &[ADA, "stamp-money"]);
}

#[test]
fn a_letter_is_not_given_to_a_server_whose_certificate_is_not_trusted() {
    let world = world();
    let (mailbox, other) = (Mailbox::new(&world, Manner::Proper), crate::support::World::empty());
    let stranger = Mailbox::new(&other, Manner::Proper);
    let certificate = other.path("inbox/mail.pem").display().to_string();
    let server = mailbox.serve_trusting(&world, &certificate, &[]);

    forgot(&server, ADA);
    wait_for("the letter to be given up", || server.log().contains("a letter was not mailed").then_some(()));

    assert!(mailbox.letters().is_empty() && stranger.letters().is_empty());
    assert_eq!(mailbox.heard().last().map(String::as_str), Some("STARTTLS"));
}

#[test]
fn a_letter_that_the_mail_server_could_not_take_yet_is_sent_again() {
    let world = world();
    let mailbox = Mailbox::new(&world, Manner::Busy);
    let server = mailbox.serve(&world, &[]);

    forgot(&server, ADA);

    assert_eq!(mailbox.letter(0).to, ADA);
    drop(server);
}

#[test]
fn a_server_with_mail_settings_that_cannot_work_does_not_start() {
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
