use clap::ValueEnum;

use crate::out::Out;
use crate::shell::Shell;
use journal::error::Error;
use journal::error::Result;
use journal::reload::What;
use journal::remote::Remote;

/// Have the running server read its files anew
///
/// It asks over HTTP, at the address that the setting server.url gives, with the API key that commands act with; the
/// key needs the scope admin:reload.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to read anew
    #[arg(default_value = "all")]
    what: Wanted,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    All,
    One(What),
}

impl ValueEnum for Wanted {
    fn value_variants<'a>() -> &'a [Self] {
        &[
            Self::One(What::OcrContext),
            Self::One(What::TranscriptionContext),
            Self::One(What::MoodDimensions),
            Self::One(What::EntityCasing),
            Self::All,
        ]
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        match self {
            Self::All => Some(clap::builder::PossibleValue::new("all").help("All of them")),
            Self::One(what) => what.to_possible_value(),
        }
    }
}

pub async fn run(shell: &Shell, args: &Args, out: &mut Out) -> Result<()> {
    let remote = Remote::new(&shell.config)?;
    let wanted = match args.what {
        Wanted::One(what) => vec![what],
        Wanted::All => What::ALL.to_vec(),
    };
    let (mut items, mut failed): (Vec<serde_json::Value>, Option<Error>) = (Vec::new(), None);
    for &what in &wanted {
        match remote.reload(what.name()).await {
            Ok(summary) => items.push(serde_json::json!({ "what": what.name(), "ok": true, "summary": summary })),
            // A refusal is about this one; anything else will be no different for the next.
            Err(error) if error.kind() == journal::error::Kind::Conflict => {
                items.push(serde_json::json!({ "what": what.name(), "ok": false, "reason": error.to_string() }));
                failed = Some(error);
            }
            Err(error) => return Err(error),
        }
    }
    out.result(&serde_json::json!({ "items": items }), |_| {
        let told = items.iter().map(|item| match item["reason"].as_str() {
            Some(reason) => format!("{}: {reason}", item["what"].as_str().unwrap_or_default()),
            None => format!("{}: read anew", item["what"].as_str().unwrap_or_default()),
        });
        told.collect::<Vec<_>>().join("\n")
    })?;
    match failed {
        None => Ok(()),
        Some(error) if wanted.len() == 1 => Err(error),
        Some(_) => {
            let count = items.iter().filter(|item| item["ok"] == false).count();
            Err(Error::conflict(format!("{count} of {} were not read anew", wanted.len()))
                .hint("each line above says why"))
        }
    }
}
