//! What letters say. No name or word of a stranger goes to an address that is not proven to be theirs.

use crate::net::smtp::Written;

/// A link that proves an address.
pub(super) fn confirm(url: &str) -> Written {
    written(
        "Confirm your address",
        &["Somebody, hopefully you, made an account in a private journal with this address. This link confirms it:"],
        url,
        &["It works once, for 24 hours. If it was not you, do nothing: without it the account cannot be used."],
    )
}

/// The answer to somebody who registered although they have an account.
pub(super) fn known(url: &str) -> Written {
    written(
        "You already have an account",
        &[
            "Somebody, perhaps you, tried to make an account in a private journal with this address. It has one already.",
        ],
        url,
        &["Log in there, or ask for a new password there. If it was not you, there is nothing to do."],
    )
}

/// A link that sets a new password.
pub(super) fn reset(name: &str, url: &str) -> Written {
    written(
        "Set a new password",
        &[&format!("Hello {name},"), "this link sets a new password for your journal:"],
        url,
        &[
            "It works once, for 30 minutes, and ends every login there is.",
            "If you did not ask for it, do nothing: your password stays as it is.",
        ],
    )
}

fn written(subject: &'static str, before: &[&str], url: &str, after: &[&str]) -> Written {
    let escaped = |text: &str| html_escape::encode_safe(text).into_owned();
    let paragraphs = |texts: &[&str]| {
        let wrapped = texts.iter().map(|text| format!("<p>{}</p>\n", escaped(text)));
        wrapped.collect::<Vec<_>>().concat()
    };
    let link = format!("<p><a href=\"{0}\">{0}</a></p>\n", escaped(url));
    let plain: Vec<&str> = before.iter().copied().chain([url]).chain(after.iter().copied()).collect();
    Written {
        subject,
        text: plain.join("\n\n") + "\n",
        html: format!("{}{link}{}", paragraphs(before), paragraphs(after)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_text_in_a_letter_and_never_markup() {
        let letter = reset("<img src=x onerror=\"a\">", "https://journal.example/reset-password?token=t&u");

        assert!(letter.html.contains("Hello &lt;img src=x onerror=&quot;a&quot;&gt;,"), "{}", letter.html);
        assert!(!letter.html.contains("<img"));
        assert!(letter.text.contains("Hello <img src=x onerror=\"a\">,"));
        assert!(letter.text.contains("\n\nhttps://journal.example/reset-password?token=t&u\n\n"));
    }
}
