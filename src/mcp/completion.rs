//! What an argument can be, as a client offers it while somebody types: dates and numbers of entries, never words.

use rmcp::model::CompleteRequestParams;
use rmcp::model::CompleteResult;
use rmcp::model::CompletionInfo;
use rmcp::model::Reference;

use crate::ctx::Ctx;
use crate::entries;
use crate::error::Error;
use crate::error::Kind as Cause;
use crate::error::Result;
use crate::mcp::prompts;
use crate::mcp::prompts::Kind;
use crate::mcp::resources;
use crate::mcp::resources::Template;
use crate::model::day;

/// What is offered for an argument.
enum Offer {
    /// Days that have entries, from one on.
    Days(Option<String>),
    /// Numbers of entries.
    Entries,
    /// Nothing: it is anybody's own words.
    Nothing,
}

/// Returns what fits what was typed so far, newest first, at most 100. Who may not read entries is offered nothing.
///
/// # Errors
/// `Invalid` for a prompt, a template or an argument that there is not.
pub(crate) async fn complete(ctx: &Ctx, asked: CompleteRequestParams) -> Result<CompleteResult> {
    let all = match offer(&asked)? {
        Offer::Days(from) => days(ctx, from).await,
        Offer::Entries => entries::places(ctx).await.map(|all| all.iter().map(|(_, id)| id.to_string()).collect()),
        Offer::Nothing => Ok(Vec::new()),
    };
    let mut fitting = match all {
        Err(error) if error.kind() == Cause::Forbidden => Vec::new(),
        all => all?,
    };
    fitting.retain(|value| value.starts_with(asked.argument.value.trim()));
    let (total, more) = (u32::try_from(fitting.len()).ok(), fitting.len() > CompletionInfo::MAX_VALUES);
    fitting.truncate(CompletionInfo::MAX_VALUES);
    let info = CompletionInfo::with_pagination(fitting, total, more);
    Ok(CompleteResult::new(info.map_err(|error| Error::internal("completing", error))?))
}

fn offer(asked: &CompleteRequestParams) -> Result<Offer> {
    let name = asked.argument.name.as_str();
    match &asked.r#ref {
        Reference::Prompt(prompt) => {
            let argument = prompts::named(&prompt.name)?.argument(name)?;
            // A period does not end before it begins.
            let given = asked.context.as_ref().filter(|_| argument.ends_period()).and_then(|context| {
                context.get_argument("start_date").filter(|date| day::parse(date).is_ok()).cloned()
            });
            Ok(match argument.kind {
                Kind::Day => Offer::Days(given),
                Kind::Line => Offer::Nothing,
            })
        }
        Reference::Resource(template) => match resources::template(&template.uri)? {
            Template::Entry if name == "id" => Ok(Offer::Entries),
            Template::Day if name == "date" => Ok(Offer::Days(None)),
            Template::Entry | Template::Day => {
                Err(Error::invalid("the template has no such argument").hint("it is the word in braces"))
            }
        },
        _ => Err(Error::invalid("there is nothing of that kind to complete").hint("name a prompt or a template")),
    }
}

async fn days(ctx: &Ctx, from: Option<String>) -> Result<Vec<String>> {
    let mut days: Vec<String> = entries::places(ctx).await?.into_iter().map(|(day, _)| day).collect();
    days.dedup();
    days.retain(|day| from.as_ref().is_none_or(|from| day >= from));
    Ok(days)
}
