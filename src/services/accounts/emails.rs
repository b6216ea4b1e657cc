//! Text of e-mails. Text from an unconfirmed user never goes to an address that is not confirmed to be theirs.

use crate::net::smtp::EmailMessage;

/// E-mail with a link that confirms an address.
pub(super) fn confirmation_email(url: &str) -> EmailMessage {
    compose(
        "Confirm your address",
        &["An account in a private journal was created with this address, hopefully by you. This link confirms it:"],
        url,
        &["It works once, for 24 hours. If it was not you, do nothing: the account cannot be used without it."],
    )
}

/// E-mail to a user who registered again with the address of their account.
pub(super) fn account_exists_email(url: &str) -> EmailMessage {
    compose(
        "You already have an account",
        &["Someone, perhaps you, tried to create an account in a private journal with this address. One exists."],
        url,
        &["Log in with this link, or request a new password there. If it was not you, there is nothing to do."],
    )
}

/// E-mail with a link that sets a new password.
pub(super) fn password_reset_email(name: &str, url: &str) -> EmailMessage {
    compose(
        "Set a new password",
        &[&format!("Hello {name},"), "this link sets a new password for your journal:"],
        url,
        &[
            "It works once, for 30 minutes, and logs you out everywhere.",
            "If you did not ask for it, do nothing: your password stays as it is.",
        ],
    )
}

fn compose(subject: &'static str, before: &[&str], url: &str, after: &[&str]) -> EmailMessage {
    let escaped = |text: &str| html_escape::encode_safe(text).into_owned();
    let paragraphs = |texts: &[&str]| {
        let wrapped = texts.iter().map(|text| format!("<p>{}</p>\n", escaped(text)));
        wrapped.collect::<Vec<_>>().concat()
    };
    let link = format!("<p><a href=\"{0}\">{0}</a></p>\n", escaped(url));
    let plain: Vec<&str> = before.iter().copied().chain([url]).chain(after.iter().copied()).collect();
    EmailMessage {
        subject,
        text: plain.join("\n\n") + "\n",
        html: format!("{}{link}{}", paragraphs(before), paragraphs(after)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_escaped_in_html_emails() {
        let email =
            password_reset_email("<img src=x onerror=\"a\">", "https://journal.example/reset-password?token=t&u");

        assert!(email.html.contains("Hello &lt;img src=x onerror=&quot;a&quot;&gt;,"), "{}", email.html);
        assert!(!email.html.contains("<img"));
        assert!(email.text.contains("Hello <img src=x onerror=\"a\">,"));
        assert!(email.text.contains("\n\nhttps://journal.example/reset-password?token=t&u\n\n"));
    }
}
