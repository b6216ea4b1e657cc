use clap::Subcommand;
use ipnet::IpNet;

use crate::out::Out;
use crate::out::table;
use crate::shell::Shell;
use journal::error::Result;
use journal::keys;
use journal::keys::Expiry;
use journal::model::id::KeyId;
use journal::model::key::ApiKey;
use journal::model::key::Boundary;
use journal::model::key::NewKey;
use journal::model::scope::Scope;

/// Manage your API keys
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a key; it is shown this once
    Add {
        /// Where it is used, such as `laptop`
        name: String,
        /// What it may do, repeatable [default: entries:read, entries:write, ingest, search]
        #[arg(long = "scope", value_name = "SCOPE")]
        scopes: Vec<Scope>,
        /// Let it read and search, and nothing else
        #[arg(long)]
        read_only: bool,
        /// Let it reach only entries of this date or later (YYYY-MM-DD)
        #[arg(long, value_name = "DATE")]
        from: Option<String>,
        /// Let it reach only entries of this date or earlier (YYYY-MM-DD)
        #[arg(long, value_name = "DATE")]
        to: Option<String>,
        /// Hand it at most so many entries a day (UTC), counted each time
        #[arg(long, value_name = "N")]
        entries_per_day: Option<u32>,
        /// Keep entries with this tag from it, repeatable
        #[arg(long = "without-tag", value_name = "TAG")]
        without_tags: Vec<String>,
        /// How long it works: days such as 90d, or `never`
        #[arg(long, default_value = "90d")]
        expires: Expiry,
        /// Addresses it may be used from, as a CIDR block, repeatable [default: anywhere]
        #[arg(long = "allow-ip", value_name = "CIDR")]
        allowed_from: Vec<IpNet>,
    },
    /// List your keys, dead ones included
    List,
    /// Replace a key by a new one with the same name and scopes
    Rotate {
        /// Number from `journal key list`
        id: KeyId,
    },
    /// Revoke a key; it stops working at once
    Revoke {
        /// Number from `journal key list`
        id: KeyId,
    },
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    let ctx = shell.ctx()?;
    match args.command {
        Command::Add {
            name,
            scopes,
            read_only,
            from,
            to,
            entries_per_day,
            without_tags,
            expires: expiry,
            allowed_from,
        } => {
            let boundary = Some(Boundary { from, to, entries_per_day, without_tags });
            let new = keys::Add { name, scopes, read_only, expiry, allowed_from, boundary };
            show_once(out, &keys::add(&ctx, new).await?)
        }
        Command::Rotate { id } => show_once(out, &keys::rotate(&ctx, id).await?),
        Command::Revoke { id } => {
            keys::revoke(&ctx, id).await?;
            out.result(&serde_json::json!({ "ok": true, "id": id }), |_| format!("Revoked key {id}"))
        }
        Command::List => {
            let keys = keys::list(&ctx).await?;
            let now = ctx.app.stamp();
            out.result(&serde_json::json!({ "items": keys }), |_| {
                let rows = keys.iter().map(|key| {
                    let scopes = key.scopes.iter().map(Scope::to_string).collect::<Vec<_>>().join(" ");
                    let used = key.last_used_at.clone().unwrap_or_else(|| "never".to_owned());
                    let reach = key.boundary.as_ref().map_or_else(|| "everything".to_owned(), reach);
                    let prefix = key.key_prefix.clone() + "…";
                    [key.id.to_string(), key.name.clone(), prefix, state(key, &now), used, scopes, reach]
                });
                table(["ID", "NAME", "KEY", "STATE", "LAST USED", "SCOPES", "REACHES"], rows)
            })
        }
    }
}

fn show_once(out: &mut Out, key: &NewKey) -> Result<()> {
    if out.wants_json() {
        return out.result(key, |_| String::new());
    }
    let expiry = key.row.expires_at.as_deref().unwrap_or("never");
    out.note(format!("Made key {} ({}), expires {expiry}. It is shown this once:", key.row.id, key.row.name));
    out.secret(&key.key)
}

/// Says what of the journal a key reaches.
fn reach(boundary: &Boundary) -> String {
    let mut parts = Vec::new();
    match (&boundary.from, &boundary.to) {
        (Some(from), Some(to)) => parts.push(format!("{from} to {to}")),
        (Some(from), None) => parts.push(format!("from {from}")),
        (None, Some(to)) => parts.push(format!("to {to}")),
        (None, None) => {}
    }
    if !boundary.without_tags.is_empty() {
        parts.push(format!("not {}", boundary.without_tags.join(", ")));
    }
    if let Some(most) = boundary.entries_per_day {
        parts.push(format!("{most} entries a day"));
    }
    parts.join("; ")
}

fn state(key: &ApiKey, now: &str) -> String {
    match (&key.revoked_at, &key.expires_at) {
        (Some(_), _) => "revoked".to_owned(),
        (None, Some(at)) if at.as_str() <= now => "expired".to_owned(),
        (None, Some(at)) => format!("until {at}"),
        (None, None) => "never expires".to_owned(),
    }
}
