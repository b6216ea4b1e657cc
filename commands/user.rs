mod contain;
mod delete;

use std::path::PathBuf;

use clap::Subcommand;

use crate::out::Out;
use crate::out::table;
use crate::shell::Shell;
use journal::account;
use journal::ctx::Ctx;
use journal::error::Error;
use journal::error::Result;
use journal::model::email::Email;
use journal::model::user::Role;
use journal::model::user::User;
use journal::users;

/// Manage people
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Add a person, with a journal of their own
    Add {
        /// E-mail address; names the account
        email: Email,
        /// Name shown to people
        #[arg(long)]
        name: Option<String>,
        /// admin, member or readonly
        #[arg(long, default_value = "member")]
        role: Role,
        /// File that holds the password, `-` for standard input
        #[arg(long, value_name = "FILE")]
        password_file: Option<PathBuf>,
    },
    /// List everybody
    List,
    /// Show one person's account, never what they wrote
    Show {
        /// E-mail address
        email: Email,
    },
    /// Set a password
    Passwd {
        /// E-mail address
        email: Email,
        /// File that holds the password, `-` for standard input
        #[arg(long, value_name = "FILE")]
        password_file: Option<PathBuf>,
    },
    /// Let a person in again
    Enable {
        /// E-mail address
        email: Email,
    },
    /// Shut a person out; their keys stop working at once
    Disable {
        /// E-mail address
        email: Email,
    },
    /// Make a person an admin, or a member again
    Admin {
        /// E-mail address
        email: Email,
        /// Take the role away
        #[arg(long)]
        revoke: bool,
    },
    /// Lift the lock after failed logins
    Unlock {
        /// E-mail address
        email: Email,
    },
    /// Revoke everything that opens an account at once, and tell what was read; nothing is deleted
    ///
    /// Sessions, API keys, known browsers, mailed links and rights to the journals of others; the password stays.
    /// A running server writes down every few seconds what it counted, so its last reads may be missing.
    Contain {
        /// E-mail address
        email: Email,
        /// Tell what was read since: 7d, 12h, a date, or an instant
        #[arg(long, value_name = "TIME", default_value = "7d")]
        since: String,
    },
    /// Make a link that sets a new password, to hand over; it works once, for 30 minutes
    ResetLink {
        /// E-mail address
        email: Email,
    },
    /// Delete a person and their journal; can be undone for 7 days
    ///
    /// Tells what will go before it asks. Backups that were made before still hold the journal.
    Delete {
        /// E-mail address
        email: Email,
        /// Take a deletion back
        #[arg(long)]
        undo: bool,
        /// Destroy everything at once; nothing takes it back
        #[arg(long, conflicts_with = "undo")]
        now: bool,
    },
    /// Destroy the journals of people who were deleted 7 days ago, and print what went
    ///
    /// A running server does so by itself, as does every other `journal user` command.
    Purge,
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    let ask = shell.ask;
    let ctx = shell.administration()?;
    let purged = users::purge(&ctx).await?;
    if !matches!(args.command, Command::Purge) && !purged.users.is_empty() {
        out.note(delete::receipt(&purged));
    }
    match args.command {
        Command::Add { email, name, role, password_file } => {
            let password = ask.password(password_file.as_deref())?;
            let user = users::add(&ctx, users::Add { email, name, role, password }).await?;
            told(out, &user, "Added")
        }
        Command::List => list(&ctx, out).await,
        Command::Show { email } => {
            let details = users::show(&ctx, email).await?;
            out.result(&details, |details| {
                let user = &details.user;
                format!(
                    "{} ({})\nid {} · {} · {}\nsince {}\n{} journals · {} live keys",
                    user.email,
                    user.display_name,
                    user.id,
                    user.role,
                    state(user),
                    user.created_at,
                    details.notebooks.len(),
                    details.live_keys
                )
            })
        }
        Command::Passwd { email, password_file } => {
            let password = ask.password(password_file.as_deref())?.ok_or_else(|| {
                Error::invalid("a password is needed").hint("pass --password-file FILE, or `-` and pipe it in")
            })?;
            let user = users::set_password(&ctx, email, password).await?;
            told(out, &user, "Set the password of")
        }
        Command::Enable { email } => told(out, &users::set_active(&ctx, email, true).await?, "Enabled"),
        Command::Disable { email } => told(out, &users::set_active(&ctx, email, false).await?, "Disabled"),
        Command::Admin { email, revoke } => {
            let user = users::set_admin(&ctx, email, !revoke).await?;
            told(out, &user, if revoke { "No longer an admin:" } else { "Now an admin:" })
        }
        Command::Unlock { email } => told(out, &users::unlock(&ctx, email).await?, "Unlocked"),
        Command::Contain { email, since } => contain::run(&ctx, email, &since, out).await,
        Command::ResetLink { email } => {
            let link = account::reset_link(&ctx, email).await?;
            if out.wants_json() {
                return out.result(&link, |_| String::new());
            }
            out.note(format!("{} sets a new password with this link, until {}:", link.email, link.expires_at));
            out.secret(&link.url)
        }
        Command::Delete { email, undo: true, .. } => told(out, &users::undelete(&ctx, email).await?, "Kept"),
        Command::Delete { email, undo: false, now: false } => {
            delete::ask(&ctx, ask, &email, &format!("in {} days", users::UNDO_DAYS), out).await?;
            let user = users::delete(&ctx, email).await?;
            out.note(format!(
                "`journal user delete {} --undo` takes it back for {} days",
                user.email,
                users::UNDO_DAYS
            ));
            told(out, &user, "Marked for deletion:")
        }
        Command::Delete { email, undo: false, now: true } => {
            delete::ask(&ctx, ask, &email, "now, for good", out).await?;
            out.result(&users::delete_now(&ctx, email).await?, delete::receipt)
        }
        Command::Purge => out.result(&purged, delete::receipt),
    }
}

async fn list(ctx: &Ctx, out: &mut Out) -> Result<()> {
    let users = users::list(ctx).await?;
    out.result(&serde_json::json!({ "items": users }), |_| {
        let rows = users.iter().map(|user| {
            [user.id.to_string(), user.email.clone(), user.display_name.clone(), user.role.to_string(), state(user)]
        });
        table(["ID", "E-MAIL", "NAME", "ROLE", "STATE"], rows)
    })
}

fn told(out: &mut Out, user: &User, what: &str) -> Result<()> {
    out.result(user, |user| format!("{what} {} (user {}, {})", user.email, user.id, user.role))
}

fn state(user: &User) -> String {
    match (&user.deleted_at, user.is_active, &user.locked_until) {
        (Some(at), ..) => format!("deleted {at}"),
        (None, false, _) => "disabled".to_owned(),
        (None, true, Some(until)) => format!("locked until {until}"),
        (None, true, None) => "active".to_owned(),
    }
}
