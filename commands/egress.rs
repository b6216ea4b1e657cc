use clap::Subcommand;

use crate::cli_context::CliContext;
use crate::output::{CommandOutput, table};
use journal::domain::egress::{EgressPolicy, EgressPurpose, EgressReport, EgressTotals, LedgerItem, RedactionKind};
use journal::domain::id::EntryId;
use journal::error::{Error, Result};
use journal::services::egress_settings::{self, EgressPolicyUpdate, LedgerDateRange, LedgerQuery};

/// Show and control the requests sent to providers for your journal
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the requests sent to providers, newest first; never their content
    #[command(after_long_help = "Example:\n\n    journal egress list --purpose embedding")]
    List(LedgerQuery),
    /// Summarise the requests by provider, purpose and model
    #[command(after_long_help = "Example:\n\n    journal egress report --from 2026-11-01")]
    Report(LedgerDateRange),
    /// Show an entry as a provider would receive it; nothing is sent
    #[command(after_long_help = "Example:\n\n    journal egress preview 7")]
    Preview {
        /// Entry id, as shown by `journal list`
        entry: EntryId,
    },
    /// Show or change the egress policy
    #[command(after_long_help = "Example:\n\n    journal egress policy --redact phones,emails --word Marta")]
    Policy {
        /// `on`: send nothing at all, not even to a server on this machine
        #[arg(long, value_name = "on|off", value_parser = parse_on_off)]
        local_only: Option<bool>,
        /// Permitted purposes, separated by commas; `all` for every purpose that the server permits, or `none`
        #[arg(long, value_name = "LIST")]
        purposes: Option<String>,
        /// Data to replace with placeholders: phones, emails, national-ids, separated by commas, or `none`
        #[arg(long, value_name = "LIST")]
        redact: Option<String>,
        /// Word to redact as well, repeatable
        #[arg(long = "word", value_name = "WORD")]
        words: Vec<String>,
        /// Word to stop redacting, repeatable
        #[arg(long = "forget-word", value_name = "WORD")]
        forget: Vec<String>,
    },
}

fn parse_on_off(text: &str) -> Result<bool, String> {
    match text {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err("use `on` or `off`".to_owned()),
    }
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    let ctx = shell.user_ctx()?;
    match args.command {
        Command::List(query) => {
            let ledger = egress_settings::list(&ctx, query).await?;
            out.result(&ledger, |ledger| {
                let header = ["NO", "AT", "PURPOSE", "PROVIDER", "HOST", "MODEL", "OUT", "IN", "REDACTED", "RESULT"];
                table(header, ledger.items.iter().map(ledger_row))
            })
        }
        Command::Report(days) => out.result(&egress_settings::report(&ctx, days).await?, render_report),
        Command::Preview { entry } => {
            let preview = egress_settings::preview(&ctx, entry).await?;
            for purpose in &preview.ways {
                let provider = purpose.provider.as_deref().unwrap_or("no provider");
                let verdict = if purpose.allowed { "permitted" } else { "not permitted" };
                out.note(format!("{}: {verdict} ({provider})", purpose.purpose));
            }
            out.result(&preview, |preview| preview.text.clone())
        }
        Command::Policy { local_only, purposes, redact, words, forget } => {
            let change = EgressPolicyUpdate {
                local_only,
                purposes: purposes.map(|text| parse_list(&text)),
                redact: redact.map(|text| parse_redactions(&text)).transpose()?,
                add_words: (!words.is_empty()).then_some(words),
                forget_words: (!forget.is_empty()).then_some(forget),
            };
            out.done(&egress_settings::change(&ctx, change).await?, render_policy)
        }
    }
}

/// Parses a comma-separated list; `none` is the empty list.
fn parse_list(text: &str) -> Vec<String> {
    let items = text.split(',').map(str::trim).filter(|item| !item.is_empty() && *item != "none");
    items.map(str::to_owned).collect()
}

fn parse_redactions(text: &str) -> Result<Vec<RedactionKind>, Error> {
    parse_list(text).iter().map(|item| item.parse()).collect()
}

fn ledger_row(sending: &LedgerItem) -> [String; 10] {
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

fn render_report(report: &EgressReport) -> String {
    let header = ["PROVIDER", "PURPOSE", "MODEL", "CALLS", "OUT", "IN", "REDACTED", "TOKENS IN", "TOKENS OUT", "USD"];
    let line = |names: [&str; 3], totals: &EgressTotals| {
        let cost = totals.cost_usd.map_or_else(|| "-".to_owned(), |cost| format!("{cost:.4}"));
        let counts = [
            totals.calls,
            totals.bytes_out,
            totals.bytes_in,
            totals.redactions,
            totals.input_tokens,
            totals.output_tokens,
        ];
        let [calls, bytes_out, bytes_in, redactions, tokens_in, tokens_out] = counts.map(|count| count.to_string());
        let [provider, purpose, model] = names.map(str::to_owned);
        [provider, purpose, model, calls, bytes_out, bytes_in, redactions, tokens_in, tokens_out, cost]
    };
    let shares = report.items.iter().map(|share| line([&share.provider, &share.purpose, &share.model], &share.totals));
    table(header, shares.chain([line(["total", "", ""], &report.total)]))
}

fn render_policy(policy: &EgressPolicy) -> String {
    let list = |names: Vec<&str>| if names.is_empty() { "nothing".to_owned() } else { names.join(", ") };
    let names = |purposes: &[EgressPurpose]| list(purposes.iter().map(|purpose| purpose.name()).collect());
    let permitted = policy.purposes.as_deref().map_or_else(|| "all that the server permits".to_owned(), names);
    let lines = [
        ("Local-only", if policy.local_only { "on".to_owned() } else { "off".to_owned() }),
        ("You permit", permitted),
        ("The server permits", names(&policy.server_purposes)),
        ("In effect", names(&policy.allowed)),
        ("Redacted", list(policy.redact.iter().map(|kind| kind.name()).collect())),
        ("Your words", list(policy.words.iter().map(String::as_str).collect())),
    ];
    lines.map(|(name, value)| format!("{name:<20} {value}")).join("\n")
}
