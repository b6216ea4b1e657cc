mod contain;
mod delete;
mod purge;

use std::path::PathBuf;

use clap::Subcommand;

use crate::cli_context::CliContext;
use crate::output::{CommandOutput, table};
use crate::prompt::{NO_PASSWORD_NOTE, read_optional_password};
use journal::app::context::Ctx;
use journal::domain::email::EmailAddress;
use journal::domain::user::{User, UserRole};
use journal::error::{Error, Result};
use journal::services::accounts;
use journal::services::accounts::users::{self, UserDetails};

/// Manage users
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Add a user with a journal of their own
    ///
    /// The user needs no password for the command line; `journal user passwd` sets one for logins to the web client.
    #[command(after_long_help = "Example:\n\n    journal user add bob@home.example --name Bob")]
    Add {
        /// E-mail address; identifies the account
        email: EmailAddress,
        /// Display name
        #[arg(long)]
        name: Option<String>,
        /// admin, member or readonly
        #[arg(long, default_value = "member")]
        role: UserRole,
        /// File with the password, `-` for standard input
        #[arg(long, value_name = "FILE")]
        password_file: Option<PathBuf>,
        /// Prompt for the password
        #[arg(long, conflicts_with = "password_file")]
        ask_password: bool,
    },
    /// List all users
    #[command(after_long_help = "Example:\n\n    journal user list")]
    List,
    /// Show a user's account, never their entries
    #[command(after_long_help = "Example:\n\n    journal user show bob@home.example")]
    Show {
        /// E-mail address
        email: EmailAddress,
    },
    /// Show or choose the user whose journal commands work on unless --user names one
    ///
    /// The first user is the default until another one is chosen.
    #[command(after_long_help = "Example:\n\n    journal user default bob@home.example")]
    Default {
        /// E-mail address
        email: Option<EmailAddress>,
    },
    /// Set a user's password
    #[command(after_long_help = "Example:\n\n    journal user passwd bob@home.example")]
    Passwd {
        /// E-mail address
        email: EmailAddress,
        /// File with the password, `-` for standard input
        #[arg(long, value_name = "FILE")]
        password_file: Option<PathBuf>,
    },
    /// Enable a disabled user
    #[command(after_long_help = "Example:\n\n    journal user enable bob@home.example")]
    Enable {
        /// E-mail address
        email: EmailAddress,
    },
    /// Disable a user; their API keys stop working at once
    #[command(after_long_help = "Example:\n\n    journal user disable bob@home.example")]
    Disable {
        /// E-mail address
        email: EmailAddress,
    },
    /// Grant or revoke the admin role
    #[command(after_long_help = "Example:\n\n    journal user admin bob@home.example --revoke")]
    Admin {
        /// E-mail address
        email: EmailAddress,
        /// Revoke the role; the user becomes a member
        #[arg(long)]
        revoke: bool,
    },
    /// Unlock an account that is locked after failed logins
    #[command(after_long_help = "Example:\n\n    journal user unlock bob@home.example")]
    Unlock {
        /// E-mail address
        email: EmailAddress,
    },
    /// Revoke all access to an account and report what was read; nothing is deleted
    ///
    /// Revokes sessions, API keys, known browsers, mailed links and grants to the journals of others; the password is
    /// kept. A running server records its read counts every few seconds, so the last reads may be missing.
    #[command(after_long_help = "Example:\n\n    journal user contain bob@home.example --since 12h")]
    Contain {
        /// E-mail address
        email: EmailAddress,
        /// Report reads since: a duration (7d, 12h), a date or a timestamp
        #[arg(long, value_name = "TIME", default_value = "7d")]
        since: String,
    },
    /// Create a single-use link that sets a new password, valid for 30 minutes
    #[command(after_long_help = "Example:\n\n    journal user reset-link bob@home.example")]
    ResetLink {
        /// E-mail address
        email: EmailAddress,
    },
    /// Delete a user and their journal; can be undone for 7 days
    ///
    /// Shows what will be deleted before it asks for confirmation. Existing backups still contain the journal.
    #[command(after_long_help = "Example:\n\n    journal user delete bob@home.example")]
    Delete {
        /// E-mail address
        email: EmailAddress,
        /// Undo a deletion
        #[arg(long)]
        undo: bool,
        /// Destroy everything at once; this cannot be undone
        #[arg(long, conflicts_with = "undo")]
        now: bool,
    },
    /// Destroy the journals of users deleted at least 7 days ago, and list what was destroyed
    ///
    /// Journals that `journal restore --user` replaced at least 7 days ago are destroyed too. A running server does this automatically; where none runs, schedule this command. It asks for confirmation if
    /// there is anything to destroy. This cannot be undone.
    #[command(after_long_help = "Example:\n\n    journal user purge --dry-run")]
    Purge {
        /// List what would be destroyed, and destroy nothing
        #[arg(long)]
        dry_run: bool,
    },
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    let ask = shell.ask;
    let ctx = shell.admin_ctx()?;
    match args.command {
        Command::Add { email, name, role, password_file, ask_password } => {
            let password = read_optional_password(ask, password_file.as_deref(), ask_password)?;
            let has_password = password.is_some();
            let user = users::add(&ctx, users::CreateUserRequest { email, name, role, password }).await?;
            print_user(out, &user, "Added")?;
            if !has_password {
                out.note(NO_PASSWORD_NOTE.replace("EMAIL", &user.email));
            }
            out.note(format!("Next: journal --user {} write \"Today …\"", user.email));
            Ok(())
        }
        Command::List => list_users(&ctx, out).await,
        Command::Show { email } => show_user(&ctx, email, out).await,
        Command::Default { email: Some(email) } => {
            print_user(out, &users::set_default_user(&ctx, email).await?, "Commands work on the journal of")
        }
        Command::Default { email: None } => show_default(&ctx, out).await,
        Command::Passwd { email, password_file } => {
            let password = ask.password(password_file.as_deref())?.ok_or_else(|| {
                Error::invalid("a password is needed").hint("pass --password-file FILE, or `-` and pipe it in")
            })?;
            let user = users::set_password(&ctx, email, password).await?;
            print_user(out, &user, "Set the password of")
        }
        Command::Enable { email } => print_user(out, &users::set_active(&ctx, email, true).await?, "Enabled"),
        Command::Disable { email } => print_user(out, &users::set_active(&ctx, email, false).await?, "Disabled"),
        Command::Admin { email, revoke } => {
            let user = users::set_admin(&ctx, email, !revoke).await?;
            print_user(out, &user, if revoke { "No longer an admin:" } else { "Now an admin:" })
        }
        Command::Unlock { email } => print_user(out, &users::unlock(&ctx, email).await?, "Unlocked"),
        Command::Contain { email, since } => contain::run(&ctx, email, &since, out).await,
        Command::ResetLink { email } => print_reset_link(&ctx, email, out).await,
        Command::Delete { email, undo: true, .. } => print_user(out, &users::undelete(&ctx, email).await?, "Restored"),
        Command::Delete { email, undo: false, now: false } => {
            let when = format!("in {} days", users::UNDO_DAYS);
            ask.confirm(&delete::describe_deletion(&ctx, &email, &when, out).await?)?;
            let user = users::delete(&ctx, email).await?;
            out.note(format!("`journal user delete {} --undo` undoes this for {} days", user.email, users::UNDO_DAYS));
            print_user(out, &user, "Marked for deletion:")
        }
        Command::Delete { email, undo: false, now: true } => {
            let question = delete::describe_deletion(&ctx, &email, "now, permanently", out).await?;
            ask.confirm_typed(&question, email.as_str())?;
            out.done(&users::delete_now(&ctx, email).await?, delete::render_receipt)
        }
        Command::Purge { dry_run } => purge::run(&ctx, ask, dry_run, out).await,
    }
}

async fn print_reset_link(ctx: &Ctx, email: EmailAddress, out: &mut CommandOutput) -> Result<()> {
    let link = accounts::reset_link(ctx, email).await?;
    if out.wants_json() {
        return out.result(&link, |_| String::new());
    }
    out.note(format!("Password reset link for {}, valid until {}:", link.email, link.expires_at));
    out.note(format!(
        "It opens a page of the web client at APP_BASE_URL; without a web client, set a password with \
         `journal user passwd {}`",
        link.email
    ));
    out.secret(&link.url)
}

async fn show_default(ctx: &Ctx, out: &mut CommandOutput) -> Result<()> {
    let user = users::default_user(ctx).await?;
    out.result(&serde_json::json!({ "user": user }), |_| match &user {
        Some(user) => format!("Commands work on the journal of {} unless --user names another", user.email),
        None => "There is no default user; `journal user default EMAIL` chooses one".to_owned(),
    })
}

async fn list_users(ctx: &Ctx, out: &mut CommandOutput) -> Result<()> {
    let (users, default) = (users::list(ctx).await?, users::default_user(ctx).await?.map(|user| user.id));
    out.result(&serde_json::json!({ "items": users, "default_user_id": default }), |_| {
        let rows = users.iter().map(|user| {
            [
                user.id.to_string(),
                user.email.clone(),
                user.display_name.clone(),
                user.role.to_string(),
                user_state(user) + if Some(user.id) == default { ", default" } else { "" },
            ]
        });
        table(["ID", "E-MAIL", "NAME", "ROLE", "STATE"], rows)
    })
}

async fn show_user(ctx: &Ctx, email: EmailAddress, out: &mut CommandOutput) -> Result<()> {
    let details = users::show(ctx, email).await?;
    out.result(&details, |UserDetails { user, notebooks, live_keys }| {
        format!(
            "{} ({})\nid {} · {} · {}\nsince {}\n{} journals · {live_keys} live keys",
            user.email,
            user.display_name,
            user.id,
            user.role,
            user_state(user),
            user.created_at,
            notebooks.len(),
        )
    })
}

fn print_user(out: &mut CommandOutput, user: &User, action: &str) -> Result<()> {
    out.done(user, |user| format!("{action} {} (user {}, {})", user.email, user.id, user.role))
}

fn user_state(user: &User) -> String {
    match (&user.deleted_at, user.is_active, &user.locked_until) {
        (Some(at), ..) => format!("deleted {at}"),
        (None, false, _) => "disabled".to_owned(),
        (None, true, Some(until)) => format!("locked until {until}"),
        (None, true, None) => "active".to_owned(),
    }
}
