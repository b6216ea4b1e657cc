//! `journal user delete`: what will go, and what went.

use crate::asking::Ask;
use crate::out::Out;
use journal::ctx::Ctx;
use journal::error::Result;
use journal::model::email::Email;
use journal::users;
use journal::users::Belongings;
use journal::users::Receipt;

/// Tells what will go, and asks.
pub async fn ask(ctx: &Ctx, ask: Ask, email: &Email, when: &str, out: &Out) -> Result<()> {
    let belongings = users::belongings(ctx, email.clone()).await?;
    out.note(format!("With {email} go {}", told(&belongings)));
    out.note("Backups that were made before still hold the journal, until they are pruned");
    ask.confirm(&format!("Delete {email}, with the whole journal, {when}?"))
}

/// Renders what went.
pub fn receipt(receipt: &Receipt) -> String {
    let lines = receipt.users.iter().map(|gone| {
        format!("Destroyed user {} for good, with {}, at {}", gone.user_id, told(&gone.belongings), gone.at)
    });
    let lines: Vec<String> = lines.collect();
    if lines.is_empty() { "Nobody's time is over".to_owned() } else { lines.join("\n") }
}

fn told(belongings: &Belongings) -> String {
    let Belongings { notebooks, entries, originals, original_bytes, jobs, sessions, keys, preferences, uncounted } =
        belongings;
    let damaged =
        if *uncounted == 0 { String::new() } else { format!(" and {uncounted} damaged journals nobody can count") };
    format!(
        "{notebooks} journals, {entries} entries, {originals} originals ({original_bytes} bytes), {jobs} jobs, \
         {sessions} sessions, {keys} keys, {preferences} preferences{damaged}"
    )
}
