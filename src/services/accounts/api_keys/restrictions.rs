//! Restrictions of a new API key: never wider than those of the key that creates it.

use crate::app::context::Ctx;
use crate::domain::api_key::KeyRestrictions;
use crate::domain::date_range::DateRange;
use crate::domain::scope::Scope;
use crate::domain::tag;
use crate::error::{Error, ErrorKind, Result};
use crate::services::accounts::field_errors::invalid_field_error;

/// Returns the scopes of a new key, which may be read-only.
///
/// # Errors
/// `Invalid` for a read-only key with other scopes.
pub(super) fn checked_scopes(asked: Vec<Scope>, read_only: bool) -> Result<Vec<Scope>> {
    let reading = [Scope::EntriesRead, Scope::Search];
    if !read_only {
        return Ok(asked);
    }
    if let Some(scope) = asked.iter().find(|scope| !reading.contains(scope)) {
        return Err(invalid_field_error(
            format!("a read-only key cannot have the scope {scope}"),
            "leave one of them out",
        ));
    }
    Ok(if asked.is_empty() { reading.to_vec() } else { asked })
}

/// Returns the restriction of a new key: the requested one combined with that of the creating key.
///
/// # Errors
/// `Invalid` for a restriction that is invalid or does not fit the scopes; `Forbidden` for one that is wider than that
/// of the creating key, and for every key created by a key with a daily quota: together they would exceed it.
pub(super) fn checked_boundary(
    ctx: &Ctx,
    asked: Option<KeyRestrictions>,
    scopes: &[Scope],
) -> Result<Option<KeyRestrictions>> {
    let asked = canonical(asked.unwrap_or_default())?;
    let boundary = match ctx.caller.boundary() {
        None => asked,
        Some(KeyRestrictions { entries_per_day: Some(_), .. }) => {
            return Err(Error::new(ErrorKind::Forbidden, "a key with a daily limit of entries cannot create keys")
                .hint("use a key without that limit, or `journal key add` as the operator"));
        }
        Some(held) => intersect(asked, held)?,
    };
    if boundary == KeyRestrictions::default() {
        return Ok(None);
    }
    if let Some(scope) = scopes.iter().find(|scope| !scope.supports_restrictions()) {
        return Err(invalid_field_error(
            format!("a key that is limited to a part of the journal cannot have the scope {scope}"),
            "leave out that scope or the limits",
        ));
    }
    Ok(Some(boundary))
}

fn canonical(asked: KeyRestrictions) -> Result<KeyRestrictions> {
    let KeyRestrictions { from, to, entries_per_day, without_tags } = asked;
    let (from, to) = DateRange { from, to }.validate().map_err(|error| error.code("invalid_field"))?;
    if entries_per_day == Some(0) {
        return Err(invalid_field_error(
            "a key with a limit of 0 entries a day cannot read anything",
            "allow at least 1 entry a day",
        ));
    }
    Ok(KeyRestrictions { from, to, entries_per_day, without_tags: tag::normalize(&without_tags)? })
}

/// Combines the requested restriction with that of the creating key.
fn intersect(asked: KeyRestrictions, held: &KeyRestrictions) -> Result<KeyRestrictions> {
    let before = asked.from.as_ref().zip(held.from.as_ref()).is_some_and(|(asked, held)| asked < held);
    let after = asked.to.as_ref().zip(held.to.as_ref()).is_some_and(|(asked, held)| asked > held);
    if before || after {
        return Err(Error::new(ErrorKind::Forbidden, "a key cannot access dates that the key creating it cannot")
            .hint("choose a range within that of the creating key"));
    }
    let without_tags = [asked.without_tags, held.without_tags.clone()].concat();
    canonical(KeyRestrictions {
        from: asked.from.or_else(|| held.from.clone()),
        to: asked.to.or_else(|| held.to.clone()),
        entries_per_day: asked.entries_per_day,
        without_tags,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(from: &str, to: &str) -> KeyRestrictions {
        let date = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        KeyRestrictions { from: date(from), to: date(to), ..KeyRestrictions::default() }
    }

    #[test]
    fn a_key_is_limited_by_the_key_that_created_it() {
        let held = KeyRestrictions { without_tags: vec!["private".to_owned()], ..range("2026-01-01", "2026-06-30") };

        let inherited = intersect(range("", ""), &held).unwrap();
        let narrower =
            intersect(KeyRestrictions { without_tags: vec!["work".to_owned()], ..range("2026-02-01", "") }, &held)
                .unwrap();

        assert_eq!(inherited, held);
        assert_eq!((narrower.from.as_deref(), narrower.to.as_deref()), (Some("2026-02-01"), Some("2026-06-30")));
        assert_eq!(narrower.without_tags, ["private", "work"]);
        for wider in [range("2025-12-31", ""), range("", "2026-07-01")] {
            assert_eq!(intersect(wider, &held).unwrap_err().kind(), ErrorKind::Forbidden);
        }
        assert_eq!(
            intersect(range("2026-08-01", ""), &held).unwrap_err().kind(),
            ErrorKind::Invalid,
            "nothing is left"
        );
    }

    #[test]
    fn a_read_only_key_has_no_other_scopes() {
        assert_eq!(checked_scopes(Vec::new(), true).unwrap(), [Scope::EntriesRead, Scope::Search]);
        assert_eq!(checked_scopes(vec![Scope::Search], true).unwrap(), [Scope::Search]);
        assert!(checked_scopes(vec![Scope::Search, Scope::Ingest], true).is_err());
        assert_eq!(checked_scopes(vec![Scope::Ingest], false).unwrap(), [Scope::Ingest]);
    }

    #[test]
    fn invalid_limits_are_refused() {
        for asked in [
            range("2026-02-30", ""),
            range("2026-05-01", "2026-04-30"),
            KeyRestrictions { entries_per_day: Some(0), ..KeyRestrictions::default() },
            KeyRestrictions { without_tags: vec![String::new()], ..KeyRestrictions::default() },
        ] {
            assert_eq!(canonical(asked).unwrap_err().kind(), ErrorKind::Invalid);
        }
    }
}
