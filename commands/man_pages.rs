//! Man pages, rendered from the command definition.

use std::io;
use std::path::PathBuf;

use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use crate::output::CommandOutput;
use journal::error::{Error, ErrorKind, Result};

/// Exit codes with their meaning, in the order of the codes.
const EXIT_CODES: [(&str, &str); 10] = [
    ("0", "success"),
    ("1", "internal error"),
    ("2", "invalid usage, setting or input"),
    ("3", "not found"),
    ("4", "conflict with the present state; nothing was changed"),
    ("5", "missing or wrong credential"),
    ("6", "not permitted"),
    ("7", "rate limited or busy; try again later"),
    ("8", "a provider or another server failed"),
    ("130", "interrupted with Ctrl-C"),
];

/// Files of the program with their purpose.
const FILES: [(&str, &str); 3] = [
    ("~/.config/journal/config.toml", "settings; `journal config` shows them all"),
    ("~/.config/journal/secret.key", "the secret that decrypts the journal"),
    ("~/.local/share/journal/", "the encrypted files"),
];

/// Print a man page, or write all of them to a folder
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n\n    journal man --to ~/.local/share/man/man1")]
pub struct Args {
    /// Command, such as `backup create` [default: journal itself]
    #[arg(value_name = "COMMAND", conflicts_with = "to")]
    command: Vec<String>,
    /// Folder to write every page to
    #[arg(long, value_name = "DIR")]
    to: Option<PathBuf>,
}

/// A rendered man page.
pub struct ManPage {
    /// File name, such as `journal-backup-create.1`.
    pub file: String,
    pub text: Vec<u8>,
}

/// Runs the command; `definition` is the one of the whole program.
pub fn run(args: &Args, definition: clap::Command, out: &mut CommandOutput) -> Result<()> {
    let pages = render_all(definition).map_err(|error| Error::internal("rendering the man pages", error))?;
    let Some(folder) = &args.to else {
        let file = [&["journal".to_owned()], args.command.as_slice()].concat().join("-") + ".1";
        let Some(page) = pages.iter().find(|page| page.file == file) else {
            return Err(Error::not_found(format!("command {}", args.command.join(" ")))
                .hint("`journal help` lists the commands"));
        };
        return CommandOutput::write_bytes(&page.text).or_else(|error| match error.kind() {
            io::ErrorKind::BrokenPipe => Ok(()),
            _ => Err(Error::conflict("the output cannot be written").hint("check its target").caused_by(error)),
        });
    };
    let failed = |error| {
        Error::new(ErrorKind::Conflict, format!("{} cannot be written", folder.display()))
            .hint("check the folder and its permissions")
            .caused_by(error)
    };
    std::fs::create_dir_all(folder).map_err(failed)?;
    for page in &pages {
        std::fs::write(folder.join(&page.file), &page.text).map_err(failed)?;
    }
    let written = serde_json::json!({ "pages": pages.len(), "folder": folder });
    out.done(&written, |_| format!("Wrote {} man pages to {}", pages.len(), folder.display()))
}

/// Renders the man page of every command.
///
/// # Errors
/// Never in practice: the pages are rendered in memory.
pub fn render_all(definition: clap::Command) -> io::Result<Vec<ManPage>> {
    let mut command = definition.disable_help_subcommand(true);
    command.build();
    let mut pages = Vec::new();
    render_tree(&command, "journal", &mut pages)?;
    Ok(pages)
}

fn render_tree(command: &clap::Command, name: &str, pages: &mut Vec<ManPage>) -> io::Result<()> {
    let mut text = render_page(command, name)?;
    text.extend(render_common_sections(command, name));
    pages.push(ManPage { file: format!("{name}.1"), text });
    for inner in command.get_subcommands().filter(|inner| !inner.is_hide_set() && inner.get_name() != "help") {
        render_tree(inner, &format!("{name}-{}", inner.get_name()), pages)?;
    }
    Ok(())
}

/// Renders the sections that clap knows, without the examples, which have a section of their own.
fn render_page(command: &clap::Command, name: &str) -> io::Result<Vec<u8>> {
    let full_name: &'static str = name.to_owned().leak();
    let version = command.get_version().unwrap_or(env!("CARGO_PKG_VERSION"));
    let page = command.clone().name(full_name).bin_name(name.replace('-', " ")).after_long_help("").after_help("");
    let man = Man::new(page).source(format!("journal {version}")).manual("Journal manual");
    let mut text = Vec::new();
    man.render_title(&mut text)?;
    man.render_name_section(&mut text)?;
    man.render_synopsis_section(&mut text)?;
    man.render_description_section(&mut text)?;
    man.render_options_section(&mut text)?;
    if command.get_subcommands().any(|inner| inner.get_name() != "help") {
        man.render_subcommands_section(&mut text)?;
    }
    Ok(text)
}

fn render_common_sections(command: &clap::Command, name: &str) -> Vec<u8> {
    let mut roff = Roff::new();
    let help = command.get_after_long_help().or(command.get_after_help()).map(ToString::to_string).unwrap_or_default();
    let examples = help.lines().skip(1).map(str::trim).filter(|line| !line.is_empty());
    let examples: Vec<&str> = examples.collect();
    if !examples.is_empty() {
        roff.control("SH", ["EXAMPLES"]);
        for example in examples {
            roff.control("TP", []);
            roff.text([bold(example)]);
        }
    }
    let mut section = |title: &str, rows: &[(&str, &str)]| {
        roff.control("SH", [title]);
        for (term, text) in rows {
            roff.control("TP", []);
            roff.text([bold(*term)]);
            roff.text([roman(*text)]);
        }
    };
    section("EXIT STATUS", &EXIT_CODES);
    section("FILES", &FILES);
    roff.control("SH", ["SEE ALSO"]);
    let parent = name.rsplit_once('-').map(|(parent, _)| parent);
    let related = parent.into_iter().map(str::to_owned).chain(
        command
            .get_subcommands()
            .filter(|inner| inner.get_name() != "help")
            .map(|inner| format!("{name}-{}", inner.get_name())),
    );
    let related: Vec<String> = related.map(|page| format!("{page}(1)")).collect();
    roff.text([roman(related.join(", "))]);
    roff.to_roff().into_bytes()
}
