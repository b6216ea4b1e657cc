use clap::Subcommand;
use ipnet::IpNet;

use crate::cli_context::CliContext;
use crate::date_args;
use crate::output::{CommandOutput, table};
use journal::domain::api_key::{ApiKey, KeyRestrictions, NewApiKey};
use journal::domain::date_range::DateRange;
use journal::domain::id::KeyId;
use journal::domain::scope::Scope;
use journal::error::Result;
use journal::services::accounts::api_keys::{self, KeyExpiry};

/// Manage your API keys
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Create an API key; it is shown only once
    #[command(after_long_help = "Example:\n\n    journal key add laptop --read-only --expires 30d")]
    Add {
        /// Name of the key, such as `laptop`
        name: String,
        /// Scope to grant, repeatable [default: entries:read, entries:write, ingest, search]
        #[arg(long = "scope", value_name = "SCOPE")]
        scopes: Vec<Scope>,
        /// Grant only read and search scopes
        #[arg(long)]
        read_only: bool,
        /// Restrict the key to entries of this date or later (YYYY-MM-DD)
        #[arg(long, value_name = "DATE")]
        from: Option<String>,
        /// Restrict the key to entries of this date or earlier (YYYY-MM-DD)
        #[arg(long, value_name = "DATE")]
        to: Option<String>,
        /// Return at most this many entries per day (UTC); repeated reads count again
        #[arg(long, value_name = "N")]
        entries_per_day: Option<u32>,
        /// Exclude entries with this tag, repeatable
        #[arg(long = "without-tag", value_name = "TAG")]
        without_tags: Vec<String>,
        /// Lifetime in days, such as 90d, or `never`
        #[arg(long, default_value = "90d")]
        expires: KeyExpiry,
        /// Client addresses the key may be used from, as a CIDR block, repeatable [default: any]
        #[arg(long = "allow-ip", value_name = "CIDR")]
        allowed_from: Vec<IpNet>,
    },
    /// List your API keys, including revoked and expired ones
    #[command(after_long_help = "Example:\n\n    journal key list")]
    List,
    /// Replace a key with a new one of the same name and scopes
    #[command(after_long_help = "Example:\n\n    journal key rotate 3")]
    Rotate {
        /// Key id, as shown by `journal key list`
        id: KeyId,
    },
    /// Revoke a key; it stops working at once
    #[command(after_long_help = "Example:\n\n    journal key revoke 3")]
    Revoke {
        /// Key id, as shown by `journal key list`
        id: KeyId,
    },
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    let ctx = shell.user_ctx()?;
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
            let DateRange { from, to } = date_args::resolve_range(&ctx, &DateRange { from, to })?;
            let boundary = Some(KeyRestrictions { from, to, entries_per_day, without_tags });
            let new = api_keys::CreateKeyRequest { name, scopes, read_only, expiry, allowed_from, boundary };
            print_new_key(out, &api_keys::add(&ctx, new).await?)
        }
        Command::Rotate { id } => print_new_key(out, &api_keys::rotate(&ctx, id).await?),
        Command::Revoke { id } => {
            api_keys::revoke(&ctx, id).await?;
            out.done(&serde_json::json!({ "ok": true, "id": id }), |_| format!("Revoked key {id}"))
        }
        Command::List => {
            let keys = api_keys::list(&ctx).await?;
            let now = ctx.app.now_timestamp();
            out.result(&serde_json::json!({ "items": keys }), |_| {
                let rows = keys.iter().map(|key| {
                    let scopes = key.scopes.iter().map(Scope::to_string).collect::<Vec<_>>().join(" ");
                    let used = key.last_used_at.clone().unwrap_or_else(|| "never".to_owned());
                    let boundary = key.boundary.as_ref().map_or_else(|| "none".to_owned(), boundary_summary);
                    let prefix = key.key_prefix.clone() + "…";
                    [key.id.to_string(), key.name.clone(), prefix, key_state(key, &now), used, scopes, boundary]
                });
                table(["ID", "NAME", "KEY", "STATE", "LAST USED", "SCOPES", "BOUNDARY"], rows)
            })
        }
    }
}

fn print_new_key(out: &mut CommandOutput, key: &NewApiKey) -> Result<()> {
    if out.wants_json() {
        return out.result(key, |_| String::new());
    }
    let expiry = key.row.expires_at.as_deref().unwrap_or("never");
    out.note(format!("Created key {} ({}), expires {expiry}. It is shown only once:", key.row.id, key.row.name));
    out.secret(&key.key)
}

/// Describes the access boundary of a key.
fn boundary_summary(boundary: &KeyRestrictions) -> String {
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
    if let Some(limit) = boundary.entries_per_day {
        parts.push(format!("{limit} entries per day"));
    }
    parts.join("; ")
}

fn key_state(key: &ApiKey, now: &str) -> String {
    match (&key.revoked_at, &key.expires_at) {
        (Some(_), _) => "revoked".to_owned(),
        (None, Some(at)) if at.as_str() <= now => "expired".to_owned(),
        (None, Some(at)) => format!("until {at}"),
        (None, None) => "never expires".to_owned(),
    }
}
