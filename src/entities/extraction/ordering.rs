//! Ordering a run.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Map;
use serde_json::Value;

use crate::ctx::Ctx;
use crate::egress;
use crate::error::Error;
use crate::error::Result;
use crate::model::between::Between;
use crate::model::egress::Purpose;
use crate::model::id::EntryId;
use crate::model::id::JobId;
use crate::model::scope::Scope;
use crate::storage::notebook::entries;
use crate::storage::notebook::jobs;

/// The names of what may be asked for.
const PARAMS: [&str; 4] = ["entry_id", "start_date", "end_date", "stale_only"];
/// Code points of a wrong name that an answer repeats.
const REPEATED: usize = 60;

/// Which entries are looked through; all of them where nothing is said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Wanted {
    /// This one alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry_id: Option<EntryId>,
    /// Those of this day, `YYYY-MM-DD`, or later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_date: Option<String>,
    /// Those of this day or earlier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_date: Option<String>,
    /// Those that were not looked through since their text was written.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stale_only: bool,
}

/// A run that waits to be made.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub struct Ordered {
    /// Its job.
    pub job_id: JobId,
    /// `queued`.
    pub status: &'static str,
}

impl Wanted {
    /// Reads what a client sends.
    ///
    /// # Errors
    /// `Invalid` naming what is unknown or of a wrong type.
    pub fn read(given: &Map<String, Value>) -> Result<Self> {
        let unknown: Vec<String> = given
            .keys()
            .filter(|name| !PARAMS.contains(&name.as_str()))
            .map(|name| format!("'{}'", name.chars().take(REPEATED).collect::<String>()))
            .collect();
        if !unknown.is_empty() {
            return Err(Error::invalid(format!("Unknown params for entity_extraction: [{}]", unknown.join(", ")))
                .code("invalid_field")
                .hint(format!("params are {}", PARAMS.join(", "))));
        }
        let wrong = |name: &str, wanted: &str| {
            Error::invalid(format!("Param '{name}' must be {wanted} for entity_extraction"))
                .code("invalid_field")
                .hint("leave out what is not wanted")
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

    fn between(&self) -> Between {
        Between { from: self.start_date.clone(), to: self.end_date.clone() }
    }
}

/// Leaves a job that looks for people, places and the like.
///
/// # Errors
/// `Conflict` when there is nobody to ask, and for an entry from which nothing may be derived; `Forbidden` when entries are
/// kept in; `NotFound`, also for the entries of others; `Invalid` for dates that are none.
pub async fn order(ctx: &Ctx, wanted: Wanted) -> Result<Ordered> {
    ctx.caller.authorize(Scope::EntriesWrite)?;
    let (start_date, end_date) = wanted.between().checked()?;
    let wanted = Wanted { start_date, end_date, ..wanted };
    let (id, at) = (JobId::draw(ctx.app.entropy.as_ref())?, ctx.app.stamp());
    let job_id = match wanted.entry_id {
        Some(entry) if wanted != (Wanted { entry_id: Some(entry), ..Wanted::default() }) => {
            return Err(Error::invalid("one entry is wanted, or those of some days").hint("leave one of the two out"));
        }
        Some(entry) => {
            let exists = ctx.act_within(Scope::EntriesWrite, move |notebook, within| {
                notebook.read(|db| Ok((entries::lies_within(db, entry, within)?, entries::is_derivable(db, entry)?)))
            });
            match exists.await? {
                (false, _) => return Err(Error::not_found("entry").hint("`journal list` shows which there are")),
                (true, false) => return Err(not_derivable(entry)),
                (true, true) => {}
            }
            egress::expect_asking(ctx, Purpose::Entities).await?;
            let left = ctx.act_within(Scope::EntriesWrite, move |notebook, within| {
                notebook.write(|db| {
                    if !entries::lies_within(db, entry, within)? {
                        return Err(Error::not_found("entry").hint("it was deleted just now"));
                    }
                    jobs::enqueue(db, id, jobs::EXTRACT, entry, &at)
                })
            });
            left.await?
        }
        None => {
            egress::expect_asking(ctx, Purpose::Entities).await?;
            let params = match serde_json::to_value(&wanted) {
                Ok(Value::Object(params)) => params,
                _ => Map::new(),
            };
            ctx.write(Scope::EntriesWrite, move |db| jobs::order(db, id, jobs::EXTRACT, &params, &at)).await?;
            id
        }
    };
    ctx.left_work();
    Ok(Ordered { job_id, status: "queued" })
}

/// Says that nothing is derived from an entry.
pub(super) fn not_derivable(entry: EntryId) -> Error {
    Error::conflict(format!("nothing is derived from entry {entry} as it is"))
        .code("entry_not_derivable")
        .hint("confirm its date with `journal edit ID --date`, or an assistant's words with `journal edit ID --accept`")
}
