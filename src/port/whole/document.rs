//! `journal.json`, read entry by entry: never more of it in memory than one.

use std::collections::BTreeSet;
use std::fmt;
use std::io::Read;

use serde::de::Deserializer as _;
use serde::de::MapAccess;
use serde::de::Visitor;

use crate::error::Error;
use crate::error::Result;
use crate::model::portable::Correction;
use crate::model::portable::Entity;
use crate::model::portable::Entry;
use crate::model::portable::EntryV1;
use crate::model::portable::FORMAT;
use crate::model::portable::Mention;
use crate::model::portable::Merge;
use crate::model::portable::MergeCandidate;
use crate::model::portable::PairDecision;
use crate::model::portable::Policy;
use crate::model::portable::Relationship;
use crate::model::portable::VERSION;
use crate::port::stream;
use crate::port::stream::Each;

/// Something of an export.
pub(super) enum Item {
    Policy(Policy),
    Entry(Box<Entry>),
    Entity(Entity),
    Mention(Mention),
    Relationship(Relationship),
    MergeCandidate(MergeCandidate),
    Merge(Merge),
    PairDecision(PairDecision),
    Correction(Correction),
}

/// The lists of version 2, all of which have to be there; version 1 has entries alone.
const LISTS: [&str; 8] =
    ["policy", "entries", "entities", "mentions", "relationships", "merge_candidates", "merges", "pair_decisions"];
/// The list of version 2 that older documents lack.
const LATER: &str = "corrections";

/// Hands everything in a document on, in its order, and returns its version.
///
/// # Errors
/// `Invalid` for another format, a version from the future and broken JSON; what `take` returns.
pub(super) fn read(from: impl Read, take: &mut dyn FnMut(Item) -> Result<()>) -> Result<u32> {
    let mut failed = None;
    let mut json = serde_json::Deserializer::from_reader(from);
    let read = (&mut json).deserialize_map(Whole { take, failed: &mut failed });
    let read = read.and_then(|version| json.end().map(|()| version));
    read.map_err(|error| failed.unwrap_or_else(|| stream::broken(&error)))
}

struct Whole<'a> {
    take: &'a mut dyn FnMut(Item) -> Result<()>,
    failed: &'a mut Option<Error>,
}

impl<'de> Visitor<'de> for Whole<'_> {
    type Value = u32;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an export")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> std::result::Result<u32, A::Error> {
        let Self { take, failed } = self;
        let version = match head(&mut fields)? {
            Ok(version) => version,
            Err(error) => return Err(give_up(failed, error)),
        };
        let mut seen = BTreeSet::new();
        while let Some(name) = fields.next_key::<String>()? {
            if name == LATER && version > 1 && seen.insert(LATER) {
                fields.next_value_seed(Each::new(failed, |said| take(Item::Correction(said))))?;
                continue;
            }
            let known = LISTS.iter().find(|known| **known == name && (version > 1 || name == "entries"));
            let Some(&known) = known.filter(|known| seen.insert(**known)) else {
                return Err(give_up(failed, changed()));
            };
            match known {
                "policy" => {
                    let policy = fields.next_value()?;
                    take(Item::Policy(policy)).map_err(|error| give_up(failed, error))?;
                }
                "entries" if version == 1 => fields
                    .next_value_seed(Each::new(failed, |entry: EntryV1| take(Item::Entry(Box::new(entry.into())))))?,
                "entries" => fields.next_value_seed(Each::new(failed, |entry| take(Item::Entry(Box::new(entry)))))?,
                "entities" => fields.next_value_seed(Each::new(failed, |entity| take(Item::Entity(entity))))?,
                "mentions" => fields.next_value_seed(Each::new(failed, |mention| take(Item::Mention(mention))))?,
                "relationships" => fields.next_value_seed(Each::new(failed, |one| take(Item::Relationship(one))))?,
                "merge_candidates" => {
                    fields.next_value_seed(Each::new(failed, |one| take(Item::MergeCandidate(one))))?;
                }
                "merges" => fields.next_value_seed(Each::new(failed, |merge| take(Item::Merge(merge))))?,
                _ => fields.next_value_seed(Each::new(failed, |pair| take(Item::PairDecision(pair))))?,
            }
        }
        seen.remove(LATER);
        let wanted = if version == 1 { 1 } else { LISTS.len() };
        if seen.len() == wanted { Ok(version) } else { Err(give_up(failed, changed())) }
    }
}

/// Reads what stands first: which format it is, and which version.
fn head<'de, A: MapAccess<'de>>(fields: &mut A) -> std::result::Result<Result<u32>, A::Error> {
    if fields.next_key::<String>()?.as_deref() != Some("format") {
        return Ok(Err(foreign()));
    }
    // Whatever it is, it is not quoted.
    if fields.next_value::<serde_json::Value>()? != FORMAT {
        return Ok(Err(foreign()));
    }
    if fields.next_key::<String>()?.as_deref() != Some("version") {
        return Ok(Err(foreign()));
    }
    let version = fields.next_value::<serde_json::Value>()?.as_u64().and_then(|version| u32::try_from(version).ok());
    Ok(match version {
        Some(version @ 1..=VERSION) => Ok(version),
        Some(version) if version > VERSION => {
            Err(Error::conflict(format!("the export has version {version}; this program reads up to {VERSION}"))
                .hint("use the version of journal that wrote it, or a newer one"))
        }
        _ => Err(foreign()),
    })
}

fn give_up<E: serde::de::Error>(failed: &mut Option<Error>, error: Error) -> E {
    *failed = Some(error);
    E::custom("given up")
}

fn foreign() -> Error {
    Error::invalid("this is no export of a journal").hint("name the folder or file that `journal export` wrote")
}

fn changed() -> Error {
    Error::invalid("the export lacks a part, or has one that is not known")
        .hint("take another copy of it, or export the journal again")
}
