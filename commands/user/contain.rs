//! `journal user contain`: what was revoked, and what was read before.

use crate::activity;
use crate::out::Out;
use crate::out::table;
use journal::containment;
use journal::containment::Contained;
use journal::ctx::Ctx;
use journal::error::Result;
use journal::model::email::Email;

pub async fn run(ctx: &Ctx, email: Email, since: &str, out: &mut Out) -> Result<()> {
    let contained = containment::contain(ctx, email, since).await?;
    out.result(&contained, told)?;
    let email = &contained.user.email;
    out.note(format!("Somebody may know the password: `journal user reset-link {email}` lets them set a new one"));
    Ok(())
}

fn told(contained: &Contained) -> String {
    let revoked = &contained.revoked;
    let mut text = format!(
        "Contained {} (user {}): revoked {} sessions, {} keys, {} known browsers, {} mailed links, {} grants\n",
        contained.user.email,
        contained.user.id,
        revoked.sessions.len(),
        revoked.keys.len(),
        revoked.devices,
        revoked.links,
        revoked.grants.len()
    );
    let from = |ip: &Option<String>| ip.clone().unwrap_or_else(|| "-".to_owned());
    let reads = contained.reads.iter().map(|read| {
        [
            read.first_at.clone(),
            read.last_at.clone(),
            read.actor.clone(),
            read.via.clone(),
            from(&read.ip),
            read.what.clone(),
            read.requests.to_string(),
            read.entries.to_string(),
        ]
    });
    let header = ["FIRST", "LAST", "WHO", "THROUGH", "FROM", "WHAT", "REQUESTS", "ENTRIES"];
    section(&mut text, &format!("Read since {}", contained.since), contained.reads.len(), &table(header, reads));
    let lines = contained.activity.iter().map(activity::row);
    let header = ["AT", "WHAT", "WHO", "THROUGH", "FROM", "RESULT"];
    section(&mut text, "Done in the journal", contained.activity.len(), &table(header, lines));
    let events = contained.account.iter().map(|event| {
        let what = format!("{} {}", event.action, event.resource);
        [event.at.clone(), what, event.actor.clone(), event.via.clone(), from(&event.ip), event.result.clone()]
    });
    section(&mut text, "Done to the account", contained.account.len(), &table(header, events));
    text
}

fn section(text: &mut String, title: &str, lines: usize, table: &str) {
    let shown = if lines == 0 { " nothing".to_owned() } else { format!("\n{table}") };
    text.extend(["\n", title, ":", &shown, "\n"]);
}
