//! How far a new key reaches: never further than its maker's own.

use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::model::between::Between;
use crate::model::key::Boundary;
use crate::model::scope::Scope;
use crate::model::tag;

/// Returns the scopes of a key that may be for reading alone.
///
/// # Errors
/// `Invalid` for scopes beside it that are for more than reading.
pub(super) fn scopes(asked: Vec<Scope>, read_only: bool) -> Result<Vec<Scope>> {
    let reading = [Scope::EntriesRead, Scope::Search];
    if !read_only {
        return Ok(asked);
    }
    if let Some(scope) = asked.iter().find(|scope| !reading.contains(scope)) {
        return Err(wrong(&format!("a key that only reads cannot have the scope {scope}"), "leave one of them out"));
    }
    Ok(if asked.is_empty() { reading.to_vec() } else { asked })
}

/// Returns the boundary of a new key: what was asked for, and what the maker's own key has beside.
///
/// # Errors
/// `Invalid` for a boundary that is none, or does not go with the scopes; `Forbidden` for one that is wider than the
/// maker's, and for every key that a key limited in entries would make: together they would be handed more.
pub(super) fn checked(ctx: &Ctx, asked: Option<Boundary>, scopes: &[Scope]) -> Result<Option<Boundary>> {
    let asked = canonical(asked.unwrap_or_default())?;
    let boundary = match ctx.caller.boundary() {
        None => asked,
        Some(Boundary { entries_per_day: Some(_), .. }) => {
            return Err(Error::new(Kind::Forbidden, "a key that is limited in entries a day makes no keys")
                .hint("make it with a key that is not, or `journal key add` as the operator"));
        }
        Some(held) => met(asked, held)?,
    };
    if boundary == Boundary::default() {
        return Ok(None);
    }
    if let Some(scope) = scopes.iter().find(|scope| !scope.keeps_within()) {
        return Err(wrong(
            &format!("a key that reaches only a part of the journal cannot have the scope {scope}"),
            "leave out that scope, or the limits",
        ));
    }
    Ok(Some(boundary))
}

fn canonical(asked: Boundary) -> Result<Boundary> {
    let Boundary { from, to, entries_per_day, without_tags } = asked;
    let (from, to) = Between { from, to }.checked().map_err(|error| error.code("invalid_field"))?;
    if entries_per_day == Some(0) {
        return Err(wrong("a key that may be handed no entry reads nothing", "give at least 1 entry a day"));
    }
    Ok(Boundary { from, to, entries_per_day, without_tags: tag::normalised(&without_tags)? })
}

/// Puts what the maker's own key has beside what was asked for.
fn met(asked: Boundary, held: &Boundary) -> Result<Boundary> {
    let before = asked.from.as_ref().zip(held.from.as_ref()).is_some_and(|(asked, held)| asked < held);
    let after = asked.to.as_ref().zip(held.to.as_ref()).is_some_and(|(asked, held)| asked > held);
    if before || after {
        return Err(Error::new(Kind::Forbidden, "a key cannot reach dates that its maker does not")
            .hint("choose a range within the maker's"));
    }
    let without_tags = [asked.without_tags, held.without_tags.clone()].concat();
    canonical(Boundary {
        from: asked.from.or_else(|| held.from.clone()),
        to: asked.to.or_else(|| held.to.clone()),
        entries_per_day: asked.entries_per_day,
        without_tags,
    })
}

fn wrong(message: &str, hint: &str) -> Error {
    Error::invalid(message.to_owned()).code("invalid_field").hint(hint.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(from: &str, to: &str) -> Boundary {
        let date = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Boundary { from: date(from), to: date(to), ..Boundary::default() }
    }

    #[test]
    fn a_key_reaches_no_further_than_its_makers() {
        let held = Boundary { without_tags: vec!["private".to_owned()], ..range("2026-01-01", "2026-06-30") };

        let inherited = met(range("", ""), &held).unwrap();
        let narrower =
            met(Boundary { without_tags: vec!["work".to_owned()], ..range("2026-02-01", "") }, &held).unwrap();

        assert_eq!(inherited, held);
        assert_eq!((narrower.from.as_deref(), narrower.to.as_deref()), (Some("2026-02-01"), Some("2026-06-30")));
        assert_eq!(narrower.without_tags, ["private", "work"]);
        for wider in [range("2025-12-31", ""), range("", "2026-07-01")] {
            assert_eq!(met(wider, &held).unwrap_err().kind(), Kind::Forbidden);
        }
        assert_eq!(met(range("2026-08-01", ""), &held).unwrap_err().kind(), Kind::Invalid, "nothing is left");
    }

    #[test]
    fn a_key_that_only_reads_has_no_other_scope() {
        assert_eq!(scopes(Vec::new(), true).unwrap(), [Scope::EntriesRead, Scope::Search]);
        assert_eq!(scopes(vec![Scope::Search], true).unwrap(), [Scope::Search]);
        assert!(scopes(vec![Scope::Search, Scope::Ingest], true).is_err());
        assert_eq!(scopes(vec![Scope::Ingest], false).unwrap(), [Scope::Ingest]);
    }

    #[test]
    fn limits_that_are_none_are_refused() {
        for asked in [
            range("2026-02-30", ""),
            range("2026-05-01", "2026-04-30"),
            Boundary { entries_per_day: Some(0), ..Boundary::default() },
            Boundary { without_tags: vec![String::new()], ..Boundary::default() },
        ] {
            assert_eq!(canonical(asked).unwrap_err().kind(), Kind::Invalid);
        }
    }
}
