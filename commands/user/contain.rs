//! Output of `journal user contain`: revoked access, reads and actions.

use crate::activity;
use crate::output::{CommandOutput, table};
use journal::app::context::Ctx;
use journal::domain::email::EmailAddress;
use journal::error::Result;
use journal::services::accounts::containment::{self, ContainmentReport};

pub async fn run(ctx: &Ctx, email: EmailAddress, since: &str, out: &mut CommandOutput) -> Result<()> {
    let contained = containment::contain(ctx, email, since).await?;
    out.result(&contained, render_containment)?;
    let email = &contained.user.email;
    out.note(format!(
        "The password was not changed; `journal user reset-link {email}` creates a link to set a new one"
    ));
    Ok(())
}

fn render_containment(contained: &ContainmentReport) -> String {
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
    let header = ["FIRST", "LAST", "ACTOR", "VIA", "FROM", "RESOURCE", "REQUESTS", "ENTRIES"];
    section(&mut text, &format!("Read since {}", contained.since), contained.reads.len(), &table(header, reads));
    let lines = contained.activity.iter().map(activity::activity_row);
    let header = ["AT", "ACTION", "ACTOR", "VIA", "FROM", "RESULT"];
    section(&mut text, "Actions in the journal", contained.activity.len(), &table(header, lines));
    let events = contained.account.iter().map(|event| {
        let action = format!("{} {}", event.action, event.resource);
        [event.at.clone(), action, event.actor.clone(), event.via.clone(), from(&event.ip), event.result.clone()]
    });
    section(&mut text, "Actions on the account", contained.account.len(), &table(header, events));
    text
}

fn section(text: &mut String, title: &str, rows: usize, table: &str) {
    let shown = if rows == 0 { " none".to_owned() } else { format!("\n{table}") };
    text.extend(["\n", title, ":", &shown, "\n"]);
}
