use clap::Subcommand;

use crate::out::Out;
use crate::out::table;
use crate::shell::Shell;
use journal::error::Error;
use journal::error::Result;
use journal::model::egress::Policy;
use journal::model::egress::Purpose;
use journal::model::egress::Redaction;
use journal::model::egress::Report;
use journal::model::egress::Sending;
use journal::model::egress::Totals;
use journal::model::id::EntryId;
use journal::privacy;
use journal::privacy::Change;
use journal::privacy::Days;
use journal::privacy::Wanted;

/// See and decide what leaves this machine for your journal
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List every request that left, newest first; never what was in it
    List {
        #[command(flatten)]
        between: Between,
        /// Only what left for this, such as `embedding`
        #[arg(long)]
        purpose: Option<String>,
        /// Requests to show, 1 to 200
        #[arg(long, default_value_t = 50)]
        limit: u32,
        /// Requests to skip
        #[arg(long, default_value_t = 0)]
        offset: u32,
    },
    /// Sum up what left, by provider, purpose and model
    Report {
        #[command(flatten)]
        between: Between,
    },
    /// Show an entry as a provider would be given it; nothing is sent
    Preview {
        /// Number from `journal list`
        entry: EntryId,
    },
    /// Show what may leave, and change it
    Policy {
        /// `on`: nothing leaves at all, not even to a server on this machine
        #[arg(long, value_name = "on|off", value_parser = switch)]
        local_only: Option<bool>,
        /// What may leave, separated by commas; `all` is whatever the server's settings allow, `none` nothing
        #[arg(long, value_name = "LIST")]
        purposes: Option<String>,
        /// What is replaced by placeholders: phones, emails, national-ids, separated by commas, or `none`
        #[arg(long, value_name = "LIST")]
        redact: Option<String>,
        /// A word of your own to replace likewise, repeatable
        #[arg(long = "word", value_name = "WORD")]
        words: Vec<String>,
        /// A word to replace no longer, repeatable
        #[arg(long = "forget-word", value_name = "WORD")]
        forget: Vec<String>,
    },
}

#[derive(Debug, clap::Args)]
struct Between {
    /// First day, YYYY-MM-DD, UTC
    #[arg(long, value_name = "DAY")]
    from: Option<String>,
    /// Last day, YYYY-MM-DD, UTC
    #[arg(long, value_name = "DAY")]
    to: Option<String>,
}

impl From<Between> for Days {
    fn from(between: Between) -> Self {
        Self { from: between.from, to: between.to }
    }
}

fn switch(text: &str) -> Result<bool, String> {
    match text {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err("it is `on` or `off`".to_owned()),
    }
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    let ctx = shell.ctx()?;
    match args.command {
        Command::List { between, purpose, limit, offset } => {
            let wanted = Wanted { days: between.into(), purpose, limit: limit.into(), offset: offset.into() };
            let ledger = privacy::list(&ctx, wanted).await?;
            out.result(&ledger, |ledger| {
                let header = ["NO", "AT", "PURPOSE", "PROVIDER", "HOST", "MODEL", "OUT", "IN", "HELD BACK", "RESULT"];
                table(header, ledger.items.iter().map(row))
            })
        }
        Command::Report { between } => {
            let report = privacy::report(&ctx, between.into()).await?;
            out.result(&report, summed)
        }
        Command::Preview { entry } => {
            let preview = privacy::preview(&ctx, entry).await?;
            for way in &preview.ways {
                let who = way.provider.as_deref().unwrap_or("nobody");
                let whether = if way.allowed { "may be sent" } else { "is not sent" };
                out.note(format!("{}: {whether} ({who})", way.purpose));
            }
            out.result(&preview, |preview| preview.text.clone())
        }
        Command::Policy { local_only, purposes, redact, words, forget } => {
            let change = Change {
                local_only,
                purposes: purposes.map(|text| items(&text)),
                redact: redact.map(|text| kinds(&text)).transpose()?,
                add_words: (!words.is_empty()).then_some(words),
                forget_words: (!forget.is_empty()).then_some(forget),
            };
            let policy = privacy::change(&ctx, change).await?;
            out.result(&policy, told)
        }
    }
}

/// Reads a list; `none` is an empty one.
fn items(text: &str) -> Vec<String> {
    let items = text.split(',').map(str::trim).filter(|item| !item.is_empty() && *item != "none");
    items.map(str::to_owned).collect()
}

fn kinds(text: &str) -> Result<Vec<Redaction>, Error> {
    items(text).iter().map(|item| item.parse()).collect()
}

fn row(sending: &Sending) -> [String; 10] {
    let result = match sending.status {
        Some(status) => format!("{} ({status})", sending.result),
        None => sending.result.clone(),
    };
    [
        sending.seq.to_string(),
        sending.at.clone(),
        sending.purpose.clone(),
        sending.provider.clone(),
        sending.host.clone(),
        sending.model.clone(),
        sending.bytes_out.to_string(),
        sending.bytes_in.to_string(),
        sending.redactions.to_string(),
        result,
    ]
}

fn summed(report: &Report) -> String {
    let header = ["PROVIDER", "PURPOSE", "MODEL", "CALLS", "OUT", "IN", "HELD BACK", "TOKENS IN", "TOKENS OUT", "USD"];
    let line = |names: [&str; 3], totals: &Totals| {
        let cost = totals.cost_usd.map_or_else(|| "-".to_owned(), |cost| format!("{cost:.4}"));
        let counts = [
            totals.calls,
            totals.bytes_out,
            totals.bytes_in,
            totals.redactions,
            totals.input_tokens,
            totals.output_tokens,
        ];
        let [calls, out, back, held, read, written] = counts.map(|count| count.to_string());
        let [provider, purpose, model] = names.map(str::to_owned);
        [provider, purpose, model, calls, out, back, held, read, written, cost]
    };
    let shares = report.items.iter().map(|share| line([&share.provider, &share.purpose, &share.model], &share.totals));
    table(header, shares.chain([line(["in all", "", ""], &report.total)]))
}

fn told(policy: &Policy) -> String {
    let list = |names: Vec<&str>| if names.is_empty() { "nothing".to_owned() } else { names.join(", ") };
    let names = |purposes: &[Purpose]| list(purposes.iter().map(|purpose| purpose.name()).collect());
    let yours = policy.purposes.as_deref().map_or_else(|| "whatever the server allows".to_owned(), names);
    let lines = [
        ("Local-only", if policy.local_only { "on".to_owned() } else { "off".to_owned() }),
        ("You let out", yours),
        ("The server lets out", names(&policy.server_purposes)),
        ("May leave", names(&policy.allowed)),
        ("Held back", list(policy.redact.iter().map(|kind| kind.name()).collect())),
        ("Your words", list(policy.words.iter().map(String::as_str).collect())),
    ];
    lines.map(|(name, value)| format!("{name:<20} {value}")).join("\n")
}
