//! What may leave: what the server's settings allow, less what the notebook's owner keeps in.

use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::model::egress::Purpose;
use crate::storage::notebook::egress::Allowed;

/// Returns what may leave in the end.
pub(crate) fn effective(server: &[Purpose], owner: &Allowed) -> Vec<Purpose> {
    let free = |purpose: &Purpose| check(server, owner, *purpose).is_ok();
    Purpose::ALL.into_iter().filter(free).collect()
}

/// Refuses what may not leave.
///
/// # Errors
/// `Forbidden` with the command or the setting that lets it out.
pub(super) fn check(server: &[Purpose], owner: &Allowed, purpose: Purpose) -> Result<()> {
    let kept = |why: String| Error::new(Kind::Forbidden, why).code("kept_in");
    if owner.local_only {
        return Err(kept(format!("this journal is local-only, so nothing leaves for {purpose}"))
            .hint("`journal egress policy --local-only off` lets it out"));
    }
    if owner.purposes.as_ref().is_some_and(|purposes| !purposes.contains(&purpose)) {
        return Err(kept(format!("this journal lets nothing out for {purpose}"))
            .hint("`journal egress policy --purposes all` lets it out; a list of purposes lets out some"));
    }
    if !server.contains(&purpose) {
        return Err(kept(format!("this server lets nothing out for {purpose}"))
            .hint("whoever runs it can name the purpose in JOURNAL_PROVIDER_PURPOSES"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner(local_only: bool, purposes: Option<&[Purpose]>) -> Allowed {
        Allowed { local_only, purposes: purposes.map(<[Purpose]>::to_vec), redact: Vec::new() }
    }

    #[test]
    fn both_the_server_and_the_owner_have_to_agree() {
        let some = [Purpose::Ocr, Purpose::Embedding];

        assert_eq!(effective(&Purpose::ALL, &owner(false, None)), Purpose::ALL);
        assert_eq!(effective(&some, &owner(false, None)), some);
        assert_eq!(effective(&some, &owner(false, Some(&[Purpose::Embedding, Purpose::Fetch]))), [Purpose::Embedding]);
        assert_eq!(effective(&Purpose::ALL, &owner(false, Some(&[]))), []);
        assert_eq!(effective(&Purpose::ALL, &owner(true, None)), []);
    }

    #[test]
    fn a_refusal_names_who_can_lift_it() {
        let hint = |server: &[Purpose], owner: &Allowed| {
            let refused = check(server, owner, Purpose::Fetch).unwrap_err();
            assert_eq!(refused.kind(), Kind::Forbidden);
            refused.next_step().unwrap().to_owned()
        };

        assert!(hint(&Purpose::ALL, &owner(true, None)).contains("--local-only off"));
        assert!(hint(&Purpose::ALL, &owner(false, Some(&[]))).contains("--purposes"));
        assert!(hint(&[], &owner(false, None)).contains("JOURNAL_PROVIDER_PURPOSES"));
    }
}
