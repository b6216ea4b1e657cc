//! Egress policy: the server's settings restricted by the notebook's owner.

use crate::domain::egress::EgressPurpose;
use crate::error::{Error, ErrorKind, Result};
use crate::storage::notebook::egress::EgressPolicyRow;

/// Returns the purposes that both the server and the owner allow.
pub(crate) fn effective_purposes(server: &[EgressPurpose], owner: &EgressPolicyRow) -> Vec<EgressPurpose> {
    let is_allowed = |purpose: &EgressPurpose| ensure_allowed(server, owner, *purpose).is_ok();
    EgressPurpose::ALL.into_iter().filter(is_allowed).collect()
}

/// Checks that the policy allows a purpose.
///
/// # Errors
/// `Forbidden` with the command or setting that allows it.
pub(super) fn ensure_allowed(server: &[EgressPurpose], owner: &EgressPolicyRow, purpose: EgressPurpose) -> Result<()> {
    let denied = |why: String| Error::new(ErrorKind::Forbidden, why).code("kept_in");
    if owner.local_only {
        return Err(denied(format!("this journal is local-only, so requests for {purpose} are denied"))
            .hint("`journal egress policy --local-only off` allows them"));
    }
    if owner.purposes.as_ref().is_some_and(|purposes| !purposes.contains(&purpose)) {
        return Err(denied(format!("the egress policy of this journal denies {purpose}"))
            .hint("`journal egress policy --purposes all` allows every purpose; a list allows only those in it"));
    }
    if !server.contains(&purpose) {
        return Err(denied(format!("the settings of this server deny {purpose}"))
            .hint("its operator can add the purpose to JOURNAL_PROVIDER_PURPOSES"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner(local_only: bool, purposes: Option<&[EgressPurpose]>) -> EgressPolicyRow {
        EgressPolicyRow { local_only, purposes: purposes.map(<[EgressPurpose]>::to_vec), redact: Vec::new() }
    }

    #[test]
    fn a_purpose_needs_both_the_server_and_the_owner() {
        let some = [EgressPurpose::Ocr, EgressPurpose::Embedding];

        assert_eq!(effective_purposes(&EgressPurpose::ALL, &owner(false, None)), EgressPurpose::ALL);
        assert_eq!(effective_purposes(&some, &owner(false, None)), some);
        assert_eq!(
            effective_purposes(&some, &owner(false, Some(&[EgressPurpose::Embedding, EgressPurpose::Fetch]))),
            [EgressPurpose::Embedding]
        );
        assert_eq!(effective_purposes(&EgressPurpose::ALL, &owner(false, Some(&[]))), []);
        assert_eq!(effective_purposes(&EgressPurpose::ALL, &owner(true, None)), []);
    }

    #[test]
    fn a_denial_names_the_setting_that_allows_the_purpose() {
        let hint = |server: &[EgressPurpose], owner: &EgressPolicyRow| {
            let refused = ensure_allowed(server, owner, EgressPurpose::Fetch).unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::Forbidden);
            refused.hint_text().unwrap().to_owned()
        };

        assert!(hint(&EgressPurpose::ALL, &owner(true, None)).contains("--local-only off"));
        assert!(hint(&EgressPurpose::ALL, &owner(false, Some(&[]))).contains("--purposes"));
        assert!(hint(&[], &owner(false, None)).contains("JOURNAL_PROVIDER_PURPOSES"));
    }
}
