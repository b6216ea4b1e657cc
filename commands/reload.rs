use clap::ValueEnum;

use crate::cli_context::CliContext;
use crate::output::CommandOutput;
use journal::error::{Error, ErrorKind, Result};
use journal::services::admin::reload::{self, ReloadTarget};

/// Reload context files in the running server
///
/// Calls the server at the setting server.url with the configured API key, which needs the scope admin:reload.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n\n    journal reload ocr-context")]
pub struct Args {
    /// Files to reload
    #[arg(default_value = "all")]
    what: ReloadSelection,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ReloadSelection {
    All,
    One(ReloadTarget),
}

impl ValueEnum for ReloadSelection {
    fn value_variants<'a>() -> &'a [Self] {
        &[
            Self::One(ReloadTarget::OcrContext),
            Self::One(ReloadTarget::TranscriptionContext),
            Self::One(ReloadTarget::MoodDimensions),
            Self::One(ReloadTarget::EntityCasing),
            Self::All,
        ]
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        match self {
            Self::All => Some(clap::builder::PossibleValue::new("all").help("All files")),
            Self::One(what) => what.to_possible_value(),
        }
    }
}

pub async fn run(shell: &CliContext, args: &Args, out: &mut CommandOutput) -> Result<()> {
    let targets = match args.what {
        ReloadSelection::One(target) => vec![target],
        ReloadSelection::All => ReloadTarget::ALL.to_vec(),
    };
    let (mut items, mut failed): (Vec<serde_json::Value>, Option<Error>) = (Vec::new(), None);
    for &target in &targets {
        match reload::reload_on_server(&shell.config, target).await {
            Ok(summary) => items.push(serde_json::json!({ "what": target.name(), "ok": true, "summary": summary })),
            // A conflict concerns one file; any other error would repeat for the next one.
            Err(error) if error.kind() == ErrorKind::Conflict => {
                items.push(serde_json::json!({ "what": target.name(), "ok": false, "reason": error.to_string() }));
                failed = Some(error);
            }
            Err(error) => return Err(error),
        }
    }
    out.result(&serde_json::json!({ "items": items }), |_| {
        let lines = items.iter().map(|item| match item["reason"].as_str() {
            Some(reason) => format!("{}: {reason}", item["what"].as_str().unwrap_or_default()),
            None => format!("{}: reloaded", item["what"].as_str().unwrap_or_default()),
        });
        lines.collect::<Vec<_>>().join("\n")
    })?;
    match failed {
        None => Ok(()),
        Some(error) if targets.len() == 1 => Err(error),
        Some(_) => {
            let count = items.iter().filter(|item| item["ok"] == false).count();
            Err(Error::conflict(format!("{count} of {} were not reloaded", targets.len()))
                .hint("the lines above give the reasons"))
        }
    }
}
