//! Parses, validates and enqueues extraction requests.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::app::context::Ctx;
use crate::domain::date_range::DateRange;
use crate::domain::egress::EgressPurpose;
use crate::domain::id::{EntryId, JobId};
use crate::domain::scope::Scope;
use crate::egress;
use crate::error::{Error, Result};
use crate::storage::notebook::{entries, jobs};

/// Names of the supported parameters.
const PARAMS: [&str; 4] = ["entry_id", "start_date", "end_date", "stale_only"];
/// Maximum length of an unknown parameter name repeated in an error, in code points.
const MAX_ECHOED_NAME: usize = 60;

/// Entries to extract from; all entries by default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExtractionFilter {
    /// Only this entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry_id: Option<EntryId>,
    /// Only entries of this day, `YYYY-MM-DD`, or later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_date: Option<String>,
    /// Only entries of this day or earlier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_date: Option<String>,
    /// Only entries that were not extracted since their last change.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stale_only: bool,
}

/// A queued extraction.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub struct QueuedExtraction {
    /// Id of its job.
    pub job_id: JobId,
    /// Always `queued`.
    pub status: &'static str,
}

impl ExtractionFilter {
    /// Parses the parameters of a request.
    ///
    /// # Errors
    /// `Invalid` naming unknown parameters or one of a wrong type.
    pub fn parse(given: &Map<String, Value>) -> Result<Self> {
        let unknown: Vec<String> = given
            .keys()
            .filter(|name| !PARAMS.contains(&name.as_str()))
            .map(|name| format!("'{}'", name.chars().take(MAX_ECHOED_NAME).collect::<String>()))
            .collect();
        if !unknown.is_empty() {
            return Err(Error::invalid(format!("Unknown params for entity_extraction: [{}]", unknown.join(", ")))
                .code("invalid_field")
                .hint(format!("params are {}", PARAMS.join(", "))));
        }
        let wrong = |name: &str, wanted: &str| {
            Error::invalid(format!("Param '{name}' must be {wanted} for entity_extraction"))
                .code("invalid_field")
                .hint("leave out parameters that are not needed")
        };
        let text = |name: &str| match given.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(wrong(name, "a string")),
        };
        Ok(Self {
            entry_id: match given.get("entry_id") {
                None => None,
                Some(id) => Some(EntryId(id.as_i64().ok_or_else(|| wrong("entry_id", "an integer"))?)),
            },
            start_date: text("start_date")?.filter(|date| !date.is_empty()),
            end_date: text("end_date")?.filter(|date| !date.is_empty()),
            stale_only: match given.get("stale_only") {
                None => false,
                Some(stale) => stale.as_bool().ok_or_else(|| wrong("stale_only", "a boolean"))?,
            },
        })
    }

    fn date_range(&self) -> DateRange {
        DateRange { from: self.start_date.clone(), to: self.end_date.clone() }
    }
}

/// Enqueues an extraction job.
///
/// # Errors
/// `Conflict` if no provider is configured, and for an entry excluded from derivation; `Forbidden` if the notebook is
/// local-only; `NotFound`, also for the entries of others; `Invalid` for malformed dates.
pub async fn enqueue(ctx: &Ctx, wanted: ExtractionFilter) -> Result<QueuedExtraction> {
    ctx.caller.authorize(Scope::EntriesWrite)?;
    let (start_date, end_date) = wanted.date_range().validate()?;
    let wanted = ExtractionFilter { start_date, end_date, ..wanted };
    let (id, at) = (JobId::draw(ctx.app.entropy.as_ref())?, ctx.app.now_timestamp());
    let job_id = match wanted.entry_id {
        Some(entry) if wanted != (ExtractionFilter { entry_id: Some(entry), ..ExtractionFilter::default() }) => {
            return Err(
                Error::invalid("'entry_id' cannot be combined with other filters").hint("leave out one of the two")
            );
        }
        Some(entry) => {
            let exists = ctx.with_notebook_restricted(Scope::EntriesWrite, move |notebook, within| {
                notebook.read(|db| Ok((entries::exists_within(db, entry, within)?, entries::is_derivable(db, entry)?)))
            });
            match exists.await? {
                (false, _) => return Err(Error::not_found("entry").hint("`journal list` shows the entries")),
                (true, false) => return Err(not_derivable_error(entry)),
                (true, true) => {}
            }
            egress::ensure_available(ctx, EgressPurpose::Entities).await?;
            let left = ctx.with_notebook_restricted(Scope::EntriesWrite, move |notebook, within| {
                notebook.write(|db| {
                    if !entries::exists_within(db, entry, within)? {
                        return Err(Error::not_found("entry").hint("it was deleted meanwhile"));
                    }
                    jobs::enqueue(db, id, jobs::EXTRACT, entry, &at)
                })
            });
            left.await?
        }
        None => {
            egress::ensure_available(ctx, EgressPurpose::Entities).await?;
            let params = match serde_json::to_value(&wanted) {
                Ok(Value::Object(params)) => params,
                _ => Map::new(),
            };
            ctx.write(Scope::EntriesWrite, move |db| jobs::enqueue_with_params(db, id, jobs::EXTRACT, &params, &at))
                .await?;
            id
        }
    };
    ctx.wake_worker();
    Ok(QueuedExtraction { job_id, status: "queued" })
}

/// Error for an entry excluded from derivation.
pub(super) fn not_derivable_error(entry: EntryId) -> Error {
    Error::conflict(format!("entry {entry} is excluded from extraction"))
        .code("entry_not_derivable")
        .hint("confirm its date with `journal edit ID --date`, or an assistant's words with `journal edit ID --accept`")
}
