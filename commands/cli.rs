//! Command line definition; source of help, completions and man pages.

use std::fmt::Write as _;

use clap::{CommandFactory, Parser, Subcommand};

use crate::global_args::GlobalArgs;

const EXAMPLES: &str = "Examples:
  journal demo                          Try it in a temporary journal
  journal init --email me@home.example  Create your own journal";

/// Subcommands of the root help, by task.
const COMMAND_GROUPS: &[(&str, &[&str])] = &[
    ("Start", &["init", "demo"]),
    ("Write", &["write", "ingest", "edit", "tag", "delete", "trash", "import"]),
    ("Read", &["list", "show", "search", "ask", "export"]),
    ("Look back", &["stats", "today", "digest", "mood", "entity"]),
    ("Keep safe", &["backup", "restore", "keyring", "audit", "activity", "egress"]),
    ("People", &["user", "key", "session"]),
    ("Serve", &["serve", "mcp", "job", "reload"]),
    ("Maintain", &["config", "doctor", "reindex", "completions", "man"]),
];

/// Private journal, encrypted on disk, with keyword and semantic search
#[derive(Debug, Parser)]
#[command(name = "journal", version, max_term_width = 100, after_help = EXAMPLES)]
pub struct JournalCli {
    #[command(flatten)]
    pub global: GlobalArgs,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    Init(crate::init::Args),
    Demo(crate::demo::Args),
    Write(crate::write::Args),
    Ingest(crate::ingest::Args),
    Search(crate::search::Args),
    Ask(crate::ask::Args),
    List(crate::list::Args),
    Show(crate::show::Args),
    Edit(crate::edit::Args),
    Delete(crate::delete::Args),
    Trash(crate::trash::Args),
    Stats(crate::stats::Args),
    Tag(crate::tag::Args),
    Entity(crate::entity::Args),
    Mood(crate::mood::Args),
    Today(crate::today::Args),
    Digest(crate::digest::Args),
    Export(crate::export::Args),
    Backup(crate::backup::Args),
    Restore(crate::restore::Args),
    Import(crate::import::Args),
    User(crate::user::Args),
    Key(crate::key::Args),
    Session(crate::session::Args),
    Job(crate::job::Args),
    Reindex(crate::reindex::Args),
    Keyring(crate::keyring::Args),
    Audit(crate::audit::Args),
    Activity(crate::activity::Args),
    Egress(crate::egress::Args),
    Reload(crate::reload::Args),
    Serve(crate::serve::Args),
    Mcp(crate::mcp::Args),
    Config(crate::config::Args),
    Doctor(crate::doctor::Args),
    Completions(crate::completions::Args),
    Man(crate::man_pages::Args),
}

/// Returns the command definition, whose help lists the subcommands by task.
pub fn command() -> clap::Command {
    let command = JournalCli::command();
    let mut commands = String::new();
    for (group, names) in COMMAND_GROUPS {
        let _ = writeln!(commands, " {group}");
        for name in *names {
            let about = command.find_subcommand(name).and_then(clap::Command::get_about);
            let about = about.map(ToString::to_string).unwrap_or_default();
            let _ = writeln!(commands, "  {name:<12} {about}");
        }
    }
    command.help_template(format!(
        "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n\nCommands:\n{commands}\nOptions:\n{{options}}\n{{after-help}}"
    ))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_command_is_in_one_group_of_the_help() {
        let grouped: Vec<&str> = COMMAND_GROUPS.iter().flat_map(|(_, names)| *names).copied().collect();
        let command = JournalCli::command();
        let defined: BTreeSet<&str> = command.get_subcommands().map(clap::Command::get_name).collect();

        assert_eq!(grouped.len(), defined.len());
        assert_eq!(grouped.into_iter().collect::<BTreeSet<_>>(), defined);
    }
}
