//! Argument completion: dates and ids of entries, never entry text.

use rmcp::model::{CompleteRequestParams, CompleteResult, CompletionInfo, Reference};

use crate::app::context::Ctx;
use crate::domain::entry_date;
use crate::error::{Error, ErrorKind as Cause, Result};
use crate::mcp::prompts::{self, PromptParameterKind};
use crate::mcp::resources::{self, ResourceUriTemplate};
use crate::services::entries;

/// Source of suggestions for an argument.
enum ArgumentSuggestions {
    /// Days with entries, optionally from a given day on.
    Days(Option<String>),
    /// Entry ids.
    Entries,
    /// No suggestions: free text.
    Empty,
}

/// Returns suggestions with the typed prefix, newest first, at most 100; none if the caller may not read entries.
///
/// # Errors
/// `Invalid` for an unknown prompt, template or argument.
pub(crate) async fn complete(ctx: &Ctx, asked: CompleteRequestParams) -> Result<CompleteResult> {
    let all = match suggestions_for(&asked)? {
        ArgumentSuggestions::Days(from) => entry_days(ctx, from).await,
        ArgumentSuggestions::Entries => {
            entries::dates_and_ids(ctx).await.map(|all| all.iter().map(|(_, id)| id.to_string()).collect())
        }
        ArgumentSuggestions::Empty => Ok(Vec::new()),
    };
    let mut matching = match all {
        Err(error) if error.kind() == Cause::Forbidden => Vec::new(),
        all => all?,
    };
    matching.retain(|value| value.starts_with(asked.argument.value.trim()));
    let (total, more) = (u32::try_from(matching.len()).ok(), matching.len() > CompletionInfo::MAX_VALUES);
    matching.truncate(CompletionInfo::MAX_VALUES);
    let info = CompletionInfo::with_pagination(matching, total, more);
    Ok(CompleteResult::new(info.map_err(|error| Error::internal("cannot complete an argument", error))?))
}

fn suggestions_for(asked: &CompleteRequestParams) -> Result<ArgumentSuggestions> {
    let name = asked.argument.name.as_str();
    match &asked.r#ref {
        Reference::Prompt(prompt) => {
            let argument = prompts::find(&prompt.name)?.argument(name)?;
            // The end of a period is not before its start.
            let start = asked.context.as_ref().filter(|_| argument.is_period_end()).and_then(|context| {
                context.get_argument("start_date").filter(|date| entry_date::parse(date).is_ok()).cloned()
            });
            Ok(match argument.kind {
                PromptParameterKind::Day => ArgumentSuggestions::Days(start),
                PromptParameterKind::Line => ArgumentSuggestions::Empty,
            })
        }
        Reference::Resource(template) => match resources::find_template(&template.uri)? {
            ResourceUriTemplate::Entry if name == "id" => Ok(ArgumentSuggestions::Entries),
            ResourceUriTemplate::Day if name == "date" => Ok(ArgumentSuggestions::Days(None)),
            ResourceUriTemplate::Entry | ResourceUriTemplate::Day => {
                Err(Error::invalid("the template has no such argument").hint("the argument is the word in braces"))
            }
        },
        _ => Err(Error::invalid("unsupported completion reference").hint("name a prompt or a template")),
    }
}

async fn entry_days(ctx: &Ctx, from: Option<String>) -> Result<Vec<String>> {
    let mut days: Vec<String> = entries::dates_and_ids(ctx).await?.into_iter().map(|(day, _)| day).collect();
    days.dedup();
    days.retain(|day| from.as_ref().is_none_or(|from| day >= from));
    Ok(days)
}
