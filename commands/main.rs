//! Entry point of the `journal` binary: parses the command line, calls one service function, prints the result.

mod cli;
mod cli_context;
mod completions;
mod confirmed_delete;
mod date_args;
mod editor;
mod global_args;
mod interrupt;
mod logging;
mod man_pages;
mod output;
mod pager;
mod private_dir;
mod progress;
mod prompt;
mod text_layout;
mod typed_text;
mod write_originals;

mod activity;
mod ask;
mod audit;
mod backup;
mod config;
mod decode_image;
mod delete;
mod demo;
mod digest;
mod doctor;
mod edit;
mod egress;
mod entity;
mod export;
mod import;
mod ingest;
mod init;
mod job;
mod key;
mod keyring;
mod list;
mod mcp;
mod mood;
mod reindex;
mod reload;
mod restore;
mod search;
mod serve;
mod session;
mod show;
mod stats;
mod tag;
mod today;
mod trash;
mod user;
mod write;

#[cfg(test)]
mod generated;

use std::process::ExitCode;

use clap::FromArgMatches;

use crate::cli::{Command, JournalCli};
use crate::cli_context::CliContext;
use crate::output::CommandOutput;
use journal::error::{Error, ErrorKind, Result};
use journal::services::audit::activity as read_activity;

fn main() -> ExitCode {
    if std::env::args_os().len() == 1 {
        // A closed pipe (`journal | head`) is not an error.
        let _ = cli::command().print_help();
        return ExitCode::SUCCESS;
    }
    if decode_image::is_requested() {
        return harden().map_or(ExitCode::FAILURE, |()| decode_image::run());
    }
    // Usage errors are printed before the flags are parsed.
    let is_plain = std::env::args_os().any(|argument| argument == "--no-color");
    let color = if is_plain { clap::ColorChoice::Never } else { clap::ColorChoice::Auto };
    let parsed =
        cli::command().color(color).try_get_matches().and_then(|matches| JournalCli::from_arg_matches(&matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => {
            // clap prints help to stdout and usage errors to stderr; usage errors exit like `Invalid`.
            let json = error.use_stderr() && std::env::args_os().any(|argument| argument == "--json");
            CommandOutput::usage_error(&error, json);
            return if error.use_stderr() { ExitCode::from(ErrorKind::Invalid.exit_code()) } else { ExitCode::SUCCESS };
        }
    };
    let out = CommandOutput::new(&cli.global);
    let report = out.clone();
    // A server and the MCP transport shut down by themselves on a signal.
    let shuts_down =
        matches!(cli.command, Command::Serve(_) | Command::Mcp(_) | Command::Demo(demo::Args { serve: true, .. }));
    let ended = match harden() {
        Ok(()) if shuts_down => Ok(run_to_end(cli, out)),
        Ok(()) => interrupt::run_until_signal(move || run_to_end(cli, out)),
        Err(error) => Err(error),
    };
    ended.unwrap_or_else(|error| {
        report.error(&error);
        ExitCode::from(error.kind().exit_code())
    })
}

/// Runs a command, prints its error and returns its exit code.
fn run_to_end(cli: JournalCli, mut out: CommandOutput) -> ExitCode {
    match run(cli, &mut out) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            out.error(&error);
            ExitCode::from(error.kind().exit_code())
        }
    }
}

/// Sets a private umask and disables core dumps.
fn harden() -> Result<()> {
    rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
    let none = rustix::process::Rlimit { current: Some(0), maximum: Some(0) };
    rustix::process::setrlimit(rustix::process::Resource::Core, none)
        .map_err(|error| Error::internal("disabling core dumps", error))?;
    #[cfg(target_os = "linux")]
    rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable)
        .map_err(|error| Error::internal("disabling core dumps", error))?;
    Ok(())
}

fn run(cli: JournalCli, out: &mut CommandOutput) -> Result<()> {
    // A single-threaded runtime starts faster and is enough for a command; a server uses every core.
    let mut builder = match cli.command {
        Command::Serve(_) | Command::Demo(demo::Args { serve: true, .. }) => {
            tokio::runtime::Builder::new_multi_thread()
        }
        _ => tokio::runtime::Builder::new_current_thread(),
    };
    let runtime = builder.enable_all().build().map_err(|error| Error::internal("starting the runtime", error))?;
    runtime.block_on(dispatch(cli, out))
}

async fn dispatch(cli: JournalCli, out: &mut CommandOutput) -> Result<()> {
    let (flags, serving) = match &cli.command {
        Command::Serve(args) => (args.to_flags()?, !args.check),
        _ => (Vec::new(), false),
    };
    let shell = CliContext::new(cli.global, flags, serving)?;
    let opened = shell.opened.clone();
    let outcome = Box::pin(run_command(shell, cli.command, out)).await;
    if let Some(app) = opened.get()
        && let Err(error) = read_activity::flush(app).await
    {
        tracing::warn!("flushing read counts: {error:?}");
    }
    outcome
}

async fn run_command(shell: CliContext, command: Command, out: &mut CommandOutput) -> Result<()> {
    match command {
        Command::Init(args) => init::run(shell, args, out).await,
        Command::Demo(args) => demo::run(shell, args, out).await,
        Command::User(args) => user::run(shell, args, out).await,
        Command::Key(args) => key::run(shell, args, out).await,
        Command::Session(args) => session::run(shell, args, out).await,
        Command::Write(args) => Box::pin(write::run(shell, args, out)).await,
        Command::Ingest(args) => ingest::run(shell, args, out).await,
        Command::Show(args) => show::run(shell, args, out).await,
        Command::List(args) => list::run(shell, args, out).await,
        Command::Edit(args) => edit::run(shell, args, out).await,
        Command::Delete(args) => delete::run(shell, args, out).await,
        Command::Trash(args) => trash::run(shell, args, out).await,
        Command::Search(args) => search::run(shell, args, out).await,
        Command::Ask(args) => ask::run(shell, args, out).await,
        Command::Stats(args) => stats::run(shell, args, out).await,
        Command::Tag(args) => tag::run(shell, args, out).await,
        Command::Entity(args) => entity::run(shell, args, out).await,
        Command::Mood(args) => mood::run(shell, args, out).await,
        Command::Today(args) => today::run(shell, args, out).await,
        Command::Digest(args) => digest::run(shell, args, out).await,
        Command::Job(args) => job::run(shell, args, out).await,
        Command::Reindex(args) => reindex::run(shell, args, out).await,
        Command::Keyring(args) => keyring::run(shell, args, out).await,
        Command::Export(args) => export::run(shell, args, out).await,
        Command::Backup(args) => backup::run(shell, args, out).await,
        Command::Restore(args) => restore::run(shell, args, out).await,
        Command::Import(args) => import::run(shell, args, out).await,
        Command::Audit(args) => audit::run(shell, args, out).await,
        Command::Activity(args) => activity::run(shell, args, out).await,
        Command::Egress(args) => egress::run(shell, args, out).await,
        Command::Reload(args) => reload::run(&shell, &args, out).await,
        Command::Mcp(args) => mcp::run(shell, args, out).await,
        Command::Serve(args) => serve::run(shell, args, out).await,
        Command::Config(args) => config::run(&shell, &args, out),
        Command::Doctor(args) => doctor::run(shell, args, out).await,
        Command::Completions(args) => completions::run(&args, cli::command()),
        Command::Man(args) => man_pages::run(&args, cli::command(), out),
    }
}
